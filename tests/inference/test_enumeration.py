"""The oracle itself, against sums written out in exact fractions."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.deadline import Deadline
from mbml_core.errors import DeadlineExceeded, ImpossibleEvidence, OverBudget
from mbml_core.inference import enumeration
from mbml_core.model import Factor, FactorGraph, boolean
from tests.strategies import table, variables


@st.composite
def integer_models(draw: st.DrawFn) -> tuple[FactorGraph, list[tuple[tuple[int, ...], np.ndarray]]]:
    """Tables of small integers, so that fractions are exact."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    tables = []
    for _ in range(draw(st.integers(1, 5))):
        scope = tuple(draw(st.permutations(range(len(sizes))))[: draw(st.integers(1, min(3, len(sizes))))])
        shape = tuple(sizes[v] for v in scope)
        entries = draw(st.lists(st.integers(0, 4), min_size=math.prod(shape), max_size=math.prod(shape)))
        tables.append((scope, np.array(entries, dtype=float).reshape(shape)))
    factors = tuple(table(f"f{i}", tuple(f"v{v}" for v in s), values) for i, (s, values) in enumerate(tables))
    return FactorGraph(variables(sizes), factors), tables


@given(integer_models())
def test_marginals_equal_sums_of_fractions(
    model: tuple[FactorGraph, list[tuple[tuple[int, ...], np.ndarray]]],
) -> None:
    graph, tables = model
    mass: dict[tuple[int, ...], Fraction] = {}
    for states in itertools.product(*(range(v.size) for v in graph.variables)):
        mass[states] = math.prod(
            (Fraction(int(values[tuple(states[v] for v in scope)])) for scope, values in tables), start=Fraction(1)
        )
    total = sum(mass.values())
    if total == 0:
        with pytest.raises(ImpossibleEvidence):
            enumeration.marginals(graph, {})
        return
    posterior = enumeration.marginals(graph, {})
    assert posterior.log_evidence == pytest.approx(math.log(total), abs=1e-12)
    for v, variable in enumerate(graph.variables):
        for state in range(variable.size):
            exact = sum(p for states, p in mass.items() if states[v] == state) / total
            assert posterior.beliefs[v][state] == pytest.approx(float(exact), abs=1e-14)
    best, log_best = enumeration.most_probable(graph, {})
    assert mass[best] == max(mass.values())
    assert log_best == pytest.approx(math.log(max(mass.values())), abs=1e-12)


def test_joint_marginal_follows_the_order_asked_for() -> None:
    a, b = boolean("a"), boolean("b")
    values = np.array([[0.1, 0.2], [0.3, 0.4]])
    graph = FactorGraph((a, b), (Factor("f", "table", ("a", "b"), {"values": values}),))
    assert np.allclose(enumeration.joint_marginal(graph, {}, (1, 0)), values.T, atol=1e-15)


def test_too_many_joint_states_are_refused_before_they_are_written_out() -> None:
    graph = FactorGraph(tuple(boolean(f"v{i}") for i in range(22)))
    with pytest.raises(OverBudget, match=r"4.19e\+06 joint states"):
        enumeration.marginals(graph, {})


def test_more_variables_than_numpy_has_axes_are_refused() -> None:
    with pytest.raises(OverBudget, match="65 variables"):
        enumeration.marginals(FactorGraph(variables([1] * 65)), {})


def test_no_variables_at_all() -> None:
    posterior = enumeration.marginals(FactorGraph(()), {})
    assert (list(posterior.beliefs), posterior.log_evidence) == ([], 0.0)


def test_more_joint_states_than_a_double_can_count_are_refused() -> None:
    with pytest.raises(OverBudget, match="joint states of 1100 variables"):
        enumeration.marginals(FactorGraph(variables([2] * 1100), ()), {})


def test_a_deadline_stops_enumeration() -> None:
    flat = np.ones((2, 2))
    factors = tuple(table(f"f{i}", (f"v{i % 20}", f"v{(i + 1) % 20}"), flat) for i in range(200))
    with pytest.raises(DeadlineExceeded):
        enumeration.marginals(FactorGraph(variables([2] * 20), factors), {}, Deadline(0.01))
