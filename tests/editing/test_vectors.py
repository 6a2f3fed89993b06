"""The file the editor's other half is tested against says what this half does."""

from __future__ import annotations

from mbml_core.editing import EDITING_COMMANDS
from tests.editing.make_vectors import CASES, VECTORS_FILE, vectors_text


def test_the_vectors_are_up_to_date() -> None:
    written = VECTORS_FILE.read_text(encoding="utf-8")
    assert written == vectors_text(), "run python -m tests.editing.make_vectors"


def test_every_command_has_a_vector() -> None:
    assert {command["type"] for _, _, command in CASES} == EDITING_COMMANDS


def test_no_two_vectors_have_the_same_title() -> None:
    assert len({about for about, _, _ in CASES}) == len(CASES)
