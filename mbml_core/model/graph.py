"""The model: what was drawn, by name, immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from mbml_core.model.observation import Observation
from mbml_core.model.variable import Categorical, Variable


@dataclass(frozen=True, eq=False)
class Factor:
    """A non-negative function of some variables: a square node of the drawing.

    Attributes:
        id: unique among all variables and factors of the graph.
        kind: a name in `mbml_core.factors.KINDS`.
        scope: ids of its variables; fixes the order of ports and of table axes.
        parameters: what the kind needs. Lists of numbers are stored as read-only float64 arrays.
    """

    id: str
    kind: str
    scope: tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frozen = {name: _freeze(value) for name, value in self.parameters.items()}
        object.__setattr__(self, "scope", tuple(self.scope))
        object.__setattr__(self, "parameters", MappingProxyType(frozen))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Factor):
            return NotImplemented
        return (
            (self.id, self.kind, self.scope) == (other.id, other.kind, other.scope)
            and self.parameters.keys() == other.parameters.keys()
            and all(_same(value, other.parameters[name]) for name, value in self.parameters.items())
        )

    def __hash__(self) -> int:
        return hash((self.id, self.kind, self.scope))

    def __reduce__(self) -> tuple[Any, ...]:
        return Factor, (self.id, self.kind, self.scope, dict(self.parameters))  # a mapping proxy is not picklable


@dataclass(frozen=True)
class FactorGraph:
    """A factor graph: the product of its factors is an unnormalised joint distribution.

        P(x) ∝ Π_a f_a(x_scope(a))

    Attributes:
        variables: in drawing order, which is the order of every result.
        factors: in drawing order, which changes no result.
        evidence: the observations drawn with the model; used when a query brings none of its own.
        name: title of the drawing.
    """

    variables: tuple[Variable, ...]
    factors: tuple[Factor, ...] = ()
    evidence: Mapping[str, Observation] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "variables", tuple(self.variables))
        object.__setattr__(self, "factors", tuple(self.factors))
        object.__setattr__(self, "evidence", MappingProxyType(dict(self.evidence)))

    def __hash__(self) -> int:
        return hash((self.variables, self.factors, self.name))

    def __reduce__(self) -> tuple[Any, ...]:
        return FactorGraph, (self.variables, self.factors, dict(self.evidence), self.name)

    @cached_property
    def variable_index(self) -> Mapping[str, int]:
        """Position of each variable id in `variables`."""
        return MappingProxyType({variable.id: i for i, variable in enumerate(self.variables)})

    @cached_property
    def index_by_name(self) -> Mapping[str, int]:
        """Position of each variable whose name no other variable has, by that name."""
        found: dict[str, int] = {}
        for i, variable in enumerate(self.variables):
            found[variable.name] = -1 if variable.name in found else i
        return MappingProxyType({name: i for name, i in found.items() if name and i >= 0})

    @cached_property
    def is_discrete(self) -> bool:
        """Whether every variable is categorical."""
        return {type(variable.domain) for variable in self.variables} <= {Categorical}

    @cached_property
    def findings(self) -> dict[str, bool]:
        """What others found out about the variables, factors and name, so that they need not do so again.
        The graph never changes, so no finding expires; evidence plays no part in any.
        """
        return {}

    def variable(self, id: str) -> Variable:
        """The variable with this id. Raises KeyError."""
        return self.variables[self.variable_index[id]]

    def domains(self, factor: Factor) -> tuple[Variable, ...]:
        """The variables of a factor's scope, in scope order."""
        variables, index = self.variables, self.variable_index
        return tuple([variables[index[id]] for id in factor.scope])

    def with_evidence(self, evidence: Mapping[str, Observation]) -> FactorGraph:
        """The same drawing with other observations; what is known of it need not be found out again."""
        graph = replace(self, evidence=evidence)
        graph.__dict__["findings"] = self.findings
        for name in ("variable_index", "index_by_name", "is_discrete"):
            if name in self.__dict__:
                graph.__dict__[name] = self.__dict__[name]
        return graph


def _freeze(value: Any) -> Any:
    """Numbers in lists become read-only float64 arrays; everything else is kept as it is."""
    if isinstance(value, np.number):
        return value.item()
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biuf":  # text, objects, complex: kept as lists, so that the check can say so
            return value.tolist()
        if value.ndim == 0:
            return float(value)
        if value.dtype == np.float64 and value.flags.c_contiguous and not value.flags.writeable:
            return value
        array = np.array(value, dtype=np.float64, order="C")
    elif isinstance(value, list | tuple) and _is_numeric(value):
        try:
            array = np.array(value, dtype=np.float64)
        except (ValueError, OverflowError):  # ragged or beyond a float: kept, so that the check can say so
            return value
    else:
        return value
    array.flags.writeable = False
    return array


def _is_numeric(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_numeric(item) for item in value)
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return isinstance(left, np.ndarray) and isinstance(right, np.ndarray) and np.array_equal(left, right)
    return bool(left == right)
