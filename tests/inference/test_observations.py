"""Evidence as numbers: what is certain, what only weighs, and that every form of writing says the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from mbml_core.errors import InvalidEvidence
from mbml_core.inference.observations import Observations
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    ExcludedState,
    FactorGraph,
    Likelihood,
    Observed,
    Real,
    Simplex,
    Value,
    Variable,
    boolean,
    weights,
)

COLOUR = Variable("colour", Categorical(("red", "green", "blue")), "Colour")
MODEL = FactorGraph((boolean("rain", "Rain"), COLOUR, boolean("wet")), evidence={"wet": Observed("yes")})


def observed(**evidence: Any) -> Observations:
    return Observations.of(MODEL, evidence)


@pytest.mark.parametrize(
    "value",
    [
        "green",
        1,
        np.int64(1),
        Observed("green"),
        {"state": "green"},
        {"state": 1},
        [0, 1, 0],
        Likelihood((0.0, 1.0, 0.0)),
        AllowedStates(("green",)),
    ],
    ids=repr,
)
def test_a_state_seen_for_certain_is_hard_however_it_is_written(value: Any) -> None:
    found = observed(colour=value)
    assert (found.hard, found.soft, found.beliefs, found.log_scale) == ({1: 1}, {}, {}, 0.0)
    assert {v: vector.tolist() for v, vector in found.fixed.items()} == {1: [0, 1, 0]}


@pytest.mark.parametrize("value", [False, True, np.True_])
def test_a_boolean_is_a_state_index(value: Any) -> None:
    assert observed(rain=value).hard == {0: int(value)}


def test_excluding_one_of_two_states_leaves_a_certain_one() -> None:
    assert observed(rain=ExcludedState("no")).hard == {0: 1}


def test_what_allows_several_states_is_soft() -> None:
    found = observed(colour=ExcludedState("red"), rain=[0.5, 3])
    assert found.hard == {}
    assert {v: vector.tolist() for v, vector in found.soft.items()} == {1: [0, 1, 1], 0: [0.5, 3]}
    assert found.fixed.keys() == found.soft.keys()


def test_the_weight_of_the_only_possible_state_is_kept() -> None:
    found = observed(colour=[0, 0, 0.25], rain=[3, 0], wet="no")
    assert found.hard == {1: 2, 0: 0, 2: 0}
    assert found.log_scale == pytest.approx(math.log(0.75), rel=1e-15)
    assert {v: vector.tolist() for v, vector in found.fixed.items()} == {1: [0, 0, 0.25], 0: [3, 0], 2: [1, 0]}


def test_a_belief_is_normalised_and_neither_hard_nor_soft() -> None:
    found = observed(rain=Belief((0.0, 1.0)), colour="red")
    assert (found.hard, found.soft, found.fixed.keys()) == ({1: 0}, {}, {1})
    assert found.beliefs[0].tolist() == [0, 1]


def test_none_stands_for_what_was_drawn() -> None:
    assert Observations.of(MODEL, None).hard == {2: 1}
    assert Observations.of(MODEL, {}).hard == {}


def test_names_count_as_ids_and_one_variable_is_observed_once() -> None:
    assert observed(Rain="yes", colour="red").hard == {0: 1, 1: 0}
    with pytest.raises(InvalidEvidence, match="'Rain' is observed twice"):
        observed(rain="yes", Rain="yes")


@pytest.mark.parametrize("value", ["purple", 3, -1, np.int64(3), Observed("purple"), None, 1.0, Observed(1), True])
def test_what_does_not_fit_is_refused_beside_what_does(value: Any) -> None:
    """`True` is state 1, which the one-state variable lacks."""
    single = FactorGraph((*MODEL.variables[:2], Variable("single", Categorical(("only",)))))
    key = "single" if value is True else "colour"
    with pytest.raises(InvalidEvidence) as caught:
        Observations.of(single, {"rain": "yes", key: value})
    assert [problem.where for problem in caught.value.problems] == [key]


def test_fixed_equals_the_weights_of_each_observation() -> None:
    given = {"rain": Likelihood((0.0, 0.5)), "colour": AllowedStates(("red", "blue")), "wet": ExcludedState("no")}
    fixed = Observations.of(MODEL, given).fixed
    for id, observation in given.items():
        v = MODEL.variable_index[id]
        assert fixed[v].tolist() == weights(observation, MODEL.variables[v].states).tolist()


def test_a_part_keeps_weights_and_kinds() -> None:
    found = observed(rain=[0, 2], colour=[1, 2, 0], wet=Belief((0.5, 0.5)))
    assert found.restricted_to(frozenset({0})).log_scale == pytest.approx(math.log(2))
    assert found.restricted_to(frozenset({1})).soft.keys() == {1}
    part = found.restricted_to(frozenset({2}))
    assert (part.hard, part.soft, part.beliefs.keys(), part.log_scale) == ({}, {}, {2}, 0.0)


def test_an_observation_clashes_where_it_leaves_nothing_possible() -> None:
    found = observed(rain="yes", colour=[1, 2, 0], wet=Belief((0.5, 0.5)))
    yes, no = np.array([False, True]), np.array([True, False])
    assert not found.clashes(0, yes)
    assert found.clashes(0, no)
    assert found.clashes(1, np.array([False, False, True]))
    assert not found.clashes(1, np.array([False, True, True]))
    assert found.clashes(2, yes)
    assert not found.clashes(2, np.array([True, True]))


MIXED = FactorGraph((boolean("rain"), Variable("height", Real()), Variable("p", Simplex(3))))


def test_values_stand_beside_states() -> None:
    found = Observations.of(MIXED, {"rain": "yes", "height": 1, "p": Value((0.5, 0.25, 0.25))})
    assert found.hard == {0: 1}
    assert found.values == {1: 1.0, 2: (0.5, 0.25, 0.25)}
    assert found.restricted_to(frozenset({0, 2})).values == {2: (0.5, 0.25, 0.25)}


def test_a_vector_that_misses_one_by_printed_digits_is_renormalised() -> None:
    found = Observations.of(MIXED, {"p": [0.333333, 0.333333, 0.333333]})
    assert math.fsum(found.values[2]) == pytest.approx(1.0, abs=1e-15)


def test_drawn_values_count() -> None:
    assert Observations.of(MIXED.with_evidence({"height": Value(1.8)}), None).values == {1: 1.8}


def test_states_alone_leave_no_values() -> None:
    assert observed(colour="green").values == observed(colour=[1, 2, 1]).values == {}
