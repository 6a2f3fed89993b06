"""Programs read word by word: where their operands lie, and what they compute."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise, product
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from mbml_core.compiler.cost import tree_cost
from mbml_core.compiler.junction_tree import junction_tree_of
from mbml_core.compiler.table_arrays import NetworkArrays, network_arrays
from mbml_core.kernels.program import (
    COLUMNS,
    DOWN,
    END,
    FILL,
    JOIN,
    MULTIPLY,
    ONES,
    READ,
    SCALE,
    SEND,
    SHARE,
    SPARE,
    SPREAD,
    SUM,
    TABLES,
    UP,
    WEIGH,
    WRITE,
    Program,
    assemble,
)  # fmt: skip
from mbml_core.kernels.tree import Tree
from mbml_core.model import FactorGraph
from tests.compiler.structures import hypergraphs
from tests.kernels.networks import any_order, network_of, program_of, runs, tree_by
from tests.strategies import SEEDS, any_graph, table, variables

Built = tuple[NetworkArrays, Tree, Program]
LENGTHS = {ONES: 3, WEIGH: 6, SEND: 7, SCALE: 8, SUM: 7, READ: 4, JOIN: 5, SHARE: 5}


def build(seed: int) -> Built:
    """Of a random drawing, by any order of elimination, with some variables observed."""
    source = np.random.default_rng(seed)
    graph = any_graph(source)
    order = any_order(source, network_arrays(graph))
    observed = np.flatnonzero(source.random(len(graph.variables)) < 0.15).tolist()
    return program_of(graph, order, observed, bool(source.random() < 0.5))


def programs() -> st.SearchStrategy[Built]:
    return SEEDS.map(build)


def words(program: Program, start: np.ndarray) -> Iterator[tuple[int, list[int]]]:
    """(clique, instruction) of one pass."""
    code = program.code.tolist()
    for i in range(len(program.parent)):
        at = int(start[i])
        while at < start[i + 1]:
            length = length_of(code, at)
            yield i, code[at : at + length]
            at += length
        assert at == start[i + 1]


def length_of(code: list[int], at: int) -> int:
    if code[at] == FILL:
        nest = 6 + 2 * code[at + 5]
        return nest + 1 + 2 * code[at + nest]
    if code[at] in (WRITE, MULTIPLY, SPREAD):
        return 4 + 2 * code[at + 3]
    return LENGTHS[code[at]]


def everything(program: Program) -> list[tuple[int, list[int]]]:
    return [*words(program, program.collect_start), *words(program, program.distribute_start)]


def pairs(some: list[int]) -> list[tuple[int, int]]:
    return list(zip(some[::2], some[1::2], strict=True))


# --- the layout of the buffer ------------------------------------------------------------------------------


@settings(max_examples=60)
@given(hypergraphs(), st.booleans(), st.data())
def test_the_predicted_memory_is_the_length_of_the_buffer(
    drawn: tuple[list[int], list[tuple[int, ...]]], keeps_tables: bool, data: st.DataObject
) -> None:
    network = network_of(*drawn)
    tree = tree_by(network, data.draw(st.permutations(range(len(drawn[0])))))
    program = assemble(tree, network.arrays, keeps_tables)
    cost = tree_cost(junction_tree_of(tree, drawn[0]), keeps_tables=keeps_tables)
    assert cost.n_bytes == 8 * program.sections[END]


@settings(max_examples=60)
@given(programs())
def test_the_parts_of_the_buffer_are_as_long_as_what_they_hold(built: Built) -> None:
    _, tree, program = built
    lengths = np.diff(program.sections).tolist()
    n_messages = int(tree.message_start[-1])
    longest = max(tree.row_length.tolist(), default=0)
    assert program.sections[TABLES] == 0
    assert lengths[TABLES:SPARE] == [int(tree.table_start[-1]), n_messages, n_messages, longest]
    assert lengths[SPARE] in (0, max(np.diff(tree.table_start).tolist(), default=0))


@settings(max_examples=60)
@given(programs())
def test_operands_point_to_what_they_mean(built: Built) -> None:
    network, tree, program = built
    sections = program.sections
    for i, word in everything(program):
        start, stop = tree.table_start[i], tree.table_start[i + 1]
        n_rows = tree.message_start[i + 1] - tree.message_start[i]
        match word[0]:
            case code if code in (ONES, FILL, WEIGH):
                assert word[1:3] == [start, stop]
            case code if code == SEND:
                assert word[1:5] == [start, n_rows, tree.row_length[i], sections[UP] + tree.message_start[i]]
            case code if code in (SUM, SCALE):
                assert word[1:5] == [start, n_rows, tree.row_length[i], sections[DOWN] + tree.message_start[i]]
                if code == SCALE:
                    assert word[7] == (sections[SPARE] if sections[END] > sections[SPARE] else start)
            case code if code == READ:
                assert word[2] == network.arrays.n_states[word[1]]


@settings(max_examples=60)
@given(programs(), st.sampled_from([1, 4, 30, 1 << 15]), st.booleans())
def test_a_block_begins_where_a_variable_changes_its_state(built: Built, most: int, is_large: bool) -> None:
    network, tree, _ = built
    with patch.multiple("mbml_core.kernels.program", BLOCK=most, LARGE=0 if is_large else 1 << 21):
        program = assemble(tree, network.arrays, False)
    sizes = [network.arrays.n_states[scope].tolist() for scope in runs(tree.scope_start, tree.scope)]
    for i, word in everything(program):
        if word[0] in (SEND, SUM, SCALE):
            block, is_stored = word[5:7]
            lengths = [math.prod(sizes[i][k:]) for k in range(len(sizes[i]))]
            assert block == max((n for n in lengths if n <= most), default=lengths[-1])
            assert is_stored == (block == lengths[0] or not is_large)


@settings(max_examples=60)
@given(programs())
def test_every_variable_is_weighed_and_read_once_and_every_table_filled_once(built: Built) -> None:
    network, tree, program = built
    found = [word for _, word in everything(program)]
    inside = sorted(set(tree.scope.tolist()))
    assert sorted(word[3] for word in found if word[0] == WEIGH) == inside
    assert sorted(word[1] for word in found if word[0] == READ) == inside
    filled = sorted(word[4] for word in found if word[0] == FILL)
    assert filled == sorted(network.arrays.value_start[tree.factors].tolist())


@settings(max_examples=60)
@given(programs())
def test_the_first_to_touch_a_table_overwrites_it(built: Built) -> None:
    _, tree, program = built
    for i in range(len(tree.parent)):
        makers = [
            w for k, w in words(program, program.collect_start) if k == i and w[0] in (FILL, WRITE, MULTIPLY, ONES)
        ]
        is_overwriting = [w[0] in (ONES, WRITE) or (w[0] == FILL and w[3] == 1) for w in makers]
        assert is_overwriting == [True] + [False] * (len(makers) - 1)


# --- how a separator lies in the parent's table ------------------------------------------------------------


def places(network: NetworkArrays, tree: Tree, child: int) -> dict[int, list[int]]:
    """For each entry of the separator the entries of the parent's table that have its states."""
    scopes = runs(tree.scope_start, tree.scope)
    above, shared = scopes[tree.parent[child]], scopes[child][: tree.n_shared[child]]
    found: dict[int, list[int]] = {}
    sizes = network.arrays.n_states
    for at, states in enumerate(product(*(range(sizes[v]) for v in above))):
        state_of = dict(zip(above, states, strict=True))
        entry = 0
        for v in shared:
            entry = entry * int(sizes[v]) + state_of[v]
        found.setdefault(entry, []).append(at)
    return found


