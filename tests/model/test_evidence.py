"""Every form in which evidence can be written, and every way in which it can fail to fit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from mbml_core.errors import InvalidEvidence, Problem
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    ExcludedState,
    FactorGraph,
    Likelihood,
    Observation,
    Observed,
    Variable,
    boolean,
    find_variable,
    parse_observation,
    resolve_evidence,
)

COLOUR = Variable("v1", Categorical(("red", "green", "blue")), "Colour")
GRAPH = FactorGraph(
    (
        boolean("rain", "Rain"),
        COLOUR,
        boolean("t1", "Twin"),
        boolean("t2", "Twin"),
        boolean("plain"),
        boolean("u1", "u2"),
        boolean("u2"),
    ),
    evidence={"rain": Observed("yes")},
)
HUGE = 10**400
NAN, INF = math.nan, math.inf

# --- what fits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("green", Observed("green")),
        (0, Observed("red")),
        (2, Observed("blue")),
        (np.int64(1), Observed("green")),
        (np.uint8(1), Observed("green")),
        (Observed("green"), Observed("green")),
        ({"state": "green"}, Observed("green")),
        ({"state": 1}, Observed("green")),
        ({"state": np.int32(1)}, Observed("green")),
        ({"states": ["blue", "red"]}, AllowedStates(("blue", "red"))),
        ({"states": ("blue", 0)}, AllowedStates(("blue", "red"))),
        (AllowedStates(("red",)), AllowedStates(("red",))),
        ({"not": "red"}, ExcludedState("red")),
        ({"not": 2}, ExcludedState("blue")),
        (ExcludedState("red"), ExcludedState("red")),
        ([0.5, 0, 3], Likelihood((0.5, 0.0, 3.0))),
        ((1, 2, 3), Likelihood((1.0, 2.0, 3.0))),
        (np.array([1, 2, 3]), Likelihood((1.0, 2.0, 3.0))),
        ([np.float32(0.5), np.int8(1), 2], Likelihood((0.5, 1.0, 2.0))),
        ({"likelihood": [0.5, 0, 3]}, Likelihood((0.5, 0.0, 3.0))),
        ({"likelihood": np.array([0.5, 0, 3])}, Likelihood((0.5, 0.0, 3.0))),
        (Likelihood((0.5, 0.0, 3.0)), Likelihood((0.5, 0.0, 3.0))),
        ({"belief": [0.25, 0, 0.75]}, Belief((0.25, 0.0, 0.75))),
        (Belief((0.25, 0.0, 0.75)), Belief((0.25, 0.0, 0.75))),
        ({"belief": [0.25, 0, 0.7500009]}, Belief((0.25, 0.0, 0.7500009))),
        ({"state": "green", "note": "seen at noon"}, Observed("green")),
    ],
    ids=repr,
)
def test_every_form_of_evidence(value: Any, expected: Observation) -> None:
    assert resolve_evidence(GRAPH, {"v1": value}) == {"v1": expected}


@pytest.mark.parametrize("value", [True, np.True_, 1], ids=repr)
def test_true_is_the_second_state(value: object) -> None:
    assert parse_observation(boolean("b"), value) == Observed("yes")


@pytest.mark.parametrize("value", [False, np.False_, 0], ids=repr)
def test_false_is_the_first_state(value: object) -> None:
    assert parse_observation(boolean("b"), value) == Observed("no")


def test_numbers_are_stored_as_plain_floats() -> None:
    found = parse_observation(COLOUR, np.array([1, 2, 3], dtype=np.float32))
    assert isinstance(found, Likelihood)
    assert [type(weight) for weight in found.weights] == [float] * 3


def test_a_state_named_like_a_number_is_found_by_name_not_by_position() -> None:
    die = Variable("die", Categorical(("3", "2", "1")))
    assert parse_observation(die, "1") == Observed("1")
    assert parse_observation(die, 1) == Observed("2")


# --- what does not fit -------------------------------------------------------------------------------------

LIKELY = "give one number per state, in state order"
EXACTLY_ONE = "give exactly one of state, states, not, likelihood, belief"
RANGE = "use finite numbers, zero or more"
THREE = "give 3 numbers, one per state"
FORMS = "give a state name, a state index or a likelihood vector"
LISTED = "its states are red, green, blue"


@pytest.mark.parametrize(
    ("value", "what", "remedy"),
    [
        ("grean", "'Colour' has no state 'grean'", f"did you mean 'green'? {LISTED}"),
        ("xyz", "'Colour' has no state 'xyz'", LISTED),
        ("", "'Colour' has no state ''", LISTED),
        (3, "'Colour' has no state number 3", "use 0 to 2, or a state name"),
        (-1, "'Colour' has no state number -1", "use 0 to 2, or a state name"),
        (HUGE, f"'Colour' has no state number {HUGE}", "use 0 to 2, or a state name"),
        (1.0, "cannot observe 1.0 for 'Colour'", FORMS),
        (None, "cannot observe None for 'Colour'", FORMS),
        (b"red", "cannot observe b'red' for 'Colour'", FORMS),
        ({"red"}, "cannot observe {'red'} for 'Colour'", FORMS),
        ({}, "evidence for 'Colour' has the fields []", EXACTLY_ONE),
        ({"state": 1, "not": 2}, "evidence for 'Colour' has the fields ['not', 'state']", EXACTLY_ONE),
        ({3: 1}, "evidence for 'Colour' has the fields ['3']", EXACTLY_ONE),
        ({"state": "grean"}, "'Colour' has no state 'grean'", f"did you mean 'green'? {LISTED}"),
        ({"state": True}, "True is not a state of 'Colour'", "give a state name or a state index"),
        ({"state": 1.0}, "1.0 is not a state of 'Colour'", "give a state name or a state index"),
        ({"state": 9}, "'Colour' has no state number 9", "use 0 to 2, or a state name"),
        ({"states": "red"}, "allowed states of 'Colour' are 'red'", "give a list of state names"),
        ({"states": []}, "no state of 'Colour' is allowed", "allow at least one state"),
        ({"states": ["red", None]}, "None is not a state of 'Colour'", "give a state name or a state index"),
        ({"states": ["red", "blu"]}, "'Colour' has no state 'blu'", f"did you mean 'blue'? {LISTED}"),
        ({"not": "grey"}, "'Colour' has no state 'grey'", f"did you mean 'green'? {LISTED}"),
        ({"not": [0]}, "[0] is not a state of 'Colour'", "give a state name or a state index"),
        ([1, 2], "the likelihood for 'Colour' has 2 numbers, it has 3 states", LIKELY),
        ([], "the likelihood for 'Colour' has 0 numbers, it has 3 states", LIKELY),
        ([1, -0.5, 1], "the likelihood for 'Colour' holds -0.5", RANGE),
        ([1, NAN, 1], "the likelihood for 'Colour' holds nan", RANGE),
        ([1, INF, 1], "the likelihood for 'Colour' holds inf", RANGE),
        ([1, HUGE, 1], "the likelihood for 'Colour' holds inf", RANGE),
        ([0, 0, 0], "the likelihood for 'Colour' is zero everywhere", "make one number positive"),
        ([1, True, 1], "[1, True, 1] is not a list of numbers", THREE),
        ([1, "2", 1], "[1, '2', 1] is not a list of numbers", THREE),
        ([1, None, 1], "[1, None, 1] is not a list of numbers", THREE),
        ([1, 2j, 1], "[1, 2j, 1] is not a list of numbers", THREE),
        ([1, np.complex128(2), 1], "[1, np.complex128(2+0j), 1] is not a list of numbers", THREE),
        (np.array(1), "array(1) is not a list of numbers", THREE),
        (np.ones((1, 3)), "array([[1., 1., 1.]]) is not a list of numbers", THREE),
        ({"likelihood": 5}, "5 is not a list of numbers", THREE),
        ({"likelihood": "123"}, "'123' is not a list of numbers", THREE),
        ({"belief": [0.5, 0.5, 0.5]}, "the belief set for 'Colour' sums to 1.5", "belief"),
        ({"belief": [0.5, 0.5, 2e-6]}, "the belief set for 'Colour' sums to 1", "belief"),
        ({"belief": [1e308, 1e308, 0]}, "the belief set for 'Colour' sums to inf", "belief"),
        ({"belief": [0.5, 0.5]}, "the belief for 'Colour' has 2 numbers, it has 3 states", LIKELY),
        ({"belief": [1.5, -0.5, 0]}, "the belief for 'Colour' holds -0.5", RANGE),
        ({"belief": [0, 0, 0]}, "the belief for 'Colour' is zero everywhere", "make one number positive"),
        (Observed("grean"), "'Colour' has no state 'grean'", f"did you mean 'green'? {LISTED}"),
        (Observed(1), "1 is not a state of 'Colour'", "give the name of a state"),
        (ExcludedState(None), "None is not a state of 'Colour'", "give the name of a state"),
        (AllowedStates("red"), "allowed states of 'Colour' are 'red'", "give a list of state names"),
        (AllowedStates(("red", 1)), "1 is not a state of 'Colour'", "give the name of a state"),
        (Likelihood(("a", "b", "c")), "('a', 'b', 'c') is not a list of numbers", THREE),
        (Likelihood((1, HUGE, 1)), "the likelihood for 'Colour' holds inf", RANGE),
        (Belief(0.5), "0.5 is not a list of numbers", THREE),
    ],
    ids=lambda value: "huge" if value is HUGE else repr(value)[:40],
)
def test_every_misfit_names_its_place_and_its_remedy(value: Any, what: str, remedy: str) -> None:
    if remedy == "belief":
        remedy = "make it sum to one, or give it as a likelihood"
    assert parse_observation(COLOUR, value) == Problem("v1", what, remedy)


@pytest.mark.parametrize(
    ("states", "listed"), [("abcdefgh", "a, b, c, d, e, f, g, h"), ("abcdefghi", "a, b, c, d, e, f, g, h, …")]
)
def test_of_many_states_only_the_first_eight_are_listed(states: str, listed: str) -> None:
    wide = Variable("w", Categorical(tuple(states)))
    assert parse_observation(wide, "z") == Problem("w", "'w' has no state 'z'", f"its states are {listed}")


# --- which variable is meant -------------------------------------------------------------------------------


def test_a_variable_is_found_by_id_or_by_its_name() -> None:
    assert find_variable(GRAPH, "rain") is find_variable(GRAPH, "Rain") is GRAPH.variables[0]
    assert resolve_evidence(GRAPH, {"Rain": "no", "Colour": 1}) == {
        "rain": Observed("no"),
        "v1": Observed("green"),
    }


def test_an_id_wins_over_a_name() -> None:
    assert resolve_evidence(GRAPH, {"u2": "no"}) == {"u2": Observed("no")}


@pytest.mark.parametrize(
    ("key", "what", "remedy"),
    [
        ("Twin", "several variables are named 'Twin'", "use the variable's id"),
        ("Colur", "there is no variable 'Colur'", "did you mean 'Colour'?"),
        ("plane", "there is no variable 'plane'", "did you mean 'plain'?"),
        ("zzz", "there is no variable 'zzz'", "use the id of a variable of this model"),
        ("", "there is no variable ''", "use the id of a variable of this model"),
        (7, "there is no variable '7'", "use the id of a variable of this model"),
        (None, "there is no variable 'None'", "use the id of a variable of this model"),
    ],
)
def test_an_unknown_variable_is_named_with_the_nearest_one(key: Any, what: str, remedy: str) -> None:
    with pytest.raises(InvalidEvidence) as caught:
        resolve_evidence(GRAPH, {key: 0})
    assert caught.value.problems == (Problem(str(key), what, remedy),)


def test_an_empty_name_means_no_variable_even_where_only_one_has_none() -> None:
    graph = FactorGraph((boolean("a", "A"), boolean("b")))
    assert find_variable(graph, "") is None
    with pytest.raises(InvalidEvidence, match="there is no variable ''"):
        resolve_evidence(graph, {"": "yes"})


def test_one_variable_named_twice_is_a_problem() -> None:
    with pytest.raises(InvalidEvidence) as caught:
        resolve_evidence(GRAPH, {"rain": "yes", "Rain": "yes"})
    assert caught.value.problems == (Problem("rain", "'Rain' is observed twice", "keep one of the observations"),)


def test_all_problems_are_told_at_once_in_the_order_given() -> None:
    given = {"nobody": 1, "rain": "yes", "v1": "grean", "plain": [1, 2, 3], "Rain": "no", "Twin": 0}
    with pytest.raises(InvalidEvidence) as caught:
        resolve_evidence(GRAPH, given)
    assert [problem.where for problem in caught.value.problems] == ["nobody", "v1", "plain", "rain", "Twin"]
    assert str(caught.value).count("\n") == 4


def test_without_evidence_the_drawn_evidence_counts() -> None:
    assert resolve_evidence(GRAPH, None) == {"rain": Observed("yes")}


def test_empty_evidence_replaces_the_drawn_evidence() -> None:
    assert resolve_evidence(GRAPH, {}) == {}


def test_drawn_evidence_is_checked_like_any_other() -> None:
    with pytest.raises(InvalidEvidence, match="'Rain' has no state 'perhaps'"):
        resolve_evidence(GRAPH.with_evidence({"rain": Observed("perhaps")}), None)
