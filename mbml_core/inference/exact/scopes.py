"""Asking for several variables together: some clique must hold them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mbml_core.compiler.table_arrays import NetworkArrays
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.kernels.tree import Tree


def with_scope(network: NetworkArrays, scope: Sequence[int]) -> NetworkArrays:
    """The network with one more table, of ones, over `scope`: it changes no answer and brings them together."""
    arrays = network.arrays
    kept = [v for v in scope if arrays.n_states[v] > 1]
    sizes = arrays.n_states[kept]
    n_values = int(np.prod(sizes))
    strides = np.concatenate([np.cumprod(sizes[::-1])[::-1][1:], [1]])[: len(kept)]
    more = arrays._replace(
        scope_start=_extended(arrays.scope_start, [arrays.scope_start[-1] + len(kept)]),
        scope=_extended(arrays.scope, kept),
        stride=_extended(arrays.stride, strides),
        value_start=_extended(arrays.value_start, [arrays.value_start[-1] + n_values]),
        values=np.concatenate([arrays.values, np.ones(n_values)]),
        owner=_extended(arrays.owner, [-1]),
    )
    log_peaks, tables = np.concatenate([network.log_peaks, [0.0]]), (*network.tables, np.ones(n_values))
    return replace(network, arrays=more, log_peaks=log_peaks, tables=tables)


def _extended(array: IntArray, more: Sequence[int] | IntArray) -> IntArray:
    return np.concatenate([array, np.asarray(more, dtype=np.int64)])


def clique_with(tree: Tree, scope: Sequence[int]) -> int:
    """The clique with the smallest table that holds all of `scope`. Raises ValueError when none does."""
    wanted = set(scope)
    fitting = []
    for i in range(len(tree.parent)):
        if wanted <= set(clique_scope(tree, i)):
            fitting.append((int(tree.table_start[i + 1] - tree.table_start[i]), i))
    return min(fitting)[1]


def clique_scope(tree: Tree, i: int) -> list[int]:
    """Variables of clique i, in the order of its table's axes."""
    variables: list[int] = tree.scope[tree.scope_start[i] : tree.scope_start[i + 1]].tolist()
    return variables


def table_over(
    table: FloatArray, variables: Sequence[int], n_states: IntArray, scope: Sequence[int], states: dict[int, int]
) -> FloatArray:
    """P(scope) from a clique's calibrated table, axes as in `scope`.

    Args:
        table: flat, up to a factor.
        variables: of the clique, in the order of its axes.
        n_states: of every variable.
        scope: what is asked for; those not in the clique have one state or are observed:
        states: the observed ones.
    """
    shaped = table.reshape([int(n_states[v]) for v in variables])
    inside = [v for v in scope if v in variables]
    others = tuple(axis for axis, v in enumerate(variables) if v not in inside)
    kept = [v for v in variables if v in inside]
    summed = shaped.sum(axis=others).transpose([kept.index(v) for v in inside])
    result = np.zeros([int(n_states[v]) for v in scope])
    place = tuple(slice(None) if v in inside else states.get(v, 0) for v in scope)
    result[place] = summed / summed.sum()
    return result
