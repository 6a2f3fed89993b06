"""A model as arrows: which variable is drawn given which, and what ties variables together without a direction.

    p(x) ∝ Π_c P(x_c | x_parents(c)) · Π_t φ_t(x_t)

A factor that is a distribution of its child given the others makes arrows into the child. Every other factor is a
*tie*, and a tie behaves as an observed child of its variables: it opens every path through itself, and every
collider above it. With the ties as such nodes, d-separation is right for directed, undirected and mixed models
alike (for free potentials alone it is plain separation).
Source: Pearl (1988), Probabilistic Reasoning in Intelligent Systems, ch. 3; evidence as a child: section 2.2.2.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from mbml_core.factors import kind_of
from mbml_core.model import Evidence, Factor, FactorGraph, Observation, weights


@dataclass(frozen=True, eq=False)
class Arrows:
    """The mixed graph of a sound model; everything by id, variables and factors in the order of the drawing.

    Attributes:
        variables: ids of all variables.
        parents: of every variable, in scope order; () for roots and for variables that only ties reach.
        made_by: the factor whose arrows point at a variable; variables without one are missing. A prior counts.
        ties: scopes of the factors that have no direction.
    """

    variables: tuple[str, ...]
    parents: Mapping[str, tuple[str, ...]]
    made_by: Mapping[str, str]
    ties: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, model: FactorGraph) -> Arrows:
        """The arrows of a model.

        A factor is a tie, although it has a child, where another factor has the same child, or where arrows would
        go round in a circle: their product is then no product of conditional distributions. A free potential of
        one variable is its prior where nothing else is.
        """
        scopes = {factor.id: factor.scope for factor in model.factors}
        children = _children(model.factors)
        made_by = {child: factor for factor, child in children.items()}
        for circle in _circles({child: _others(scopes[factor], child) for child, factor in made_by.items()}):
            del made_by[circle]
        used = set(made_by.values())
        return cls(
            tuple(variable.id for variable in model.variables),
            MappingProxyType(
                {v.id: _others(scopes[made_by[v.id]], v.id) if v.id in made_by else () for v in model.variables}
            ),
            MappingProxyType(made_by),
            MappingProxyType({id: scope for id, scope in scopes.items() if id not in used and scope}),
        )

    @property
    def is_directed(self) -> bool:
        """Whether the model is a Bayesian network: arrows without circles, and nothing else."""
        return not self.ties

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Of every variable, in the order of the drawing."""
        found: dict[str, list[str]] = {id: [] for id in self.variables}
        for child, parents in self.parents.items():
            for parent in parents:
                found[parent].append(child)
        return MappingProxyType({id: tuple(children) for id, children in found.items()})

    @cached_property
    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """Of every variable the others that a tie joins it to."""
        found: dict[str, set[str]] = {id: set() for id in self.variables}
        for scope in self.ties.values():
            for id in scope:
                found[id].update(_others(scope, id))
        return MappingProxyType({id: frozenset(others) for id, others in found.items()})

    @cached_property
    def moral(self) -> Mapping[str, frozenset[str]]:
        """The moral graph: of every variable all others that it shares a factor with."""
        found = {id: set(others) for id, others in self.neighbours.items()}
        for child, parents in self.parents.items():
            family = (child, *parents)
            for id in family:
                found[id].update(_others(family, id))
        return MappingProxyType({id: frozenset(others) for id, others in found.items()})

    def ancestors(self, ids: Iterable[str]) -> frozenset[str]:
        """These variables and all from which arrows lead to them."""
        return _closure(ids, self.parents)

    def descendants(self, ids: Iterable[str]) -> frozenset[str]:
        """These variables and all that arrows lead to from them."""
        return _closure(ids, self.children)


@dataclass(frozen=True, slots=True)
class Given:
    """What evidence means for paths.

    Attributes:
        known: variables with a single possible state left by their observation: they block chains and forks.
        hinted: variables of which something weaker is known. It behaves as an observed child: it blocks nothing
            and opens colliders.
    """

    known: frozenset[str] = frozenset()
    hinted: frozenset[str] = frozenset()

    @classmethod
    def of(cls, model: FactorGraph, evidence: Evidence) -> Given:
        """Sorts checked observations."""
        known = {id for id, seen in evidence.items() if is_known(model, id, seen)}
        return cls(frozenset(known), frozenset(evidence.keys() - known))

    @property
    def seen(self) -> frozenset[str]:
        """All of them: what opens colliders."""
        return self.known | self.hinted


def is_known(model: FactorGraph, id: str, observation: Observation) -> bool:
    """Whether an observation leaves its variable a single state."""
    vector = weights(observation, model.variable(id).states)
    return int(np.count_nonzero(vector)) == 1


def _children(factors: Iterable[Factor]) -> dict[str, str]:
    """The child of every factor that has one to itself."""
    named = {factor.id: child for factor in factors if (child := kind_of(factor).child(factor)) is not None}
    count = Counter(named.values())
    found = {factor: child for factor, child in named.items() if count[child] == 1}
    alone: defaultdict[str, list[str]] = defaultdict(list)
    for factor in factors:
        if factor.id not in named and len(factor.scope) == 1 and count[factor.scope[0]] == 0:
            alone[factor.scope[0]].append(factor.id)
    return {**found, **{ids[0]: child for child, ids in alone.items() if len(ids) == 1}}


def _circles(parents: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The variables that lie on a circle of arrows, or between two of them."""
    left = {child: set(above) for child, above in parents.items()}
    while roots := [id for id, above in left.items() if not above & left.keys()]:
        for id in roots:
            del left[id]
    while leaves := left.keys() - {parent for id, above in left.items() for parent in above}:
        for id in leaves:
            del left[id]
    return list(left)


def _others(scope: tuple[str, ...], id: str) -> tuple[str, ...]:
    return tuple(other for other in scope if other != id)


def _closure(ids: Iterable[str], next_of: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    found = set(ids)
    waiting = list(found)
    while waiting:
        new = [id for id in next_of[waiting.pop()] if id not in found]
        found.update(new)
        waiting += new
    return frozenset(found)
