"""Whether a drawing that is not sound yet can be drawn and edited: its numbers may be wrong, never their shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mbml_core.errors import InvalidModel, Problem
from mbml_core.factors import KINDS
from mbml_core.factors.names import named_variables
from mbml_core.model import Factor, FactorGraph, Variable, check_structure


def is_drawable(graph: FactorGraph) -> bool:
    """Names, ids, scopes and observations are sound, and every factor's parameters fit its scope."""
    return not check_structure(graph) and all(fits(factor, graph.domains(factor)) for factor in graph.factors)


def require_page(graph: FactorGraph) -> None:
    """Raise InvalidModel where the editor's page cannot show a graph: it draws states and tables."""
    kinds = {factor.kind for factor in graph.factors} & KINDS.keys()
    if graph.is_discrete and all(KINDS[kind].rules is None for kind in kinds):
        return
    found = list(_beyond_the_page(graph))
    id, what = found[0]
    more = f" (and {len(found) - 1:,} more nodes are like it)" if len(found) > 1 else ""
    remedy = "use 'mbml infer' on the command line"
    raise InvalidModel([Problem(id, f"{what}, which the page cannot draw{more}", remedy)])


def _beyond_the_page(graph: FactorGraph) -> Iterator[tuple[str, str]]:
    for variable in graph.variables:
        if not variable.is_categorical:
            yield variable.id, f"'{variable.label}' is {variable.domain.phrase}"
    for factor in graph.factors:
        if factor.kind in KINDS and KINDS[factor.kind].rules is not None:
            yield factor.id, f"'{factor.id}' is a '{factor.kind}'"


def fits(factor: Factor, variables: Sequence[Variable]) -> bool:
    """Whether the parameters of a factor have the shape its scope wants, whatever their values.

    Where this is False, the check of the factor's kind says why. Arity and states are not looked at, except where
    they are the shape: an "or" of variables with three states can be drawn.
    """
    if factor.kind not in KINDS or not _has_usable_names(factor):
        return False
    if KINDS[factor.kind].rules is None and not all(variable.is_categorical for variable in variables):
        return False
    given = factor.parameters
    match factor.kind:
        case "table":
            return _shape(given.get("values")) == tuple(variable.size for variable in variables)
        case "prior":
            sizes = tuple(variable.size for variable in variables)
            return len(sizes) == 1 and _shape(given.get("probabilities")) == sizes
        case "noisy_or" | "noisy_and":
            n_parents = max(len(variables) - 1, 0)
            return _shape(given.get("probabilities")) == (n_parents,) and _shape(given.get("leak", 0.0)) == ()
        case "sum":
            return given.get("weights") is None or _shape(given["weights"]) == (max(len(variables) - 1, 0),)
        case "add_noise":
            shape = _shape(given.get("flip"))
            return shape is not None and len(shape) <= 1
    return True


def _has_usable_names(factor: Factor) -> bool:
    """Whether the parameters that name variables name those of the scope."""
    return all(id in factor.scope for ids in named_variables(factor).values() for id in ids)


def _shape(value: Any) -> tuple[int, ...] | None:
    """The shape of a number or an array; None for anything else."""
    if isinstance(value, np.ndarray):
        return tuple(value.shape)
    return () if isinstance(value, int | float) and not isinstance(value, bool) else None
