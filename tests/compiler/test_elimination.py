from __future__ import annotations

import math
import random
import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbml_core.compiler import elimination
from mbml_core.compiler.elimination import HOPELESS, Elimination, best_elimination, moral_graph
from mbml_core.deadline import UNLIMITED, CancelToken, Deadline
from mbml_core.errors import Cancelled, DeadlineExceeded
from tests.compiler.structures import Scopes, grid, hypergraphs, k_trees, naive_elimination, random_trees

N_LARGE = 100_000
FEW_SECONDS = 5.0
"""For what takes some 0.4 s on an idle machine: anything quadratic would take minutes."""


def assert_is_elimination(found: Elimination, sizes: list[int], scopes: Scopes) -> None:
    """Every variable once, each with the neighbours it has at that moment, and the right cost."""
    assert found.is_complete
    assert sorted(found.order) == list(range(len(sizes)))
    expected = naive_elimination(sizes, scopes, found.order)
    assert [tuple(sorted(joined)) for joined in found.neighbours] == list(expected.neighbours)
    assert found.entries == expected.entries


def width(found: Elimination) -> int:
    return max(len(joined) for joined in found.neighbours)


# --- the moral graph ---------------------------------------------------------------------------------------


def test_the_variables_of_a_scope_are_joined_pairwise() -> None:
    assert moral_graph(5, [(0, 2, 1), (2, 3), (4,), ()]) == [{1, 2}, {0, 2}, {0, 1, 3}, {2}, set()]


# --- any graph ---------------------------------------------------------------------------------------------


@given(hypergraphs())
def test_neighbours_are_those_of_elimination_step_by_step(drawn: tuple[list[int], Scopes]) -> None:
    assert_is_elimination(best_elimination(*drawn), *drawn)


@settings(max_examples=40)
@given(hypergraphs())
def test_large_components_are_planned_without_bit_sets(drawn: tuple[list[int], Scopes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elimination, "MAX_BIT_SET_VARIABLES", 1)
        by_weight = best_elimination(*drawn)
    assert_is_elimination(by_weight, *drawn)
    assert by_weight.entries >= best_elimination(*drawn).entries


@settings(max_examples=40)
@given(hypergraphs())
def test_restarts_never_make_it_worse(drawn: tuple[list[int], Scopes]) -> None:
    once = best_elimination(*drawn)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elimination, "WORTH_RESTARTING", (0, 1e10))
        again = best_elimination(*drawn)
    assert_is_elimination(again, *drawn)
    assert again.entries <= once.entries


@given(hypergraphs())
def test_the_same_graph_gives_the_same_order(drawn: tuple[list[int], Scopes]) -> None:
    assert best_elimination(*drawn) == best_elimination(*drawn)


def test_restarts_are_repeatable() -> None:
    """A 9 × 9 grid of three states is large enough to be restarted."""
    once = best_elimination([3] * 81, grid(9, 9))
    assert elimination.WORTH_RESTARTING[0] < once.entries < elimination.WORTH_RESTARTING[1]
    assert_is_elimination(once, [3] * 81, grid(9, 9))
    assert best_elimination([3] * 81, grid(9, 9)) == once


def test_nothing_is_eliminated_from_nothing() -> None:
    assert best_elimination([], []) == Elimination((), (), 0.0)


# --- the parts ---------------------------------------------------------------------------------------------


def two_core(neighbours: list[set[int]]) -> set[int]:
    """What remains when variables with at most one neighbour are taken out for as long as there are any."""
    left = set(range(len(neighbours)))
    while loose := {v for v in left if len(neighbours[v] & left) <= 1}:
        left -= loose
    return left


@given(hypergraphs())
def test_leaves_are_peeled_off_until_only_loops_remain(drawn: tuple[list[int], Scopes]) -> None:
    sizes, scopes = drawn
    neighbours = moral_graph(len(sizes), scopes)
    core = two_core(neighbours)
    plan, components = elimination._peel_leaves(moral_graph(len(sizes), scopes), [float(n) for n in sizes])
    assert set(plan.order) == set(range(len(sizes))) - core
    assert all(len(joined) <= 1 for joined in plan.neighbours)
    assert sorted(v for component in components for v in component) == sorted(core)
    for component in components:
        reached, waiting = {component[0]}, [component[0]]
        while waiting:
            fresh = (neighbours[waiting.pop()] & core) - reached
            reached |= fresh
            waiting += fresh
        assert reached == set(component)


def fill_cost(joined: list[set[int]], v: int, weights: list[float], is_weighted: bool) -> float:
    """What the edges missing between the neighbours of v weigh, by the definition."""
    missing = [(a, b) for a, b in combinations(sorted(joined[v]), 2) if b not in joined[a]]
    return sum(weights[a] * weights[b] if is_weighted else 1.0 for a, b in missing)


