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

    Factors that share no variable do not read each other's messages, so they may send at once: each factor gets
    the first colour that none of its variables' factors has, and a colour is a batch.
    """
    used: dict[int, set[int]] = defaultdict(set)
    free: dict[int, int] = defaultdict(int)  # first colour a variable has not: a hub is not searched from zero
    colours: dict[int, list[int]] = defaultdict(list)
    for factor, scope in enumerate(graph.scopes):
        colour = max((free[v] for v in scope), default=0)
        while any(colour in used[v] for v in scope):
            colour += 1
        for v in scope:
            used[v].add(colour)
            while free[v] in used[v]:
                free[v] += 1
        if scope:
            colours[colour].append(factor)
    whole = {factor: tuple(range(len(scope))) for factor, scope in enumerate(graph.scopes)}
    batches = (_batch(graph, [(f, whole[f]) for f in colours[c]]) for c in sorted(colours))
    return Schedule("sequential", tuple(batches))


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


def _batch(graph: CompiledGraph, sends: Iterable[tuple[int, Sequence[int]]]) -> Batch:
    """Collect (factor, axes) pairs into one send per group and set of axes."""
    rows: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    for factor, axes in sends:
        group, row = graph.locations[factor]
        rows[group, tuple(axes)].append(row)
    return tuple(Send(group, np.array(found, dtype=np.int64), axes) for (group, axes), found in rows.items())
