"""Elimination orders by min-fill, with every set of neighbours as a row of bits.

Fill counts are kept up to date instead of being taken anew: an edge (a, b) that is added need no longer be
added for a common neighbour of a and b. Source of the rules: Kjærulff (1990), Triangulation of Graphs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mbml_core.kernels.bits import NONE, ONE, SHIFT, WORD, bit, count_bits, lowest_bit
from mbml_core.kernels.kernel import BitRows, Flags, Floats, Ints, Words, kernel, lean_kernel

STEP = np.uint64(6364136223846793005)
INCREMENT = np.uint64(1442695040888963407)
"""Knuth's linear congruential generator (MMIX): it breaks ties, it guards nothing."""
UNIT = 2.0**-24
"""Makes a number in [0, 1) of the upper 24 bits that are drawn."""


class Order(NamedTuple):
    """An elimination order over local variables 0 … n − 1.

    Attributes:
        order: (n,) first eliminated first; shorter where the search was given up.
        joined_start, joined: joined[joined_start[k] : joined_start[k + 1]] are the variables joined with
        order[k] at
            that moment.
        entries: (1,) Σ_k of the product of the state counts of order[k] and its joined variables; inf where
            the search was given up.
    """

    order: Ints
    joined_start: Ints
    joined: Ints
    entries: Floats


@kernel
def moral_rows(scope_start: Ints, scope: Ints, tables: Ints, local: Ints, n: int) -> BitRows:
    """Neighbours of each local variable when the variables of every table are joined pairwise.

    Only `tables` count; `local` is the local index of each variable, −1 where it is left out; n of them are there.
    """
    n_words = (n + WORD - 1) >> SHIFT
    rows = np.zeros((n, n_words), np.uint64)
    together = np.zeros(n_words, np.uint64)
    for table in tables:
        together[:] = NONE
        for k in range(scope_start[table], scope_start[table + 1]):
            v = local[scope[k]]
            if v >= 0:
                together[v >> SHIFT] |= bit(v)
        for k in range(scope_start[table], scope_start[table + 1]):
            v = local[scope[k]]
            if v >= 0:
                for q in range(n_words):
                    rows[v, q] |= together[q]
    for v in range(n):
        rows[v, v >> SHIFT] &= ~bit(v)
    return rows


@lean_kernel
def fill_cost(v: int, rows: BitRows, weights: Floats, is_weighted: bool) -> float:
    """Cost of the edges missing between v's neighbours: their number, or Σ weight · weight."""
    n_words = rows.shape[1]
    cost = 0.0
    for q in range(n_words):
        near = rows[v, q]
        while near != NONE:
            u = (q << SHIFT) + lowest_bit(near)
            near &= near - ONE
            if is_weighted:
                cost += weights[u] * _missing_weight(u, v, rows, weights)
            else:
                missing = NONE
                for r in range(n_words):
                    missing += count_bits(rows[v, r] & ~rows[u, r])
                cost += np.float64(missing) - 1.0
    return 0.5 * cost


@lean_kernel
def _missing_weight(u: int, v: int, rows: BitRows, weights: Floats) -> float:
    """Total weight of v's neighbours that are not u's, u itself aside."""
    total = -float(weights[u])
    for r in range(rows.shape[1]):
        missing = rows[v, r] & ~rows[u, r]
        while missing != NONE:
            total += weights[(r << SHIFT) + lowest_bit(missing)]
            missing &= missing - ONE
    return total


@lean_kernel
def _cheapest(costs: Floats) -> int:
    """The variable with the least cost; eliminated ones cost infinity."""
    best, chosen = np.inf, -1
    for u in range(costs.shape[0]):
        if costs[u] < best:
            best, chosen = costs[u], u
            if best <= 0.0:
                break
    return chosen


@lean_kernel
def _nearly_cheapest(costs: Floats, noise: float, state: Words) -> int:
    """Like `_cheapest`, each cost multiplied by 1 + noise · u first, u uniform in [0, 1)."""
    best, chosen = np.inf, -1
    for u in range(costs.shape[0]):
        if costs[u] < np.inf:
            state[0] = state[0] * STEP + INCREMENT
            draw = np.float64(state[0] >> np.uint64(40)) * UNIT
            cost = (costs[u] + draw) * (1.0 + noise * draw)
            if cost < best:
                best, chosen = cost, u
    return chosen


