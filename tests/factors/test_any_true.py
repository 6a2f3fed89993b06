from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_array_equal

from mbml_core.errors import Problem
from tests.factors.gates import Gate, boolean_gates, boolean_problems, by_definition, gate


@settings(max_examples=30)
@given(boolean_gates("any_true"))
def test_the_table_is_the_equation(drawn: Gate) -> None:
    assert drawn.problems == []
    assert_array_equal(drawn.table, by_definition(drawn, lambda parents, child: child == any(parents)))


def test_with_one_parent_it_is_a_copy() -> None:
    assert_array_equal(gate("any_true", [2]).table, np.eye(2))


@pytest.mark.parametrize(("broken", "expected"), boolean_problems("any_true"))
def test_every_problem_is_named(broken: Gate, expected: list[Problem]) -> None:
    assert broken.problems == expected
