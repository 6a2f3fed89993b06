from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.compiler.cost import Cost, best_observation, hopeless_cost, tree_cost
from mbml_core.compiler.elimination import Elimination, best_elimination
from mbml_core.compiler.junction_tree import JunctionTree, build_junction_tree
from mbml_core.compiler.program import n_floats
from tests.compiler.structures import Scopes, hypergraphs


def tree_of(sizes: list[int], scopes: Scopes) -> JunctionTree:
    return build_junction_tree(sizes, best_elimination(sizes, scopes))


# --- the cost of a tree ------------------------------------------------------------------------------------


@given(hypergraphs())
def test_memory_is_the_buffer_and_work_counts_every_pass_over_a_table(drawn: tuple[list[int], Scopes]) -> None:
    tree = tree_of(*drawn)
    cost = tree_cost(tree, len(drawn[0]))
    sizes = [math.prod(drawn[0][v] for v in clique.variables) for clique in tree.cliques]
    children = [sum(other.parent == i for other in tree.cliques) for i in range(len(tree.cliques))]
    assert cost.n_bytes == 8 * n_floats(tree, len(drawn[0]))
    assert cost.operations == sum(size * (4 + 2 * n) for size, n in zip(sizes, children, strict=True))
    assert cost.largest_entries == max(sizes)
    assert math.prod(drawn[0][v] for v in cost.largest_clique) == max(sizes)
    assert any(set(cost.largest_clique) <= set(clique.variables) for clique in tree.cliques)
    assert not cost.is_lower_bound


def test_the_cost_of_a_pair() -> None:
    """One clique of 6 entries: two copies of it, an empty separator up and down, weights and marginals of
    2 + 3 states each, and 6 floats of scratch.
    """
    cost = tree_cost(tree_of([2, 3], [(0, 1)]), 2)
    assert cost.n_bytes == 8 * (2 * 6 + 2 * 1 + 2 * 5 + 6)
    assert cost.operations == 4 * 6


def test_the_cost_of_nothing_is_next_to_nothing() -> None:
    cost = tree_cost(tree_of([], []), 0)
    assert (cost.largest_clique, cost.largest_entries) == ((), 1.0)
    assert cost.n_bytes < 100


# --- plans that were given up ------------------------------------------------------------------------------


def test_a_plan_that_was_given_up_bounds_its_cost_from_below() -> None:
    plan = Elimination((4, 2), ((0, 1), (0, 1, 3)), 1234.0, is_complete=False)
    assert hopeless_cost((2, 3, 4, 5, 6), plan) == Cost(
        n_bytes=16 * 1234.0,
        operations=4 * 1234.0,
        largest_clique=(2, 0, 1, 3),
        largest_entries=120.0,
        is_lower_bound=True,
    )


def test_sixty_joined_variables_are_beyond_any_memory() -> None:
    cost = hopeless_cost((2,) * 60, best_elimination([2] * 60, [tuple(range(60))]))
    assert cost.is_lower_bound
    assert len(cost.largest_clique) == 60
    assert cost.largest_entries == 2.0**60
    assert cost.n_bytes >= 16 * 2.0**60


def test_a_bound_beyond_all_numbers_stays_a_number() -> None:
    cost = hopeless_cost((2,) * 2000, best_elimination([2] * 2000, [tuple(range(2000))]))
    assert len(cost.largest_clique) == 2000
    assert all(1e300 <= value < math.inf for value in (cost.n_bytes, cost.operations, cost.largest_entries))


# --- the best observation ----------------------------------------------------------------------------------


def bytes_left(tree: JunctionTree, observed: int) -> float:
    """Two copies of every table, as doubles, when one variable has only one state left."""
    states = [1 if v == observed else n for v, n in enumerate(tree.n_states)]
    return 16.0 * sum(math.prod(states[v] for v in clique.variables) for clique in tree.cliques)


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
    assert best_observation(tree, tuple(range(6))) == (0, 16.0 * 5 * 10)


def test_of_equals_the_first_candidate_is_named() -> None:
    tree = tree_of([4, 4], [(0, 1)])
    assert best_observation(tree, (1, 0))[0] == 1
    assert best_observation(tree, (0, 1))[0] == 0