@lean_kernel
def _add_edge(a: int, b: int, rows: BitRows, clique: Words, costs: Floats, price: float) -> None:
    """Join a and b; their common neighbours outside the clique have one missing edge less."""
    for r in range(rows.shape[1]):
        common = rows[a, r] & rows[b, r] & ~clique[r]
        while common != NONE:
            costs[(r << SHIFT) + lowest_bit(common)] -= price
            common &= common - ONE
    rows[a, b >> SHIFT] |= bit(b)
    rows[b, a >> SHIFT] |= bit(a)


@lean_kernel
def _fill_in(a: int, rows: BitRows, clique: Words, weights: Floats, is_weighted: bool, costs: Floats) -> None:
    """Join a with all later variables of the clique that it is not joined with yet."""
    for q in range(a >> SHIFT, rows.shape[1]):
        missing = clique[q] & ~rows[a, q]
        while missing != NONE:
            b = (q << SHIFT) + lowest_bit(missing)
            missing &= missing - ONE
            if b > a:
                _add_edge(a, b, rows, clique, costs, weights[a] * weights[b] if is_weighted else 1.0)


@lean_kernel
def _cost_lost(u: int, v: int, rows: BitRows, clique: Words, weights: Floats, is_weighted: bool) -> float:
    """By how much u's fill cost falls when v, whose neighbours are all joined already, is eliminated: the edges
    from v to those neighbours of u that are not v's.
    """
    total = 0.0
    for r in range(rows.shape[1]):
        others = rows[u, r] & ~clique[r]
        if not is_weighted:
            total += np.float64(count_bits(others))
        else:
            while others != NONE:
                total += weights[(r << SHIFT) + lowest_bit(others)] * weights[v]
                others &= others - ONE
    return total


@kernel
def triangulate(
    moral: BitRows, weights: Floats, is_weighted: bool, limit: float, noise: float, seed: int, stop: Flags
) -> Order:
    """Min-fill (or weighted min-fill) order; given up once `entries` exceeds `limit` or stop[0] is raised."""
    n, n_words = moral.shape
    rows = moral.copy()
    order = np.empty(n, np.int64)
    joined_start = np.zeros(n + 1, np.int64)
    joined = np.empty(8 * n + n_words * WORD, np.int64)
    clique = np.empty(n_words, np.uint64)
    costs = np.empty(n)
    for v in range(n):
        costs[v] = fill_cost(v, rows, weights, is_weighted)
    entries = np.zeros(1)
    state = np.array([np.uint64(seed)])
    end = 0
    for k in range(n):
        v = _nearly_cheapest(costs, noise, state) if noise > 0.0 else _cheapest(costs)
        has_fill = costs[v] > 0.0
        order[k], costs[v] = v, np.inf
        size = weights[v]
        start = end
        for q in range(n_words):
            near = rows[v, q]
            clique[q] = near
            while near != NONE:
                u = (q << SHIFT) + lowest_bit(near)
                near &= near - ONE
                joined[end] = u
                end += 1
                size *= weights[u]
        joined_start[k + 1] = end
        entries[0] += size
        if entries[0] > limit or stop[0]:
            entries[0] = np.inf
            return Order(order[: k + 1].copy(), joined_start[: k + 2].copy(), joined[:end].copy(), entries)
        for u in joined[start:end]:
            rows[u, v >> SHIFT] &= ~bit(v)
        if has_fill:
            for u in joined[start:end]:
                _fill_in(u, rows, clique, weights, is_weighted, costs)
            for u in joined[start:end]:
                costs[u] = fill_cost(u, rows, weights, is_weighted)
        else:
            for u in joined[start:end]:
                costs[u] -= _cost_lost(u, v, rows, clique, weights, is_weighted)
        if end + n > joined.shape[0]:
            joined = np.concatenate((joined, np.empty(joined.shape[0], np.int64)))
    return Order(order, joined_start, joined[:end].copy(), entries)
