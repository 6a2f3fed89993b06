"""read_bytes(write_bytes(d)) == d, and what else writing promises."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
from hypothesis import HealthCheck, given, settings

from mbml_core.document import Document, read_bytes, write_bytes
from mbml_core.document.schema import schema_text
from mbml_core.factors import KINDS, check_graph
from mbml_core.model import Factor, FactorGraph, Likelihood, Observed, boolean
from tests.document.strategies import KIND_EXAMPLES, documents

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SCHEMA = jsonschema.Draft202012Validator(json.loads(schema_text()))


def test_the_random_documents_cover_every_kind() -> None:
    assert KIND_EXAMPLES.keys() == KINDS.keys()


@MANY
@given(documents())
def test_reading_what_was_written_gives_the_same_document(document: Document) -> None:
    assert check_graph(document.graph) == []
    again = read_bytes(write_bytes(document))
    assert again == document
    assert _bits(again) == _bits(document)


def _bits(document: Document) -> list[bytes]:
    """The numbers of every table: equality alone would not tell 0.0 from -0.0."""
    values = [value for factor in document.graph.factors for value in factor.parameters.values()]
    return [value.tobytes() for value in values if isinstance(value, np.ndarray)]


@MANY
@given(documents())
def test_writing_what_was_read_gives_the_same_bytes(document: Document) -> None:
    data = write_bytes(document)
    assert write_bytes(read_bytes(data)) == data
    assert write_bytes(read_bytes(data.decode("utf-8"))) == data


@MANY
@given(documents())
def test_written_documents_are_plain_json_that_fits_the_schema(document: Document) -> None:
    def refuse(token: str) -> None:
        raise AssertionError(token)

    data = write_bytes(document)
    assert data.endswith(b"}\n")
    SCHEMA.validate(json.loads(data, parse_constant=refuse))


def test_awkward_numbers_survive() -> None:
    numbers = (5e-324, 2.2250738585072014e-308, 0.1, 1 / 3, 1e23, 123456789012345680.0, 1.7976931348623157e308)
    graph = FactorGraph((boolean("x"),), (), {"x": Likelihood(numbers[:2])})
    layout = {"x": (-0.0, 1e-7), "y": numbers[2:4], "z": numbers[4:6], "w": (numbers[6], -numbers[6])}
    again = read_bytes(write_bytes(Document.of(graph, layout)))
    assert again.graph.evidence["x"] == Likelihood(numbers[:2])
    assert str(again.layout["x"][0]) == "-0.0"
    assert {id: again.layout[id] for id in "xyzw"} == layout


def test_equal_drawings_give_equal_files_in_whatever_order_they_were_observed() -> None:
    graph = FactorGraph((boolean("a"), boolean("b")), (Factor("f", "xor", ("a", "b")),))
    yes = Observed("yes")
    first = Document.of(graph.with_evidence({"a": yes, "b": yes}), {"f": (0, 0), "b": (1, 1), "a": (2, 2)})
    second = Document.of(graph.with_evidence({"b": yes, "a": yes}), {"a": (2, 2), "f": (0, 0), "b": (1, 1)})
    assert write_bytes(first) == write_bytes(second)
