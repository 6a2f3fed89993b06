"""The room that nodes take on the canvas: sizes, free places, and groups packed side by side."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from mbml_core.model import FactorGraph

Point: TypeAlias = tuple[float, float]
Size: TypeAlias = tuple[float, float]

CARD_WIDTH = 210.0
HEADER = 45.0
ROW = 26.0
MOST_ROWS = 8
"""A card lists more states by scrolling, not by growing."""

FACTOR = 28.0
GAP = 40.0
"""Between neighbours: room for an edge, and more than rounding to the grid can take away."""

GRID = 10.0
CELL = 200.0
STEPS_PER_BOX = 3
"""A search for a free place moves by a third of the box, at least by two lines of the grid."""


def sizes(graph: FactorGraph) -> dict[str, Size]:
    """Width and height of every node."""
    cards = {v.id: (CARD_WIDTH, HEADER + ROW * min(v.size, MOST_ROWS)) for v in graph.variables}
    return cards | {factor.id: (FACTOR, FACTOR) for factor in graph.factors}


def on_grid(point: Point) -> Point:
    """The nearest point of the grid."""
    return GRID * round(point[0] / GRID), GRID * round(point[1] / GRID)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle by its centre and size."""

    x: float
    y: float
    width: float
    height: float

    def is_clear_of(self, other: Box, gap: float) -> bool:
        """Whether more than `gap` lies between the two, sideways or upwards."""
        return (
            abs(self.x - other.x) >= (self.width + other.width) / 2 + gap
            or abs(self.y - other.y) >= (self.height + other.height) / 2 + gap
        )


class Floor:
    """The boxes placed so far, looked up by cell: asking for a free place costs the same on any drawing."""

    def __init__(self, gap: float) -> None:
        self._gap = gap
        self._cells: dict[tuple[int, int], list[Box]] = defaultdict(list)
        self._full_rings: dict[tuple[Point, float], int] = {}

    def is_free(self, box: Box) -> bool:
        """Whether the box keeps its distance from all that were placed."""
        return all(box.is_clear_of(other, self._gap) for cell in self._around(box) for other in self._cells[cell])

    def place(self, box: Box) -> None:
        """Take the room of the box, free or not."""
        for cell in self._around(box):
            self._cells[cell].append(box)

    def place_near(self, point: Point, size: Size) -> Point:
        """Take the first free room around a point, and return its centre."""
        start, step = on_grid(point), max(2 * GRID, GRID * round(size[0] / GRID / STEPS_PER_BOX))
        # What surrounds this point and was found full stays full: many nodes that want the same place would
        # otherwise search the same rings again, each of them longer than the one before.
        for ring in count(self._full_rings.get((start, step), 0)):
            for x, y in _ring(start, ring, step):
                box = Box(x, y, *size)
                if self.is_free(box):
                    self._full_rings[start, step] = ring
                    self.place(box)
                    return x, y
        raise AssertionError("the plane has no end")

    def _around(self, box: Box) -> Iterator[tuple[int, int]]:
        reach_x, reach_y = box.width / 2 + self._gap, box.height / 2 + self._gap
        for column in range(math.floor((box.x - reach_x) / CELL), math.floor((box.x + reach_x) / CELL) + 1):
            for row in range(math.floor((box.y - reach_y) / CELL), math.floor((box.y + reach_y) / CELL) + 1):
                yield column, row


def _ring(centre: Point, ring: int, step: float) -> list[Point]:
    """The points `ring` steps around a point, the nearest first."""
    if ring == 0:
        return [centre]
    along = range(-ring, ring + 1)
    steps = {(i, side) for i in along for side in (-ring, ring)} | {(s, i) for i in along for s in (-ring, ring)}
    nearest_first = sorted(steps, key=lambda at: (at[0] ** 2 + at[1] ** 2, at[1], at[0]))
    return [(centre[0] + step * i, centre[1] + step * j) for i, j in nearest_first]


def bounds(positions: Mapping[str, Point], size_of: Mapping[str, Size]) -> Box:
    """The smallest box around nodes, of which there is at least one."""
    left = min(x - size_of[id][0] / 2 for id, (x, _) in positions.items())
    right = max(x + size_of[id][0] / 2 for id, (x, _) in positions.items())
    top = min(y - size_of[id][1] / 2 for id, (_, y) in positions.items())
    bottom = max(y + size_of[id][1] / 2 for id, (_, y) in positions.items())
    return Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)


def moved(positions: Mapping[str, Point], dx: float, dy: float) -> dict[str, Point]:
    """All positions shifted."""
    return {id: (x + dx, y + dy) for id, (x, y) in positions.items()}


def side_by_side(groups: Sequence[Mapping[str, Point]], size_of: Mapping[str, Size]) -> dict[str, Point]:
    """Groups in rows that together are about as wide as a screen is for its height, the tallest first."""
    boxes = [bounds(group, size_of) for group in groups]
    wanted = max([math.sqrt(1.6 * _area(boxes)), *(box.width for box in boxes)], default=0.0)
    order = sorted(range(len(groups)), key=lambda i: (-boxes[i].height, i))
    placed: dict[str, Point] = {}
    x = y = row_height = 0.0
    for i in order:
        box = boxes[i]
        if x > 0 and x + box.width > wanted:
            x, y, row_height = 0.0, y + row_height + 2 * GAP, 0.0
        placed |= moved(groups[i], x + box.width / 2 - box.x, y + box.height / 2 - box.y)
        x, row_height = x + box.width + 2 * GAP, max(row_height, box.height)
    return placed


def _area(boxes: Iterable[Box]) -> float:
    return sum((box.width + 2 * GAP) * (box.height + 2 * GAP) for box in boxes)
