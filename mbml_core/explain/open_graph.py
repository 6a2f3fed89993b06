"""The graph that evidence leaves: what is known is taken out, and factors that became products are taken apart.

Belief propagation sends the same messages on it as on the drawing: nothing passes through a known variable, a
state that is excluded weighs nothing, and the parts of a product send as if the others were not there. Where it is
a forest, belief propagation on the drawing is therefore exact, however many loops the drawing has.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.errors import ImpossibleEvidence
from mbml_core.explain.blocks import Mask, blocks_of
from mbml_core.factors import kind_of
from mbml_core.inference.observations import Observations
from mbml_core.model import FactorGraph


@dataclass(frozen=True, slots=True)
class Part:
    """A factor, or a block of variables of which it became a product.

    Attributes:
        factor: index in the drawing.
        scope: indices of the variables it ties together.
    """

    factor: int
    scope: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class OpenGraph:
    """Variables and parts by number: first the `n_variables` of the drawing, then the parts.

    Attributes:
        n_variables: of the drawing; those that are known have no neighbours.
        parts: what is left of the factors.
    """

    n_variables: int
    parts: tuple[Part, ...]

    @cached_property
    def neighbours(self) -> Sequence[Sequence[int]]:
        """Of each variable its parts, of each part its variables, by number."""
        found: list[list[int]] = [[] for _ in range(self.n_variables)]
        for i, part in enumerate(self.parts):
            for v in part.scope:
                found[v].append(self.n_variables + i)
        return [*found, *(list(part.scope) for part in self.parts)]

    @cached_property
    def components(self) -> Sequence[int]:
        """For each variable the smallest index of those it hangs together with."""
        root = list(range(self.n_variables))
        for part in self.parts:
            for v in part.scope[1:]:
                one, other = _root(root, part.scope[0]), _root(root, v)
                root[max(one, other)] = min(one, other)
        return [_root(root, v) for v in range(self.n_variables)]

    @property
    def n_loops(self) -> int:
        """Independent loops: edges − nodes + components, zero in a forest."""
        n_edges = sum(len(part.scope) for part in self.parts)
        n_tied = sum(1 for part in self.parts if part.scope)
        return n_edges - n_tied - self.n_variables + len(set(self.components))


def _root(root: list[int], v: int) -> int:
    while root[v] != v:
        root[v] = root[root[v]]
        v = root[v]
    return v


def as_drawn(model: FactorGraph) -> OpenGraph:
    """Before any evidence and any look at the numbers."""
    index = model.variable_index
    parts = (Part(f, tuple([index[id] for id in factor.scope])) for f, factor in enumerate(model.factors))
    return OpenGraph(len(model.variables), tuple(parts))


def open_graph(model: FactorGraph, observed: Observations, deadline: Deadline = UNLIMITED) -> OpenGraph:
    """What the evidence leaves of a sound model. Raises ImpossibleEvidence where a factor allows nothing.

    A state that a factor excludes is excluded for the others too, as its message says; that may make a variable
    known.
    """
    allowed = _allowed(model, observed)
    known = _cut(as_drawn(model), allowed)
    return known if known.n_loops == 0 else _taken_apart(model, allowed, deadline)


def _allowed(model: FactorGraph, observed: Observations) -> list[Mask]:
    masks = [np.ones(variable.size, dtype=np.bool_) for variable in model.variables]
    for v, state in observed.hard.items():
        masks[v] = np.arange(len(masks[v])) == state
    for v, weights in (*observed.soft.items(), *observed.beliefs.items()):
        masks[v] = weights > 0
    return masks


def _cut(graph: OpenGraph, allowed: Sequence[Mask]) -> OpenGraph:
    """Without the variables that have one state left."""
    is_open = [np.count_nonzero(mask) > 1 for mask in allowed]
    parts = (Part(part.factor, tuple([v for v in part.scope if is_open[v]])) for part in graph.parts)
    return OpenGraph(graph.n_variables, tuple(parts))


def _taken_apart(model: FactorGraph, allowed: list[Mask], deadline: Deadline) -> OpenGraph:
    drawn = as_drawn(model)
    potentials = [kind_of(factor).lower(factor, model.domains(factor)) for factor in model.factors]
    found: list[tuple[tuple[int, ...], ...]] = [()] * len(potentials)
    factors_of = [[node - drawn.n_variables for node in nodes] for nodes in drawn.neighbours[: drawn.n_variables]]
    waiting = deque(range(len(potentials)))
    while waiting:
        deadline.check()
        factor = waiting.popleft()
        scope = drawn.parts[factor].scope
        blocks, supports = blocks_of(potentials[factor], [allowed[v] for v in scope])
        found[factor] = tuple(tuple(scope[axis] for axis in block) for block in blocks)
        for v, support in zip(scope, supports, strict=True):
            if support.sum() < allowed[v].sum():
                allowed[v] = support
                waiting += [other for other in factors_of[v] if other not in waiting]
        if any(not support.any() for support in supports):
            raise ImpossibleEvidence("a factor allows none of the states that the evidence leaves")
    parts = tuple(Part(factor, scope) for factor, blocks in enumerate(found) for scope in blocks)
    return _cut(OpenGraph(drawn.n_variables, parts), allowed)
