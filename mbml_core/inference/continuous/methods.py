"""Exact linear-Gaussian inference, EP and VMP behind the interface of all methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import UnsupportedQuery
from mbml_core.factors.rules import Method as Rule
from mbml_core.inference.continuous import ep, vmp
from mbml_core.inference.continuous.linear_gaussian import LinearFactors, LinearGaussianInference
from mbml_core.inference.continuous.plan import Plan, Planner
from mbml_core.inference.continuous.posterior import (
    ContinuousPosterior,
    Moments,
    read_beliefs,
    require_proper,
    require_spread,
)
from mbml_core.inference.continuous.progress import SweepInfo, run
from mbml_core.inference.exact.rows import RowsAtOnce
from mbml_core.inference.message_passing import BpOptions
from mbml_core.inference.methods import Assignment
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Status
from mbml_core.model import FactorGraph

SCHEDULES = ("auto", "sequential", "flooding")

_STATUS_WORDS: Mapping[Status, str] = {
    Status.CONVERGED: "Approximate. The messages stopped changing.",
    Status.MAX_SWEEPS: "Approximate and not converged: stopped at the largest number of sweeps. "
    "Try damping=0.5 or more sweeps.",
    Status.OSCILLATING: "Approximate and not converged: the messages repeat with period two. "
    "Damping usually cures this: try damping=0.5.",
}


class _Continuous:
    """What the methods have in common: the questions they do not answer."""

    name: str
    operations = 0.0

    def most_probable(self, observed: Observations, deadline: Deadline) -> Assignment:
        """Refused."""
        self._refuse("a most probable assignment")

    def joint(self, scope: tuple[int, ...], observed: Observations, deadline: Deadline) -> FloatArray:
        """Refused."""
        self._refuse("a joint distribution")

    def work_ahead(self) -> Iterator[None]:
        """Nothing."""
        return iter(())

    def rows_at_once(self) -> RowsAtOnce | None:
        """Nothing."""
        return None

    def _refuse(self, what: str) -> NoReturn:
        raise UnsupportedQuery(f"{what} is for models of states with the methods 'exact' and 'bp'; ask with infer")


class LinearGaussianMethod(_Continuous):
    """See `LinearGaussianInference`."""

    name = "exact"

    def __init__(self, graph: FactorGraph, factors: LinearFactors, memory: float) -> None:
        self._inference = LinearGaussianInference(graph, factors, memory)
        self._nothing = tuple(np.empty(0) for _ in graph.variables)

    def marginals(self, observed: Observations, deadline: Deadline) -> ContinuousPosterior:
        """Means and variances."""
        values = {v: float(value) for v, value in observed.values.items() if not isinstance(value, tuple)}
        found = self._inference.moments(values, deadline)
        distributions = Moments(found.mean, found.variance)
        return ContinuousPosterior(self._nothing, found.log_evidence, Status.EXACT, distributions=distributions)


@dataclass(frozen=True, slots=True)
class _Run:
    beliefs: tuple[FloatArray, ...]
    info: SweepInfo
    status: Status
    log_evidence: float
    remark: str = ""


class _MessagePassing(_Continuous):
    """What EP and VMP have in common."""

    rule: Rule

    def __init__(self, graph: FactorGraph, options: BpOptions, why: str = "") -> None:
        if options.schedule not in SCHEDULES:
            raise UnsupportedQuery(
                f"'{self.name}' has no schedule '{options.schedule}'; use one of {', '.join(SCHEDULES)}"
            )
        self._graph = graph
        self._options = options
        self._why = why
        self._planner = Planner(graph, self.rule)

    def marginals(self, observed: Observations, deadline: Deadline) -> ContinuousPosterior:
        """Beliefs, and the log evidence or its bound."""
        plan = self._planner.plan(observed)
        found = self._run(plan, deadline)
        probabilities, distributions = read_beliefs(self._graph, plan.known, plan.blocks, found.beliefs)
        is_settled = found.status is Status.CONVERGED and not found.info.skipped
        status = Status.EXACT if is_settled and self._is_exact(plan) else found.status
        words = _STATUS_WORDS.get(status, "")
        return ContinuousPosterior(
            probabilities,
            found.log_evidence,
            status,
            found.info.sweep,
            found.info.residual,
            message=" ".join(filter(None, (self._why, self._quality_words(plan, status), found.remark))),
            distributions=distributions,
            words=words,
        )

    def _run(self, plan: Plan, deadline: Deadline) -> _Run:
        raise NotImplementedError

    def _is_exact(self, plan: Plan) -> bool:
        raise NotImplementedError

    def _quality_words(self, plan: Plan, status: Status) -> str:
        """What the rules are worth."""
        if status is Status.EXACT:
            return "Every rule is exact here, and nothing loops."
        approximate = sorted(
            {
                f"'{group.rules.name}'" + (" (experimental)" if quality == "experimental" else "")
                for group in plan.groups
                if group.slots and (quality := group.rules.quality(self.rule, group.slots.keys())) != "exact"
            }
        )
        if not approximate:
            return "" if self._is_exact(plan) else "Every rule is exact, but the graph has loops."
        return f"Approximate rules: {', '.join(approximate)}."


class ExpectationPropagation(_MessagePassing):
    """See `ep`."""

    name = "ep"
    rule: Rule = "ep"

    def _run(self, plan: Plan, deadline: Deadline) -> _Run:
        options = self._options
        damping = 0.0 if self._is_exact(plan) else options.damping  # which would only delay exact answers
        sweeps = ep.sweeps(plan, damping=damping, at_once=options.schedule == "flooding", deadline=deadline)
        state, info, status = run(sweeps, plan.blocks, options.tolerance, options.max_sweeps)
        require_proper(self._graph, plan.blocks, state.beliefs)
        require_spread(self._graph, plan.blocks, state.beliefs)
        evidence = ep.log_evidence(plan, state)
        remarks = []
        if info.skipped:
            remarks.append(f"{info.skipped} updates were skipped: their cavities or messages had no meaning.")
        if evidence.left_out:
            remarks.append(f"The log evidence leaves out {evidence.left_out} factors whose cavities are improper.")
        return _Run(state.beliefs, info, status, evidence.log_evidence, " ".join(remarks))

    def _is_exact(self, plan: Plan) -> bool:
        """Exact rules on a forest."""
        return plan.order.is_forest and all(
            group.rules.quality("ep", group.slots.keys()) == "exact" for group in plan.groups if group.slots
        )


class VariationalMessagePassing(_MessagePassing):
    """See `vmp`."""

    name = "vmp"
    rule: Rule = "vmp"

    def __init__(self, graph: FactorGraph, options: BpOptions, seed: int | None) -> None:
        super().__init__(graph, options)
        self._seed = seed

    def _run(self, plan: Plan, deadline: Deadline) -> _Run:
        sweeps = vmp.sweeps(plan, seed=self._seed, deadline=deadline)
        state, info, status = run(sweeps, plan.blocks, self._options.tolerance, self._options.max_sweeps)
        require_proper(self._graph, plan.blocks, state.beliefs)
        is_exact = status is Status.CONVERGED and self._is_exact(plan)
        remark = "" if is_exact else "The log evidence is a lower bound."
        return _Run(state.beliefs, info, status, vmp.bound(plan, state), remark)

    def _is_exact(self, plan: Plan) -> bool:
        """No two unknown variables share a factor."""
        return all(
            len(group.slots) == 1 and group.rules.quality("vmp", group.slots.keys()) == "exact"
            for group in plan.groups
            if group.slots
        )


class ExactByRules(ExpectationPropagation):
    """EP, where it is exact. Raises UnsupportedQuery elsewhere."""

    name = "exact"

    def marginals(self, observed: Observations, deadline: Deadline) -> ContinuousPosterior:
        """Exact beliefs."""
        found = super().marginals(observed, deadline)
        if found.status is not Status.EXACT:
            raise UnsupportedQuery(
                "this model has no exact answer here: it is neither linear-Gaussian, nor a forest of conjugate "
                "factors; use method='ep' or 'auto'"
            )
        return found
