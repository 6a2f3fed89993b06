"""Undirected models: distances on paper follow distances in the graph.

The objective of Kamada and Kawai (1989): Σ (|x_i − x_j| − d_ij)² / d_ij² over pairs of nodes. It starts from
classical scaling of the distances to some pivots (Brandes and Pich, 2006), which is linear in the number of nodes,
and moves every node to where its distances want it (Gansner, Koren and North, 2004). With all nodes as pivots it
is the full objective. numpy alone: networkx's own version of it needs scipy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import product

import networkx as nx
import numpy as np

from components.graph_editor.boxes import Box, Floor, Point, Size
from mbml_core.model.observation import FloatArray

MOST_WITH_ALL_PAIRS = 300
PIVOTS = 50
STEPS = 120
MOST_TERMS = 25_000_000
"""Of all steps together, about three seconds: beyond some thousand nodes there are fewer steps."""

EDGE = 115.0
"""Between a variable and its factor: half a card, half a factor, and a gap."""

SCALES = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""A drawing may grow this much before its nodes are moved out of each other's way one by one."""

GAP = 16.0

LEVEL = 0.5
"""An edge that rises less than this for each unit is meant to be level."""


def spread(edges: Iterable[tuple[str, str]], nodes: Sequence[str], size_of: dict[str, Size]) -> dict[str, Point]:
    """Positions of the nodes of one connected graph, none over another. The same for the same input."""
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    if len(nodes) < 3:
        return {id: (i * EDGE, 0.0) for i, id in enumerate(nodes)}
    index = {id: i for i, id in enumerate(nodes)}
    pivots, distances = _pivot_distances(graph, nodes, index)
    ends = np.array([(index[a], index[b]) for a, b in graph.edges])
    x = _relaxed(_scaled(distances), pivots, distances, ends)
    upright = _in_reading_order(_upright(x, ends)) * EDGE
    return _without_overlaps([_aligned(upright, ends), upright], nodes, size_of)


def _pivot_distances(graph: nx.Graph, nodes: Sequence[str], index: dict[str, int]) -> tuple[list[int], FloatArray]:
    """Pivots and their distances to all nodes; each pivot is the node farthest from those before it."""
    wanted = len(nodes) if len(nodes) <= MOST_WITH_ALL_PAIRS else PIVOTS
    pivots, rows, pivot = [], [], 0
    nearest = np.full(len(nodes), np.inf)
    for _ in range(wanted):
        row = np.zeros(len(nodes))
        for id, distance in nx.single_source_shortest_path_length(graph, nodes[pivot]).items():
            row[index[id]] = distance
        pivots.append(pivot)
        rows.append(row)
        nearest = np.minimum(nearest, row)
        pivot = int(nearest.argmax())
    return pivots, np.array(rows)


def _scaled(distances: FloatArray) -> FloatArray:
    """Classical scaling: the two directions in which the squared distances to the pivots vary most."""
    squared = distances**2
    centred = -(squared - squared.mean(0) - squared.mean(1, keepdims=True) + squared.mean()) / 2
    _, directions = np.linalg.eigh(centred @ centred.T)
    x: FloatArray = centred.T @ directions[:, :-3:-1]
    extent = np.linalg.norm(x, axis=0).max()
    x *= np.linalg.norm(distances.mean(0)) / max(extent, 1e-9)
    # Nodes with equal distances to all pivots, such as leaves of one node, would never part: a fixed tiny step.
    angle = np.arange(len(x)) * 2.399963  # the golden angle
    return x + 0.05 * np.column_stack([np.cos(angle), np.sin(angle)])


