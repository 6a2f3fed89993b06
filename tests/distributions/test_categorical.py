from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import MAX_PRODUCT, SUM_PRODUCT, Semiring

NEG = -math.inf
SEMIRINGS = pytest.mark.parametrize("semiring", [SUM_PRODUCT, MAX_PRODUCT], ids=lambda s: s.name)


@st.composite
def messages(draw: st.DrawFn, count: int = 1) -> list[np.ndarray]:
    """Arrays of one shape (rows, K), with forbidden states and rows in which every state is."""
    rows, size = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    entry = st.one_of(st.floats(-50, 50), st.just(NEG))
    row = st.lists(entry, min_size=size, max_size=size)
    return [np.array(draw(st.lists(row, min_size=rows, max_size=rows))) for _ in range(count)]


def test_log_of_weights() -> None:
    assert_array_equal(categorical.log(np.array([0.0, 1.0, math.e])), [NEG, 0.0, 1.0])


# --- normalize ---------------------------------------------------------------------------------------------


@SEMIRINGS
@given(messages())
def test_normalize_takes_the_mass_out(semiring: Semiring, drawn: list[np.ndarray]) -> None:
    (logs,) = drawn
    normal, mass = categorical.normalize(logs, semiring)
    assert not np.isnan(normal).any()
    assert_allclose(mass, semiring.eliminate(logs, -1), rtol=1e-12)
    possible = ~np.isneginf(mass)
    assert_allclose(semiring.eliminate(normal, -1)[possible], 0, atol=1e-12, rtol=0)
    assert_allclose(normal[possible] + mass[possible, None], logs[possible], atol=1e-12, rtol=0)
    assert np.isneginf(normal[~possible]).all()


@SEMIRINGS
def test_normalize_leaves_a_row_without_mass_as_it_is(semiring: Semiring) -> None:
    normal, mass = categorical.normalize(np.array([[NEG, NEG], [7.0, NEG]]), semiring)
    assert_array_equal(normal, [[NEG, NEG], [0.0, NEG]])
    assert_array_equal(mass, [NEG, 7.0])


def test_normalize_in_numbers() -> None:
    logs = np.log(np.array([1.0, 3.0]))
    assert_allclose(np.exp(categorical.normalize(logs, SUM_PRODUCT)[0]), [0.25, 0.75], rtol=1e-12)
    assert_allclose(np.exp(categorical.normalize(logs, MAX_PRODUCT)[0]), [1 / 3, 1], rtol=1e-12)


# --- probabilities -----------------------------------------------------------------------------------------


def test_probabilities_sum_to_one_however_small_the_weights() -> None:
    logs = np.array([[-5000.0, -5000.0 + math.log(3), NEG], [NEG, NEG, -1e300]])
    found = categorical.probabilities(logs)
    assert_allclose(found, [[0.25, 0.75, 0], [0, 0, 1]], rtol=1e-12)
    assert_array_equal(found.sum(axis=-1), [1, 1])


def test_probabilities_run_over_the_last_axis() -> None:
    assert_allclose(categorical.probabilities(np.zeros(4)), [0.25] * 4, rtol=1e-12)
    assert_allclose(categorical.probabilities(np.zeros((2, 3, 4))), np.full((2, 3, 4), 0.25), rtol=1e-12)


# --- damp --------------------------------------------------------------------------------------------------


@given(messages(count=2), st.floats(0, 1))
def test_damping_mixes_old_and_new_logs(drawn: list[np.ndarray], damping: float) -> None:
    new, old = drawn
    found = categorical.damp(new, old, damping)
    assert not np.isnan(found).any()
    both = np.isfinite(new) & np.isfinite(old)
    assert_allclose(found[both], (1 - damping) * new[both] + damping * old[both], atol=1e-12, rtol=0)
    assert_array_equal(found[~both], new[~both])


def test_no_damping_is_the_new_message() -> None:
    new, old = np.array([1.0, NEG]), np.array([NEG, 2.0])
    assert_array_equal(categorical.damp(new, old, 0.0), new)


def test_full_damping_is_the_old_message() -> None:
    assert_array_equal(categorical.damp(np.array([1.0, 5.0]), np.array([3.0, 2.0]), 1.0), [3.0, 2.0])


@pytest.mark.parametrize("damping", [0.0, 0.5, 1.0])
def test_a_state_newly_forbidden_is_forbidden_at_once(damping: float) -> None:
    assert_array_equal(categorical.damp(np.array([NEG, 0.0]), np.array([2.0, 0.0]), damping), [NEG, 0.0])


@pytest.mark.parametrize("damping", [0.0, 0.5, 1.0])
def test_a_state_no_longer_forbidden_takes_the_new_value(damping: float) -> None:
    assert_array_equal(categorical.damp(np.array([2.0, 0.0]), np.array([NEG, 0.0]), damping), [2.0, 0.0])


# --- residual ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        ([1.0, 2.0], [1.5, 0.0], 2.0),
        ([1.0, 0.0], [1.0, 0.25], 0.25),
        ([NEG, 1.0], [NEG, 1.0], 0.0),
        ([NEG, NEG], [NEG, NEG], 0.0),
        ([NEG, 1.0], [0.0, 1.0], math.inf),
        ([0.0, 1.0], [NEG, 1.0], math.inf),
        ([], [], 0.0),
    ],
)
def test_residual_is_the_largest_change(new: list[float], old: list[float], expected: float) -> None:
    assert categorical.residual(np.array(new), np.array(old)) == expected


@given(messages())
def test_residual_is_never_nan_and_zero_for_no_change(drawn: list[np.ndarray]) -> None:
    (logs,) = drawn
    assert categorical.residual(logs, logs.copy()) == 0.0
    assert categorical.residual(logs, np.zeros_like(logs)) >= 0.0
