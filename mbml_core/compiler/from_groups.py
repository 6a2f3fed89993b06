"""From a grouped graph to integers, or to the same graph drawn node by node."""

from __future__ import annotations

from typing import cast

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph, DenseGroup
from mbml_core.distributions.semiring import IntArray
from mbml_core.errors import UnsupportedQuery
from mbml_core.model import Categorical, Factor, FactorGraph, Variable
from mbml_core.model.groups import FactorGroup, GroupedGraph

MOST_DRAWN = 100_000
"""Nodes that are still drawn one by one: a second of work."""


def first_variables(graph: GroupedGraph) -> IntArray:
    """(groups + 1,) the number of each group's first variable among all, and the end."""
    return np.concatenate([[0], np.cumsum([group.n for group in graph.variables])]).astype(np.int64)


def compile_groups(graph: GroupedGraph) -> CompiledGraph:
    """Index a sound grouped graph. Tables are not copied; a shared one is stored once."""
    first = first_variables(graph)
    n_states = np.repeat([group.size for group in graph.variables], [group.n for group in graph.variables])
    groups, start = [], 0
    for factors in graph.factors:
        n_rows = graph.n_rows(factors)
        values = factors.values
        if factors.is_shared:
            values = np.broadcast_to(values, (n_rows, *values.shape))
        members = np.arange(start, start + n_rows, dtype=_index_type(start + n_rows))
        groups.append(DenseGroup(_scopes(graph, factors, first, n_rows), members, values))
        start += n_rows
    return CompiledGraph(n_states.astype(np.int64), tuple(groups), start)


def _scopes(graph: GroupedGraph, factors: FactorGroup, first: IntArray, n_rows: int) -> IntArray:
    scopes = np.empty((n_rows, len(factors.scope)), dtype=_index_type(int(first[-1])))
    for axis, (id, indices) in enumerate(factors.scope):
        start = int(first[graph.group_index[id]])
        if indices is None:
            scopes[:, axis] = np.arange(start, start + n_rows)
        else:
            np.add(indices, start, out=scopes[:, axis], casting="unsafe")
    return scopes


def _index_type(n: int) -> type[np.int64]:
    """Half the memory where the numbers allow it; numpy takes either."""
    return np.int64 if n >= 1 << 31 else cast("type[np.int64]", np.int32)


def drawn(graph: GroupedGraph) -> FactorGraph:
    """The same graph node by node: variable i of group x is `x[i]`, row r of group f is `f[r]`.

    Raises UnsupportedQuery where that would be more than MOST_DRAWN nodes.
    """
    sizes = [group.n for group in graph.variables] + [graph.n_rows(factors) for factors in graph.factors]
    if sum(sizes) > MOST_DRAWN:
        raise UnsupportedQuery(
            f"this method draws groups node by node, and there are {sum(sizes):,} (at most {MOST_DRAWN:,}); "
            "use method='bp'"
        )
    variables = [
        Variable(f"{group.id}[{i}]", Categorical(group.states))
        for group in graph.variables
        for i in range(group.n)
    ]
    factors = [factor for group in graph.factors for factor in _rows(graph, group)]
    return FactorGraph(tuple(variables), tuple(factors), name=graph.name)


def _rows(graph: GroupedGraph, factors: FactorGroup) -> list[Factor]:
    n_rows = graph.n_rows(factors)
    columns = [(id, range(n_rows) if at is None else at.tolist()) for id, at in factors.scope]
    found = []
    for row in range(n_rows):
        scope = tuple(f"{id}[{indices[row]}]" for id, indices in columns)
        values = factors.values if factors.is_shared else factors.values[row]
        found.append(Factor(f"{factors.id}[{row}]", "table", scope, {"values": values}))
    return found
