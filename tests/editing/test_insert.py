"""Pasting a fragment."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.document import Document
from mbml_core.editing import CommandRefused, apply, child_of, suspended
from mbml_core.model import Likelihood, Observed
from tests.editing.drawings import document, drawing, factor, lawn, the_factor, values, variable

PAIRS = [["rain", "x1"], ["wet", "x2"], ["f1", "f4"]]


def fragment(**fields: Any) -> dict[str, Any]:
    table = {"values": [[0.9, 0.5], [0.1, 0.5]], "child": "rain", "source": "a book"}
    nodes = (
        [variable("rain", name="Rain"), variable("wet")],
        [factor("f1", "table", ["rain", "wet"], table, "how")],
    )
    evidence = {
        "evidence": {"rain": {"state": "yes", "by": "me"}},
        "suspended_evidence": {"wet": {"likelihood": [1, 2]}},
    }
    return drawing(*nodes, **(evidence | fields))


def insert(form: dict[str, Any], pairs: list[list[str]] = PAIRS, dx: float = 10.0, dy: float = -5.0) -> Document:
    command = {"type": "insert", "document": form, "ids": pairs, "dx": dx, "dy": dy}
    return apply(document(lawn(evidence={"hue": {"state": "red"}})), command)


def test_a_fragment_comes_with_everything_but_its_ids() -> None:
    drawn = insert(fragment())
    pasted = the_factor(drawn, "f4")
    assert (pasted.scope, child_of(pasted), pasted.parameters["source"]) == (("x1", "x2"), "x1", "a book")
    assert values(drawn, "f4").tolist() == [[0.9, 0.5], [0.1, 0.5]]
    assert drawn.graph.variable("x1").name == "Rain"
    assert dict(drawn.graph.evidence) == {"hue": Observed("red"), "x1": Observed("yes")}
    assert drawn.extras.evidence == {"x1": {"by": "me"}}
    assert suspended(drawn)["x2"] == Likelihood((1, 2))
    assert drawn.extras.factors["f4"] == {"name": "how"}
    assert (drawn.layout["x1"], drawn.layout["f4"]) == ((10, -5), (210, -5))


def test_nodes_without_a_place_come_to_stand_at_the_shift() -> None:
    assert insert(fragment(layout={})).layout["x2"] == (10, -5)


def test_a_draft_can_be_copied() -> None:
    form = fragment()
    form["factors"][0]["parameters"]["values"] = [[0.9, 0.5], [0.9, 0.5]]
    assert values(insert(form), "f4").tolist() == [[0.9, 0.5], [0.9, 0.5]]


@pytest.mark.parametrize(
    "pairs",
    [
        PAIRS[:2],
        [*PAIRS, ["hue", "x3"]],
        [*PAIRS[:2], ["f1", "x1"]],
        [*PAIRS[:2], ["f1", "wet"]],
        [*PAIRS, PAIRS[0]],
        [*PAIRS[:2], ["f1", ""]],
        [*PAIRS[:2], ["f1", "a\u0000"]],
    ],
)
def test_each_node_gets_one_free_id(pairs: list[list[str]]) -> None:
    with pytest.raises(CommandRefused):
        insert(fragment(), pairs)


def test_a_fragment_is_complete() -> None:
    form = fragment()
    form["factors"][0]["scope"] = ["rain", "hue"]
    with pytest.raises(CommandRefused, match="which is no variable"):
        insert(form)


@pytest.mark.parametrize("form", [{}, {"format": "other"}, {"format": float("nan")}, {"format": object()}])
def test_what_is_no_drawing_is_refused(form: Any) -> None:
    with pytest.raises(CommandRefused):
        insert(form)


def test_a_fragment_nested_without_end_is_refused() -> None:
    form: dict[str, Any] = {}
    form["format"] = form
    with pytest.raises(CommandRefused):
        insert(form)


def test_nodes_stay_on_the_canvas() -> None:
    with pytest.raises(CommandRefused, match="would stand"):
        insert(fragment(), dx=999_999.0)
