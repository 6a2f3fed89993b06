"""Deterministic gates: the child is a function of a small memory of the parents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mbml_core.factors.parameters import child_axis, parent_axes
from mbml_core.factors.potential import Automaton, transitions
from mbml_core.model import Factor, Variable


def deterministic_gate(
    factor: Factor,
    variables: Sequence[Variable],
    *,
    memory: Callable[[int], int],
    update: Callable[[int, int, int], int],
    child_state: Callable[[int], int],
) -> Automaton:
    """The automaton of `child = child_state(memory after all parents)`.

    Args:
        factor: the gate; its child is the last variable read.
        variables: its scope.
        memory: memory states after i parents, i ≥ 1; before the first there is one.
        update: (how many parents were read before, memory before, state) → memory after.
        child_state: memory after the last parent → the child's state.
    """
    parents = parent_axes(factor)
    sizes = (1, *(memory(i) for i in range(1, len(parents) + 1)), 1)
    steps = [
        transitions(
            axis,
            [(m, x, update(i, m, x), 1.0) for m in range(sizes[i]) for x in range(variables[axis].size)],
        )
        for i, axis in enumerate(parents)
    ]
    last = transitions(child_axis(factor), [(m, child_state(m), 0, 1.0) for m in range(sizes[-2])])
    return Automaton(sizes, (*steps, last))


def folding_gate(factor: Factor, variables: Sequence[Variable], combine: Callable[[int, int], int]) -> Automaton:
    """The automaton of `child = parent_1 ∘ … ∘ parent_n`, where `combine` is the operation on 0 and 1."""
    return deterministic_gate(
        factor,
        variables,
        memory=lambda i: 2,
        update=lambda i, memory, state: state if i == 0 else combine(memory, state),
        child_state=lambda memory: memory,
    )
