"""Plans for sets of observed variables, kept for when the same variables are observed again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from mbml_core.compiler.budget import Budget
from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import IntArray
from mbml_core.inference.exact.planning import Assembled, FlagArray, Planner
from mbml_core.inference.exact.relevance import Relevance, Relevant

CACHED_BYTES = 64 << 20
"""Programs kept. They are small beside the tables they run on."""
MOST_CACHED = 4096


@dataclass(frozen=True, eq=False)
class Plan:
    """What a set of observed variables needs, ready to run.

    Attributes:
        trees: together they hold every variable whose marginal changes.
        untouched: groups of a network with free potentials that keep what they had, by number.
        constant_tables: tables all of whose variables are observed.
        free_variables: drawn variables without a distribution of their own that no tree holds.
        entries, n_variables: of the trees.
    """

    trees: tuple[Assembled, ...]
    untouched: tuple[int, ...]
    constant_tables: IntArray
    free_variables: IntArray
    entries: float
    n_variables: int

    @property
    def n_bytes(self) -> int:
        """Of the programs."""
        return sum(tree.n_bytes for tree in self.trees) + self.constant_tables.nbytes

    @property
    def n_floats(self) -> int:
        """Of scratch memory: the trees run one after another."""
        return max((tree.n_floats for tree in self.trees), default=0)


class Plans:
    """Makes plans and remembers them."""

    def __init__(self, planner: Planner, relevance: Relevance, budget: Budget, cap: float) -> None:
        self._planner = planner
        self._relevance = relevance
        self._budget = budget
        self._cap = cap
        self._cached: OrderedDict[tuple[frozenset[int], frozenset[int]], Plan] = OrderedDict()
        self._n_bytes = 0
        network = planner.network
        owned = np.zeros(network.n_drawn, dtype=np.bool_)
        owned[network.arrays.owner[network.arrays.owner >= 0]] = True
        self._is_free = ~owned

    def plan(self, hard: frozenset[int], soft: frozenset[int], deadline: Deadline) -> Plan:
        """The plan for evidence on these variables. Raises TooLarge (planning.py)."""
        found = self._cached.get((hard, soft))
        if found is None:
            found = self._made(hard, soft, deadline)
            self._remember((hard, soft), found)
        else:
            self._cached.move_to_end((hard, soft))
        return found

    @property
    def is_full(self) -> bool:
        """Whether a further plan would drive out an old one."""
        return self._n_bytes > CACHED_BYTES / 2 or len(self._cached) >= MOST_CACHED

    def _remember(self, key: tuple[frozenset[int], frozenset[int]], plan: Plan) -> None:
        self._cached[key] = plan
        self._n_bytes += plan.n_bytes
        while len(self._cached) > MOST_CACHED or (self._n_bytes > CACHED_BYTES and len(self._cached) > 1):
            _, old = self._cached.popitem(last=False)
            self._n_bytes -= old.n_bytes

    def _made(self, hard: frozenset[int], soft: frozenset[int], deadline: Deadline) -> Plan:
        observed = np.array(sorted(hard), dtype=np.int64)
        weighed = np.array(sorted(soft), dtype=np.int64)
        relevant = self._relevance.of(observed, weighed, self._cap, deadline)
        for unit in relevant.units:
            self._planner.require(unit, self._budget)
        return Plan(
            tuple(self._planner.assembled(unit) for unit in relevant.units if unit.n_variables),
            relevant.untouched,
            self.constant_tables(observed, relevant.known),
            self._free_variables(observed, relevant),
            relevant.entries,
            relevant.n_variables,
        )

    def constant_tables(self, observed: IntArray, known: FlagArray) -> IntArray:
        """Tables, free or of a known variable, all of whose variables are observed."""
        if not len(observed):
            return observed
        arrays = self._planner.arrays
        is_open = np.ones(len(arrays.n_states), dtype=np.bool_)
        is_open[observed] = False
        n_open = np.concatenate([[0], np.cumsum(is_open[arrays.scope])])
        closed = n_open[arrays.scope_start[1:]] == n_open[arrays.scope_start[:-1]]
        counts = (arrays.owner < 0) | known[arrays.owner]
        has_scope = np.diff(arrays.scope_start) > 0
        return np.flatnonzero(closed & counts & has_scope)

    def _free_variables(self, observed: IntArray, relevant: Relevant) -> IntArray:
        if not self._relevance.is_directed or not self._is_free.any():
            return observed[:0]
        is_left = self._is_free.copy()
        is_left[observed] = False
        for unit in relevant.units[:1]:
            variables = unit.part.variables
            is_left[variables[variables < len(is_left)]] = False
        return np.flatnonzero(is_left)
