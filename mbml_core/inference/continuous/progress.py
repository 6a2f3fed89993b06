"""How far a run of sweeps has come, and when it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.inference.continuous.groups import Block
from mbml_core.inference.result import Status

STUCK = 0.999
"""Share of the last residual from which on a sweep brought nothing nearer."""


@dataclass(frozen=True, slots=True)
class SweepInfo:
    """How a sweep went.

    Attributes:
        sweep: its number, from 1.
        residual: the largest change of a belief; see `residual`.
        skipped: updates that were left out, as the message or its cavity had no meaning.
    """

    sweep: int
    residual: float
    skipped: int = 0


class HasBeliefs(Protocol):
    """The state after a sweep."""

    @property
    def beliefs(self) -> Sequence[FloatArray]:
        """(V, P) natural parameters for each block."""


State = TypeVar("State", bound=HasBeliefs)


def residual(blocks: Sequence[Block], before: Sequence[FloatArray], after: Sequence[FloatArray]) -> float:
    """The largest change of any belief, in numbers without units: of a probability of a state; of a mean, as a
    share of mean and standard deviation together; of a variance, as a share of it. Infinite where an improper
    belief changed at all.
    """
    changes = [_change(block, old, new) for block, old, new in zip(blocks, before, after, strict=True)]
    return max((float(change.max(initial=0.0)) for change in changes), default=0.0)


def _change(block: Block, old: FloatArray, new: FloatArray) -> FloatArray:
    family = block.family
    with np.errstate(all="ignore"):  # of improper rows, which are set apart below
        mean = np.abs(family.mean(new) - family.mean(old))
        if family.name == "categorical":
            change = mean
        else:
            variance = family.variance(new)
            mean = mean / (np.abs(family.mean(new)) + np.sqrt(variance))
            change = np.fmax(mean, np.abs(variance - family.variance(old)) / variance)
    if change.ndim > 1:
        change = change.max(axis=-1)
    proper = family.is_proper(old) & family.is_proper(new)
    same = ((old == new) | (np.isneginf(old) & np.isneginf(new))).all(axis=-1)
    return np.where(proper, change, np.where(same, 0.0, np.inf))


def run(
    sweeps: Iterator[tuple[State, SweepInfo]], blocks: Sequence[Block], tolerance: float, max_sweeps: int
) -> tuple[State, SweepInfo, Status]:
    """Take sweeps until they converge, repeat with period two, or reach the limit."""
    before: deque[State] = deque(maxlen=2)
    last = np.inf
    for state, info in sweeps:
        if info.residual <= tolerance:
            return state, info, Status.CONVERGED
        is_stuck = (
            len(before) == 2 and info.residual >= STUCK * last
        )  # else it may converge from both sides in turn
        if is_stuck and residual(blocks, before[0].beliefs, state.beliefs) <= tolerance:
            return state, info, Status.OSCILLATING
        if info.sweep >= max_sweeps:
            return state, info, Status.MAX_SWEEPS
        before.append(state)
        last = info.residual
    raise AssertionError("sweeps never end by themselves")
