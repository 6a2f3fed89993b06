"""A trace as JSON: replayed by other code than wrote it, it gives the same beliefs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import mbml_core as mb
from mbml_core.explain.plain import plain
from mbml_core.explain.trace_document import replay_document, trace_document
from mbml_core.inference.observations import Observations
from mbml_core.inference.trace import DrawnGraph, Trace, TraceOptions, feeding, recorded, replay
from mbml_core.model import FactorGraph, Variable
from mbml_core.model import boolean as boolean_variable
from tests.strategies import loopy_graphs

SAMPLES = Path(__file__).parents[2] / "sample_graphs"


def traced(model: FactorGraph, evidence: dict[str, Any] | None = None, **options: Any) -> Trace:
    graph = DrawnGraph.of(model, Observations.of(model, evidence or {}))
    return recorded(graph, "bp", TraceOptions(**options))


def read(document: dict[str, Any]) -> dict[str, list[float]]:
    return replay_document(json.loads(json.dumps(document, allow_nan=False)))


@given(loopy_graphs(max_variables=4))
@settings(max_examples=25, deadline=None)
def test_the_document_replays_to_the_beliefs(model: FactorGraph) -> None:
    trace = traced(model, max_sweeps=3, damping=0.2)
    found, expected = read(trace_document(trace)), replay(trace.steps)
    assert found.keys() == expected.keys()
    for id, belief in expected.items():
        np.testing.assert_allclose(found[id], belief, atol=1e-12)


def test_ten_digits_replay_to_what_is_shown() -> None:
    model = mb.load(SAMPLES / "sprinkler.json")
    trace = traced(model, {"wet": "yes"})
    assert read(trace_document(trace, 10))["rain"][1] == pytest.approx(0.784074, abs=1e-6)


def test_a_part_brings_the_messages_from_outside_along() -> None:
    model = mb.load(SAMPLES / "asia.json")
    graph = DrawnGraph.of(model, Observations.of(model, {}))
    root = model.variables[0].id
    trace = recorded(graph, "bp", TraceOptions(), feeding(graph, root, 3))
    document = trace_document(trace)
    outside = [table["name"] for table in document["tables"] if table["node"] is None]
    assert outside
    assert document["is_part"]
    np.testing.assert_allclose(read(document)[root], replay(trace.steps)[root], atol=1e-12)


def test_the_words_name_what_is_multiplied_and_added() -> None:
    model = mb.load(SAMPLES / "sprinkler.json")
    texts = {text: rule for text, rule, _ in trace_document(traced(model, {"wet": "yes"}))["texts"]}
    told = next(text for text in texts if text.startswith("f_wet tells Rain"))
    assert "times μ(Sprinkler → f_wet) and μ(Wet grass → f_wet), added up over Sprinkler and Wet grass" in told
    left, sign, over, right = texts[told]
    assert (left, sign, over) == ("μ(f_wet → Rain)(Rain) ∝ ", "Σ", "Sprinkler, Wet grass")
    assert right.startswith("f_wet(Sprinkler, Rain, Wet grass) · ")
    assert "Wet grass is known, so it tells f_wet what was seen, whatever the others say." in texts


def test_hidden_characters_in_names_are_shown_in_the_words() -> None:
    model = FactorGraph(
        (Variable("x", boolean_variable("x").domain, "a\u202eb"),),
        (mb.Factor("f", "prior", ("x",), {"probabilities": [0.5, 0.5]}),),
    )
    for text, rule, _ in trace_document(traced(model))["texts"]:
        assert "\u202e" not in text + "".join(rule)
        assert "\\u202e" in text


def test_steps_have_a_plain_form_without_infinities() -> None:
    model = mb.load(SAMPLES / "monty_hall.json")
    for step in traced(model, {"host": 1} if "host" in model.variable_index else {}).steps:
        json.dumps(plain(step), allow_nan=False)
