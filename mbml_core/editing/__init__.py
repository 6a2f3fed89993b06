"""Edits of a drawing as pure functions of commands, and their history."""

from mbml_core.editing.commands import MAX_COORDINATE
from mbml_core.editing.edits import EDITING_COMMANDS, apply
from mbml_core.editing.evidence import SUSPENDED, suspended
from mbml_core.editing.history import MAX_STEPS, History, Step
from mbml_core.editing.kinds import child_of
from mbml_core.editing.labels import label_of
from mbml_core.editing.lesson import LESSON, lesson_of
from mbml_core.editing.refusal import CommandRefused

__all__ = [
    "EDITING_COMMANDS",
    "LESSON",
    "MAX_COORDINATE",
    "MAX_STEPS",
    "SUSPENDED",
    "CommandRefused",
    "History",
    "Step",
    "apply",
    "child_of",
    "label_of",
    "lesson_of",
    "suspended",
]
