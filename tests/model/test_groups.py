from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mbml_core.errors import InvalidModel
from mbml_core.model.group_evidence import observed_states
from mbml_core.model.groups import FactorGroup, GroupedGraph, VariableGroup, require_sound_groups

X = VariableGroup("x", 4, ("no", "yes"))
Y = VariableGroup("y", 3, ("a", "b", "c"))
LEFT, RIGHT = np.array([0, 1, 2]), np.array([1, 2, 3])


def problems_of(*factors: FactorGroup, variables: tuple[VariableGroup, ...] = (X, Y)) -> list[str]:
    with pytest.raises(InvalidModel) as caught:
        require_sound_groups(GroupedGraph(variables, factors))
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


def test_a_sound_graph_passes() -> None:
    chain = FactorGroup("chain", (("x", LEFT), ("x", RIGHT)), np.ones((2, 2)))
    rows = FactorGroup("rows", (("y", None),), np.ones((3, 3)))
    constant = FactorGroup("constant", (), np.array(2.0))
    graph = GroupedGraph((X, Y), (chain, rows, constant))
    require_sound_groups(graph)
    assert [graph.n_rows(group) for group in graph.factors] == [3, 3, 1]
    assert [group.is_shared for group in graph.factors] == [True, False, True]


def test_arrays_do_not_follow_the_caller() -> None:
    indices, values = LEFT.copy(), np.ones((2, 2))
    group = FactorGroup("f", (("x", indices), ("x", RIGHT)), values)
    indices[0], values[0, 0] = 3, 9.0
    assert group.scope[0][1] is not None
    assert group.scope[0][1][0] == 0
    assert group.values[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        group.values[0, 0] = 2.0


def test_read_only_arrays_are_not_copied() -> None:
    values = np.ones((2, 2))
    values.flags.writeable = False
    assert FactorGroup("f", (("x", LEFT), ("x", RIGHT)), values).values is values


PAIR = np.ones((2, 2))


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        (FactorGroup("f", (("z", LEFT),), np.ones(2)), "f: the scope names 'z'"),
        (FactorGroup("f", (("x", np.array([0, 4, 9])),), np.ones(2)), "row 1 points at 'x' number 4, there are 4"),
        (FactorGroup("f", (("x", np.array([0, -1])),), np.ones(2)), "f: row 1 points at 'x' number -1"),
        (FactorGroup("f", (("x", np.array([0.5])),), np.ones(2)), "1-dimensional float64"),
        (FactorGroup("f", (("x", LEFT), ("x", RIGHT[:2])), PAIR), "have 3, 2 rows"),
        (FactorGroup("f", (("x", LEFT), ("x", RIGHT)), np.ones((2, 2, 2))), "have 3, 3, 2 rows"),
        (FactorGroup("f", (("x", LEFT), ("x", np.array([1, 1, 3]))), PAIR), "row 1 has 'x' number 1 twice"),
        (FactorGroup("f", (("x", None), ("y", None)), np.ones((2, 3))), "have 4, 3 rows"),
        (FactorGroup("f", (("x", LEFT), ("y", LEFT)), PAIR), "of shape (2, 2), expected (2, 3)"),
        (FactorGroup("f", (("x", LEFT),), np.ones((1, 3, 2))), "the tables have shape (1, 3, 2)"),
        (FactorGroup("f", (("x", LEFT),), np.array([1.0, -2.0])), "entry (1,) of the tables is -2"),
        (FactorGroup("f", (("x", LEFT),), np.array([[1, 1], [1, np.nan], [1, 1]])), "row 1, entry (1,) of"),
        (FactorGroup("f", (("x", LEFT),), np.array([1.0, np.inf])), "is inf"),
        (FactorGroup("f", (("x", LEFT),), np.array(["a", "b"])), "no array of numbers"),
        (FactorGroup("x", (("x", LEFT),), np.ones(2)), "2 groups have the id 'x'"),
    ],
)  # fmt: skip
def test_every_problem_has_a_place(factors: FactorGroup, expected: str) -> None:
    assert any(expected in line for line in problems_of(factors))


def test_all_problems_are_told_at_once() -> None:
    first = FactorGroup("f", (("x", np.array([7])),), np.array([-1.0, 1.0]))
    second = FactorGroup("g", (("w", LEFT),), np.ones(2))
    found = problems_of(first, second, variables=(X, VariableGroup("y", -1, ("a", "a"))))
    assert len(found) == 5


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"x": np.array([-1, 0, 1, -1])}, ([1, 2], [0, 1])),
        ({"x": {3: "yes", 0: 0}}, ([3, 0], [1, 0])),
        ({"x": {}}, ([], [])),
    ],
)
def test_evidence_by_array_and_by_index(given: dict[str, Any], expected: tuple[list[int], list[int]]) -> None:
    found, problems = observed_states(GroupedGraph((X, Y)), given)
    assert not problems
    assert tuple(part.tolist() for part in found["x"]) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"w": {}}, "no group of variables 'w'"),
        ({"x": np.array([0, 1])}, "is an array (2,)"),
        ({"x": np.array([0.0, 1.0, 0.0, 0.0])}, "of float64"),
        ({"x": np.array([0, 2, -2, 0])}, "row 1 of the evidence for 'x' is state 2 (2 such rows)"),
        ({"x": {4: 0}}, "no variable number 4"),
        ({"x": {0: "maybe"}}, "no state 'maybe'"),
        ({"x": {0: True}}, "no state True"),
        ({"x": {True: 0}}, "no variable number True"),
    ],
)
def test_evidence_that_does_not_fit_is_told(given: dict[str, Any], expected: str) -> None:
    _, problems = observed_states(GroupedGraph((X, Y)), given)
    assert expected in problems[0].what
