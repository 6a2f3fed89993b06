"""Directed models drawn from causes down to effects (Sugiyama, Tagawa and Toda, 1981).

Variables stand in rows by their longest path from a root, every factor in the row right above its child. Edges
over several rows get a bend in each of them, so that the cards keep out of their way; then the rows are ordered
for few crossings and the nodes of a row pulled towards their neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from components.graph_editor.boxes import GAP, Point, Size

ROW_GAP = 30.0
SWEEPS = 12
MOST_BENDS = 10_000
"""With more bends, edges run behind cards: the sweeps would take seconds."""

BEND: Size = (4.0, 0.0)

Node: TypeAlias = Hashable
"""The id of a variable or factor, or a bend."""


@dataclass(frozen=True, slots=True)
class Link:
    """One factor of the model to be drawn: `child` is None where it only binds its variables together."""

    id: str
    parents: tuple[str, ...]
    child: str | None


def depths(variables: Sequence[str], links: Sequence[Link]) -> dict[str, int] | None:
    """Rows from the top for all variables, parents above children; None where the arrows form a cycle."""
    arrows = [(parent, link.child) for link in links if link.child is not None for parent in link.parents]
    parents: dict[str, list[str]] = {id: [] for id in variables}
    children: dict[str, list[str]] = {id: [] for id in variables}
    for parent, child in arrows:
        parents[child].append(parent)
        children[parent].append(child)
    waiting = {id: len(parents[id]) for id in variables}
    order = [id for id in variables if not waiting[id]]
    depth = dict.fromkeys(order, 0)
    for id in order:  # grows while it is read
        for child in children[id]:
            depth[child] = max(depth.get(child, 0), depth[id] + 1)
            waiting[child] -= 1
            if not waiting[child]:
                order.append(child)
    if len(order) < len(variables):
        return None
    for id in order:  # a root stands just above its first child, however deep that is
        if not parents[id] and children[id]:
            depth[id] = min(depth[child] for child in children[id]) - 1
    return depth


def layered(depth: Mapping[str, int], links: Sequence[Link], size_of: Mapping[str, Size]) -> dict[str, Point]:
    """Positions of all variables and factors of one connected model without directed cycles."""
    rank: dict[Node, int] = {id: 2 * row for id, row in depth.items()}
    rank |= {link.id: _rank_of(link, depth) for link in links}
    arcs = _with_bends([arc for link in links for arc in _arcs(link, rank)], rank)
    rows = _rows(rank)
    above, below = _neighbours(arcs, rank)
    rows = _with_few_crossings(rows, above, below)
    ids = [*depth, *(link.id for link in links)]
    room: dict[Node, Size] = {**dict.fromkeys(rank, BEND), **{id: size_of[id] for id in ids}}
    x = _columns(rows, above, below, room)
    y = _heights(rows, room)
    return {id: (x[id], y[rank[id]]) for id in ids}


def _rank_of(link: Link, depth: Mapping[str, int]) -> int:
    """Right above the child, or above the only variable; a free potential right below its lowest variable."""
    if link.child is not None:
        return 2 * depth[link.child] - 1
    deepest = max((depth[id] for id in link.parents), default=0)
    return 2 * deepest - 1 if len(link.parents) == 1 else 2 * deepest + 1


def _arcs(link: Link, rank: Mapping[Node, int]) -> list[tuple[Node, Node]]:
    """The edges of a factor, downwards."""
    ends = [*link.parents, *([link.child] if link.child is not None else [])]
    return [(id, link.id) if rank[id] < rank[link.id] else (link.id, id) for id in ends]


def _with_bends(arcs: Sequence[tuple[Node, Node]], rank: dict[Node, int]) -> list[tuple[Node, Node]]:
    """Arcs cut at every row they pass; the bends are added to `rank`."""
    if sum(rank[low] - rank[high] - 1 for high, low in arcs) > MOST_BENDS:
        return list(arcs)
    cut: list[tuple[Node, Node]] = []
    for high, low in arcs:
        bends = [(high, low, row) for row in range(rank[high] + 1, rank[low])]
        rank |= {bend: bend[2] for bend in bends}
        way = [high, *bends, low]
        cut += pairwise(way)
    return cut


def _rows(rank: Mapping[Node, int]) -> dict[int, list[Node]]:
    rows: dict[int, list[Node]] = defaultdict(list)
    for node, row in rank.items():
        rows[row].append(node)
    return {row: rows[row] for row in sorted(rows)}


Neighbours: TypeAlias = dict[Node, list[Node]]


def _neighbours(arcs: Sequence[tuple[Node, Node]], rank: Mapping[Node, int]) -> tuple[Neighbours, Neighbours]:
    above: Neighbours = {node: [] for node in rank}
    below: Neighbours = {node: [] for node in rank}
    for high, low in arcs:
        above[low].append(high)
        below[high].append(low)
    return above, below


def _with_few_crossings(
    rows: dict[int, list[Node]], above: Neighbours, below: Neighbours
) -> dict[int, list[Node]]:
    """The best order met while each row in turn is sorted by the mean place of its neighbours."""
    best, fewest = rows, _crossings(rows, below)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        rows = _sorted_rows(rows, above if down else below, list(rows) if down else list(rows)[::-1])
        found = _crossings(rows, below)
        if found < fewest:
            best, fewest = rows, found
    return best


def _sorted_rows(rows: dict[int, list[Node]], fixed: Neighbours, order: Sequence[int]) -> dict[int, list[Node]]:
    place = {node: i / len(row) for row in rows.values() for i, node in enumerate(row)}
    done = dict(rows)
    for row in order:
        mean = {n: sum(place[m] for m in fixed[n]) / len(fixed[n]) if fixed[n] else place[n] for n in rows[row]}
        done[row] = sorted(rows[row], key=mean.__getitem__)
        place |= {node: i / len(done[row]) for i, node in enumerate(done[row])}
    return done


def _crossings(rows: Mapping[int, Sequence[Node]], below: Neighbours) -> int:
    """How many pairs of edges cross: for two rows, the inversions among the lower ends."""
    place = {node: i for row in rows.values() for i, node in enumerate(row)}
    return sum(
        _inversions([p for node in row for p in sorted(place[low] for low in below[node])])
        for row in rows.values()
    )


def _inversions(values: Sequence[int]) -> int:
    """Pairs that stand in the wrong order, counted in a binary indexed tree."""
    size = max(values, default=0) + 1
    tree = [0] * (size + 1)
    found = 0
    for seen, value in enumerate(values):
        found += seen
        i = value + 1
        while i > 0:
            found -= tree[i]
            i -= i & -i
        i = value + 1
        while i <= size:
            tree[i] += 1
            i += i & -i
    return found


def _columns(
    rows: Mapping[int, Sequence[Node]], above: Neighbours, below: Neighbours, room: Mapping[Node, Size]
) -> dict[Node, float]:
    """The x of all nodes: each as near to the mean of its neighbours as the order and gaps of its row allow."""
    x: dict[Node, float] = {}
    for row in rows.values():
        x |= dict(zip(row, _spaced([0.0] * len(row), row, room), strict=True))
    for sweep in range(SWEEPS):
        fixed = above if sweep % 2 == 0 else below
        for row in list(rows.values())[:: 1 if sweep % 2 == 0 else -1]:
            # In the last sweeps both sides pull, so that a parent ends in the middle between all its neighbours.
            pulls = {node: fixed[node] if sweep < SWEEPS - 4 else above[node] + below[node] for node in row}
            wanted = [sum(x[m] for m in pulls[n]) / len(pulls[n]) if pulls[n] else x[n] for n in row]
            x |= dict(zip(row, _spaced(wanted, row, room), strict=True))
    return x


def _spaced(wanted: Sequence[float], row: Sequence[Node], room: Mapping[Node, Size]) -> list[float]:
    """The least squares fit to `wanted` that keeps the order and the gaps (isotonic regression, pooling)."""
    offsets, offset = [], 0.0
    for i, node in enumerate(row):
        offset += 0.0 if i == 0 else (room[row[i - 1]][0] + room[node][0]) / 2 + GAP
        offsets.append(offset)
    pools: list[tuple[float, int]] = []
    for value in (w - o for w, o in zip(wanted, offsets, strict=True)):
        pool = (value, 1)
        while pools and pools[-1][0] >= pool[0]:
            mean, size = pools.pop()
            pool = ((mean * size + pool[0] * pool[1]) / (size + pool[1]), size + pool[1])
        pools.append(pool)
    fitted = [mean for mean, size in pools for _ in range(size)]
    return [f + o for f, o in zip(fitted, offsets, strict=True)]


def _heights(rows: Mapping[int, Sequence[Node]], room: Mapping[Node, Size]) -> dict[int, float]:
    """The y of the rows: the tallest card of each makes the room."""
    y, bottom = {}, 0.0
    for row, nodes in rows.items():
        height = max(room[node][1] for node in nodes)
        y[row] = bottom + height / 2
        bottom += height + ROW_GAP
    return y
