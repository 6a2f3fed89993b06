"""What the writers of Bayesian-network formats ask of a factor graph: who is whose child, and how large."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

import numpy as np

from mbml_core.errors import Problem
from mbml_core.factors import MAX_DENSE_ENTRIES, kind_of, to_dense
from mbml_core.model import Factor, FactorGraph
from mbml_core.model.observation import FloatArray

Node = TypeVar("Node", int, str)


def child_of(factor: Factor) -> str | None:
    """The variable whose distribution a checked factor is; None for a free potential."""
    return kind_of(factor).child(factor)


def parents_of(factor: Factor) -> list[str]:
    """The other variables of the scope, in scope order."""
    child = child_of(factor)
    return [id for id in factor.scope if id != child]


def as_table(graph: FactorGraph, factor: Factor, *, child_last: bool) -> tuple[list[str], FloatArray]:
    """Scope and values of a sound factor; with `child_last`, its child, if it has one, is the last axis.

    The numbers of tables and priors are those that were drawn, not renormalised, so that writing and reading
    them again changes nothing.
    """
    child = child_of(factor)
    values = _values(graph, factor)
    if child is None or not child_last:
        return list(factor.scope), values
    moved = np.ascontiguousarray(np.moveaxis(values, factor.scope.index(child), -1))
    return [*parents_of(factor), child], moved


def _values(graph: FactorGraph, factor: Factor) -> FloatArray:
    drawn = kind_of(factor).table_parameter
    if drawn is not None:
        return np.asarray(factor.parameters[drawn], dtype=np.float64)  # a constant is a float
    domains = graph.domains(factor)
    return to_dense(kind_of(factor).lower(factor, domains), tuple(variable.size for variable in domains))


def too_large(graph: FactorGraph) -> Iterator[Problem]:
    """Structured factors whose table would be too large to write."""
    for factor in graph.factors:
        size = math.prod(variable.size for variable in graph.domains(factor))
        if kind_of(factor).table_parameter is None and size > MAX_DENSE_ENTRIES:
            what = f"as a table, the '{factor.kind}' over {len(factor.scope)} variables has {size:,} numbers"
            yield Problem(factor.id, what, f"keep the JSON document, or stay below {MAX_DENSE_ENTRIES:,}")


def not_discrete(graph: FactorGraph, format: str) -> Iterator[Problem]:
    """The variables that a format of states and tables cannot hold."""
    for variable in graph.variables:
        if not variable.is_categorical:
            what = f"'{variable.label}' is {variable.domain.phrase}; {format} file holds states and tables only"
            yield Problem(variable.id, what, "keep the JSON document")


def not_a_network(graph: FactorGraph) -> Iterator[Problem]:
    """Why the factors are not the distributions of a Bayesian network, one for each variable, without cycle."""
    factors: defaultdict[str, list[str]] = defaultdict(list)
    for factor in graph.factors:
        child = child_of(factor)
        if child is None:
            what = "a free potential is no distribution of one variable given others"
            yield Problem(factor.id, what, "name the child of the table, or write a .uai file")
        else:
            factors[child].append(factor.id)
    for child, ids in factors.items():
        if len(ids) > 1:
            what = f"the factors {', '.join(ids)} are all distributions of '{child}'"
            yield Problem(ids[1], what, "keep one of them, or write a .uai file")
    for variable in graph.variables:
        if variable.id not in factors:
            what = f"no factor is the distribution of '{variable.label}'"
            yield Problem(variable.id, what, "give it a prior, or write a .uai file")
    cycle = directed_cycle({child_of(factor) or "": parents_of(factor) for factor in graph.factors})
    if cycle:
        what = f"the factors form a directed cycle: {' → '.join([*cycle, cycle[0]])}"
        yield Problem(factors[cycle[0]][0], what, "turn one of these arrows, or write a .uai file")


def directed_cycle(parents: Mapping[Node, Sequence[Node]]) -> list[Node]:
    """One directed cycle, parents before children, its first variable not repeated; empty when there is none."""
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        cycle: list[Node] = error.args[1]
        return cycle[:-1]
    return []
