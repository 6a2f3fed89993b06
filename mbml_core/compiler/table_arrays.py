"""A drawing as the flat arrays that kernels read: the network of `to_tables`, with every table scaled to a largest
entry of one, and who is whose parent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple

import numpy as np

from mbml_core.compiler.compiled import lowered
from mbml_core.compiler.cost import BYTES_PER_FLOAT
from mbml_core.compiler.tables import split
from mbml_core.distributions.categorical import log
from mbml_core.distributions.semiring import SMALLEST_NORMAL, FloatArray, IntArray
from mbml_core.factors import DenseTable, kind_of
from mbml_core.kernels.arrays import TableArrays
from mbml_core.model import Factor, FactorGraph


@dataclass(frozen=True, eq=False)
class NetworkArrays:
    """The arrays, and what is known about them as a whole.

    Attributes:
        arrays: for kernels: writable, but not to be written.
        n_drawn: number of the drawing's variables; the others are auxiliary.
        log_peaks: (T,) log of what each table was divided by; those of the tables a kernel reads are to be
            added to the log of its normaliser.
        is_directed: the factors are conditional distributions, at most one of each variable, without a cycle. The
            tables of a variable then sum to one, whatever its parents, and may be left out (with their log peaks)
            where neither it nor a descendant is observed or asked for.
        log_uniform: Σ log K of the variables that no factor owns. They count as roots with a uniform
            distribution, which takes no table, times the constant K. It is the log normaliser of a directed
            network without evidence.
        loses_digits: an entry, scaled, is below the smallest normal double: linear numbers are not good enough.
        tables: as they were, for those who then need logarithms.
    """

    arrays: TableArrays
    n_drawn: int
    log_peaks: FloatArray
    is_directed: bool
    log_uniform: float
    loses_digits: bool
    tables: tuple[FloatArray, ...]

    @cached_property
    def log_values(self) -> FloatArray:
        """Natural logs of `arrays.values`, from the tables as they were."""
        logs = [log(table.ravel()) - peak for table, peak in zip(self.tables, self.log_peaks, strict=True)]
        return np.concatenate([np.empty(0), *logs])

    @property
    def log_scale(self) -> float:
        """Σ `log_peaks`: to be added to the log normaliser of all tables."""
        return float(self.log_peaks.sum())


def network_arrays(graph: FactorGraph, *, unambiguous: bool = False) -> NetworkArrays:
    """The arrays of a sound graph. Tables and auxiliary variables are numbered as by `to_tables(compile_graph(…))`
    with the same `unambiguous`, and errors are those of `compile_graph`.
    """
    n_drawn = len(graph.variables)
    index = graph.variable_index
    drawn = [[index[id] for id in factor.scope] for factor in graph.factors]
    children = [_child(graph, factor) for factor in graph.factors]
    parts = _parts(graph, drawn, children, unambiguous)
    values = _scaled(parts.tables)
    family = _family(n_drawn, drawn, children)
    arrays = TableArrays(
        np.array(parts.sizes, dtype=np.int64),
        _starts(parts.sizes),
        *_without_single_states(parts),
        values.starts,
        values.scaled,
        np.array(parts.owners, dtype=np.int64),
        *family.lines,
    )
    unowned = set(range(n_drawn)).difference(children)
    log_uniform = math.fsum(math.log(parts.sizes[v]) for v in unowned)
    tables = tuple(parts.tables)
    return NetworkArrays(
        arrays, n_drawn, values.log_peaks, family.is_directed, log_uniform, values.loses_digits, tables
    )


class _Parts(NamedTuple):
    """The tables as lists, before they are laid side by side."""

    sizes: list[int]
    scopes: list[Sequence[int]]
    tables: list[FloatArray]
    owners: list[int]


def _parts(
    graph: FactorGraph, drawn: Sequence[Sequence[int]], children: Sequence[int], unambiguous: bool
) -> _Parts:
    parts = _Parts([len(variable.domain.states) for variable in graph.variables], [], [], [])
    sizes, scopes, tables, owners = parts
    for factor, scope, child in zip(graph.factors, drawn, children, strict=True):
        potential = lowered(graph, factor, unambiguous)
        if isinstance(potential, DenseTable):
            scopes.append(scope)
            tables.append(potential.values)
            owners.append(child)
            continue
        steps = split(potential, tuple([sizes[v] for v in scope]), scope, len(sizes))
        sizes += potential.memory[1:-1]
        scopes += [step for step, _ in steps]
        tables += [table for _, table in steps]
        owners += [child] * len(steps)
    return parts


def _child(graph: FactorGraph, factor: Factor) -> int:
    """The variable whose distribution a factor is, −1 for a free potential."""
    child = kind_of(factor).child(factor)
    return -1 if child is None else graph.variable_index[child]


def _starts(counts: Iterable[int]) -> IntArray:
    """Where runs of these lengths begin when they lie one after another, and the end of the last."""
    return np.array([0, *accumulate(counts)], dtype=np.int64)


def _without_single_states(parts: _Parts) -> tuple[IntArray, IntArray, IntArray]:
    """(starts of the scopes, scopes, strides) of the axes with more than one state."""
    starts = _starts(map(len, parts.scopes))
    scope = np.array(list(chain.from_iterable(parts.scopes)), dtype=np.int64)
    bytes_apart = chain.from_iterable([table.strides for table in parts.tables])
    stride = np.array(list(bytes_apart), dtype=np.int64) // BYTES_PER_FLOAT
    if 1 not in parts.sizes:
        return starts, scope, stride
    is_kept = np.array(parts.sizes)[scope] > 1
    return _starts(is_kept.tolist())[starts], scope[is_kept], stride[is_kept]


class _Scaled(NamedTuple):
    """Tables one after another, each scaled to a largest entry of one."""

    starts: IntArray
    scaled: FloatArray
    log_peaks: FloatArray
    loses_digits: bool


def _scaled(tables: Sequence[FloatArray]) -> _Scaled:
    counts = [table.size for table in tables]
    starts = _starts(counts)
    if not tables:
        return _Scaled(starts, np.empty(0), np.empty(0), False)
    values = np.concatenate([table.ravel() for table in tables])
    peaks = np.maximum.reduceat(values, starts[:-1])
    scaled = values / peaks.repeat(counts)
    loses_digits = bool(np.count_nonzero(scaled < SMALLEST_NORMAL) > np.count_nonzero(values == 0.0))
    return _Scaled(starts, scaled, np.log(peaks), loses_digits)


class _Family(NamedTuple):
    """Who is whose parent.

    Attributes:
        lines: `parent_start`, `parents`, `child_start` and `children` of `TableArrays`.
        is_directed: see `NetworkArrays`.
    """

    lines: tuple[IntArray, IntArray, IntArray, IntArray]
    is_directed: bool


def _family(n_drawn: int, scopes: Sequence[Sequence[int]], children: Sequence[int]) -> _Family:
    owned = [(scope, child) for scope, child in zip(scopes, children, strict=True) if child >= 0]
    tails = np.array([v for scope, child in owned for v in scope if v != child], dtype=np.int64)
    heads = np.array([child for scope, child in owned for v in scope if v != child], dtype=np.int64)
    parent_start, by_head = _grouped(heads, n_drawn)
    child_start, by_tail = _grouped(tails, n_drawn)
    parents, children_of = tails[by_head], heads[by_tail]
    is_directed = (
        len(owned) == len(scopes)
        and len({child for _, child in owned}) == len(owned)
        and (
            not np.count_nonzero(tails > heads)
            or len(topological_order(parent_start, child_start, children_of)) == n_drawn
        )
    )
    return _Family((parent_start, parents, child_start, children_of), is_directed)


def _grouped(keys: IntArray, n_keys: int) -> tuple[IntArray, IntArray]:
    """(where each key's run begins once sorted, the stable order that sorts them)."""
    return _starts(np.bincount(keys, minlength=n_keys).tolist()), keys.argsort(kind="stable")


def topological_order(parent_start: IntArray, child_start: IntArray, children: IntArray) -> IntArray:
    """The variables of `TableArrays`, parents first; those on or below a directed cycle are left out."""
    missing = np.diff(parent_start).tolist()
    bounds, below = child_start.tolist(), children.tolist()
    ready = [v for v, n_parents in enumerate(missing) if not n_parents]
    for v in ready:  # grows while it is walked
        for child in below[bounds[v] : bounds[v + 1]]:
            missing[child] -= 1
            if not missing[child]:
                ready.append(child)
    return np.array(ready, dtype=np.int64)
