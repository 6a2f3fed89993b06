"""The methods behind one interface: what a compiled engine can be asked, whichever algorithm answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar

from mbml_core.compiler.budget import Budget
from mbml_core.compiler.compiled import CompiledGraph, compile_graph, count_entries, has_ambiguous_factors
from mbml_core.compiler.table_arrays import NetworkArrays, network_arrays
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import OverBudget
from mbml_core.inference import enumeration
from mbml_core.inference.beliefs import Beliefs, Layout
from mbml_core.inference.exact.inference import ExactInference
from mbml_core.inference.exact.joint_table import JointTable
from mbml_core.inference.exact.planning import TooLarge
from mbml_core.inference.exact.rows import RowsAtOnce
from mbml_core.inference.exact.tools import Tools, best_tools
from mbml_core.inference.message_passing import BeliefPropagationInference, BpOptions
from mbml_core.inference.observations import Observations
from mbml_core.inference.over_budget import Demand, over_budget
from mbml_core.inference.result import Posterior, Status
from mbml_core.model import FactorGraph

Answer = TypeVar("Answer")

SEND_OVERHEAD = 2e5
"""Time of the numpy calls on a batch of messages, in additions: some 100 µs."""
ENUMERATION_LOGS = 20
"""Exponentials, their sum and the first pass over the joint states, in additions."""
OPERATIONS_PER_ENTRY = 6
"""Of a junction tree: an entry is filled, absorbs a message or two, is summed, scaled and read."""


class Assignment(NamedTuple):
    """One state for each variable.

    Attributes:
        states: by index, in the order of the drawing.
        log_probability: of it together with the evidence, in nats.
        is_exact: whether none is more probable.
        message: why another method answered than the engine's; empty where none did.
    """

    states: tuple[int, ...]
    log_probability: float
    is_exact: bool
    message: str = ""


class Method(Protocol):
    """What every method answers. `operations` predicts the work of one query, for deciding how many to afford."""

    name: str

    @property
    def operations(self) -> float:
        """Of one query, in additions."""

    def marginals(self, observed: Observations, deadline: Deadline) -> Posterior:
        """Beliefs of all variables. Evidence: `observed.hard` and `observed.soft`."""

    def most_probable(self, observed: Observations, deadline: Deadline) -> Assignment:
        """An assignment of all variables."""

    def joint(self, scope: tuple[int, ...], observed: Observations, deadline: Deadline) -> FloatArray:
        """Joint distribution of `scope`, axes in its order."""

    def work_ahead(self) -> Iterator[None]:
        """Short steps that make later queries quicker and change no answer."""

    def rows_at_once(self) -> RowsAtOnce | None:
        """Answers many rows of observed states quicker than one by one; None where nothing does, or not yet."""


class Enumeration:
    """The whole joint distribution, written out."""

    name = "enumeration"

    def __init__(self, graph: FactorGraph) -> None:
        self._graph = graph
        n_joint = count_entries(variable.size for variable in graph.variables)
        self.operations = n_joint * (len(graph.factors) + ENUMERATION_LOGS + len(graph.variables))

    def marginals(self, observed: Observations, deadline: Deadline) -> Posterior:
        """See `enumeration.marginals`."""
        return enumeration.marginals(self._graph, observed.fixed, deadline)

    def most_probable(self, observed: Observations, deadline: Deadline) -> Assignment:
        """See `enumeration.most_probable`."""
        return Assignment(*enumeration.most_probable(self._graph, observed.fixed, deadline), True)

    def joint(self, scope: tuple[int, ...], observed: Observations, deadline: Deadline) -> FloatArray:
        """See `enumeration.joint_marginal`."""
        return enumeration.joint_marginal(self._graph, observed.fixed, scope, deadline)

    def work_ahead(self) -> Iterator[None]:
        """Nothing."""
        return iter(())

    def rows_at_once(self) -> RowsAtOnce | None:
        """Nothing."""
        return None


class Exact:
    """One table for a tiny network; junction trees for others and other questions, by numpy until machine code is
    loaded, and by that from then on. Raises OverBudget.
    """

    name = "exact"

    def __init__(self, graph: FactorGraph, layout: Layout, budget: Budget, deadline: Deadline = UNLIMITED) -> None:
        self._graph = graph
        self._budget = budget
        self._slices = layout.slices
        self._maxima: ExactInference | None = None
        self._inference: ExactInference | None = None
        self._planned_with: Tools | None = None
        self._joint = JointTable.of(graph, budget)
        if self._joint is None:
            self._current(deadline)

    @property
    def fits(self) -> bool:
        """Whether queries without evidence are inside the budget."""
        return self._joint is not None or self._current().fits

    @property
    def demand(self) -> Demand:
        """What they need."""
        inference = self._current()
        return Demand(inference.cost, inference.tree)

    @property
    def operations(self) -> float:
        """Of one query, in additions."""
        if self._joint is not None:
            return self._joint.operations
        return OPERATIONS_PER_ENTRY * self._current().operations

    def marginals(self, observed: Observations, deadline: Deadline) -> Posterior:
        """See `ExactInference.marginals`."""
        flat, log_normalizer = self._by_table(observed, deadline) or self._by_trees(observed, deadline)
        return Posterior(Beliefs(flat, self._slices), log_normalizer + observed.log_scale, Status.EXACT)

    def _by_table(self, observed: Observations, deadline: Deadline) -> tuple[FloatArray, float] | None:
        """None where there is no table, or where it cannot tell."""
        if self._joint is None:
            return None
        deadline.check()
        return self._joint.marginals(observed.hard, observed.soft)

    def _by_trees(self, observed: Observations, deadline: Deadline) -> tuple[FloatArray, float]:
        try:
            return self._current().marginals(observed.hard, observed.soft, deadline)
        except TooLarge as large:
            raise self._over_budget(large) from None

    def most_probable(self, observed: Observations, deadline: Deadline) -> Assignment:
        """See `ExactInference.most_probable`."""
        try:
            states, log_maximum = self._for_maxima().most_probable(observed.hard, observed.soft, deadline)
        except TooLarge as large:
            raise self._over_budget(large) from None
        return Assignment(states, log_maximum + observed.log_scale, True)

    def joint(self, scope: tuple[int, ...], observed: Observations, deadline: Deadline) -> FloatArray:
        """See `ExactInference.joint`."""
        try:
            return self._current().joint(scope, observed.hard, observed.soft, deadline)
        except TooLarge as large:
            raise self._over_budget(large) from None

    def work_ahead(self) -> Iterator[None]:
        """See `ExactInference.work_ahead`. Beside a table nothing is worth it."""
        return self._current().work_ahead() if self._joint is None else iter(())

    def rows_at_once(self) -> RowsAtOnce | None:
        """See `ExactInference.rows_at_once`."""
        return self._current().rows_at_once()

    @cached_property
    def _network(self) -> NetworkArrays:
        return network_arrays(self._graph)

    def _current(self, deadline: Deadline = UNLIMITED) -> ExactInference:
        """With the best tools there are; new ones plan anew, and are not taken where they would not fit."""
        tools = best_tools()
        if self._inference is None or self._planned_with is not tools:
            self._planned_with = tools
            planned = ExactInference(tools, self._network, self._budget, deadline)
            if self._inference is None or planned.fits or not self._inference.fits:
                self._inference = planned
        return self._inference

    def _for_maxima(self) -> ExactInference:
        """Over tables that hide no sum, which maximising over auxiliary variables would maximise as well."""
        if not self._hides_sums:
            return self._current()
        tools = best_tools()
        if self._maxima is None or self._maxima.tools is not tools:
            self._maxima = ExactInference(tools, network_arrays(self._graph, unambiguous=True), self._budget)
        return self._maxima

    @cached_property
    def _hides_sums(self) -> bool:
        has_auxiliary = len(self._network.arrays.n_states) > self._network.n_drawn
        return has_auxiliary and has_ambiguous_factors(compile_graph(self._graph))

    def _over_budget(self, large: TooLarge) -> OverBudget:
        return over_budget(self._graph, Demand(large.cost, large.tree), self._budget)


class BeliefPropagation:
    """Message passing on the graph as drawn."""

    name = "bp"

    def __init__(self, graph: FactorGraph, compiled: CompiledGraph, options: BpOptions) -> None:
        self._graph = graph
        self._options = options
        self._compiled = compiled
        self._sum = BeliefPropagationInference(compiled, options)
        degrees = Counter(v for scope in compiled.scopes for v in scope)
        sends = len(compiled.groups) * max(degrees.values(), default=0)
        self.operations = (degrees.total() + SEND_OVERHEAD * sends) * options.max_sweeps

    def marginals(self, observed: Observations, deadline: Deadline) -> Posterior:
        """See `BeliefPropagationInference.marginals`."""
        return self._sum.marginals(observed.fixed, deadline)

    def most_probable(self, observed: Observations, deadline: Deadline) -> Assignment:
        """See `BeliefPropagationInference.most_probable`."""
        return Assignment(*self._max.most_probable(observed.fixed, deadline))

    def joint(self, scope: tuple[int, ...], observed: Observations, deadline: Deadline) -> FloatArray:
        """See `BeliefPropagationInference.joint`."""
        return self._sum.joint(scope, observed.fixed, deadline)

    def work_ahead(self) -> Iterator[None]:
        """Nothing."""
        return iter(())

    def rows_at_once(self) -> RowsAtOnce | None:
        """Nothing."""
        return None

    @cached_property
    def _max(self) -> BeliefPropagationInference:
        if not has_ambiguous_factors(self._compiled):
            return self._sum
        return BeliefPropagationInference(compile_graph(self._graph, unambiguous=True), self._options)


class ExactWhereItFits:
    """Exact answers; belief propagation, called by its name, for evidence that makes these too dear."""

    name = "exact"

    def __init__(self, exact: Exact, graph: FactorGraph, options: BpOptions) -> None:
        self._exact = exact
        self._graph = graph
        self._options = options

    @property
    def operations(self) -> float:
        """Of one query, in additions."""
        return self._exact.operations

    def marginals(self, observed: Observations, deadline: Deadline) -> Posterior:
        """Of the method that could answer; the posterior says which and why."""
        try:
            return self._exact.marginals(observed, deadline)
        except OverBudget as large:
            found = self._approximate.marginals(observed, deadline)
            return replace(found, method=self._approximate.name, message=str(large))

    def most_probable(self, observed: Observations, deadline: Deadline) -> Assignment:
        """Of the method that could answer."""
        try:
            return self._exact.most_probable(observed, deadline)
        except OverBudget as large:
            return self._approximate.most_probable(observed, deadline)._replace(message=str(large))

    def joint(self, scope: tuple[int, ...], observed: Observations, deadline: Deadline) -> FloatArray:
        """Exact, or not at all."""
        return self._exact.joint(scope, observed, deadline)

    def work_ahead(self) -> Iterator[None]:
        """See `Exact.work_ahead`."""
        return self._exact.work_ahead()

    def rows_at_once(self) -> RowsAtOnce | None:
        """See `Exact.rows_at_once`."""
        return self._exact.rows_at_once()

    @cached_property
    def _approximate(self) -> BeliefPropagation:
        return BeliefPropagation(self._graph, compile_graph(self._graph), self._options)
