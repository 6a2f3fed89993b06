"""The samples and their lessons."""

from __future__ import annotations

from pathlib import Path

from components.graph_editor.lessons import ORDER, samples, steps

SAMPLES = Path(__file__).parents[3] / "sample_graphs"


def test_every_sample_is_there_in_the_order_named() -> None:
    found = [sample.id for sample in samples(SAMPLES)]
    assert found[: len(ORDER)] == list(ORDER)
    assert set(found) == {path.name.split(".")[0] for path in SAMPLES.glob("*.json")}


def test_every_node_of_every_sample_has_a_place() -> None:
    for sample in samples(SAMPLES):
        graph = sample.document.graph
        assert {v.id for v in graph.variables} | {f.id for f in graph.factors} == set(sample.document.layout)


def test_the_steps_of_a_lesson() -> None:
    assert steps("Describe: <b>. Observe: the rest: all. Infer: done.") == [
        ("Describe", "<b>."),
        ("Observe", "The rest: all."),
        ("Infer", "Done."),
    ]
    assert steps("No steps here: none.") == [("", "No steps here: none.")]
    assert steps("") == []


def test_every_lesson_has_the_three_steps() -> None:
    for sample in samples(SAMPLES):
        assert [verb for verb, _ in steps(sample.text)] == ["Describe", "Observe", "Infer"]
