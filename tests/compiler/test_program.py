from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from mbml_core.compiler.compiled import compile_graph
from mbml_core.compiler.elimination import best_elimination
from mbml_core.compiler.junction_tree import JunctionTree, build_junction_tree
from mbml_core.compiler.program import Code, Operation, Program, View, build_program, n_floats
from mbml_core.compiler.tables import TableNetwork, to_tables
from mbml_core.model import Factor, FactorGraph, boolean
from tests.compiler.structures import drawing, hypergraphs, naive_elimination
from tests.strategies import gate_graphs, loopy_graphs, variables

Built = tuple[TableNetwork, JunctionTree, Program]


def build(graph: FactorGraph, order: list[int] | None = None, together: tuple[int, ...] = ()) -> Built:
    """The program of a graph, by the engine's order of elimination or by another one.

    The variables `together` share a clique, even those of one state, which stand in no scope.
    """
    network = to_tables(compile_graph(graph))
    sizes, scopes = network.n_states.tolist(), (*network.scopes, together)
    planned = best_elimination(sizes, scopes) if order is None else None
    tree = build_junction_tree(sizes, planned or naive_elimination(sizes, scopes, order or []))
    return network, tree, build_program(tree, network)


@st.composite
def programs(draw: st.DrawFn) -> Built:
    kinds = ("noisy_or", "any_true", "xor")
    graph = draw(st.one_of(loopy_graphs(), gate_graphs(kinds), hypergraphs(7).map(lambda drawn: drawing(*drawn))))
    n = len(to_tables(compile_graph(graph)).n_states)
    order = draw(st.one_of(st.none(), st.permutations(range(n)))) if n <= 12 else None
    return build(graph, order, tuple(draw(st.lists(st.integers(0, n - 1), max_size=4, unique=True))))


def operations(program: Program) -> Iterator[Operation]:
    yield from program.evidence
    for group in (*program.collect, *program.distribute):
        yield from group


def overlap(left: View, right: View) -> bool:
    return left.offset < right.offset + right.size and right.offset < left.offset + left.size


def contains(outer: View, inner: View) -> bool:
    return outer.offset <= inner.offset and inner.offset + inner.size <= outer.offset + outer.size


# --- the layout of the buffer ------------------------------------------------------------------------------


@settings(max_examples=60)
@given(programs())
def test_the_length_of_the_buffer_is_known_beforehand(built: Built) -> None:
    network, tree, program = built
    assert program.n_floats == n_floats(tree, network.n_drawn)


@settings(max_examples=60)
@given(programs())
def test_every_view_lies_in_the_buffer(built: Built) -> None:
    _, _, program = built
    views = [*program.weights, *program.marginals, *program.cliques, program.potentials, program.work]
    views += [fill.target for fill in program.fill]
    views += [view for operation in operations(program) for view in (operation.target, operation.source)]
    buffer = View(0, (program.n_floats,))
    assert all(contains(buffer, view) for view in views)


def regions(built: Built) -> list[View]:
    """Every block with a purpose of its own: both copies of the tables, messages, weights, marginals, scratch.

    A root has no message down, but a float kept for it, so the number of roots is what remains.
    """
    _, tree, program = built
    up = [group[-1].target for group in program.collect]
    down = [op.target for group in program.distribute for op in group if op.code is Code.DIVIDE]
    size = max(tree.size(clique.residual) for clique in tree.cliques)
    scratch = View(program.n_floats - size, (size,))
    return [program.potentials, program.work, *up, *down, *program.weights, *program.marginals, scratch]


@settings(max_examples=60)
@given(programs())
def test_blocks_of_the_buffer_do_not_overlap_and_fill_it(built: Built) -> None:
    _, tree, program = built
    blocks = sorted(regions(built))
    assert not any(overlap(left, right) for left, right in pairwise(blocks))
    n_roots = sum(clique.parent < 0 for clique in tree.cliques)
    assert sum(view.size for view in blocks) + n_roots == program.n_floats


@settings(max_examples=60)
@given(programs())
def test_the_tables_of_the_cliques_tile_the_work_space(built: Built) -> None:
    _, tree, program = built
    position = program.work.offset
    for clique, view in zip(tree.cliques, program.cliques, strict=True):
        assert view == View(position, tuple(tree.n_states[v] for v in clique.variables))
        position += view.size
    assert position == program.work.offset + program.work.size
    assert program.potentials.size == program.work.size


@settings(max_examples=60)
@given(programs())
def test_no_operation_reads_what_it_writes(built: Built) -> None:
    _, _, program = built
    for operation in operations(program):
        assert operation.code is Code.RESCALE or not overlap(operation.target, operation.source)


# --- shapes ------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(programs())
def test_merged_shapes_multiply_to_the_size_of_the_clique(built: Built) -> None:
    network, tree, program = built
    sizes = [tree.size(clique.variables) for clique in tree.cliques]
    starts = {view.offset: size for view, size in zip(program.cliques, sizes, strict=True)}
    for operation in operations(program):
        if operation.code is Code.MULTIPLY:
            assert operation.target.size == starts[operation.target.offset]
            assert np.broadcast_shapes(operation.target.shape, operation.source.shape) == operation.target.shape
            assert len(operation.source.shape) == len(operation.target.shape)
        if operation.code is Code.ELIMINATE and contains(program.work, operation.source):
            assert operation.source.size == starts[operation.source.offset]
        assert 1 not in operation.target.shape or operation.code is not Code.MULTIPLY
    offset = program.work.offset - program.potentials.offset
    for fill in program.fill:
        assert fill.target.size == starts[fill.target.offset + offset]
        assert np.broadcast_shapes(fill.shape, fill.target.shape) == fill.target.shape
        assert math.prod(fill.shape) == network.tables[fill.table].size


