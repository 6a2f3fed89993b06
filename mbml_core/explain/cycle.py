"""The shortest loop through a node of a graph without multiple edges."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from mbml_core.deadline import UNLIMITED, Deadline

Neighbours = Sequence[Sequence[int]]
"""Of each node the numbers of those it is joined to."""


def shortest_cycle(
    neighbours: Neighbours, start: int, weight: Callable[[int], float] = lambda node: 0.0
) -> tuple[int, ...]:
    """The nodes of a shortest loop through `start`, which comes first; () where there is none.

    Of equally short loops that the search meets it takes one with the largest total weight. Breadth first: the
    ways from the start fall into branches, one for each neighbour; a loop is closed where two of them meet.
    """
    above, branch, depth = {start: start}, {start: start}, {start: 0}
    best: tuple[int, ...] = ()
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if best and 2 * depth[node] + 1 > len(best):
            break
        for other in neighbours[node]:
            if other == above[node]:
                continue
            if other not in depth:
                above[other], depth[other] = node, depth[node] + 1
                branch[other] = other if node == start else branch[node]
                queue.append(other)
            elif other != start and branch[other] != branch[node]:
                best = _better(best, _closed(above, node, other), weight)
    return best


def _closed(above: dict[int, int], one: int, other: int) -> tuple[int, ...]:
    """From the start down to `one`, across to `other`, and back up."""
    down = list(_way_up(above, one))[::-1]
    return (*down, *_way_up(above, other))[:-1]


def _way_up(above: dict[int, int], node: int) -> Iterator[int]:
    yield node
    while above[node] != node:
        node = above[node]
        yield node


def _better(best: tuple[int, ...], found: tuple[int, ...], weight: Callable[[int], float]) -> tuple[int, ...]:
    if not best or len(found) < len(best):
        return found
    is_heavier = len(found) == len(best) and sum(map(weight, found)) > sum(map(weight, best))
    return found if is_heavier else best


def nearest_cycle(
    neighbours: Neighbours, start: int, weight: Callable[[int], float], deadline: Deadline = UNLIMITED
) -> tuple[int, ...]:
    """A shortest loop through the node nearest to `start` that is on any; () where none can be reached."""
    for node in outwards(neighbours, [start]):
        deadline.check()
        cycle = shortest_cycle(neighbours, node, weight)
        if cycle:
            return cycle
    return ()


def outwards(neighbours: Neighbours, starts: Sequence[int]) -> Iterator[int]:
    """All nodes that can be reached, the nearest first."""
    seen = set(starts)
    queue = deque(starts)
    while queue:
        node = queue.popleft()
        yield node
        fresh = [other for other in neighbours[node] if other not in seen]
        seen.update(fresh)
        queue += fresh
