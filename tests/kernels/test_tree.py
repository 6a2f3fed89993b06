"""Trees laid out in memory, against their definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbml_core.compiler.junction_tree import JunctionTree, has_running_intersection, junction_tree_of
from mbml_core.compiler.table_arrays import NetworkArrays, network_arrays
from mbml_core.kernels.tree import Tree, group_by
from tests.kernels.networks import any_order, ints, network_of, part_without, runs, scopes_of, tree_by
from tests.strategies import SEEDS, any_graph

Built = tuple[NetworkArrays, list[int], list[int], Tree]


def build(seed: int) -> Built:
    """(network, order of elimination, observed variables, tree)."""
    source = np.random.default_rng(seed)
    network = network_arrays(any_graph(source))
    order = any_order(source, network)
    observed = np.flatnonzero(source.random(network.n_drawn) < 0.15).tolist()
    return network, order, observed, tree_by(network, order, observed)


def trees() -> st.SearchStrategy[Built]:
    return SEEDS.map(build)


def read(built: Built) -> JunctionTree:
    network, _, _, tree = built
    return junction_tree_of(tree, network.arrays.n_states.tolist())


@given(trees())
def test_the_cliques_that_hold_a_variable_hang_together(built: Built) -> None:
    _, order, observed, tree = built
    if len(tree.parent):
        assert has_running_intersection(read(built))
        assert sorted(read(built).home) == sorted(set(order) - set(observed))


@given(trees())
def test_parents_come_after_their_children_and_know_them(built: Built) -> None:
    tree = built[-1]
    n = len(tree.parent)
    assert all(parent > i for i, parent in enumerate(tree.parent.tolist()) if parent >= 0)
    children = runs(tree.child_start, tree.children)
    assert children == [[i for i in range(n) if tree.parent[i] == p] for p in range(n)]


@given(trees())
def test_separators_lead_and_are_all_that_parent_and_child_share(built: Built) -> None:
    tree, scopes = built[-1], runs(built[-1].scope_start, built[-1].scope)
    for scope, n_shared, parent in zip(scopes, tree.n_shared.tolist(), tree.parent.tolist(), strict=True):
        above = set(scopes[parent]) if parent >= 0 else set()
        assert scope[:n_shared] == [v for v in scope if v in above]
        assert len(scope) > n_shared
        assert (n_shared > 0) == (parent >= 0)


@given(trees())
def test_the_last_eliminated_stand_first_in_every_clique(built: Built) -> None:
    _, order, _, tree = built
    for scope in runs(tree.scope_start, tree.scope):
        assert scope == sorted(scope, key=lambda v: -order.index(v))


@given(trees())
def test_no_clique_holds_another(built: Built) -> None:
    scopes = [set(scope) for scope in runs(built[-1].scope_start, built[-1].scope)]
    assert not any(a <= b for i, a in enumerate(scopes) for j, b in enumerate(scopes) if i != j)


@given(trees())
def test_every_table_has_its_home_in_the_smallest_clique_that_holds_what_is_left_of_it(built: Built) -> None:
    network, _, observed, tree = built
    scopes = [set(scope) for scope in runs(tree.scope_start, tree.scope)]
    sizes = np.diff(tree.table_start).tolist()
    tables = [set(scope) - set(observed) for scope in runs(network.arrays.scope_start, network.arrays.scope)]
    homes = {t: i for i, found in enumerate(runs(tree.factor_start, tree.factors)) for t in found}
    assert homes.keys() == {t for t, scope in enumerate(tables) if scope}
    assert len(homes) == len(tree.factors)
    for t, home in homes.items():
        assert tables[t] <= scopes[home]
        assert sizes[home] == min(sizes[i] for i, scope in enumerate(scopes) if tables[t] <= scope)


@given(trees())
def test_tables_and_messages_lie_one_after_another(built: Built) -> None:
    network, _, _, tree = built
    tables, messages, rows = [0], [0], []
    for scope, n_shared in zip(runs(tree.scope_start, tree.scope), tree.n_shared.tolist(), strict=True):
        sizes = network.arrays.n_states[scope].tolist()
        tables.append(tables[-1] + math.prod(sizes))
        messages.append(messages[-1] + math.prod(sizes[:n_shared]))
        rows.append(math.prod(sizes[n_shared:]))
    assert tree.table_start.tolist() == tables
    assert tree.message_start.tolist() == messages
    assert tree.row_length.tolist() == rows


@settings(max_examples=50)
@given(trees())
def test_the_cliques_are_the_maximal_ones_of_the_elimination(built: Built) -> None:
    network, order, observed, tree = built
    part = part_without(network, observed)
    edges = {frozenset((part.variables[a], part.variables[b]))
             for scope in scopes_of(network.arrays, part) for a in scope for b in scope if a != b}  # fmt: skip
    cliques = []
    for v in (v for v in order if part.local[v] >= 0):
        joined = {u for edge in edges if v in edge for u in edge} - {v}
        cliques.append(frozenset((v, *joined)))
        edges = {e for e in edges if v not in e} | {frozenset((a, b)) for a in joined for b in joined if a != b}
    maximal = {c for c in cliques if not any(c < other for other in cliques)}
    assert {frozenset(scope) for scope in runs(tree.scope_start, tree.scope)} == maximal


def test_a_chain() -> None:
    """Taking 0, 1, 2, 3 out of 0 – 1 – 2 – 3: the cliques {0, 1}, {1, 2} and {2, 3}, joined by 1 and 2."""
    tree = tree_by(network_of([2, 3, 4, 5], [(0, 1), (1, 2), (2, 3)]), range(4))
    assert tree.parent.tolist() == [1, 2, -1]
    assert runs(tree.scope_start, tree.scope) == [[1, 0], [2, 1], [3, 2]]
    assert tree.n_shared.tolist() == [1, 1, 0]
    assert tree.table_start.tolist() == [0, 6, 18, 38]
    assert tree.message_start.tolist() == [0, 3, 7, 8]
    assert tree.row_length.tolist() == [2, 3, 20]
    assert runs(tree.factor_start, tree.factors) == [[0], [1], [2]]


def test_islands_have_a_root_each_and_nothing_has_no_tree() -> None:
    assert tree_by(network_of([2, 2, 2], [(0, 1)]), range(3)).parent.tolist() == [-1, -1]
    assert len(tree_by(network_of([], []), []).parent) == 0


@pytest.mark.parametrize("keys", [[], [0], [2, -1, 0, 2, 2, -1, 0], [-1, -1]])
def test_positions_are_grouped_by_their_keys(keys: list[int]) -> None:
    start, found = group_by(ints(keys), 3)
    assert runs(start, found) == [[i for i, key in enumerate(keys) if key == k] for k in range(3)]
