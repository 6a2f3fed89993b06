"""How quick the views of the reasoning answer: each question on every sample, and on alarm.

    python -m benchmarks.questions [--rounds N] [--markdown FILE]

Timed is what Python does: from the question, read from the page's message, to the answer as JSON text. Samples are
asked with the observations of their first suggestion, alarm with five of its leaves. The first time a question is
asked of a drawing counts as well, since that is what a class waits for.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.networks import read_network, to_graph
from components.graph_editor.asking import Asked
from components.graph_editor.lessons import samples
from components.graph_editor.questions import QUESTIONS
from mbml_core.deadline import Deadline
from mbml_core.engine import compile
from mbml_core.errors import MbmlError
from mbml_core.kernels import loading
from mbml_core.model import FactorGraph, resolve_evidence

SAMPLES = Path(__file__).parent.parent / "sample_graphs"
NOT_ASKED = {"mark", "predict", "fire", "export"}
"""What a student's answer, a click or a file asks: no view of its own."""
PROMISED = {"samples": 0.1, "alarm": 1.0}
"""Seconds."""
LEAVES = 5


@dataclass(frozen=True)
class Timing:
    """One question of one drawing."""

    drawing: str
    about: str
    first: float
    median: float
    refusal: str


def fields_of(about: str, graph: FactorGraph) -> dict[str, Any]:
    """What a view asks when it opens."""
    free = [variable.id for variable in graph.variables if variable.id not in graph.evidence]
    ids = free or [variable.id for variable in graph.variables]
    if about == "roads":
        return {"root": ids[0], "part": "auto"}
    if about == "independence":
        return {"first": ids[0], "second": ids[-1], "supposed": []}
    if about == "intervene":
        return {"settings": [[ids[0], graph.variable(ids[0]).states[-1]]]}
    if about == "laboratory":
        return {"schedule": "flooding", "damping": 0.0, "sweeps": 100, "seed": 0, "variable": ids[0]}
    return {}


def drawings() -> Iterator[tuple[str, FactorGraph]]:
    """The samples, then alarm, with what is observed."""
    for sample in samples(SAMPLES):
        graph = sample.document.graph
        suggestions = sample.lesson.suggestions
        evidence = resolve_evidence(graph, suggestions[0].evidence) if suggestions else {}
        yield sample.id, graph.with_evidence(evidence)
    alarm = to_graph(read_network("alarm"))
    parents = {id for factor in alarm.factors for id in factor.scope if id != factor.parameters.get("child")}
    leaves = [variable for variable in alarm.variables if variable.id not in parents][:LEAVES]
    yield "alarm", alarm.with_evidence(resolve_evidence(alarm, {v.id: v.states[0] for v in leaves}))


def timings(name: str, graph: FactorGraph, rounds: int) -> Iterator[Timing]:
    """Every question of one drawing, by an engine that has answered its first click."""
    engine = compile(graph)
    engine.infer()
    exact = compile(graph, "exact")
    for about in sorted(QUESTIONS.keys() - NOT_ASKED):
        fields = {"type": "ask", "about": about, **fields_of(about, graph)}
        spent, refusal = [], ""
        for _ in range(rounds):
            asked = Asked(graph, engine, lambda: exact, Deadline(60.0), lambda done, all: None)
            start = time.perf_counter()
            try:
                json.dumps(QUESTIONS[about](asked, fields), allow_nan=False)
            except MbmlError as error:
                refusal = str(error)
            spent.append(time.perf_counter() - start)
        yield Timing(name, about, spent[0], statistics.median(spent), refusal)


def table(found: list[Timing]) -> str:
    """Milliseconds: the slowest sample of each question, and alarm."""
    lines = [
        "| question | slowest sample | first ms | median ms | alarm first ms | alarm median ms |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for about in sorted({timing.about for timing in found}):
        ours = [timing for timing in found if timing.about == about and not timing.refusal]
        slowest = max((t for t in ours if t.drawing != "alarm"), key=lambda t: t.median, default=None)
        alarm = next((t for t in ours if t.drawing == "alarm"), None)
        cells = [about, slowest.drawing if slowest else "–"]
        for timing in (slowest, alarm):
            cells += [f"{1e3 * timing.first:.0f}", f"{1e3 * timing.median:.0f}"] if timing else ["–", "–"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def missed(found: list[Timing]) -> list[str]:
    """What took longer than promised."""
    limits = [(t, PROMISED["alarm" if t.drawing == "alarm" else "samples"]) for t in found]
    return [f"{t.about} of {t.drawing}: {1e3 * t.median:.0f} ms" for t, limit in limits if t.median > limit]


def main() -> None:
    """Print the table and what missed its promise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    loading.wait()
    found = [timing for name, graph in drawings() for timing in timings(name, graph, options.rounds)]
    print(table(found))
    for line in missed(found):
        print("missed:", line)
    refusals = {(timing.about, timing.refusal): timing.drawing for timing in found if timing.refusal}
    for (about, refusal), drawing in refusals.items():
        print(f"refused: {about} of {drawing}: {refusal[:120]}")
    if options.markdown:
        options.markdown.write_text(table(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
