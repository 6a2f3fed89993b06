"""The flat arrays against the network of `to_tables` and against enumeration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from mbml_core.compiler.compiled import compile_graph
from mbml_core.compiler.table_arrays import NetworkArrays, network_arrays
from mbml_core.compiler.tables import to_tables
from mbml_core.inference import enumeration
from mbml_core.model import Categorical, Factor, FactorGraph, Variable, boolean
from tests.strategies import gate_graphs, loopy_graphs, table, variables

KINDS = ("all_true", "any_true", "xor", "noisy_or", "noisy_and")
any_graph = st.one_of(gate_graphs(KINDS), loopy_graphs(with_zeros=True))


@st.composite
def directed_graphs(draw: st.DrawFn) -> FactorGraph:
    """Conditional tables of some of the variables, in any order of the drawing."""
    source = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = source.integers(1, 4, size=source.integers(1, 6)).tolist()
    order = source.permutation(len(sizes)).tolist()
    factors = []
    for i, child in enumerate(order):
        if source.random() < 0.3:
            continue
        parents = source.permutation(order[:i]).tolist()[:3]
        scope = source.permutation([*parents, child]).tolist()
        values = source.random([sizes[v] for v in scope]) + 0.01
        values /= values.sum(axis=scope.index(child), keepdims=True)
        ids = tuple(f"v{v}" for v in scope)
        factors.append(Factor(f"f{child}", "table", ids, {"values": values, "child": f"v{child}"}))
    return FactorGraph(variables(sizes), tuple(factors))


def booleans(*ids: str) -> tuple[Variable, ...]:
    return tuple(boolean(id) for id in ids)


def conditional(child: str, *parents: str) -> Factor:
    values = np.full((2,) * (len(parents) + 1), 0.5)
    return Factor(f"f_{child}", "table", (*parents, child), {"values": values, "child": child})


def run(starts: np.ndarray, items: np.ndarray, i: int) -> list[int]:
    return items[starts[i] : starts[i + 1]].tolist()


def table_of(network: NetworkArrays, t: int) -> np.ndarray:
    """Read entry by entry through the strides, and scaled back."""
    arrays = network.arrays
    scope = run(arrays.scope_start, arrays.scope, t)
    stride = run(arrays.scope_start, arrays.stride, t)
    values = arrays.values[arrays.value_start[t] : arrays.value_start[t + 1]]
    shape = [int(arrays.n_states[v]) for v in scope]
    found = np.empty(shape)
    for index in np.ndindex(*shape):
        found[index] = values[sum(i * step for i, step in zip(index, stride, strict=True))]
    return found * math.exp(network.log_peaks[t])


# --- the tables --------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(any_graph, st.booleans())
def test_they_are_the_tables_of_the_network(graph: FactorGraph, unambiguous: bool) -> None:
    expected = to_tables(compile_graph(graph, unambiguous=unambiguous))
    network = network_arrays(graph, unambiguous=unambiguous)
    arrays = network.arrays
    assert network.n_drawn == expected.n_drawn
    assert arrays.n_states.tolist() == expected.n_states.tolist()
    assert arrays.state_start.tolist() == [0, *np.cumsum(expected.n_states).tolist()]
    assert len(arrays.value_start) == len(arrays.scope_start) == len(expected.tables) + 1
    for t, (scope, values) in enumerate(zip(expected.scopes, expected.tables, strict=True)):
        assert tuple(run(arrays.scope_start, arrays.scope, t)) == scope
        assert_allclose(table_of(network, t), values, rtol=1e-14)


@given(any_graph)
def test_kernels_can_take_them(graph: FactorGraph) -> None:
    arrays = network_arrays(graph).arrays
    for name, array in arrays._asdict().items():
        assert array.dtype == (np.float64 if name == "values" else np.int64), name
        assert array.flags.c_contiguous, name
        assert array.flags.writeable, name


@given(any_graph)
def test_the_largest_entry_of_each_is_one(graph: FactorGraph) -> None:
    network = network_arrays(graph)
    starts = network.arrays.value_start
    for t in range(len(starts) - 1):
        assert network.arrays.values[starts[t] : starts[t + 1]].max() == 1.0
    assert network.log_scale == pytest.approx(float(np.sum(network.log_peaks)), abs=1e-12)


def test_writing_to_them_does_not_write_to_the_model() -> None:
    graph = FactorGraph(booleans("a"), (table("f", ("a",), np.array([1.0, 0.5])),))
    network_arrays(graph).arrays.values[:] = 7
    assert graph.factors[0].parameters["values"].tolist() == [1.0, 0.5]


def test_one_state_variables_are_left_out_and_a_constant_keeps_its_scale() -> None:
    values = np.arange(1.0, 7.0).reshape(2, 1, 3, 1)
    graph = FactorGraph(
        variables([1, 2, 1, 3]),
        (
            Factor("f", "table", ("v1", "v0", "v3", "v2"), {"values": values}),
            Factor("g", "table", ("v0",), {"values": [7]}),
            Factor("h", "table", (), {"values": 5}),
        ),
    )
    network = network_arrays(graph)
    assert network.arrays.scope_start.tolist() == [0, 2, 2, 2]
    assert network.arrays.scope.tolist() == [1, 3]
    assert network.arrays.stride.tolist() == [3, 1]
    assert network.arrays.values.tolist() == [*(np.arange(1.0, 7.0) / 6).tolist(), 1.0, 1.0]
    assert network.log_scale == pytest.approx(math.log(6 * 7 * 5), rel=1e-14)


@pytest.mark.parametrize(("small", "loses"), [(1e-5, False), (1e-200, True)])
def test_a_scaled_entry_below_the_smallest_double_is_told(small: float, loses: bool) -> None:
    """Everything else is scaled all the same."""
    values = np.array([small, 1e200] + [5e199] * 14)
    states = Categorical(tuple(f"s{k}" for k in range(16)))
    network = network_arrays(FactorGraph((Variable("a", states),), (table("f", ("a",), values),)))
    assert network.loses_digits is loses
    assert network.arrays.values[1:].tolist() == [1.0] + [0.5] * 14


def test_nothing_gives_nothing() -> None:
    network = network_arrays(FactorGraph(()))
    assert network.is_directed
    assert (network.log_scale, network.log_uniform) == (0.0, 0.0)
    assert [len(array) for array in network.arrays] == [0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0]


# --- who is whose parent -----------------------------------------------------------------------------------


def test_every_table_of_a_gate_is_owned_by_its_child() -> None:
    ids = [f"v{i}" for i in range(7)]
    gate = Factor("g", "noisy_or", tuple(ids), {"probabilities": [0.5] * 6, "child": "v2"})
    free = table("t", ("v0", "v1"), np.ones((2, 2)))
    network = network_arrays(FactorGraph(booleans(*ids), (free, gate, conditional("v5"))))
    assert network.arrays.owner.tolist() == [-1, *[2] * 7, 5]


def test_parents_stand_in_the_order_of_the_scope_and_children_in_that_of_the_factors() -> None:
    drawn = (conditional("c", "b", "a"), conditional("d", "b"), conditional("b", "d2", "a"))
    graph = FactorGraph(booleans("a", "b", "c", "d", "d2"), drawn)
    arrays = network_arrays(graph).arrays
    assert [run(arrays.parent_start, arrays.parents, v) for v in range(5)] == [[], [4, 0], [1, 0], [1], []]
    assert [run(arrays.child_start, arrays.children, v) for v in range(5)] == [[2, 1], [2, 3], [], [], [1]]


def test_what_makes_a_network_directed() -> None:
    a, b, c = (conditional("a"), conditional("b", "a"), conditional("c", "b"))
    ids = booleans("a", "b", "c")
    assert network_arrays(FactorGraph(ids, (a, b, c))).is_directed
    assert network_arrays(FactorGraph(ids, (c, b))).is_directed
    backwards = FactorGraph(booleans("c", "b", "a"), (a, b, c))
    assert network_arrays(backwards).is_directed


@pytest.mark.parametrize(
    "factors",
    [
        (conditional("a", "b"), conditional("b", "a")),
        (conditional("a", "c"), conditional("b", "a"), conditional("c", "b")),
        (conditional("a"), Factor("again", "prior", ("a",), {"probabilities": [0.5, 0.5]})),
        (conditional("a"), table("f", ("a", "b"), np.ones((2, 2)))),
        (conditional("a"), table("f", (), np.array(2.0))),
    ],
)
def test_cycles_second_distributions_and_free_potentials_make_it_undirected(factors: tuple[Factor, ...]) -> None:
    assert not network_arrays(FactorGraph(booleans("a", "b", "c"), factors)).is_directed


@given(directed_graphs())
def test_a_directed_network_has_a_known_normaliser(graph: FactorGraph) -> None:
    network = network_arrays(graph)
    assert network.is_directed
    assert enumeration.marginals(graph, {}).log_evidence == pytest.approx(network.log_uniform, abs=1e-12)


@settings(max_examples=60)
@given(directed_graphs())
def test_the_tables_of_childless_variables_sum_to_one(graph: FactorGraph) -> None:
    network = network_arrays(graph)
    arrays = network.arrays
    for t, owner in enumerate(arrays.owner.tolist()):
        scope = run(arrays.scope_start, arrays.scope, t)
        if owner in scope:
            assert_allclose(table_of(network, t).sum(axis=scope.index(owner)), 1.0, rtol=1e-13)
