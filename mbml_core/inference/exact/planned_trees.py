"""Answers by the trees that a set of observed variables needs, beside what was known without evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mbml_core.compiler.budget import Budget
from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.inference.exact.given import Given
from mbml_core.inference.exact.planning import Planner
from mbml_core.inference.exact.plans import Plan, Plans
from mbml_core.inference.exact.relevance import Relevance
from mbml_core.inference.exact.runs import Runs


@dataclass(frozen=True, eq=False)
class Prior:
    """Answers without evidence.

    Attributes:
        beliefs: of all variables, flat.
        log_normalizers: of each group.
    """

    beliefs: FloatArray
    log_normalizers: tuple[float, ...]


class PlannedTrees:
    """Observed variables are cut out; what the evidence does not reach keeps its prior. Raises TooLarge."""

    def __init__(self, planner: Planner, runs: Runs, plans: Plans, relevance: Relevance, budget: Budget) -> None:
        self._planner = planner
        self._network = planner.network
        self._arrays = planner.arrays
        self._runs = runs
        self._plans = plans
        self._relevance = relevance
        self._budget = budget
        self._prior: Prior | None = None

    def plan(self, hard: Mapping[int, int], soft: Mapping[int, FloatArray], deadline: Deadline) -> Plan:
        """The plan for evidence on these variables."""
        return self._plans.plan(frozenset(hard), frozenset(soft), deadline)

    def marginals(
        self, hard: Mapping[int, int], soft: Mapping[int, FloatArray], deadline: Deadline
    ) -> tuple[FloatArray, float]:
        """All beliefs, flat, and the log of the normaliser of the tables that have variables; −inf: impossible."""
        prior = self.prior(deadline)
        beliefs = prior.beliefs.copy()
        if not hard and not soft:
            return beliefs, self._log_normalizer_of(prior)
        plan = self.plan(hard, soft, deadline)
        given, log_scale = Given.of(self._arrays, hard, soft)
        logs = self._runs.all_marginals(plan.trees, given, beliefs, deadline)
        self._write_observed(hard, beliefs)
        total = log_scale + self.log_of_constants(plan.constant_tables, given)
        if self._relevance.is_directed:  # each tree holds all the evidence
            total += (logs[0] if logs else 0.0) + self._log_uniform(plan)
            return beliefs, -math.inf if -math.inf in logs else total
        return beliefs, total + sum(logs) + sum(prior.log_normalizers[k] for k in plan.untouched)

    def prior(self, deadline: Deadline) -> Prior:
        """Without evidence: each group is run once, the first time somebody asks."""
        if self._prior is None:
            beliefs = np.empty(int(self._arrays.state_start[-1]))
            given, _ = Given.of(self._arrays, {}, {})
            logs = []
            for group in self._relevance.groups:
                self._planner.require(group, self._budget)
                logs.append(self._runs.marginals(self._planner.assembled(group), given, beliefs, deadline))
            self._prior = Prior(beliefs, tuple(logs))
        return self._prior

    def log_of_constants(self, tables: IntArray, given: Given) -> float:
        """Σ log of the entries that the evidence selects in tables it leaves no variable of."""
        arrays = self._arrays
        total = 0.0
        for t in tables.tolist():
            axes = slice(arrays.scope_start[t], arrays.scope_start[t + 1])
            at = arrays.value_start[t] + given.states[arrays.scope[axes]] @ arrays.stride[axes]
            total += self._log_value(int(at)) + float(self._network.log_peaks[t])
        return total

    def _log_value(self, at: int) -> float:
        if self._network.loses_digits:
            return float(self._network.log_values[at])
        value = float(self._arrays.values[at])
        return math.log(value) if value > 0.0 else -math.inf

    def _log_normalizer_of(self, prior: Prior) -> float:
        if -math.inf in prior.log_normalizers:
            return -math.inf
        return self._network.log_uniform if self._relevance.is_directed else sum(prior.log_normalizers)

    def _log_uniform(self, plan: Plan) -> float:
        """Log of the number of states of variables without a distribution that no tree sums over."""
        return float(np.log(self._arrays.n_states[plan.free_variables]).sum())

    def _write_observed(self, hard: Mapping[int, int], beliefs: FloatArray) -> None:
        start = self._arrays.state_start
        for variable, state in hard.items():
            beliefs[start[variable] : start[variable + 1]] = 0.0
            beliefs[start[variable] + state] = 1.0
