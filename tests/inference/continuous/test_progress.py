"""When a run of sweeps ends, and what its end is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from mbml_core.distributions.gaussian import GAUSSIAN
from mbml_core.distributions.semiring import FloatArray
from mbml_core.inference.continuous.groups import Block
from mbml_core.inference.continuous.progress import SweepInfo, residual, run
from mbml_core.inference.result import Status

BLOCKS = (Block(GAUSSIAN, 2, np.array([0])),)


@dataclass(frozen=True)
class State:
    beliefs: tuple[FloatArray, ...]


def sweeps(means: Sequence[float]) -> Iterator[tuple[State, SweepInfo]]:
    """A Gaussian of variance one whose mean takes these values, then stays."""
    old = State((GAUSSIAN.from_parameters(np.zeros(1), np.ones(1)),))
    for number, mean in enumerate([*means, *[means[-1]] * 3], 1):
        new = State((GAUSSIAN.from_parameters(np.array([mean]), np.ones(1)),))
        yield new, SweepInfo(number, residual(BLOCKS, old.beliefs, new.beliefs))
        old = new


@pytest.mark.parametrize(
    ("means", "status", "n_sweeps"),
    [
        ([1.0, 0.5, 0.25], Status.CONVERGED, 4),
        ([1.0, -1.0, 1.0, -1.0, 1.0], Status.OSCILLATING, 3),
        ([float(k) for k in range(1, 30)], Status.MAX_SWEEPS, 10),
    ],
)
def test_how_it_ends(means: list[float], status: Status, n_sweeps: int) -> None:
    _, info, found = run(sweeps(means), BLOCKS, 1e-9, 10)
    assert (found, info.sweep) == (status, n_sweeps)


def test_converging_from_both_sides_in_turn_is_no_oscillation() -> None:
    """Two sweeps together change less than one: not yet a reason to stop."""
    means = [(-0.7) ** k for k in range(80)]
    _, info, found = run(sweeps(means), BLOCKS, 1e-6, 100)
    assert found is Status.CONVERGED
    assert info.residual <= 1e-6


def test_the_residual_knows_no_units() -> None:
    means, variances = np.array([3.0]), np.array([4.0])
    moved = means + 0.1, variances * 1.2
    for unit in (1e-8, 1.0, 1e8):
        old = GAUSSIAN.from_parameters(means * unit, variances * unit**2)
        new = GAUSSIAN.from_parameters(moved[0] * unit, moved[1] * unit**2)
        assert residual(BLOCKS, [old], [new]) == pytest.approx(0.2 / 1.2, rel=1e-12)


def test_improper_beliefs_that_change_have_no_residual() -> None:
    flat, tilted = np.zeros((1, 2)), np.array([[1.0, 0.0]])
    assert residual(BLOCKS, [flat], [flat]) == 0.0
    assert residual(BLOCKS, [flat], [tilted]) == np.inf
