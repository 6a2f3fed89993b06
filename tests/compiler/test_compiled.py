from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.compiler.compiled import (
    AutomatonGroup,
    CompiledGraph,
    DenseGroup,
    compile_graph,
    has_ambiguous_factors,
)
from mbml_core.errors import UnsupportedQuery
from mbml_core.factors import MAX_DENSE_ENTRIES, Automaton, kind_of, to_dense
from mbml_core.model import Factor, FactorGraph, boolean
from tests.strategies import gate_graphs, loopy_graphs, variables

any_graph = st.one_of(loopy_graphs(with_zeros=True), gate_graphs(), gate_graphs(("any_true", "noisy_and")))


def booleans(n: int) -> list[str]:
    return [f"v{i}" for i in range(n)]


def graph(n: int, *factors: Factor) -> FactorGraph:
    return FactorGraph(tuple(boolean(id) for id in booleans(n)), factors)


def noisy(id: str, scope: list[str], probability: float, kind: str = "noisy_or") -> Factor:
    return Factor(id, kind, tuple(scope), {"probabilities": [probability] * (len(scope) - 1)})


def table_of(compiled: CompiledGraph, factor: int) -> np.ndarray:
    """The linear table of a factor, from its row of its group."""
    g, row = compiled.locations[factor]
    group = compiled.groups[g]
    if isinstance(group, DenseGroup):
        return group.values[row]
    steps = tuple(
        type(step)(step.axis, step.sources, step.states, step.targets, weights[row])
        for step, weights in zip(group.pattern.steps, group.weights, strict=True)
    )
    return to_dense(Automaton(group.pattern.memory, steps), group.shape)


# --- groups ------------------------------------------------------------------------------------------------


@given(any_graph, st.booleans())
def test_every_factor_stands_in_one_group_with_its_scope_and_its_values(
    graph: FactorGraph, unambiguous: bool
) -> None:
    compiled = compile_graph(graph, unambiguous=unambiguous)
    members = [m for group in compiled.groups for m in group.members.tolist()]
    assert sorted(members) == list(range(len(graph.factors)))
    assert compiled.n_factors == len(graph.factors)
    assert compiled.n_states.tolist() == [variable.size for variable in graph.variables]
    for i, factor in enumerate(graph.factors):
        sizes = tuple(variable.size for variable in graph.domains(factor))
        expected = to_dense(kind_of(factor).lower(factor, graph.domains(factor)), sizes)
        assert compiled.scopes[i] == tuple(graph.variable_index[id] for id in factor.scope)
        assert_allclose(table_of(compiled, i), expected, atol=1e-15, rtol=0)


@given(any_graph)
def test_groups_keep_the_order_of_the_drawing(graph: FactorGraph) -> None:
    compiled = compile_graph(graph)
    firsts = [int(group.members[0]) for group in compiled.groups]
    assert firsts == sorted(firsts)
    for g, group in enumerate(compiled.groups):
        assert group.members.tolist() == sorted(group.members.tolist())
        assert group.scopes.shape == (len(group.members), len(group.shape))
        for row, member in enumerate(group.members.tolist()):
            assert compiled.locations[member] == (g, row)


def test_tables_of_one_shape_share_a_group_whatever_their_kind() -> None:
    drawn = FactorGraph(
        variables([2, 3, 2, 3]),
        (
            Factor("a", "table", ("v0", "v1"), {"values": np.full((2, 3), 1.0)}),
            Factor("b", "prior", ("v0",), {"probabilities": [0.5, 0.5]}),
            Factor("c", "table", ("v2", "v3"), {"values": np.full((2, 3), 2.0)}),
            Factor("d", "table", ("v1", "v0"), {"values": np.full((3, 2), 3.0)}),
            Factor("e", "table", (), {"values": 5}),
            Factor("f", "table", ("v2",), {"values": [4, 4]}),
            Factor("g", "not", ("v0", "v2")),
            Factor("h", "any_true", ("v2", "v0")),
            Factor("i", "table", (), {"values": 6}),
        ),
    )
    compiled = compile_graph(drawn)
    assert [(group.shape, group.members.tolist()) for group in compiled.groups] == [
        ((2, 3), [0, 2]),
        ((2,), [1, 5]),
        ((3, 2), [3]),
        ((), [4, 8]),
        ((2, 2), [6, 7]),
    ]
    assert compiled.groups[0].scopes.tolist() == [[0, 1], [2, 3]]
    assert compiled.groups[3].scopes.shape == (2, 0)
    assert compiled.locations == ((0, 0), (1, 0), (0, 1), (2, 0), (3, 0), (1, 1), (4, 0), (4, 1), (3, 1))


