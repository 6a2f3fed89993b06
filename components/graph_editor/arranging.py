"""Where the nodes stand when nobody has placed them: directed models in rows, others spread evenly.

Nothing here is random: the same model always gets the same drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import networkx as nx

from components.graph_editor.boxes import (
    FACTOR,
    GAP,
    Box,
    Floor,
    Point,
    Size,
    bounds,
    moved,
    on_grid,
    side_by_side,
    sizes,
)
from components.graph_editor.layered import Link, depths, layered
from components.graph_editor.stress import spread
from mbml_core.document import Document
from mbml_core.editing import child_of
from mbml_core.model import Factor, FactorGraph

HANGING = ((0, -1), (-0.45, -1), (0.45, -1), (-0.45, 1), (0.45, 1), (0, 1))
"""Where a factor of one variable is hung on its card, in card sizes from the middle: above, if that is free."""

MOST_NEAR_NEIGHBOURS = 300
"""Searching a free place for one takes milliseconds; more nodes without one are arranged by themselves."""


def arrange(graph: FactorGraph) -> dict[str, Point]:
    """Positions (centres) of all variables and factors, on the grid, no two nodes over each other.

    The graph may be unsound: scopes that name no variable and children outside the scope are passed over.
    """
    size_of = sizes(graph)
    variables = graph.variable_index
    links = [_link(factor, variables) for factor in graph.factors]
    groups = [_arranged(part, size_of) for part in _parts(list(variables), links)]
    return {id: on_grid(point) for id, point in side_by_side(groups, size_of).items()}


def placed(document: Document) -> Document:
    """The document with a position for every node; those it has are kept."""
    graph, size_of = document.graph, sizes(document.graph)
    known = {id: point for id, point in document.layout.items() if id in size_of}
    missing = [id for id in size_of if id not in known]
    if not missing:
        return document
    if not known:
        return replace(document, layout={**document.layout, **arrange(graph)})
    near = _near_neighbours(graph, known, size_of) if len(missing) <= MOST_NEAR_NEIGHBOURS else known
    rest = _below(near, _arranged_alone(graph, set(missing) - set(near)), size_of)
    return replace(document, layout={**document.layout, **near, **rest})


def _link(factor: Factor, variables: Mapping[str, int]) -> Link:
    scope = tuple(dict.fromkeys(id for id in factor.scope if id in variables))
    child = child_of(factor)
    return Link(factor.id, tuple(id for id in scope if id != child), child if child in scope else None)


def _parts(variables: Sequence[str], links: Sequence[Link]) -> list[tuple[list[str], list[Link]]]:
    """Variables and factors that hang together, in drawing order."""
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(variables)
    graph.add_nodes_from(link.id for link in links)
    graph.add_edges_from((link.id, id) for link in links for id in _scope(link))
    part_of = {id: i for i, part in enumerate(nx.connected_components(graph)) for id in part}
    parts: dict[int, tuple[list[str], list[Link]]] = {i: ([], []) for i in sorted(set(part_of.values()))}
    for id in variables:
        parts[part_of[id]][0].append(id)
    for link in links:
        parts[part_of[link.id]][1].append(link)
    return list(parts.values())


def _scope(link: Link) -> tuple[str, ...]:
    return link.parents if link.child is None else (*link.parents, link.child)


def _arranged(part: tuple[Sequence[str], Sequence[Link]], size_of: dict[str, Size]) -> dict[str, Point]:
    """One connected part, in rows if most of its factors have a direction and the arrows form no cycle."""
    variables, links = part
    binding = [link for link in links if len(_scope(link)) > 1]
    directed = sum(link.child is not None for link in binding)
    rows = depths(variables, links) if 2 * directed >= len(binding) else None
    if rows is not None:
        return layered(rows, links, size_of)
    hung = [link for link in links if len(_scope(link)) == 1]
    edges = [(link.id, id) for link in binding for id in _scope(link)]
    return _with_hung(spread(edges, [*variables, *(link.id for link in binding)], size_of), hung, size_of)


def _with_hung(positions: dict[str, Point], hung: Sequence[Link], size_of: Mapping[str, Size]) -> dict[str, Point]:
    """Factors of one variable beside its card, where there is room."""
    floor = Floor(gap=GAP / 4)
    for id, point in positions.items():
        floor.place(Box(*point, *size_of[id]))
    for link in hung:
        (id,) = _scope(link)
        (x, y), (width, height) = positions[id], size_of[id]
        reach = (height + FACTOR) / 2 + GAP / 2
        wishes = [Box(x + dx * width, y + dy * reach, FACTOR, FACTOR) for dx, dy in HANGING]
        free = next((box for box in wishes if floor.is_free(box)), wishes[0])
        positions[link.id] = floor.place_near((free.x, free.y), (FACTOR, FACTOR))
    return positions


def _near_neighbours(
    graph: FactorGraph, known: Mapping[str, Point], size_of: Mapping[str, Size]
) -> dict[str, Point]:
    """`known`, and every node that a chain of edges joins to it, between its neighbours or in free room nearby."""
    floor = Floor(GAP / 2)
    for id, point in known.items():
        floor.place(Box(*point, *size_of[id]))
    neighbours = _neighbours(graph)
    positions = dict(known)
    queue = [other for id in known for other in neighbours[id]]
    for id in queue:  # grows while it is read: nearest to the known nodes first
        if id in positions:
            continue
        around = [positions[other] for other in neighbours[id] if other in positions]
        middle = sum(x for x, _ in around) / len(around), sum(y for _, y in around) / len(around)
        positions[id] = floor.place_near(middle, size_of[id])
        queue += neighbours[id]
    return positions


def _neighbours(graph: FactorGraph) -> dict[str, list[str]]:
    neighbours: dict[str, list[str]] = {id: [] for id in sizes(graph)}
    for factor in graph.factors:
        for id in _scope(_link(factor, graph.variable_index)):
            neighbours[factor.id].append(id)
            neighbours[id].append(factor.id)
    return neighbours


def _arranged_alone(graph: FactorGraph, ids: set[str]) -> dict[str, Point]:
    variables = tuple(variable for variable in graph.variables if variable.id in ids)
    return arrange(FactorGraph(variables, tuple(factor for factor in graph.factors if factor.id in ids)))


def _below(
    positions: Mapping[str, Point], others: dict[str, Point], size_of: Mapping[str, Size]
) -> dict[str, Point]:
    """`others` moved under the drawing, flush on its left."""
    if not others:
        return {}
    above, box = bounds(positions, size_of), bounds(others, size_of)
    dx = (above.x - above.width / 2) - (box.x - box.width / 2)
    dy = (above.y + above.height / 2 + 2 * GAP) - (box.y - box.height / 2)
    return {id: on_grid(point) for id, point in moved(others, dx, dy).items()}
