from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from mbml_core.distributions.semiring import MAX_PRODUCT, SUM_PRODUCT, Semiring
from mbml_core.factors import Automaton, dense_rule
from mbml_core.factors.automaton_rule import log_normalizer, messages
from tests.factors.automata import automata, lowered, structured_gates, written_out
from tests.factors.gates import Gate, gate
from tests.factors.messages import batches, brute_force, brute_normalizer, log

NEG = -math.inf
SEMIRINGS = pytest.mark.parametrize("semiring", [SUM_PRODUCT, MAX_PRODUCT], ids=lambda s: s.name)
FAST = 1.0
"""Seconds allowed for what takes some 20 ms: nobody waits for one factor."""


def log_weights(*rows: Automaton) -> list[np.ndarray]:
    """(R, T) for each step of automata of one pattern."""
    steps = zip(*(automaton.steps for automaton in rows), strict=True)
    return [log(np.stack([step.weights for step in column])) for column in steps]


def assert_equals_the_table(rows: list[Automaton], incoming: list[np.ndarray], semiring: Semiring) -> None:
    """All messages and the normalizer are those of the dense rule on the tables written out."""
    sizes = tuple(message.shape[1] for message in incoming)
    tables = log(np.stack([written_out(automaton, sizes) for automaton in rows]))
    heard = [log(message) for message in incoming]
    found = messages(rows[0], log_weights(*rows), heard, range(len(sizes)), semiring)
    expected = dense_rule.messages(tables, heard, range(len(sizes)), semiring)
    assert sorted(found) == sorted(expected)
    for axis, message in expected.items():
        assert_allclose(found[axis], message, rtol=1e-11, atol=1e-11)
    assert_allclose(
        log_normalizer(rows[0], log_weights(*rows), heard, semiring),
        dense_rule.log_normalizer(tables, heard, semiring),
        rtol=1e-11,
        atol=1e-11,
    )


def reweighted(automaton: Automaton, source: np.random.Generator) -> Automaton:
    """The same pattern with other weights."""
    steps = tuple(
        type(step)(step.axis, step.sources, step.states, step.targets, source.random(len(step.weights)))
        for step in automaton.steps
    )
    return Automaton(automaton.memory, steps)


@settings(max_examples=50)
@given(automata(), st.integers(1, 3), st.data())
def test_sums_of_any_automaton_equal_those_of_its_table(
    drawn: tuple[Automaton, tuple[int, ...]], rows: int, data: st.DataObject
) -> None:
    automaton, sizes = drawn
    source = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    batch = [automaton, *(reweighted(automaton, source) for _ in range(rows - 1))]
    assert_equals_the_table(batch, data.draw(batches(sizes, rows)), SUM_PRODUCT)


@settings(max_examples=50)
@given(structured_gates(), st.data())
def test_sums_of_every_kind_equal_those_of_its_table(drawn: Gate, data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 2))
    incoming = data.draw(batches(drawn.sizes, rows))
    assert_equals_the_table([lowered(drawn)] * rows, incoming, SUM_PRODUCT)


@settings(max_examples=50)
@given(structured_gates(unambiguous=True), st.data())
def test_maxima_of_every_unambiguous_kind_equal_those_of_its_table(drawn: Gate, data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 2))
    incoming = data.draw(batches(drawn.sizes, rows))
    assert_equals_the_table([lowered(drawn)] * rows, incoming, MAX_PRODUCT)


@SEMIRINGS
@settings(max_examples=50)
@given(st.data())
def test_messages_are_the_sum_over_all_assignments(semiring: Semiring, data: st.DataObject) -> None:
    """The same without the dense rule between."""
    drawn = data.draw(structured_gates(unambiguous=semiring is MAX_PRODUCT, most=3))
    incoming = data.draw(batches(drawn.sizes, 1))
    heard, automaton = [log(message) for message in incoming], lowered(drawn)
    found = messages(automaton, log_weights(automaton), heard, range(len(drawn.sizes)), semiring)
    single = [message[0] for message in incoming]
    for axis, message in found.items():
        assert_allclose(message[0], log(brute_force(drawn.table, single, axis, semiring)), rtol=1e-10, atol=1e-11)
    total = brute_normalizer(drawn.table, single, semiring)
    normalizer = log_normalizer(automaton, log_weights(automaton), heard, semiring)
    assert_allclose(normalizer, [log(np.array(total))], rtol=1e-10, atol=1e-11)


