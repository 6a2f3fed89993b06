from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.errors import Problem
from mbml_core.factors import KINDS
from tests.factors.gates import CONNECT, Gate, gate

PER_STATE = "give one number per state"
CORRECT = "correct it"
NORMALISE = "correct or normalise them"


def prior(probabilities: Any, size: int) -> Gate:
    return gate("prior", [], size, probabilities=probabilities)


@settings(max_examples=30)
@given(st.lists(st.floats(1e-3, 1), min_size=1, max_size=6))
def test_the_table_is_the_list(weights: list[float]) -> None:
    probabilities = [weight / math.fsum(weights) for weight in weights]
    drawn = prior(probabilities, len(probabilities))
    assert drawn.problems == []
    assert_allclose(drawn.table, probabilities, rtol=1e-14)


def test_what_sums_to_one_is_kept_to_the_last_bit() -> None:
    assert_array_equal(prior([0.25, 0.75], 2).table, [0.25, 0.75])


def test_rounded_numbers_are_renormalised_with_a_note() -> None:
    drawn = prior([0.333333, 0.333333, 0.333333], 3)
    assert drawn.problems == []
    assert_allclose(drawn.table, [1 / 3] * 3, rtol=1e-15)
    assert list(KINDS["prior"].notes(drawn.factor, drawn.variables)) == [
        Problem("f", "the sum misses one by 1e-06 and was renormalised", "nothing to do, or write more digits")
    ]


def test_rounding_in_the_last_digits_deserves_no_note() -> None:
    drawn = prior([0.1] * 10, 10)
    assert list(KINDS["prior"].notes(drawn.factor, drawn.variables)) == []


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        (None, [("'probabilities' is missing or no list of numbers", PER_STATE)]),
        (0.5, [("'probabilities' is missing or no list of numbers", PER_STATE)]),
        ([[0.5, 0.5]], [("'probabilities' is missing or no list of numbers", PER_STATE)]),
        (["a", "b"], [("'probabilities' is missing or no list of numbers", PER_STATE)]),
        ([True, False], [("'probabilities' is missing or no list of numbers", PER_STATE)]),
        ([1.0], [("'probabilities' has 1 numbers, expected 2", PER_STATE)]),
        ([], [("'probabilities' has 0 numbers, expected 2", PER_STATE)]),
        (
            [-0.5, 1.5],
            [
                ("'probabilities' is -0.5, expected a number from 0 to 1", CORRECT),
                ("'probabilities' is 1.5, expected a number from 0 to 1", CORRECT),
            ],
        ),
        ([math.nan, 1], [("'probabilities' is nan, expected a number from 0 to 1", CORRECT)]),
        ([0.5, 0.4], [("the probabilities of 'C' sum to 0.9, expected 1", NORMALISE)]),
        ([0.5, 0.500002], [("the probabilities of 'C' sum to 1.000002, expected 1", NORMALISE)]),
        ([0, 0], [("the probabilities of 'C' sum to 0, expected 1", NORMALISE)]),
        ([1, 1], [("the probabilities of 'C' sum to 2, expected 1", NORMALISE)]),
    ],
    ids=str,
)
def test_every_problem_is_named(probabilities: Any, expected: list[tuple[str, str]]) -> None:
    assert prior(probabilities, 2).problems == [Problem("f", what, remedy) for what, remedy in expected]


@pytest.mark.parametrize("total", [1 - 9e-7, 1 + 9e-7])
def test_a_sum_within_a_millionth_of_one_will_do(total: float) -> None:
    assert prior(np.array([0.5, total - 0.5]), 2).problems == []


def test_it_connects_one_variable() -> None:
    expected = Problem("f", "'prior' connects 1 variables, this one 2", CONNECT)
    assert gate("prior", [2], probabilities=[0.5, 0.5]).problems == [expected]
