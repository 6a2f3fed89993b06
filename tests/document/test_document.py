"""Editing keeps what belongs to records that are still there."""

from __future__ import annotations

import dataclasses

import pytest

from mbml_core.document import Document, Extras, read_bytes, write_bytes
from mbml_core.errors import Problem
from mbml_core.model import Factor, FactorGraph, Observed, boolean

X, Y = boolean("x"), boolean("y")
FACTOR = Factor("f", "xor", ("x", "y"))
GRAPH = FactorGraph((X, Y), (FACTOR,), {"x": Observed("yes"), "y": Observed("no")}, "old")
EXTRAS = Extras(
    top={"a": 1},
    variables={"x": {"b": 2}, "y": {"c": 3}},
    domains={"x": {"d": 4}, "y": {"e": 5}},
    factors={"f": {"name": "g"}},
    evidence={"x": {"h": 6}, "y": {"i": 7}},
)
DOCUMENT = Document(GRAPH, {"x": (0, 1), "y": (2, 3), "f": (4, 5), "gone": (6, 7)}, EXTRAS)


def test_a_record_that_was_erased_takes_its_fields_and_its_place_along() -> None:
    edited = DOCUMENT.with_graph(FactorGraph((Y,), (), {"y": Observed("yes")}, "new"))
    assert edited == Document(
        FactorGraph((Y,), (), {"y": Observed("yes")}, "new"),
        {"y": (2, 3)},
        Extras(top={"a": 1}, variables={"y": {"c": 3}}, domains={"y": {"e": 5}}, evidence={"y": {"i": 7}}),
    )


def test_an_observation_that_was_taken_back_takes_its_fields_along_and_a_changed_one_keeps_them() -> None:
    edited = DOCUMENT.with_graph(GRAPH.with_evidence({"x": Observed("no")}))
    assert edited.extras == dataclasses.replace(EXTRAS, evidence={"x": {"h": 6}})
    assert edited.layout == {"x": (0, 1), "y": (2, 3), "f": (4, 5)}


def test_a_node_that_is_new_has_no_place_yet() -> None:
    edited = DOCUMENT.with_graph(dataclasses.replace(GRAPH, variables=(X, Y, boolean("z"))))
    assert "z" not in edited.layout
    assert edited.extras == EXTRAS


def test_notes_are_about_the_file_that_was_read() -> None:
    noted = dataclasses.replace(DOCUMENT, notes=(Problem("x", "what", "remedy"),))
    assert noted == DOCUMENT
    assert noted.with_graph(GRAPH).notes == ()


def test_documents_differ_when_anything_in_the_file_does() -> None:
    others = [
        DOCUMENT.with_graph(dataclasses.replace(GRAPH, name="other")),
        dataclasses.replace(DOCUMENT, layout={}),
        dataclasses.replace(DOCUMENT, extras=dataclasses.replace(EXTRAS, top={"a": 2})),
        *(
            dataclasses.replace(DOCUMENT, extras=dataclasses.replace(EXTRAS, **{section: {}}))
            for section in ("variables", "domains", "factors", "evidence")
        ),
    ]
    assert all(other != DOCUMENT and write_bytes(other) != write_bytes(DOCUMENT) for other in others)
    assert hash(dataclasses.replace(DOCUMENT)) == hash(DOCUMENT)


def test_a_record_without_unknown_fields_is_no_extra() -> None:
    assert Extras(variables={"x": {}}) == Extras()


def test_nothing_inside_a_document_can_be_set() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        DOCUMENT.graph = GRAPH  # type: ignore[misc]
    with pytest.raises(TypeError):
        DOCUMENT.layout["x"] = (0, 0)  # type: ignore[index]
    with pytest.raises(TypeError):
        DOCUMENT.extras.top["x"] = 0  # type: ignore[index]


def test_a_document_does_not_follow_the_mappings_it_was_made_of() -> None:
    layout = {"x": (0.0, 0.0)}
    document = Document.of(GRAPH, layout)
    layout["y"] = (1.0, 1.0)
    assert document.layout == {"x": (0, 0)}


def test_unknown_fields_are_kept_in_every_record_and_in_their_order() -> None:
    again = read_bytes(write_bytes(DOCUMENT))
    assert again == DOCUMENT
    ordered = Document.of(GRAPH)
    ordered = dataclasses.replace(ordered, extras=Extras(top={"z": 1, "a": {"y": 1, "b": 2}}))
    data = write_bytes(ordered).decode()
    assert data.index('"z"') < data.index('"a"') < data.index('"y": 1') < data.index('"b": 2')
