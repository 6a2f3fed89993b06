"""What to look at next, how observations agree, what an answer hangs on: as the page asks for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.components.graph_editor.talk import command, log, observe, replies, talked

WET = observe("wet", "yes")


def asked(about: str, *before: dict[str, Any], **fields: Any) -> Any:
    (reply,) = replies(talked(log(*before, command("ask", about=about, **fields))))
    assert len(json.dumps(reply, allow_nan=False)) < 300_000
    return reply


def test_what_to_look_at_next() -> None:
    found = asked("next", WET, target="rain")["answer"]
    assert found["looks"][0]["variable"] == "sprinkler"
    assert sum(outcome["probability"] for outcome in found["looks"][0]["outcomes"]) == pytest.approx(1)


def test_about_what_is_seen_nothing_can_be_learned() -> None:
    (problem,) = asked("next", WET, target="wet")["refused"]
    assert "is observed" in problem["what"]


def test_how_the_observations_get_on() -> None:
    found = asked("conflict", WET, observe("rain", "yes"))["answer"]
    assert found["value"] < 0
    assert {part["variable"] for part in found["parts"]} == {"wet", "rain"}


def test_a_contradiction_is_an_answer() -> None:
    seen = (observe("rain", "no"), observe("sprinkler", "no"), WET)
    found = asked("conflict", *seen)["answer"]
    assert found["value"] is None
    assert set(found["smallest"]) == {"wet", "rain", "sprinkler"}


def test_what_it_hangs_on() -> None:
    found = asked("sensitivity", WET, target="rain", state="yes", threshold=0.7)["answer"]
    assert found["probability"] == pytest.approx(0.7079276773)
    assert all(influence["text"] for influence in found["influences"])
    assert found["flips"][0]["flip_text"].endswith("fall below 0.7.")


@pytest.mark.parametrize("threshold", [0, 1, -1, "0.5", None, True])
def test_a_threshold_that_decides_nothing_is_refused(threshold: Any) -> None:
    (problem,) = asked("sensitivity", WET, target="rain", threshold=threshold)["refused"]
    assert "between 0 and 1" in problem["what"]
