"""Trails between two variables, open or blocked, and what happens at each variable on the way.

At a chain → x → or a fork ← x → a trail is blocked where x is known. At a collider → x ← it is blocked unless x,
or something that arrows lead to from x, was seen. Where a trail goes through a tie (a factor without a
direction) knowing x separates, as in any undirected graph.
Source: Pearl (1988), Probabilistic Reasoning in Intelligent Systems, section 3.3; for ties see `arrows`.
"""

from __future__ import annotations

import enum
import heapq
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.explain.arrows import Arrows, Given

MOST_TRAILS = 5
MOST_EXTENSIONS = 20_000
"""Beginnings of trails that are looked at before the search for more is given up."""


class Rule(enum.Enum):
    """What a variable is on a trail."""

    CHAIN = "chain"
    FORK = "fork"
    COLLIDER = "collider"
    SEPARATOR = "separator"


@dataclass(frozen=True, slots=True)
class Turn:
    """A variable on the way.

    Attributes:
        variable: its id.
        rule: how the trail goes through it.
        passes: whether the trail is open here.
        opened_by: of an open collider, the seen ones among it and what is below it; empty where a tie opens it.
    """

    variable: str
    rule: Rule
    passes: bool
    opened_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trail:
    """A way from one variable to another that meets none twice.

    Attributes:
        variables: from one end to the other.
        factors: between them, one fewer.
        marks: how each hop is drawn: "→", "←", or "—" for a tie.
        turns: of the variables between the ends.
    """

    variables: tuple[str, ...]
    factors: tuple[str, ...]
    marks: tuple[str, ...]
    turns: tuple[Turn, ...]

    @property
    def is_open(self) -> bool:
        """Whether knowledge flows along it."""
        return all(turn.passes for turn in self.turns)


def rule_of(before: str, after: str) -> Rule:
    """How a trail goes through a variable between two hops, given by their marks."""
    if "—" in (before, after):
        return Rule.SEPARATOR
    if (before, after) == ("→", "←"):
        return Rule.COLLIDER
    return Rule.FORK if (before, after) == ("←", "→") else Rule.CHAIN


class Traffic:
    """What passes at each variable of a mixed graph, given what was seen."""

    def __init__(self, arrows: Arrows, given: Given) -> None:
        self._arrows = arrows
        self._given = given
        tied = {id for scope in arrows.ties.values() for id in scope}
        self._opened = arrows.ancestors(given.seen | tied)

    def passes(self, variable: str, before: str, after: str) -> bool:
        """Whether a trail that goes through `variable` by these marks is open there."""
        if rule_of(before, after) is Rule.COLLIDER:
            return variable in self._opened
        return variable not in self._given.known

    def trail(self, variables: tuple[str, ...], factors: tuple[str, ...], marks: tuple[str, ...]) -> Trail:
        """A way with its turns."""
        hops = zip(variables[1:-1], marks[:-1], marks[1:], strict=True)
        return Trail(variables, factors, marks, tuple(self._turn(*hop) for hop in hops))

    def _turn(self, variable: str, before: str, after: str) -> Turn:
        rule, passes = rule_of(before, after), self.passes(variable, before, after)
        if rule is not Rule.COLLIDER or not passes:
            return Turn(variable, rule, passes)
        below = self._arrows.descendants([variable]) & self._given.seen
        return Turn(variable, rule, passes, tuple(id for id in self._arrows.variables if id in below))


_Place: TypeAlias = tuple[str, str, bool]
"""A variable, the mark of the hop into it, and whether the trail was blocked before it."""


@dataclass(frozen=True, slots=True)
class _Hop:
    """One move: where to, and by which factor."""

    place: _Place
    factor: str


def blocked_trails(
    arrows: Arrows,
    first: str,
    second: str,
    given: Given,
    most: int = MOST_TRAILS,
    deadline: Deadline = UNLIMITED,
) -> tuple[tuple[Trail, ...], bool]:
    """The shortest blocked trails, at most `most`, and whether these are all of them."""
    search = _Blocked(arrows, first, second, given)
    found: list[Trail] = []
    for trail in search.trails(deadline):
        if trail is None or len(found) == most:
            return tuple(found), False
        found.append(trail)
    return tuple(found), True


class _Blocked:
    """Best-first search for trails with a block, by the fewest hops that are left from each place."""

    def __init__(self, arrows: Arrows, first: str, second: str, given: Given) -> None:
        self._arrows = arrows
        self._first, self._second = first, second
        self._traffic = Traffic(arrows, given)
        self._ties_of: defaultdict[str, list[str]] = defaultdict(list)
        for tie, scope in arrows.ties.items():
            for id in scope:
                self._ties_of[id].append(tie)
        self._left = self._hops_left()

    def trails(self, deadline: Deadline) -> Iterator[Trail | None]:
        """By rising length; None where the search is given up."""
        start = _Hop((self._first, "", False), "")
        waiting: list[tuple[int, int, int, tuple[_Hop, ...]]] = []
        if start.place in self._left:
            waiting.append((0, 0, 0, (start,)))
        count = 0
        while waiting:
            deadline.check()
            *_, hops = heapq.heappop(waiting)
            if hops[-1].place[0] == self._second:
                yield self._trail(hops)
                continue
            visited = {hop.place[0] for hop in hops}
            for hop in self._moves(hops[-1].place):
                if hop.place[0] in visited or hop.place not in self._left:
                    continue
                count += 1
                if count > MOST_EXTENSIONS:
                    yield None
                    return
                length = len(hops) + self._left[hop.place]
                heapq.heappush(waiting, (length, -len(hops), count, (*hops, hop)))

    def _moves(self, place: _Place) -> Iterator[_Hop]:
        variable, before, was_blocked = place
        for mark, factor, other in self._hops_from(variable):
            is_blocked = bool(before) and not self._traffic.passes(variable, before, mark)
            yield _Hop((other, mark, was_blocked or is_blocked), factor)

    def _hops_from(self, variable: str) -> Iterator[tuple[str, str, str]]:
        """(mark, factor, other variable) of every way out."""
        arrows = self._arrows
        for parent in arrows.parents[variable]:
            yield "←", arrows.made_by[variable], parent
        for child in arrows.children[variable]:
            yield "→", arrows.made_by[child], child
        for tie in self._ties_of[variable]:
            yield from (("—", tie, other) for other in arrows.ties[tie] if other != variable)

    def _hops_left(self) -> Mapping[_Place, int]:
        """Fewest hops to the end, arriving blocked, from every place from which that can be."""
        start: _Place = (self._first, "", False)
        back: defaultdict[_Place, list[_Place]] = defaultdict(list)
        reached, waiting = {start}, deque([start])
        while waiting:
            place = waiting.popleft()
            if place[0] == self._second:
                continue
            for hop in self._moves(place):
                back[hop.place].append(place)
                if hop.place not in reached:
                    reached.add(hop.place)
                    waiting.append(hop.place)
        left = {place: 0 for place in reached if place[0] == self._second and place[2]}
        waiting = deque(left)
        while waiting:
            place = waiting.popleft()
            for before in back[place]:
                if before not in left:
                    left[before] = left[place] + 1
                    waiting.append(before)
        return left

    def _trail(self, hops: tuple[_Hop, ...]) -> Trail:
        return self._traffic.trail(
            tuple(hop.place[0] for hop in hops),
            tuple(hop.factor for hop in hops[1:]),
            tuple(hop.place[1] for hop in hops[1:]),
        )
