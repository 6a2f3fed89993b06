"""The refusal of a model that is too large for exact inference, with the cheapest ways out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mbml_core.compiler.budget import Budget, human_bytes
from mbml_core.compiler.cost import Cost, best_observation
from mbml_core.compiler.junction_tree import JunctionTree
from mbml_core.errors import OverBudget
from mbml_core.model import FactorGraph
from mbml_core.phrases import rounded


@dataclass(frozen=True, eq=False)
class Demand:
    """What some question needs.

    Attributes:
        cost: predicted.
        tree: None where it is beyond description.
    """

    cost: Cost
    tree: JunctionTree | None


MAX_NAMED = 8
"""Variables of the largest clique that are named; the rest are counted."""


def over_budget(graph: FactorGraph, demand: Demand, budget: Budget) -> OverBudget:
    """The error that names the predicted cost, the largest clique and what to do."""
    remedies = ["use method='bp' for approximate beliefs", *remedies_of(graph, demand)]
    return OverBudget(
        f"{cost_sentence(graph, demand, budget)} What helps: {'; '.join(remedies)}.",
        needed_bytes=demand.cost.n_bytes,
        budget_bytes=budget.n_bytes,
        largest_clique=(graph.variables[v].id for v in _drawn(graph, demand)),
        remedies=remedies,
    )


def cost_sentence(graph: FactorGraph, demand: Demand, budget: Budget) -> str:
    """What exact inference would need, what is allowed, and which clique is to blame."""
    cost = demand.cost
    labels = [graph.variables[v].label for v in _drawn(graph, demand)]
    more = f" and {len(labels) - MAX_NAMED} more" if len(labels) > MAX_NAMED else ""
    least = "at least " if cost.is_lower_bound else ""
    return (
        f"Exact inference needs {least}{human_bytes(cost.n_bytes)} and {rounded(cost.operations)} operations, "
        f"allowed are {human_bytes(budget.n_bytes)} and {rounded(budget.operations)}. "
        f"The largest clique has {len(cost.largest_clique)} variables and {rounded(cost.largest_entries)} entries "
        f"({', '.join(labels[:MAX_NAMED])}{more})."
    )


def remedies_of(graph: FactorGraph, demand: Demand) -> list[str]:
    """The cheapest ways to make exact inference fit."""
    found = []
    drawn = _drawn(graph, demand)
    if demand.tree is not None and drawn:
        best, left = best_observation(demand.tree, drawn)
        found.append(
            f"fix the state of '{graph.variables[best].label}' in the model "
            f"(about {human_bytes(left)} would remain)"
        )
    many = max(drawn, key=lambda v: graph.variables[v].size, default=None)
    if many is not None and graph.variables[many].size > 2:
        variable = graph.variables[many]
        found.append(f"merge states of '{variable.label}', which has {variable.size}")
    if not demand.cost.is_lower_bound:
        n_bytes = math.ceil(demand.cost.n_bytes)
        found.append(f"allow {human_bytes(n_bytes)} of memory (memory_limit={n_bytes})")
    return found


def _drawn(graph: FactorGraph, demand: Demand) -> tuple[int, ...]:
    """Variables of the largest clique that people have seen; the others are internal to structured factors."""
    return tuple(v for v in demand.cost.largest_clique if v < len(graph.variables))
