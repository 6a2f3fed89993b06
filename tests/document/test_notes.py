"""What reading tolerates is said, at its place, and changes nothing that was drawn."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.document import read_bytes, write_bytes
from mbml_core.errors import Problem
from tests.document.sample import SAMPLE, broken, text


def notes_of(*changes: Any) -> tuple[Problem, ...]:
    return read_bytes(broken(*changes)).notes


def _labels(*labels: str) -> Any:
    return lambda d: d["variables"].extend(
        {"id": f"x{i}", "name": label, "domain": {"type": "categorical", "states": ["a"]}}
        for i, label in enumerate(labels)
    )


def test_a_plain_document_has_no_notes() -> None:
    assert read_bytes(text(SAMPLE)).notes == ()


def test_a_row_that_nearly_sums_to_one_is_noted_and_kept_as_it_was_written() -> None:
    values = [[0.8, 0.2], [0.2, 0.8000001]]
    document = read_bytes(broken(lambda d: d["factors"][1]["parameters"].update(values=values)))
    (note,) = document.notes
    assert (note.where, note.path) == ("f_rain", "$.factors[1]")
    assert note.what == "rows miss a sum of one by up to 1e-07 and were renormalised"
    assert document.graph.factors[1].parameters["values"].tolist() == values
    assert b"0.8000001" in write_bytes(document)


def test_a_parameter_nobody_reads_is_noted_and_kept() -> None:
    document = read_bytes(broken(lambda d: d["factors"][1]["parameters"].update(vlaues=[1, "x"])))
    (note,) = document.notes
    assert (note.path, note.what) == ("$.factors[1]", "'table' does not read the parameter 'vlaues'")
    assert document.graph.factors[1].parameters["vlaues"] == [1, "x"]


@pytest.mark.parametrize(
    "labels",
    [
        ("Alarm", "alarm"),
        ("caf\u00e9", "cafe\u0301"),
        ("Straße", "STRASSE"),
        ("\u212b", "a\u030a"),
        ("CAFE\u0301", "caf\u00e9"),
        ("\u0390", "\u03aa\u0301"),
    ],
)
def test_labels_that_look_alike_are_noted(labels: tuple[str, str]) -> None:
    (note,) = notes_of(_labels(*labels))
    assert (note.where, note.path) == ("x1", "$.variables[3]")
    both = f"'{labels[0]}' (of 'x0') and '{labels[1]}' (of 'x1')"
    assert note.what == f"the labels {both} differ only in case or in how accents are written"


def test_equal_labels_are_noted_once_for_all_that_bear_them() -> None:
    (note,) = notes_of(_labels("Wet", "Wet", "Wet"))
    assert note.where == "x2"
    assert note.what == "the labels 'Wet' (of 'x0') and 'Wet' (of 'x2') are the same"


def test_an_id_is_a_label_where_there_is_no_name() -> None:
    assert [note.where for note in notes_of(_labels("X1", ""))] == ["x1"]


@pytest.mark.parametrize("labels", [("a", "b"), ("x\u00b2", "x2"), ("e", "é"), ("", ""), ("a", " a")])
def test_labels_that_people_can_tell_apart_are_not_noted(labels: tuple[str, str]) -> None:
    assert notes_of(_labels(*labels)) == ()


def test_notes_are_no_part_of_what_makes_documents_equal() -> None:
    document = read_bytes(broken(_labels("a", "A")))
    assert document.notes
    assert document == document.of(document.graph, document.layout)
