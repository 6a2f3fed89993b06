"""Active paths: along which arrows an observation reaches a target, given what else was seen.

A path is active where none of its variables blocks it: at a chain → x → or a fork ← x → what blocks is knowing x;
at a collider → x ← what opens is an observation of x or of something below it. Ties (free potentials) are observed
children of their variables, see `arrows`.
Source: Geiger, Verma, Pearl (1990), d-separation: from theorems to algorithms; Shachter (1998), Bayes-ball.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.explain.arrows import Arrows, Given

MOST_PATHS = 5
MOST_EXTENSIONS = 5_000
"""Beginnings of paths that are looked at before the search for more is given up."""

_UP, _DOWN = "up", "down"
_Place: TypeAlias = tuple[str, str]
"""A variable, and how it is entered: from a child of its own ("up") or along an arrow into it ("down")."""
_Hop: TypeAlias = tuple[str, str, str, str]
"""(next variable, how it is entered, by which factor, mark) of one move."""


@dataclass(frozen=True, slots=True)
class Collider:
    """A variable at which two arrows of a path meet, opened by what was seen.

    Attributes:
        variable: where the arrows meet.
        opened_by: the observed ones among it and its descendants; empty where a tie opens it.
    """

    variable: str
    opened_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActivePath:
    """A way along which knowledge flows.

    Attributes:
        variables: from the observation to the target.
        factors: between them, one fewer.
        marks: how each hop is drawn: "→", "←", or "—" for a tie.
        colliders: the places where two arrows meet.
    """

    variables: tuple[str, ...]
    factors: tuple[str, ...]
    marks: tuple[str, ...]
    colliders: tuple[Collider, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """The shortest active paths between two variables.

    Attributes:
        found: shortest first, at most as many as were asked for.
        is_connected: whether there is any active path.
        is_complete: whether `found` holds all of them.
    """

    found: tuple[ActivePath, ...]
    is_connected: bool
    is_complete: bool


def active_paths(
    arrows: Arrows,
    source: str,
    target: str,
    given: Given,
    most: int = MOST_PATHS,
    deadline: Deadline = UNLIMITED,
) -> Paths:
    """The shortest active paths from `source` to `target`. The two ends themselves block nothing, so what is
    given of them plays no part, except that it opens colliders above.
    """
    if source == target:
        return Paths((ActivePath((source,), (), (), ()),), True, True)
    ball = _Ball(arrows, given, source, target)
    found: list[ActivePath] = []
    for path in ball.paths(deadline):
        if path is None or len(found) == most:
            return Paths(tuple(found), True, False)
        found.append(path)
    return Paths(tuple(found), bool(found), True)


class _Ball:
    """Moves of Bayes-ball between two variables."""

    def __init__(self, arrows: Arrows, given: Given, source: str, target: str) -> None:
        self._arrows = arrows
        self._source = source
        self._target = target
        self._blocks = given.known - {source, target}
        tied = {id for scope in arrows.ties.values() for id in scope}
        self._seen = given.seen
        self._is_open = arrows.ancestors(given.seen | tied)
        self._ties_of = _ties_of(arrows)
        self._start: _Place = (source, _UP)  # evidence stands below its variable, and enters it from there
        self._left = self._distances()

    def paths(self, deadline: Deadline) -> Iterator[ActivePath | None]:
        """Active paths by rising length; None where the search is given up."""
        if self._start not in self._left:
            return
        # Of paths that may become equally short the one that is nearest to its end goes on first.
        heap: list[tuple[int, int, int, tuple[_Hop, ...]]] = [(0, 0, 0, ((*self._start, "", ""),))]
        n = 0
        while heap:
            deadline.check()
            _, _, _, hops = heapq.heappop(heap)
            if hops[-1][0] == self._target:
                yield self._path(hops)
                continue
            for hop in self._extensions(hops):
                if (n := n + 1) > MOST_EXTENSIONS:
                    yield None
                    return
                left = self._left[hop[:2]]
                heapq.heappush(heap, (len(hops) + left, left, n, (*hops, hop)))

    def _extensions(self, hops: tuple[_Hop, ...]) -> list[_Hop]:
        """The moves that lead on to the target and to no variable twice."""
        visited = {hop[0] for hop in hops}
        moves = self._moves(*hops[-1][:2])
        return [hop for hop in moves if hop[0] not in visited and hop[:2] in self._left]

    def _moves(self, variable: str, entered: str) -> Iterator[_Hop]:
        passes = variable not in self._blocks
        if (entered == _UP and passes) or (entered == _DOWN and variable in self._is_open):
            factor = self._arrows.made_by.get(variable, "")
            for parent in self._arrows.parents[variable]:
                yield parent, _UP, factor, "←"
        if passes:
            for child in self._arrows.children[variable]:
                yield child, _DOWN, self._arrows.made_by[child], "→"
            for tie in self._ties_of.get(variable, ()):
                for other in self._arrows.ties[tie]:
                    if other != variable:
                        yield other, _UP, tie, "—"

    def _distances(self) -> Mapping[_Place, int]:
        """Fewest moves to the target from every place from which the ball gets there: a bound for the search."""
        back = self._reached_from()
        left = {place: 0 for place in back if place[0] == self._target}
        waiting = deque(left)
        while waiting:
            place = waiting.popleft()
            for before in back[place]:
                if before not in left:
                    left[before] = left[place] + 1
                    waiting.append(before)
        return left

    def _reached_from(self) -> Mapping[_Place, list[_Place]]:
        """Every place the ball gets to, with those it comes there from; it stays at the target."""
        back: dict[_Place, list[_Place]] = {self._start: []}
        waiting = deque([self._start])
        while waiting:
            place = waiting.popleft()
            if place[0] == self._target:
                continue
            for hop in self._moves(*place):
                if (after := hop[:2]) not in back:
                    back[after] = []
                    waiting.append(after)
                back[after].append(place)
        return back

    def _path(self, hops: tuple[_Hop, ...]) -> ActivePath:
        marks = tuple(hop[3] for hop in hops[1:])
        colliders = tuple(
            self._collider(hops[i + 1][0])
            for i in range(len(marks) - 1)
            if marks[i] == "→" and marks[i + 1] == "←"
        )
        return ActivePath(tuple(hop[0] for hop in hops), tuple(hop[2] for hop in hops[1:]), marks, colliders)

    def _collider(self, variable: str) -> Collider:
        below = self._arrows.descendants([variable])
        return Collider(variable, tuple(id for id in self._arrows.variables if id in below & self._seen))


def _ties_of(arrows: Arrows) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tie, scope in arrows.ties.items():
        for id in scope:
            found.setdefault(id, []).append(tie)
    return found
