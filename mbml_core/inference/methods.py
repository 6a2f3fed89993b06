"""The three methods behind one interface: what a compiled engine can be asked, whichever algorithm answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Protocol, TypeAlias

from mbml_core.compiler.budget import Budget
from mbml_core.compiler.compiled import CompiledGraph, compile_graph, count_entries, has_ambiguous_factors
from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.inference import enumeration
from mbml_core.inference.junction_tree import ExactPlan, JunctionTreeInference, plan_exact
from mbml_core.inference.message_passing import BeliefPropagationInference, BpOptions
from mbml_core.inference.over_budget import over_budget
from mbml_core.inference.result import Posterior
from mbml_core.model import FactorGraph

Weights: TypeAlias = Mapping[int, FloatArray]
"""Linear evidence vectors by variable index."""

CLIQUE_OVERHEAD = 4e4
"""Time of the ten or so numpy calls on a clique, in additions: some 20 µs."""
SEND_OVERHEAD = 2e5
"""Time of the numpy calls on a batch of messages, in additions: some 100 µs."""
ENUMERATION_LOGS = 20
"""Exponentials, their sum and the first pass over the joint states, in additions."""
CACHED_JOINT_TREES = 1
"""Trees kept for joint queries whose variables share no clique of the main tree: each takes memory of its own."""


class Method(Protocol):
    """What every method answers. `operations` predicts the work of one query, for deciding how many to afford."""

    name: str
    operations: float

    def marginals(self, weights: Weights, deadline: Deadline) -> Posterior:
        """Beliefs of all variables."""

    def most_probable(self, weights: Weights, deadline: Deadline) -> tuple[tuple[int, ...], float, bool]:
        """(states, log probability, is exact)."""

    def joint(self, scope: tuple[int, ...], weights: Weights, deadline: Deadline) -> FloatArray:
        """Joint distribution of `scope`, axes in its order."""


class Enumeration:
    """The whole joint distribution, written out."""

    name = "enumeration"

    def __init__(self, graph: FactorGraph) -> None:
        self._graph = graph
        n_joint = count_entries(variable.size for variable in graph.variables)
        self.operations = n_joint * (len(graph.factors) + ENUMERATION_LOGS + len(graph.variables))

    def marginals(self, weights: Weights, deadline: Deadline) -> Posterior:
        """See `enumeration.marginals`."""
        return enumeration.marginals(self._graph, weights, deadline)

    def most_probable(self, weights: Weights, deadline: Deadline) -> tuple[tuple[int, ...], float, bool]:
        """See `enumeration.most_probable`."""
        return (*enumeration.most_probable(self._graph, weights, deadline), True)

    def joint(self, scope: tuple[int, ...], weights: Weights, deadline: Deadline) -> FloatArray:
        """See `enumeration.joint_marginal`."""
        return enumeration.joint_marginal(self._graph, weights, scope, deadline)


class Exact:
    """Junction trees: one for marginals, and others only where a query needs them, in the memory it left."""

    name = "exact"

    def __init__(self, graph: FactorGraph, compiled: CompiledGraph, plan: ExactPlan, budget: Budget) -> None:
        self._graph = graph
        self._compiled = compiled
        self._left = replace(budget, n_bytes=budget.n_bytes - plan.cost.n_bytes)
        self._main = JunctionTreeInference(plan)
        cliques = plan.tree.cliques if plan.tree else ()
        self.operations = plan.cost.operations + CLIQUE_OVERHEAD * len(cliques)
        self._joint_tree: Callable[[tuple[int, ...]], JunctionTreeInference]
        self._joint_tree = lru_cache(CACHED_JOINT_TREES)(self._tree_holding)

    def marginals(self, weights: Weights, deadline: Deadline) -> Posterior:
        """See `JunctionTreeInference.marginals`."""
        return self._main.marginals(weights, deadline)

    def most_probable(self, weights: Weights, deadline: Deadline) -> tuple[tuple[int, ...], float, bool]:
        """See `JunctionTreeInference.most_probable`."""
        return (*self._max_tree.most_probable(weights, deadline), True)

    def joint(self, scope: tuple[int, ...], weights: Weights, deadline: Deadline) -> FloatArray:
        """From a clique of the main tree, or from a tree built so that some clique holds the whole scope."""
        holds_it = self._main.tree.smallest_clique_with(scope) is not None
        tree = self._main if holds_it else self._joint_tree(tuple(sorted(scope)))
        return tree.joint(scope, weights, deadline)

    @cached_property
    def _max_tree(self) -> JunctionTreeInference:
        if not has_ambiguous_factors(self._compiled):
            return self._main
        return self._build(compile_graph(self._graph, unambiguous=True), ())

    def _tree_holding(self, scope: tuple[int, ...]) -> JunctionTreeInference:
        return self._build(self._compiled, scope)

    def _build(self, compiled: CompiledGraph, together: tuple[int, ...]) -> JunctionTreeInference:
        plan = plan_exact(compiled, together)
        if not self._left.allows(plan.cost):
            raise over_budget(self._graph, plan, self._left)
        return JunctionTreeInference(plan)


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

    def marginals(self, weights: Weights, deadline: Deadline) -> Posterior:
        """See `BeliefPropagationInference.marginals`."""
        return self._sum.marginals(weights, deadline)

    def most_probable(self, weights: Weights, deadline: Deadline) -> tuple[tuple[int, ...], float, bool]:
        """See `BeliefPropagationInference.most_probable`."""
        return self._max.most_probable(weights, deadline)

    def joint(self, scope: tuple[int, ...], weights: Weights, deadline: Deadline) -> FloatArray:
        """See `BeliefPropagationInference.joint`."""
        return self._sum.joint(scope, weights, deadline)

    @cached_property
    def _max(self) -> BeliefPropagationInference:
        if not has_ambiguous_factors(self._compiled):
            return self._sum
        return BeliefPropagationInference(compile_graph(self._graph, unambiguous=True), self._options)
