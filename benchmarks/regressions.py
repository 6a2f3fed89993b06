"""What must not become slower: python -m benchmarks.regressions [--record]. Part of make check-all.

Clock times say little on a busy machine, so everything is counted in units: the time of a fixed loop of Python
and numpy, taken in turns with what is measured, the best of several for both. A score is units per piece of work,
turned over: more is faster. benchmarks/floors.json holds half of what was measured when it was recorded.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

import mbml_core as mb
from benchmarks import limits
from benchmarks.grids import random_grid
from benchmarks.networks import grid_graph, read_network, to_graph
from benchmarks.protocol import say
from mbml_core.kernels import loading

FLOORS = Path(__file__).with_name("floors.json")
GENEROSITY = 0.5
REPEATS = 5
UNIT_STEPS = 1000
CLICKS = {"alarm": 20, "munin": 4}
GRID_SIDE, GRID_SWEEPS = 60, 20
PATIENCE, MEMORY = 120.0, 8 << 30
EXECUTORS = ("numba", "numpy")
COMPARED = ("alarm click", "munin click", "grid sweeps")
"""Where machine code has to be faster than numpy, in the same units."""


def unit() -> None:
    """A few milliseconds of what a click is made of besides its kernels: small arrays, dicts, strings."""
    left, right = np.linspace(0.1, 1.0, 64), np.linspace(1.0, 0.1, 64)
    found = {}
    for step in range(UNIT_STEPS):
        left = left * right
        left /= left.sum()
        found[str(step)] = left


def score(work: Callable[[], object], prepare: Callable[[], None]) -> float:
    """Units of time per piece of work, inverted; `prepare` runs untimed before each piece."""
    units, pieces = [], []
    for _ in range(REPEATS):
        units.append(seconds(unit))
        prepare()
        pieces.append(seconds(work))
    return min(units) / min(pieces)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def read(engine: mb.Engine, evidence: dict[str, int]) -> None:
    for marginal in engine.infer(evidence).marginals.values():
        marginal.probabilities.item(0)


def scores() -> Iterator[tuple[str, float]]:
    """Name and score of everything that is guarded, in this process and by its executor."""
    loading.wait()
    for name, count in CLICKS.items():
        yield from network_scores(name, to_graph(read_network(name)), count)
    grid = mb.compile(grid_graph(random_grid(GRID_SIDE)), "bp", schedule="flooding", max_sweeps=GRID_SWEEPS)
    yield "grid sweeps", score(lambda: read(grid, {}), lambda: None)


def network_scores(name: str, graph: mb.FactorGraph, count: int) -> Iterator[tuple[str, float]]:
    """Every piece of clicks finds a new engine, so that nothing was planned or cached before."""
    step = len(graph.variables) // count
    clicked = [{variable.id: 0} for variable in graph.variables[: count * step : step]]
    engines: list[mb.Engine] = []

    def build() -> None:
        engines[:] = [mb.compile(graph, "exact")]
        read(engines[0], {})

    def clicks() -> None:
        for evidence in clicked:
            read(engines[0], evidence)

    yield f"{name} click", count * score(clicks, build)
    yield f"{name} compile and first answer", score(build, engines.clear)


def measured(executor: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.regressions", "--measure"]
    environment = {**os.environ, "MBML_EXECUTOR": executor, "MBML_IDLE": "off"}
    done = limits.run(command, seconds=PATIENCE, n_bytes=MEMORY, environment=environment)
    if done.failure:
        raise SystemExit(f"{executor}: {done.failure}")
    return {line["name"]: line["score"] for line in done.lines}


def all_scores() -> dict[str, float]:
    """By executor, and machine code against numpy."""
    found = {executor: measured(executor) for executor in EXECUTORS}
    flat = {f"{executor}: {name}": score for executor in EXECUTORS for name, score in found[executor].items()}
    faster = {f"numba by numpy: {name}": found["numba"][name] / found["numpy"][name] for name in COMPARED}
    return {**flat, **faster}


def slower(found: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """Names whose score is below its floor; one that was not measured is, too."""
    return [name for name, floor in floors.items() if not found.get(name, 0.0) >= floor]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="make half of what is measured now the floor")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        for name, value in scores():
            say(name=name, score=value)
        return 0
    limits.compile_kernels()
    found = all_scores()
    if arguments.record:
        floors = {name: float(f"{GENEROSITY * value:.3g}") for name, value in found.items()}
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", encoding="utf-8")
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    too_slow = slower(found, floors)
    for name, value in found.items():
        print(f"{name:45} {value:9.3g}   floor {floors.get(name, 0.0):9.3g}{'   SLOWER' * (name in too_slow)}")
    return 1 if too_slow else 0


if __name__ == "__main__":
    sys.exit(main())