@settings(max_examples=60)
@given(programs())
def test_eliminating_axes_leaves_the_target(built: Built) -> None:
    _, _, program = built
    for operation in operations(program):
        if operation.code is Code.ELIMINATE:
            kept = [size for axis, size in enumerate(operation.source.shape) if axis not in operation.axes]
            assert math.prod(kept) == operation.target.size
        if operation.code is Code.DIVIDE:
            assert operation.source.shape == operation.target.shape


def test_neighbouring_axes_are_merged() -> None:
    """A clique of twelve booleans, and what is multiplied into it: two or three axes instead of twelve."""
    graph = FactorGraph(
        tuple(boolean(f"v{i}") for i in range(12)),
        (
            Factor("all", "table", tuple(f"v{i}" for i in range(12)), {"values": np.ones((2,) * 12)}),
            Factor("low", "table", ("v0", "v1", "v2"), {"values": np.ones((2, 2, 2))}),
        ),
    )
    _, tree, program = build(graph, list(range(12)))
    assert tree.cliques[0].variables == tuple(reversed(range(12)))
    assert program.fill[0].target.shape == (4096,)
    assert program.fill[1].target.shape == (512, 8)
    assert program.fill[1].shape == (1, 8)
    assert program.fill[1].permutation == (2, 1, 0)
    assert program.evidence[5].target.shape == (64, 2, 32)
    assert program.evidence[0].target.shape == (2048, 2)


# --- what it computes --------------------------------------------------------------------------------------


def run(built: Built, weights: list[np.ndarray]) -> tuple[list[np.ndarray], float]:
    """The program, word by word: (marginals, evidence)."""
    network, _, program = built
    buffer = np.zeros(program.n_floats)

    def see(view: View) -> np.ndarray:
        return buffer[view.offset : view.offset + view.size].reshape(view.shape)

    def step(operation: Operation) -> float:
        target, source = see(operation.target), see(operation.source)
        match operation.code:
            case Code.MULTIPLY:
                target *= source
            case Code.ELIMINATE:
                target[...] = source.sum(axis=operation.axes).reshape(target.shape)
            case Code.DIVIDE:
                target[...] = np.divide(target, source, out=np.zeros_like(target), where=source > 0)
            case Code.RESCALE:
                scale = float(target.max())
                target /= scale
                return scale
        return 1.0

    see(program.potentials)[...] = 1
    for fill in program.fill:
        see(fill.target)[...] *= network.tables[fill.table].transpose(fill.permutation).reshape(fill.shape)
    see(program.work)[...] = see(program.potentials)
    for view, vector, operation in zip(program.weights, weights, program.evidence, strict=True):
        see(view)[...] = vector
        step(operation)
    evidence = math.prod(step(operation) for group in program.collect for operation in group)
    for group in program.distribute:
        for operation in group:
            step(operation)
    return [see(view) / see(view).sum() for view in program.marginals], evidence


@settings(max_examples=80)
@given(programs(), st.integers(0, 2**32 - 1))
def test_it_computes_marginals_and_evidence(built: Built, seed: int) -> None:
    """Against the sum over the product of all tables and weights."""
    network, _, _ = built
    source = np.random.default_rng(seed)
    weights = [source.uniform(0.1, 1, size) for size in network.n_states[: network.n_drawn]]
    operands: list[object] = []
    for scope, table in zip(network.scopes, network.tables, strict=True):
        operands += [table, list(scope)]
    for v, vector in enumerate(weights):
        operands += [vector, [v]]
    joint = np.einsum(*operands, list(range(network.n_drawn)), optimize="greedy")
    marginals, evidence = run(built, weights)
    assert evidence == pytest.approx(joint.sum(), rel=1e-10)
    for v, found in enumerate(marginals):
        expected = joint.sum(axis=tuple(axis for axis in range(joint.ndim) if axis != v))
        assert_allclose(found, expected / joint.sum(), rtol=1e-9, atol=1e-12)


def test_a_drawing_without_variables_computes_its_constants() -> None:
    constants = tuple(Factor(f"f{i}", "table", (), {"values": value}) for i, value in enumerate((2.0, 3.5)))
    assert run(build(FactorGraph((), constants)), []) == ([], 7.0)
    assert run(build(FactorGraph(())), []) == ([], 1.0)


def test_variables_of_one_state_have_a_marginal_of_one() -> None:
    graph = FactorGraph(variables([1, 2]), (Factor("f", "table", ("v0", "v1"), {"values": [[1, 3]]}),))
    marginals, evidence = run(build(graph), [np.array([0.5]), np.array([1.0, 1.0])])
    assert [marginal.tolist() for marginal in marginals] == [[1.0], [0.25, 0.75]]
    assert evidence == pytest.approx(2.0)


def test_a_tree_built_for_other_tables_is_refused() -> None:
    one, other = (drawing([2, 2, 2], [scope]) for scope in ((0, 1), (1, 2)))
    _, tree, _ = build(one)
    with pytest.raises(AssertionError, match="no clique holds the scope"):
        build_program(tree, to_tables(compile_graph(other)))
