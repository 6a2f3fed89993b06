"""What a step is called."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.editing import CommandRefused, label_of
from tests.editing.drawings import document, lawn
from tests.editing.make_vectors import CASES

LABELS: list[tuple[dict[str, Any], str]] = [
    ({"type": "move", "positions": [["rain", 1, 2]]}, "Move Rain"),
    ({"type": "move", "positions": [["rain", 1, 2], ["f1", 0, 0]]}, "Move 2 nodes"),
    ({"type": "observe", "id": "wet", "observation": {"state": "yes"}}, "Observe Wet grass = yes"),
    ({"type": "observe", "id": "hue", "observation": {"not": "red"}}, "Observe hue is not red"),
    ({"type": "observe_all", "evidence": []}, "Retract everything"),
    ({"type": "add_variable", "id": "x", "name": "", "states": ["a"], "x": 0, "y": 0}, "Add variable"),
    (
        {"type": "add_parent", "parent": "rain", "child": "hue", "factor": "f", "x": 0, "y": 0},
        "Connect Rain → hue",
    ),
    ({"type": "connect", "factor": "f2", "variable": "hue"}, "Connect hue and wets"),
    ({"type": "delete", "ids": ["rain"]}, "Delete Rain"),
    ({"type": "delete", "ids": ["f2"]}, "Delete wets"),
    ({"type": "batch", "label": "Duplicate", "commands": []}, "Duplicate"),
    ({"type": "new"}, "New drawing"),
    ({"type": "arrange"}, "Arrange the drawing"),
    ({"type": "open", "source": "sample", "sample": "asia"}, "Open a drawing"),
]


@pytest.mark.parametrize(("command", "label"), LABELS, ids=[label for _, label in LABELS])
def test_labels_speak_the_language_of_the_drawing(command: dict[str, Any], label: str) -> None:
    assert label_of(command, document(lawn())) == label


@pytest.mark.parametrize(("about", "before", "command"), CASES, ids=[about for about, _, _ in CASES])
def test_every_edit_has_a_label(about: str, before: dict[str, Any], command: dict[str, Any]) -> None:
    assert 0 < len(label_of(command, document(before))) <= 60, about


def test_hidden_characters_are_shown_and_long_names_cut() -> None:
    form = lawn()
    form["variables"][0]["name"] = "\u202e" + "n" * 100
    label = label_of({"type": "delete", "ids": ["rain"]}, document(form))
    assert label.startswith("Delete \\u202ennn")
    assert len(label) == 60


def test_what_is_no_edit_has_no_label() -> None:
    with pytest.raises(CommandRefused):
        label_of({"type": "undo"}, document(lawn()))
