from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.errors import Problem
from mbml_core.model import Factor
from tests.factors.gates import Gate, boolean_gates, boolean_problems, by_definition, gate


@settings(max_examples=30)
@given(boolean_gates("noisy_and", is_noisy=True))
def test_the_table_is_the_equation(drawn: Gate) -> None:
    """P(child = true | parents) = (1 − leak) · Π_{i: parent i false} (1 − probabilities[i])."""
    probabilities = drawn.factor.parameters["probabilities"].tolist()
    leak = drawn.factor.parameters.get("leak", 0.0)

    def probability(parents: tuple[int, ...], child: int) -> float:
        true = (1 - leak) * math.prod(
            1 - p for p, parent in zip(probabilities, parents, strict=True) if not parent
        )
        return true if child else 1 - true

    assert drawn.problems == []
    assert_allclose(drawn.table, by_definition(drawn, probability), atol=1e-15, rtol=0)


@settings(max_examples=30)
@given(boolean_gates("noisy_or", is_noisy=True))
def test_it_is_the_de_morgan_mirror_of_noisy_or(drawn: Gate) -> None:
    """Swap true and false on every variable."""
    mirrored = Factor("f", "noisy_and", drawn.factor.scope, drawn.factor.parameters)
    assert_allclose(Gate(mirrored, drawn.variables).table, np.flip(drawn.table), atol=1e-15, rtol=0)


@settings(max_examples=30)
@given(st.integers(1, 5), st.data())
def test_with_sure_blocks_and_no_leak_it_is_all_true(n: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, n))
    assert_array_equal(
        gate("noisy_and", [2] * n, at=at, probabilities=[1] * n).table, gate("all_true", [2] * n, at=at).table
    )


def test_a_sure_leak_turns_the_child_off_whatever_the_parents_do() -> None:
    table = gate("noisy_and", [2, 2], probabilities=[0.3, 0.4], leak=1).table
    assert_array_equal(table[..., 1], np.zeros((2, 2)))
    assert_array_equal(table[..., 0], np.ones((2, 2)))


@pytest.mark.parametrize(("broken", "expected"), boolean_problems("noisy_and", is_noisy=True))
def test_every_problem_of_its_variables_is_named(broken: Gate, expected: list[Problem]) -> None:
    assert broken.problems == expected