def by_loops(word: list[int]) -> dict[int, list[int]]:
    """The same by the operands of an instruction."""
    loops = pairs(word[4:])
    found: dict[int, list[int]] = {}
    for at, states in enumerate(product(*(range(n) for n, _ in loops))):
        entry = 0
        for state, (n, is_kept) in zip(states, loops, strict=True):
            entry = entry * n + state if is_kept else entry
        found.setdefault(entry, []).append(at)
    return found


@settings(max_examples=80)
@given(programs())
def test_loops_find_the_entries_of_a_separator(built: Built) -> None:
    network, tree, program = built
    child_of = {int(tree.message_start[i]): i for i in range(len(tree.parent)) if tree.parent[i] >= 0}
    n_messages = int(tree.message_start[-1])
    for _, word in everything(program):
        if word[0] in (WRITE, MULTIPLY, SPREAD):
            expected = places(network, tree, child_of[(word[2] - int(program.sections[UP])) % n_messages])
            assert by_loops(word) == expected


@settings(max_examples=80)
@given(programs())
def test_each_separator_meets_the_table_once_in_each_pass(built: Built) -> None:
    """Messages over equal separators are joined before."""
    _, tree, program = built
    scopes = runs(tree.scope_start, tree.scope)
    children = [i for i in range(len(tree.parent)) if tree.parent[i] >= 0]
    separators = {(int(tree.parent[i]), *scopes[i][: tree.n_shared[i]]) for i in children}
    up = [word for _, word in words(program, program.collect_start)]
    down = [word for _, word in words(program, program.distribute_start)]
    assert sum(word[0] in (WRITE, MULTIPLY) for word in up) == len(separators)
    assert sum(word[0] == SPREAD for word in down) == len(separators)
    assert sum(word[0] == SHARE for word in down) == len(children)


