"""Checks that several factor kinds share. Each yields problems in the drawing's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import Problem
from mbml_core.model import SUM_TOLERANCE, Factor, Variable

ROUNDING = 1e-12
"""Below this a sum counts as one: summing 10,000 doubles loses no more."""
LARGE_TABLE = 1 << 16
"""Entries from which on copying a table costs more than looking at it alone."""

TRUE_NAMES = frozenset({"yes", "true", "t", "1", "on", "present", "positive"})
FALSE_NAMES = frozenset({"no", "false", "f", "0", "off", "absent", "negative"})


def child_axis(factor: Factor) -> int:
    """Position of the child in the scope: the variable named by `child`, else the last."""
    child = factor.parameters.get("child")
    return factor.scope.index(child) if child is not None else len(factor.scope) - 1


def child_or_last(factor: Factor) -> str:
    """The child of a kind that always has one."""
    return factor.scope[child_axis(factor)]


def parent_axes(factor: Factor) -> list[int]:
    """Positions of the other variables, in scope order."""
    child = child_axis(factor)
    return [axis for axis in range(len(factor.scope)) if axis != child]


def check_child(factor: Factor) -> Iterator[Problem]:
    """`child`, where given, names a variable of the scope."""
    child = factor.parameters.get("child")
    if child is not None and not (isinstance(child, str) and child in factor.scope):
        yield Problem(
            factor.id, f"the child '{child}' is not in the scope", f"name one of {', '.join(factor.scope)}"
        )


def check_arity(factor: Factor, least: int, most: int | None = None) -> Iterator[Problem]:
    """The scope has between `least` and `most` variables."""
    count = len(factor.scope)
    if count < least or (most is not None and count > most):
        wanted = str(least) if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        yield Problem(
            factor.id,
            f"'{factor.kind}' connects {wanted} variables, this one {count}",
            "connect or disconnect variables",
        )


def check_boolean(factor: Factor, variable: Variable) -> Iterator[Problem]:
    """The variable has two states, the second of which is the true one."""
    if variable.size != 2:
        yield Problem(
            factor.id,
            f"'{factor.kind}' needs two states in '{variable.label}', it has {variable.size}",
            "give it two states, the second meaning true, or use a table",
        )
    elif variable.states[0].lower() in TRUE_NAMES and variable.states[1].lower() in FALSE_NAMES:
        yield Problem(
            factor.id,
            f"'{factor.kind}' takes the second state as true, but '{variable.label}' has "
            f"'{variable.states[1]}' there",
            f"reorder its states to {variable.states[1]}, {variable.states[0]}",
        )


def check_probability(factor: Factor, name: str, value: Any) -> Iterator[Problem]:
    """A number from 0 to 1."""
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= 1:
        yield Problem(factor.id, f"'{name}' is {value!r}, expected a number from 0 to 1", "correct it")


def check_probabilities(factor: Factor, name: str, count: int, owners: str) -> Iterator[Problem]:
    """A list of `count` numbers from 0 to 1."""
    values = factor.parameters.get(name)
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        yield Problem(factor.id, f"'{name}' is missing or no list of numbers", f"give one number per {owners}")
    elif len(values) != count:
        yield Problem(
            factor.id,
            f"'{name}' has {len(values)} numbers, expected {count}",
            f"give one number per {owners}",
        )
    else:
        for value in values:
            yield from check_probability(factor, name, float(value))


def check_distribution(factor: Factor, values: FloatArray, variable: Variable) -> Iterator[Problem]:
    """The numbers sum to one, within SUM_TOLERANCE."""
    total = float(values.sum())
    if abs(total - 1) > SUM_TOLERANCE:
        yield Problem(
            factor.id,
            f"the probabilities of '{variable.label}' sum to {total:.9g}, expected 1",
            "correct or normalise them",
        )


def are_tables(tables: Sequence[FloatArray], most: float) -> bool:
    """Whether every entry is a number from 0 to `most`. Small tables are looked at together."""
    blocks = [table for table in tables if table.size > LARGE_TABLE]
    small = [table.ravel() for table in tables if table.size <= LARGE_TABLE]
    if small:
        blocks.append(np.concatenate(small))
    return all(block.min() >= 0 and block.max() <= most for block in blocks)  # false for NaN


def are_distributions(tables: Sequence[FloatArray], axes: Sequence[int]) -> bool:
    """Whether every table holds numbers from 0 to 1 that sum to one along its axis, within SUM_TOLERANCE."""
    if not tables:
        return True
    if not are_tables(tables, 1.0):
        return False
    sums = [np.add.reduce(table, axis).reshape(-1) for table, axis in zip(tables, axes, strict=True)]
    return bool(np.abs(np.concatenate(sums) - 1).max() <= SUM_TOLERANCE)


def check_boolean_gate(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A child and at least one parent, all of them booleans."""
    yield from check_arity(factor, 2)
    yield from check_child(factor)
    for variable in variables:
        yield from check_boolean(factor, variable)
