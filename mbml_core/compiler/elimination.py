"""Elimination orders: in which order to sum variables out so that the tables stay small.

Leaves are peeled off first (that never costs anything and makes trees linear); each remaining component is then
eliminated greedily by several rules, and the cheapest order is kept. Min-fill keeps sets of neighbours as Python
integers: and, or and counting of bits run at machine speed.
Source: Kjærulff (1990), Triangulation of Graphs, for the rules; Koller & Friedman (2009), §9.4.3.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from mbml_core.deadline import UNLIMITED, Deadline

RESTARTS = 6
RESTART_NOISE = 0.3
"""A restart multiplies each cost by 1 + noise·u, u uniform in [0, 1): near ties fall differently."""
WORTH_RESTARTING = (1e5, 1e10)
"""Table entries between which other attempts pay: below, an inference costs less than an attempt; above, no
attempt saves enough to make it fit."""
HOPELESS = 1e15
"""Entries beyond any memory: planning stops here, and the cost is reported as at least this much."""
MAX_BIT_SET_VARIABLES = 20_000
"""Bit sets take n²/8 bytes; larger components are planned by min-weight alone, which needs no bit sets."""


@dataclass(frozen=True, slots=True)
class Elimination:
    """An order and what it costs.

    Attributes:
        order: variables, first eliminated first; not all of them when `is_complete` is False.
        neighbours: for each position of the order, the variables joined with the eliminated one at that
            moment; together with it they form its elimination clique.
        entries: Σ over positions of the product of the clique's state counts.
        is_complete: False when planning stopped at a limit; `entries` is then a lower bound for this order.
    """

    order: tuple[int, ...]
    neighbours: tuple[tuple[int, ...], ...]
    entries: float
    is_complete: bool = True


def moral_graph(n_variables: int, scopes: Iterable[Sequence[int]]) -> list[set[int]]:
    """Neighbours of each variable when the variables of every scope are joined pairwise."""
    neighbours: list[set[int]] = [set() for _ in range(n_variables)]
    for scope in scopes:
        for variable in scope:
            neighbours[variable].update(scope)
    for variable, joined in enumerate(neighbours):
        joined.discard(variable)
    return neighbours


def best_elimination(
    n_states: Sequence[int], scopes: Iterable[Sequence[int]], deadline: Deadline = UNLIMITED
) -> Elimination:
    """The cheapest of several greedy orders for the moral graph of `scopes`. Deterministic."""
    neighbours = moral_graph(len(n_states), scopes)
    weights = [float(size) for size in n_states]
    plan, core = _peel_leaves(neighbours, weights)
    parts = [_best_of_component(component, neighbours, weights, deadline) for component in core]
    return Elimination(
        plan.order + tuple(v for part in parts for v in part.order),
        plan.neighbours + tuple(joined for part in parts for joined in part.neighbours),
        plan.entries + sum(part.entries for part in parts),
        all(part.is_complete for part in parts),
    )


def _peel_leaves(neighbours: list[set[int]], weights: Sequence[float]) -> tuple[Elimination, list[list[int]]]:
    """Eliminate variables with at most one neighbour for as long as there are any; empties them in
    `neighbours`. Returns the plan and the components that remain.
    """
    waiting = [v for v, joined in enumerate(neighbours) if len(joined) <= 1]
    peeled = [False] * len(neighbours)
    order: list[int] = []
    cliques: list[tuple[int, ...]] = []
    entries = 0.0
    for v in waiting:  # grows while it is walked
        if peeled[v]:
            continue
        peeled[v] = True
        joined = tuple(neighbours[v])
        order.append(v)
        cliques.append(joined)
        entries += weights[v] * math.prod(weights[u] for u in joined)
        for u in joined:
            neighbours[u].discard(v)
            if len(neighbours[u]) == 1 or not neighbours[u]:
                waiting.append(u)
        neighbours[v] = set()
    rest = [v for v, gone in enumerate(peeled) if not gone]
    return Elimination(tuple(order), tuple(cliques), entries), _components(rest, neighbours)


def _components(variables: Iterable[int], neighbours: Sequence[set[int]]) -> list[list[int]]:
    seen: set[int] = set()
    found = []
    for start in variables:
        if start in seen:
            continue
        component = [start]
        seen.add(start)
        for v in component:  # grows while it is walked
            fresh = sorted(neighbours[v] - seen)
            seen.update(fresh)
            component += fresh
        found.append(component)
    return found


def _best_of_component(
    component: list[int], neighbours: Sequence[set[int]], weights: Sequence[float], deadline: Deadline
) -> Elimination:
    """Min-weight, a sweep, min-fill and weighted min-fill, then noisy repetitions of the better fill rule."""
    best = _min_weight({v: set(neighbours[v]) for v in component}, weights, deadline)
    if len(component) > MAX_BIT_SET_VARIABLES or not best.is_complete:
        return best
    local = {v: i for i, v in enumerate(component)}
    bit_sets = [sum(1 << local[u] for u in neighbours[v]) for v in component]
    local_weights = [weights[v] for v in component]
    found = _in_order(bit_sets, local_weights, _sweep(bit_sets), best.entries, deadline)
    best = _named(found, component) if found is not None else best
    chosen = False
    for is_weighted in (False, True):
        found = _min_fill(bit_sets, local_weights, is_weighted, best.entries, None, deadline)
        if found is not None:
            best, chosen = _named(found, component), is_weighted
    if WORTH_RESTARTING[0] < best.entries < WORTH_RESTARTING[1]:
        for seed in range(RESTARTS):
            source = random.Random(seed)  # noqa: S311 - it breaks ties, it guards nothing
            found = _min_fill(bit_sets, local_weights, chosen, best.entries, source, deadline)
            best = _named(found, component) if found is not None else best
    return best


def _named(local: Elimination, component: Sequence[int]) -> Elimination:
    return Elimination(
        tuple(component[v] for v in local.order),
        tuple(tuple(component[u] for u in joined) for joined in local.neighbours),
        local.entries,
    )


def _sweep(bit_sets: Sequence[int]) -> list[int]:
    """Breadth first from one end of a component to the other, as on a grid from corner to corner; between equals
    the variable with fewer neighbours first. Source: Cuthill & McKee (1969), Proc. 24th ACM National Conference.
    """

    def breadth_first(start: int) -> list[int]:
        order, seen = [start], 1 << start
        for v in order:  # grows while it is walked
            fresh = bit_sets[v] & ~seen
            seen |= fresh
            order += sorted(_bits(fresh), key=lambda u: bit_sets[u].bit_count())
        return order

    return breadth_first(breadth_first(0)[-1])


def _in_order(
    bit_sets: Sequence[int], weights: Sequence[float], order: Sequence[int], limit: float, deadline: Deadline
) -> Elimination | None:
    """Eliminate in a given order; None once `limit` is reached."""
    joined = list(bit_sets)
    cliques: list[tuple[int, ...]] = []
    entries = 0.0
    for v in order:
        deadline.check()
        near = joined[v]
        cliques.append(tuple(_bits(near)))
        entries += weights[v] * math.prod([weights[u] for u in cliques[-1]])
        if entries >= limit:
            return None
        for u in cliques[-1]:
            joined[u] = (joined[u] | near) & ~(1 << u | 1 << v)
    return Elimination(tuple(order), tuple(cliques), entries)


def _min_weight(neighbours: dict[int, set[int]], weights: Sequence[float], deadline: Deadline) -> Elimination:
    """Eliminate the variable with the smallest clique table first; consumes `neighbours`."""

    def clique_size(v: int) -> float:
        return weights[v] * math.prod(weights[u] for u in neighbours[v])

    size = {v: clique_size(v) for v in neighbours}
    heap = [(cost, v) for v, cost in size.items()]
    heapq.heapify(heap)
    order: list[int] = []
    cliques: list[tuple[int, ...]] = []
    entries = 0.0
    while heap:
        deadline.check()
        cost, v = heapq.heappop(heap)
        if size.get(v) != cost:
            continue
        joined = neighbours.pop(v)
        del size[v]
        order.append(v)
        cliques.append(tuple(sorted(joined)))
        entries += cost
        if entries > HOPELESS:
            return Elimination(tuple(order), tuple(cliques), entries, is_complete=False)
        for u in joined:
            neighbours[u] |= joined
            neighbours[u] -= {u, v}
        for u in joined:
            size[u] = clique_size(u)
            heapq.heappush(heap, (size[u], u))
    return Elimination(tuple(order), tuple(cliques), entries)


def _min_fill(
    bit_sets: Sequence[int],
    weights: Sequence[float],
    is_weighted: bool,
    limit: float,
    noise: random.Random | None,
    deadline: Deadline,
) -> Elimination | None:
    """Eliminate the variable that adds the fewest (or lightest) edges first; None once `limit` is reached.

    Costs are kept up to date: an added edge (a, b) no longer has to be added for a common neighbour of a and b.
    """
    fill = _FillGraph(list(bit_sets), weights, is_weighted)
    cost = [fill.cost(v) for v in range(len(bit_sets))]
    keys = [_jittered(c, noise) for c in cost]
    heap = [(key, v) for v, key in enumerate(keys)]
    heapq.heapify(heap)
    gone = [False] * len(bit_sets)
    order: list[int] = []
    cliques: list[tuple[int, ...]] = []
    entries = 0.0
    while heap:
        deadline.check()
        key, v = heapq.heappop(heap)
        if gone[v] or key != keys[v]:
            continue
        gone[v] = True
        members = tuple(_bits(fill.joined[v]))
        entries += weights[v] * math.prod([weights[u] for u in members])
        if entries >= limit:
            return None
        order.append(v)
        cliques.append(members)
        relieved = fill.eliminate(v, members, cost)
        for u in members:
            cost[u] = fill.cost(u)
        for u in (*members, *relieved):
            keys[u] = _jittered(cost[u], noise)
            heapq.heappush(heap, (keys[u], u))
    return Elimination(tuple(order), tuple(cliques), entries)


class _FillGraph:
    """The graph under elimination: `joined[v]` is the bit set of v's neighbours."""

    def __init__(self, joined: list[int], weights: Sequence[float], is_weighted: bool) -> None:
        self.joined = joined
        self.weights = weights
        self.is_weighted = is_weighted

    def edge(self, a: int, b: int) -> float:
        """What adding the edge (a, b) costs."""
        return self.weights[a] * self.weights[b] if self.is_weighted else 1.0

    def cost(self, v: int) -> float:
        """Total cost of the edges missing between v's neighbours."""
        joined, near = self.joined, self.joined[v]
        if not self.is_weighted:
            return 0.5 * sum((near & ~joined[u]).bit_count() - 1 for u in _bits(near))
        return sum(self.edge(a, b) for a in _bits(near) for b in _bits((near & ~joined[a]) >> (a + 1) << (a + 1)))

    def eliminate(self, v: int, members: tuple[int, ...], cost: list[float]) -> set[int]:
        """Join v's neighbours and take v out; lower the cost of outsiders who wanted the same edges."""
        joined, near = self.joined, self.joined[v]
        relieved: set[int] = set()
        if cost[v] > 0:
            for a, b in combinations(members, 2):
                if not joined[a] >> b & 1:
                    for z in _bits(joined[a] & joined[b] & ~near & ~(1 << v)):
                        cost[z] -= self.edge(a, b)
                        relieved.add(z)
        for u in members:
            joined[u] = (joined[u] | near) & ~(1 << u | 1 << v)
        return relieved


def _jittered(cost: float, noise: random.Random | None) -> float:
    return cost if noise is None else cost * (1.0 + RESTART_NOISE * noise.random())


def _bits(bit_set: int) -> Iterator[int]:
    """Positions of the set bits, lowest first."""
    while bit_set:
        lowest = bit_set & -bit_set
        yield lowest.bit_length() - 1
        bit_set ^= lowest
