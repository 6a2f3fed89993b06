"""Other states: what tables and observations say of those that stay is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mbml_core.document import Document
from mbml_core.editing import CommandRefused, apply, suspended
from mbml_core.factors import check_graph
from mbml_core.model import AllowedStates, Belief, ExcludedState, Likelihood, Observed
from tests.editing.drawings import document, gate, lawn, the_factor, values


def restated(form: dict[str, Any], id: str, states: list[str], origin: list[int | None]) -> Document:
    return apply(document(form), {"type": "set_states", "id": id, "states": states, "from": origin})


def test_a_new_state_of_a_child_has_probability_zero() -> None:
    drawn = restated(lawn(), "wet", ["no", "yes", "soaked"], [0, 1, None])
    assert values(drawn, "f2").tolist() == [[0.9, 0.1, 0], [0.25, 0.75, 0]]


def test_a_new_state_of_a_parent_has_a_uniform_row() -> None:
    drawn = restated(lawn(), "rain", ["no", "drizzle", "yes"], [0, None, 1])
    assert values(drawn, "f2").tolist() == [[0.9, 0.1], [0.5, 0.5], [0.25, 0.75]]


def test_a_new_state_in_a_potential_gets_the_average() -> None:
    drawn = restated(lawn(), "hue", ["red", "green", "blue", "grey"], [0, 1, 2, None])
    assert values(drawn, "f3").tolist() == [[1, 2, 3, 2], [4, 0, 6, pytest.approx(10 / 3)]]


def test_what_a_removed_state_had_is_shared_among_the_rest() -> None:
    form = lawn()
    form["factors"].append(
        {"id": "p", "kind": "prior", "scope": ["hue"], "parameters": {"probabilities": [0.5, 0.125, 0.375]}}
    )
    assert values(restated(form, "hue", ["green", "blue"], [1, 2]), "p").tolist() == [0.25, 0.75]


def test_a_row_that_loses_everything_becomes_uniform() -> None:
    form = lawn()
    form["factors"][1]["parameters"]["values"] = [[1, 0], [0.25, 0.75]]
    drawn = restated(form, "wet", ["yes", "soaked"], [1, None])
    assert values(drawn, "f2").tolist() == [[0.5, 0.5], [1, 0]]


def test_a_potential_that_loses_everything_says_nothing() -> None:
    form = lawn()
    form["factors"][2]["parameters"]["values"] = [[1, 0, 0], [1, 0, 0]]
    assert values(restated(form, "hue", ["green", "blue"], [1, 2]), "f3").tolist() == [[1, 1], [1, 1]]


def test_adding_a_state_and_removing_it_restores_everything() -> None:
    for id in ("rain", "wet", "hue"):
        before = document(lawn())
        states = list(before.graph.variable(id).states)
        kept = list(range(len(states)))
        grown = restated(lawn(), id, ["new", *states], [None, *kept])
        after = apply(grown, {"type": "set_states", "id": id, "states": states, "from": [i + 1 for i in kept]})
        assert after == before


@pytest.mark.parametrize(
    ("kind", "parameters", "scope"),
    [
        ("any_true", {}, ("a", "b", "c")),
        ("noisy_or", {"probabilities": [0.5, 0.25], "leak": 0.1}, ("a", "b", "c")),
        ("not", {}, ("a", "b")),
        ("add_noise", {"flip": [0.1, 0.2]}, ("a", "b")),
        ("equal", {}, ("a", "b", "c")),
        ("count_true", {}, ("a", "b", "hue")),
    ],
)
def test_a_kind_that_wants_other_states_becomes_the_table_it_equals(
    kind: str, parameters: dict[str, Any], scope: tuple[str, ...]
) -> None:
    drawn = restated(gate(kind, parameters, scope), "a", ["no", "yes", "maybe"], [0, 1, None])
    assert the_factor(drawn, "g").kind == "table"
    assert check_graph(drawn.graph) == []


def test_the_table_of_a_gate_is_turned_with_its_states() -> None:
    drawn = restated(gate("not", {}, ("a", "b")), "a", ["yes", "no"], [1, 0])
    assert values(drawn, "g").tolist() == [[1, 0], [0, 1]]


def test_new_names_leave_a_gate_alone_unless_they_swap_the_truth() -> None:
    assert the_factor(restated(gate("xor", {}), "a", ["off", "on"], [0, 1]), "g").kind == "xor"
    swapped = restated(gate("xor", {}), "a", ["true", "false"], [0, 1])
    assert the_factor(swapped, "g").kind == "table"
    assert check_graph(swapped.graph) == []


def test_a_draft_keeps_its_kind_and_can_be_put_right() -> None:
    form = gate("any_true", {})
    form["factors"][-1]["scope"] = ["hue", "b", "c"]
    assert check_graph(document(form).graph)
    assert check_graph(restated(form, "hue", ["no", "yes"], [0, 2]).graph) == []


HUES = ["green", "pink", "blue"]
FROM = [1, None, 2]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"state": "blue"}, Observed("blue")),
        ({"state": "red"}, None),
        ({"not": "green"}, ExcludedState("green")),
        ({"not": "red"}, None),
        ({"states": ["red", "blue"]}, AllowedStates(("blue",))),
        ({"states": ["red"]}, None),
        ({"likelihood": [3, 2, 1]}, Likelihood((2, 0, 1))),
        ({"likelihood": [3, 0, 0]}, None),
        ({"belief": [0.5, 0.25, 0.25]}, Belief((0.5, 0, 0.5))),
        ({"belief": [1, 0, 0]}, None),
    ],
)
@pytest.mark.parametrize("section", ["evidence", "suspended_evidence"])
def test_observations_follow_their_states(section: str, before: Any, after: Any) -> None:
    drawn = restated(lawn(**{section: {"hue": before}}), "hue", HUES, FROM)
    kept = drawn.graph.evidence if section == "evidence" else suspended(drawn)
    assert kept.get("hue") == after


def test_fields_of_other_programs_follow_an_observation() -> None:
    seen = {"rain": {"state": "yes", "by": "me"}}
    on = restated(lawn(evidence=seen), "rain", ["dry", "wet"], [0, 1])
    off = restated(lawn(suspended_evidence=seen), "rain", ["dry", "wet"], [0, 1])
    assert on.extras.evidence == {"rain": {"by": "me"}}
    assert off.extras.top["suspended_evidence"] == {"rain": {"state": "wet", "by": "me"}}


@pytest.mark.parametrize("origin", [[0], [0, 5], [0, -1], [0, 0], [0, 10**30]])
def test_an_origin_that_fits_no_states_is_refused(origin: list[int]) -> None:
    with pytest.raises(CommandRefused):
        restated(lawn(), "rain", ["no", "yes"], origin)


def test_removing_a_state_of_probability_zero_changes_no_digit() -> None:
    form = lawn()
    rows = [[0.1, 0.9, 0.0], [1 / 3, 1 - 1 / 3, 0.0]]
    form["factors"][2] = {
        "id": "f3",
        "kind": "table",
        "scope": ["wet", "hue"],
        "parameters": {"values": rows, "child": "hue"},
    }
    drawn = restated(form, "hue", ["red", "green"], [0, 1])
    assert (values(drawn, "f3") == np.array(rows)[:, :2]).all()
