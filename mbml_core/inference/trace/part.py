"""The part of a large graph that feeds one variable, so that its messages can be watched alone."""

from __future__ import annotations

from dataclasses import dataclass

from mbml_core.inference.trace.drawn import DrawnGraph
from mbml_core.inference.trace.operation import Step
from mbml_core.inference.trace.schedules import edges_away_from

NEAREST = 15
"""Variables shown of a graph with loops; a smaller graph is shown whole."""
MOST_STEPS = 600
"""Messages of a tree that is still shown whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some nodes of a graph.

    Attributes:
        nodes: ids of variables and factors.
        is_whole: whether everything that can move the variable is among them.
    """

    nodes: frozenset[str]
    is_whole: bool

    def has(self, step: Step) -> bool:
        """Whether both ends of a message, or the variables that another step is about, are in the part."""
        ends = [id for id in (step.sender, step.receiver) if id] or step.scope
        return self.nodes.issuperset(ends)


def feeding(graph: DrawnGraph, variable: str, limit: int = NEAREST) -> Part:
    """What feeds `variable`: in a tree all of it, where that takes at most MOST_STEPS messages; else the nearest
    `limit` variables, by the number of factors between, with the factors that join them.

    A variable that is known for certain is taken in, but nothing behind it: it passes nothing on. Messages that
    come in from outside the part are those of the whole run.
    """
    tree = edges_away_from(graph, variable, set())
    order = _by_distance(graph, variable)
    variables = [id for id in order if id not in graph.factors]
    if (tree is not None and 2 * len(tree) <= MOST_STEPS) or len(variables) <= limit:
        return Part(frozenset(order), True)
    nearest = frozenset(variables[:limit])
    factors = [id for id in order if id in graph.factors and _joins(graph.factors[id].scope, nearest)]
    return Part(nearest.union(factors), False)


def _joins(scope: tuple[str, ...], nearest: frozenset[str]) -> bool:
    return nearest.issuperset(scope) or len(nearest.intersection(scope)) > 1


def _by_distance(graph: DrawnGraph, variable: str) -> list[str]:
    """The nodes that are reached without passing through a known variable, nearest first."""
    order, seen = [variable], {variable}
    for node in order:  # grows while it is walked
        if node in graph.known and node != variable:
            continue
        for neighbour in graph.neighbours.get(node, ()):
            if neighbour not in seen:
                seen.add(neighbour)
                order.append(neighbour)
    return order
