"""factors/all_true.py — the logical and:  child = parent_1 ∧ … ∧ parent_n.

Parameter: `child`, default the last variable. Every variable is a boolean.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence

from mbml_core.factors.gate import folding_gate
from mbml_core.factors.kind import Kind
from mbml_core.factors.parameters import check_boolean_gate
from mbml_core.factors.potential import Automaton
from mbml_core.model import Factor, Variable


def lower(factor: Factor, variables: Sequence[Variable]) -> Automaton:
    """Two memory states: whether all parents so far are true."""
    return folding_gate(factor, variables, operator.and_)


KIND = Kind(
    "all_true",
    "The child is true exactly when all parents are.",
    frozenset({"child"}),
    check_boolean_gate,
    lower,
)
