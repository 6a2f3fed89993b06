"""Whether belief propagation is exact: a tree, loops that the evidence cuts, or loops that are left."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.explain.open_graph import OpenGraph, as_drawn, open_graph
from mbml_core.factors import kind_of
from mbml_core.inference.observations import Observations
from mbml_core.model import Factor, FactorGraph, Observation, resolve_evidence
from mbml_core.phrases import counted
from mbml_core.wording import observation_text, visible

MAX_NAMED = 6
"""Names in a sentence; the picture shows the rest."""


class Loops(enum.Enum):
    """What messages can run into."""

    TREE = "tree"
    CUT = "cut"
    LOOPY = "loopy"


@dataclass(frozen=True, slots=True)
class Split:
    """A factor whose numbers became a product.

    Attributes:
        factor: its id.
        parts: ids of the variables of each part.
    """

    factor: str
    parts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """How far belief propagation on a drawing with its evidence can be trusted before it runs.

    Attributes:
        loops: which of the three it is.
        n_drawn: independent loops of the drawing.
        n_left: those that are left; 0 unless `loops` is LOOPY.
        cutting: ids of observed variables whose observations together cut all loops, and none of which could be
            left out; empty where there is nothing to cut, or where the tables alone do.
        splits: factors that are products now and would close a loop if they were not; for CUT only.
        badge: two to five words.
        sentence: what it means.
    """

    loops: Loops
    n_drawn: int
    n_left: int
    cutting: tuple[str, ...]
    splits: tuple[Split, ...]
    badge: str
    sentence: str

    @property
    def is_exact(self) -> bool:
        """Whether belief propagation, once its messages stand still, gives the exact beliefs up to rounding. False
        means that nothing of the kind is known: a loopy belief may still be right.
        """
        return self.loops is not Loops.LOOPY


def structure(
    model: FactorGraph, evidence: Mapping[str, Any] | None = None, deadline: Deadline = UNLIMITED
) -> Structure:
    """Whether the factor graph is a tree, or becomes one by the evidence.

    Evidence cuts a loop in two ways. Nothing passes through a variable that is known. And a factor may become a
    product on the states that are left, such as P(wet = no | sprinkler, rain) = 0.1^sprinkler · 0.1^rain: then it
    no longer ties its variables together (see `open_graph`). The numbers are those of the tables: a product counts
    as one where each entry is met within `blocks.TOLERANCE`.

    Args:
        model: a sound factor graph.
        evidence: as for `Engine.infer`; None stands for what is drawn.
        deadline: polled.

    Raises:
        InvalidEvidence: it does not fit the model.
        ImpossibleEvidence: a factor excludes every state that the evidence leaves.
    """
    n_drawn = as_drawn(model).n_loops
    if n_drawn == 0:
        return Structure(Loops.TREE, 0, 0, (), (), "tree: exact", _TREE)
    observed = Observations.of(model, evidence)
    left = open_graph(model, observed, deadline)
    if left.n_loops:
        return Structure(
            Loops.LOOPY, n_drawn, left.n_loops, (), (), "loopy: approximate", _loopy(n_drawn, left.n_loops)
        )
    cutting = _cutting(model, observed, deadline)
    chosen = open_graph(model, observed.restricted_to(frozenset(cutting)), deadline)
    splits = _splits(model, chosen)
    ids = tuple(model.variables[v].id for v in cutting)
    badge = "loops cut by the evidence: exact" if cutting else "loops cut by the tables: exact"
    said = resolve_evidence(model, evidence)
    return Structure(Loops.CUT, n_drawn, 0, ids, splits, badge, _cut_sentence(model, ids, splits, said))


def leaves_no_loop(model: FactorGraph, evidence: Mapping[str, Any] | None, deadline: Deadline = UNLIMITED) -> bool:
    """`structure(…).is_exact`, without asking which observations it is owed to."""
    return open_graph(model, Observations.of(model, evidence), deadline).n_loops == 0


def _cutting(model: FactorGraph, observed: Observations, deadline: Deadline) -> tuple[int, ...]:
    """Observed variables that suffice, none of which can be left out: later ones are dropped first.

    They are dropped in halves, quarters and so on before one by one. More evidence never opens a loop, so what is
    needed among many is needed among fewer.
    """
    kept = sorted(observed.fixed.keys() | observed.beliefs.keys())
    size = len(kept)
    while size:
        for start in range((len(kept) - 1) // size * size, -1, -size):
            fewer = [*kept[:start], *kept[start + size :]]
            if open_graph(model, observed.restricted_to(frozenset(fewer)), deadline).n_loops == 0:
                kept = fewer
        size //= 2
    return tuple(kept)


def _splits(model: FactorGraph, forest: OpenGraph) -> tuple[Split, ...]:
    """Factors of which two parts hang together by other ways."""
    parts_of: dict[int, list[tuple[int, ...]]] = {}
    for part in forest.parts:
        if part.scope:
            parts_of.setdefault(part.factor, []).append(part.scope)
    found = []
    for factor, parts in parts_of.items():
        roots = [forest.components[scope[0]] for scope in parts]
        tied = [scope for scope, root in zip(parts, roots, strict=True) if roots.count(root) > 1]
        if tied:
            names = tuple(tuple(model.variables[v].id for v in scope) for scope in tied)
            found.append(Split(model.factors[factor].id, names))
    return tuple(found)


_TREE = "The factor graph is a tree: every message arrives once, by one way, and belief propagation is exact."


def _loopy(n_drawn: int, n_left: int) -> str:
    if n_left < n_drawn:
        lead = f"Of the {counted(n_drawn, 'loop')} of the drawing {counted(n_left, 'loop is', 'loops are')} left"
    else:
        lead = "The graph has a loop" if n_drawn == 1 else f"The graph has {n_drawn:,} loops"
    return (
        f"{lead}: messages that come back on a loop are taken for new evidence, and loopy belief propagation is "
        "an approximation."
    )


def _cut_sentence(
    model: FactorGraph, cutting: Sequence[str], splits: Sequence[Split], said: Mapping[str, Observation]
) -> str:
    cut = "loop" if as_drawn(model).n_loops == 1 else "loops"
    end = "belief propagation is exact here."
    if not cutting:
        a_loop = "a loop" if cut == "loop" else cut
        return f"The drawing has {a_loop}, but {_products(model, splits)}: the numbers cut every loop, and {end}"
    seen = listed([told(model, id, said[id]) for id in cutting])
    verb = "cuts" if len(cutting) == 1 else "cut"
    if splits:
        return f"{seen} {verb} the {cut}: {_products(model, splits)}. So {end}"
    them = "a variable that is known" if len(cutting) == 1 else "variables that are known"
    return f"{seen} {verb} the {cut}: nothing passes through {them}. So {end}"


def _products(model: FactorGraph, splits: Sequence[Split]) -> str:
    if not splits:
        return "a variable is known from the tables alone"
    first = splits[0]
    factor = next(factor for factor in model.factors if factor.id == first.factor)
    parts = listed([f"one part for {_names(model, part)}" for part in first.parts])
    more = f" (and {counted(len(splits) - 1, 'more factor')} likewise)" if len(splits) > 1 else ""
    return f"what is left of {factor_text(model, factor)} is a product of {parts}{more}, which ties them no longer"


def _names(model: FactorGraph, ids: Sequence[str]) -> str:
    return listed([visible(model.variable(id).label) for id in ids])


def told(model: FactorGraph, id: str, observation: Observation) -> str:
    """An observation in words: "Wet grass = no"."""
    return f"{visible(model.variable(id).label)} {observation_text(observation)}"


def factor_text(model: FactorGraph, factor: Factor) -> str:
    """A factor in words: by the variable whose distribution it is, else by its id."""
    child = kind_of(factor).child(factor)
    return f"the table of {visible(model.variable(child).label)}" if child else f"the factor {visible(factor.id)}"


def listed(words: Sequence[str]) -> str:
    """Words in a row, such as "a, b and c"; of many the first MAX_NAMED and how many more."""
    shown, more = list(words[:MAX_NAMED]), len(words) - MAX_NAMED
    if more > 0:
        shown.append(f"{more:,} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
