"""compile() and infer(): the one place where policy lives.

A compiled `Engine` answers any number of queries about one model. Queries are pure: they change nothing in the
model, and no answer depends on what was asked before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, TypeVar, overload

import numpy as np

from mbml_core import idle
from mbml_core.compiler.budget import Budget
from mbml_core.compiler.compiled import compile_graph
from mbml_core.deadline import UNLIMITED, CancelToken, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import ImpossibleEvidence, InvalidEvidence, Problem, UnsupportedQuery
from mbml_core.factors import MAX_AXES, require_sound
from mbml_core.inference.batch import BatchResult
from mbml_core.inference.batch_run import BatchRun, Report, chosen_variables, require_room
from mbml_core.inference.beliefs import Layout
from mbml_core.inference.exact.tools import best_tools
from mbml_core.inference.impossible import explained
from mbml_core.inference.jeffrey import fit_beliefs
from mbml_core.inference.loopy_groups import GroupedEngine, compile_grouped
from mbml_core.inference.message_passing import BpOptions
from mbml_core.inference.methods import BeliefPropagation, Enumeration, Exact, ExactWhereItFits, Method
from mbml_core.inference.observations import Observations
from mbml_core.inference.over_budget import cost_sentence, over_budget, remedies_of
from mbml_core.inference.result import Joint, MapResult, Posterior, Result
from mbml_core.inference.trace import DrawnGraph, Step, TraceOptions, steps
from mbml_core.kernels import loading
from mbml_core.model import FactorGraph, GroupedGraph, find_indices
from mbml_core.model.evidence_table import read_evidence_table

Answer = TypeVar("Answer")

METHODS = ("auto", "exact", "bp", "ep", "vmp", "enumeration")

LOCK_POLL = 0.02
"""Seconds between two looks at the deadline while another thread has the engine."""
_NOTHING_LEFT = object()


@dataclass(frozen=True, slots=True)
class _Choice:
    """A method and why it was chosen."""

    method: Method
    layout: Layout
    message: str


class Engine:
    """A model made ready for queries. Made by `compile`; safe to share between threads.

    Attributes:
        model: the factor graph it answers for.
        method: the algorithm that runs: "exact", "bp", "ep", "vmp" or "enumeration".
        message: why this method, where there was a choice.
    """

    def __init__(self, model: FactorGraph, choice: _Choice, budget: Budget) -> None:
        self.model = model
        self.method = choice.method.name
        self.message = choice.message
        self._method = choice.method
        self._layout = choice.layout
        self._budget = budget
        self._lock = threading.Lock()
        self._ahead: Iterator[None] | None = None
        self._ahead_with: object = None

    def infer(
        self,
        evidence: Mapping[str, Any] | None = None,
        *,
        deadline: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Result:
        """Marginals of all variables given `evidence`, and the log evidence in nats.

        Args:
            evidence: {variable: state name | state index | likelihood vector | number | observation}; None
                stands for the evidence drawn with the model, {} for none.
            deadline: seconds the call may take.
            cancel: token that stops it.

        Raises:
            InvalidEvidence: a name, state, vector or number does not fit the model; every problem at once.
            ImpossibleEvidence: the observations have probability zero; names a smallest conflicting set.
            ImproperDistribution: nothing pins a variable down that is not categorical.
            UnsupportedQuery: EP or VMP has no rule for what is unknown.
            DeadlineExceeded, Cancelled: the call was stopped; the engine stays usable.
        """
        limit = Deadline.of(deadline, cancel)
        observed = Observations.of(self.model, evidence)
        return self._result(self._ask(observed, limit, lambda: self._posterior(observed, limit)[0]))

    def infer_many(
        self,
        rows: Any,
        *,
        variables: Iterable[str] | None = None,
        deadline: float | None = None,
        cancel: CancelToken | None = None,
        progress: Report | None = None,
    ) -> BatchResult:
        """What `infer` says to each of many rows of evidence, as arrays. What is drawn as evidence plays no part.

        Args:
            rows: {variable: column of states} or a data frame; a sequence of evidence mappings as for `infer`;
                or a matrix (N, V) of state indices in the model's order. None, "", −1, NaN: not observed.
            variables: whose marginals are kept; None: all.
            deadline: seconds the call may take.
            cancel: token that stops it.
            progress: called as progress(rows done, all rows), at most ten times a second and once at the end.

        Raises:
            InvalidEvidence: rows do not fit the model; every problem, with the rows it occurs in.
            OverBudget: the answers would take more memory than was allowed; nothing was computed.
            DeadlineExceeded, Cancelled: as in `infer`. Impossible rows are no error: see `BatchResult`.
        """
        self._require_states("many rows at once are")
        limit = Deadline.of(deadline, cancel)
        chosen = chosen_variables(self.model, variables)
        table = read_evidence_table(self.model, rows, limit.check)
        require_room(len(table), self._layout, chosen, self._budget)
        run = BatchRun(self.model, self._layout, table, chosen, limit, progress)

        def infer(observed: Observations) -> Posterior:
            return self._posterior(observed, limit)[0]

        self._ask(Observations(self.model), limit, lambda: run.answer(self._method, infer))
        return run.result(self.method, self.message)

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
        self._require_states("a most probable assignment is")
        limit = Deadline.of(deadline, cancel)
        observed = Observations.of(self.model, evidence)
        found = self._ask(
            observed, limit, lambda: self._method.most_probable(self._likelihoods(observed, limit), limit)
        )
        assignment = {v.id: v.states[k] for v, k in zip(self.model.variables, found.states, strict=True)}
        return MapResult(
            MappingProxyType(assignment),
            found.log_probability,
            found.is_exact,
            "bp" if found.message else self.method,
            found.message or self.message,
        )

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
        self._require_states("a joint distribution is")
        limit = Deadline.of(deadline, cancel)
        scope = self._scope(variables)
        observed = Observations.of(self.model, evidence)
        table = self._ask(
            observed, limit, lambda: self._method.joint(scope, self._likelihoods(observed, limit), limit)
        )
        chosen = [self.model.variables[v] for v in scope]
        return Joint(tuple(v.id for v in chosen), tuple(v.states for v in chosen), _read_only(table))

    def steps(
        self,
        evidence: Mapping[str, Any] | None = None,
        *,
        algorithm: str = "bp",
        deadline: float | None = None,
        cancel: CancelToken | None = None,
        **options: Any,
    ) -> Iterator[Step]:
        """An algorithm one step at a time, each with its arithmetic, whatever the method of this engine is.

        Steps are computed while they are taken; `mbml_core.inference.trace.replay` gives the beliefs at the end.

        Args:
            evidence: as for `infer`.
            algorithm: a name in `mbml_core.inference.trace.ALGORITHMS`.
            deadline: seconds that all steps together may take, from now on.
            cancel: token that stops them.
            options: schedule, root, damping, tolerance, max_sweeps, seed: see `TraceOptions`.

        Raises:
            InvalidEvidence, UnsupportedQuery: the question makes no sense.
            ImpossibleEvidence: in the step that finds it, which on loops may be none.
        """
        limit = Deadline.of(deadline, cancel)
        return steps(self.drawn(evidence, limit), algorithm, TraceOptions(**options, limit=limit))

    def drawn(self, evidence: Mapping[str, Any] | None = None, limit: Deadline = UNLIMITED) -> DrawnGraph:
        """The model and `evidence` as tables with names, which traces begin with; a belief that is set comes as
        the likelihood that brings it about. Errors as in `infer`.
        """
        self._require_states("steps are")
        return DrawnGraph.of(self.model, self.likelihoods(evidence, limit))

    def likelihoods(self, evidence: Mapping[str, Any] | None = None, limit: Deadline = UNLIMITED) -> Observations:
        """The evidence with the likelihood in the place of every belief that is set which brings it about: its
        posterior is the same, and nothing in it depends on the rest any more. Errors as in `infer`.
        """
        observed = Observations.of(self.model, evidence)
        if not observed.beliefs:
            return observed
        return self._ask(observed, limit, lambda: self._likelihoods(observed, limit))

    def _require_states(self, what: str) -> None:
        """Raise UnsupportedQuery where a variable has no states."""
        if not self.model.is_discrete:
            raise UnsupportedQuery(f"{what} for models whose variables all have states; this one: ask with infer")

    def _scope(self, variables: Iterable[str]) -> tuple[int, ...]:
        names = [variables] if isinstance(variables, str) else list(variables)
        found = find_indices(self.model, names)
        if len(set(found)) < len(found):
            raise InvalidEvidence([Problem(names[0], "a variable is named twice", "name it once")])
        if len(found) > MAX_AXES:
            raise UnsupportedQuery(f"a joint distribution of {len(found)} variables; ask for {MAX_AXES} or fewer")
        return tuple(found)

    def _posterior(self, observed: Observations, limit: Deadline) -> tuple[Posterior, Observations]:
        """Posterior, and the evidence with likelihoods in the place of beliefs."""
        if not observed.beliefs:
            return self._method.marginals(observed, limit), observed
        self._require_states("setting a belief is")

        def infer(given: Mapping[int, FloatArray]) -> Posterior:
            return self._method.marginals(Observations.of_vectors(self.model, given), limit)

        posterior, vectors = fit_beliefs(infer, observed.fixed, observed.beliefs)
        return posterior, Observations.of_vectors(self.model, vectors)

    def _likelihoods(self, observed: Observations, limit: Deadline) -> Observations:
        return self._posterior(observed, limit)[1] if observed.beliefs else observed

    def _ask(self, observed: Observations, limit: Deadline, query: Callable[[], Answer]) -> Answer:
        """Run a query alone; where the evidence is impossible, find out which part of it."""
        with idle.busy:
            self._take_turn(limit)
            try:
                return query()
            except ImpossibleEvidence:
                conflict = self._conflict(observed, limit)
            finally:
                self._plan_ahead()
                self._lock.release()
        raise conflict

    def _conflict(self, observed: Observations, limit: Deadline) -> ImpossibleEvidence:
        def posterior_of(chosen: Observations) -> Posterior:
            return self._posterior(chosen, limit)[0]

        if self.model.is_discrete:
            return explained(observed, posterior_of, self._method.operations)
        from mbml_core.inference.continuous.impossible import explained_with_numbers

        return explained_with_numbers(observed, posterior_of)

    def _take_turn(self, limit: Deadline) -> None:
        """Get the engine alone; the time spent waiting for it counts."""
        while not self._lock.acquire(timeout=LOCK_POLL):
            limit.check()

    def _plan_ahead(self) -> None:
        """Have machine code loaded: at once when a second query comes, else in idle time, as a program that asks
        once is over by then. After the first query, and the first one by machine code, let idle time be used.
        Numbers need none of it.
        """
        if not self.model.is_discrete:
            return
        tools = best_tools()
        if self._ahead_with is None:
            idle.soon(_load_machine_code, self)
        elif not tools.is_machine_code:
            loading.prefetch()
        if self._ahead_with is not tools:
            self._ahead_with, self._ahead = tools, None
            idle.soon(self._work_ahead, self)

    def _work_ahead(self) -> bool:
        """One step of what may be done in idle time; whether there is more."""
        if not self._lock.acquire(blocking=False):
            return True
        try:
            if self._ahead is None:
                self._ahead = self._method.work_ahead()
            return next(self._ahead, _NOTHING_LEFT) is not _NOTHING_LEFT
        finally:
            self._lock.release()

    def _result(self, posterior: Posterior) -> Result:
        message = posterior.message or self.message
        sentence = posterior.sentence
        return Result(
            posterior.marginals(self._layout),
            posterior.log_evidence,
            posterior.status,
            posterior.method or self.method,
            f"{sentence} {message}" if message else sentence,
            posterior.sweeps,
            posterior.residual,
        )


def _read_only(array: FloatArray) -> FloatArray:
    array = np.array(array)
    array.flags.writeable = False
    return array


def _load_machine_code() -> bool:
    """A task for idle time, done at once."""
    loading.prefetch()
    return False


@overload
def compile(model: FactorGraph, method: str = "auto", **options: Any) -> Engine: ...


@overload
def compile(model: GroupedGraph, method: str = "auto", **options: Any) -> GroupedEngine: ...


def compile(  # type: ignore[misc] # the overloads leave the options to this signature
    model: FactorGraph | GroupedGraph,
    method: str = "auto",
    *,
    memory_limit: float | None = None,
    schedule: str = "auto",
    damping: float = 0.0,
    tolerance: float = 1e-9,
    max_sweeps: int = 200,
    precision: str = "float64",
    seed: int | None = None,
    deadline: float | None = None,
    cancel: CancelToken | None = None,
) -> Engine | GroupedEngine:
    """Check a model, choose a method and make it ready for queries.

    Args:
        model: the factor graph, drawn or in groups of arrays.
        method: "auto": exact where the predicted cost is inside the budget, else "bp" with a message that says
            so; "exact": junction tree; "bp": belief propagation; "enumeration": the oracle, for small models.
            With variables that are not categorical "auto" is exact where the model is linear-Gaussian, else
            "ep"; "ep": expectation propagation; "vmp": variational message passing.
        memory_limit: bytes the exact method may take; default min(1 GiB, a quarter of the free memory).
        schedule: of belief propagation: "auto", "two-pass", "flooding", "sequential" or "residual"; of "ep"
            "auto", "flooding" or "sequential".
        damping: of belief propagation and "ep": the weight of the old message, 0 = none.
        tolerance: converged once no log message, by "ep" and "vmp" no belief, changes by more.
        max_sweeps: of message passing: stop after this many.
        precision: of messages on large graphs in groups: "float64" or "float32".
        seed: of the noise that "vmp" starts with, to tell apart variables that play the same part; None: no noise.
        deadline: seconds the planning may take.
        cancel: token that stops it.

    Raises:
        InvalidModel: the model has problems; all of them.
        OverBudget: method="exact" and the predicted cost exceeds the budget; nothing was allocated.
        UnsupportedQuery: there is no such method or option, or the method cannot answer for the model.
    """
    options = BpOptions(schedule, damping, tolerance, max_sweeps, precision)
    if method not in METHODS:
        raise UnsupportedQuery(f"there is no method '{method}'; use one of {', '.join(METHODS)}")
    if isinstance(model, GroupedGraph):
        own = {
            "memory_limit": memory_limit,
            "deadline": deadline,
            "cancel": cancel,
            "seed": seed,
            **asdict(options),
        }
        return compile_grouped(model, method, options, lambda drawing: compile(drawing, method, **own))
    require_sound(model)
    budget = Budget.of(memory_limit)
    if model.is_discrete and method not in ("ep", "vmp"):
        return Engine(model, _choose(model, method, budget, options, Deadline.of(deadline, cancel)), budget)
    from mbml_core.inference.continuous.choice import continuous_method  # models of states never wait for it

    chosen, why = continuous_method(model, method, budget.n_bytes, options, seed)
    return Engine(model, _Choice(chosen, Layout.of(model), why), budget)


def _choose(model: FactorGraph, method: str, budget: Budget, options: BpOptions, limit: Deadline) -> _Choice:
    layout = Layout.of(model)
    if method == "enumeration":
        return _Choice(Enumeration(model), layout, "")
    if method == "bp":
        return _Choice(BeliefPropagation(model, compile_graph(model), options), layout, "")
    exact = Exact(model, layout, budget, limit)
    if exact.fits:
        is_free = method == "auto"
        return _Choice(ExactWhereItFits(exact, model, options) if is_free else exact, layout, "")
    if method == "exact":
        raise over_budget(model, exact.demand, budget)
    demand = exact.demand
    remedies = "; ".join(remedies_of(model, demand))
    why = cost_sentence(model, demand, budget) + (f" To make it fit: {remedies}." if remedies else "")
    return _Choice(BeliefPropagation(model, compile_graph(model), options), layout, why)


def infer(
    model: FactorGraph, evidence: Mapping[str, Any] | None = None, method: str = "auto", **options: Any
) -> Result:
    """Compile and infer in one go; `options` are those of `compile`."""
    return compile(model, method, **options).infer(evidence)
