"""Exact inference by junction tree: marginals, log evidence, joint marginals and the most probable assignment.

Source: Lauritzen & Spiegelhalter (1988); Jensen, Lauritzen & Olesen (1990) for the two passes; Dawid (1992) for
the max-product traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph
from mbml_core.compiler.cost import Cost, hopeless_cost, tree_cost
from mbml_core.compiler.elimination import best_elimination
from mbml_core.compiler.junction_tree import JunctionTree, build_junction_tree, has_running_intersection
from mbml_core.compiler.program import build_program
from mbml_core.compiler.tables import TableNetwork, to_tables
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.inference.arithmetic import LINEAR_MAX, LINEAR_SUM, LOG_MAX, LOG_SUM, Arithmetic
from mbml_core.inference.executor import Executor
from mbml_core.inference.result import Posterior, Status

Weights = Mapping[int, FloatArray]
Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class ExactPlan:
    """A junction tree and its predicted cost; nothing allocated yet.

    Attributes:
        network: the tables it will run on.
        tree: None when planning was given up as hopeless.
        cost: a lower bound in that case.
    """

    network: TableNetwork
    tree: JunctionTree | None
    cost: Cost


def plan_exact(graph: CompiledGraph, together: tuple[int, ...] = (), deadline: Deadline = UNLIMITED) -> ExactPlan:
    """Choose an elimination order and build the tree; with `together`, some clique holds all these variables."""
    network = to_tables(graph)
    sizes = tuple(network.n_states.tolist())
    elimination = best_elimination(sizes, (*network.scopes, together), deadline)
    if not elimination.is_complete:
        return ExactPlan(network, None, hopeless_cost(sizes, elimination))
    tree = build_junction_tree(sizes, elimination)
    if not has_running_intersection(tree):  # cheap beside the planning, and a wrong tree gives wrong numbers
        raise AssertionError("the junction tree lacks the running intersection property")
    return ExactPlan(network, tree, tree_cost(tree, network.n_drawn))


class JunctionTreeInference:
    """A junction tree with its buffer, ready for queries. `plan` must hold a tree.

    `weights` map variable indices to linear evidence vectors (K,). Queries leave no trace in later answers.
    """

    def __init__(self, plan: ExactPlan) -> None:
        if plan.tree is None:
            raise ValueError("this plan was given up; it has no tree")
        self.tree = plan.tree
        self._n_drawn = plan.network.n_drawn
        self._executor = Executor(build_program(plan.tree, plan.network), plan.network.tables)

    def marginals(self, weights: Weights, deadline: Deadline = UNLIMITED) -> Posterior:
        """Every marginal and the log evidence. Raises ImpossibleEvidence when it is `-inf`."""

        def query(arithmetic: Arithmetic) -> Posterior:
            log_evidence = self._executor.collect(arithmetic, weights, deadline)
            self._executor.distribute(arithmetic, deadline)
            beliefs = [self._executor.marginal(v, arithmetic) for v in range(self._n_drawn)]
            return Posterior(beliefs, log_evidence, Status.EXACT)

        return _precisely(query, LINEAR_SUM, LOG_SUM)

    def joint(self, scope: tuple[int, ...], weights: Weights, deadline: Deadline = UNLIMITED) -> FloatArray:
        """P(x_scope), axes in the order of `scope`. Raises KeyError when no clique holds all of it."""
        home = self.tree.smallest_clique_with(scope)
        if home is None:
            raise KeyError(scope)
        variables = self.tree.cliques[home].variables
        others = tuple(axis for axis, v in enumerate(variables) if v not in scope)
        kept = [v for v in variables if v in scope]

        def query(arithmetic: Arithmetic) -> FloatArray:
            self._executor.collect(arithmetic, weights, deadline)
            self._executor.distribute(arithmetic, deadline)
            table = arithmetic.decode(self._executor.clique(home)).sum(axis=others)
            probabilities: FloatArray = table.transpose([kept.index(v) for v in scope]) / table.sum()
            return probabilities

        return _precisely(query, LINEAR_SUM, LOG_SUM)

    def most_probable(self, weights: Weights, deadline: Deadline = UNLIMITED) -> tuple[tuple[int, ...], float]:
        """(state of every drawn variable, log of the maximum in nats), by max-product and traceback.

        Exact where no factor hides a sum: compile with `unambiguous=True`.
        """

        def query(arithmetic: Arithmetic) -> tuple[tuple[int, ...], float]:
            log_maximum = self._executor.collect(arithmetic, weights, deadline)
            states = self._trace_back()
            return tuple(states[v] for v in range(self._n_drawn)), log_maximum

        return _precisely(query, LINEAR_MAX, LOG_MAX)

    def _trace_back(self) -> dict[int, int]:
        """From the roots down: the separator's states select a row of the clique, its maximum the residuals."""
        states: dict[int, int] = {}
        for i in reversed(range(len(self.tree.cliques))):
            clique = self.tree.cliques[i]
            row = self._executor.clique(i)[tuple(states[v] for v in clique.separator)]
            best = np.unravel_index(int(np.argmax(row)), row.shape)
            states.update(zip(clique.residual, (int(state) for state in best), strict=True))
        return states


def _precisely(query: Callable[[Arithmetic], Answer], fast: Arithmetic, safe: Arithmetic) -> Answer:
    """Run in linear arithmetic and, where that would lose precision, again in logarithms."""
    try:
        return query(fast)
    except FloatingPointError:
        return query(safe)
