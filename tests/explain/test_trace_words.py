"""What is said about a run: how far to trust its end, and what is not shown of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mbml_core as mb
from mbml_core.explain.trace_words import summary
from mbml_core.inference.observations import Observations
from mbml_core.inference.trace import DrawnGraph, TraceOptions, feeding, fired, recorded
from mbml_core.model import FactorGraph

SAMPLES = Path(__file__).parents[2] / "sample_graphs"


def drawn(name: str, evidence: dict[str, Any] | None = None) -> DrawnGraph:
    model = mb.load(SAMPLES / f"{name}.json")
    assert isinstance(model, FactorGraph)
    return DrawnGraph.of(model, Observations.of(model, evidence or {}))


def said(graph: DrawnGraph, most: int | None = None, nearest: int | None = None, **options: Any) -> str:
    part = feeding(graph, graph.model.variables[0].id, nearest) if nearest else None
    return " ".join(summary(recorded(graph, "bp", TraceOptions(**options), part, most)))


def test_a_tree_is_called_exact_and_its_cost_is_told() -> None:
    text = said(drawn("burglar_alarm"))
    assert "collect to the chosen variable, then distribute" in text
    assert "exact" in text
    assert "multiplications" in text
    assert "approximate" not in text


def test_a_loop_is_never_called_exact() -> None:
    text = said(drawn("sprinkler", {"wet": "yes"}))
    assert "after 24 sweeps the messages stopped changing" in text
    assert "approximate" in text
    assert "exact" not in text


@pytest.mark.parametrize(("sweeps", "words"), [(3, "Stopped after 3 sweeps without converging")])
def test_a_run_that_was_stopped_says_so(sweeps: int, words: str) -> None:
    assert words in said(drawn("sprinkler", {"wet": "yes"}), max_sweeps=sweeps)


def test_what_is_left_out_is_said() -> None:
    graph = drawn("asia")
    assert "not shown, but they count" in said(graph, nearest=3)
    assert "Shown are the first 10 of" in said(graph, most=10)


def test_by_hand_nothing_is_a_belief_yet() -> None:
    graph = drawn("sprinkler")
    assert "no beliefs yet" in " ".join(summary(fired(graph, ["cloudy"])))
