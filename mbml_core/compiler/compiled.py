"""From the model to integers: variables by index, factors in groups of one kind and shape.

A group is a batch: its factors share an index array and a stacked parameter array, so that a kernel runs once a
group, whether it holds one factor drawn by hand or a million rows of a plate. No names from here on.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.errors import UnsupportedQuery
from mbml_core.factors import MAX_DENSE_ENTRIES, Automaton, DenseTable, Potential, kind_of, to_dense
from mbml_core.factors.potential import prefers_dense
from mbml_core.model import Factor, FactorGraph

MOST_ENTRIES = 1e300
"""Counts of table entries stop here, so that bytes and operations made of them stay finite doubles too."""


@dataclass(frozen=True, eq=False)
class DenseGroup:
    """Factors given by tables of one shape.

    Attributes:
        scopes: (G, d) variable indices.
        members: (G,) positions of the factors in the drawing.
        values: (G, K_1, …, K_d) linear.
    """

    scopes: IntArray
    members: IntArray
    values: FloatArray

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of states along each axis of the scope."""
        return self.values.shape[1:]

    @cached_property
    def log_values(self) -> FloatArray:
        """Natural log of `values`; zero is `-inf`."""
        return categorical.log(self.values)


@dataclass(frozen=True, eq=False)
class AutomatonGroup:
    """Automata that differ in weights only.

    Attributes:
        scopes: (G, d) variable indices.
        members: (G,) positions of the factors in the drawing.
        shape: number of states along each axis of the scope.
        pattern: one of the automata; its weights stand for no one.
        weights: for each step (G, T), linear.
    """

    scopes: IntArray
    members: IntArray
    shape: tuple[int, ...]
    pattern: Automaton
    weights: tuple[FloatArray, ...]

    @cached_property
    def log_weights(self) -> tuple[FloatArray, ...]:
        """Natural log of `weights`; zero is `-inf`."""
        return tuple(categorical.log(step) for step in self.weights)

    @cached_property
    def is_unambiguous(self) -> bool:
        """Whether every factor of the group is; the pattern's weights are those of the first only."""
        for step, weights in zip(self.pattern.steps, self.weights, strict=True):
            moves = step.sources * self.shape[step.axis] + step.states
            used = np.zeros((int(moves.max()) + 1, len(self.members)), dtype=np.int64)
            np.add.at(used, moves, (weights > 0).T)
            if (used > 1).any():
                return False
        return True


FactorGroup: TypeAlias = DenseGroup | AutomatonGroup


@dataclass(frozen=True, eq=False)
class CompiledGraph:
    """What the engine walks.

    Attributes:
        n_states: (V,) number of states of each variable, in the order of the drawing.
        groups: the factors, each in exactly one group.
        n_factors: how many there are.
    """

    n_states: IntArray
    groups: tuple[FactorGroup, ...]
    n_factors: int

    @cached_property
    def offsets(self) -> IntArray:
        """(V + 1,) where each variable's states begin in a flat array over all states of all variables."""
        return np.concatenate([[0], np.cumsum(self.n_states)]).astype(np.int64)

    @cached_property
    def scopes(self) -> tuple[tuple[int, ...], ...]:
        """Scope of each factor, in drawing order."""
        found: list[tuple[int, ...]] = [()] * self.n_factors
        for group in self.groups:
            for member, scope in zip(group.members.tolist(), group.scopes.tolist(), strict=True):
                found[member] = tuple(scope)
        return tuple(found)

    @cached_property
    def locations(self) -> tuple[tuple[int, int], ...]:
        """(group, row) of each factor, in drawing order."""
        found = [(0, 0)] * self.n_factors
        for g, group in enumerate(self.groups):
            for row, member in enumerate(group.members.tolist()):
                found[member] = (g, row)
        return tuple(found)


def compile_graph(graph: FactorGraph, *, unambiguous: bool = False) -> CompiledGraph:
    """Index and group a sound graph.

    With `unambiguous`, factors whose automaton hides a sum (noisy-or) are written out as tables, because
    maximising over the hidden memory would maximise the noise as well. Raises UnsupportedQuery where such a
    table would exceed MAX_DENSE_ENTRIES.
    """
    batches: dict[Hashable, list[tuple[int, Potential]]] = defaultdict(list)
    for position, factor in enumerate(graph.factors):
        potential = lowered(graph, factor, unambiguous)
        batches[_group_key(graph, factor, potential)].append((position, potential))
    n_states = np.array([variable.size for variable in graph.variables], dtype=np.int64)
    groups = tuple(_stack(graph, batch) for batch in batches.values())
    return CompiledGraph(n_states, groups, len(graph.factors))


def has_ambiguous_factors(graph: CompiledGraph) -> bool:
    """Whether some factor hides a sum, so that max-product needs `compile_graph(…, unambiguous=True)`."""
    return any(isinstance(group, AutomatonGroup) and not group.is_unambiguous for group in graph.groups)


def count_entries(sizes: Iterable[int]) -> float:
    """Entries of a table with these numbers of states, at most MOST_ENTRIES."""
    return min(math.prod(float(size) for size in sizes), MOST_ENTRIES)


def _sizes(graph: FactorGraph, factor: Factor) -> tuple[int, ...]:
    return tuple(variable.size for variable in graph.domains(factor))


def lowered(graph: FactorGraph, factor: Factor, unambiguous: bool) -> Potential:
    """A factor's potential, as a table where that is no larger or, with `unambiguous`, where a sum is hidden; then
    raises UnsupportedQuery where the table would exceed MAX_DENSE_ENTRIES.
    """
    potential = kind_of(factor).lower(factor, graph.domains(factor))
    if isinstance(potential, DenseTable):
        return potential
    sizes = _sizes(graph, factor)
    needs_table = unambiguous and not potential.is_unambiguous
    if needs_table and math.prod(sizes) > MAX_DENSE_ENTRIES:
        raise UnsupportedQuery(
            f"the most probable assignment needs the full table of '{factor.id}' ({factor.kind} with "
            f"{len(sizes)} variables, {count_entries(sizes):.3g} entries); reduce its parents or ask for marginals"
        )
    return DenseTable(to_dense(potential, sizes)) if needs_table or prefers_dense(potential, sizes) else potential


def _group_key(graph: FactorGraph, factor: Factor, potential: Potential) -> Hashable:
    if isinstance(potential, DenseTable):
        return potential.values.shape
    return (_sizes(graph, factor), potential.memory, *(step.key for step in potential.steps))


def _stack(graph: FactorGraph, batch: Sequence[tuple[int, Potential]]) -> FactorGroup:
    members = np.array([position for position, _ in batch], dtype=np.int64)
    index = graph.variable_index
    factors = [graph.factors[position] for position, _ in batch]
    scopes = np.array([[index[id] for id in factor.scope] for factor in factors], dtype=np.int64)
    scopes = scopes.reshape(len(batch), -1)
    tables = [potential.values for _, potential in batch if isinstance(potential, DenseTable)]
    if tables:
        return DenseGroup(scopes, members, np.stack(tables))
    automata = [potential for _, potential in batch if isinstance(potential, Automaton)]
    weights = tuple(np.stack([a.steps[i].weights for a in automata]) for i in range(len(automata[0].steps)))
    return AutomatonGroup(scopes, members, _sizes(graph, factors[0]), automata[0], weights)
