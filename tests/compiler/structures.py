"""Scopes without tables: random, regular and huge ones; and elimination by its definition."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from mbml_core.compiler.elimination import Elimination
from mbml_core.model import Factor, FactorGraph
from tests.strategies import variables

Scopes = list[tuple[int, ...]]


@st.composite
def hypergraphs(draw: st.DrawFn, most: int = 12) -> tuple[list[int], Scopes]:
    """State counts of up to `most` variables, one-state ones among them, and scopes of up to two, three or four:
    islands, long tails, several loops, dense ones. (From a seed: hypothesis by itself draws next to no loops.)
    """
    source = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = int(source.integers(1, most, endpoint=True))
    widest, density = source.integers(2, 5), source.uniform(0.2, 2)
    arities = source.integers(0 if source.random() < 0.5 else 2, widest, int(density * n), endpoint=True)
    scopes = [tuple(source.permutation(n)[:arity].tolist()) for arity in arities]
    return source.integers(1, 5, n).tolist(), scopes


@st.composite
def random_trees(draw: st.DrawFn, most: int = 15) -> tuple[int, Scopes]:
    """A number of variables and the edges of a tree over them, in any order and direction."""
    n = draw(st.integers(1, most))
    edges = [draw(st.permutations((i, draw(st.integers(0, i - 1))))) for i in range(1, n)]
    return n, [tuple(edge) for edge in draw(st.permutations(edges))]


@st.composite
def k_trees(draw: st.DrawFn, k: int) -> tuple[int, Scopes]:
    """A (k + 1)-clique to which variables are joined, each to a k-clique there is: its treewidth is k."""
    cliques = [tuple(c) for c in combinations(range(k + 1), k)]
    edges = list(combinations(range(k + 1), 2))
    n = draw(st.integers(k + 1, k + 10))
    for v in range(k + 1, n):
        base = draw(st.sampled_from(cliques))
        edges += [(u, v) for u in base]
        cliques += [(*(u for u in base if u != out), v) for out in base]
    names = draw(st.permutations(range(n)))
    return n, [(names[a], names[b]) for a, b in edges]


def grid(rows: int, columns: int) -> Scopes:
    """Edges between neighbours; the variable in row r and column c is r · columns + c."""
    across = [(r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)]
    down = [(r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)]
    return across + down


def naive_elimination(sizes: Sequence[int], scopes: Iterable[Sequence[int]], order: Sequence[int]) -> Elimination:
    """Take the variables out in this order, joining the neighbours of each."""
    edges = {frozenset(pair) for scope in scopes for pair in combinations(scope, 2)}
    found = []
    for v in order:
        joined = sorted(u for edge in edges if v in edge for u in edge if u != v)
        edges = {edge for edge in edges if v not in edge} | {frozenset(pair) for pair in combinations(joined, 2)}
        found.append(tuple(joined))
    entries = sum(math.prod(sizes[u] for u in (v, *joined)) for v, joined in zip(order, found, strict=True))
    return Elimination(tuple(order), tuple(found), float(entries))


def drawing(sizes: Sequence[int], scopes: Scopes) -> FactorGraph:
    """The graph with a table of ones on each scope."""
    factors = []
    for i, scope in enumerate(scopes):
        values: object = 1.0
        for v in reversed(scope):
            values = [values] * sizes[v]
        factors.append(Factor(f"f{i}", "table", tuple(f"v{v}" for v in scope), {"values": values}))
    return FactorGraph(variables(list(sizes)), tuple(factors))
