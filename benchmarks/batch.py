"""Many rows of evidence at once, against a loop over the rows."""

from __future__ import annotations

import json
import statistics
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import exact, results
from benchmarks.networks import read_network
from benchmarks.protocol import FIRST, SHARE, Network, Question, parents_first

NETWORK = "alarm"
ROWS, QUICK_ROWS = 100_000, 5_000
PEER_ROWS = 300
"""Rows the peers answer; their time for all rows is extrapolated from these."""
ROW = "row"
PATTERNS = ("the same variables in every row", "other variables in every row")


@dataclass(frozen=True)
class Batch:
    """Times per row, in seconds.

    Attributes:
        pattern: which variables a row observes.
        rows: number of rows of ours.
        peer: the best peer's mean over the rows it was asked, and its name.
    """

    pattern: str
    rows: int
    ours: float
    peer: float
    engine: str

    @property
    def ratio(self) -> float:
        return self.peer / self.ours


def measure(pattern: str, rows: int, peers_python: Path, effort: exact.Effort) -> Batch:
    network = read_network(NETWORK)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        states = hidden(sampled_rows(network, rows, seed=5), SHARE, pattern == PATTERNS[0], seed=6)
        network.save(folder / "network.npz")
        np.save(folder / "rows.npy", states)
        asked = [Question(FIRST, {}), *(question(network, row) for row in states[:PEER_ROWS])]
        text = json.dumps([asdict(one) for one in asked])
        (folder / "questions.json").write_text(text, encoding="utf-8")
        ours = exact.ask_ours("batch", folder, effort)
        if ours.failure:
            raise RuntimeError(f"batch: {ours.failure}")
        answers = next(line["answers"] for line in ours.lines if "answers" in line)
        mine = results.Measured("mbml", {}, {k + 1: tuple(row) for k, row in enumerate(answers)})
        peers = [
            results.measured(short, exact.ask_peer("pyagrum_peer", engine, folder, peers_python, effort))
            for short, engine in exact.PYAGRUM.items()
        ]
        results.check(mine, peers)
    per_row = {peer.engine: statistics.fmean(s for k, s in peer.seconds.items() if k > 0) for peer in peers}
    best = min(per_row, key=per_row.__getitem__)
    seconds = statistics.median(line["seconds"] for line in ours.lines if "rows" in line)
    return Batch(pattern, rows, seconds / rows, per_row[best], best)


def question(network: Network, row: NDArray[np.int64]) -> Question:
    return Question(ROW, {id: int(state) for id, state in zip(network.ids, row, strict=True) if state >= 0})


def sampled_rows(network: Network, rows: int, seed: int) -> NDArray[np.int64]:
    """Forward samples, all rows of a variable at once: (rows, variables)."""
    source = np.random.default_rng(seed)
    states = np.zeros((rows, len(network.ids)), dtype=np.int64)
    by_child = {scope[-1]: k for k, scope in enumerate(network.scopes)}
    for v in parents_first(network):
        *parents, _ = network.scopes[by_child[v]]
        chances = network.tables[by_child[v]][tuple(states[:, parent] for parent in parents)]
        limits = np.broadcast_to(np.cumsum(chances, axis=-1), (rows, network.sizes[v]))
        drawn = source.random(rows)[:, None] * limits[:, -1:]
        states[:, v] = (drawn >= limits).sum(axis=1)
    return states


def hidden(states: NDArray[np.int64], share: float, is_same: bool, seed: int) -> NDArray[np.int64]:
    """Only `share` of each row is kept; −1 stands for the rest."""
    source = np.random.default_rng(seed)
    rows, n = states.shape
    ranks = source.random((1 if is_same else rows, n)).argsort(axis=1)
    return np.where(ranks < max(1, round(share * n)), states, -1)
