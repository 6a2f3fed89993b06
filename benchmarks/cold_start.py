"""A new process with an empty cache of machine code: first answer, then clicks while kernels compile.

python -m benchmarks.cold_start FILE, with MBML_CACHE_DIR set to an empty folder.
"""

from __future__ import annotations

import random
import sys
import time

import mbml_core as mb
from benchmarks.protocol import say
from mbml_core.kernels import loading

PAUSE = 0.02
"""Seconds between clicks."""
LEAST_CLICKS = 100
PATIENCE = 60.0


def main() -> None:
    start = time.perf_counter()
    graph = mb.load(sys.argv[1])
    engine = mb.compile(graph)
    read(engine, {})
    first_answer = time.perf_counter() - start
    clicks, compiling = clicks_while_compiling(engine)
    say(first_answer=first_answer, clicks=clicks, compiling=compiling)


def read(engine: mb.Engine, evidence: dict[str, int]) -> float:
    start = time.perf_counter()
    for marginal in engine.infer(evidence).marginals.values():
        marginal.probabilities.sum()
    return time.perf_counter() - start


def clicks_while_compiling(engine: mb.Engine) -> tuple[list[float], float]:
    """Seconds of each click, until machine code is there and a few clicks have used it; seconds until it was."""
    source = random.Random(3)  # noqa: S311 - picks clicks
    start, times, compiling = time.perf_counter(), [], None
    while (compiling is None or len(times) < LEAST_CLICKS) and time.perf_counter() - start < PATIENCE:
        variable = source.choice(engine.model.variables)
        times.append(read(engine, {variable.id: source.randrange(variable.size)}))
        if compiling is None and loading.wait(timeout=0.0):
            compiling = time.perf_counter() - start
        time.sleep(PAUSE)
    return times, compiling if compiling is not None else PATIENCE


if __name__ == "__main__":
    main()
