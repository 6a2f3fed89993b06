"""The model and its evidence as tables with the names of the drawing: what a trace begins with.

Names are kept as they were drawn; who shows them writes hidden characters as escapes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from mbml_core.compiler.compiled import count_entries
from mbml_core.distributions.semiring import FloatArray
from mbml_core.factors import Potential, kind_of, to_dense
from mbml_core.inference.observations import Observations
from mbml_core.inference.trace.operation import Table
from mbml_core.model import Factor, FactorGraph, Variable
from mbml_core.phrases import rounded

MAX_SHOWN = 1 << 12
"""Entries of a table that is still written out in a step."""


@dataclass(frozen=True, eq=False, slots=True)
class DrawnFactor:
    """A factor of a trace.

    Attributes:
        id: of the factor.
        scope: ids of its variables.
        sizes: number of states of each.
        potential: in the form the algorithms use.
        table: all its values; None where they are too many to be written out.
        hidden: why there is no table; "" where there is one.
    """

    id: str
    scope: tuple[str, ...]
    sizes: tuple[int, ...]
    potential: Potential
    table: Table | None
    hidden: str = ""


@dataclass(frozen=True, eq=False)
class DrawnGraph:
    """A model with one query's evidence.

    Attributes:
        model: the drawing.
        factors: by id, in drawing order.
        evidence: likelihood of each observed variable, by its id.
        known: ids of the variables whose evidence leaves one state: what others say cannot move them.
        neighbours: of each variable and factor, ids in drawing order (of a factor: in the order of its scope).
    """

    model: FactorGraph
    factors: Mapping[str, DrawnFactor]
    evidence: Mapping[str, Table]
    known: frozenset[str]
    neighbours: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, model: FactorGraph, observed: Observations) -> DrawnGraph:
        """A sound model and its evidence, whose beliefs are likelihoods already."""
        variables = model.variables
        neighbours: dict[str, list[str]] = defaultdict(list)
        for factor in model.factors:
            neighbours[factor.id] = list(factor.scope)
            for id in factor.scope:
                neighbours[id].append(factor.id)
        return cls(
            model,
            MappingProxyType({factor.id: drawn_factor(model, factor) for factor in model.factors}),
            MappingProxyType({variables[v].id: _seen(variables[v], w) for v, w in observed.fixed.items()}),
            frozenset(variables[v].id for v in observed.hard),
            MappingProxyType({id: tuple(found) for id, found in neighbours.items()}),
        )

    def label(self, id: str) -> str:
        """What a node is called on the page."""
        return self.model.variable(id).label if id in self.model.variable_index else id

    def size(self, variable: str) -> int:
        """Number of states."""
        return self.model.variable(variable).size

    def message_name(self, sender: str, receiver: str) -> str:
        """In the textbook's notation: "μ(f_rain → Rain)"."""
        return f"μ({self.label(sender)} → {self.label(receiver)})"


def drawn_factor(model: FactorGraph, factor: Factor) -> DrawnFactor:
    """A factor with all its values as a table, where these are at most MAX_SHOWN."""
    variables = model.domains(factor)
    sizes = tuple(variable.size for variable in variables)
    potential = kind_of(factor).lower(factor, variables)
    entries = count_entries(sizes)
    if entries <= MAX_SHOWN:
        table = _frozen(factor, to_dense(potential, sizes))
        return DrawnFactor(factor.id, factor.scope, sizes, potential, table)
    hidden = f"the table of {factor.id} has {rounded(entries)} entries, too many to be written out"
    return DrawnFactor(factor.id, factor.scope, sizes, potential, None, hidden)


def _frozen(factor: Factor, values: FloatArray) -> Table:
    values = values.view()
    values.flags.writeable = False
    return Table(factor.id, factor.scope, values, factor.id)


def _seen(variable: Variable, weights: FloatArray) -> Table:
    """The evidence of one variable under the name of what was seen."""
    return Table(_name_of_evidence(variable, weights), (variable.id,), weights, variable.id)


def _name_of_evidence(variable: Variable, weights: FloatArray) -> str:
    label = variable.label
    if not np.isin(weights, (0.0, 1.0)).all():
        return f"likelihood of {label}"
    allowed = [state for state, weight in zip(variable.states, weights, strict=True) if weight]
    if len(allowed) == 1:
        return f"observed: {label} = {allowed[0]}"
    return f"observed: {label} is {_either(allowed)}"


def _either(names: Sequence[str]) -> str:
    return " or ".join(names) if len(names) <= 3 else f"one of {len(names)} states"
