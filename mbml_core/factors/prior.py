"""factors/prior.py — the distribution of one variable.

    f(x) = probabilities[x]

Parameter: `probabilities`, one number per state, summing to one (within 1e-6, and then renormalised).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from mbml_core.errors import Problem
from mbml_core.factors.kind import Kind
from mbml_core.factors.parameters import (
    ROUNDING,
    are_distributions,
    check_arity,
    check_distribution,
    check_probabilities,
)
from mbml_core.factors.potential import DenseTable
from mbml_core.model import Factor, Variable


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """One variable, one probability per state, a sum of one."""
    yield from check_arity(factor, 1, 1)
    if len(variables) != 1:
        return
    found = list(check_probabilities(factor, "probabilities", variables[0].size, "state"))
    yield from found
    if not found:
        yield from check_distribution(factor, factor.parameters["probabilities"], variables[0])


def are_sound(factors: Sequence[Factor], sizes: Mapping[str, int]) -> bool:
    """A glance at all priors together."""
    tables = [factor.parameters.get("probabilities") for factor in factors]
    shapes = [tuple([sizes[id] for id in factor.scope]) for factor in factors]
    fits = all(
        isinstance(table, np.ndarray) and table.shape == shape and len(shape) == 1
        for table, shape in zip(tables, shapes, strict=True)
    )
    return fits and are_distributions([table for table in tables if table is not None], [0] * len(tables))


def notes(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """One note where the sum misses one by more than rounding."""
    miss = abs(float(factor.parameters["probabilities"].sum()) - 1)
    if miss > ROUNDING:
        yield Problem(
            factor.id,
            f"the sum misses one by {miss:.2g} and was renormalised",
            "nothing to do, or write more digits",
        )


def child_of(factor: Factor) -> str:
    """Its only variable."""
    return factor.scope[0]


def lower(factor: Factor, variables: Sequence[Variable]) -> DenseTable:
    """The renormalised probabilities."""
    probabilities = factor.parameters["probabilities"]
    return DenseTable(probabilities / np.add.reduce(probabilities))


KIND = Kind(
    "prior",
    "The distribution of one variable.",
    frozenset({"probabilities"}),
    check,
    lower,
    notes,
    child_of,
    "probabilities",
    are_sound,
)
