from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from mbml_core.compiler.compiled import compile_graph
from mbml_core.compiler.tables import TableNetwork, to_tables
from mbml_core.factors import kind_of, to_dense
from mbml_core.model import Factor, FactorGraph, boolean
from tests.strategies import gate_graphs, loopy_graphs, variables

KINDS = ("all_true", "any_true", "xor", "noisy_or", "noisy_and")


def joint(network: TableNetwork) -> np.ndarray:
    """The product of all tables with the auxiliary variables summed out, one axis per drawn variable."""
    operands: list[object] = []
    for scope, table in zip(network.scopes, network.tables, strict=True):
        operands += [table, list(scope)]
    for v in range(network.n_drawn):  # every variable in some scope
        operands += [np.ones(network.n_states[v]), [v]]
    return np.einsum(*operands, list(range(network.n_drawn)), optimize="greedy")


def drawn_joint(graph: FactorGraph) -> np.ndarray:
    total = np.ones([variable.size for variable in graph.variables])
    for factor in graph.factors:
        domains = graph.domains(factor)
        table = to_dense(kind_of(factor).lower(factor, domains), tuple(variable.size for variable in domains))
        scope = [graph.variable_index[id] for id in factor.scope]
        shape = [graph.variables[v].size if v in scope else 1 for v in range(len(graph.variables))]
        total = total * table.transpose(np.argsort(scope)).reshape(shape)
    return total


@settings(max_examples=60)
@given(st.one_of(gate_graphs(KINDS), loopy_graphs(with_zeros=True)))
def test_summing_the_auxiliary_variables_out_gives_the_graph_back(graph: FactorGraph) -> None:
    network = to_tables(compile_graph(graph))
    assert network.n_drawn == len(graph.variables)
    assert network.n_states[: network.n_drawn].tolist() == [variable.size for variable in graph.variables]
    assert_allclose(joint(network), drawn_joint(graph), rtol=1e-12, atol=1e-14)


@settings(max_examples=60)
@given(st.one_of(gate_graphs(KINDS), loopy_graphs()))
def test_axes_are_those_of_the_scopes_and_none_has_one_state(graph: FactorGraph) -> None:
    network = to_tables(compile_graph(graph))
    for scope, table in zip(network.scopes, network.tables, strict=True):
        assert table.shape == tuple(network.n_states[list(scope)].tolist())
        assert 1 not in table.shape
        assert len(set(scope)) == len(scope)


def test_one_state_variables_are_left_out_of_every_scope() -> None:
    values = np.arange(1.0, 7.0).reshape(2, 1, 3, 1)
    graph = FactorGraph(
        variables([1, 2, 1, 3]),
        (
            Factor("f", "table", ("v1", "v0", "v3", "v2"), {"values": values}),
            Factor("g", "table", ("v0",), {"values": [7]}),
            Factor("h", "table", (), {"values": 5}),
        ),
    )
    network = to_tables(compile_graph(graph))
    assert network.scopes == ((1, 3), (), ())
    assert [table.tolist() for table in network.tables] == [[[1, 2, 3], [4, 5, 6]], 7, 5]
    assert network.n_states.tolist() == [1, 2, 1, 3]


def test_a_gate_of_forty_parents_becomes_forty_one_small_tables() -> None:
    """Joined like a chain by forty auxiliary variables of two states."""
    ids = [f"v{i}" for i in range(41)]
    factor = Factor("f", "noisy_or", tuple(ids), {"probabilities": [0.1] * 40, "leak": 0.01})
    network = to_tables(compile_graph(FactorGraph(tuple(boolean(id) for id in ids), (factor,))))
    assert network.n_drawn == 41
    assert network.n_states.tolist() == [2] * 81
    assert network.scopes[0] == (0, 41)
    assert network.scopes[1:-1] == tuple((40 + i, i, 41 + i) for i in range(1, 40))
    assert network.scopes[-1] == (80, 40)
    assert max(table.size for table in network.tables) == 8


def test_each_factor_of_a_group_gets_auxiliary_variables_of_its_own() -> None:
    ids = [f"v{i}" for i in range(6)]
    factors = tuple(
        Factor(f"f{i}", "noisy_or", tuple(ids), {"probabilities": [p] * 5}) for i, p in enumerate((0.1, 0.6))
    )
    network = to_tables(compile_graph(FactorGraph(tuple(boolean(id) for id in ids), factors)))
    auxiliary = [{v for v in scope if v >= 6} for scope in network.scopes]
    first, second = set().union(*auxiliary[:6]), set().union(*auxiliary[6:])
    assert (first, second) == (set(range(6, 11)), set(range(11, 16)))
    assert_allclose([network.tables[0][1, 1], network.tables[6][1, 1]], [0.1, 0.6], rtol=1e-12)


def test_a_count_remembers_one_number_more_after_each_parent() -> None:
    ids = [f"v{i}" for i in range(7)]
    graph = FactorGraph(
        (*(boolean(id) for id in ids[:6]), variables([7] * 7)[6]), (Factor("f", "count_true", tuple(ids)),)
    )
    network = to_tables(compile_graph(graph))
    assert network.n_states.tolist()[7:] == [2, 3, 4, 5, 6, 7]
    counts = joint(network).reshape(64, 7).sum(axis=0)
    assert counts.tolist() == [math.comb(6, k) for k in range(7)]


@pytest.mark.parametrize("value", [3.0, 0.5])
def test_a_constant_stays_a_constant(value: float) -> None:
    network = to_tables(compile_graph(FactorGraph((), (Factor("f", "table", (), {"values": value}),))))
    assert network.scopes == ((),)
    assert float(network.tables[0]) == value