@settings(max_examples=40)
@given(programs())
def test_neighbouring_loops_are_merged(built: Built) -> None:
    for _, word in everything(built[2]):
        if word[0] in (WRITE, MULTIPLY, SPREAD):
            kept = [is_kept for _, is_kept in pairs(word[4:])]
            assert all(a != b for a, b in pairwise(kept))
        if word[0] == FILL:
            loops = pairs(word[7 + 2 * word[5] :])
            assert not any(a[1] == b[0] * b[1] for a, b in pairwise(loops))


def test_a_table_of_many_variables_is_filled_in_one_loop() -> None:
    """Twelve booleans: the axes of a table over all of them are one; over the last eliminated three, two."""
    scopes = [tuple(reversed(range(12))), (11, 10, 9)]
    network = network_of([2] * 12, scopes)
    program = assemble(tree_by(network, range(12)), network.arrays, False)
    fills = [word for _, word in everything(program) if word[0] == FILL]
    assert [pairs(word[7:]) for word in fills] == [[(4096, 1)], [(8, 1), (512, 0)]]


# --- what it computes --------------------------------------------------------------------------------------


def run(built: Built, states: np.ndarray, weights: dict[int, np.ndarray]) -> tuple[dict[int, np.ndarray], float]:
    """Both passes, word by word: (marginals, normaliser)."""
    network, tree, program = built
    arrays, buffer = network.arrays, np.full(int(program.sections[END]), np.nan)
    columns, found, normaliser = int(program.sections[COLUMNS]), {}, 1.0

    def rescaled(at: int, n: int) -> float:
        peak = buffer[at : at + n].max()
        buffer[at : at + n] /= peak
        return float(peak)

    for _, word in words(program, program.collect_start):
        match word[0]:
            case code if code == ONES:
                buffer[word[1] : word[2]] = 1.0
            case code if code == FILL:
                first = word[4] + sum(states[v] * stride for v, stride in pairs(word[6 : 6 + 2 * word[5]]))
                loops = pairs(word[7 + 2 * word[5] :])
                for to, at in enumerate(product(*(range(n) for n, _ in loops)), word[1]):
                    value = arrays.values[first + sum(k * s for k, (_, s) in zip(at, loops, strict=True))]
                    buffer[to] = value if word[3] else buffer[to] * value
            case code if code in (WRITE, MULTIPLY):
                for entry, places in by_loops(word).items():
                    for at in places:
                        buffer[word[1] + at] = buffer[word[2] + entry] * (
                            buffer[word[1] + at] if code == MULTIPLY else 1
                        )
            case code if code == JOIN:
                target, message, size, is_first = word[1:]
                others = 1.0 if is_first else buffer[target : target + size]
                buffer[target : target + size] = others * buffer[message : message + size]
            case code if code == WEIGH:
                if word[3] in weights:
                    buffer[word[1] : word[2]].reshape(-1, word[4], word[5])[...] *= weights[word[3]][:, None]
            case code if code == SEND:
                start, n_rows, length, message = word[1:5]
                sums = buffer[start : start + n_rows * length].reshape(n_rows, length).sum(axis=1)
                buffer[message : message + n_rows] = sums
                normaliser *= rescaled(message, n_rows)
    of_clique: dict[int, list[list[int]]] = {}
    for i, word in words(program, program.distribute_start):
        of_clique.setdefault(i, []).append(word)
    for i in sorted(of_clique, reverse=True):
        for word in of_clique[i]:
            match word[0]:
                case code if code in (SUM, SCALE):
                    start, n_rows, length, message = word[1:5]
                    rows = buffer[message : message + n_rows, None] if tree.parent[i] >= 0 else 1.0
                    scaled = buffer[start : start + n_rows * length].reshape(n_rows, length) * rows
                    buffer[columns : columns + length] = scaled.sum(axis=0)
                    if code == SCALE:
                        buffer[word[7] : word[7] + n_rows * length] = scaled.ravel()
                case code if code == READ:
                    v, n, inner = word[1:]
                    left = buffer[columns : columns + n * inner].reshape(n, inner)
                    found[v] = left.sum(axis=1) / left.sum()
                    buffer[columns : columns + inner] = left.sum(axis=0)
                case code if code == SPREAD:
                    for entry, places in by_loops(word).items():
                        buffer[word[2] + entry] = sum(buffer[word[1] + at] for at in places)
                case code if code == SHARE:
                    target, of, up, size = word[1:]
                    divisor = buffer[up : up + size]
                    shared = buffer[of : of + size].copy()
                    buffer[target : target + size] = np.divide(
                        shared, divisor, out=np.zeros(size), where=divisor > 0
                    )
                    rescaled(target, size)
    return found, normaliser


