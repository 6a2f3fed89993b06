"""Which variables VMP updates together, and what derives from what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mbml_core.distributions.family import BoolArray
from mbml_core.distributions.semiring import IntArray
from mbml_core.errors import UnsupportedQuery
from mbml_core.inference.continuous.groups import Group

CHILD = "child"


@dataclass(frozen=True, eq=False)
class Edges:
    """Rows of a group that send to one role: to rows `places` of block `block`."""

    group: int
    role: str
    rows: IntArray
    block: int
    places: IntArray


@dataclass(frozen=True, eq=False)
class Level:
    """Derived variables that are as deep: `own` edges are of the factors that derive them."""

    own: tuple[Edges, ...]
    others: tuple[Edges, ...]


@dataclass(frozen=True, eq=False)
class Turns:
    """Attributes:
    steps: edges to variables that share no factor, for one update after another.
    levels: derived variables, those that others derive from first.
    is_derived: (V,) for each block.
    """

    steps: tuple[tuple[Edges, ...], ...]
    levels: tuple[Level, ...]
    is_derived: tuple[BoolArray, ...]


class _Edge(NamedTuple):
    group: int
    role: str
    row: int
    block: int
    place: int

    @property
    def variable(self) -> tuple[int, int]:
        return self.block, self.place

    @property
    def factor(self) -> tuple[int, int]:
        return self.group, self.row


def turns_of(groups: Sequence[Group], block_sizes: Sequence[int]) -> Turns:
    """The turns of all unknown variables. Raises UnsupportedQuery where two factors derive one variable."""
    edges = [
        _Edge(g, role, row, slot.block, place)
        for g, group in enumerate(groups)
        for role, slot in group.slots.items()
        for row, place in enumerate(slot.rows.tolist())
    ]
    own = {edge.variable: edge for edge in edges if groups[edge.group].rules.derives_child and edge.role == CHILD}
    n_derivations = sum(groups[e.group].rules.derives_child and e.role == CHILD for e in edges)
    if n_derivations > len(own):
        raise UnsupportedQuery(
            "a variable is the child of two sums or products, and VMP takes it as a function of one; "
            "add a 'gaussian' with a small variance between, or use method='ep'"
        )
    depth = _depths(edges, own)
    _require_separate(edges, own, depth)
    return Turns(_steps(edges, own), _levels(edges, own, depth), _derived(own, block_sizes))


def _depths(edges: Sequence[_Edge], own: dict[tuple[int, int], _Edge]) -> dict[tuple[int, int], int]:
    """0 of variables that are updated; of derived ones one more than of what they derive from."""
    terms: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for edge in edges:
        terms[edge.factor].append(edge.variable)
    depth = {edge.variable: 0 for edge in edges}
    for _ in range(len(own) + 1):
        deeper = {v: 1 + max(depth[t] for t in terms[e.factor] if t != v) for v, e in own.items()}
        if all(depth[v] == found for v, found in deeper.items()):
            return depth
        depth.update(deeper)
    raise UnsupportedQuery("sums and products derive variables from each other in a circle; use method='ep'")


def _require_separate(
    edges: Sequence[_Edge], own: dict[tuple[int, int], _Edge], depth: dict[tuple[int, int], int]
) -> None:
    """Raise UnsupportedQuery where a factor hears of one variable in two roles, by way of what derives from it: as
    their distributions are taken to be independent, the bound would be none.
    """
    scopes: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for edge in edges:
        scopes[edge.factor].append(edge.variable)
    sources = {v: frozenset((v,)) for v in depth}
    for v in sorted(own, key=depth.__getitem__):
        sources[v] = frozenset().union(*(sources[t] for t in scopes[own[v].factor] if t != v))
    for factor, scope in scopes.items():
        heard = [sources[v] for v in scope if v not in own or own[v].factor != factor]
        if len(frozenset().union(*heard)) < sum(map(len, heard)):
            raise UnsupportedQuery(
                "a variable reaches a factor in two ways, through a sum or product, which VMP takes to be "
                "independent; make one sum of them, or use method='ep'"
            )


def _levels(
    edges: Sequence[_Edge], own: dict[tuple[int, int], _Edge], depth: dict[tuple[int, int], int]
) -> tuple[Level, ...]:
    deepest = max((depth[v] for v in own), default=0)
    result = []
    for level in range(1, deepest + 1):
        among = [edge for edge in edges if edge.variable in own and depth[edge.variable] == level]
        mine = [edge for edge in among if own[edge.variable] == edge]
        result.append(Level(_gathered(mine), _gathered([edge for edge in among if own[edge.variable] != edge])))
    return tuple(result)


def _steps(edges: Sequence[_Edge], own: dict[tuple[int, int], _Edge]) -> tuple[tuple[Edges, ...], ...]:
    """Greedy colouring: factors that a derived variable connects count as one."""
    joint = _joined(edges, own)
    taken: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    factors: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for edge in edges:
        if edge.variable not in own:
            factors[edge.variable].append(joint[edge.factor])
    colours: dict[tuple[int, int], int] = {}
    for variable, found in factors.items():
        used = set().union(*(taken[f] for f in found))
        colours[variable] = next(c for c in range(len(used) + 1) if c not in used)
        for f in found:
            taken[f].add(colours[variable])
    by_colour: defaultdict[int, list[_Edge]] = defaultdict(list)
    for edge in edges:
        if edge.variable in colours:
            by_colour[colours[edge.variable]].append(edge)
    return tuple(_gathered(by_colour[colour]) for colour in sorted(by_colour))


def _joined(edges: Sequence[_Edge], own: dict[tuple[int, int], _Edge]) -> dict[tuple[int, int], tuple[int, int]]:
    """A representative for each factor, the same for factors that a derived variable connects."""
    parent = {edge.factor: edge.factor for edge in edges}

    def root(factor: tuple[int, int]) -> tuple[int, int]:
        while parent[factor] != factor:
            parent[factor] = parent[parent[factor]]
            factor = parent[factor]
        return factor

    for edge in edges:
        if edge.variable in own:
            parent[root(edge.factor)] = root(own[edge.variable].factor)
    return {factor: root(factor) for factor in parent}


def _gathered(edges: Sequence[_Edge]) -> tuple[Edges, ...]:
    found: defaultdict[tuple[int, str, int], list[_Edge]] = defaultdict(list)
    for edge in edges:
        found[edge.group, edge.role, edge.block].append(edge)
    return tuple(
        Edges(g, role, np.array([e.row for e in some]), block, np.array([e.place for e in some]))
        for (g, role, block), some in found.items()
    )


def _derived(own: dict[tuple[int, int], _Edge], block_sizes: Sequence[int]) -> tuple[BoolArray, ...]:
    result = tuple(np.zeros(size, dtype=bool) for size in block_sizes)
    for block, place in own:
        result[block][place] = True
    return result
