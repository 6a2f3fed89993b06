"""The nodes a command names, and the drawing with some of them exchanged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mbml_core.document import Document
from mbml_core.editing.refusal import CommandRefused, refusal
from mbml_core.errors import Problem
from mbml_core.model import Factor, Variable

_STALE = "undo, or reload the page if it shows something else"


def variable_of(document: Document, id: str) -> Variable:
    """The variable with this id. Raises CommandRefused."""
    index = document.graph.variable_index.get(id)
    if index is None:
        raise refusal(id, f"there is no variable '{id}'", _STALE)
    return document.graph.variables[index]


def factor_of(document: Document, id: str) -> Factor:
    """The factor with this id. Raises CommandRefused."""
    for factor in document.graph.factors:
        if factor.id == id:
            return factor
    raise refusal(id, f"there is no factor '{id}'", _STALE)


def node_ids(document: Document) -> set[str]:
    """Ids of all variables and factors."""
    return {*document.graph.variable_index, *(factor.id for factor in document.graph.factors)}


def require_nodes(document: Document, ids: Iterable[str]) -> None:
    """Raise CommandRefused with every id that is neither a variable nor a factor."""
    known = node_ids(document)
    _refuse_all(id for id in ids if id not in known)


def require_variables(document: Document, ids: Iterable[str]) -> None:
    """Raise CommandRefused with every id that is no variable."""
    _refuse_all(id for id in ids if id not in document.graph.variable_index)


def _refuse_all(unknown: Iterable[str]) -> None:
    problems = [Problem(id, f"nothing in this drawing has the id '{id}'", _STALE) for id in unknown]
    if problems:
        raise CommandRefused(problems)


def with_factors(document: Document, changed: Mapping[str, Factor]) -> Document:
    """The drawing with these factors in the place of those that have their ids."""
    factors = tuple(changed.get(factor.id, factor) for factor in document.graph.factors)
    return document.with_graph(replace(document.graph, factors=factors))


def with_variable(document: Document, variable: Variable) -> Document:
    """The drawing with this variable in the place of the one that has its id."""
    variables = tuple(variable if old.id == variable.id else old for old in document.graph.variables)
    return document.with_graph(replace(document.graph, variables=variables))


def label(document: Document, id: str) -> str:
    """What people read at a node: its name, or the id where it has none."""
    index = document.graph.variable_index.get(id)
    if index is not None:
        return document.graph.variables[index].label
    name = document.extras.factors.get(id, {}).get("name")
    return name if isinstance(name, str) and name else id
