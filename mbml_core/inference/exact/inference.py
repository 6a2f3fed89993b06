"""Exact answers of one network: marginals, log evidence, joint distributions, the most probable assignment.

Source: Lauritzen & Spiegelhalter (1988); Jensen, Lauritzen & Olesen (1990) for the two passes; Shachter (1998)
for what is relevant; Dawid (1992) for the max-product traceback.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

import numpy as np

from mbml_core.compiler.budget import Budget
from mbml_core.compiler.compiled import count_entries
from mbml_core.compiler.cost import BYTES_PER_FLOAT, Cost
from mbml_core.compiler.junction_tree import JunctionTree
from mbml_core.compiler.table_arrays import NetworkArrays
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import ImpossibleEvidence
from mbml_core.inference.exact.given import Given
from mbml_core.inference.exact.kept_tree import KeptTree
from mbml_core.inference.exact.planned_trees import PlannedTrees
from mbml_core.inference.exact.planning import Planner, TooLarge, Unit
from mbml_core.inference.exact.plans import Plan, Plans
from mbml_core.inference.exact.relevance import Relevance
from mbml_core.inference.exact.rows import RowsAtOnce
from mbml_core.inference.exact.runs import Runs
from mbml_core.inference.exact.scopes import clique_scope, clique_with, table_over, with_scope
from mbml_core.inference.exact.tools import Tools
from mbml_core.inference.exact.underflow import UNDERFLOW
from mbml_core.kernels import loading
from mbml_core.kernels.pool import POOL
from mbml_core.kernels.rows import answer_rows

Hard: TypeAlias = Mapping[int, int]
Soft: TypeAlias = Mapping[int, FloatArray]

NO_GAIN = 0.6
"""Where the trees over ancestral sets have more than this share of the entries of one tree, the one is kept: it
spares the passes over cliques that did not change, and no question needs a plan."""
MOST_GAIN = 0.1
"""Where they have less than this share, one tree is not worth its memory."""
FEW = 0.05
"""Share of observed variables up to which the kept tree is asked without comparing; cutting out more makes the
others small."""
CAP = 2.0
"""A plan's single tree is given up when it has more than this many times the entries of one tree over
everything."""
FIRST_TOUCH = 10.0
"""Nanoseconds for each entry of memory that the system has not handed out yet."""
PLANNED_ROW = 100_000.0
"""Nanoseconds of Python for a row of evidence with a plan of its own."""
IMPOSSIBLE = "the observations exclude every joint state"


class ExactInference:
    """Junction trees of one network, planned and run with one set of tools. One question at a time.

    Queries leave no trace in later answers. Nothing of the size of a table is allocated before the first one.

    Attributes:
        network: what it answers for.
        tools: with which.
        whole: one tree over everything, whether it is used or not.
    """

    def __init__(
        self, tools: Tools, network: NetworkArrays, budget: Budget, deadline: Deadline = UNLIMITED
    ) -> None:
        self.network = network
        self._budget = budget
        self._arrays = network.arrays
        self._rates = tools.rates
        self.tools = tools
        self._planner = Planner(tools, network)
        self._runs = Runs(tools, network)
        self.whole = self._planner.whole(budget, deadline)
        fits_whole = self._planner.fits(self.whole, budget, keeps_tables=True)
        is_small = self._kept_time < self._rates.planning * network.n_drawn
        self._is_fine = not is_small and (tools.is_machine_code or not fits_whole)
        self._is_kept_first = self._may_keep = fits_whole and is_small
        if not self._is_kept_first:
            most = NO_GAIN * self.whole.entries if fits_whole else math.inf
            self.relevance = Relevance(self._planner, self.whole, self._is_fine, deadline, most)
            share = self.relevance.entries / max(self.whole.entries, 1.0)
            self._is_kept_first = fits_whole and share > NO_GAIN
            self._may_keep = fits_whole and share > MOST_GAIN

    @cached_property
    def relevance(self) -> Relevance:
        """Which trees evidence needs. A small network whose one tree is kept seldom asks."""
        return Relevance(self._planner, self.whole, self._is_fine)

    @cached_property
    def _plans(self) -> Plans:
        return Plans(self._planner, self.relevance, self._budget, CAP * self.whole.entries)

    @cached_property
    def _trees(self) -> PlannedTrees:
        return PlannedTrees(self._planner, self._runs, self._plans, self.relevance, self._budget)

    @property
    def fits(self) -> bool:
        """Whether questions without evidence are inside the budget."""
        if self._is_kept_first:
            return True
        return all(self._planner.fits(group, self._budget) for group in self.relevance.groups)

    @cached_property
    def largest(self) -> Unit:
        """The unit that decides whether questions are inside the budget."""
        if self._is_kept_first:
            return self.whole
        return max(self.relevance.groups, key=lambda group: group.entries)

    @cached_property
    def cost(self) -> Cost:
        """Predicted cost of a question; evidence may make it larger, up to the budget, or smaller."""
        if self._is_kept_first or not self._may_keep:
            return self._planner.cost(self.largest, keeps_tables=self._is_kept_first)
        both = self._planner.cost(self.whole, keeps_tables=True)
        return replace(self._planner.cost(self.largest), n_bytes=both.n_bytes)

    @property
    def tree(self) -> JunctionTree | None:
        """The tree that costs it; None where it is beyond description."""
        return self._planner.junction_tree(self.largest)

    @property
    def operations(self) -> float:
        """Predicted work of one query, in table entries."""
        if self._is_kept_first:
            return self.whole.cost
        return min(self.whole.cost, sum(group.cost for group in self.relevance.groups))

    def marginals(self, hard: Hard, soft: Soft, deadline: Deadline = UNLIMITED) -> tuple[FloatArray, float]:
        """All beliefs in one array, in the order of the drawing, and the log of the normaliser.

        Raises ImpossibleEvidence where it is zero, TooLarge where this evidence needs more than the budget.
        """
        deadline.check()
        if self._asks_kept_tree(hard, soft, deadline):
            beliefs, total = self._from_kept_tree(hard, soft, deadline)
        else:
            beliefs, total = self._trees.marginals(hard, soft, deadline)
        if total == -math.inf:
            raise ImpossibleEvidence(IMPOSSIBLE)
        return beliefs[: self._n_beliefs], total + self._log_constant

    def rows_at_once(self) -> RowsAtOnce | None:
        """Answers rows of observed states on the one tree; None where planning for each set may be quicker."""
        kernel = loading.fast(answer_rows) if self._runs.is_machine_code else None
        planned = max(PLANNED_ROW, self._rates.planning * self.network.n_drawn)
        is_quick = self._may_keep and self._kept_time < planned and not self.network.loses_digits
        if kernel is None or UNDERFLOW is None or not is_quick:
            return None
        return RowsAtOnce(
            kernel, UNDERFLOW, self._runs, self.network, self._kept.tree, 1e-9 * self._kept_time,
            self._log_constant, self._budget.n_bytes / BYTES_PER_FLOAT,
        )  # fmt: skip

    @cached_property
    def _n_beliefs(self) -> int:
        """States of the drawn variables; auxiliary ones come after them."""
        return int(self._arrays.state_start[self.network.n_drawn])

    @cached_property
    def _log_constant(self) -> float:
        """Log of the factors without variables (or whose variables have one state each)."""
        is_constant = self._arrays.scope_start[1:] == self._arrays.scope_start[:-1]
        return float(np.add.reduce(self.network.log_peaks[is_constant]))

    # one tree over everything

    @property
    def _kept_time(self) -> float:
        """Predicted nanoseconds of a question to the kept tree."""
        return self._rates.kept_entry * self.whole.entries + self._rates.variable * self.whole.n_variables

    def _asks_kept_tree(self, hard: Hard, soft: Soft, deadline: Deadline) -> bool:
        if not self._may_keep:
            return False
        if self._is_kept_first and len(hard) + len(soft) <= max(1.0, FEW * self.network.n_drawn):
            return True
        if self._is_kept_first and self._kept_time < self._rates.planning * self.network.n_drawn:
            return True
        if not hard and not soft:
            return False
        try:
            return self._kept_is_cheaper(self._trees.plan(hard, soft, deadline))
        except TooLarge:
            return True

    def _kept_is_cheaper(self, plan: Plan) -> bool:
        is_touched = "_kept" in self.__dict__ and self._kept.is_touched
        touching = 0.0 if is_touched else FIRST_TOUCH * self.whole.entries
        planned = self._rates.entry * plan.entries + self._rates.variable * plan.n_variables
        return self._kept_time + touching < planned

    @cached_property
    def _kept(self) -> KeptTree:
        return KeptTree(self._runs, self._planner.assembled(self.whole, keeps_tables=True), self.network)

    def _from_kept_tree(self, hard: Hard, soft: Soft, deadline: Deadline) -> tuple[FloatArray, float]:
        beliefs = np.empty(int(self._arrays.state_start[-1]))
        return beliefs, self._kept.marginals(hard, soft, beliefs, deadline)

    # other questions

    def most_probable(
        self, hard: Hard, soft: Soft, deadline: Deadline = UNLIMITED
    ) -> tuple[tuple[int, ...], float]:
        """(state of every drawn variable, log of the maximum). Exact where no factor hides a sum.

        Raises ImpossibleEvidence, TooLarge.
        """
        deadline.check()
        observed = np.array(sorted(hard), dtype=np.int64)
        unit = self.relevance.without(observed, deadline)
        self._make_room(self._planner, unit)
        tree = self._planner.assembled(unit)
        given, log_scale = Given.of(self._arrays, hard, soft)
        states = given.states.copy()
        total = self._runs.most_probable(tree, given, states, deadline) + log_scale + self._log_constant
        total += self._trees.log_of_constants(self._plans.constant_tables(observed, unit.members), given)
        if total == -math.inf:
            raise ImpossibleEvidence(IMPOSSIBLE)
        return tuple(states[: self.network.n_drawn].tolist()), total

    def joint(self, scope: tuple[int, ...], hard: Hard, soft: Soft, deadline: Deadline = UNLIMITED) -> FloatArray:
        """P(x_scope), axes in the order of `scope`. Raises ImpossibleEvidence, TooLarge."""
        deadline.check()
        self._require_room(scope)
        open_scope = [v for v in scope if v not in hard and self._arrays.n_states[v] > 1]
        if not open_scope:
            self.marginals(hard, soft, deadline)  # for what it says about impossible evidence
            return self._certain(scope, hard)
        network = with_scope(self.network, open_scope)
        planner = Planner(self.tools, network)
        wanted, observed, weighed = (np.array(sorted(some), dtype=np.int64) for some in (open_scope, hard, soft))
        unit = self.relevance.around(planner, wanted, observed, weighed, deadline)
        self._make_room(planner, unit)
        tree = planner.assembled(unit)
        given, _ = Given.of(network.arrays, hard, soft)
        home = clique_with(tree.tree, open_scope)
        table = Runs(self.tools, network).table(tree, home, given, deadline)
        constants = self._plans.constant_tables(observed, unit.members)
        if not len(table) or self._trees.log_of_constants(constants, given) == -math.inf:
            raise ImpossibleEvidence(IMPOSSIBLE)
        return table_over(table, clique_scope(tree.tree, home), self._arrays.n_states, scope, dict(hard))

    def _require_room(self, scope: tuple[int, ...]) -> None:
        """Raise TooLarge where the answer alone is beyond the budget."""
        entries = count_entries(self._arrays.n_states[list(scope)].tolist())
        if BYTES_PER_FLOAT * entries > self._budget.n_bytes:
            raise TooLarge(Cost(BYTES_PER_FLOAT * entries, entries, tuple(sorted(scope)), entries), None)

    def _make_room(self, planner: Planner, unit: Unit) -> None:
        """Raise TooLarge where a unit is beyond the budget; where it is beside the kept tree, let go of that."""
        planner.require(unit, self._budget)
        held = self._kept.n_bytes if "_kept" in self.__dict__ else 0
        if held and not planner.fits(unit, replace(self._budget, n_bytes=self._budget.n_bytes - held)):
            del self.__dict__["_kept"]

    def _certain(self, scope: tuple[int, ...], hard: Hard) -> FloatArray:
        result = np.zeros([int(self._arrays.n_states[v]) for v in scope])
        result[tuple(hard.get(v, 0) for v in scope)] = 1.0
        return result

    # idle time

    def work_ahead(self) -> Iterator[None]:
        """Steps that make later questions quicker and change no answer: memory, the prior, plans for single
        clicks.
        """
        if self._is_kept_first:
            yield from self._kept.touch()
            return
        if not self.tools.is_machine_code:  # a plan takes plain Python longer than anybody should wait for it
            return
        self._trees.prior(UNLIMITED)
        yield
        n_floats = 0
        for v in range(self.network.n_drawn):
            if self._plans.is_full:
                break
            try:
                plan = self._trees.plan({v: 0}, {}, UNLIMITED)
            except TooLarge:
                continue
            n_floats = max(n_floats, plan.n_floats)
            yield
        while POOL.reserve(n_floats):
            yield
        if self._may_keep:
            yield from self._kept.touch()
