"""Natural frequencies: a thousand imagined cases, and how many of them are left after each observation.

    kept_k = N · P(e_1, …, e_k),   of these with the claim: N · P(s, e_1, …, e_k)

The cases are split once, into those with and without the claim that each observation drops and those that are left
in the end, and rounded to whole numbers by largest remainders; so all counts of all stages fit together exactly.
Uncertain evidence keeps cases in proportion: of those in state x the share w(x) / max w.
Source: Gigerenzer and Hoffrage (1995), Psychological Review 102(4), 684-704.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.engine import Engine
from mbml_core.errors import UnsupportedQuery
from mbml_core.explain.claims import Claim, Progress, believed, claim_of, moved_most, seen_text
from mbml_core.explain.ladder import checked_order
from mbml_core.explain.odds import equals_text
from mbml_core.model import Belief, Evidence, FactorGraph, Likelihood, Observation, resolve_evidence
from mbml_core.wording import probability_text, visible

FEWEST_CASES, MOST_CASES = 1_000, 10**12
FEWEST_LEFT = 10
"""Cases that should be left in the end: of fewer no share can be read."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The cases after one more observation. The numbers fit: `kept` + `dropped` is `kept` of the stage before.

    Attributes:
        id: of the observed variable; "" at the beginning.
        seen: its observation, for people.
        kept: cases that agree with it and all before.
        with_claim: those among `kept` of which the claim is true.
        dropped: cases that this observation removes.
        dropped_with_claim: those among `dropped` of which the claim is true.
        sentence: all of it in words.
    """

    id: str
    seen: str
    kept: int
    with_claim: int
    dropped: int
    dropped_with_claim: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Imagined cases, filtered by one observation after another.

    Attributes:
        claim: what is counted.
        cases: how many are imagined.
        stages: one more than there are observations.
        notes: on the number of cases, and on uncertain evidence.
        probability: P(claim | evidence), which the last stage approaches as far as whole numbers can.
        conclusion: the answer in words.
    """

    claim: Claim
    cases: int
    stages: tuple[Stage, ...]
    notes: tuple[str, ...]
    probability: float
    conclusion: str


def frequencies(
    engine: Engine,
    evidence: Evidence | None = None,
    target: str | None = None,
    state: str | None = None,
    order: Sequence[str] | None = None,
    *,
    deadline: Deadline = UNLIMITED,
    progress: Progress | None = None,
) -> Frequencies:
    """Count imagined cases. Arguments as for `ladder`.

    Raises UnsupportedQuery by an approximate method, whose estimates of P(evidence) are no counts, and where the
    observations are so rare together that less than FEWEST_LEFT of MOST_CASES cases are left; else as `ladder`.
    """
    model = engine.model
    seen = resolve_evidence(model, evidence)
    steps = checked_order(model, seen, order)
    vectors = _keep_shares(engine, seen, deadline)
    weighed = {id: Likelihood(tuple(vectors[id].tolist())) for id in seen}
    variable = claim_of(model, target or moved_most(engine, seen, deadline), state).variable
    subsets = [{id: weighed[id] for id in seen if id in steps[:k]} for k in range(len(steps) + 1)]
    found = believed(engine, subsets, variable, deadline, progress)
    if not found.is_exact:
        raise UnsupportedQuery("cases can be counted with exact numbers only; set the method to exact")
    claim = claim_of(model, variable, state, found.rows[-1] - found.rows[0])
    shares = np.minimum(np.exp(found.log_evidence - found.log_evidence[0]), 1.0)
    cases = _enough(float(found.log_evidence[-1] - found.log_evidence[0]))
    mine = found.rows[:, claim.index]
    counts = _counted(np.stack([shares * mine, shares * (1 - mine)], axis=1), cases)
    stages = _stages(model, claim, seen, steps, counts, cases)
    notes = (*_size_note(cases), *_soft_notes(model, seen, weighed, steps))
    return Frequencies(claim, cases, stages, notes, float(mine[-1]), _conclusion(claim, stages, float(mine[-1])))


def _keep_shares(engine: Engine, seen: Evidence, deadline: Deadline) -> Mapping[str, FloatArray]:
    """Of every observed variable the share of cases that each state keeps: the likelihood over its largest."""
    vectors = engine.likelihoods(seen, deadline).fixed
    return {engine.model.variables[v].id: vector / vector.max() for v, vector in vectors.items()}


