"""Why a belief changed, its ladder and its natural frequencies as the page asks for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.components.graph_editor.talk import command, log, observe, replies, talked

WET = observe("wet", "yes")
BOTH = (WET, observe("sprinkler", "yes"))


def asked(about: str, *before: dict[str, Any], **fields: Any) -> Any:
    """The reply to one question about the sprinkler after these commands."""
    (reply,) = replies(talked(log(*before, command("ask", about=about, **fields))))
    assert len(json.dumps(reply, allow_nan=False)) < 300_000
    return reply


def answer(about: str, *before: dict[str, Any], **fields: Any) -> Any:
    return asked(about, *before, **fields)["answer"]


def test_why_it_rained() -> None:
    found = answer("why", *BOTH, target="rain", state="yes")
    assert found["claim"]["text"] == "Rain = yes"
    assert (found["before"]["text"], found["after"]["text"]) == ("0.5000", "0.3204")
    shares = [part["shift"]["nats"] for part in found["contributions"]]
    assert sum(shares) + found["interaction"]["nats"] == pytest.approx(found["total"]["nats"])
    path = found["contributions"][1]["paths"][1]
    assert (path["variables"], path["factors"]) == (["sprinkler", "wet", "rain"], ["f_wet", "f_wet"])
    assert path["colliders"][0]["variable"] == "wet"
    assert [pair["is_explaining_away"] for pair in found["pairs"]] == [True, True]


def test_without_a_target_the_largest_move_is_explained() -> None:
    assert answer("why", WET)["claim"]["variable"] == "rain"


def test_certainty_is_sent_without_infinities() -> None:
    found = answer("why", observe("rain", "yes"), target="rain")
    assert found["total"] == {"nats": None, "sign": 1, "text": "+∞"}
    assert found["interaction"] is None


def test_the_ladder_in_both_orders() -> None:
    up = answer("ladder", *BOTH, target="rain", order=["wet", "sprinkler"])
    down = answer("ladder", *BOTH, target="rain", order=["sprinkler", "wet"])
    assert [rung["standing"]["text"] for rung in up["rungs"]] == ["0.5000", "0.7079", "0.3204"]
    assert [rung["standing"]["text"] for rung in down["rungs"]] == ["0.5000", "0.3000", "0.3204"]
    assert dict(down["rungs"][1]["beliefs"])["sprinkler"] == [0, 1]


def test_a_thousand_cases_are_exact_whatever_the_method() -> None:
    found = answer("frequencies", command("set_method", method="bp"), WET, target="rain")
    assert [stage["kept"] for stage in found["stages"]] == [1000, 647]
    assert found["stages"][1]["with_claim"] == 458


@pytest.mark.parametrize("about", ["why", "ladder", "frequencies"])
@pytest.mark.parametrize(
    "fields",
    [
        {"target": "snow"},
        {"target": ["rain"]},
        {"target": "rain", "state": "maybe"},
        {"target": "rain", "state": 1},
    ],
)
def test_what_makes_no_sense_is_refused(about: str, fields: dict[str, Any]) -> None:
    (problem,) = asked(about, WET, **fields)["refused"]
    assert problem["what"]
    assert problem["remedy"]


@pytest.mark.parametrize("about", ["ladder", "frequencies"])
@pytest.mark.parametrize("order", ["wet", ["rain"], ["snow"], [], [["wet"]]])
def test_an_order_that_is_none_is_refused(about: str, order: Any) -> None:
    assert asked(about, WET, target="rain", order=order)["refused"]
