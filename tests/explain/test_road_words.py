"""Variable elimination and the junction tree in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mbml_core as mb
from mbml_core.explain.road_words import SENTENCES, verdict
from mbml_core.explain.step_words import equation, sentence
from mbml_core.explain.trace_document import replay_document, trace_document
from mbml_core.explain.trace_words import summary
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Status
from mbml_core.inference.trace import DrawnGraph, Trace, TraceOptions, recorded
from mbml_core.inference.trace.roads import costs
from mbml_core.inference.trace.schedules import Ending
from mbml_core.model import FactorGraph

SAMPLES = Path(__file__).parents[2] / "sample_graphs"
DRAWINGS = sorted(path.stem for path in SAMPLES.glob("*.json") if "." not in path.stem)


def drawn(sample: str, evidence: Mapping[str, object] | None = None) -> DrawnGraph:
    model = mb.load(SAMPLES / f"{sample}.json")
    return DrawnGraph.of(model, Observations.of(model, evidence or {}))


def walked(graph: DrawnGraph, algorithm: str, root: str, is_pruned: bool = False) -> Trace:
    return recorded(graph, algorithm, TraceOptions(root=root, is_pruned=is_pruned))


def told(trace: Trace) -> list[str]:
    return [sentence(trace.graph, step) for step in trace.steps]


def rules(trace: Trace) -> list[str]:
    return ["|".join(equation(trace.graph, step)) for step in trace.steps if step.operation]


def test_elimination_in_the_textbooks_notation() -> None:
    trace = walked(drawn("sprinkler", {"wet": "yes"}), "elimination", "rain")
    assert rules(trace)[1:] == [
        "τ₁(Sprinkler, Rain) = |Σ|Cloudy|f_cloudy(Cloudy) · f_sprinkler(Cloudy, Sprinkler) · f_rain(Cloudy, Rain)",
        "τ₂(Rain) = |Σ|Sprinkler|f_wet[Wet grass = yes](Sprinkler, Rain) · τ₁(Sprinkler, Rain)",
        "b(Rain) ∝ |||τ₂(Rain)",
    ]
    assert told(trace)[0].startswith("Wet grass is known: only the entries of f_wet that fit are kept")
    assert "The result τ₁ is about Sprinkler and Rain." in told(trace)[1]
    assert told(trace)[-1].startswith("All others are summed out")


def test_a_number_without_variables_has_no_brackets() -> None:
    trace = walked(drawn("sprinkler", {"wet": "yes"}), "elimination", "wet")
    assert any(rule.startswith("τ₃ = |Σ|Rain|") for rule in rules(trace))
    assert "is a single number" in told(trace)[-2]


def test_what_is_left_out_is_said_and_why() -> None:
    trace = walked(drawn("asia"), "elimination", "xray", is_pruned=True)
    assert "nothing was observed there" in told(trace)[0]
    known = walked(drawn("asia", {"tuberculosis": "no"}), "elimination", "asia", is_pruned=True)
    assert any("Nothing joins" in text for text in told(known)) or "left out" in told(known)[0]


def test_the_junction_tree_names_fill_in_cliques_and_messages() -> None:
    trace = walked(drawn("asia", {"xray": 1}), "junction_tree", "xray")
    text = "\n".join(told(trace))
    assert "New link: Lung cancer–Bronchitis." in text
    assert "It is given no table, so it begins with ones." in text
    assert "[observed: X-ray = abnormal]" in text
    assert "C3 tells C2 what it knows about TB or lung cancer" in text
    assert "has now heard all" in text
    assert "6 cliques after 1 fill-in link; the largest table has 8 entries." in summary(trace)
    assert any(rule.startswith("δ(C5 → C6)(Lung cancer, Bronchitis) = |Σ|Smoker|") for rule in rules(trace))


@pytest.mark.parametrize("algorithm", ["elimination", "junction_tree"])
@pytest.mark.parametrize("sample", DRAWINGS)
def test_every_step_has_a_sentence_and_the_document_replays(sample: str, algorithm: str) -> None:
    graph = drawn(sample)
    root = graph.model.variables[0].id
    trace = walked(graph, algorithm, root)
    assert all(told(trace))
    expected = mb.infer(graph.model, {}, method="exact").marginals
    for id, belief in replay_document(trace_document(trace)).items():
        np.testing.assert_allclose(belief, expected[id].probabilities, atol=1e-9)


def test_hidden_characters_in_names_are_escaped() -> None:
    model = mb.load(SAMPLES / "sprinkler.json")
    named = tuple(replace(v, name="a\u202eb") for v in model.variables)
    graph = DrawnGraph.of(replace(model, variables=named), Observations.of(model, {}))
    for algorithm in ("elimination", "junction_tree"):
        trace = walked(graph, algorithm, "rain")
        assert "\u202e" not in "".join(told(trace) + rules(trace))
    roads = costs(graph)
    assert "\u202e" not in "".join(verdict(roads, "a\u202eb", "yes\u202e", 1))


def test_every_kind_of_step_has_words() -> None:
    graph = drawn("asia", {"xray": 1, "smoking": 0})
    kinds = {
        step.kind
        for algorithm in ("elimination", "junction_tree")
        for step in walked(graph, algorithm, "tuberculosis", is_pruned=True).steps
    }
    assert kinds <= SENTENCES.keys()


def test_the_verdict_sets_loopy_beside_exact() -> None:
    roads = costs(drawn("sprinkler", {"wet": "yes"}), TraceOptions(root="rain"))
    first, second = verdict(roads, "Rain", "yes", 1)
    assert "P(Rain = yes) = 0.7079" in first
    assert "about 0.7841: what goes round a loop is counted more than once" in first
    assert "28 times" in second
    assert "40 times" in second


def test_the_verdict_where_all_agree_and_where_none_is_exact() -> None:
    tree = costs(drawn("burglar_alarm"))
    name = tree[0].algorithm
    assert name == "bp"
    assert verdict(tree, "Burglar", "yes", 1)[0].startswith("All roads that can be walked end at the same belief")
    loopy = costs(drawn("sprinkler", {"wet": "yes"}), TraceOptions(root="rain"))
    assert verdict(loopy[:1], "Rain", "yes", 1) == ("None of the roads gives the exact posterior here.",)
    swings = replace(loopy[0], ending=Ending("flooding", Status.OSCILLATING, 9, 1.0))
    assert "back and forth" in verdict((swings, *loopy[1:]), "Rain", "yes", 1)[0]
    stopped = replace(loopy[0], ending=Ending("flooding", Status.MAX_SWEEPS, 9, 1.0))
    assert "still moving" in verdict((stopped, *loopy[1:]), "Rain", "yes", 1)[0]
    lucky = replace(loopy[0], belief=loopy[1].belief)
    assert "the same four digits" in verdict((lucky, *loopy[1:]), "Rain", "yes", 1)[0]


def test_a_drawing_of_one_variable_has_words_too() -> None:
    model = FactorGraph(mb.load(SAMPLES / "sprinkler.json").variables[:1], ())
    graph = DrawnGraph.of(model, Observations.of(model, {}))
    assert "No table says anything" in told(walked(graph, "elimination", "cloudy"))[0]
    assert any("has no neighbours" in text for text in told(walked(graph, "junction_tree", "cloudy")))
