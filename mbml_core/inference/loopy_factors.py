"""Any graph as the arrays of the general kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mbml_core.compiler.compiled import AutomatonGroup, CompiledGraph, DenseGroup, FactorGroup
from mbml_core.compiler.schedule import flat_scopes
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.kernels.loopy_factor import Factors


@dataclass(frozen=True, eq=False)
class FactorLayout:
    """A graph in the arrays of the general kernels.

    Attributes:
        graph: what it was made of.
        factors: the arrays.
        blocks: for each group and scope position where its (G, K) messages begin, the last entry being their end.
        sizes: what `make_bench` needs.
        work: table entries and transitions read in a sweep.
        order: factors with a scope, in the order of sending.
        batches: which stretches of `order` send together.
        is_in_turn: whether each batch uses the messages of the batch before it.
    """

    graph: CompiledGraph
    factors: Factors
    blocks: IntArray
    sizes: IntArray
    work: float
    order: IntArray
    batches: tuple[tuple[int, int], ...]
    is_in_turn: bool


def lay_out_factors(graph: CompiledGraph, colours: IntArray | None) -> FactorLayout:
    """The layout of any graph. `colours` gives each factor's batch, None lets all send at once."""
    scope_start, scope = flat_scopes(graph)
    blocks, message_start = _message_places(graph, scope_start, len(scope))
    table_start = np.zeros(graph.n_factors, dtype=np.int64)
    span = np.zeros(graph.n_factors)
    pattern = np.full(graph.n_factors, -1, dtype=np.int64)
    automata = [group for group in graph.groups if isinstance(group, AutomatonGroup)]
    nothing = np.zeros(0)
    all_rows = [_scaled_rows(group) for group in graph.groups]
    at = 0
    for group, rows in zip(graph.groups, all_rows, strict=True):
        n_tables, n_entries = rows.values.shape
        starts = np.arange(n_tables, dtype=np.int64) * n_entries
        table_start[group.members] = at + (starts if n_tables == len(group.members) else 0)
        span[group.members] = rows.spans
        at += rows.values.size
        if isinstance(group, AutomatonGroup):
            pattern[group.members] = next(p for p, other in enumerate(automata) if other is group)
    factors = Factors(
        graph.offsets.copy(),
        scope_start,
        scope,
        message_start,
        table_start,
        np.concatenate([nothing, *(rows.values.reshape(-1) for rows in all_rows)]),
        np.concatenate([nothing, *(rows.logs.reshape(-1) for rows in all_rows)]),
        span,
        pattern,
        *_steps(automata),
    )
    order, batches = _order(scope_start, colours)
    work = sum(float(len(group.members)) * _width(group) for group in graph.groups)
    return FactorLayout(
        graph, factors, blocks, _bench_sizes(graph, automata), work, order, batches, colours is not None
    )


def _message_places(graph: CompiledGraph, scope_start: IntArray, n_edges: int) -> tuple[IntArray, IntArray]:
    sizes = [len(group.members) * size for group in graph.groups for size in group.shape]
    blocks = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    message_start = np.zeros(n_edges, dtype=np.int64)
    block = 0
    for group in graph.groups:
        rows = np.arange(len(group.members), dtype=np.int64)
        for axis, size in enumerate(group.shape):
            message_start[scope_start[group.members] + axis] = blocks[block] + rows * size
            block += 1
    return blocks, message_start


class _Rows(NamedTuple):
    """Tables, or the weights of all steps, row by row: linear, in logs, and the log ratio of their products."""

    values: FloatArray
    logs: FloatArray
    spans: FloatArray


def _scaled_rows(group: FactorGroup) -> _Rows:
    """Each table and each step with a largest entry of one."""
    if isinstance(group, DenseGroup):
        is_shared = group.values.strides[0] == 0
        tables = group.values[:1] if is_shared else group.values
        return _scaled(np.asarray(tables, dtype=np.float64).reshape(len(tables), -1))
    steps = [_scaled(step) for step in group.weights]
    values, logs = (np.concatenate(parts, axis=1) for parts in list(zip(*steps, strict=True))[:2])
    return _Rows(values, logs, np.sum([step.spans for step in steps], axis=0))


def _scaled(rows: FloatArray) -> _Rows:
    """A linear entry may underflow against the largest; its span says then that logs are needed."""
    logs = categorical.log(rows)
    peak = logs.max(axis=1, keepdims=True, initial=-np.inf)
    peak = np.where(np.isneginf(peak), 0.0, peak)
    logs = logs - peak
    spans = -np.where(np.isneginf(logs), 0.0, logs).min(axis=1, initial=0.0)
    largest = rows.max(axis=1, keepdims=True, initial=0.0)
    return _Rows(rows / np.where(largest > 0, largest, 1.0), logs, spans)


def _width(group: FactorGroup) -> int:
    if isinstance(group, DenseGroup):
        return int(np.prod(group.shape)) * max(len(group.shape), 1)
    return 2 * sum(len(step.sources) for step in group.pattern.steps)


def _steps(automata: Sequence[AutomatonGroup]) -> tuple[IntArray, ...]:
    """The fields of `Factors` from `step_start` on."""
    n_steps, axis, memory, moves = [0], [0][:0], [0][:0], [0][:0]
    lists: list[list[IntArray]] = [[], [], []]
    pattern_start = [0]
    for group in automata:
        steps = group.pattern.steps
        n_steps.append(n_steps[-1] + len(steps))
        axis += [*(step.axis for step in steps), -1]
        memory += np.concatenate([[0], np.cumsum(group.pattern.memory[: len(steps)])]).tolist()
        moves += np.concatenate([[0], np.cumsum([len(step.sources) for step in steps])]).tolist()
        for found, name in zip(lists, ("sources", "states", "targets"), strict=True):
            found += [getattr(step, name) for step in steps]
        pattern_start.append(pattern_start[-1] + sum(len(step.sources) for step in steps))
    flat = [np.concatenate([np.zeros(0, np.int64), *found]) for found in lists]
    arrays = [np.array(found, dtype=np.int64) for found in (n_steps, axis, memory, moves)]
    return (*arrays, *flat, np.array(pattern_start, dtype=np.int64))


def _bench_sizes(graph: CompiledGraph, automata: Sequence[AutomatonGroup]) -> IntArray:
    n_axes = max((len(group.shape) for group in graph.groups), default=0)
    n_numbers = max((sum(group.shape) for group in graph.groups), default=0)
    memories = [group.pattern.memory for group in automata]
    n_memory = max((sum(memory) + 1 for memory in memories), default=1)
    return np.array([n_axes, n_numbers, n_memory, max(map(max, memories), default=1)], dtype=np.int64)


def _order(scope_start: IntArray, colours: IntArray | None) -> tuple[IntArray, tuple[tuple[int, int], ...]]:
    order = np.flatnonzero(np.diff(scope_start)).astype(np.int64)
    if colours is None or not len(order):
        return order, ((0, len(order)),)
    order = order[np.argsort(colours[order], kind="stable")]
    ends = np.cumsum(np.bincount(colours[order])).tolist()
    return order, tuple(zip([0, *ends[:-1]], ends, strict=True))