def test_maxima_of_an_ambiguous_automaton_would_maximise_the_noise_as_well() -> None:
    """Why max needs the table: a true parent and a true child have probability ¾, the likelier run only ½."""
    automaton = lowered(gate("noisy_or", [2], probabilities=[0.5], leak=0.5))
    heard = [log(np.array([[0.0, 1.0]])), np.zeros((1, 2))]
    assert_allclose(
        np.exp(messages(automaton, log_weights(automaton), heard, [1], MAX_PRODUCT)[1][0, 1]), 0.5, rtol=1e-12
    )
    assert_allclose(
        np.exp(messages(automaton, log_weights(automaton), heard, [1], SUM_PRODUCT)[1][0, 1]), 0.75, rtol=1e-12
    )


@SEMIRINGS
def test_only_the_wanted_messages_are_sent(semiring: Semiring) -> None:
    automaton = lowered(gate("count_true", [2, 2, 2], 4, at=1))
    heard = [np.zeros((2, size)) for size in (2, 4, 2, 2)]
    found = messages(automaton, [np.zeros((2, len(s.weights))) for s in automaton.steps], heard, [1, 3], semiring)
    assert {axis: message.shape for axis, message in found.items()} == {1: (2, 4), 3: (2, 2)}


@SEMIRINGS
def test_contradictory_messages_give_a_forbidden_message_never_nan(semiring: Semiring) -> None:
    """The first parent is surely true, the child surely false: nothing is left for the second parent."""
    automaton = lowered(gate("any_true", [2, 2]))
    heard = [np.array([[NEG, 0.0]]), np.zeros((1, 2)), np.array([[0.0, NEG]])]
    found = messages(automaton, log_weights(automaton), heard, [1, 2], semiring)
    assert_allclose(found[1], [[NEG, NEG]], rtol=1e-12)
    assert_allclose(found[2], [[NEG, math.log(2) if semiring is SUM_PRODUCT else 0.0]], rtol=1e-12)
    assert_allclose(log_normalizer(automaton, log_weights(automaton), heard, semiring), [NEG], rtol=1e-12)


def test_the_weights_of_the_pattern_are_not_read() -> None:
    one, other = (lowered(gate("noisy_or", [2, 2], probabilities=p)) for p in ([0.1, 0.9], [0.5, 0.3]))
    heard = [np.zeros((1, 2))] * 3
    left = messages(one, log_weights(other), heard, [2], SUM_PRODUCT)
    right = messages(other, log_weights(other), heard, [2], SUM_PRODUCT)
    assert_allclose(left[2], right[2], rtol=1e-12)


# --- large gates -------------------------------------------------------------------------------------------


def test_a_noisy_or_of_forty_parents_takes_no_time() -> None:
    """Towards the child: P(off) = (1 − leak) Π (1 − p_i q_i) when parent i is true with probability q_i."""
    p, q = np.linspace(0.01, 0.2, 40), np.linspace(0.9, 0.05, 40)
    automaton = lowered(gate("noisy_or", [2] * 40, probabilities=p, leak=0.01))
    heard = [*log(np.stack([1 - q, q], axis=1))[:, None, :], np.array([[NEG, 0.0]])]
    started = time.process_time()
    found = messages(automaton, log_weights(automaton), heard, range(41), SUM_PRODUCT)
    assert time.process_time() - started < FAST
    off = 0.99 * np.prod(1 - p * q)
    assert_allclose(np.exp(found[40]), [[off, 1 - off]], rtol=1e-12)
    without = off / (1 - p * q)
    for i in range(40):
        assert_allclose(np.exp(found[i]), [[1 - without[i], 1 - without[i] * (1 - p[i])]], rtol=1e-12)


@SEMIRINGS
def test_an_or_of_two_hundred_parents_takes_no_time(semiring: Semiring) -> None:
    """The child is off when all parents are; far below the smallest double, so only logs can hold it."""
    automaton = lowered(gate("any_true", [2] * 200))
    q = np.full(200, 1e-3)
    heard = [*log(np.stack([q, 1 - q], axis=1))[:, None, :], np.zeros((1, 2))]
    started = time.process_time()
    found = messages(automaton, log_weights(automaton), heard, range(201), semiring)
    assert time.process_time() - started < FAST
    assert found[200][0, 0] == pytest.approx(200 * math.log(1e-3))
    others = 0.0 if semiring is SUM_PRODUCT else 199 * math.log(0.999)
    assert_allclose(found[0], [[others, others]], atol=1e-12, rtol=0)


def test_ten_thousand_gates_of_one_pattern_are_one_batch() -> None:
    rows = 10_000
    automaton = lowered(gate("all_true", [2] * 8))
    weights = [np.broadcast_to(step, (rows, step.shape[1])) for step in log_weights(automaton)]
    started = time.process_time()
    found = messages(automaton, weights, [np.zeros((rows, 2))] * 9, [8], SUM_PRODUCT)
    assert time.process_time() - started < FAST
    assert_allclose(np.exp(found[8]), np.broadcast_to([255, 1], (rows, 2)), rtol=1e-12)
