"""compile() and infer(): the one place where policy lives.

A compiled `Engine` answers any number of queries about one model. Queries are pure: they change nothing in the
model, and no answer depends on what was asked before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from mbml_core.compiler.budget import Budget
from mbml_core.compiler.compiled import compile_graph
from mbml_core.deadline import CancelToken, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import ImpossibleEvidence, InvalidEvidence, Problem, UnsupportedQuery
from mbml_core.factors import MAX_AXES, require_sound
from mbml_core.inference.conflict import Support, smallest_conflict
from mbml_core.inference.jeffrey import MAX_ROUNDS, fit_beliefs
from mbml_core.inference.junction_tree import plan_exact
from mbml_core.inference.message_passing import BpOptions
from mbml_core.inference.methods import BeliefPropagation, Enumeration, Exact, Method
from mbml_core.inference.observations import Observations
from mbml_core.inference.over_budget import cost_sentence, over_budget, remedies_of
from mbml_core.inference.result import Joint, MapResult, Marginal, Marginals, Posterior, Result
from mbml_core.model import FactorGraph, find_variable, unknown_variable

Answer = TypeVar("Answer")

METHODS = ("auto", "exact", "bp", "enumeration")

LOCK_POLL = 0.02
"""Seconds between two looks at the deadline while another thread has the engine."""
CONFLICT_OPERATIONS = 2e9
"""Work spent on looking for a smallest conflict, in operations of the method: about a second."""
CONFLICT_QUERIES = (8, 500)
"""Least and most queries spent on it, however cheap or dear one is."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A method and why it was chosen."""

    method: Method
    message: str


