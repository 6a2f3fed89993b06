"""Reading lessons: everything that is wrong is named with its place."""

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mbml_core
from mbml_core.errors import InvalidModel
from mbml_core.explain.lesson import Lesson, misfits, read_lesson, read_question

SAMPLES = Path(__file__).parents[2] / "sample_graphs"

QUESTION = {"ask": "How probable?", "kind": "probability", "target": "rain", "state": "yes", "explanation": "So."}
STEP = {"caption": "One", "text": "Look.", "evidence": {}, "look_at": ["rain"], "view": "why", "target": "rain"}
LESSON = {
    "format": "mbml-lesson",
    "version": 2,
    "title": "Rain",
    "summary": "It rains.",
    "steps": [{**STEP, "question": QUESTION}],
}


def changed(path: str, value: Any) -> Any:
    """The lesson with one field, such as "steps.0.caption", set to something else."""
    lesson: Any = copy.deepcopy(LESSON)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    record = lesson
    for part in parents:
        record = record[part]
    record[last] = value
    return lesson


def problems_of(lesson: Any) -> list[str]:
    with pytest.raises(InvalidModel) as caught:
        read_lesson(lesson)
    for problem in caught.value.problems:
        assert problem.what
        assert problem.remedy
    return [problem.path for problem in caught.value.problems]


def test_a_lesson_is_read_with_all_it_holds() -> None:
    lesson = read_lesson(LESSON)
    (step,) = lesson.steps
    assert (lesson.title, step.caption, step.view, step.target, step.look_at) == (
        "Rain", "One", "why", "rain", ("rain",),
    )  # fmt: skip
    assert step.evidence == {}
    assert step.question is not None
    assert (step.question.kind, step.question.tolerance, step.question.evidence) == ("probability", 0.05, None)


def test_null_evidence_means_as_it_is() -> None:
    assert read_lesson(changed("steps.0.evidence", None)).steps[0].evidence is None


def test_a_lesson_of_version_1_has_suggestions_and_no_steps() -> None:
    old = {
        "format": "mbml-lesson",
        "version": 1,
        "graph": "rain",
        "title": "Rain",
        "summary": "",
        "text": "",
        "suggestions": [{"caption": "It rains", "evidence": {"rain": "yes"}, "look_at": ["wet"], "says": "Wet."}],
    }
    lesson = read_lesson(old)
    assert lesson.steps == ()
    assert lesson.suggestions[0].evidence == {"rain": "yes"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", 3),
        ("version", True),
        ("title", 1),
        ("steps", {}),
        ("steps.0", "one"),
        ("steps.0.caption", " "),
        ("steps.0.caption", "x" * 201),
        ("steps.0.text", ["a"]),
        ("steps.0.evidence", []),
        ("steps.0.look_at", [1]),
        ("steps.0.view", "wy"),
        ("steps.0.question", "why?"),
        ("steps.0.question.kind", "essay"),
        ("steps.0.question.ask", ""),
        ("steps.0.question.target", None),
        ("steps.0.question.tolerance", 1.5),
        ("steps.0.question.tolerance", float("nan")),
        ("steps.0.question.answer", "0.7"),
        ("steps.0.captoin", "One"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path: str, value: Any) -> None:
    expected = "$." + path.replace(".0", "[0]")
    assert expected in problems_of(changed(path, value))


def test_all_problems_are_named_at_once() -> None:
    lesson = changed("steps.0.view", "wy")
    lesson["title"] = 3
    lesson["steps"].append({"text": "no caption"})
    assert {"$.title", "$.steps[0].view", "$.steps[1].caption"} <= set(problems_of(lesson))


def test_a_view_that_is_misspelt_gets_the_nearest_one() -> None:
    with pytest.raises(InvalidModel, match="did you mean 'why'"):
        read_lesson(changed("steps.0.view", "whyy"))


def test_another_json_file_is_no_lesson() -> None:
    with pytest.raises(InvalidModel, match="no lesson"):
        read_lesson({"format": "mbml-graph", "version": 1, "title": 3})


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"choices": ["a"]}, "$.choices"),
        ({"choices": ["a", "a"]}, "$.choices"),
        ({"answer": "c"}, "$.answer"),
        ({"target": "rain"}, "$.target"),
    ],
)
def test_a_choice_needs_different_answers_and_a_right_one(changes: dict[str, Any], place: str) -> None:
    plain = {"ask": "Which?", "kind": "choice", "choices": ["a", "b"], "answer": "a", "explanation": ""}
    assert read_question(plain).answer == "a"
    with pytest.raises(InvalidModel) as caught:
        read_question({**plain, **changes})
    assert place in [problem.path for problem in caught.value.problems]


def test_a_direction_needs_what_comes_next() -> None:
    with pytest.raises(InvalidModel, match="direction"):
        read_question({**QUESTION, "kind": "direction"})
    assert read_question({**QUESTION, "kind": "direction", "evidence": {"wet": "yes"}}).kind == "direction"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["version", "title", "steps", "steps.0", "steps.0.question", "steps.0.evidence"]))
def test_any_json_is_a_lesson_or_refused(value: Any, path: str) -> None:
    with contextlib.suppress(InvalidModel):
        assert isinstance(read_lesson(changed(path, value)), Lesson)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("steps.0.evidence", {"rain": {"state": "maybe"}}, "maybe"),
        ("steps.0.look_at", ["snow"], "snow"),
        ("steps.0.target", "snow", "snow"),
        ("steps.0.question.target", "snow", "snow"),
        ("steps.0.question.state", "maybe", "maybe"),
        ("steps.0.question.evidence", {"snow": {"state": "yes"}}, "snow"),
    ],
)
def test_a_step_that_does_not_fit_the_drawing_says_why(path: str, value: Any, named: str) -> None:
    graph = mbml_core.load(SAMPLES / "sprinkler.json")
    assert misfits(read_lesson(LESSON).steps[0], graph) == []
    found = misfits(read_lesson(changed(path, value)).steps[0], graph)
    assert [named in problem.what for problem in found] == [True]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.lesson.json")), ids=lambda path: path.name)
def test_every_lesson_that_comes_with_the_editor_can_be_read(path: Path) -> None:
    assert read_lesson(json.loads(path.read_text(encoding="utf-8"))).title
