"""Our answers: python -m benchmarks.ours exact|memory|batch FOLDER BUDGET ROUNDS, one process per network."""

from __future__ import annotations

import gc
import os
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

import mbml_core as mb
from benchmarks.networks import to_graph
from benchmarks.protocol import Ask, Network, answer_all, read_case, say
from mbml_core.kernels import loading
from mbml_core.model import FactorGraph

MEMORY = 4 << 30
"""Allowed to the exact method; the process itself is held to more."""
LEAST_MEMORY = 1
SLACK = 1.15
"""A second search for an elimination order may end elsewhere."""
KIB = 1024


def load_machine_code() -> bool:
    """Whether there is machine code: it is loaded before anything is timed, as it is when the page is open."""
    return loading.wait()


def build(graph: FactorGraph, memory_limit: float = MEMORY) -> Ask:
    engine = mb.compile(graph, "exact", memory_limit=memory_limit)
    return lambda evidence: [m.probabilities for m in engine.infer(evidence).marginals.values()]


def exact(folder: Path, budget: float, rounds: int) -> None:
    network, asked = read_case(folder)
    answer_all(asked, lambda: to_graph(network), build, budget, rounds)


def memory(folder: Path) -> None:
    """Predicted bytes before anything is allocated, and the measured peak above the loaded model and machine code,
    where no more than that is allowed. (With more, a second copy of the tables is kept for the next click.)
    """
    network, asked = read_case(folder)
    graph = to_graph(network)
    predicted = predicted_bytes(graph)
    say(predicted=predicted)
    loading.wait()
    gc.collect()
    before = resident_bytes()
    ask = build(graph, SLACK * predicted or MEMORY)
    for question in asked:
        with suppress(mb.OverBudget):  # its evidence needs another tree, a larger one
            ask(question.evidence)
    say(measured=peak_bytes() - before)


def predicted_bytes(graph: FactorGraph) -> float:
    """What the refusal under the least budget says that exact inference would need."""
    try:
        mb.compile(graph, "exact", memory_limit=LEAST_MEMORY)
    except mb.OverBudget as refusal:
        return refusal.needed_bytes
    return 0.0


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


def batch(folder: Path, rounds: int) -> None:
    """All rows in one call; the answers to the first rows, which the peers were asked too, are told."""
    network, asked = read_case(folder)
    states = np.load(folder / "rows.npy")
    engine = mb.compile(to_graph(network), "exact")
    columns = evidence_columns(network, states)
    for turn in range(rounds):
        start = time.perf_counter()
        result = engine.infer_many(columns)
        arrays = [result.marginals[id].probabilities for id in network.ids]
        say(seconds=time.perf_counter() - start, rows=len(states))
        if turn == 0:
            say(answers=np.concatenate([array[: len(asked) - 1] for array in arrays], axis=1).tolist())


def evidence_columns(network: Network, states: np.ndarray) -> dict[str, np.ndarray]:
    """A column for each variable that some row observes; −1 stands for a missing value."""
    return {id: states[:, v] for v, id in enumerate(network.ids) if (states[:, v] >= 0).any()}


def main() -> None:
    what, folder, budget, rounds = sys.argv[1:]
    say(machine_code=load_machine_code())
    if what == "exact":
        exact(Path(folder), float(budget), int(rounds))
    elif what == "memory":
        memory(Path(folder))
    else:
        batch(Path(folder), int(rounds))


if __name__ == "__main__":
    main()
