"""What cannot move the belief of one variable, and may be left out before its belief is computed.

Barren: a variable that nobody observed and that stands in one table only, whose sum over it is the same number
everywhere: summing it out multiplies everything by that number. Taking it out may make others barren.
Separated: what no path joins with the target but through variables known for certain.
Source: Shachter (1986), Operations Research 34(6), for barren nodes; Baker & Boult (1990), UAI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mbml_core.inference.trace.drawn import DrawnFactor, DrawnGraph


@dataclass(frozen=True, slots=True)
class Pruned:
    """What is left of a graph for one target, and what is not.

    Attributes:
        factors: those that are left, by id.
        barren, separated: ids of the variables that are left out, and why.
    """

    factors: Mapping[str, DrawnFactor]
    barren: tuple[str, ...] = ()
    separated: tuple[str, ...] = ()


def pruned(graph: DrawnGraph, target: str) -> Pruned:
    """What can move the belief of `target`. Evidence that is impossible among what is left out goes unnoticed."""
    factors = dict(graph.factors)
    barren = _take_barren(graph, target, factors)
    near = _reached(graph, target, factors)
    rest = (variable.id for variable in graph.model.variables)
    separated = tuple(id for id in rest if id not in near and id not in barren)
    return Pruned({id: f for id, f in factors.items() if id in near}, tuple(barren), separated)


def _take_barren(graph: DrawnGraph, target: str, factors: dict[str, DrawnFactor]) -> dict[str, None]:
    """Ids of the barren variables in the order in which they are found; their tables leave `factors`."""
    tables_of: dict[str, set[str]] = defaultdict(set)
    for factor in factors.values():
        for id in factor.scope:
            tables_of[id].add(factor.id)
    found: dict[str, None] = {}
    waiting = [v.id for v in graph.model.variables if v.id != target and v.id not in graph.evidence]
    for id in waiting:  # grows while it is walked
        own = tables_of[id]
        if id in found or len(own) > 1 or not all(_sums_to_a_constant(factors[f], id) for f in own):
            continue
        found[id] = None
        for table in tuple(own):
            scope = factors.pop(table).scope
            for other in scope:
                tables_of[other].discard(table)
            waiting += [other for other in scope if other != target and other not in graph.evidence]
    return found


def _sums_to_a_constant(factor: DrawnFactor, variable: str) -> bool:
    if factor.table is None:
        return False
    sums = factor.table.values.sum(axis=factor.scope.index(variable))
    return bool(sums.min() > 0 and np.allclose(sums, sums.min(), rtol=1e-9, atol=0.0))


def _reached(graph: DrawnGraph, target: str, factors: Mapping[str, DrawnFactor]) -> set[str]:
    """The target and the nodes that are joined with it, not through variables that are known for certain."""
    order, seen = [target], {target}
    for node in order:  # grows while it is walked
        if node in graph.known:
            continue
        near = factors[node].scope if node in factors else graph.neighbours.get(node, ())
        fresh = [id for id in near if id not in seen and (id in factors or node in factors)]
        seen.update(fresh)
        order += fresh
    return seen
