"""Grids of binary variables for loopy belief propagation: numpy and the standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

COUPLING, FIELD = 0.5, 0.3
"""Standard deviations: belief propagation converges on such grids, but not at once."""


@dataclass(frozen=True)
class Grid:
    """P(x) ∝ exp(Σ fields · s + Σ couplings · s s'), spins s = ±1; state 1 is +1.

    Attributes:
        shape: rows and columns.
        edges: (edges, 2) variables row by row: first all vertical edges, then all horizontal ones.
        couplings: one per edge.
        fields: one per variable.
    """

    shape: tuple[int, int]
    edges: NDArray[np.int64]
    couplings: NDArray[np.float64]
    fields: NDArray[np.float64]


def random_grid(side: int, seed: int = 0) -> Grid:
    source = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    down = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    right = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    edges = np.concatenate([down, right])
    couplings = source.normal(0, COUPLING, len(edges))
    return Grid((side, side), edges, couplings, source.normal(0, FIELD, side * side))


def write_job(folder: Path, grid: Grid, sweeps: int, repeats: int) -> None:
    """The grid, how many flooding sweeps from uniform messages, and how often to repeat them."""
    np.savez(
        folder / "grid.npz",
        shape=np.array(grid.shape),
        edges=grid.edges,
        couplings=grid.couplings,
        fields=grid.fields,
        job=np.array([sweeps, repeats]),
    )


def read_job(folder: Path) -> tuple[Grid, int, int]:
    with np.load(folder / "grid.npz") as data:
        rows, columns = data["shape"].tolist()
        sweeps, repeats = data["job"].tolist()
        return Grid((rows, columns), data["edges"], data["couplings"], data["fields"]), sweeps, repeats
