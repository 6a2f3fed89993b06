"""Undo and redo."""

from __future__ import annotations

from mbml_core.document import Document
from mbml_core.editing import MAX_STEPS, History, apply
from tests.editing.drawings import document, lawn


def named(drawn: Document, name: str) -> Document:
    return apply(drawn, {"type": "rename_model", "name": name})


START = document(lawn())


def test_undo_and_redo_walk_through_all_steps() -> None:
    history = History.of(START)
    for name in "abc":
        history = history.commit(named(history.present, name), f"Name {name}")
    assert (history.undo_label, history.redo_label) == ("Name c", "")
    back = history.undo().undo()
    assert (back.present.graph.name, back.undo_label, back.redo_label) == ("a", "Name a", "Name b")
    assert back.undo().present is START
    assert back.redo().redo() == history


def test_there_is_an_end_in_both_directions() -> None:
    history = History.of(START)
    assert history.undo() is history
    assert history.redo() is history
    assert (history.undo_label, history.redo_label) == ("", "")


def test_a_new_step_forgets_what_was_undone() -> None:
    history = History.of(START).commit(named(START, "a"), "a").undo().commit(named(START, "b"), "b")
    assert history.redo() is history
    assert history.present.graph.name == "b"


def test_what_changed_nothing_is_no_step() -> None:
    history = History.of(START).commit(named(START, "a"), "a").undo()
    assert history.commit(document(lawn()), "nothing") is history


def test_a_move_is_a_step() -> None:
    moved = apply(START, {"type": "move", "positions": [["rain", 1, 2]]})
    assert History.of(START).commit(moved, "Move Rain").undo_label == "Move Rain"


def test_a_thousand_steps_are_kept_and_no_more() -> None:
    history = History.of(START)
    for i in range(MAX_STEPS + 5):
        history = history.commit(named(START, f"n{i}"), f"{i}")
    assert MAX_STEPS >= 1000
    assert len(history.past) == MAX_STEPS
    for _ in range(MAX_STEPS):
        history = history.undo()
    assert history.present.graph.name == "n4"
