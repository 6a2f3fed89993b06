"""Whether a drawing that is not sound yet can be drawn and edited: its numbers may be wrong, never their shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mbml_core.factors import KINDS
from mbml_core.model import Factor, FactorGraph, Variable, check_structure


def is_drawable(graph: FactorGraph) -> bool:
    """Names, ids, scopes and observations are sound, and every factor's parameters fit its scope."""
    return not check_structure(graph) and all(fits(factor, graph.domains(factor)) for factor in graph.factors)


def fits(factor: Factor, variables: Sequence[Variable]) -> bool:
    """Whether the parameters of a factor have the shape its scope wants, whatever their values.

    Where this is False, the check of the factor's kind says why. Arity and states are not looked at, except where
    they are the shape: an "or" of variables with three states can be drawn.
    """
    if factor.kind not in KINDS or not _has_usable_child(factor):
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
        case "add_noise":
            shape = _shape(given.get("flip"))
            return shape is not None and len(shape) <= 1
    return True


def _has_usable_child(factor: Factor) -> bool:
    child = factor.parameters.get("child")
    is_read = "child" in KINDS[factor.kind].parameters
    return child is None or not is_read or child in factor.scope


def _shape(value: Any) -> tuple[int, ...] | None:
    """The shape of a number or an array; None for anything else."""
    if isinstance(value, np.ndarray):
        return tuple(value.shape)
    return () if isinstance(value, int | float) and not isinstance(value, bool) else None
