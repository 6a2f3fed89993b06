"""What is said about independence: one sentence for each trail, and one for the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mbml_core.explain.arrows import Arrows, Given
from mbml_core.explain.trails import Rule, Trail, Turn
from mbml_core.model import FactorGraph
from mbml_core.phrases import counted
from mbml_core.wording import visible

MAX_LISTED = 6
"""Names in a row; the others are counted."""

_READINGS = {
    "directed": "Read by the arrows: chains and forks are blocked by what is known, colliders by what is not.",
    "undirected": "No factor has a direction, so plain separation holds: what is known on a path blocks it.",
    "mixed": "Some factors have a direction, some have none. One without acts as an observed common effect of "
    "its variables: it joins them, and it opens the colliders above them.",
}

_ROLES = {
    "parent": ("parent", "parents"),
    "child": ("child", "children"),
    "co-parent": ("co-parent", "co-parents"),
    "neighbour": ("neighbour", "neighbours"),
}


@dataclass(frozen=True, eq=False)
class Words:
    """Sentences about two variables of a model.

    Attributes:
        model, arrows, given: what they are about.
        observed: ids of what the evidence makes known; the rest of what is known is only supposed to be.
        ends: ids of the two variables.
    """

    model: FactorGraph
    arrows: Arrows
    given: Given
    observed: frozenset[str]
    ends: tuple[str, str]

    def name(self, id: str) -> str:
        """What people call a variable."""
        return visible(self.model.variable(id).label)

    def names(self, ids: Iterable[str]) -> str:
        """As in: A, B and 7 more."""
        named = [self.name(id) for id in ids]
        if len(named) > MAX_LISTED:
            named = [*named[: MAX_LISTED - 1], f"{len(named) - MAX_LISTED + 1} more"]
        return " and ".join(part for part in (", ".join(named[:-1]), *named[-1:]) if part)

    def reading(self, reading: str) -> str:
        """Which rules hold for this drawing."""
        return _READINGS[reading]

    def route(self, trail: Trail) -> str:
        """A trail with its arrows."""
        hops = zip(trail.marks, trail.variables[1:], strict=True)
        return self.name(trail.variables[0]) + "".join(f" {mark} {self.name(id)}" for mark, id in hops)

    def trail(self, trail: Trail) -> str:
        """Why a trail is open, or what blocks it and how."""
        blocks = [turn for turn in trail.turns if not turn.passes]
        if blocks:
            return " ".join(self._blocked(turn) for turn in blocks)
        opened = [self._opened(turn) for turn in trail.turns if turn.rule is Rule.COLLIDER]
        if opened:
            return " ".join(opened)
        if not trail.turns:
            return "They share a factor: nothing can stand between them."
        return f"Open: nothing is known for certain of {self._or(turn.variable for turn in trail.turns)}."

    def answer(self, is_separated: bool, open_trails: int, has_more: bool, is_joined: bool) -> str:
        """The answer in one sentence, and what was left aside."""
        given = self._given()
        first, second = map(self.name, self.ends)
        if is_separated and not is_joined:
            said = f"Nothing joins {first} and {second}: they are independent, whatever is known."
        elif is_separated:
            said = f"{given}{first} and {second} are independent: every path between them is blocked."
        else:
            paths = f"{'at least ' * has_more}{counted(open_trails, 'open path')}"
            said = f"{given}{first} and {second} can tell about each other: {paths}."
        return f"{said}{self._left_aside()}"

    def check(self, is_separated: bool, bits: float | None, is_nothing: bool) -> str:
        """What the numbers add to it."""
        first, second = map(self.name, self.ends)
        if bits is None:
            return "The exact joint distribution of the two is too large to check this by numbers."
        if is_separated and is_nothing:
            return "The numbers agree, as they must."
        single = [id for id in self.ends if self.model.variable(id).size == 1]
        if is_nothing and single:
            verb = "has" if len(single) == 1 else "have"
            return (
                f"Yet the numbers say 0 bits: {self.names(single)} {verb} one state only, so nothing can be told."
            )
        if is_nothing:
            context = " with these observations" if self.observed - set(self.ends) else ""
            return (
                f"Yet the numbers say 0 bits: the drawing lets {first} tell about {second}, "
                f"but{context} these tables make them independent. Other numbers would not."
            )
        return f"That is how much {first} tells about {second} on average, and {second} about {first}."

    def blanket(self, id: str, members: tuple[tuple[str, str], ...]) -> str:
        """The Markov blanket in words."""
        if not members:
            return f"{self.name(id)} shares no factor with any other variable: nothing tells anything about it."
        parts = []
        for role, (one, several) in _ROLES.items():
            ids = [member for member, its in members if its == role]
            if ids:
                parts.append(f"its {one if len(ids) == 1 else several} {self.names(ids)}")
        listed = " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
        return f"Once these are known, nothing else tells anything about {self.name(id)}: {listed}."

    def _blocked(self, turn: Turn) -> str:
        name = self.name(turn.variable)
        if turn.rule is Rule.COLLIDER:
            below = len(self.arrows.descendants([turn.variable])) > 1
            nor = ", and neither is anything below it" if below else ""
            return f"Blocked at {name}, a collider: two arrows meet there, it is not observed{nor}."
        how = "observed" if turn.variable in self.observed else "supposed to be known"
        shape = {
            Rule.CHAIN: "a chain: what comes from one side says nothing more to the other",
            Rule.FORK: "a fork: the common cause is known, so its effects say nothing about each other",
            Rule.SEPARATOR: "a separator: what is known divides the graph there",
        }[turn.rule]
        return f"Blocked at {name}, which is {how} ({shape})."

    def _opened(self, turn: Turn) -> str:
        name = self.name(turn.variable)
        if not turn.opened_by:
            return f"Open at the collider {name}: a factor without a direction acts as an observation below it."
        if turn.variable in self.given.known:
            how = "observed" if turn.variable in self.observed else "supposed to be known"
            return f"Open at the collider {name}: it is {how}, so its causes compete to explain it."
        if turn.variable in turn.opened_by:
            return f"Open at the collider {name}: there is evidence about it, so its causes compete to explain it."
        seen = self.names(turn.opened_by)
        return f"Open at the collider {name}: {seen} below it tells about it, so its causes compete to explain it."

    def _given(self) -> str:
        known = [id for id in self.arrows.variables if id in self.given.known]
        return f"Given {self.names(known)}, " if known else ""

    def _left_aside(self) -> str:
        aside = [id for id in self.ends if id in self.observed]
        if not aside:
            return ""
        verb, its = ("is", "its own observation is") if len(aside) == 1 else ("are", "their own observations are")
        return f" {self.names(aside)} {verb} observed; {its} left aside, to ask what it would tell."

    def _or(self, ids: Iterable[str]) -> str:
        return " or ".join(self.name(id) for id in ids)


def bits_text(bits: float | None, is_nothing: bool) -> str:
    """As in: 0.276 bits, 1.2e-05 bits, 0 bits; "" for None."""
    if bits is None:
        return ""
    if is_nothing:
        return "0 bits"
    return f"{bits:.3f} bits" if bits >= 0.0005 else f"{bits:.1e} bits"
