"""In which order groups send: outwards and back along the graph, in batches without a common variable.

A factor's depth is its distance from one end of its part of the graph. Going through the depths up and down
passes messages along chains and trees from end to end in one sweep, as the two-pass schedule does. Where there are
loops and no two variables are far from each other, batches regardless of depth are fewer and larger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from mbml_core.distributions.semiring import IntArray
from mbml_core.inference.continuous.groups import Group

MAX_COLOURS = 256
"""Most batches that the factors of one variable are dealt into; with more of them, those of one send at once."""
FAR = 64
"""Depth from which on a graph with loops is gone through by depth, too, and factors with one unknown variable go
together: by depth they would make many small batches."""
FIRST = -1
"""The depth of what goes regardless of depth."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows of one group that send at once."""

    group: int
    rows: IntArray


@dataclass(frozen=True, eq=False)
class Order:
    """Attributes:
    batches: by depth.
    is_forest: whether the unknown variables and their factors form no loop.
    """

    batches: tuple[Batch, ...]
    is_forest: bool


def order_of(groups: Sequence[Group], block_sizes: Sequence[int]) -> Order:
    """The batches of all factors that have an unknown variable."""
    starts = [0, *accumulate(block_sizes)]
    owners = [(g, row) for g, group in enumerate(groups) if group.slots for row in range(len(group.factors))]
    scopes = [scope for group in groups if group.slots for scope in _scopes(group, starts)]
    neighbours: list[list[int]] = [[] for _ in range(starts[-1])]
    for f, scope in enumerate(scopes):
        for v in scope:
            neighbours[v].append(f)
    depths, n_parts = _depths(scopes, neighbours)
    n_edges = sum(len(scope) for scope in scopes)
    is_forest = n_edges == len(scopes) + len(neighbours) - n_parts
    if max(depths, default=0) >= FAR:
        depths = [depth if len(scope) > 1 else FIRST for depth, scope in zip(depths, scopes, strict=True)]
    elif not is_forest:
        depths = [FIRST] * len(scopes)
    return Order(_batches(owners, scopes, depths), is_forest)


def _scopes(group: Group, starts: Sequence[int]) -> list[tuple[int, ...]]:
    columns = [(slot.rows + starts[slot.block]).tolist() for slot in group.slots.values()]
    return list(zip(*columns, strict=True))


def _depths(scopes: Sequence[tuple[int, ...]], neighbours: Sequence[Sequence[int]]) -> tuple[list[int], int]:
    """The depth of each factor, and the number of connected parts."""
    depths = [-1] * len(scopes)
    seen = [False] * len(neighbours)
    n_parts = 0
    for v in range(len(neighbours)):
        if not seen[v]:
            n_parts += 1
            part = _outwards(v, scopes, neighbours)
            for depth, found in enumerate(_outwards(part[-1][-1], scopes, neighbours)):
                for other in found:
                    seen[other] = True
                    for f in neighbours[other]:
                        depths[f] = depth if depths[f] < 0 else depths[f]
    return depths, n_parts


def _outwards(
    start: int, scopes: Sequence[tuple[int, ...]], neighbours: Sequence[Sequence[int]]
) -> list[list[int]]:
    """The variables of a part by their distance from one of them."""
    found = {start}
    layers = [[start]]
    used: set[int] = set()
    while layers[-1]:
        layer: list[int] = []
        for v in layers[-1]:
            for f in neighbours[v]:
                if f not in used:
                    used.add(f)
                    layer += [other for other in scopes[f] if other not in found]
                    found.update(scopes[f])
        layers.append(layer)
    return layers[:-1]


def _batches(
    owners: Sequence[tuple[int, int]], scopes: Sequence[tuple[int, ...]], depths: Sequence[int]
) -> tuple[Batch, ...]:
    rows: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
    next_colour: defaultdict[tuple[int, int, int], int] = defaultdict(int)
    for (g, row), scope, depth in zip(owners, scopes, depths, strict=True):
        colour = max(next_colour[depth, g, v] for v in scope)
        for v in scope:
            next_colour[depth, g, v] = colour + 1
        rows[depth, g, colour % MAX_COLOURS].append(row)
    return tuple(Batch(g, np.array(rows[depth, g, colour])) for depth, g, colour in sorted(rows))
