"""Loopy belief propagation on grids of binary variables: seconds a flooding sweep, beliefs compared."""

from __future__ import annotations

import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import limits
from benchmarks.grids import random_grid, write_job
from benchmarks.results import Disagreement

SIDES = (100, 300, 1000)
SWEEPS = {100: 20, 300: 10, 1000: 4}
"""From uniform messages; few, so that PGMax's single precision still shows the same beliefs."""
REPEATS = 5
TOLERANCE = 1e-4
"""PGMax computes in single precision."""
PATIENCE, MEMORY = 400.0, 14 << 30


@dataclass(frozen=True)
class Loopy:
    """Seconds a sweep on a grid of side² variables.

    Attributes:
        peer: PGMax's.
        binary, general: our kernel for two states, and the one for any number of states.
        bandwidth_share: least time the memory needs for the binary sweep, by the time it took.
    """

    side: int
    peer: float
    binary: float
    general: float
    bandwidth_share: float


def measure(side: int, peers_python: Path) -> Loopy:
    """Raises Disagreement before any time is known."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_job(folder, random_grid(side), SWEEPS[side], REPEATS)
        ours = said([sys.executable, "-m", "benchmarks.loopy_ours", name])
        peer = said([str(peers_python), "-W", "ignore", "-m", "benchmarks.peers.pgmax_peer", name])
        theirs = np.load(folder / "pgmax.npy")
        for kernel in ("binary", "general"):
            gap = float(np.abs(np.load(folder / f"{kernel}.npy") - theirs).max())
            if not gap <= TOLERANCE:
                raise Disagreement(f"grid {side}²: {kernel} and PGMax differ by {gap:g}")
    return Loopy(
        side,
        statistics.median(peer["seconds"]),
        statistics.median(ours["binary"]),
        statistics.median(ours["general"]),
        statistics.median(ours["bound"]) / statistics.median(ours["binary"]),
    )


def said(command: list[str]) -> dict[str, list[float]]:
    """What a worker measured, by name."""
    finished = limits.run(command, seconds=PATIENCE, n_bytes=MEMORY)
    if finished.failure:
        raise RuntimeError(f"{command[-2]}: {finished.failure}")
    found: dict[str, list[float]] = {}
    for line in finished.lines:
        for key, value in line.items():
            found.setdefault(key, []).append(value)
    return found
