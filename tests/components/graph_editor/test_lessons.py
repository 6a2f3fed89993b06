"""The samples and their lessons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from components.graph_editor.lessons import ORDER, samples, story, with_lesson
from mbml_core.document import Document
from mbml_core.editing import apply, lesson_of
from mbml_core.errors import InvalidModel
from mbml_core.model import FactorGraph

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
    assert story("Describe: <b>. Observe: the rest: all. Infer: done.") == [
        ("Describe", "<b>."),
        ("Observe", "The rest: all."),
        ("Infer", "Done."),
    ]
    assert story("No steps here: none.") == [("", "No steps here: none.")]
    assert story("") == []


def test_every_lesson_has_the_three_steps() -> None:
    for sample in samples(SAMPLES):
        assert [verb for verb, _ in story(sample.lesson.text)] == ["Describe", "Observe", "Infer"]


def test_a_file_brings_the_lesson_that_lies_beside_it(tmp_path: Path) -> None:
    drawing = tmp_path / "rain.json"
    plain = {"format": "mbml-lesson", "version": 2, "graph": "rain", "title": "Rain"}
    (tmp_path / "rain.lesson.json").write_text(json.dumps(plain), encoding="utf-8")
    found = with_lesson(Document(FactorGraph(())), drawing)
    assert lesson_of(found) == plain
    own = apply(found, {"type": "set_lesson", "lesson": {**plain, "title": "Its own"}})
    assert lesson_of(with_lesson(own, drawing))["title"] == "Its own"
    assert lesson_of(with_lesson(Document(FactorGraph(())), tmp_path / "snow.json")) is None


def test_a_lesson_that_is_no_json_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "rain.lesson.json").write_text("{", encoding="utf-8")
    with pytest.raises(InvalidModel, match=r"rain\.lesson\.json"):
        with_lesson(Document(FactorGraph(())), tmp_path / "rain.json")
