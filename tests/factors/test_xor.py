from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_array_equal

from mbml_core.errors import Problem
from tests.factors.gates import Gate, boolean_gates, boolean_problems, by_definition, gate


@settings(max_examples=30)
@given(boolean_gates("xor"))
def test_the_table_is_the_equation(drawn: Gate) -> None:
    assert drawn.problems == []
    assert_array_equal(drawn.table, by_definition(drawn, lambda parents, child: child == sum(parents) % 2))


def test_parity_of_one_parent_is_a_copy() -> None:
    assert_array_equal(gate("xor", [2]).table, np.eye(2))


@pytest.mark.parametrize(("broken", "expected"), boolean_problems("xor"))
def test_every_problem_is_named(broken: Gate, expected: list[Problem]) -> None:
    assert broken.problems == expected