@settings(max_examples=80)
@given(programs(), st.integers(0, 2**32 - 1))
def test_it_computes_marginals_and_the_normaliser(built: Built, seed: int) -> None:
    """Against the sum over the product of the tables of the tree, at the observed states, and weights."""
    network, tree, _ = built
    arrays, source = network.arrays, np.random.default_rng(seed)
    inside = sorted(set(tree.scope.tolist()))
    states = np.array([source.integers(n) for n in arrays.n_states])
    weights = {v: source.uniform(0.1, 1, arrays.n_states[v]) for v in inside if source.random() < 0.5}
    position = {v: k for k, v in enumerate(inside)}
    operands: list[object] = []
    for v in inside:
        operands += [weights.get(v, np.ones(arrays.n_states[v])), [position[v]]]
    for t in tree.factors.tolist():
        scope = arrays.scope[arrays.scope_start[t] : arrays.scope_start[t + 1]].tolist()
        values = arrays.values[arrays.value_start[t] : arrays.value_start[t + 1]]
        shaped = values.reshape([arrays.n_states[v] for v in scope])
        cut = shaped[tuple(slice(None) if v in position else states[v] for v in scope)]
        operands += [cut, [position[v] for v in scope if v in position]]
    joint = np.einsum(*operands, list(range(len(inside))), optimize="greedy") if inside else np.array(1.0)
    if not joint.sum() > 0:
        return
    marginals, normaliser = run(built, states, weights)
    assert normaliser == pytest.approx(joint.sum(), rel=1e-10)
    assert marginals.keys() == set(inside)
    for v, found in marginals.items():
        expected = joint.sum(axis=tuple(axis for axis in range(joint.ndim) if axis != position[v]))
        assert_allclose(found, expected / joint.sum(), rtol=1e-9, atol=1e-12)


def test_nothing_has_an_empty_program() -> None:
    _, _, program = program_of(FactorGraph((), (table("f", (), np.array(2.0)),)), [], [], True)
    assert program.code.size == 0
    assert program.sections[END] == 0


def test_a_variable_of_one_state_is_read_like_any_other() -> None:
    graph = FactorGraph(variables([1, 2]), (table("f", ("v0", "v1"), np.array([[1.0, 3.0]])),))
    marginals, normaliser = run(program_of(graph, [0, 1], [], False), np.zeros(2, np.int64), {})
    assert {v: belief.tolist() for v, belief in marginals.items()} == {0: [1.0], 1: [0.25, 0.75]}
    assert normaliser * 3.0 == math.prod([4.0])
