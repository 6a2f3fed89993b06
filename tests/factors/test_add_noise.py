from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.errors import Problem
from mbml_core.model import Factor
from tests.factors.gates import CONNECT, Gate, by_definition, gate


@settings(max_examples=30)
@given(st.integers(2, 4), st.sampled_from([None, 0, 1]), st.data())
def test_the_table_is_the_equation(size: int, at: int | None, data: st.DataObject) -> None:
    """P(child = x | parent = x) = 1 − flip[x], P(child = y | parent = x) = flip[x] / (K − 1) for y ≠ x."""
    flip = data.draw(st.lists(st.floats(0, 1), min_size=size, max_size=size))
    drawn = gate("add_noise", [size], size, at, flip=flip)

    def probability(parents: tuple[int, ...], child: int) -> float:
        (parent,) = parents
        return 1 - flip[parent] if child == parent else flip[parent] / (size - 1)

    assert drawn.problems == []
    assert_allclose(drawn.table, by_definition(drawn, probability), atol=1e-15, rtol=0)


@pytest.mark.parametrize("flip", [0.1, np.float64(0.1), np.array(0.1)], ids=repr)
@pytest.mark.parametrize("at", [0, 1])
def test_one_number_holds_for_every_state(flip: Any, at: int) -> None:
    assert_array_equal(
        gate("add_noise", [3], 3, at, flip=flip).table, gate("add_noise", [3], 3, at, flip=[0.1] * 3).table
    )


def test_winns_skills_example() -> None:
    """Winn, Model-Based Machine Learning, chapter 2: a 10 % slip, a 20 % guess."""
    assert_allclose(gate("add_noise", [2], flip=[0.2, 0.1]).table, [[0.8, 0.2], [0.1, 0.9]], rtol=1e-12)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_without_noise_it_is_a_copy(size: int) -> None:
    assert_array_equal(gate("add_noise", [size], size, flip=0).table, np.eye(size))


def test_of_two_states_a_sure_flip_is_a_negation() -> None:
    assert_array_equal(gate("add_noise", [2], flip=1).table, gate("not", [2]).table)


@pytest.mark.parametrize("parents", [[], [2, 2]])
def test_it_connects_exactly_two_variables(parents: list[int]) -> None:
    assert gate("add_noise", parents, flip=0.1).problems == [
        Problem("f", f"'add_noise' connects 2 variables, this one {len(parents) + 1}", CONNECT)
    ]


@pytest.mark.parametrize(("parent", "child"), [(3, 2), (2, 3), (1, 1)])
def test_both_have_equally_many_states_two_or_more(parent: int, child: int) -> None:
    assert gate("add_noise", [parent], child, flip=0.1).problems == [
        Problem("f", f"'P0' has {parent} states, 'C' {child}", "give both equally many states, two or more")
    ]


@pytest.mark.parametrize(
    ("parameters", "what", "remedy"),
    [
        ({}, "'flip' is None, expected a number from 0 to 1", "correct it"),
        ({"flip": 1.5}, "'flip' is 1.5, expected a number from 0 to 1", "correct it"),
        ({"flip": math.nan}, "'flip' is nan, expected a number from 0 to 1", "correct it"),
        ({"flip": True}, "'flip' is True, expected a number from 0 to 1", "correct it"),
        ({"flip": "0.1"}, "'flip' is '0.1', expected a number from 0 to 1", "correct it"),
        ({"flip": [0.1, 0.2]}, "'flip' has 2 numbers, expected 3", "give one number per parent state"),
        ({"flip": [0.1, 0.2, -1]}, "'flip' is -1.0, expected a number from 0 to 1", "correct it"),
        ({"flip": [[0.1] * 3]}, "'flip' is missing or no list of numbers", "give one number per parent state"),
    ],
    ids=str,
)
def test_every_problem_of_its_noise_is_named(parameters: dict[str, Any], what: str, remedy: str) -> None:
    assert gate("add_noise", [3], 3, **parameters).problems == [Problem("f", what, remedy)]


@pytest.mark.parametrize("flip", [0.1, [0.1, 0.1]])
def test_a_child_outside_the_scope(flip: Any) -> None:
    drawn = gate("add_noise", [2])
    factor = Factor("f", "add_noise", drawn.factor.scope, {"child": "z", "flip": flip})
    assert Gate(factor, drawn.variables).problems == [
        Problem("f", "the child 'z' is not in the scope", "name one of p0, c")
    ]
