"""factors/table.py — every value written out.

    f(x) = values[x]                                    a free, non-negative potential, or
    f(x) = P(child | the others) = values[x] / Σ_child values[x]      with `child` named

Parameters: `values`, nested lists with one axis per variable of the scope, the last axis varying fastest;
`child`, optional: then the values sum to one over its axis (within 1e-6, and are renormalised).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import Problem
from mbml_core.factors.kind import Kind
from mbml_core.factors.parameters import ROUNDING, are_distributions, are_tables, check_child, child_axis
from mbml_core.factors.potential import DenseTable
from mbml_core.model import SUM_TOLERANCE, Factor, Variable

MAX_LISTED = 5
"""Bad rows or entries named one by one; the rest is counted."""


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """Shape, range and, for a conditional table, the sum of every row."""
    child_problems = list(check_child(factor))
    yield from child_problems
    values = _values(factor)
    if values is None:
        yield Problem(factor.id, _not_numbers(factor), "give nested lists of numbers, one level per variable")
        return
    shape = tuple(variable.size for variable in variables)
    if values.shape != shape:
        axes = ", ".join(f"{variable.label}: {variable.size}" for variable in variables) or "no variables"
        yield Problem(
            factor.id,
            f"the table has shape {values.shape}, its scope wants {shape} ({axes})",
            "reorder or resize it; axes follow the scope",
        )
        return
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        yield from _entry_problems(factor, variables, values, bad)
    elif not values.any():
        yield Problem(factor.id, "every entry is zero, so the factor allows nothing", "make one positive")
    elif factor.parameters.get("child") is not None and not child_problems:
        yield from _row_problems(factor, variables)


def are_sound(factors: Sequence[Factor], sizes: Mapping[str, int]) -> bool:
    """A glance at all tables together."""
    conditional, axes, free = [], [], []
    for factor in factors:
        values, child = factor.parameters.get("values"), factor.parameters.get("child")
        if not isinstance(values, np.ndarray) or values.shape != tuple([sizes[id] for id in factor.scope]):
            return False
        if child is None:
            free.append(values)
        elif child in factor.scope:
            conditional.append(values)
            axes.append(factor.scope.index(child))
        else:
            return False
    return (
        are_distributions(conditional, axes)
        and are_tables(free, sys.float_info.max)
        and all(values.any() for values in free)
    )


def child_of(factor: Factor) -> str | None:
    """The variable named as the child; None for a free potential."""
    child: str | None = factor.parameters.get("child")
    return child


def _values(factor: Factor) -> FloatArray | None:
    """The table as an array; a factor without variables may give its one value as a plain number."""
    values = factor.parameters.get("values")
    if isinstance(values, np.ndarray):
        return values
    if isinstance(values, int | float) and not isinstance(values, bool):
        try:
            return np.array(values, dtype=np.float64)
        except OverflowError:  # an integer with hundreds of digits
            return None
    return None


def _not_numbers(factor: Factor) -> str:
    if "values" not in factor.parameters:
        return "'values' is missing"
    return "'values' is ragged or holds something that is not a number"


def _entry_problems(
    factor: Factor, variables: Sequence[Variable], values: FloatArray, bad: NDArray[np.bool_]
) -> Iterator[Problem]:
    places = np.argwhere(bad)
    for index in places[:MAX_LISTED]:
        value = values[tuple(index)]
        yield Problem(
            factor.id, f"entry {_cell(variables, index)} is {value:g}", "use a finite number, zero or more"
        )
    if len(places) > MAX_LISTED:
        yield Problem(
            factor.id, f"{len(places) - MAX_LISTED} more entries are negative or not finite", "correct them"
        )


def _row_problems(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    axis = child_axis(factor)
    with np.errstate(over="ignore"):  # a sum of inf is reported like any other
        sums = factor.parameters["values"].sum(axis=axis)
    parents = [variable for i, variable in enumerate(variables) if i != axis]
    places = np.argwhere(np.abs(sums - 1) > SUM_TOLERANCE)
    for index in places[:MAX_LISTED]:
        row = f"row {_cell(parents, index)}" if parents else "the distribution"
        yield Problem(
            factor.id,
            f"{row} sums to {sums[tuple(index)]:.9g} over '{variables[axis].label}', expected 1",
            "correct or normalise the row, or drop 'child' to make it a free potential",
        )
    if len(places) > MAX_LISTED:
        yield Problem(factor.id, f"{len(places) - MAX_LISTED} more rows do not sum to one", "normalise them")


def _cell(variables: Sequence[Variable], index: Sequence[int]) -> str:
    return "(" + ", ".join(f"{v.label}={v.states[i]}" for v, i in zip(variables, index, strict=True)) + ")"


def notes(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """One note where rows miss one by more than rounding but less than the tolerance."""
    if factor.parameters.get("child") is None:
        return
    worst = float(np.abs(factor.parameters["values"].sum(axis=child_axis(factor)) - 1).max())
    if worst > ROUNDING:
        yield Problem(
            factor.id,
            f"rows miss a sum of one by up to {worst:.2g} and were renormalised",
            "nothing to do, or write more digits",
        )


def lower(factor: Factor, variables: Sequence[Variable]) -> DenseTable:
    """The table itself, conditional ones renormalised over the child."""
    values = _values(factor)
    if values is None:
        raise TypeError(f"the table of '{factor.id}' was lowered without a check")
    child = factor.parameters.get("child")
    if child is not None:
        values = values / np.add.reduce(values, axis=factor.scope.index(child), keepdims=True)
    return DenseTable(values)


KIND = Kind(
    "table",
    "Every value written out.",
    frozenset({"values", "child"}),
    check,
    lower,
    notes,
    child_of,
    "values",
    are_sound,
)