def _enough(log_share: float) -> int:
    """The smallest power of ten, at least FEWEST_CASES, that leaves FEWEST_LEFT cases."""
    cases = FEWEST_CASES
    while math.log(cases) + log_share < math.log(FEWEST_LEFT) - 1e-9:
        cases *= 10
        if cases > MOST_CASES:
            raise UnsupportedQuery(
                f"the observations are so rare together that not {FEWEST_LEFT} of {MOST_CASES:,} imagined cases "
                "agree with them; take one back"
            )
    return cases


def _counted(kept: FloatArray, cases: int) -> list[list[int]]:
    """Whole numbers of cases with and without the claim, one row per stage, from their shares (stages, 2)."""
    dropped = np.maximum(kept[:-1] - kept[1:], 0.0)
    parts = np.vstack([dropped, kept[-1:]])
    rounded = largest_remainders(parts.ravel() / parts.sum(), cases).reshape(parts.shape)
    left: list[list[int]] = rounded[::-1].cumsum(axis=0)[::-1].tolist()
    return left


def largest_remainders(shares: FloatArray, total: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Whole numbers that sum to `total`, each less than one away from its share of it (Hare-Niemeyer)."""
    quotas = shares * total
    floors = np.floor(quotas + 1e-9).astype(np.int64)
    order = np.argsort(floors - quotas, kind="stable")
    missing = total - int(floors.sum())
    floors[order[:missing]] += 1
    return floors


def _stages(
    model: FactorGraph, claim: Claim, seen: Evidence, steps: tuple[str, ...], counts: list[list[int]], cases: int
) -> tuple[Stage, ...]:
    begin = f"Imagine {cases:,} cases. In {counts[0][0]:,} of them, {claim.text}."
    stages = [Stage("", "", cases, counts[0][0], 0, 0, begin)]
    for id, (mine, others) in zip(steps, counts[1:], strict=True):
        before, kept = stages[-1], mine + others
        words = seen_text(model, id, seen[id])
        sentence = f"{kept:,} of the {before.kept:,} agree with “{words}”. {_share(claim, mine, kept)}"
        lost = before.kept - kept, before.with_claim - mine
        stages.append(Stage(id, words, kept, mine, *lost, sentence))
    return tuple(stages)


def _share(claim: Claim, mine: int, kept: int) -> str:
    verb = "has" if mine == 1 else "have"
    percent = f" ({100 * mine / kept:.0f} %)" if kept else ""
    return f"Of these, {mine:,}{percent} {verb} {claim.text}."


def _conclusion(claim: Claim, stages: tuple[Stage, ...], probability: float) -> str:
    last = stages[-1]
    if len(stages) == 1:
        return f"P({claim.text}) {equals_text(probability)}."
    exact = probability_text(probability)
    return f"{last.with_claim:,} of {last.kept:,}: P({claim.text}) given all of it is {exact}."


def _size_note(cases: int) -> tuple[str, ...]:
    if cases == FEWEST_CASES:
        return ()
    return (
        f"What was observed is rare: of {FEWEST_CASES:,} cases fewer than {FEWEST_LEFT} would be left, so "
        f"{cases:,} are imagined.",
    )


def _soft_notes(
    model: FactorGraph, seen: Evidence, weighed: Mapping[str, Likelihood], steps: tuple[str, ...]
) -> tuple[str, ...]:
    """How uncertain observations keep cases."""
    soft = [id for id in steps if isinstance(seen[id], Likelihood | Belief)]
    return tuple(_soft_note(model, id, seen[id], weighed[id].weights) for id in soft)


def _soft_note(model: FactorGraph, id: str, observation: Observation, shares: Sequence[float]) -> str:
    states = model.variable(id).states[:8]
    parts = [f"{100 * share:.3g} % of {visible(state)}" for state, share in zip(states, shares, strict=False)]
    kept = ", ".join([*parts, *(["…"] if len(shares) > 8 else [])])
    return f"“{seen_text(model, id, observation)}” is uncertain: it keeps cases in proportion ({kept})."
