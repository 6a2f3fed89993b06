from __future__ import annotations

import pytest
from numpy.testing import assert_array_equal

from mbml_core.errors import Problem
from mbml_core.factors import KINDS, negation
from tests.factors.gates import CONNECT, Gate, boolean_problems, by_definition, gate


@pytest.mark.parametrize("at", [None, 0, 1])
def test_the_table_is_the_equation(at: int | None) -> None:
    drawn = gate("not", [2], at=at)
    assert drawn.problems == []
    assert_array_equal(drawn.table, by_definition(drawn, lambda parents, child: child == (not parents[0])))


def test_the_kind_is_called_not() -> None:
    assert KINDS["not"] is negation.KIND


@pytest.mark.parametrize(("broken", "expected"), boolean_problems("not")[2:])
def test_every_problem_of_its_variables_is_named(broken: Gate, expected: list[Problem]) -> None:
    assert broken.problems == expected


@pytest.mark.parametrize("parents", [[], [2, 2]])
def test_it_connects_exactly_two_variables(parents: list[int]) -> None:
    count = len(parents) + 1
    assert gate("not", parents).problems == [
        Problem("f", f"'not' connects 2 variables, this one {count}", CONNECT)
    ]


def test_both_need_two_states() -> None:
    assert [problem.what for problem in gate("not", [3], 1).problems] == [
        "'not' needs two states in 'P0', it has 3",
        "'not' needs two states in 'C', it has 1",
    ]
