"""Eliminating the variables of a graph one by one by a rule that can be followed with a pencil.

Min-fill: next is the variable that needs the fewest new links between its neighbours; of equals the one with the
smallest table, then the first of the drawing. What is compiled compares several orders; a single rule can be told.
Source: Kjærulff (1990), Triangulation of Graphs; Koller & Friedman (2009), §9.4.3.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import TypeAlias

from mbml_core.deadline import UNLIMITED, Deadline

Link: TypeAlias = tuple[str, str]
Neighbours: TypeAlias = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Eliminated:
    """A variable at the moment when it is taken out.

    Attributes:
        variable: its id.
        neighbours: those that are still there, in drawing order; with it they are a clique from now on.
        fill: the links between them that were missing.
    """

    variable: str
    neighbours: tuple[str, ...]
    fill: tuple[Link, ...]


def joined(variables: Iterable[str], scopes: Iterable[tuple[str, ...]]) -> Neighbours:
    """The moral graph: the variables of every scope are linked pairwise."""
    neighbours: Neighbours = {id: set() for id in variables}
    for scope in scopes:
        for id in scope:
            neighbours[id].update(scope)
    for id, near in neighbours.items():
        near.discard(id)
    return neighbours


def eliminated(
    neighbours: Neighbours, sizes: Mapping[str, int], last: str | None = None, limit: Deadline = UNLIMITED
) -> Iterator[Eliminated]:
    """All variables but `last` by min-fill; consumes `neighbours`, which are in drawing order. `sizes`: numbers of
    states.
    """
    place = {id: i for i, id in enumerate(neighbours)}

    def cost(id: str) -> tuple[int, int, int]:
        near = neighbours[id]
        return (len(_missing(near, neighbours)), sizes[id] * prod(sizes[other] for other in near), place[id])

    costs = {id: cost(id) for id in neighbours if id != last}
    while costs:
        limit.check()
        id = min(costs, key=costs.__getitem__)
        near = sorted(neighbours[id], key=place.__getitem__)
        fill = tuple(_missing(near, neighbours))
        _take_out(id, fill, neighbours)
        del costs[id]
        touched = set(near).union(*(neighbours[other] for other in near))
        costs.update({other: cost(other) for other in touched if other in costs})
        yield Eliminated(id, tuple(near), fill)


def _missing(near: Iterable[str], neighbours: Neighbours) -> list[Link]:
    return [(a, b) for a, b in combinations(near, 2) if b not in neighbours[a]]


def _take_out(id: str, fill: Iterable[Link], neighbours: Neighbours) -> None:
    for a, b in fill:
        neighbours[a].add(b)
        neighbours[b].add(a)
    for other in neighbours.pop(id):
        neighbours[other].discard(id)
