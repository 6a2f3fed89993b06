from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from mbml_core.distributions.semiring import MAX_PRODUCT, SUM_PRODUCT, Semiring
from mbml_core.factors.dense_rule import log_normalizer, messages
from tests.factors.messages import batches, brute_force, brute_normalizer, log

NEG = -math.inf
SEMIRINGS = pytest.mark.parametrize("semiring", [SUM_PRODUCT, MAX_PRODUCT], ids=lambda s: s.name)


@st.composite
def factors(draw: st.DrawFn) -> tuple[np.ndarray, list[np.ndarray]]:
    """Linear tables (rows, K_1, …) with zeros, and linear messages to them."""
    sizes = tuple(draw(st.lists(st.integers(1, 3), max_size=4)))
    rows = draw(st.integers(1, 3))
    (values,) = draw(batches((math.prod(sizes),), rows))
    return values.reshape(rows, *sizes), draw(batches(sizes, rows))


@SEMIRINGS
@settings(max_examples=50)
@given(factors())
def test_messages_are_the_sum_over_all_assignments(
    semiring: Semiring, drawn: tuple[np.ndarray, list[np.ndarray]]
) -> None:
    values, incoming = drawn
    found = messages(log(values), [log(m) for m in incoming], range(len(incoming)), semiring)
    assert sorted(found) == list(range(len(incoming)))
    for axis, message in found.items():
        expected = [brute_force(v, [m[r] for m in incoming], axis, semiring) for r, v in enumerate(values)]
        assert_allclose(message, log(np.array(expected)), rtol=1e-12, atol=1e-12)


@SEMIRINGS
@settings(max_examples=50)
@given(factors())
def test_the_normalizer_is_the_sum_over_all_assignments(
    semiring: Semiring, drawn: tuple[np.ndarray, list[np.ndarray]]
) -> None:
    values, incoming = drawn
    found = log_normalizer(log(values), [log(m) for m in incoming], semiring)
    expected = [brute_normalizer(v, [m[r] for m in incoming], semiring) for r, v in enumerate(values)]
    assert_allclose(found, log(np.array(expected)), rtol=1e-12, atol=1e-12)


@SEMIRINGS
def test_a_message_in_numbers(semiring: Semiring) -> None:
    values = np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    incoming = [np.array([[0.5, 0.25]]), np.array([[1.0, 0.0, 2.0]])]
    found = messages(log(values), [log(m) for m in incoming], [0, 1], semiring)
    is_sum = semiring is SUM_PRODUCT
    assert_allclose(np.exp(found[0]), [[7, 16] if is_sum else [6, 12]], rtol=1e-12)
    assert_allclose(np.exp(found[1]), [[1.5, 2.25, 3] if is_sum else [1, 1.25, 1.5]], rtol=1e-12)


@SEMIRINGS
def test_only_the_wanted_messages_are_sent(semiring: Semiring) -> None:
    ones = [np.zeros((2, 3)), np.zeros((2, 2)), np.zeros((2, 4))]
    found = messages(np.zeros((2, 3, 2, 4)), ones, [2], semiring)
    assert {axis: message.shape for axis, message in found.items()} == {2: (2, 4)}


@SEMIRINGS
def test_a_message_does_not_depend_on_what_its_receiver_said(semiring: Semiring) -> None:
    values = log(np.array([[[1.0, 2.0], [3.0, 4.0]]]))
    calm = messages(values, [np.zeros((1, 2)), np.zeros((1, 2))], [0], semiring)
    loud = messages(values, [np.array([[NEG, 9.0]]), np.zeros((1, 2))], [0], semiring)
    assert_allclose(loud[0], calm[0], rtol=1e-12)


@SEMIRINGS
def test_a_row_without_mass_gives_a_forbidden_message_never_nan(semiring: Semiring) -> None:
    forbidden = [np.array([[NEG, NEG], [0.0, 0.0]]), np.array([[0.0, NEG], [0.0, NEG]])]
    found = messages(np.zeros((2, 2, 2)), forbidden, [0, 1], semiring)
    two = math.log(2) if semiring is SUM_PRODUCT else 0.0
    assert_allclose(found[0], [[0, 0], [0, 0]], rtol=1e-12)
    assert_allclose(found[1], [[NEG, NEG], [two, two]], rtol=1e-12)
    assert_allclose(log_normalizer(np.zeros((2, 2, 2)), forbidden, semiring), [NEG, two], rtol=1e-12)


def test_a_factor_of_one_variable_sends_its_table() -> None:
    table = log(np.array([[0.2, 0.8], [0.0, 1.0]]))
    found = messages(table, [np.array([[5.0, NEG], [1.0, 2.0]])], [0], SUM_PRODUCT)
    assert_allclose(found[0], table, rtol=1e-12)


def test_a_factor_without_variables_has_only_a_normalizer() -> None:
    assert messages(np.array([1.5, 2.5]), [], [], SUM_PRODUCT) == {}
    assert_allclose(log_normalizer(np.array([1.5, 2.5]), [], SUM_PRODUCT), [1.5, 2.5], rtol=1e-12)
