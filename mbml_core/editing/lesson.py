"""The lesson that an author has recorded with a drawing. It travels as one of the drawing's unknown fields."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

from mbml_core.document import Document
from mbml_core.editing import commands
from mbml_core.editing.refusal import refusal

LESSON = "lesson"
"""The document's field for it: an object as in a lesson file."""

MAX_DEPTH = 8
MAX_VALUES = 20_000
"""Of a recorded lesson: a hundred steps with all they can hold have less."""

_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character, which no file can hold."""

_LARGEST = 2**53
"""Beyond it JSON's integers are not the same everywhere."""


def lesson_of(document: Document) -> Any:
    """The lesson as it stands in the file, in whatever form; None where there is none."""
    return document.extras.top.get(LESSON)


def set_lesson(document: Document, command: commands.SetLesson) -> Document:
    """The drawing with this lesson in place of the one it had. What is in it is judged where it is played."""
    if command.lesson is not None and _count(command.lesson, 1) > MAX_VALUES:
        raise refusal("", "the lesson cannot be kept: it is too large, or no plain data", "make it shorter")
    top = {name: value for name, value in document.extras.top.items() if name != LESSON}
    if command.lesson is not None:
        top[LESSON] = command.lesson
    return replace(document, extras=replace(document.extras, top=top))


def _count(value: Any, depth: int) -> float:
    """How many values there are in one, itself included; infinitely many where a file could not hold it."""
    match value:
        case None:
            return 1
        case str():
            return math.inf if _HALF.search(value) else 1
        case int() | float():
            return 1 if abs(value) <= _LARGEST else math.inf  # no NaN is
        case list() if depth < MAX_DEPTH:
            return 1 + sum(_count(item, depth + 1) for item in value)
        case dict() if depth < MAX_DEPTH:
            return 1 + sum(_count(key, depth) + _count(item, depth + 1) for key, item in value.items())
    return math.inf
