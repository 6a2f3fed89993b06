"""A drawing as it is kept: the model, where its nodes stand, and fields of other programs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeAlias

from mbml_core.errors import Problem
from mbml_core.model import FactorGraph

Fields: TypeAlias = Mapping[str, Any]
"""Unknown fields of one record, as plain JSON values. Nobody changes them in place."""


@dataclass(frozen=True)
class Extras:
    """Fields this version does not know, kept so that they survive a round trip.

    Attributes:
        top: those of the document itself.
        variables: by variable id.
        domains: those inside a variable's domain, by variable id.
        factors: by factor id; a factor's `name` is among them, since the model has no place for it.
        evidence: by variable id.
    """

    top: Fields = field(default_factory=dict)
    variables: Mapping[str, Fields] = field(default_factory=dict)
    domains: Mapping[str, Fields] = field(default_factory=dict)
    factors: Mapping[str, Fields] = field(default_factory=dict)
    evidence: Mapping[str, Fields] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "top", MappingProxyType(dict(self.top)))
        for section in ("variables", "domains", "factors", "evidence"):
            filled = {id: fields for id, fields in getattr(self, section).items() if fields}
            object.__setattr__(self, section, MappingProxyType(filled))

    def restricted_to(self, graph: FactorGraph) -> Extras:
        """Without the fields of records the graph no longer has."""
        factors = {factor.id for factor in graph.factors}
        return replace(
            self,
            variables=_only(self.variables, graph.variable_index),
            domains=_only(self.domains, graph.variable_index),
            factors=_only(self.factors, factors),
            evidence=_only(self.evidence, graph.evidence),
        )


@dataclass(frozen=True)
class Document:
    """One drawing. Equal when everything that is written to the file is equal.

    Attributes:
        graph: the model with the observations drawn on it.
        layout: (x, y) of the nodes by id, in the canvas's units; nodes may be missing.
        extras: unknown fields.
        notes: what reading tolerated, and labels that are easily mistaken for one another; not part of the file.
    """

    graph: FactorGraph
    layout: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    extras: Extras = field(default_factory=Extras)
    notes: tuple[Problem, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not _is_frozen(self.layout):
            layout = {id: (float(x), float(y)) for id, (x, y) in self.layout.items()}
            object.__setattr__(self, "layout", MappingProxyType(layout))

    def __hash__(self) -> int:
        return hash(self.graph)

    @classmethod
    def of(cls, graph: FactorGraph, layout: Mapping[str, tuple[float, float]] = MappingProxyType({})) -> Document:
        """A document of a graph that was built in memory."""
        return cls(graph, layout)

    def with_graph(self, graph: FactorGraph) -> Document:
        """The document after an edit: layout and unknown fields of the records that still exist are kept."""
        ids = {*graph.variable_index, *(factor.id for factor in graph.factors)}
        return Document(graph, _only(self.layout, ids), self.extras.restricted_to(graph))


def _is_frozen(layout: Mapping[str, tuple[float, float]]) -> bool:
    """Whether it is a layout as documents hold it. The steps of an undo history share it then."""
    return isinstance(layout, MappingProxyType) and all(
        type(x) is float and type(y) is float for x, y in layout.values()
    )


def _only(mapping: Mapping[str, Any], ids: Collection[str]) -> dict[str, Any]:
    return {id: value for id, value in mapping.items() if id in ids}
