"""The sample graphs with their lessons, as they are on the disk."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from components.graph_editor.arranging import placed
from mbml_core.document import Document
from mbml_core.editing import apply, lesson_of
from mbml_core.errors import InvalidModel, Problem
from mbml_core.explain.lesson import Lesson, misfits, read_lesson
from mbml_core.files import load_document

ORDER = (
    "sprinkler",
    "coin",
    "test_for_a_disease",
    "murder_mystery",
    "monty_hall",
    "fuel_gauge",
    "burglar_alarm",
    "skills_three_questions",
    "skills_four_questions",
    "student",
    "cancer",
    "kidney_stones",
    "saturday",
    "rumour",
    "radio_channels",
    "asia",
    "umbrella",
    "hamming_7_4",
    "ising_grid",
)
"""From the best first sight to the largest; samples that are not named here follow by title."""

_VERBS = re.compile(r"(?=\b(?:Describe|Observe|Infer): )")


@dataclass(frozen=True, eq=False)
class Sample:
    """A model that comes with the editor, and its lesson.

    Attributes:
        id: name of its file without the suffix.
        document: the drawing; every node has a place.
        lesson: what it teaches; every step of it fits the drawing.
    """

    id: str
    document: Document
    lesson: Lesson

    @property
    def title(self) -> str:
        """Of the lesson."""
        return self.lesson.title

    @property
    def summary(self) -> str:
        """Of the lesson, in one sentence."""
        return self.lesson.summary


@cache
def samples(folder: Path) -> tuple[Sample, ...]:
    """The samples of a folder, the first one to show first; read once."""
    found = [_read(path) for path in folder.glob("*.lesson.json")]
    rank = {name: i for i, name in enumerate(ORDER)}
    return tuple(sorted(found, key=lambda sample: (rank.get(sample.id, len(rank)), sample.title)))


def story(text: str) -> list[tuple[str, str]]:
    """The parts of a lesson's text as (verb, what to do); a text without verbs is one part without."""
    parts = (part.strip() for part in _VERBS.split(text))
    return [_part(part) for part in parts if part]


def _part(part: str) -> tuple[str, str]:
    if not _VERBS.match(part):
        return "", part
    verb, _, rest = part.partition(": ")
    return verb, rest[:1].upper() + rest[1:]


def with_lesson(document: Document, path: Path) -> Document:
    """The drawing of a file with the lesson that lies beside it, `sprinkler.lesson.json` beside `sprinkler.json`;
    a lesson of its own goes first. Raises InvalidModel where the file of the lesson is no JSON.
    """
    beside = path.with_name(f"{path.stem}.lesson.json")
    if lesson_of(document) is not None or not beside.is_file():
        return document
    return apply(document, {"type": "set_lesson", "lesson": _plain_lesson(beside)})


def _lesson(path: Path) -> Lesson:
    return read_lesson(_plain_lesson(path))


def _plain_lesson(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # no JSON, or no UTF-8
        raise InvalidModel([Problem("", f"'{path.name}' is no JSON text", "correct it")]) from None


def _read(path: Path) -> Sample:
    lesson = _lesson(path)
    document = placed(load_document(path.with_name(f"{lesson.graph}.json")))
    problems = [problem for step in lesson.steps for problem in misfits(step, document.graph)]
    if problems:
        raise InvalidModel(problems)
    return Sample(lesson.graph, document, lesson)
