"""The explanation of `why` in sentences: what each observation did, along which paths, and what pairs do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mbml_core.explain.claims import named, seen_text
from mbml_core.explain.odds import Standing, factor_text, is_hair, shift_text, times_text
from mbml_core.explain.paths import ActivePath, Collider, Paths
from mbml_core.explain.why import Contribution, Pair, Relation, Why
from mbml_core.model import FactorGraph
from mbml_core.phrases import counted

MOST_OPENERS = 2
"""Observations named at one collider."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells one explanation in the words of its model."""

    model: FactorGraph
    why: Why

    def summary(self) -> str:
        """What all observations did together."""
        why, n = self.why, len(self.why.evidence)
        if n == 0:
            return f"Nothing is observed yet: {self._chance()} is {why.before.text}, its prior."
        subject = "The observation" if n == 1 else f"The {n} observations together"
        return self._moved(subject, n == 1, why.before, why.total)

    def contribution(self, part: Contribution) -> str:
        """Question 1: what one observation did."""
        n = len(self.why.evidence)
        lead = "" if n == 1 else f"Given the other {'observation' if n == 2 else 'observations'}, "
        return self._moved(lead + self.seen(part.id), True, part.without, part.shift)

    def reach(self, part: Contribution) -> str:
        """Question 2: along which paths it did so; each path is told by `path`."""
        target, name = self.why.claim.name, named(self.model, part.id)
        if part.id == self.why.claim.variable:
            return f"It is an observation of {target} itself."
        if part.paths is None:
            return "Its paths were not looked for: other observations did more."
        if not part.paths.is_connected:
            return f"No path from {name} to {target} is open, so it cannot change anything."
        return f"It reaches {target} along {_how_many(part.paths)}."

    def path(self, path: ActivePath) -> str:
        """One path as it is drawn: "Sprinkler → Wet grass ← Rain"."""
        parts = [named(self.model, path.variables[0])]
        for mark, id in zip(path.marks, path.variables[1:], strict=True):
            parts += [mark, named(self.model, id)]
        return " ".join(parts)

    def collider(self, collider: Collider) -> str:
        """What happens where two arrows of a path meet."""
        place = named(self.model, collider.variable)
        if not collider.opened_by:
            return f"Two arrows meet at {place}; a factor without direction below it ties the two together."
        shown = [self.seen(id) for id in collider.opened_by[:MOST_OPENERS]]
        below = "" if collider.variable in collider.opened_by else ", below it,"
        verb = "ties" if len(shown) == 1 else "tie"
        return (
            f"Two arrows meet at {place}: {' and '.join(shown)}{below} {verb} its causes to each other "
            "(explaining away)."
        )

    def left_over(self) -> str:
        """What of the change belongs to no single observation."""
        why = self.why
        if len(why.contributions) < 2:
            return ""
        if why.interaction is None:
            return (
                "An observation that settles the question has no finite share: the shares do not add up, and what "
                "is left over cannot be said."
            )
        if math.isinf(why.interaction):
            return "No observation settles the question by being there: it stays settled without any one of them."
        if abs(why.interaction) < why.nothing:
            return "Nothing is left over: the contributions add up to the whole change."
        size = self._about().capitalize() + shift_text(why.interaction)
        return (
            f"{size} is left over: it belongs to the observations together and to none of them alone."
            f"{self._overlap(why.interaction)}"
        )

    def pair(self, pair: Pair) -> str:
        """Question 3: how one observation changes the effect of another."""
        first, second = self.seen(pair.first), self.seen(pair.second)
        alone, together = self._effect(pair.alone), self._effect(pair.together)
        if pair.relation is not Relation.UNCHANGED and alone == together:
            return f"{second} hardly changes the effect of {first}: with or without it, {first} {alone}."
        match pair.relation:
            case Relation.UNCHANGED:
                return f"{second} does not change the effect of {first}: with or without it, {first} {alone}."
            case Relation.CREATES:
                said = f"Only with {second} does {first} matter: it then {together}."
            case Relation.REMOVES:
                said = f"{second} takes the effect of {first} away: without it, {first} {alone}; with it, nothing."
            case relation:
                said = (
                    f"{second} {relation.value} the effect of {first}: without it, {first} {alone}; "
                    f"with it, it {together}."
                )
        return f"{said} {self._reason(pair)}".strip()

    def seen(self, id: str) -> str:
        """An observation in quotes."""
        return f"“{seen_text(self.model, id, self.why.evidence[id])}”"

    def _reason(self, pair: Pair) -> str:
        first, second = self.seen(pair.first), self.seen(pair.second)
        if pair.explained is not None:
            cause = pair.second if pair.explained == pair.first else pair.first
            return (
                f"This is explaining away: {self.seen(cause)} already accounts for {self.seen(pair.explained)}, "
                f"which then says less about {self.why.claim.name}."
            )
        if pair.is_blocked:
            return f"Knowing {second} blocks every path on which {first} could speak."
        if pair.relation is Relation.CREATES and self._opens(pair.second, pair.first):
            return f"{second} opens a path where two arrows meet."
        if pair.relation in (Relation.WEAKENS, Relation.REMOVES):
            if self._opens(pair.second, pair.first) or self._opens(pair.first, pair.second):
                return "They meet where two arrows do: what one of them explains, the other need not."
            if self._agree(pair):
                return f"Part of what {first} tells is already known from {second}."
        return ""

    def _agree(self, pair: Pair) -> bool:
        """Whether the second observation pulls where the first one would alone."""
        return next(c.shift for c in self.why.contributions if c.id == pair.second) * pair.alone > 0

    def _opens(self, opener: str, other: str) -> bool:
        """Whether one observation opens a collider on a path of another."""
        part = next(c for c in self.why.contributions if c.id == other)
        return any(opener in collider.opened_by for collider in part.colliders)

    def _overlap(self, left: float) -> str:
        shifts = [c.shift for c in self.why.contributions if abs(c.shift) >= self.why.nothing]
        if not shifts or len({x > 0 for x in shifts}) > 1:
            return ""
        if (left > 0) == (shifts[0] > 0):
            return " They partly say the same, so leaving out one of them loses little."
        return " Each of them says more because the others are there."

    def _moved(self, subject: str, is_single: bool, before: Standing, shift: float) -> str:
        """What a subject did to the claim, which stood at `before` without it."""
        claim, after, s = self.why.claim, self.why.after, "s" if is_single else ""
        if math.isinf(shift):
            end = f"(without {'it' if is_single else 'them'}: {before.text})"
            if shift > 0:
                return f"{subject} make{s} {claim.text} certain {end}."
            return f"{subject} rule{s} {claim.text} out {end}."
        if abs(shift) < self.why.nothing:
            do = "does" if is_single else "do"
            return f"{subject} {do} not change {self._chance()}: it is {after.text} either way."
        verb = "raise" if shift > 0 else "lower"
        if is_hair(shift):
            return f"{subject} {verb}{s} {self._chance()} by a hair only: it is {after.text} either way."
        return (
            f"{subject} {verb}{s} {self._chance()} from {before.text} to {after.text}: "
            f"the odds are {times_text(shift, self.why.is_exact)}."
        )

    def _effect(self, shift: float) -> str:
        """As a predicate: "multiplies the odds by 2.4"."""
        if math.isinf(shift):
            return f"makes {self.why.claim.text} certain" if shift > 0 else f"rules {self.why.claim.text} out"
        if abs(shift) < self.why.nothing:
            return "changes nothing"
        if is_hair(shift):
            return "changes next to nothing"
        verb = "multiplies" if shift > 0 else "divides"
        return f"{verb} the odds by {self._about()}{factor_text(abs(shift))}"

    def _about(self) -> str:
        return "" if self.why.is_exact else "about "

    def _chance(self) -> str:
        return f"P({self.why.claim.text})"


def _how_many(paths: Paths) -> str:
    if not paths.found:
        return "open paths too long to be listed"
    count = counted(len(paths.found), "open path")
    return count if paths.is_complete else f"many open paths, of which these are the {len(paths.found)} shortest"