class Engine:
    """A model made ready for queries. Made by `compile`; safe to share between threads.

    Attributes:
        model: the factor graph it answers for.
        method: the algorithm that runs: "exact", "bp" or "enumeration".
        message: why this method, where there was a choice.
    """

    def __init__(self, model: FactorGraph, choice: _Choice) -> None:
        self.model = model
        self.method = choice.method.name
        self.message = choice.message
        self._method = choice.method
        self._lock = threading.Lock()

    def infer(
        self,
        evidence: Mapping[str, Any] | None = None,
        *,
        deadline: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Result:
        """Marginals of all variables given `evidence`, and the log evidence in nats.

        Args:
            evidence: {variable: state name | state index | likelihood vector | observation}; None stands for
                the evidence drawn with the model, {} for none.
            deadline: seconds the call may take.
            cancel: token that stops it.

        Raises:
            InvalidEvidence: a name, state or vector does not fit the model; every problem at once.
            ImpossibleEvidence: the observations have probability zero; names a smallest conflicting set.
            DeadlineExceeded, Cancelled: the call was stopped; the engine stays usable.
        """
        limit = Deadline(deadline, cancel)
        observed = Observations.of(self.model, evidence)
        return self._result(self._ask(observed, limit, lambda: self._posterior(observed, limit)[0]))

    def map(
        self,
        evidence: Mapping[str, Any] | None = None,
        *,
        deadline: float | None = None,
        cancel: CancelToken | None = None,
    ) -> MapResult:
        """A most probable assignment of all variables given `evidence`; arguments and errors as in `infer`.

        `log_probability` is log P(assignment, evidence) in nats.
        """
        limit = Deadline(deadline, cancel)
        observed = Observations.of(self.model, evidence)
        states, log_probability, is_exact = self._ask(
            observed, limit, lambda: self._method.most_probable(self._likelihoods(observed, limit), limit)
        )
        assignment = {v.id: v.states[state] for v, state in zip(self.model.variables, states, strict=True)}
        return MapResult(MappingProxyType(assignment), log_probability, is_exact, self.method, self.message)

    def joint(
        self,
        variables: Iterable[str],
        evidence: Mapping[str, Any] | None = None,
        *,
        deadline: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Joint:
        """The exact joint distribution of `variables` given `evidence`; arguments and errors as in `infer`.

        Raises UnsupportedQuery for more than MAX_AXES variables and, by belief propagation, where the graph has
        loops or no table holds all of the variables.
        """
        limit = Deadline(deadline, cancel)
        scope = self._scope(variables)
        observed = Observations.of(self.model, evidence)
        table = self._ask(
            observed, limit, lambda: self._method.joint(scope, self._likelihoods(observed, limit), limit)
        )
        chosen = [self.model.variables[v] for v in scope]
        return Joint(tuple(v.id for v in chosen), tuple(v.states for v in chosen), _read_only(table))

    def _scope(self, variables: Iterable[str]) -> tuple[int, ...]:
        names = [variables] if isinstance(variables, str) else list(variables)
        found = [(name, find_variable(self.model, name)) for name in names]
        unknown = [unknown_variable(self.model, name) for name, v in found if v is None]
        if unknown or len({v.id for _, v in found if v}) < len(found):
            raise InvalidEvidence(unknown or [Problem(names[0], "a variable is named twice", "name it once")])
        if len(found) > MAX_AXES:
            raise UnsupportedQuery(f"a joint distribution of {len(found)} variables; ask for {MAX_AXES} or fewer")
        return tuple(self.model.variable_index[v.id] for _, v in found if v)

    def _posterior(self, observed: Observations, limit: Deadline) -> tuple[Posterior, Mapping[int, FloatArray]]:
        """Posterior, and the likelihoods that stand for all the evidence."""
        if not observed.beliefs:
            return self._method.marginals(observed.fixed, limit), observed.fixed
        return fit_beliefs(lambda given: self._method.marginals(given, limit), observed.fixed, observed.beliefs)

    def _likelihoods(self, observed: Observations, limit: Deadline) -> Mapping[int, FloatArray]:
        return self._posterior(observed, limit)[1] if observed.beliefs else observed.fixed

    def _ask(self, observed: Observations, limit: Deadline, query: Callable[[], Answer]) -> Answer:
        """Run a query alone; where the evidence is impossible, find out which part of it."""
        with self._turn(limit):
            try:
                return query()
            except ImpossibleEvidence:
                conflict = self._conflict(observed, limit)
        raise conflict

    @contextmanager
    def _turn(self, limit: Deadline) -> Iterator[None]:
        """Hold the engine alone; the time spent waiting for it counts."""
        while not self._lock.acquire(timeout=LOCK_POLL):
            limit.check()
        try:
            yield
        finally:
            self._lock.release()

    def _conflict(self, observed: Observations, limit: Deadline) -> ImpossibleEvidence:
        def support(chosen: frozenset[int]) -> Support | None:
            try:
                posterior, _ = self._posterior(observed.restricted_to(chosen), limit)
            except ImpossibleEvidence:
                return None
            except UnsupportedQuery:  # a belief beyond the range of doubles: possible, and excludes nothing
                return [np.ones(variable.size, dtype=np.bool_) for variable in self.model.variables]
            return [belief > 0 for belief in posterior.beliefs]

        least, most = CONFLICT_QUERIES
        rounds = MAX_ROUNDS * len(observed.beliefs) if observed.beliefs else 1
        affordable = CONFLICT_OPERATIONS / max(self._method.operations * rounds, 1.0)
        everything = observed.fixed.keys() | observed.beliefs.keys()
        max_queries = int(min(max(affordable, least), most))
        found, is_smallest = smallest_conflict(support, observed.clashes, everything, max_queries)
        ids = [self.model.variables[v].id for v in found]
        return ImpossibleEvidence(self._conflict_message(found, observed), ids, is_smallest=is_smallest)

    def _conflict_message(self, found: tuple[int, ...], observed: Observations) -> str:
        labels = ", ".join(f"'{self.model.variables[v].label}'" for v in found)
        if not found:
            return "the factors alone allow no joint state: the model has probability zero without evidence"
        if len(found) == 1:
            return f"the observation of {labels} has probability zero in this model; take it back"
        hint = " (a belief may only give weight to states that the others leave possible)"
        is_belief = not observed.beliefs.keys().isdisjoint(found)
        return f"the observations of {labels} contradict each other{hint * is_belief}; take one of them back"

    def _result(self, posterior: Posterior) -> Result:
        variables = self.model.variables
        items = {
            v.id: Marginal(v.states, _read_only(belief))
            for v, belief in zip(variables, posterior.beliefs, strict=True)
        }
        sentence = " ".join(part for part in (posterior.status.sentence, self.message) if part)
        return Result(
            Marginals(items, _ids_by_name(self.model)),
            posterior.log_evidence,
            posterior.status,
            self.method,
            sentence,
            posterior.sweeps,
            posterior.residual,
        )


def _read_only(array: FloatArray) -> FloatArray:
    array = np.array(array)
    array.flags.writeable = False
    return array


def _ids_by_name(model: FactorGraph) -> dict[str, str]:
    """Id of each variable whose name no other variable has."""
    found: dict[str, str] = {}
    for variable in model.variables:
        found[variable.name] = "" if variable.name in found else variable.id
    return {name: id for name, id in found.items() if name and id}


def compile(
    model: FactorGraph,
    method: str = "auto",
    *,
    memory_limit: float | None = None,
    schedule: str = "auto",
    damping: float = 0.0,
    tolerance: float = 1e-9,
    max_sweeps: int = 200,
    deadline: float | None = None,
    cancel: CancelToken | None = None,
) -> Engine:
    """Check a model, choose a method and make it ready for queries.

    Args:
        model: the factor graph.
        method: "auto": exact where the predicted cost is inside the budget, else "bp" with a message that says
            so; "exact": junction tree; "bp": belief propagation; "enumeration": the oracle, for small models.
        memory_limit: bytes the exact method may take; default min(1 GiB, a quarter of the free memory).
        schedule: of belief propagation: "auto", "two-pass", "flooding", "sequential" or "residual".
        damping: of belief propagation: the weight of the old message, 0 = none.
        tolerance: of belief propagation: converged once no log message changes by more.
        max_sweeps: of belief propagation: stop after this many.
        deadline: seconds the planning may take.
        cancel: token that stops it.

    Raises:
        InvalidModel: the model has problems; all of them.
        OverBudget: method="exact" and the predicted cost exceeds the budget; nothing was allocated.
        UnsupportedQuery: there is no such method or option.
    """
    options = BpOptions(schedule, damping, tolerance, max_sweeps)
    require_sound(model)
    if method not in METHODS:
        raise UnsupportedQuery(f"there is no method '{method}'; use one of {', '.join(METHODS)}")
    return Engine(model, _choose(model, method, Budget.of(memory_limit), options, Deadline(deadline, cancel)))


def _choose(model: FactorGraph, method: str, budget: Budget, options: BpOptions, limit: Deadline) -> _Choice:
    if method == "enumeration":
        return _Choice(Enumeration(model), "")
    compiled = compile_graph(model)
    if method == "bp":
        return _Choice(BeliefPropagation(model, compiled, options), "")
    plan = plan_exact(compiled, deadline=limit)
    if budget.allows(plan.cost):
        return _Choice(Exact(model, compiled, plan, budget), "")
    if method == "exact":
        raise over_budget(model, plan, budget)
    remedies = "; ".join(remedies_of(model, plan))
    why = cost_sentence(model, plan, budget) + (f" To make it fit: {remedies}." if remedies else "")
    return _Choice(BeliefPropagation(model, compiled, options), why)


def infer(
    model: FactorGraph, evidence: Mapping[str, Any] | None = None, method: str = "auto", **options: Any
) -> Result:
    """Compile and infer in one go; `options` are those of `compile`."""
    return compile(model, method, **options).infer(evidence)
