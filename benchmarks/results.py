"""What the workers said, checked against each other, and the ratios between them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.limits import Finished
from benchmarks.protocol import Question

TOLERANCE = 1e-9


class Disagreement(Exception):
    """Two engines give different answers: no time is worth printing."""


@dataclass(frozen=True)
class Measured:
    """One engine on one network.

    Attributes:
        engine: its name.
        seconds: of each question that was answered, by its place among the questions.
        answers: to the same questions, all marginals one after the other.
        failure: why it ended early, "" where it did not.
    """

    engine: str
    seconds: Mapping[int, float]
    answers: Mapping[int, tuple[float, ...]]
    failure: str = ""


@dataclass(frozen=True)
class Ratio:
    """The best peer's time by ours.

    Attributes:
        ours, peer: seconds, a summary of `count` questions of one kind.
        engine: the best peer.
    """

    ours: float
    peer: float
    engine: str
    count: int

    @property
    def value(self) -> float:
        return self.peer / self.ours


def measured(engine: str, finished: Finished) -> Measured:
    """Medians over the rounds; the first one warms memory and counts only where it is the only one."""
    seconds: dict[int, list[float]] = {}
    answers: dict[int, tuple[float, ...]] = {}
    for line in finished.lines:
        if "question" in line:
            seconds.setdefault(line["question"], []).append(line["seconds"])
        if "answer" in line:
            answers[line["question"]] = tuple(p for marginal in line["answer"] for p in marginal)
    typical = {question: statistics.median(times[1:] or times) for question, times in seconds.items()}
    return Measured(engine, typical, answers, finished.failure)


def check(ours: Measured, peers: Iterable[Measured]) -> None:
    """Raise Disagreement unless every answer both gave is the same number."""
    for peer in peers:
        for question in peer.answers.keys() & ours.answers.keys():
            left, right = np.array(ours.answers[question]), np.array(peer.answers[question])
            gap = float(np.abs(left - right).max()) if left.shape == right.shape else np.inf
            if not gap <= TOLERANCE:
                raise Disagreement(f"question {question}: {ours.engine} and {peer.engine} differ by {gap:g}")


def ratio(
    asked: Sequence[Question],
    label: str,
    ours: Measured,
    peers: Iterable[Measured],
    summary: Callable[[list[float]], float] = statistics.median,
) -> Ratio | None:
    """Against the best peer, each measured by the questions of this kind that it and we answered."""
    wanted = [k for k, question in enumerate(asked) if question.label == label and k in ours.seconds]
    found = []
    for peer in peers:
        common = [k for k in wanted if k in peer.seconds]
        if common:
            mine, other = (summary([one.seconds[k] for k in common]) for one in (ours, peer))
            found.append(Ratio(mine, other, peer.engine, len(common)))
    return min(found, key=lambda one: one.value, default=None)
