"""The text that is written, and what cannot be written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mbml_core.document import Document, Extras, read_bytes, save, write_bytes
from mbml_core.errors import InvalidModel
from mbml_core.model import Categorical, Factor, FactorGraph, Likelihood, Observed, Variable, boolean
from tests.document.sample import SAMPLE, text

WRITTEN = """\
{
  "format": "mbml-graph",
  "version": 1,
  "name": "Sprinkler",
  "variables": [
    {
      "id": "cloudy",
      "name": "Cloudy",
      "domain": {
        "type": "categorical",
        "states": ["no", "yes"]
      }
    },
    {
      "id": "rain",
      "name": "Rain",
      "domain": {
        "type": "categorical",
        "states": ["no", "yes"]
      }
    }
  ],
  "factors": [
    {
      "id": "f_cloudy",
      "kind": "prior",
      "scope": ["cloudy"],
      "parameters": {
        "probabilities": [0.5, 0.5]
      }
    },
    {
      "id": "f_rain",
      "kind": "table",
      "scope": ["cloudy", "rain"],
      "parameters": {
        "values": [
          [0.8, 0.2],
          [0.2, 0.8]
        ],
        "child": "rain"
      }
    }
  ],
  "evidence": {
    "rain": {
      "state": "yes"
    }
  },
  "plates": [],
  "layout": {
    "rain": [120, 80]
  }
}
"""


def test_the_text_is_for_people_too() -> None:
    assert write_bytes(read_bytes(text(SAMPLE))).decode() == WRITTEN


def test_texts_are_written_in_their_own_letters() -> None:
    data = write_bytes(Document.of(FactorGraph((boolean("größe", "🎲"),))))
    assert '"id": "größe"'.encode() in data
    assert '"name": "🎲"'.encode() in data


def test_a_long_list_of_states_gets_a_line_for_each_and_a_long_list_of_numbers_one_line() -> None:
    variable = Variable("x", Categorical(tuple(f"state {i}" for i in range(100))))
    graph = FactorGraph((variable,), (Factor("f", "prior", ("x",), {"probabilities": np.full(100, 0.01)}),))
    lines = write_bytes(Document.of(graph)).decode().splitlines()
    assert '          "state 7",' in lines
    whole = write_bytes(_with_sound_parameter({"counts": list(range(100))})).decode().splitlines()
    assert '          "counts": [' + ", ".join(map(str, range(100))) + "]" in whole
    assert '        "probabilities": [' + ", ".join(["0.01"] * 100) + "]" in lines


def _with_parameter(value: Any) -> Document:
    return Document.of(FactorGraph((boolean("x"),), (Factor("f", "prior", ("x",), {"note": value}),)))


@pytest.mark.parametrize(
    ("value", "path", "what"),
    [
        (float("nan"), "", "the number nan cannot be stored"),
        ({"a": [0.5, float("inf")]}, ".a[1]", "the number inf cannot be stored"),
        (np.array([[1.0, 2.0], [3.0, -np.inf]]), "[1][1]", "the number -inf cannot be stored"),
        (10**400, "", f"the number {str(10**400)[:60]} cannot be stored"),
        (b"bytes", "", "a bytes is no JSON value"),
        ({1: "a"}, "", "the field name 1 is no text"),
        ({"a": "\ud800"}, ".a", 'the text "\\ud800" holds half a character'),
        (["x", {1, 2}], "[1]", "a set is no JSON value"),
    ],
)
def test_what_json_cannot_hold_is_refused_with_its_place(value: Any, path: str, what: str) -> None:
    with pytest.raises(InvalidModel) as caught:
        write_bytes(_with_parameter(value))
    (problem,) = caught.value.problems
    assert (problem.where, problem.path, problem.what) == ("f", f"$.factors[0].parameters.note{path}", what)


def test_every_value_that_cannot_be_written_is_named() -> None:
    nan = float("nan")
    graph = FactorGraph((boolean("x", "\udfff"),), (), {"x": Likelihood((nan, 1.0))})
    with pytest.raises(InvalidModel) as caught:
        write_bytes(Document(graph, {"x": (nan, 0)}, Extras(top={"\ud800": nan})))
    assert [problem.path for problem in caught.value.problems] == [
        "$.variables[0].name",
        "$.evidence.x.likelihood[0]",
        "$.layout.x[0]",
        '$["\\ud800"]',
        '$["\\ud800"]',
    ]


def _nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


def test_what_would_be_nested_too_deep_to_be_read_is_not_written() -> None:
    graph = FactorGraph(())
    deepest = Document(graph, extras=Extras(top={"mine": _nested(99)}))  # the document itself is a level
    assert read_bytes(write_bytes(deepest)) == deepest
    for levels in (100, 100_000):
        with pytest.raises(InvalidModel, match="nested more than 100 deep"):
            write_bytes(Document(graph, extras=Extras(top={"mine": _nested(levels)})))


def _with_sound_parameter(note: Any) -> Document:
    parameters = {"probabilities": [0.5, 0.5], "note": note}
    return Document.of(FactorGraph((boolean("x"),), (Factor("f", "prior", ("x",), parameters),)))


@pytest.mark.parametrize(
    "value", [np.float64(0.1), np.int64(3), np.bool_(True), np.array([[1, 2]]), ("a", "b"), 7, True]
)
def test_values_of_other_libraries_are_written_as_what_they_mean(value: Any) -> None:
    data = write_bytes(_with_sound_parameter(value))
    note = read_bytes(data).graph.factors[0].parameters["note"]
    assert np.array_equal(note, value)
    assert isinstance(note, bool) == isinstance(value, bool | np.bool_)


def test_a_drawing_that_is_not_sound_yet_is_written_as_it_is() -> None:
    graph = FactorGraph((boolean("x"),), (Factor("f", "no such kind", ("x", "y")),), {"z": Observed("?")})
    with pytest.raises(InvalidModel) as caught:
        read_bytes(write_bytes(Document.of(graph)))
    assert {problem.where for problem in caught.value.problems} == {"f", "z"}


def test_an_unknown_field_never_replaces_a_known_one() -> None:
    graph = FactorGraph((boolean("x"),), name="right")
    document = Document(graph, extras=Extras(top={"name": "wrong"}, variables={"x": {"id": "wrong"}}))
    assert read_bytes(write_bytes(document)).graph == graph


def test_saving_puts_the_bytes_into_the_file(tmp_path: Path) -> None:
    document = read_bytes(text(SAMPLE))
    path = tmp_path / "a b é.json"
    save(document, path)
    assert path.read_bytes() == write_bytes(document)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_document_that_cannot_be_written_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with pytest.raises(InvalidModel):
        save(_with_parameter(float("nan")), path)
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, 1e15, 1e16, 1e300, 0.1, 5e-324, -7.0])
def test_whole_numbers_lose_their_fraction_and_nothing_else(value: float) -> None:
    document = Document.of(FactorGraph((boolean("x"),)), {"x": (value, 2.5)})
    data = write_bytes(document)
    assert str(read_bytes(data).layout["x"][0]) == str(value)
    assert (b".0" in data) == (str(value) == "-0.0")