def take_out(joined: list[set[int]], v: int) -> None:
    for u in joined[v]:
        joined[u] = (joined[u] | joined[v]) - {u, v}
    joined[v] = set()


def bit_sets(neighbours: list[set[int]]) -> list[int]:
    return [sum(1 << u for u in joined) for joined in neighbours]


@given(hypergraphs(most=9), st.booleans(), st.data())
def test_fill_costs_are_kept_up_to_date(
    drawn: tuple[list[int], Scopes], is_weighted: bool, data: st.DataObject
) -> None:
    """Whoever's cost changes was joined with the eliminated variable or is reported as relieved."""
    weights, joined = [float(size) for size in drawn[0]], moral_graph(len(drawn[0]), drawn[1])
    graph = elimination._FillGraph(bit_sets(joined), weights, is_weighted)
    cost = [graph.cost(v) for v in range(len(joined))]
    left = set(range(len(joined)))
    for v in data.draw(st.permutations(range(len(joined)))):
        assert [cost[u] for u in sorted(left)] == [
            fill_cost(joined, u, weights, is_weighted) for u in sorted(left)
        ]
        before, members = list(cost), tuple(sorted(joined[v]))
        relieved = graph.eliminate(v, members, cost)
        assert relieved.isdisjoint({*members, v})
        assert {u for u in left - {v, *members} if cost[u] != before[u]} == relieved
        for u in members:
            cost[u] = graph.cost(u)
        take_out(joined, v)
        left.discard(v)


@settings(max_examples=60)
@given(hypergraphs(most=9), st.booleans())
def test_min_fill_takes_the_variable_that_adds_the_least(
    drawn: tuple[list[int], Scopes], is_weighted: bool
) -> None:
    weights, joined = [float(size) for size in drawn[0]], moral_graph(len(drawn[0]), drawn[1])
    found = elimination._min_fill(bit_sets(joined), weights, is_weighted, math.inf, None, UNLIMITED)
    assert found is not None
    assert_is_elimination(found, *drawn)
    left = set(range(len(joined)))
    for v in found.order:
        cheapest = min(fill_cost(joined, u, weights, is_weighted) for u in left)
        assert fill_cost(joined, v, weights, is_weighted) == cheapest
        take_out(joined, v)
        left.discard(v)


@settings(max_examples=60)
@given(hypergraphs(most=9))
def test_min_weight_takes_the_variable_with_the_smallest_clique(drawn: tuple[list[int], Scopes]) -> None:
    weights, joined = [float(size) for size in drawn[0]], moral_graph(len(drawn[0]), drawn[1])
    found = elimination._min_weight({v: set(near) for v, near in enumerate(joined)}, weights, UNLIMITED)
    assert_is_elimination(found, *drawn)
    left = set(range(len(joined)))
    for v in found.order:
        table = {u: weights[u] * math.prod(weights[z] for z in joined[u]) for u in left}
        assert table[v] == min(table.values())
        take_out(joined, v)
        left.discard(v)


def test_min_fill_gives_up_once_it_is_no_cheaper_than_the_best_so_far() -> None:
    """A triangle costs 8 + 4 + 2 entries."""
    triangle = bit_sets(moral_graph(3, [(0, 1, 2)]))
    assert elimination._min_fill(triangle, [2.0] * 3, False, 14.0, None, UNLIMITED) is None
    found = elimination._min_fill(triangle, [2.0] * 3, False, 14.5, None, UNLIMITED)
    assert found is not None
    assert found.entries == 14


def test_noise_makes_a_cost_up_to_thirty_per_cent_larger() -> None:
    source = random.Random(1)  # noqa: S311 - it breaks ties
    noisy = [elimination._jittered(10.0, source) for _ in range(200)]
    assert 10 <= min(noisy) < 10.3
    assert 12.7 < max(noisy) < 13
    assert elimination._jittered(10.0, None) == 10


# --- graphs whose best order is known ----------------------------------------------------------------------


@settings(max_examples=50)
@given(random_trees())
def test_trees_have_induced_width_one(drawn: tuple[int, Scopes]) -> None:
    n, edges = drawn
    found = best_elimination([2] * n, edges)
    assert width(found) == min(1, n - 1)
    assert found.entries == 4 * (n - 1) + 2


