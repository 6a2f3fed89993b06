"""How surprising the observations are together, compared with what each is by itself.

    conflict(e) = Σ_i ln P(e_i) − ln P(e_1, …, e_n)        in nats

Positive: together they are less probable than if they had nothing to do with each other. (Observations that
support each other, as causes and their effects do, make it negative.) The scale of a likelihood cancels.
Source: Jensen, Chamond, Nordling & Jensen (1991), Analysis in HUGIN of data conflict, UAI 6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.engine import Engine
from mbml_core.errors import ImpossibleEvidence
from mbml_core.explain.claims import Progress, seen_text, without
from mbml_core.explain.limits import limits
from mbml_core.explain.odds import factor_text
from mbml_core.explain.settled import settled
from mbml_core.model import Belief, Evidence, FactorGraph, Likelihood, Observation
from mbml_core.wording import small_probability_text

SMALL = 0.05
"""Nats below which observations neither conflict nor agree, as one says: a factor of 1.05."""


@dataclass(frozen=True, slots=True)
class Part:
    """One observation against all others.

    Attributes:
        variable: its id.
        text: what was seen, for people.
        alone: its log probability by itself, in nats; of a likelihood and of a belief that is set only its mean
            weight, whose scale means nothing.
        given_rest: the same given all others, in nats.
        conflict: alone − given_rest: how much less probable the others make it.
        says: in words.
    """

    variable: str
    text: str
    alone: float
    given_rest: float
    conflict: float
    says: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """All of it.

    Attributes:
        value: in nats; +inf where the observations exclude each other.
        log_evidence: ln P(all observations), in nats, relative to the model without any.
        parts: the most surprising first.
        smallest: ids of a smallest set that is impossible together; empty where the evidence is possible.
        text: in words.
        is_exact: whether all numbers are.
    """

    value: float
    log_evidence: float
    parts: tuple[Part, ...]
    smallest: tuple[str, ...]
    text: str
    is_exact: bool


def conflict(
    engine: Engine, evidence: Evidence, deadline: Deadline = UNLIMITED, progress: Progress | None = None
) -> Conflict:
    """How the observations get on. Impossible ones are an answer, not an error."""
    model = engine.model
    if not evidence:
        return Conflict(0.0, 0.0, (), (), "Nothing is observed.", True)
    try:
        fixed = settled(engine, evidence, deadline)
        engine.infer(fixed, **limits(deadline))
    except ImpossibleEvidence as error:
        return _impossible(model, evidence, error)
    ids = list(fixed)
    rows: list[Evidence] = [{}, fixed, *({id: fixed[id]} for id in ids), *(without(fixed, id) for id in ids)]
    found = engine.infer_many(rows, variables=(), progress=progress, **limits(deadline))
    logs = found.log_evidence - found.log_evidence[0]
    together, alone, rest = float(logs[1]), logs[2 : 2 + len(ids)], logs[2 + len(ids) :]
    is_exact = bool(found.is_exact_row.all())
    value = float(np.sum(alone)) - together
    parts = [
        _part(model, evidence, id, float(alone[k]), together - float(rest[k]), len(ids), is_exact)
        for k, id in enumerate(ids)
    ]
    ranked = tuple(sorted(parts, key=lambda part: -part.conflict))
    return Conflict(value, together, ranked, (), _text(value, ranked, is_exact), is_exact)


def _impossible(model: FactorGraph, evidence: Evidence, error: ImpossibleEvidence) -> Conflict:
    named = " and ".join(f"“{seen_text(model, id, evidence[id])}”" for id in error.conflict)
    text = f"These cannot all be true in this model: {named}." if named else "This model allows nothing at all."
    return Conflict(math.inf, -math.inf, (), tuple(error.conflict), text, True)


def _part(
    model: FactorGraph, evidence: Evidence, id: str, alone: float, given_rest: float, count: int, is_exact: bool
) -> Part:
    text = seen_text(model, id, evidence[id])
    gap = alone - given_rest
    says = _alone(text, alone, evidence[id], is_exact) if count == 1 else _says(text, gap, is_exact)
    return Part(id, text, alone, given_rest, gap, says)


def _alone(text: str, alone: float, seen: Observation, is_exact: bool) -> str:
    if isinstance(seen, Likelihood | Belief):
        return f"By itself, “{text}” has no probability: its weights only compare the states."
    about = "" if is_exact else "about "
    return f"By itself, “{text}” has probability {about}{small_probability_text(alone)}."


def _says(text: str, gap: float, is_exact: bool) -> str:
    about = "" if is_exact else "about "
    if abs(gap) < SMALL:
        return f"The other observations make “{text}” neither more nor less probable."
    how = "less" if gap > 0 else "more"
    return f"The other observations make “{text}” {about}{factor_text(abs(gap))} times {how} probable."


def _text(value: float, parts: Sequence[Part], is_exact: bool) -> str:
    about = "" if is_exact else "about "
    if len(parts) == 1:
        return "One observation cannot contradict itself; it can only be rare."
    if abs(value) < SMALL and all(abs(part.conflict) < SMALL for part in parts):
        return "The observations have little to do with each other: none makes the others a surprise."
    if abs(value) < SMALL:
        return (
            "On the whole the observations are neither at odds nor in support of each other: some fit together, "
            f"others do not. The one that fits least is “{parts[0].text}”."
        )
    if value < 0:
        return (
            f"The observations support each other: together they are {about}{factor_text(-value)} times as "
            "probable as if they had nothing to do with each other."
        )
    return (
        f"The observations are at odds: together they are {about}{factor_text(value)} times less probable than if "
        f"they had nothing to do with each other. The one that fits least is “{parts[0].text}”. "
        "Perhaps one is wrong, the model lacks something, or this is a rare case."
    )