def test_automata_of_one_pattern_share_a_group() -> None:
    """The same kind, number of parents and place of the child; the weights and the variables may differ."""
    ids = booleans(9)
    child_first = {"probabilities": [0.3] * 5, "child": ids[0]}
    compiled = compile_graph(
        graph(
            9,
            noisy("a", ids[:6], 0.1),
            Factor("b", "any_true", tuple(ids[:6])),
            noisy("c", ids[6:0:-1], 0.2),
            noisy("d", ids[:7], 0.3),
            Factor("e", "noisy_or", tuple(ids[:6]), child_first),
            noisy("f", ids[3:9], 0.4, "noisy_and"),
            Factor("g", "any_true", tuple(ids[3:9])),
        )
    )
    assert all(isinstance(group, AutomatonGroup) for group in compiled.groups)
    assert [group.members.tolist() for group in compiled.groups] == [[0, 2], [1, 6], [3], [4], [5]]
    first = compiled.groups[0]
    assert isinstance(first, AutomatonGroup)
    assert first.scopes.tolist() == [[0, 1, 2, 3, 4, 5], [6, 5, 4, 3, 2, 1]]
    assert_allclose(first.weights[0], [[1, 0.9, 0.1], [1, 0.8, 0.2]], rtol=1e-12)


def test_logs_are_those_of_the_values() -> None:
    drawn = graph(
        6,
        Factor("t", "table", ("v0",), {"values": [0, 2]}),
        noisy("n", booleans(6), 1.0),
    )
    dense, automaton = compile_graph(drawn).groups
    assert isinstance(dense, DenseGroup)
    assert isinstance(automaton, AutomatonGroup)
    assert_allclose(dense.log_values, [[-math.inf, math.log(2)]], rtol=1e-12)
    assert_array_equal(automaton.log_weights[0], [[0, -math.inf, 0]])


def test_offsets_say_where_each_variable_begins() -> None:
    compiled = compile_graph(FactorGraph(variables([2, 1, 4])))
    assert compiled.offsets.tolist() == [0, 2, 3, 7]
    assert compiled.offsets.dtype == np.int64


def test_nothing_compiles_to_nothing() -> None:
    compiled = compile_graph(FactorGraph(()))
    assert (compiled.groups, compiled.n_factors, compiled.scopes, compiled.locations) == ((), 0, (), ())
    assert compiled.offsets.tolist() == [0]


# --- factors that hide a sum -------------------------------------------------------------------------------


def test_small_gates_become_tables() -> None:
    (group,) = compile_graph(graph(3, noisy("n", booleans(3), 0.5))).groups
    assert isinstance(group, DenseGroup)


def test_noise_is_written_out_where_maxima_are_wanted() -> None:
    ids = booleans(7)
    drawn = graph(7, noisy("n", ids, 0.5), Factor("a", "any_true", tuple(ids)), noisy("s", ids[1:], 1.0))
    as_drawn, written = compile_graph(drawn), compile_graph(drawn, unambiguous=True)
    assert [type(group) for group in as_drawn.groups] == [AutomatonGroup] * 3
    assert [type(group) for group in written.groups] == [DenseGroup, AutomatonGroup, AutomatonGroup]
    assert has_ambiguous_factors(as_drawn)
    assert not has_ambiguous_factors(written)
    assert_allclose(table_of(written, 0), table_of(as_drawn, 0), atol=1e-15, rtol=0)


@pytest.mark.parametrize("probabilities", [[1.0, 0.5], [0.5, 1.0]])
def test_one_noisy_factor_of_a_group_is_enough(probabilities: list[float]) -> None:
    """Whether it is drawn before or after a certain one of the same pattern."""
    factors = [noisy(f"n{i}", booleans(6), p) for i, p in enumerate(probabilities)]
    compiled = compile_graph(graph(6, *factors))
    assert len(compiled.groups) == 1
    assert has_ambiguous_factors(compiled)


def test_certain_factors_hide_nothing() -> None:
    """Nor do two of them together, although between them they use both transitions."""
    compiled = compile_graph(graph(6, noisy("a", booleans(6), 1.0), noisy("b", booleans(6), 0.0)))
    assert len(compiled.groups) == 1
    assert not has_ambiguous_factors(compiled)


def test_a_table_too_large_to_write_out_is_refused() -> None:
    largest = MAX_DENSE_ENTRIES.bit_length() - 1
    fits = graph(largest, noisy("n", booleans(largest), 0.5))
    assert compile_graph(fits, unambiguous=True).groups[0].shape == (2,) * 20
    ids = booleans(largest + 1)
    with pytest.raises(UnsupportedQuery) as caught:
        compile_graph(graph(largest + 1, noisy("culprit", ids, 0.5)), unambiguous=True)
    assert str(caught.value) == (
        "the most probable assignment needs the full table of 'culprit' (noisy_or with 21 variables, 2.1e+06 "
        "entries); reduce its parents or ask for marginals"
    )


def test_a_table_larger_than_any_number_is_refused_as_well() -> None:
    drawn = graph(2000, noisy("culprit", booleans(2000), 0.5))
    with pytest.raises(UnsupportedQuery, match="'culprit' \\(noisy_or with 2000 variables"):
        compile_graph(drawn, unambiguous=True)


def test_large_gates_that_hide_nothing_are_never_written_out() -> None:
    drawn = graph(201, Factor("a", "any_true", tuple(booleans(201))))
    (group,) = compile_graph(drawn, unambiguous=True).groups
    assert isinstance(group, AutomatonGroup)
