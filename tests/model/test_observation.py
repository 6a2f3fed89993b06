from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mbml_core.model import AllowedStates, Belief, ExcludedState, Likelihood, Observation, Observed, weights

STATES = ("red", "green", "blue")

EVERY_FORM = [
    pytest.param(Observed("green"), [0, 1, 0], id="observed"),
    pytest.param(AllowedStates(("blue", "red")), [1, 0, 1], id="allowed"),
    pytest.param(ExcludedState("red"), [0, 1, 1], id="excluded"),
    pytest.param(Likelihood((0.2, 0.0, 3.0)), [0.2, 0, 3], id="likelihood"),
    pytest.param(Belief((0.25, 0.0, 0.75)), [1, 0, 1], id="belief"),
]


@pytest.mark.parametrize(("observation", "expected"), EVERY_FORM)
def test_weights_are_the_likelihood_of_each_state(observation: Observation, expected: list[float]) -> None:
    found = weights(observation, STATES)
    assert found.dtype == np.float64
    assert found.tolist() == expected


@pytest.mark.parametrize(("observation", "expected"), EVERY_FORM)
def test_observations_are_values(observation: Observation, expected: list[float]) -> None:
    assert observation == dataclasses.replace(observation)
    assert hash(observation) == hash(dataclasses.replace(observation))
    field = dataclasses.fields(observation)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(observation, field, expected)


def test_the_five_kinds_are_never_equal() -> None:
    assert Observed("red") != ExcludedState("red")
    assert Likelihood((0.5, 0.5)) != Belief((0.5, 0.5))
