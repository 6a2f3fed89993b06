"""The steps of the lessons that come with the editor: possible, about what is there, and right in each number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mbml_core
from mbml_core.engine import Engine
from mbml_core.explain.lesson import Evidence, Lesson, Question, Step, misfits, read_lesson
from mbml_core.explain.marking import mark
from mbml_core.explain.prediction import DIRECTIONS
from mbml_core.model import Observation, resolve_evidence

FOLDER = Path(__file__).parents[1] / "sample_graphs"
WITH_STEPS = (
    *("asia", "burglar_alarm", "cancer", "coin", "fuel_gauge", "hamming_7_4", "ising_grid", "monty_hall"),
    *("murder_mystery", "skills_four_questions", "skills_three_questions", "sprinkler", "student"),
    *("test_for_a_disease", "umbrella"),
)
METHODS = ("exact", "bp")
"""A lesson quotes exact numbers, and those of belief propagation where it compares the two."""


@cache
def lesson(name: str) -> Lesson:
    return read_lesson(json.loads((FOLDER / f"{name}.lesson.json").read_text(encoding="utf-8")))


@cache
def engine(name: str, method: str = "exact") -> Engine:
    return mbml_core.compile(mbml_core.load(FOLDER / f"{name}.json"), method=method)


def moments(name: str) -> Iterator[tuple[Step, dict[str, Observation]]]:
    """Each step with what is observed when it is reached from the one before, its question answered."""
    present: dict[str, Observation] = {}
    for step in lesson(name).steps:
        present = present if step.evidence is None else resolve_evidence(engine(name).model, step.evidence)
        yield step, present
        if step.question is not None and step.question.evidence is not None:
            present = resolve_evidence(engine(name).model, step.question.evidence)


def questions(name: str) -> Iterator[tuple[Question, dict[str, Observation]]]:
    return ((step.question, present) for step, present in moments(name) if step.question is not None)


NAMES = sorted(path.name.split(".")[0] for path in FOLDER.glob("*.lesson.json"))
ALL = pytest.mark.parametrize("name", [name for name in NAMES if lesson(name).steps])


def test_these_lessons_can_be_gone_through() -> None:
    assert {name for name in NAMES if lesson(name).steps} >= set(WITH_STEPS)


@ALL
def test_a_lesson_has_a_handful_of_steps_and_some_questions(name: str) -> None:
    steps = lesson(name).steps
    assert 4 <= len(steps) <= 8
    assert 1 <= sum(step.question is not None for step in steps) <= 4
    assert len({step.caption for step in steps}) == len(steps)
    for step in steps:
        assert step.text
        assert len(step.text) <= 400  # read between two clicks


@ALL
def test_every_step_fits_its_drawing_and_can_happen(name: str) -> None:
    for step, present in moments(name):
        assert misfits(step, engine(name).model) == []
        assert step.look_at
        assert engine(name).infer(present).is_exact
        assert step.view or not step.target


@ALL
def test_the_engines_own_answer_is_right_and_another_one_wrong(name: str) -> None:
    for question, present in questions(name):
        shown = mark(question, None, engine(name), present)
        assert shown.explanation
        assert mark(question, shown.right, engine(name), present).is_right
        for wrong in others(question, shown.right):
            assert not mark(question, wrong, engine(name), present).is_right, (question.ask, wrong)


def others(question: Question, right: Any) -> list[Any]:
    """Answers that are clearly wrong."""
    match question.kind:
        case "choice":
            return [choice for choice in question.choices if choice != right]
        case "direction":
            return [direction for direction in DIRECTIONS if direction != right]
    return [right + 0.25 if right < 0.5 else right - 0.25]


@ALL
def test_no_question_is_answered_by_the_bars_that_are_shown_with_it(name: str) -> None:
    for question, present in questions(name):
        if question.kind == "choice":
            continue
        assert question.evidence is not None
        assert resolve_evidence(engine(name).model, question.evidence) != present
        assert question.target not in present


def test_turning_the_question_round_is_a_wrong_answer_to_the_murder_mystery() -> None:
    question, present = next(questions("murder_mystery"))
    assert not mark(question, 0.9, engine("murder_mystery"), present).is_right
    assert mark(question, 0.66, engine("murder_mystery"), present).is_right


@pytest.mark.parametrize("name", WITH_STEPS)
def test_every_number_that_is_quoted_is_one_of_the_model(name: str) -> None:
    """Each 0.… of the texts is a table entry, a likelihood, or a belief under observations of the lesson."""
    known = [*table_numbers(name), *beliefs(name), *likelihoods(name)]
    for text in texts(name):
        for printed in re.findall(r"(?<![\d.])0\.\d+", text):
            half = 0.5000001 * 10 ** -(len(printed) - 2)
            assert any(abs(number - float(printed)) <= half for number in known), (printed, text)


def texts(name: str) -> Iterator[str]:
    for step in lesson(name).steps:
        yield step.text
        if step.question is not None:
            yield from (step.question.ask, step.question.explanation)


def all_evidence(name: str) -> Iterator[Evidence]:
    yield {}
    for step in lesson(name).steps:
        yield from (evidence for evidence in (step.evidence, step.question and step.question.evidence) if evidence)
    yield from (suggestion.evidence for suggestion in lesson(name).suggestions)


def beliefs(name: str) -> Iterator[float]:
    for evidence in all_evidence(name):
        for method in METHODS:
            numbers = engine(name, method).infer(evidence).marginals.flat.tolist()
            yield from chain(numbers, (1 - number for number in numbers))


def table_numbers(name: str) -> Iterator[float]:
    for factor in engine(name).model.factors:
        for value in factor.parameters.values():
            if isinstance(value, np.ndarray | float | int):
                yield from map(float, np.ravel(value))


def likelihoods(name: str) -> Iterator[float]:
    for evidence in all_evidence(name):
        for form in evidence.values():
            yield from form.get("likelihood", ()) if isinstance(form, dict) else ()
