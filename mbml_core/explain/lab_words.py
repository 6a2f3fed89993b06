"""What to say about a run of loopy belief propagation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.explain.gaps import AGREES, last_largest, told_apart
from mbml_core.inference.result import Status
from mbml_core.model import FactorGraph
from mbml_core.phrases import counted
from mbml_core.wording import visible


def told_run(
    model: FactorGraph,
    history: FloatArray,
    slices: Sequence[slice],
    residuals: Sequence[float],
    status: Status,
    right: FloatArray | None,
    is_exact: bool,
) -> tuple[str, ...]:
    """How a run ended, and how far from the exact beliefs.

    Args:
        model: whose variables they are.
        history: (S + 1, ΣK) beliefs of all variables, sweep by sweep.
        slices: where each variable's states are.
        residuals: of each sweep.
        status: how it ended.
        right: (ΣK,) exact beliefs; None where unknown.
        is_exact: whether they are known to be what it ended at.
    """
    return tuple(
        filter(
            None,
            (
                _ended(model, history, slices, residuals, status),
                _off(model, history[-1], slices, status, right, is_exact),
            ),
        )
    )


def _ended(
    model: FactorGraph, history: FloatArray, slices: Sequence[slice], residuals: Sequence[float], status: Status
) -> str:
    count = counted(len(residuals), "sweep")
    if status is Status.CONVERGED:
        return f"The messages stand still after {count}."
    if status is Status.OSCILLATING:
        name, low, high = _swing(model, history, slices)
        return (
            f"The messages repeat with period two: {name} swings between {low} and {high} for "
            "ever. Damping usually cures this."
        )
    return (
        f"After {count} the messages still change by {residuals[-1]:.2g} nats. Try more sweeps, "
        "more damping or another schedule."
    )


def _swing(model: FactorGraph, history: FloatArray, slices: Sequence[slice]) -> tuple[str, str, str]:
    """The state that moves most in the last sweep, and between which beliefs."""
    place = last_largest(np.abs(history[-1] - history[-2]))
    low, high = sorted((float(history[-2, place]), float(history[-1, place])))
    return _state_at(model, slices, place), *told_apart(low, high)


def _off(
    model: FactorGraph,
    last: FloatArray,
    slices: Sequence[slice],
    status: Status,
    right: FloatArray | None,
    is_exact: bool,
) -> str:
    if is_exact:
        return "No loop is left here, so this is exact."
    if right is None or status is not Status.CONVERGED or not len(last):
        return ""
    gaps = np.abs(last - right)
    place = last_largest(gaps)
    if gaps[place] <= AGREES:
        return "It ended at the exact beliefs, though the graph has loops: with these numbers they do no harm."
    about, exact = told_apart(float(last[place]), float(right[place]))
    return (
        f"It converged to a wrong answer: {_state_at(model, slices, place)} is believed with {about}, exact is "
        f"{exact}. Standing still is no sign of being right."
    )


def _state_at(model: FactorGraph, slices: Sequence[slice], place: int) -> str:
    v = next(v for v, part in enumerate(slices) if part.start <= place < part.stop)
    variable = model.variables[v]
    return f"{visible(variable.label)} = {visible(variable.states[place - slices[v].start])}"
