"""Schedules: in which order factors send their messages. Data that can be printed, stored and replayed.

A schedule is a tuple of batches, a batch a tuple of sends. All messages of a batch are computed from the state
before it and then take effect together, so a batch runs vectorised over the rows of each group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph
from mbml_core.distributions.semiring import IntArray
from mbml_core.kernels import loopy_layout
from mbml_core.kernels.loading import fast


class Send(NamedTuple):
    """Factors `rows` of group `group` send to their scope positions `axes`."""

    group: int
    rows: IntArray
    axes: tuple[int, ...]


Batch: TypeAlias = tuple[Send, ...]


@dataclass(frozen=True, eq=False)
class Schedule:
    """One sweep.

    Attributes:
        name: "flooding", "sequential" or "two-pass".
        batches: run one after another.
    """

    name: str
    batches: tuple[Batch, ...]


def flooding(graph: CompiledGraph) -> Schedule:
    """Every message at once, each from the previous sweep's messages."""
    batch = tuple(
        Send(g, np.arange(len(group.members)), tuple(range(group.scopes.shape[1])))
        for g, group in enumerate(graph.groups)
        if group.scopes.shape[1]
    )
    return Schedule("flooding", (batch,))


def sequential(graph: CompiledGraph) -> Schedule:
    """Factor after factor, each using the newest messages.

    Factors that share no variable do not read each other's messages, so they may send at once:
    a colour is a batch.
    """
    colours, n_colours = colouring(graph)
    batches = [
        tuple(
            Send(g, rows, tuple(range(group.scopes.shape[1])))
            for g, group in enumerate(graph.groups)
            if group.scopes.shape[1] and (rows := np.flatnonzero(colours[group.members] == colour)).size
        )
        for colour in range(n_colours)
    ]
    return Schedule("sequential", tuple(batches))


def colouring(graph: CompiledGraph, most: int | None = None) -> tuple[IntArray, int]:
    """For each factor, in drawing order, the first colour that none of its variables' factors has; and how many
    colours there are. Ends early where they are more than `most`.
    """
    start, scope = flat_scopes(graph)
    limit = graph.n_factors if most is None else most
    colour_factors = fast(loopy_layout.colour_factors) or loopy_layout.colour_factors
    return colour_factors(start, scope, len(graph.n_states), limit)


def flat_scopes(graph: CompiledGraph) -> tuple[IntArray, IntArray]:
    """(start (F + 1,), variables): the scopes of all factors in drawing order, one after another."""
    start = np.zeros(graph.n_factors + 1, dtype=np.int64)
    for group in graph.groups:
        start[group.members + 1] = group.scopes.shape[1]
    np.cumsum(start, out=start)
    scope = np.empty(start[-1], dtype=np.int64)
    for group in graph.groups:
        first = start[group.members]
        for axis in range(group.scopes.shape[1]):
            scope[first + axis] = group.scopes[:, axis]
    return start, scope


def two_pass(graph: CompiledGraph, cut: frozenset[int] = frozenset()) -> Schedule | None:
    """From the leaves to the roots and back: each message once, exact on a forest. None where there is a loop.

    `cut` are variables known for certain: no information passes through them, so they close no loop.
    """
    forest = _forest(graph, cut)
    if forest is None:
        return None
    scopes = graph.scopes
    up: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    down: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for factor, (depth, root) in forest.items():
        axes = {v: axis for axis, v in enumerate(scopes[factor]) if v not in cut}
        up[depth].append((factor, (axes.pop(root),)))
        if axes:
            down[depth].append((factor, tuple(axes.values())))
    collect = [_batch(graph, up[depth]) for depth in sorted(up, reverse=True)]
    distribute = [_batch(graph, down[depth]) for depth in sorted(down)]
    return Schedule("two-pass", (*collect, *distribute))


def _forest(graph: CompiledGraph, cut: frozenset[int]) -> dict[int, tuple[int, int]] | None:
    """For each factor that touches an uncut variable its depth below the root and the variable above it;
    None where the graph has a loop. Breadth first from the first variable of each component.
    """
    if not _has_few_edges(graph, cut):
        return None
    factors_of: dict[int, list[int]] = defaultdict(list)
    for factor, scope in enumerate(graph.scopes):
        for v in scope:
            factors_of[v].append(factor)
    found: dict[int, tuple[int, int]] = {}
    seen: set[int] = set()
    for root in range(len(graph.n_states)):
        if root in cut or root in seen:
            continue
        seen.add(root)
        queue = [(root, 0, -1)]
        for v, depth, above in queue:  # grows while it is walked
            for factor in factors_of[v]:
                if factor == above:
                    continue
                below = [u for u in graph.scopes[factor] if u != v and u not in cut]
                if factor in found or not seen.isdisjoint(below):
                    return None
                found[factor] = (depth, v)
                seen.update(below)
                queue += [(u, depth + 1, factor) for u in below]
    return found


def _has_few_edges(graph: CompiledGraph, cut: frozenset[int]) -> bool:
    """Whether there are fewer edges than nodes, as in every forest: settles most graphs without walking them."""
    is_open = np.ones(len(graph.n_states), dtype=np.bool_)
    is_open[list(cut)] = False
    n_edges, n_nodes = 0, int(is_open.sum())
    for group in graph.groups:
        touches = is_open[group.scopes]
        n_edges += int(touches.sum())
        n_nodes += int(touches.any(axis=1).sum())
    return n_edges < max(n_nodes, 1)


def _batch(graph: CompiledGraph, sends: Iterable[tuple[int, Sequence[int]]]) -> Batch:
    """Collect (factor, axes) pairs into one send per group and set of axes."""
    rows: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    for factor, axes in sends:
        group, row = graph.locations[factor]
        rows[group, tuple(axes)].append(row)
    return tuple(Send(group, np.array(found, dtype=np.int64), axes) for (group, axes), found in rows.items())
