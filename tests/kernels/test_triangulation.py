"""Elimination orders on bit sets, against elimination by its definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbml_core.kernels import loading
from mbml_core.kernels.relevance import order_of
from mbml_core.kernels.triangulation import Order, fill_cost, moral_rows, triangulate
from tests.compiler.structures import Scopes, grid, hypergraphs, k_trees, naive_elimination
from tests.kernels.networks import ints, network_of, part_without, runs

Rows = np.ndarray
Drawn = tuple[list[int], Scopes]
GO_ON, HALT = np.array([False]), np.array([True])
both_rules = pytest.mark.parametrize("is_weighted", [False, True], ids=["fill", "weighted fill"])


@pytest.fixture(autouse=True)
def words_wrap_around() -> Iterator[None]:
    with np.errstate(over="ignore"):
        yield


def moral(n: int, scopes: Scopes) -> Rows:
    start = np.concatenate([[0], np.cumsum([len(scope) for scope in scopes])]).astype(np.int64)
    scope = ints([v for scope in scopes for v in scope])
    return moral_rows(start, scope, np.arange(len(scopes)), np.arange(n), n)


def neighbours(rows: Rows) -> list[set[int]]:
    n = rows.shape[0]
    return [{u for u in range(n) if int(row[u // 64]) >> u % 64 & 1} for row in rows]


def order(drawn: Drawn, is_weighted: bool, limit: float = np.inf, noise: float = 0.0, seed: int = 1) -> Order:
    sizes, scopes = drawn
    weights = np.array(sizes, dtype=np.float64)
    return triangulate(moral(len(sizes), scopes), weights, is_weighted, limit, noise, seed, GO_ON)


def assert_is_elimination(found: Order, sizes: list[int], scopes: Scopes) -> None:
    assert sorted(found.order.tolist()) == list(range(len(sizes)))
    expected = naive_elimination(sizes, scopes, found.order.tolist())
    assert [tuple(sorted(joined)) for joined in runs(found.joined_start, found.joined)] == list(
        expected.neighbours
    )
    assert found.entries[0] == expected.entries


def fill(joined: list[set[int]], v: int, weights: np.ndarray, is_weighted: bool) -> float:
    missing = [(a, b) for a, b in combinations(joined[v], 2) if b not in joined[a]]
    return float(sum(weights[a] * weights[b] if is_weighted else 1.0 for a, b in missing))


def cheapest_first(drawn: Drawn, is_weighted: bool) -> list[int]:
    """Min-fill with costs taken anew at every step; the first of equals."""
    sizes, scopes = drawn
    weights, joined = np.array(sizes, dtype=np.float64), neighbours(moral(len(sizes), scopes))
    left, found = list(range(len(sizes))), []
    while left:
        v = min(left, key=lambda v: fill(joined, v, weights, is_weighted))
        for a, b in combinations(joined[v], 2):
            joined[a].add(b)
            joined[b].add(a)
        for u in joined[v]:
            joined[u].discard(v)
        left.remove(v)
        found.append(v)
    return found


# --- the moral graph ---------------------------------------------------------------------------------------


@given(hypergraphs())
def test_the_variables_of_a_table_are_joined_pairwise(drawn: Drawn) -> None:
    sizes, scopes = drawn
    pairs = {pair for scope in scopes for a, b in combinations(scope, 2) for pair in ((a, b), (b, a))}
    found = neighbours(moral(len(sizes), scopes))
    assert {(v, u) for v, joined in enumerate(found) for u in joined} == pairs


def test_variables_that_are_left_out_join_nobody_and_other_tables_do_not_count() -> None:
    start, scope = ints([0, 3, 5, 7]), ints([0, 1, 2, 2, 3, 0, 3])
    local = ints([0, -1, 1, 2])
    assert neighbours(moral_rows(start, scope, ints([0, 1]), local, 3)) == [{1}, {0, 2}, {1}]


def test_rows_of_more_than_one_word() -> None:
    n = 130
    found = neighbours(moral(n, [tuple(range(n)), (0, 129)]))
    assert all(joined == set(range(n)) - {v} for v, joined in enumerate(found))


# --- costs -------------------------------------------------------------------------------------------------


@both_rules
@given(drawn=hypergraphs())
def test_the_cost_of_the_missing_edges(drawn: Drawn, is_weighted: bool) -> None:
    sizes, scopes = drawn
    rows, weights = moral(len(sizes), scopes), np.array(sizes, dtype=np.float64)
    for v in range(len(sizes)):
        assert fill_cost(v, rows, weights, is_weighted) == fill(neighbours(rows), v, weights, is_weighted)


@both_rules
@settings(max_examples=150)
@given(drawn=hypergraphs(14))
def test_costs_kept_up_to_date_choose_as_costs_taken_anew(drawn: Drawn, is_weighted: bool) -> None:
    assert order(drawn, is_weighted).order.tolist() == cheapest_first(drawn, is_weighted)


@both_rules
def test_they_do_on_a_grid(is_weighted: bool) -> None:
    drawn = ([2 + v % 3 for v in range(72)], grid(8, 9))
    assert order(drawn, is_weighted).order.tolist() == cheapest_first(drawn, is_weighted)


# --- orders ------------------------------------------------------------------------------------------------


@both_rules
@pytest.mark.parametrize("noise", [0.0, 0.3])
@given(drawn=hypergraphs(), seed=st.integers(1, 1000))
def test_any_order_is_an_elimination(drawn: Drawn, seed: int, is_weighted: bool, noise: float) -> None:
    assert_is_elimination(order(drawn, is_weighted, noise=noise, seed=seed), *drawn)


@both_rules
@settings(max_examples=30)
@given(drawn=k_trees(3))
def test_a_graph_without_holes_is_eliminated_without_filling(drawn: tuple[int, Scopes], is_weighted: bool) -> None:
    n, scopes = drawn
    found = order(([2] * n, scopes), is_weighted)
    assert max(len(joined) for joined in runs(found.joined_start, found.joined)) == 3


def test_noise_finds_other_orders_and_a_seed_finds_the_same() -> None:
    drawn = ([2] * 36, grid(6, 6))
    orders = [tuple(order(drawn, False, noise=0.3, seed=seed).order.tolist()) for seed in (1, 1, 2, 3)]
    assert orders[0] == orders[1]
    assert len(set(orders)) == 3


def test_lists_of_neighbours_grow() -> None:
    """A clique of 200: 19,900 joined variables in all, five times the room there is at first."""
    n = 200
    found = order(([2] * n, [tuple(range(n))]), False)
    assert [len(joined) for joined in runs(found.joined_start, found.joined)] == list(range(n - 1, -1, -1))


def test_nothing_is_eliminated_from_nothing() -> None:
    found = order(([], []), False)
    assert (found.order.size, found.joined.size, found.joined_start.tolist()) == (0, 0, [0])
    assert found.entries[0] == 0


def test_it_gives_up_beyond_the_limit_and_not_at_it() -> None:
    drawn = ([2] * 16, grid(4, 4))
    entries = order(drawn, False).entries[0]
    assert order(drawn, False, limit=entries).entries[0] == entries
    assert order(drawn, False, limit=entries - 1).entries[0] == np.inf


def test_it_gives_up_when_told_to() -> None:
    weights = np.full(16, 2.0)
    assert triangulate(moral(16, grid(4, 4)), weights, False, np.inf, 0.0, 1, HALT).entries[0] == np.inf


# --- machine code ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fast_order() -> Callable[..., Order]:
    assert loading.wait(), "there is no machine code; MBML_EXECUTOR=numba tells why"
    found = loading.fast(order_of)
    assert found is not None
    return found


@both_rules
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_machine_code_finds_the_same_orders(
    fast_order: Callable[..., Order], is_weighted: bool, noise: float
) -> None:
    source = np.random.default_rng(7)
    for n in (1, 7, 64, 65, 90):
        scopes = [tuple(source.permutation(n)[: source.integers(1, 5)].tolist()) for _ in range(n)]
        network = network_of(source.integers(1, 4, n).tolist(), scopes)
        arguments = (network.arrays, part_without(network), is_weighted, np.inf, noise, 5, GO_ON)
        for mine, other in zip(order_of(*arguments), fast_order(*arguments), strict=True):
            np.testing.assert_array_equal(mine, other)
