from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from mbml_core.errors import Problem
from mbml_core.model import Factor
from tests.factors.gates import CONNECT, TWO_STATES, Gate, by_definition, gate


@settings(max_examples=30)
@given(st.integers(1, 5), st.data())
def test_the_table_is_the_equation(n: int, data: st.DataObject) -> None:
    drawn = gate("count_true", [2] * n, n + 1, at=data.draw(st.one_of(st.none(), st.integers(0, n))))
    assert drawn.problems == []
    assert_array_equal(drawn.table, by_definition(drawn, lambda parents, child: child == sum(parents)))


def test_it_needs_a_parent() -> None:
    assert gate("count_true", [], 1).problems == [
        Problem("f", "'count_true' connects 2 or more variables, this one 1", CONNECT)
    ]


def test_its_parents_are_booleans() -> None:
    assert gate("count_true", [2, 3], 3, at=1).problems == [
        Problem("f", "'count_true' needs two states in 'P1', it has 3", TWO_STATES)
    ]


@pytest.mark.parametrize(("n", "size"), [(1, 3), (2, 2), (2, 4)])
def test_its_child_has_a_state_for_each_count(n: int, size: int) -> None:
    assert gate("count_true", [2] * n, size).problems == [
        Problem("f", f"'C' has {size} states, {n} parents need {n + 1}", f"give it the states 0 to {n}")
    ]


def test_a_child_outside_the_scope() -> None:
    drawn = gate("count_true", [2, 2], 3)
    factor = Factor("f", "count_true", drawn.factor.scope, {"child": "z"})
    assert Gate(factor, drawn.variables).problems == [
        Problem("f", "the child 'z' is not in the scope", "name one of p0, p1, c")
    ]
