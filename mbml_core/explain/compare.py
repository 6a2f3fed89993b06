"""Exact beside loopy beliefs: how far they are apart, and the loop that makes the difference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.engine import Engine
from mbml_core.errors import OverBudget
from mbml_core.explain.blame import Blame, blamed
from mbml_core.explain.gaps import AGREES, last_largest, told_apart
from mbml_core.explain.limits import limits
from mbml_core.explain.loops import Structure, structure
from mbml_core.inference.result import Result, Status
from mbml_core.model import Variable
from mbml_core.phrases import counted
from mbml_core.wording import visible


@dataclass(frozen=True, eq=False, slots=True)
class Gap:
    """What is between the two beliefs in one variable.

    Attributes:
        variable: its id.
        exact, loopy: probabilities in state order; `exact` is empty where it does not fit.
        state: place of the state with the largest difference.
        difference: largest |loopy − exact| over the states; 0 where there is no exact belief.
        log_odds: largest |logit loopy − logit exact| in nats; infinite where one of them is certain and the other
            is not.
    """

    variable: str
    exact: tuple[float, ...]
    loopy: tuple[float, ...]
    state: int
    difference: float
    log_odds: float


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """Exact and loopy beliefs of every variable.

    Attributes:
        structure: whether they have to agree.
        gaps: one for each variable, the largest difference first; those without one in the drawing's order.
        worst: id of the first of them; "" where they agree or nothing is known.
        blame: the loop that makes the difference; None where there is none.
        status: how the messages of loopy belief propagation ended.
        sweeps, residual: of its messages.
        is_exact: whether the loopy beliefs are exact.
        has_exact: whether there are exact beliefs to compare with.
        sentences: what the numbers say, in order.
    """

    structure: Structure
    gaps: tuple[Gap, ...]
    worst: str
    blame: Blame | None
    status: Status
    sweeps: int
    residual: float
    is_exact: bool
    has_exact: bool
    sentences: tuple[str, ...]


def compare(
    loopy: Engine,
    exact: Engine | str,
    evidence: Mapping[str, Any] | None = None,
    *,
    deadline: Deadline = UNLIMITED,
) -> Comparison:
    """Both beliefs given the same evidence.

    Args:
        loopy: an engine of the method "bp".
        exact: an exact engine of the same model, or why there is none.
        evidence: as for `Engine.infer`.
        deadline: polled.

    Raises ImpossibleEvidence and InvalidEvidence as `Engine.infer` does.
    """
    model = loopy.model
    if evidence is None:
        evidence = model.evidence
    right = exact if isinstance(exact, str) else _answered(exact, evidence, deadline)
    about = loopy.infer(evidence, **limits(deadline))
    found = structure(model, evidence, deadline)
    gaps = _gaps(None if isinstance(right, str) else right, about)
    is_exact = about.is_exact or (found.is_exact and about.status is Status.CONVERGED)
    worst = gaps[0].variable if gaps and gaps[0].difference > AGREES else ""
    differences = {gap.variable: gap.difference for gap in gaps}
    blame = blamed(model, evidence, worst, differences, deadline) if worst and not found.is_exact else None
    if isinstance(right, str):
        numbers = f"Only loopy belief propagation answers here: {visible(right)}"
    elif worst:
        numbers = _apart(model.variable(worst), gaps)
    else:
        numbers = _alike(found, is_exact)
    sentences = tuple(filter(None, (numbers, _ending(about), blame.sentence if blame else "")))
    return Comparison(
        found,
        gaps,
        worst,
        blame,
        about.status,
        about.sweeps,
        about.residual,
        is_exact,
        not isinstance(right, str),
        sentences,
    )


def _answered(exact: Engine, evidence: Mapping[str, Any], deadline: Deadline) -> Result | str:
    """The exact result, or why this evidence makes it too dear."""
    try:
        return exact.infer(evidence, **limits(deadline))
    except OverBudget as large:
        return str(large)


def _gaps(exact: Result | None, loopy: Result) -> tuple[Gap, ...]:
    found = []
    for id, marginal in loopy.marginals.items():
        about = marginal.probabilities
        right = exact.marginals[id].probabilities if exact is not None else about
        differences = np.abs(about - right)
        state = last_largest(differences)
        shown = tuple(right.tolist()) if exact is not None else ()
        size = float(differences[state])
        found.append(Gap(id, shown, tuple(about.tolist()), state, size, _log_odds_gap(right, about)))
    return tuple(sorted(found, key=lambda gap: -gap.difference if gap.difference > AGREES else 0.0))


def _log_odds_gap(exact: FloatArray, loopy: FloatArray) -> float:
    return max(
        abs(_logit(float(p)) - _logit(float(q))) if p != q else 0.0 for p, q in zip(exact, loopy, strict=True)
    )


def _logit(probability: float) -> float:
    if probability <= 0.0:
        return -math.inf
    return math.inf if probability >= 1.0 else math.log(probability) - math.log1p(-probability)


def _apart(worst: Variable, gaps: Sequence[Gap]) -> str:
    gap = gaps[0]
    about, right = told_apart(gap.loopy[gap.state], gap.exact[gap.state])
    what = f"{visible(worst.label)} = {visible(worst.states[gap.state])}"
    n_off = sum(1 for gap in gaps if gap.difference > AGREES)
    others = f" {n_off:,} of {counted(len(gaps), 'belief')} differ, this one most." if n_off > 1 else ""
    return f"Loopy belief propagation believes {what} with {about}; exact is {right}.{others}"


def _alike(found: Structure, is_exact: bool) -> str:
    if is_exact:
        return f"Both give the same beliefs. {found.sentence}"
    return f"Both give the same beliefs to six decimals. {found.sentence} With these numbers it does no harm."


def _ending(loopy: Result) -> str:
    """What to know of messages that did not settle."""
    after = f"After {counted(loopy.sweeps, 'sweep')} the messages"
    if loopy.status is Status.OSCILLATING:
        return f"{after} repeat with period two: they give no belief."
    if loopy.status is Status.MAX_SWEEPS:
        return f"{after} still change by {loopy.residual:.2g} nats: they have not settled."
    return ""
