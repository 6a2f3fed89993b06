r"""Why a belief changed: what each observation did to it, along which paths, and what they did together.

With L(E) = ln odds of the state given the observations E, in nats:

    contribution of i          c_i = L(E) − L(E \ i)                                     leave one out
    left over                  r = (L(E) − L(∅)) − Σ_i c_i                               the interaction
    effect of i without j      a = L(E \ j) − L(E \ {i, j}),  with j: b = c_i             how j changes i: b − a

A contribution is what would be lost without the observation, all others being there. Contributions do not add up
where observations overlap or need each other; what is left over is r, and is reported.
The three questions answered are those of the study arXiv:2511.16961: what one observation did, along which paths,
and how one observation changes the effect of another.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.engine import Engine
from mbml_core.explain.arrows import Arrows, Given
from mbml_core.explain.claims import Claim, Progress, believed, claim_of, moved_most, without
from mbml_core.explain.odds import Standing, shift, standing
from mbml_core.explain.paths import Collider, Paths, active_paths
from mbml_core.model import Evidence, resolve_evidence

MOST_TRACED = 40
"""Observations of which the paths are looked for: those with the largest contributions."""
MOST_PAIRED = 6
"""Observations up to which every pair is looked at: what two do to each other is read pair by pair."""
NOTHING, ABOUT_NOTHING = 1e-9, 1e-6
"""Nats below which an effect is none: rounding of exact numbers, and of messages that have converged."""


class Relation(enum.Enum):
    """What a second observation does to the effect of a first one."""

    UNCHANGED = "does not change"
    CREATES = "creates"
    REMOVES = "removes"
    REVERSES = "reverses"
    WEAKENS = "weakens"
    STRENGTHENS = "strengthens"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one observation did.

    Attributes:
        id: of the observed variable.
        without: the standing of the claim under all other observations.
        shift: c_i in nats; ±inf where the claim becomes certain or impossible by it.
        paths: active given the other observations; None where they were not looked for (see MOST_TRACED).
    """

    id: str
    without: Standing
    shift: float
    paths: Paths | None

    @property
    def colliders(self) -> tuple[Collider, ...]:
        """Where two arrows meet on its paths."""
        found = self.paths.found if self.paths is not None else ()
        return tuple(collider for path in found for collider in path.colliders)


@dataclass(frozen=True, slots=True)
class Pair:
    """How one observation changes the effect of another, both in nats.

    Attributes:
        first: the observation whose effect it is.
        second: the one that changes it.
        alone, together: the effect of `first` without and with `second`, the others being there.
        relation: of the two.
        explained: the one of the two that is explained away: it opens a collider on a path of the other, and the
            other takes back what it said. None where neither is.
        is_blocked: knowing `second` blocks every path of `first`.
    """

    first: str
    second: str
    alone: float
    together: float
    relation: Relation
    explained: str | None
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why the belief in a claim changed.

    Attributes:
        claim: the state asked about.
        evidence: the observations by id, in their order.
        before, after: without any observation, and with all.
        total: L(E) − L(∅) in nats.
        contributions: one for each observation.
        interaction: r in nats; None where a contribution is infinite, as nothing can be subtracted then.
        pairs: both directions of every pair; empty for more than MOST_PAIRED observations.
        is_exact: whether the numbers are.
    """

    claim: Claim
    evidence: Evidence
    before: Standing
    after: Standing
    total: float
    contributions: tuple[Contribution, ...]
    interaction: float | None
    pairs: tuple[Pair, ...]
    is_exact: bool

    @property
    def nothing(self) -> float:
        """Nats below which an effect is none."""
        return NOTHING if self.is_exact else ABOUT_NOTHING


def why(
    engine: Engine,
    evidence: Evidence | None = None,
    target: str | None = None,
    state: str | None = None,
    *,
    deadline: Deadline = UNLIMITED,
    progress: Progress | None = None,
) -> Why:
    """Explain the belief in `target` = `state`; by default the variable and the state that moved most.

    Args:
        engine: of the model.
        evidence: as for `engine.infer`; None for what is drawn with the model.
        target: id of the variable asked about.
        state: of the target.
        deadline: polled.
        progress: told progress(done, all) of the beliefs needed.

    Raises InvalidEvidence for unknown names, ImpossibleEvidence, UnsupportedQuery where nothing is left to ask.
    """
    model = engine.model
    seen = MappingProxyType(resolve_evidence(model, evidence))
    variable = claim_of(model, target or moved_most(engine, seen, deadline), state).variable
    left_out = _left_out(tuple(seen))
    found = believed(engine, [without(seen, *ids) for ids in left_out], variable, deadline, progress)
    rows = dict(zip(left_out, found.rows, strict=True))
    prior = found.rows[-1]
    claim = claim_of(model, variable, state, rows[()] - prior)
    scores = {ids: standing(row.tolist(), claim.index, found.is_exact) for ids, row in rows.items()}
    before = standing(prior.tolist(), claim.index, found.is_exact)
    shifts = {id: shift(scores[id,].log_odds, scores[()].log_odds) for id in seen}
    traced = sorted(seen, key=lambda id: -abs(shifts[id]))[:MOST_TRACED]
    paths = _all_paths(Arrows.of(model), Given.of(model, seen), claim.variable, traced, deadline)
    contributions = tuple(Contribution(id, scores[id,], shifts[id], paths.get(id)) for id in seen)
    total = shift(before.log_odds, scores[()].log_odds)
    limit = NOTHING if found.is_exact else ABOUT_NOTHING
    pairs = _pairs(contributions, {ids: score.log_odds for ids, score in scores.items()}, limit)
    left = _left_over(total, [c.shift for c in contributions])
    return Why(claim, seen, before, scores[()], total, contributions, left, pairs, found.is_exact)


def _left_out(ids: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The observations to leave out: none, each, each pair where there are few; last of all, all."""
    pairs = combinations(ids, 2) if len(ids) <= MOST_PAIRED else ()
    found: list[tuple[str, ...]] = [(), *((id,) for id in ids), *pairs]
    return found if ids in found[-1:] else [*found, ids]


