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
from tests.factors.gates import Gate, boolean_gates, boolean_problems, by_definition, gate

PER_PARENT = "give one number per parent"


def equation(gate: Gate) -> np.ndarray:
    """P(child = false | parents) = (1 − leak) · Π_{i: parent i true} (1 − probabilities[i])."""
    probabilities = gate.factor.parameters["probabilities"].tolist()
    leak = gate.factor.parameters.get("leak", 0.0)

    def probability(parents: tuple[int, ...], child: int) -> float:
        false = (1 - leak) * math.prod(1 - p for p, parent in zip(probabilities, parents, strict=True) if parent)
        return 1 - false if child else false

    return by_definition(gate, probability)


@settings(max_examples=30)
@given(boolean_gates("noisy_or", is_noisy=True))
def test_the_table_is_the_equation(drawn: Gate) -> None:
    assert drawn.problems == []
    assert_allclose(drawn.table, equation(drawn), atol=1e-15, rtol=0)


@pytest.mark.parametrize("at", [None, 0, 1, 3])
def test_the_numbers_belong_to_the_parents_in_scope_order(at: int | None) -> None:
    drawn = gate("noisy_or", [2, 2, 2], at=at, probabilities=[0.1, 0.2, 0.4], leak=0.5)
    position = 3 if at is None else at
    off = np.moveaxis(drawn.table, position, -1)[..., 0]
    assert_allclose([off[1, 0, 0], off[0, 1, 0], off[0, 0, 1], off[0, 0, 0]], [0.45, 0.4, 0.3, 0.5], rtol=1e-12)


@settings(max_examples=30)
@given(st.integers(1, 5), st.data())
def test_with_certain_causes_and_no_leak_it_is_any_true(n: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, n))
    assert_array_equal(
        gate("noisy_or", [2] * n, at=at, probabilities=[1] * n).table, gate("any_true", [2] * n, at=at).table
    )


def test_a_sure_leak_turns_the_child_on_whatever_the_parents_do() -> None:
    table = gate("noisy_or", [2, 2], probabilities=[0.3, 0.4], leak=1).table
    assert_array_equal(table[..., 1], np.ones((2, 2)))
    assert_array_equal(table[..., 0], np.zeros((2, 2)))


def test_parents_without_force_leave_only_the_leak() -> None:
    table = gate("noisy_or", [2, 2], probabilities=[0, 0], leak=0.25).table
    assert_array_equal(table, np.broadcast_to([0.75, 0.25], (2, 2, 2)))


@pytest.mark.parametrize(("broken", "expected"), boolean_problems("noisy_or", is_noisy=True))
def test_every_problem_of_its_variables_is_named(broken: Gate, expected: list[Problem]) -> None:
    assert broken.problems == expected


@pytest.mark.parametrize("kind", ["noisy_or", "noisy_and"])
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [("'probabilities' is missing or no list of numbers", PER_PARENT)]),
        ({"probabilities": 0.5}, [("'probabilities' is missing or no list of numbers", PER_PARENT)]),
        ({"probabilities": [[0.5, 0.5]]}, [("'probabilities' is missing or no list of numbers", PER_PARENT)]),
        ({"probabilities": [0.5, "x"]}, [("'probabilities' is missing or no list of numbers", PER_PARENT)]),
        ({"probabilities": [0.5]}, [("'probabilities' has 1 numbers, expected 2", PER_PARENT)]),
        ({"probabilities": [0.5] * 3}, [("'probabilities' has 3 numbers, expected 2", PER_PARENT)]),
        (
            {"probabilities": [1.5, -0.5]},
            [
                ("'probabilities' is 1.5, expected a number from 0 to 1", "correct it"),
                ("'probabilities' is -0.5, expected a number from 0 to 1", "correct it"),
            ],
        ),
        (
            {"probabilities": [0.5, math.nan], "leak": math.inf},
            [
                ("'probabilities' is nan, expected a number from 0 to 1", "correct it"),
                ("'leak' is inf, expected a number from 0 to 1", "correct it"),
            ],
        ),
        (
            {"probabilities": [0, 1], "leak": np.float64(2)},
            [("'leak' is 2.0, expected a number from 0 to 1", "correct it")],
        ),
        (
            {"probabilities": [0, 1], "leak": True},
            [("'leak' is True, expected a number from 0 to 1", "correct it")],
        ),
        (
            {"probabilities": [0, 1], "leak": None},
            [("'leak' is None, expected a number from 0 to 1", "correct it")],
        ),
        (
            {"probabilities": [0, 1], "leak": "0.1"},
            [("'leak' is '0.1', expected a number from 0 to 1", "correct it")],
        ),
    ],
    ids=str,
)
def test_every_problem_of_its_numbers_is_named(
    kind: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert gate(kind, [2, 2], **parameters).problems == [Problem("f", what, remedy) for what, remedy in expected]


def test_without_any_variable_no_negative_count_is_asked_for() -> None:
    nothing = Gate(Factor("f", "noisy_or", (), {"probabilities": []}), ())
    assert [problem.what for problem in nothing.problems] == [
        "'noisy_or' connects 2 or more variables, this one 0"
    ]
