from __future__ import annotations

from functools import reduce

import pytest
from numpy.testing import assert_array_equal

from mbml_core.factors import to_dense
from mbml_core.factors.gate import deterministic_gate, folding_gate
from tests.factors.gates import by_definition, gate


@pytest.mark.parametrize("at", [None, 0, 1, 3])
def test_the_child_is_a_function_of_the_memory_of_all_parents(at: int | None) -> None:
    """Parents of two, three and two states; the child is their sum, counted double from the second parent on."""
    drawn = gate("any", [2, 3, 2], 8, at)
    automaton = deterministic_gate(
        drawn.factor,
        drawn.variables,
        memory=lambda i: (2, 6, 8)[i - 1],
        update=lambda i, memory, state: memory + (2 if i else 1) * state,
        child_state=lambda memory: memory,
    )

    def probability(parents: tuple[int, ...], child: int) -> float:
        first, second, third = parents
        return float(child == first + 2 * second + 2 * third)

    assert automaton.memory == (1, 2, 6, 8, 1)
    assert drawn.factor.scope[automaton.steps[-1].axis] == "c"
    assert_array_equal(to_dense(automaton, drawn.sizes), by_definition(drawn, probability))


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("at", [None, 0, 1])
def test_a_folding_gate_combines_its_parents_from_the_first_to_the_last(n: int, at: int | None) -> None:
    """By implication, for which the order matters: (p0 → p1) → p2."""
    drawn = gate("any", [2] * n, at=at)
    automaton = folding_gate(drawn.factor, drawn.variables, lambda left, right: int(left <= right))

    def probability(parents: tuple[int, ...], child: int) -> float:
        return float(child == reduce(lambda left, right: int(left <= right), parents))

    assert_array_equal(to_dense(automaton, drawn.sizes), by_definition(drawn, probability))