@settings(max_examples=50)
@given(st.integers(2, 5), st.data())
def test_k_trees_have_induced_width_k(k: int, data: st.DataObject) -> None:
    """And no edge is added: n - k cliques of k + 1 variables, then the rest of the last one."""
    n, edges = data.draw(k_trees(k))
    found = best_elimination([2] * n, edges)
    assert width(found) == k
    assert sum(map(len, found.neighbours)) == len(edges)
    assert found.entries == (n - k) * 2 ** (k + 1) + sum(2**size for size in range(1, k + 1))


@pytest.mark.parametrize("n", [3, 4, 5, 20, 101])
def test_cycles_have_induced_width_two(n: int) -> None:
    found = best_elimination([2] * n, [(i, (i + 1) % n) for i in range(n)])
    assert width(found) == 2
    assert found.entries == 8 * (n - 2) + 4 + 2


def test_a_grid_costs_no_more_than_row_by_row() -> None:
    """Row by row, a variable of a 10 × 10 grid meets the next one of its row and the nine or ten on the frontier:
    at most 11 variables in a clique, so at most 100 · 2^11 entries.
    """
    found = best_elimination([2] * 100, grid(10, 10))
    assert_is_elimination(found, [2] * 100, grid(10, 10))
    assert found.entries <= 100 * 2**11
    assert width(found) >= 10  # the treewidth of the grid


def test_state_counts_count() -> None:
    """A cycle of four needs one chord: between the two small variables, not between the large ones."""
    found = best_elimination([2, 100, 2, 100], [(0, 1), (1, 2), (2, 3), (3, 0)])
    cliques = [{v, *joined} for v, joined in zip(found.order, found.neighbours, strict=True)]
    assert {0, 1, 2} in cliques
    assert {0, 2, 3} in cliques
    assert not any({1, 3} <= clique for clique in cliques)


def test_the_best_of_several_rules_is_kept() -> None:
    """On this grid the fill rules beat min-weight, which is all that is left without bit sets."""
    best = best_elimination([2] * 100, grid(10, 10))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elimination, "MAX_BIT_SET_VARIABLES", 1)
        assert best_elimination([2] * 100, grid(10, 10)).entries > best.entries


# --- large graphs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "entries"),
    [
        pytest.param([(i, i + 1) for i in range(N_LARGE - 1)], 4 * (N_LARGE - 1) + 2, id="chain"),
        pytest.param([(0, i) for i in range(1, N_LARGE)], 4 * (N_LARGE - 1) + 2, id="star"),
        pytest.param([], 2 * N_LARGE, id="isolated"),
    ],
)
def test_a_hundred_thousand_variables_are_planned_in_no_time(scopes: Scopes, entries: int) -> None:
    started = time.process_time()
    found = best_elimination([2] * N_LARGE, scopes)
    assert time.process_time() - started < FEW_SECONDS
    assert found.is_complete
    assert len(set(found.order)) == N_LARGE
    assert found.entries == entries


@pytest.mark.parametrize("scopes", [[tuple(range(60))], [(i, j) for i in range(60) for j in range(i)]])
def test_a_complete_graph_of_sixty_variables_is_given_up_at_once(scopes: Scopes) -> None:
    started = time.process_time()
    found = best_elimination([2] * 60, scopes)
    assert time.process_time() - started < FEW_SECONDS
    assert not found.is_complete
    assert found.entries > HOPELESS


def test_one_hopeless_component_makes_the_whole_plan_incomplete() -> None:
    found = best_elimination([2] * 63, [tuple(range(60)), (60, 61), (61, 62), (60, 62)])
    assert not found.is_complete
    assert {60, 61, 62} <= set(found.order)


# --- deadlines ---------------------------------------------------------------------------------------------


def test_planning_stops_at_its_deadline() -> None:
    with pytest.raises(DeadlineExceeded):
        best_elimination([2] * 100, grid(10, 10), Deadline(-1.0))


def test_both_rules_look_at_the_clock() -> None:
    late = Deadline(-1.0)
    with pytest.raises(DeadlineExceeded):
        elimination._min_weight({0: set()}, [2.0], late)
    with pytest.raises(DeadlineExceeded):
        elimination._min_fill([0], [2.0], False, math.inf, None, late)


def test_planning_can_be_cancelled() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        best_elimination([2] * 100, grid(10, 10), Deadline(token=token))


def test_a_grid_is_no_dearer_than_a_sweep_from_corner_to_corner() -> None:
    """A sweep of an n × n grid of binary variables never holds more than n + 1 of them in one clique."""
    n = 12
    across = [(i * n + j, i * n + j + 1) for i in range(n) for j in range(n - 1)]
    down = [(i * n + j, (i + 1) * n + j) for i in range(n - 1) for j in range(n)]
    assert best_elimination([2] * (n * n), across + down).entries <= n * n * 2 ** (n + 1)
