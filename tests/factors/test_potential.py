from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.factors import Automaton, DenseTable, to_dense
from mbml_core.factors.potential import prefers_dense, step_tables, transitions
from tests.factors.automata import automata, lowered, runs, structured_gates, written_out
from tests.factors.gates import Gate, gate

TWO_STEPS = Automaton(
    (1, 2, 1),
    (
        transitions(1, [(0, 0, 0, 1.0), (0, 1, 1, 2.0), (0, 2, 1, 4.0)]),
        transitions(0, [(0, 0, 0, 1.0), (1, 0, 0, 8.0), (1, 1, 0, 16.0)]),
    ),
)
"""Reads scope position 1 (three states), then position 0 (two states)."""


def test_a_table_is_its_own_expansion() -> None:
    values = np.arange(6.0).reshape(2, 3)
    assert to_dense(DenseTable(values), (2, 3)) is values


def test_axes_come_back_in_scope_order_whatever_is_read_first() -> None:
    assert_array_equal(to_dense(TWO_STEPS, (2, 3)), [[1, 16, 32], [0, 32, 64]])


@settings(max_examples=50)
@given(automata())
def test_an_automaton_is_the_sum_over_its_runs(drawn: tuple[Automaton, tuple[int, ...]]) -> None:
    automaton, sizes = drawn
    found = to_dense(automaton, sizes)
    assert found.flags.c_contiguous
    assert_allclose(found, written_out(automaton, sizes), rtol=1e-14)


@settings(max_examples=50)
@given(automata())
def test_step_tables_hold_every_transition(drawn: tuple[Automaton, tuple[int, ...]]) -> None:
    automaton, sizes = drawn
    for i, (step, table) in enumerate(zip(automaton.steps, step_tables(automaton, sizes), strict=True)):
        assert table.shape == (automaton.memory[i], sizes[step.axis], automaton.memory[i + 1])
        expected = np.zeros(table.shape)
        for row in zip(step.sources, step.states, step.targets, step.weights, strict=True):
            expected[row[:3]] += row[3]
        assert_array_equal(table, expected)


@settings(max_examples=50)
@given(structured_gates())
def test_every_kind_remembers_nothing_at_the_ends_and_nothing_needless_between(drawn: Gate) -> None:
    """Each memory state has a transition to it and one from it."""
    assume(drawn.sizes.count(1) == 0)  # parents of one state never differ, which is what "equal" would remember
    automaton = lowered(drawn)
    assert automaton.memory[0] == automaton.memory[-1] == 1
    for i, step in enumerate(automaton.steps):
        assert set(step.sources.tolist()) == set(range(automaton.memory[i]))
        assert set(step.targets.tolist()) == set(range(automaton.memory[i + 1]))


# --- is_unambiguous ----------------------------------------------------------------------------------------


def test_a_table_is_unambiguous() -> None:
    assert DenseTable(np.ones(2)).is_unambiguous


@settings(max_examples=50)
@given(automata())
def test_an_unambiguous_automaton_has_at_most_one_run_for_each_assignment(
    drawn: tuple[Automaton, tuple[int, ...]],
) -> None:
    automaton, sizes = drawn
    counts = [
        sum(weight > 0 for weight in runs(automaton, states))
        for states in product(*(range(size) for size in sizes))
    ]
    if automaton.is_unambiguous:
        assert max(counts) <= 1


@settings(max_examples=50)
@given(structured_gates(unambiguous=True))
def test_deterministic_gates_are_unambiguous(drawn: Gate) -> None:
    assert lowered(drawn).is_unambiguous


@pytest.mark.parametrize("kind", ["noisy_or", "noisy_and"])
def test_noise_is_ambiguous_unless_it_is_certain(kind: str) -> None:
    assert not lowered(gate(kind, [2, 2], probabilities=[1, 0.5])).is_unambiguous
    assert lowered(gate(kind, [2, 2], probabilities=[1, 0])).is_unambiguous


def test_two_targets_for_one_source_and_state_are_ambiguous() -> None:
    last = transitions(1, [(0, 0, 0, 1.0), (1, 0, 0, 1.0)])
    twice = transitions(0, [(0, 0, 0, 1.0), (0, 0, 1, 1.0)])
    never = transitions(0, [(0, 0, 0, 1.0), (0, 0, 1, 0.0)])
    assert not Automaton((1, 2, 1), (twice, last)).is_unambiguous
    assert Automaton((1, 2, 1), (never, last)).is_unambiguous


# --- prefers_dense -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("parents", "dense"), [(1, True), (4, True), (5, False), (40, False)])
def test_small_gates_are_cheaper_as_tables(parents: int, dense: bool) -> None:
    """n parents: 2^(n+1) entries against 4 + 8·(n − 1) + 4 in the steps; 32 against 32 at n = 4."""
    drawn = gate("any_true", [2] * parents)
    assert prefers_dense(lowered(drawn), drawn.sizes) is dense


def test_the_size_of_a_step_is_memory_times_states_times_memory() -> None:
    assert prefers_dense(TWO_STEPS, (2, 3))
    assert prefers_dense(TWO_STEPS, (2, 5)) is True
    wide = Automaton((1, 1, 1), TWO_STEPS.steps)
    assert prefers_dense(wide, (2, 2)) is True
    assert prefers_dense(wide, (2, 3)) is False


def test_steps_that_differ_in_weights_only_have_one_key() -> None:
    rows = [(0, 0, 0, 1.0), (0, 1, 1, 2.0)]
    key = transitions(3, rows).key
    assert transitions(3, [(*row[:3], 7.0) for row in rows]).key == key
    assert transitions(2, rows).key != key
    for column in range(3):
        changed = [list(row) for row in rows]
        changed[1][column] += 1
        assert transitions(3, [tuple(row) for row in changed]).key != key