def _left_over(total: float, shifts: list[float]) -> float | None:
    if any(map(math.isinf, shifts)):
        return None
    return total - math.fsum(shifts)


def _all_paths(
    arrows: Arrows, given: Given, target: str, ids: Sequence[str], deadline: Deadline
) -> Mapping[str, Paths]:
    """Of each observation those that are active given the others."""
    return {id: active_paths(arrows, id, target, _less(given, id), deadline=deadline) for id in ids}


def _less(given: Given, id: str) -> Given:
    return Given(given.known - {id}, given.hinted - {id})


def _pairs(
    contributions: tuple[Contribution, ...], scores: Mapping[tuple[str, ...], float], limit: float
) -> tuple[Pair, ...]:
    if len(contributions) > MOST_PAIRED:
        return ()
    place = {c.id: i for i, c in enumerate(contributions)}

    def alone(first: Contribution, second: Contribution) -> float:
        both = tuple(sorted((first.id, second.id), key=place.__getitem__))
        return shift(scores[both], scores[second.id,])

    return tuple(
        _pair(first, second, alone(first, second), alone(second, first), limit)
        for first in contributions
        for second in contributions
        if first is not second
    )


def _pair(first: Contribution, second: Contribution, alone: float, other: float, limit: float) -> Pair:
    """Of two contributions, and what each of them would do without the other one."""
    relation = _relation(alone, first.shift, limit)
    change = 0.0 if relation is Relation.UNCHANGED else shift(alone, first.shift)
    explained = None
    if _explains(second, first, alone, change, limit):
        explained = first.id
    elif _explains(first, second, other, change, limit):
        explained = second.id
    is_blocked = relation is Relation.REMOVES and first.paths is not None and not first.paths.is_connected
    return Pair(first.id, second.id, alone, first.shift, relation, explained, is_blocked)


def _explains(cause: Contribution, opener: Contribution, said: float, change: float, limit: float) -> bool:
    """Whether `cause` explains `opener` away, which alone said `said`: they meet at a collider that the opener
    opens, the cause then pulls the other way, and what they do to each other takes back what was said.
    """
    meet = any(opener.id in collider.opened_by for collider in cause.colliders)
    return meet and _opposes(cause.shift, said, limit) and _opposes(change, said, limit)


def _relation(alone: float, together: float, limit: float) -> Relation:
    if alone == together or abs(together - alone) < limit:
        return Relation.UNCHANGED
    if abs(alone) < limit:
        return Relation.CREATES
    if abs(together) < limit:
        return Relation.REMOVES
    if alone * together < 0:
        return Relation.REVERSES
    return Relation.WEAKENS if abs(together) < abs(alone) else Relation.STRENGTHENS


def _opposes(pull: float, push: float, limit: float) -> bool:
    return min(abs(pull), abs(push)) >= limit and pull * push < 0
