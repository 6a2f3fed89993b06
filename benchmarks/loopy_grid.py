"""Sweeps of loopy belief propagation on binary grids, built from arrays: python -m benchmarks.loopy_grid.

Each line is a process of its own. A sweep is the time of a long run less that of a short one, by the sweeps
between. The bound is what a flooding sweep has to move, by what the memory moves in a triad with as many threads:

    a factor    two variables, its table entries, both messages read and written
    a message   read once more for the totals, and where it lies
    a variable  its total written, read by its factors once (the rest from cache), its weight
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

SIDES = (100, 300, 1000)
SHORT, LONG = 5, 45
TRIES = 3
TRIAD = 1 << 24
INDEX = 4


def grid(side: int, seed: int = 0):
    """A random grid: logs of couplings and fields are normal, 0.5 and 0.3 wide."""
    from mbml_core.model.groups import FactorGroup, GroupedGraph, VariableGroup

    source = np.random.default_rng(seed)
    at = np.arange(side * side, dtype=np.int64).reshape(side, side)
    left = np.concatenate([at[:-1].ravel(), at[:, :-1].ravel()])
    right = np.concatenate([at[1:].ravel(), at[:, 1:].ravel()])
    agree = np.exp(source.normal(0, 0.5, len(left)))
    tables = np.stack([agree, 1 / agree, 1 / agree, agree], axis=1).reshape(-1, 2, 2)
    fields = np.exp(source.normal(0, 0.3, (side * side, 2)))
    for array in (left, right, tables, fields):
        array.flags.writeable = False
    before = resident()
    start = time.perf_counter()
    graph = GroupedGraph(
        (VariableGroup("x", side * side, ("0", "1")),),
        (
            FactorGroup("field", (("x", None),), fields),
            FactorGroup("coupling", (("x", left), ("x", right)), tables),
        ),
    )
    return graph, start, before


def resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(side: int, kernel: str, schedule: str, precision: str) -> dict[str, object]:
    from mbml_core.inference import loopy_pairs_run
    from mbml_core.inference.loopy_groups import compile_grouped
    from mbml_core.inference.message_passing import BpOptions
    from mbml_core.kernels import loading

    loading.wait()
    loopy_pairs_run.USES_RATIOS = kernel == "binary"
    graph, start, before = grid(side)
    engines = []
    for sweeps in (SHORT, LONG):
        options = BpOptions(schedule, tolerance=0.0, max_sweeps=sweeps, precision=precision)
        engines.append(compile_grouped(graph, "bp", options, lambda drawing: drawing))
        if sweeps == SHORT:
            build = time.perf_counter() - start
            engines[0].infer()
            peak = resident() - before
    seconds = [min(timed(engine) for _ in range(TRIES)) for engine in engines]
    numbers = 2 if kernel == "general" else 1
    size = 8 if precision == "float64" else 4
    n_factors = 2 * side * (side - 1)
    needed = (2 * n_factors * 2 + 4 * n_factors + 2 * side * side) * 8 / 2**20
    table = 3 if kernel == "binary" else 4
    of_a_factor = 2 * INDEX + table * size + 2 * (2 * numbers * size) + 2 * (INDEX + numbers * size)
    of_a_variable = 3 * numbers * size + INDEX
    moved = n_factors * of_a_factor + side * side * of_a_variable
    sweep = (seconds[1] - seconds[0]) / (LONG - SHORT)
    return {
        "side": side, "kernel": kernel, "schedule": schedule, "precision": precision,
        "threads": os.environ["MBML_THREADS"], "build_s": build, "sweep_s": sweep,
        "sweep_with_query_s": seconds[1] / LONG, "messages_per_s": 2 * n_factors / sweep,
        "bound_s": moved / bandwidth(int(os.environ["MBML_THREADS"])), "peak_MiB": peak, "needed_MiB": needed,
    }  # fmt: skip


def timed(engine) -> float:
    start = time.perf_counter()
    engine.infer()
    return time.perf_counter() - start


def bandwidth(n_threads: int) -> float:
    """Bytes a second of a ← b + c."""
    a, b, c = (np.ones(TRIAD) for _ in range(3))
    halves = [slice(i * TRIAD // n_threads, (i + 1) * TRIAD // n_threads) for i in range(n_threads)]
    best = float("inf")
    with ThreadPoolExecutor(n_threads) as threads:
        for _ in range(7):
            start = time.perf_counter()
            list(threads.map(lambda part: np.add(b[part], c[part], out=a[part]), halves))
            best = min(best, time.perf_counter() - start)
    return 24 * TRIAD / best


def lines() -> list[tuple[str, str, str, str, str]]:
    found = []
    for side in map(str, SIDES):
        for kernel in ("binary", "general"):
            found += [(side, kernel, "flooding", "float64", threads) for threads in ("1", "2")]
        found += [(side, "binary", "flooding", "float32", "2"), (side, "binary", "sequential", "float64", "2")]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one", nargs=4, metavar=("SIDE", "KERNEL", "SCHEDULE", "PRECISION"))
    arguments = parser.parse_args()
    if arguments.one:
        side, *rest = arguments.one
        print(json.dumps(measure(int(side), *rest)))
        return
    print(
        "side kernel schedule precision threads | build s | s/sweep (with query) | of the bound | peak/needed MiB"
    )
    for *line, threads in lines():
        command = [sys.executable, "-m", "benchmarks.loopy_grid", "--one", *line]
        done = subprocess.run(  # noqa: S603 - this script
            command, capture_output=True, text=True, check=True, env={**os.environ, "MBML_THREADS": threads}
        )
        found = json.loads(done.stdout)
        print(
            f"{' '.join(line)} {threads} | {found['build_s']:.2f} | {found['sweep_s']:.2e} "
            f"({found['sweep_with_query_s']:.2e}) | {found['bound_s'] / found['sweep_s']:.0%} | "
            f"{found['peak_MiB']:.0f} / {found['needed_MiB']:.0f}"
        )


if __name__ == "__main__":
    main()
