"""Whether two variables tell anything about each other, given what is known: by the drawing, and by its numbers.

The drawing: X and Y are separated by Z where every trail between them is blocked (d-separation by the arrows,
plain separation by factors without a direction, both together in mixed models). Separated variables are
independent whatever the numbers are. The numbers, as a check beside it, from the exact joint distribution:

    I(X; Y | e, W) = Σ_{x,y,w} P(x, y, w | e) log₂ [ P(x, y | w, e) / (P(x | w, e) P(y | w, e)) ]        in bits

with the evidence e at its values, and what is only supposed to be known, W, on average.
Source: Pearl (1988), Probabilistic Reasoning in Intelligent Systems, ch. 3; Cover & Thomas (2006), section 2.5.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.engine import Engine
from mbml_core.errors import InvalidEvidence, OverBudget, Problem, UnsupportedQuery
from mbml_core.explain.arrows import Arrows, Given
from mbml_core.explain.limits import limits
from mbml_core.explain.paths import active_paths
from mbml_core.explain.separation_words import Words, bits_text
from mbml_core.explain.trails import MOST_TRAILS, Traffic, Trail, blocked_trails
from mbml_core.model import FactorGraph, Observation, find_indices, resolve_evidence

NO_BITS = 1e-10
"""Less information counts as none: rounding leaves 1e-15 of it."""
MAX_JOINT_ENTRIES = 1 << 16
"""Entries of the joint table of both variables and of what is supposed to be known; nothing is checked beyond."""


@dataclass(frozen=True, slots=True)
class ToldTrail:
    """A trail as it is shown.

    Attributes:
        nodes: ids of variables and factors in turns; each pair of neighbours is an edge of the drawing.
        is_open: whether knowledge flows along it.
        text: "Cloudy → Rain → Wet grass".
        blockers: ids of the variables that block it.
        rules: by which rule each of them does: "chain", "fork", "collider", "separator".
        sentence: why it is open, or what blocks it.
    """

    nodes: tuple[str, ...]
    is_open: bool
    text: str
    blockers: tuple[str, ...]
    rules: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Blanket:
    """The Markov blanket of a variable: given these, nothing else tells anything about it.

    Attributes:
        variable: its id.
        members: (id, role) in the order of the drawing; a role is "parent", "child", "co-parent" or "neighbour".
        sentence: the same in words.
    """

    variable: str
    members: tuple[tuple[str, str], ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Independence:
    """The answer.

    Attributes:
        first, second: ids of the two variables.
        known: ids of what is known for certain: observed to be in one state, or supposed to be known.
        hinted: ids of what is observed less certainly, which blocks nothing.
        reading: "directed", "undirected" or "mixed".
        reading_sentence: which rules follow from that.
        is_separated: whether every trail is blocked, so that no numbers can make them dependent.
        open_trails, blocked_trails: the shortest of each.
        has_more: whether there are further open trails, and further blocked ones.
        bits: I(first; second | known), in bits; None where the exact joint distribution is out of reach.
        bits_text: the same to be shown; "" where it is None.
        sentence: the answer in words.
        check: what the numbers say beside it.
    """

    first: str
    second: str
    known: tuple[str, ...]
    hinted: tuple[str, ...]
    reading: str
    reading_sentence: str
    is_separated: bool
    open_trails: tuple[ToldTrail, ...]
    blocked_trails: tuple[ToldTrail, ...]
    has_more: tuple[bool, bool]
    bits: float | None
    bits_text: str
    sentence: str
    check: str


def independence(
    model: FactorGraph,
    first: str,
    second: str,
    evidence: Mapping[str, Any] | None = None,
    supposed: Iterable[str] = (),
    *,
    exact: Engine | None = None,
    most: int = MOST_TRAILS,
    deadline: Deadline = UNLIMITED,
) -> Independence:
    """Whether `first` and `second` are independent given the evidence and what else is supposed to be known.

    An observation that leaves one of the two a single state is left aside: the question is what it would tell.

    Args:
        model: a sound model.
        first: id or unique name of a variable.
        second: the same of another one.
        evidence: as in `Engine.infer`; None: what is drawn.
        supposed: variables to be taken as known as well, without a value.
        exact: an engine of the model by the exact method, for the check by numbers; None: no such check.
        most: trails of each sort that are told.
        deadline: how long it may take.

    Raises InvalidEvidence for unknown names and for two names of one variable, ImpossibleEvidence by the check.
    """
    x, y = ends = _pair(model, first, second)
    others = tuple(dict.fromkeys(_ids(model, supposed)))
    if repeated := set(others) & set(ends):
        raise _named_twice(model, min(repeated))
    observed = resolve_evidence(model, evidence)
    arrows, drawn = Arrows.of(model), Given.of(model, observed)
    given = Given((drawn.known | set(others)) - set(ends), drawn.hinted - set(others))
    words = Words(model, arrows, given, drawn.known, ends)
    opened = active_paths(arrows, x, y, given, most, deadline)
    traffic = Traffic(arrows, given)
    open_trails = [traffic.trail(path.variables, path.factors, path.marks) for path in opened.found]
    closed, is_all = blocked_trails(arrows, x, y, given, most, deadline)
    asked = {id: seen for id, seen in observed.items() if id not in drawn.known & set(ends)}
    bits = _bits(exact, (*ends, *others), asked, deadline) if exact is not None else None
    is_nothing = bits is not None and bits < NO_BITS
    return Independence(
        x,
        y,
        tuple(id for id in arrows.variables if id in given.known),
        tuple(id for id in arrows.variables if id in given.hinted),
        _reading(arrows),
        words.reading(_reading(arrows)),
        not opened.is_connected,
        tuple(_told(trail, words) for trail in open_trails),
        tuple(_told(trail, words) for trail in closed),
        (not opened.is_complete, not is_all),
        bits,
        bits_text(bits, is_nothing),
        words.answer(
            not opened.is_connected, len(opened.found), not opened.is_complete, bool(closed) or not is_all
        ),
        words.check(not opened.is_connected, bits, is_nothing),
    )


def markov_blanket(model: FactorGraph, variable: str) -> Blanket:
    """The Markov blanket of a variable of a sound model: parents, children and their other parents, and whatever
    shares a factor without a direction with it. Raises InvalidEvidence for an unknown name.
    """
    (id,) = _ids(model, [variable])
    arrows = Arrows.of(model)
    members = tuple((other, _role(arrows, id, other)) for other in arrows.variables if other in arrows.moral[id])
    words = Words(model, arrows, Given(), frozenset(), (id, id))
    return Blanket(id, members, words.blanket(id, members))


def mutual_information(joint: FloatArray) -> float:
    """I(X; Y | W) in bits of a joint table P(x, y, w…): axis 0 is X, axis 1 is Y, the others are W."""
    table = joint.reshape(*joint.shape[:2], -1)
    apart = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    mass = table.sum(axis=(0, 1), keepdims=True)
    is_possible = table > 0
    quotient = np.divide(table * mass, apart, out=np.ones_like(table), where=is_possible & (apart > 0))
    return max(float((table[is_possible] * np.log2(quotient[is_possible])).sum()), 0.0)


def _ids(model: FactorGraph, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(model.variables[i].id for i in find_indices(model, list(names)))


def _pair(model: FactorGraph, first: str, second: str) -> tuple[str, str]:
    x, y = _ids(model, [first, second])
    if x == y:
        raise _named_twice(model, x)
    return x, y


def _named_twice(model: FactorGraph, id: str) -> InvalidEvidence:
    what = f"'{model.variable(id).label}' is named twice"
    return InvalidEvidence([Problem(id, what, "choose different variables")])


def _reading(arrows: Arrows) -> str:
    if arrows.is_directed:
        return "directed"
    return "mixed" if any(arrows.parents.values()) else "undirected"


def _role(arrows: Arrows, id: str, other: str) -> str:
    if other in arrows.parents[id]:
        return "parent"
    if id in arrows.parents[other]:
        return "child"
    is_tied = any(id in scope and other in scope for scope in arrows.ties.values())
    return "neighbour" if is_tied else "co-parent"


def _bits(
    exact: Engine, scope: tuple[str, ...], evidence: Mapping[str, Observation], deadline: Deadline
) -> float | None:
    """The mutual information; None where the joint table is too large."""
    sizes = [exact.model.variable(id).size for id in scope]
    if math.prod(sizes) > MAX_JOINT_ENTRIES:
        return None
    try:
        return mutual_information(exact.joint(scope, evidence, **limits(deadline)).probabilities)
    except (OverBudget, UnsupportedQuery):
        return None


def _told(trail: Trail, words: Words) -> ToldTrail:
    nodes = [trail.variables[0]]
    for factor, variable in zip(trail.factors, trail.variables[1:], strict=True):
        nodes += [factor, variable]
    blocks = [turn for turn in trail.turns if not turn.passes]
    return ToldTrail(
        tuple(nodes),
        trail.is_open,
        words.route(trail),
        tuple(turn.variable for turn in blocks),
        tuple(turn.rule.value for turn in blocks),
        words.trail(trail),
    )
