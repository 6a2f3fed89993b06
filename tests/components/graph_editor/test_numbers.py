"""Drawings with variables of numbers, which the page cannot draw: refused in words, with the work untouched."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from components.graph_editor.arranging import placed
from components.graph_editor.origin import file_origin
from mbml_core.document import Document, write_bytes
from mbml_core.errors import InvalidModel
from mbml_core.model import Factor, FactorGraph, Real, Value, Variable, boolean
from tests.components.graph_editor.talk import beliefs, command, document, log, observe, replies, talked

GRAPH = FactorGraph((boolean("rain"), Variable("x", Real(), "Height")), (), {"x": Value(1.8)})
TEXT = write_bytes(Document.of(GRAPH)).decode()
WHAT = "'Height' is real, which the page cannot draw"

BERNOULLI = FactorGraph((boolean("rain"),), (Factor("f", "bernoulli", ("rain",), {"probability": 0.3}),))

OPENING: list[dict[str, Any]] = [
    command("open", source="file", name="m.json", base64=b64encode(TEXT.encode()).decode()),
    command("open", source="link", text=TEXT),
    command("restore", base={"text": TEXT}, commands=[]),
    command("insert", document=json.loads(TEXT), ids=[["rain", "n1"], ["x", "n2"]], dx=0.0, dy=0.0),
    command("add_variable", id="n3", name="Height", domain={"type": "real"}, x=0.0, y=0.0),
]


@pytest.mark.parametrize("opening", OPENING, ids=lambda opening: opening["type"])
def test_the_page_refuses_and_keeps_its_work(opening: dict[str, Any]) -> None:
    before = talked(log(observe("wet", "yes")))
    after = talked(log(opening, first=2), session=before)
    assert document(after) == document(before)
    assert beliefs(after) == beliefs(before)
    assert after.acked == 2
    (reply,) = replies(after)
    (problem,) = reply["refused"]
    assert problem["what"] == WHAT
    assert problem["remedy"] == "use 'mbml infer' on the command line"


def test_work_goes_on_after_the_refusal() -> None:
    after = talked(log(OPENING[0], observe("wet", "yes")))
    assert "wet" in document(after).graph.evidence


def test_a_session_does_not_begin_with_such_a_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidModel, match="which the page cannot draw"):
        file_origin(placed(Document.of(GRAPH)), "m.json")


def test_a_kind_that_the_page_does_not_know_is_refused_too() -> None:
    after = talked(log(command("open", source="link", text=write_bytes(Document.of(BERNOULLI)).decode())))
    (problem,) = replies(after)[0]["refused"]
    assert (problem["where"], problem["what"]) == ("f", "'f' is a 'bernoulli', which the page cannot draw")
