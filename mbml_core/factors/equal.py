"""factors/equal.py — whether all parents agree:  child = [parent_1 = … = parent_n], compared by state number.

Parameter: `child`, default the last variable, a boolean; the parents have equally many states. Observing the
child as true turns the factor into the constraint that its parents are equal.
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
    """At least two parents with equally many states, and a boolean child."""
    yield from check_arity(factor, 3)
    found = list(check_child(factor))
    yield from found
    if found or len(variables) < 3:
        return
    yield from check_boolean(factor, variables[child_axis(factor)])
    parents = [variables[axis] for axis in parent_axes(factor)]
    for variable in parents[1:]:
        if variable.size != parents[0].size:
            yield Problem(
                factor.id,
                f"'{variable.label}' has {variable.size} states, '{parents[0].label}' {parents[0].size}",
                "compare variables with equally many states",
            )


def lower(factor: Factor, variables: Sequence[Variable]) -> Automaton:
    """The memory is the state all parents so far agree on, or `size` once they differ."""
    size = variables[parent_axes(factor)[0]].size
    return deterministic_gate(
        factor,
        variables,
        memory=lambda i: size if i == 1 else size + 1,
        update=lambda i, memory, state: state if i == 0 or memory == state else size,
        child_state=lambda memory: int(memory < size),
    )


KIND = Kind("equal", "The child is true exactly when all parents agree.", frozenset({"child"}), check, lower)