def _relaxed(x: FloatArray, pivots: Sequence[int], distances: FloatArray, ends: np.ndarray) -> FloatArray:
    """Every node moved to the weighted mean of the places its distances want, again and again."""
    with np.errstate(divide="ignore"):
        weights = np.where(distances > 0, distances**-2.0, 0.0)
    degree = np.bincount(ends.ravel(), minlength=len(x))[:, None]
    total = weights.sum(0)[:, None] + degree
    for _ in range(min(STEPS, MOST_TERMS // distances.size)):
        gap = x[None, :, :] - x[pivots][:, None, :]
        length = np.maximum(np.linalg.norm(gap, axis=2), 1e-9)
        pull = np.einsum("pn,pnk->nk", weights, x[pivots][:, None, :] + gap * (distances / length)[:, :, None])
        along = x[ends[:, 0]] - x[ends[:, 1]]
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        np.add.at(pull, ends[:, 0], x[ends[:, 1]] + along)
        np.add.at(pull, ends[:, 1], x[ends[:, 0]] - along)
        x = pull / total
    return x


def _upright(x: FloatArray, ends: np.ndarray) -> FloatArray:
    """Turned so that most edges run along the axes: a lattice stands straight."""
    edges = x[ends[:, 0]] - x[ends[:, 1]]
    directions = edges[:, 0] + 1j * edges[:, 1]
    turn = np.angle((directions**4).sum()) / 4  # four quarter turns count as none
    cos, sin = np.cos(turn), np.sin(turn)
    turned: FloatArray = (x - x.mean(0)) @ np.array([[cos, -sin], [sin, cos]])
    return turned


def _in_reading_order(x: FloatArray) -> FloatArray:
    """Mirrored so that the first nodes of the model are at the top and on the left."""
    order = np.arange(len(x)) - (len(x) - 1) / 2
    along = order @ x / np.maximum(np.linalg.norm(x, axis=0), 1e-9)
    if abs(along[0]) > abs(along[1]):
        x, along = x[:, ::-1], along[::-1]
    return x * [-1 if x[0, 0] > 0 else 1, -1 if along[1] < 0 else 1]


def _aligned(x: FloatArray, ends: np.ndarray) -> FloatArray:
    """Nodes joined by almost level edges put on one level, by almost upright ones in one column."""
    across = np.abs(x[ends[:, 0]] - x[ends[:, 1]])
    aligned = x.copy()
    for axis in (0, 1):
        graph: nx.Graph = nx.Graph()
        graph.add_edges_from(ends[across[:, axis] < LEVEL * across[:, 1 - axis]].tolist())
        for line in map(list, nx.connected_components(graph)):
            aligned[line, axis] = x[line, axis].mean()
    return aligned


def _without_overlaps(
    drawings: Sequence[FloatArray], nodes: Sequence[str], size_of: dict[str, Size]
) -> dict[str, Point]:
    """The first drawing, as small as possible, that needs no repair; else the last one, repaired."""
    for scale, x in product(SCALES, drawings):
        positions = _points(x * scale, nodes)
        if _is_free_of_overlaps(positions, size_of):
            return positions
    return _repaired(positions, size_of) if len(nodes) <= MOST_WITH_ALL_PAIRS else _on_lattice(positions, size_of)


def _repaired(positions: dict[str, Point], size_of: dict[str, Size]) -> dict[str, Point]:
    """Every node moved to the nearest free place."""
    floor = Floor(GAP)
    from_the_middle = sorted(positions, key=lambda id: positions[id][0] ** 2 + positions[id][1] ** 2)
    return {id: floor.place_near(positions[id], size_of[id]) for id in from_the_middle}


def _on_lattice(positions: dict[str, Point], size_of: dict[str, Size]) -> dict[str, Point]:
    """Columns of nodes by x, each sorted by y: searching free places for thousands would take too long."""
    width = max(size_of[id][0] for id in positions) + GAP
    height = max(size_of[id][1] for id in positions) + GAP
    per_column = math.ceil(math.sqrt(len(positions) * width / height))
    by_x = sorted(positions, key=lambda id: positions[id][0])
    columns = [by_x[i : i + per_column] for i in range(0, len(by_x), per_column)]
    sorted_columns = [sorted(column, key=lambda id: positions[id][1]) for column in columns]
    return {id: (i * width, j * height) for i, column in enumerate(sorted_columns) for j, id in enumerate(column)}


def _points(x: FloatArray, nodes: Sequence[str]) -> dict[str, Point]:
    return {id: (float(px), float(py)) for id, (px, py) in zip(nodes, x, strict=True)}


def _is_free_of_overlaps(positions: dict[str, Point], size_of: dict[str, Size]) -> bool:
    floor = Floor(GAP)
    for id, point in positions.items():
        box = Box(*point, *size_of[id])
        if not floor.is_free(box):
            return False
        floor.place(box)
    return True
