"""Independence, interventions and modes as the page asks for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.components.graph_editor.talk import command, log, observe, replies, talked


def asked(about: str, *before: dict[str, Any], **fields: Any) -> Any:
    """The reply to one question about the sprinkler, or about what the commands before it made of it."""
    (reply,) = replies(talked(log(*before, command("ask", about=about, **fields))))
    assert len(json.dumps(reply, allow_nan=False)) < 300_000
    return reply


def answer(about: str, *before: dict[str, Any], **fields: Any) -> Any:
    return asked(about, *before, **fields)["answer"]


def opened(sample: str) -> dict[str, Any]:
    return command("open", source="sample", sample=sample)


def test_paths_of_the_sprinkler_under_its_evidence() -> None:
    free = answer("independence", first="sprinkler", second="rain")
    assert not free["is_separated"]
    assert [trail["nodes"] for trail in free["open_trails"]] == [
        ["sprinkler", "f_sprinkler", "cloudy", "f_rain", "rain"]
    ]
    assert free["blocked_trails"][0]["blockers"] == ["wet"]
    seen = answer("independence", observe("cloudy", "yes"), first="sprinkler", second="rain")
    assert seen["is_separated"]
    assert seen["bits"] == pytest.approx(0)
    assert seen["known"] == ["cloudy"]
    assert [blanket["variable"] for blanket in seen["blankets"]] == ["sprinkler", "rain"]
    assert [member[0] for member in seen["blankets"][0]["members"]] == ["cloudy", "rain", "wet"]


def test_what_is_supposed_to_be_known_counts() -> None:
    found = answer("independence", first="sprinkler", second="rain", supposed=["cloudy"])
    assert found["is_separated"]


def test_doing_beside_seeing() -> None:
    found = answer("intervene", opened("kidney_stones"), settings=[["treatment", "open"]])
    assert found["cuts"] == [{"factor": "f_treatment", "variable": "stone"}]
    success = next(effect for effect in found["effects"] if effect["variable"] == "success")
    assert success["seen"][1] == pytest.approx(0.78)
    assert success["done"][1] == pytest.approx(0.8325462173856037)
    assert found["settings"] == [["treatment", "open"]]


def test_the_whole_beside_the_parts() -> None:
    found = answer("modes", opened("saturday"))
    assert found["differing"] == ["weather"]
    assert found["assignment_text"] == "0.3528"
    assert found["modes_text"] == "0.0588"
    wet = answer("modes", observe("wet", "yes"))
    assert wet["differing"] == []
    assert [choice["is_seen"] for choice in wet["choices"]] == [False, False, False, True]


@pytest.mark.parametrize(
    ("about", "fields"),
    [
        ("independence", {}),
        ("independence", {"first": "sprinkler", "second": "sprinkler"}),
        ("independence", {"first": "sprinkler", "second": "f_wet"}),
        ("independence", {"first": "sprinkler", "second": ["rain"]}),
        ("independence", {"first": "sprinkler", "second": "rain", "supposed": "cloudy"}),
        ("independence", {"first": "sprinkler", "second": "rain", "supposed": ["rain"]}),
        ("intervene", {}),
        ("intervene", {"settings": []}),
        ("intervene", {"settings": [["rain"]]}),
        ("intervene", {"settings": [["nobody", "yes"]]}),
        ("intervene", {"settings": [["rain", "maybe"]]}),
        ("intervene", {"settings": [["rain", 1]]}),
        ("intervene", {"settings": {"rain": "yes"}}),
    ],
)
def test_what_makes_no_sense_is_refused(about: str, fields: dict[str, Any]) -> None:
    (problem,) = asked(about, **fields)["refused"]
    assert problem["what"]
    assert problem["remedy"]


def test_a_free_potential_cannot_be_set_and_says_why() -> None:
    (problem, *_) = asked("intervene", opened("ising_grid"), settings=[["x_11", "up"]])["refused"]
    assert "no arrow says what makes it" in problem["what"]
