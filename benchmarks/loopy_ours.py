"""Our sweeps on a grid of binary variables: python -m benchmarks.loopy_ours FOLDER.

A grid of a million variables is made as arrays: names and Python objects are not what is measured. The time of a
sweep is that of a long run less that of a short one, by the sweeps that lie between.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.grids import Grid, read_job
from benchmarks.protocol import say
from mbml_core.compiler.compiled import CompiledGraph, DenseGroup
from mbml_core.inference import loopy_pairs_run
from mbml_core.inference.message_passing import BeliefPropagationInference, BpOptions, Solution
from mbml_core.kernels import loading

SPINS = np.array([[1.0, -1.0], [-1.0, 1.0]])
MORE_SWEEPS = 100
"""Of the long run: fewer than any of these grids needs to converge."""
TRIES = 3
THREADS = 2
STREAM = 1 << 24
"""Numbers in each array whose sum is taken to measure the memory: no cache holds three of these."""
STREAM_REPEATS = 7
DOUBLE, OFFSET = 8, 4
"""Bytes."""


def compiled(grid: Grid) -> CompiledGraph:
    """The edges alone: fields are given as evidence, as PGMax wants them, and count in the first sweep."""
    tables = np.exp(grid.couplings[:, None, None] * SPINS)
    edges = DenseGroup(grid.edges, np.arange(len(grid.edges)), tables)
    return CompiledGraph(np.full(len(grid.fields), 2), (edges,), len(grid.edges))


def solve(graph: CompiledGraph, fields: NDArray[np.float64], sweeps: int) -> tuple[Solution, float]:
    """Flooding without a tolerance, the best of several; the first call lays out the arrays."""
    method = BeliefPropagationInference(graph, BpOptions("flooding", tolerance=0.0, max_sweeps=sweeps))
    weights = np.stack([-fields, fields], axis=1).ravel()
    found, times = method.solve(weights, frozenset()), []
    for _ in range(TRIES):
        start = time.perf_counter()
        found = method.solve(weights, frozenset())
        times.append(time.perf_counter() - start)
    return found, min(times)


def sweep_seconds(graph: CompiledGraph, fields: NDArray[np.float64], sweeps: int) -> float:
    short, short_seconds = solve(graph, fields, sweeps)
    long, long_seconds = solve(graph, fields, sweeps + MORE_SWEEPS)
    return (long_seconds - short_seconds) / (long.info.sweep - short.info.sweep)


def bound_seconds(grid: Grid) -> float:
    """Least time of a binary sweep: what has to be moved once, by what the memory moves in a second.

    A factor: two variables, three table entries, two messages read and written. A variable: its total read; then
    its weight, where its messages begin, which they are and they themselves read, and the new total written.
    """
    of_a_factor = 2 * OFFSET + 3 * DOUBLE + 4 * DOUBLE
    of_a_message = OFFSET + DOUBLE
    of_a_variable = 3 * DOUBLE + OFFSET
    moved = len(grid.edges) * (of_a_factor + 2 * of_a_message) + len(grid.fields) * of_a_variable
    return moved / bandwidth()


def bandwidth() -> float:
    """Bytes a second of a sum of two arrays into a third, by all threads together, the best of several."""
    left, right, total = (np.ones(STREAM) for _ in range(3))
    parts = np.array_split(np.arange(STREAM), THREADS)
    slices = [slice(part[0], part[-1] + 1) for part in parts]

    def add(part: slice) -> NDArray[np.float64]:
        return np.add(left[part], right[part], out=total[part])

    times = []
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in range(STREAM_REPEATS):
            start = time.perf_counter()
            list(threads.map(add, slices))
            times.append(time.perf_counter() - start)
    return 3 * DOUBLE * STREAM / min(times)


def main() -> None:
    folder = Path(sys.argv[1])
    grid, sweeps, repeats = read_job(folder)
    say(machine_code=loading.wait())
    graph = compiled(grid)
    for kernel, uses_ratios in (("binary", True), ("general", False)):
        loopy_pairs_run.USES_RATIOS = uses_ratios
        found, _ = solve(graph, grid.fields, sweeps)
        np.save(folder / f"{kernel}.npy", found.beliefs.reshape(-1, 2)[:, 1])
        for _ in range(repeats):
            say(**{kernel: sweep_seconds(graph, grid.fields, sweeps)})
    say(bound=bound_seconds(grid))


if __name__ == "__main__":
    main()
