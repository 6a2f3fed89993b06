from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.compiler.cost import best_observation, tree_cost
from mbml_core.compiler.junction_tree import JunctionTree, junction_tree_of
from tests.compiler.structures import Scopes, hypergraphs
from tests.kernels.networks import network_of, tree_by


def tree_of(sizes: list[int], scopes: Scopes) -> JunctionTree:
    return junction_tree_of(tree_by(network_of(sizes, scopes), range(len(sizes))[::-1]), sizes)


# --- the cost of a tree: for its memory, see also tests/kernels/test_program.py ----------------------------------


@given(hypergraphs(), st.booleans())
def test_work_counts_every_pass_over_a_table(drawn: tuple[list[int], Scopes], keeps_tables: bool) -> None:
    tree = tree_of(*drawn)
    cost = tree_cost(tree, keeps_tables=keeps_tables)
    sizes = [math.prod(drawn[0][v] for v in clique.variables) for clique in tree.cliques]
    children = [sum(other.parent == i for other in tree.cliques) for i in range(len(tree.cliques))]
    assert cost.operations == sum(size * (4 + 2 * n) for size, n in zip(sizes, children, strict=True))
    assert cost.largest_entries == max(sizes)
    assert math.prod(drawn[0][v] for v in cost.largest_clique) == max(sizes)
    assert any(set(cost.largest_clique) <= set(clique.variables) for clique in tree.cliques)
    assert not cost.is_lower_bound


@given(hypergraphs())
def test_keeping_tables_takes_a_spare_one(drawn: tuple[list[int], Scopes]) -> None:
    tree = tree_of(*drawn)
    once, kept = tree_cost(tree), tree_cost(tree, keeps_tables=True)
    assert kept.n_bytes == once.n_bytes + 8 * once.largest_entries


def test_the_cost_of_a_pair() -> None:
    """One clique of 6 entries, an empty separator up and down, and 6 floats of scratch."""
    cost = tree_cost(tree_of([2, 3], [(0, 1)]))
    assert cost.n_bytes == 8 * (6 + 2 * 1 + 6)
    assert cost.operations == 4 * 6


def test_the_cost_of_nothing_is_next_to_nothing() -> None:
    cost = tree_cost(tree_of([], []))
    assert (cost.largest_clique, cost.largest_entries) == ((), 1.0)
    assert cost.n_bytes < 100


# --- the best observation ----------------------------------------------------------------------------------


def bytes_left(tree: JunctionTree, observed: int) -> float:
    """Of every table, as doubles, when one variable has only one state left."""
    states = [1 if v == observed else n for v, n in enumerate(tree.n_states)]
    return 8.0 * sum(math.prod(states[v] for v in clique.variables) for clique in tree.cliques)


@given(hypergraphs(), st.data())
def test_the_best_observation_leaves_the_smallest_tables(
    drawn: tuple[list[int], Scopes], data: st.DataObject
) -> None:
    tree = tree_of(*drawn)
    subsets = st.lists(st.integers(0, len(drawn[0]) - 1), min_size=1, unique=True)
    candidates = tuple(data.draw(subsets))
    best, left = best_observation(tree, candidates)
    assert best in candidates
    assert left == pytest.approx(bytes_left(tree, best))
    assert left == pytest.approx(min(bytes_left(tree, v) for v in candidates))


def test_the_hub_of_a_star_is_the_best_observation() -> None:
    tree = tree_of([10] * 6, [(0, i) for i in range(1, 6)])
    assert best_observation(tree, tuple(range(6))) == (0, 8.0 * 5 * 10)


def test_of_equals_the_first_candidate_is_named() -> None:
    tree = tree_of([4, 4], [(0, 1)])
    assert best_observation(tree, (1, 0))[0] == 1
    assert best_observation(tree, (0, 1))[0] == 0
