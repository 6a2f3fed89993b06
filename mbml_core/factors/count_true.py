"""factors/count_true.py — how many parents are true:  child = Σ_i [parent_i = true].

Parameter: `child`, default the last variable; it has one state more than there are parents: 0, 1, …, n.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mbml_core.errors import Problem
from mbml_core.factors.gate import deterministic_gate
from mbml_core.factors.kind import Kind
from mbml_core.factors.parameters import check_arity, check_boolean, check_child, child_axis, parent_axes
from mbml_core.factors.potential import Automaton
from mbml_core.model import Factor, Variable


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """Boolean parents, and a child with a state for each count."""
    yield from check_arity(factor, 2)
    found = list(check_child(factor))
    yield from found
    if found or len(variables) < 2:
        return
    for axis in parent_axes(factor):
        yield from check_boolean(factor, variables[axis])
    child = variables[child_axis(factor)]
    if child.size != len(variables):
        yield Problem(
            factor.id,
            f"'{child.label}' has {child.size} states, {len(variables) - 1} parents need {len(variables)}",
            f"give it the states 0 to {len(variables) - 1}",
        )


def lower(factor: Factor, variables: Sequence[Variable]) -> Automaton:
    """The memory is the count so far."""
    return deterministic_gate(
        factor,
        variables,
        memory=lambda i: i + 1,
        update=lambda i, memory, state: memory + state,
        child_state=lambda memory: memory,
    )


KIND = Kind("count_true", "How many parents are true.", frozenset({"child"}), check, lower)
