from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.graph_editor.opening import MAX_BYTES, open_bytes, safe_file_name
from mbml_core.document import Document, write_bytes
from mbml_core.errors import InvalidModel
from mbml_core.factors import check_graph
from mbml_core.formats import FORMATS
from mbml_core.model import Factor, FactorGraph, boolean
from tests.hostile import HOSTILE_LABELS

RAIN = FactorGraph(
    (boolean("rain"), boolean("wet")),
    (
        Factor("f_rain", "table", ("rain",), {"values": [0.8, 0.2], "child": "rain"}),
        Factor("f_wet", "table", ("rain", "wet"), {"values": [[0.9, 0.1], [0.2, 0.8]], "child": "wet"}),
    ),
)
JSON_BYTES = write_bytes(Document.of(RAIN, {"rain": (40.0, 50.0)}))
BIF_BYTES = FORMATS[".bif"].write(RAIN).encode()
UAI_BYTES = FORMATS[".uai"].write(RAIN).encode()


@pytest.mark.parametrize(("data", "suffix"), [(JSON_BYTES, ".json"), (BIF_BYTES, ".bif"), (UAI_BYTES, ".uai")])
@pytest.mark.parametrize("name", ["rain{}", "C:\\models\\RAIN{}", "../../x{}", "drawing.txt", "", "noname"])
def test_the_format_is_found_by_suffix_or_content(data: bytes, suffix: str, name: str) -> None:
    document = open_bytes(data, name.format(suffix))
    graph = document.graph
    assert [variable.size for variable in graph.variables] == [2, 2]
    assert document.layout.keys() == {*graph.variable_index, *(factor.id for factor in graph.factors)}


def test_positions_in_the_file_are_kept() -> None:
    assert open_bytes(JSON_BYTES, "rain.json").layout["rain"] == (40.0, 50.0)


def test_an_unfinished_drawing_opens_with_its_problems() -> None:
    unfinished = JSON_BYTES.replace(b"0.8, 0.2", b"0.8, 0.7", 1)
    assert unfinished != JSON_BYTES
    document = open_bytes(unfinished, "rain.json")
    assert [problem.where for problem in check_graph(document.graph)] == ["f_rain"]


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(InvalidModel) as caught:
        open_bytes(data, name)
    return str(caught.value)


def test_a_file_beyond_the_limit_is_refused_with_its_size() -> None:
    message = refusal(b" " * (MAX_BYTES + 2**20), "big.json")
    assert "'big.json' has 6.0 MB" in message
    assert "up to 5 MB" in message


def test_a_file_at_the_limit_is_read() -> None:
    padded = JSON_BYTES + b" " * (MAX_BYTES - len(JSON_BYTES))
    assert open_bytes(padded, "rain.json").graph == RAIN


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\n"])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    assert "empty" in refusal(data, "rain.json")


@pytest.mark.parametrize("data", [b"PK\x03\x04zip", b"\x89PNG\r\n", b"hello", b"\x80\x04\x95pickle", b"[1, 2]"])
def test_what_is_no_model_is_refused_with_what_would_be(data: bytes) -> None:
    assert "choose a .json, .bif or .uai file" in refusal(data, "picture.png")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../etc/x.png", "'x.png'"), ("C:\\a\\x.png", "'x.png'"), ("", "the file"), ("..", "the file"),
     ("a/", "the file"), ("abc\u202egnp.png", "'abc\\u202egnp.png'")],
)  # fmt: skip
def test_only_the_last_component_of_a_name_is_shown(name: str, shown: str) -> None:
    message = refusal(b"hello", name)
    assert message.startswith(f"{shown} is no model")
    assert "\u202e" not in message


def test_a_long_name_is_cut() -> None:
    assert len(refusal(b"hello", "x" * 10_000)) < 250


@given(st.text() | st.sampled_from(HOSTILE_LABELS))
def test_file_names_are_plain_whatever_the_title(title: str) -> None:
    name = safe_file_name(title, ".json")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.json", name)
    assert len(name) <= 70


@pytest.mark.parametrize(
    ("title", "name"),
    [("Asia", "asia.bif"), ("Wet grass (Pearl, 1988)", "wet-grass-pearl-1988.bif"),
     ("Café à Zürich", "cafe-a-zurich.bif"), ("", "model.bif"), ("天気", "model.bif"), ("../../x", "x.bif"),
     ("CON", "model-con.bif"), ("lpt1", "model-lpt1.bif")],
)  # fmt: skip
def test_titles_become_file_names(title: str, name: str) -> None:
    assert safe_file_name(title, ".bif") == name
