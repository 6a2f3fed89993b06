"""Observing, and switching observations off and on."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.document import Document, read_bytes, write_bytes
from mbml_core.editing import CommandRefused, apply, suspended
from mbml_core.model import ExcludedState, Observed
from tests.editing.drawings import document, lawn


def watched(**fields: Any) -> Document:
    return document(lawn(evidence={"rain": {"state": "yes"}}, suspended_evidence={"wet": {"not": "no"}}, **fields))


def test_an_observation_replaces_the_one_before_and_a_suspended_one() -> None:
    drawn = apply(watched(), {"type": "observe", "id": "rain", "observation": {"state": "no"}})
    drawn = apply(drawn, {"type": "observe", "id": "wet", "observation": {"state": "yes"}})
    assert dict(drawn.graph.evidence) == {"rain": Observed("no"), "wet": Observed("yes")}
    assert not suspended(drawn)


def test_suspending_and_resuming_restores_the_drawing() -> None:
    form = lawn(evidence={"rain": {"state": "yes", "seen by": "me"}})
    off = apply(document(form), {"type": "suspend", "ids": ["rain"]})
    assert (dict(off.graph.evidence), dict(suspended(off))) == ({}, {"rain": Observed("yes")})
    assert apply(off, {"type": "resume", "ids": ["rain"]}) == document(form)


def test_suspended_observations_survive_the_file() -> None:
    off = apply(watched(), {"type": "suspend", "ids": ["rain"]})
    again = read_bytes(write_bytes(off))
    assert again == off
    assert dict(suspended(again)) == {"wet": ExcludedState("no"), "rain": Observed("yes")}


def test_suspending_what_is_not_observed_changes_nothing() -> None:
    assert apply(watched(), {"type": "suspend", "ids": ["hue", "wet"]}) == watched()
    assert apply(watched(), {"type": "resume", "ids": ["hue", "rain"]}) == watched()


def test_retracting_takes_suspended_observations_back_too() -> None:
    drawn = apply(watched(), {"type": "retract", "ids": ["rain", "wet"]})
    assert (dict(drawn.graph.evidence), dict(suspended(drawn))) == ({}, {})
    assert "suspended_evidence" not in drawn.extras.top


def test_observing_all_replaces_everything() -> None:
    drawn = apply(watched(), {"type": "observe_all", "evidence": [["hue", {"state": "red"}]]})
    assert (dict(drawn.graph.evidence), dict(suspended(drawn))) == ({"hue": Observed("red")}, {})
    with pytest.raises(CommandRefused, match="observed twice"):
        apply(watched(), {"type": "observe_all", "evidence": [["hue", {"state": "red"}]] * 2})


def test_a_deleted_variable_is_not_suspended_any_more() -> None:
    assert "suspended_evidence" not in apply(watched(), {"type": "delete", "ids": ["wet"]}).extras.top


@pytest.mark.parametrize(
    "given",
    [
        "nonsense",
        {"nobody": {"state": "yes"}},
        {"rain": {"state": "yes"}},
        {"hue": {"state": "yes"}},
        {"hue": "red"},
        {"hue": {"likelihood": [1, 2]}},
    ],
)
def test_what_a_file_has_in_their_place_is_passed_over(given: Any) -> None:
    drawn = document(lawn(evidence={"rain": {"state": "yes"}}, suspended_evidence=given))
    assert not suspended(drawn)
    assert not suspended(apply(drawn, {"type": "suspend", "ids": []}))


@pytest.mark.parametrize(
    "observation",
    [
        {},
        {"state": "maybe"},
        {"state": 1},
        {"state": "no", "not": "yes"},
        {"state": "no", "note": "x"},
        {"states": []},
        {"states": "no"},
        {"likelihood": [1]},
        {"likelihood": [0, 0]},
        {"likelihood": [1, -1]},
        {"likelihood": [1, float("nan")]},
        {"likelihood": [1, 10**400]},
        {"likelihood": [True, 1]},
        {"belief": [0.5, 0.6]},
        {"value": 3},
    ],
)
def test_an_observation_that_does_not_fit_is_refused(observation: Any) -> None:
    with pytest.raises(CommandRefused):
        apply(watched(), {"type": "observe", "id": "rain", "observation": observation})
