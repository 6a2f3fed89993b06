"""factors/add_noise.py — a copy that may come out wrong.

    P(child = x | parent = x) = 1 − flip[x],   P(child = y | parent = x) = flip[x] / (K − 1)  for y ≠ x

Parameters: `flip`, one probability, or one for each state of the parent; `child`, default the last variable.
Source: Winn, Model-Based Machine Learning, chapter 2 (AddNoise: flip = [0.2, 0.1]).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mbml_core.errors import Problem
from mbml_core.factors.kind import Kind
from mbml_core.factors.parameters import (
    check_arity,
    check_child,
    check_probabilities,
    check_probability,
    child_axis,
)
from mbml_core.factors.potential import DenseTable
from mbml_core.model import Factor, Variable


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """Two variables with equally many states, at least two, and one or K probabilities."""
    found = [*check_arity(factor, 2, 2), *check_child(factor)]
    yield from found
    if found or len(variables) != 2:
        return
    left, right = variables
    if left.size != right.size or left.size < 2:
        yield Problem(
            factor.id,
            f"'{left.label}' has {left.size} states, '{right.label}' {right.size}",
            "give both equally many states, two or more",
        )
    flip = factor.parameters.get("flip")
    if isinstance(flip, np.ndarray):
        yield from check_probabilities(factor, "flip", variables[1 - child_axis(factor)].size, "parent state")
    else:
        yield from check_probability(factor, "flip", flip)


def lower(factor: Factor, variables: Sequence[Variable]) -> DenseTable:
    """The K × K table, parent first, turned to scope order."""
    size = variables[0].size
    flip = np.broadcast_to(np.asarray(factor.parameters["flip"], dtype=np.float64), (size,))
    table = np.repeat(flip[:, None] / (size - 1), size, axis=1)
    np.fill_diagonal(table, 1.0 - flip)
    return DenseTable(table if child_axis(factor) == 1 else np.ascontiguousarray(table.T))


KIND = Kind("add_noise", "A copy that may come out wrong.", frozenset({"flip", "child"}), check, lower)
