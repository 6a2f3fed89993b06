from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from mbml_core.errors import Problem
from mbml_core.model import Categorical, Factor, Variable
from tests.factors.gates import CONNECT, TWO_STATES, Gate, by_definition, gate, variable


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(2, 4), st.data())
def test_the_table_is_the_equation(size: int, n: int, data: st.DataObject) -> None:
    drawn = gate("equal", [size] * n, at=data.draw(st.one_of(st.none(), st.integers(0, n))))
    assert drawn.problems == []
    assert_array_equal(drawn.table, by_definition(drawn, lambda parents, child: child == (len(set(parents)) == 1)))


def test_states_are_compared_by_number_not_by_name() -> None:
    names = ("a", "b"), ("b", "a")
    parents = tuple(Variable(f"p{i}", Categorical(states)) for i, states in enumerate(names))
    drawn = Gate(Factor("f", "equal", ("p0", "p1", "c")), (*parents, variable("c")))
    assert drawn.problems == []
    assert drawn.table[0, 0, 1] == 1


@pytest.mark.parametrize("parents", [[], [2]])
def test_it_needs_two_parents(parents: list[int]) -> None:
    assert gate("equal", parents).problems == [
        Problem("f", f"'equal' connects 3 or more variables, this one {len(parents) + 1}", CONNECT)
    ]


def test_its_child_is_a_boolean() -> None:
    assert gate("equal", [3, 3], 3, at=0).problems == [
        Problem("f", "'equal' needs two states in 'C', it has 3", TWO_STATES)
    ]


def test_its_parents_have_equally_many_states() -> None:
    remedy = "compare variables with equally many states"
    assert gate("equal", [3, 2, 3, 4]).problems == [
        Problem("f", "'P1' has 2 states, 'P0' 3", remedy),
        Problem("f", "'P3' has 4 states, 'P0' 3", remedy),
    ]


def test_a_child_outside_the_scope() -> None:
    drawn = gate("equal", [2, 2])
    factor = Factor("f", "equal", drawn.factor.scope, {"child": "z"})
    assert Gate(factor, drawn.variables).problems == [
        Problem("f", "the child 'z' is not in the scope", "name one of p0, p1, c")
    ]
