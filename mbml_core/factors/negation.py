"""factors/negation.py — the kind `not`:  child = ¬ parent.

Parameter: `child`, default the last variable. Both are booleans. (`not` is no legal module name in Python.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mbml_core.errors import Problem
from mbml_core.factors.kind import Kind
from mbml_core.factors.parameters import check_arity, check_boolean, check_child
from mbml_core.factors.potential import DenseTable
from mbml_core.model import Factor, Variable


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """One parent and a child, both booleans."""
    yield from check_arity(factor, 2, 2)
    yield from check_child(factor)
    for variable in variables:
        yield from check_boolean(factor, variable)


def lower(factor: Factor, variables: Sequence[Variable]) -> DenseTable:
    """One where the two differ; the table is its own transpose, so the child's place does not matter."""
    return DenseTable(np.array([[0.0, 1.0], [1.0, 0.0]]))


KIND = Kind("not", "The child is true exactly when the parent is not.", frozenset({"child"}), check, lower)
