"""The joint distribution of a tiny network as one table: nothing is planned, everything is multiplied out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mbml_core.compiler.budget import Budget
from mbml_core.compiler.cost import BYTES_PER_FLOAT
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.errors import ImpossibleEvidence
from mbml_core.factors import kind_of, to_dense
from mbml_core.inference.exact.inference import IMPOSSIBLE
from mbml_core.model import FactorGraph

MOST_PRODUCTS = 8192
"""Of writing the table out and reading it: 5 µs of arithmetic, where a tree and its program take 100 µs and more.
Eight variables with two states have 256 entries and 6000 products."""
MOST_AXES = 32
"""Variables with a single state add no entry, but an axis."""
PLENTY = 128
"""A budget of this many times the table has room for a tree too, which other questions run."""
KEPT_SHAPES = 32


class Places(NamedTuple):
    """Where the states of some variables lie; the same for all networks with these numbers of states.

    Attributes:
        start: (V,) where each variable's states begin among those of all.
        owner: (ΣK,) the variable of each state.
        has_state: (ΣK, entries) one where a joint state has the variable in the state, else zero.
    """

    start: tuple[int, ...]
    owner: IntArray
    has_state: FloatArray


class JointTable:
    """Answers by the whole table; safe for several threads at once."""

    def __init__(self, sizes: tuple[int, ...], entries: FloatArray) -> None:
        self._sizes = sizes
        self._entries = entries

    @property
    def operations(self) -> float:
        """Of one query, in additions."""
        return float(self._entries.size * sum(self._sizes))

    @classmethod
    def of(cls, graph: FactorGraph, budget: Budget) -> JointTable | None:
        """The table of a sound graph; None where a tree is quicker or needed for digits to last."""
        if not 0 < len(graph.variables) <= MOST_AXES:
            return None
        sizes = tuple([len(variable.domain.states) for variable in graph.variables])
        n_entries = math.prod(sizes)
        is_tiny = n_entries * (len(graph.factors) + sum(sizes)) <= MOST_PRODUCTS
        if not is_tiny or PLENTY * BYTES_PER_FLOAT * n_entries > min(budget.n_bytes, budget.operations):
            return None
        try:
            with np.errstate(under="raise", over="raise"):
                return cls(sizes, _multiplied_out(graph, sizes).ravel())
        except FloatingPointError:
            return None

    def marginals(
        self, hard: Mapping[int, int], soft: Mapping[int, FloatArray]
    ) -> tuple[FloatArray, float] | None:
        """All beliefs, flat, and the log of the normaliser; None where digits were lost.

        Raises ImpossibleEvidence.
        """
        places = places_of(self._sizes)
        try:
            with np.errstate(under="raise", over="raise"):
                sums = places.has_state @ self._weighed(hard, soft, places)
                totals = np.add.reduceat(sums, places.start)
        except FloatingPointError:
            return None
        total = float(totals[0])
        if not total:
            raise ImpossibleEvidence(IMPOSSIBLE)
        return (sums / totals[places.owner], math.log(total)) if total < math.inf else None

    def _weighed(self, hard: Mapping[int, int], soft: Mapping[int, FloatArray], places: Places) -> FloatArray:
        entries, start, has_state = self._entries, places.start, places.has_state
        for v, state in hard.items():
            entries = entries * has_state[start[v] + state]
        for v, likelihood in soft.items():
            entries = entries * (likelihood @ has_state[start[v] : start[v] + self._sizes[v]])
        return entries


def _multiplied_out(graph: FactorGraph, sizes: tuple[int, ...]) -> FloatArray:
    """Π of all factors, one axis per variable."""
    joint = np.ones(sizes)
    index = graph.variable_index
    for factor in graph.factors:
        scope = [index[id] for id in factor.scope]
        potential = kind_of(factor).lower(factor, graph.domains(factor))
        joint *= _spread(to_dense(potential, tuple([sizes[v] for v in scope])), scope, len(sizes))
    return joint


def _spread(table: FloatArray, scope: Sequence[int], n_axes: int) -> FloatArray:
    """A view with the axes in ascending order, and one of length one for each variable outside the scope."""
    shape = [1] * n_axes
    for v, size in zip(scope, table.shape, strict=True):
        shape[v] = size
    ascending = sorted(range(len(scope)), key=scope.__getitem__)
    return table.transpose(ascending).reshape(shape)


@lru_cache(maxsize=KEPT_SHAPES)
def places_of(sizes: tuple[int, ...]) -> Places:
    """The places of variables with these numbers of states."""
    bounds = np.cumsum([0, *sizes])
    has_state = np.zeros((bounds[-1], math.prod(sizes)))
    for start, states in zip(bounds, np.indices(sizes).reshape(len(sizes), -1), strict=False):
        has_state[start + states, np.arange(len(states))] = 1.0
    has_state.flags.writeable = False
    return Places(tuple(bounds[:-1].tolist()), np.repeat(np.arange(len(sizes)), sizes), has_state)
