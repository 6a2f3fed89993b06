"""Exact inference on the networks of the repository, each engine and network in a process of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import limits, results
from benchmarks.networks import read_network
from benchmarks.protocol import CLICK, FEW, FIRST, FLIP, MANY, Question, read_case, unanswered, write_case
from benchmarks.results import Measured, Ratio

PYAGRUM = {
    "LP": "LazyPropagation",
    "SS": "ShaferShenoyInference",
    "VE": "VariableElimination",
}
PGMPY_NETWORKS = {
    *("asia", "cancer", "earthquake", "sachs", "survey"),
    *("alarm", "child", "hailfinder", "hepar2", "insurance", "win95pts"),
}
"""Small enough for one query per variable, in Python."""
PGMPY = "pgmpy"
OURS = "mbml"
MOST_RESTARTS = 3
LABELS = (CLICK, FLIP, FEW, MANY, FIRST)


@dataclass(frozen=True)
class Effort:
    """How much each process may spend.

    Attributes:
        budget: seconds after which a worker begins nothing new.
        patience: seconds after which it is killed.
        rounds: that it repeats everything, time permitting.
        n_bytes: of address space.
    """

    budget: float
    patience: float
    rounds: int
    n_bytes: int = 12 << 30


FULL = Effort(budget=14.0, patience=60.0, rounds=3)
QUICK = Effort(budget=5.0, patience=40.0, rounds=2)


@dataclass(frozen=True)
class Compared:
    """One network: everybody's times, after the answers were found to agree.

    Attributes:
        network, n_variables: its name and size.
        asked: the questions.
        ours, peers: the times.
        predicted, peak: bytes of ours, said beforehand and measured.
        by_machine_code: whether ours ran machine code, not numpy.
    """

    network: str
    n_variables: int
    asked: tuple[Question, ...]
    ours: Measured
    peers: tuple[Measured, ...]
    predicted: float
    peak: float
    by_machine_code: bool

    @property
    def exact_peers(self) -> list[Measured]:
        """pyAgrum's engines, among which the best counts."""
        return [peer for peer in self.peers if peer.engine in PYAGRUM]

    def ratio(self, label: str) -> Ratio | None:
        return results.ratio(self.asked, label, self.ours, self.exact_peers)

    def slowest(self) -> Ratio | None:
        """Our slowest click and the peer's, which need not be the same one."""
        return results.ratio(self.asked, CLICK, self.ours, self.exact_peers, max)


def compare(names: Sequence[str], peers_python: Path, effort: Effort) -> Iterator[Compared]:
    """Network after network. Raises Disagreement before a time of that network is known to anybody."""
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            write_case(Path(folder), read_network(name))
            yield compare_one(name, Path(folder), peers_python, effort)


def compare_one(name: str, folder: Path, peers_python: Path, effort: Effort) -> Compared:
    network, asked = read_case(folder)
    said = ask_ours("exact", folder, effort)
    by_machine_code = any(line.get("machine_code") for line in said.lines)
    ours = results.measured(OURS, said)
    if not ours.seconds:
        raise RuntimeError(f"{name}: {ours.failure}")
    peers = [
        results.measured(short, ask_peer("pyagrum_peer", engine, folder, peers_python, effort))
        for short, engine in PYAGRUM.items()
    ]
    if name in PGMPY_NETWORKS:
        said = ask_peer("pgmpy_peer", "VariableElimination", folder, peers_python, effort)
        peers.append(results.measured(PGMPY, said))
    results.check(ours, peers)
    predicted, peak = memory(folder, effort)
    return Compared(name, len(network.ids), tuple(asked), ours, tuple(peers), predicted, peak, by_machine_code)


def memory(folder: Path, effort: Effort) -> tuple[float, float]:
    said = {key: value for line in ask_ours("memory", folder, effort).lines for key, value in line.items()}
    return said.get("predicted", 0.0), said.get("measured", 0.0)


def ask_ours(what: str, folder: Path, effort: Effort) -> limits.Finished:
    """Nothing may be planned ahead in idle time: a click on something new is to be a click on something new."""
    command = [sys.executable, "-m", "benchmarks.ours", what, str(folder), str(effort.budget), str(effort.rounds)]
    return limits.run(
        command, seconds=effort.patience, n_bytes=effort.n_bytes, environment={**os.environ, "MBML_IDLE": "off"}
    )


def ask_peer(module: str, engine: str, folder: Path, python: Path, effort: Effort) -> limits.Finished:
    """A peer that ends at a question is started again without it, a few times."""
    command = [str(python), "-W", "ignore", "-m", f"benchmarks.peers.{module}", engine, str(folder)]
    command += [str(effort.budget), str(effort.rounds)]
    lines: list[dict[str, object]] = []
    skipped: list[int] = []
    while True:
        done = limits.run([*command, json.dumps(skipped)], seconds=effort.patience, n_bytes=effort.n_bytes)
        lines += done.lines
        lost = unanswered(done.lines)
        if not done.failure or not lost or len(skipped) == MOST_RESTARTS:
            return limits.Finished(tuple(lines), done.failure)
        skipped.append(lost)
