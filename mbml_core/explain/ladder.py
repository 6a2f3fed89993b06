"""The posterior ladder: how a belief moves as the observations come one by one, in any order.

    rung 0: P(s),   rung k: P(s | e_1, …, e_k),   step k: ln odds of rung k − ln odds of rung k − 1, in nats

The steps depend on the order, the last rung does not. The steps of one order always add up to the whole change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.engine import Engine
from mbml_core.errors import InvalidEvidence, Problem
from mbml_core.explain.claims import Claim, Progress, claim_of, moved_most, named, seen_text
from mbml_core.explain.limits import limits
from mbml_core.explain.odds import Standing, is_hair, shift, standing, times_text
from mbml_core.inference.batch import BatchResult
from mbml_core.model import Evidence, FactorGraph, Observation, resolve_evidence

NOTHING = 1e-9
"""Nats below which a step is none."""


@dataclass(frozen=True, slots=True)
class Rung:
    """The belief after one more observation.

    Attributes:
        id: of the variable observed last; "" on the ground.
        seen: its observation, for people.
        standing: of the claim.
        probabilities: of all states of the target.
        step: nats from the rung below; ±inf where the claim becomes certain or impossible here.
        beliefs: of every variable by id, to show the whole drawing at this rung.
        sentence: what the step did.
    """

    id: str
    seen: str
    standing: Standing
    probabilities: tuple[float, ...]
    step: float
    beliefs: Mapping[str, tuple[float, ...]]
    sentence: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs from the prior to the posterior.

    Attributes:
        claim: what is followed.
        rungs: one more than there are observations.
        total: nats from the first rung to the last one.
        is_exact: whether the numbers are.
    """

    claim: Claim
    rungs: tuple[Rung, ...]
    total: float
    is_exact: bool


def ladder(
    engine: Engine,
    evidence: Evidence | None = None,
    target: str | None = None,
    state: str | None = None,
    order: Sequence[str] | None = None,
    *,
    deadline: Deadline = UNLIMITED,
    progress: Progress | None = None,
) -> Ladder:
    """Follow the belief in `target` = `state` while the observations come in `order`.

    Args:
        engine: of the model.
        evidence: as for `engine.infer`; None for what is drawn with the model.
        target: id of the variable to follow; None for the one that moved most.
        state: of the target; None for the one that moved most.
        order: ids of all observed variables; None for the order of the evidence.
        deadline: polled.
        progress: told progress(done, all) rungs.

    Raises InvalidEvidence for unknown names and an order that is none, ImpossibleEvidence as `engine.infer`.
    """
    model = engine.model
    seen = resolve_evidence(model, evidence)
    steps = checked_order(model, seen, order)
    variable = claim_of(model, target or moved_most(engine, seen, deadline), state).variable
    subsets = [_first(seen, steps[:k]) for k in range(len(steps) + 1)]
    engine.infer(seen, **limits(deadline))  # says at once which observations contradict each other
    found = engine.infer_many(subsets, progress=progress, **limits(deadline))
    rows = found.marginals[variable].probabilities
    claim = claim_of(model, variable, state, rows[-1] - rows[0])
    rungs = _rungs(model, seen, steps, claim, found)
    total = shift(rungs[0].standing.log_odds, rungs[-1].standing.log_odds)
    return Ladder(claim, tuple(rungs), total, found.is_exact)


def _rungs(
    model: FactorGraph, seen: Evidence, steps: tuple[str, ...], claim: Claim, found: BatchResult
) -> list[Rung]:
    rows = found.marginals[claim.variable].probabilities
    rungs: list[Rung] = []
    for k, id in enumerate(("", *steps)):
        below = rungs[-1].standing if rungs else None
        now = standing(rows[k].tolist(), claim.index, found.is_exact)
        step = shift(below.log_odds, now.log_odds) if below else 0.0
        words = seen_text(model, id, seen[id]) if id else ""
        sentence = _sentence(claim, words, below, now, step, found.is_exact)
        rungs.append(Rung(id, words, now, tuple(rows[k].tolist()), step, _all_beliefs(found, k), sentence))
    return rungs


def _all_beliefs(found: BatchResult, row: int) -> Mapping[str, tuple[float, ...]]:
    numbers, offsets = found.marginals.flat[row].tolist(), found.marginals.offsets.tolist()
    spans = zip(found.marginals, offsets[:-1], offsets[1:], strict=True)
    return {id: tuple(numbers[start:stop]) for id, start, stop in spans}


def checked_order(model: FactorGraph, seen: Evidence, order: Sequence[str] | None) -> tuple[str, ...]:
    """An order that names every observed variable once; that of the evidence for None. Raises InvalidEvidence."""
    if order is None:
        return tuple(seen)
    problems = [
        Problem(id, f"'{id}' is not observed", "name observed variables") for id in order if id not in seen
    ]
    missing = [id for id in seen if id not in order]
    problems += [Problem(id, f"'{named(model, id)}' is missing from the order", "name it") for id in missing]
    if len(set(order)) < len(order):
        problems.append(Problem(order[0], "an observation stands twice in the order", "name it once"))
    if problems:
        raise InvalidEvidence(problems)
    return tuple(order)


def _first(seen: Evidence, ids: Sequence[str]) -> Mapping[str, Observation]:
    """These observations, in an order of their own: the same set gives the same numbers, to the last digit."""
    chosen = set(ids)
    return {id: observation for id, observation in seen.items() if id in chosen}


def _sentence(claim: Claim, seen: str, before: Standing | None, now: Standing, step: float, is_exact: bool) -> str:
    if before is None:
        return f"Before anything is seen, P({claim.text}) is {now.text}."
    if math.isinf(step):
        return f"“{seen}” makes {claim.text} certain." if step > 0 else f"“{seen}” rules {claim.text} out."
    if abs(step) < NOTHING:
        return f"“{seen}” changes nothing: still {now.text}."
    verb = "raises" if step > 0 else "lowers"
    if is_hair(step):
        return f"“{seen}” {verb} it by a hair only: still {now.text}."
    return f"“{seen}” {verb} it to {now.text}: the odds are {times_text(step, is_exact)}."
