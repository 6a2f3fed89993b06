from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.distributions.semiring import MAX_PRODUCT, SUM_PRODUCT, Grouping, Semiring, log_sum_exp

NEG = -math.inf
LOGS = st.one_of(st.floats(-700, 700), st.just(NEG))
SEMIRINGS = pytest.mark.parametrize("semiring", [SUM_PRODUCT, MAX_PRODUCT], ids=lambda s: s.name)


def combined(logs: list[float], semiring: Semiring) -> float:
    """The definition: the log of the sum, or the largest."""
    if semiring is MAX_PRODUCT:
        return max(logs, default=NEG)
    peak = max(logs, default=NEG)
    return NEG if peak == NEG else peak + math.log(math.fsum(math.exp(x - peak) for x in logs))


@given(st.lists(LOGS, min_size=1, max_size=20))
def test_log_sum_exp_is_the_log_of_the_sum(logs: list[float]) -> None:
    assert float(log_sum_exp(np.array(logs), 0)) == pytest.approx(
        combined(logs, SUM_PRODUCT), rel=1e-14, abs=1e-13
    )


@pytest.mark.parametrize(
    ("logs", "expected"),
    [
        ([0.0, 0.0], math.log(2)),
        ([-5000.0, -5000.0], -5000 + math.log(2)),
        ([5000.0, 4000.0], 5000.0),
        ([NEG, 3.0], 3.0),
        ([NEG, NEG], NEG),
        ([NEG], NEG),
        ([], NEG),
    ],
)
def test_log_sum_exp_far_from_zero_and_without_mass(logs: list[float], expected: float) -> None:
    assert float(log_sum_exp(np.array(logs), 0)) == pytest.approx(expected)


def test_log_sum_exp_over_one_axis_and_over_several() -> None:
    logs = np.log(np.arange(1.0, 25.0)).reshape(2, 3, 4)
    assert_allclose(log_sum_exp(logs, 1), np.log(np.exp(logs).sum(axis=1)), rtol=1e-12)
    assert_allclose(log_sum_exp(logs, (0, 2)), np.log(np.exp(logs).sum(axis=(0, 2))), rtol=1e-12)
    assert float(log_sum_exp(logs, (0, 1, 2))) == pytest.approx(math.log(300))


def test_a_row_without_mass_does_not_disturb_its_neighbours() -> None:
    logs = np.array([[NEG, NEG], [0.0, NEG], [0.0, 0.0]])
    assert_allclose(log_sum_exp(logs, -1), [NEG, 0, math.log(2)], rtol=1e-12)


@SEMIRINGS
@given(st.lists(st.tuples(LOGS, LOGS, LOGS), min_size=1, max_size=4))
def test_eliminate_reduces_axes(semiring: Semiring, rows: list[tuple[float, ...]]) -> None:
    logs = np.array(rows)
    assert_allclose(
        semiring.eliminate(logs, 1), [combined(list(r), semiring) for r in rows], rtol=1e-13, atol=1e-12
    )
    whole = combined([x for row in rows for x in row], semiring)
    assert float(semiring.eliminate(logs, (0, 1))) == pytest.approx(whole, rel=1e-13, abs=1e-12)


@SEMIRINGS
def test_gather_reduces_runs_of_the_last_axis(semiring: Semiring) -> None:
    logs = np.array([[1.0, 2.0, 3.0, NEG, NEG], [NEG, NEG, 0.5, 0.5, 0.5]])
    found = semiring.gather(logs, np.array([0, 2, 3]))
    expected = [[combined(list(row[a:b]), semiring) for a, b in ((0, 2), (2, 3), (3, 5))] for row in logs]
    assert_allclose(found, expected, rtol=1e-12)


# --- grouping ----------------------------------------------------------------------------------------------


def test_a_grouping_sorts_positions_by_key_and_keeps_their_order() -> None:
    grouping = Grouping.by(np.array([3, 0, 3, 0, 0]), 5)
    assert grouping.order.tolist() == [1, 3, 4, 0, 2]
    assert grouping.present.tolist() == [0, 3]
    assert grouping.starts.tolist() == [0, 3]
    assert grouping.size == 5


@SEMIRINGS
@given(st.data())
def test_grouping_combines_the_entries_of_each_key(semiring: Semiring, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 6))
    keys = data.draw(st.lists(st.integers(0, size - 1), max_size=12))
    rows = data.draw(st.integers(1, 3))
    entry = st.lists(LOGS, min_size=len(keys), max_size=len(keys))
    logs = np.array([data.draw(entry) for _ in range(rows)]).reshape(rows, len(keys))
    found = Grouping.by(np.array(keys, dtype=np.int64), size).eliminate(logs, semiring)
    expected = [
        [combined([x for x, k in zip(row, keys, strict=True) if k == key], semiring) for key in range(size)]
        for row in logs.tolist()
    ]
    assert found.shape == (rows, size)
    assert_allclose(found, expected, rtol=1e-13, atol=1e-12)


@SEMIRINGS
def test_a_key_without_entries_is_forbidden(semiring: Semiring) -> None:
    grouping = Grouping.by(np.array([2, 2]), 4)
    assert_array_equal(grouping.eliminate(np.array([[0.0, NEG]]), semiring), [[NEG, NEG, 0.0, NEG]])


@SEMIRINGS
def test_without_any_entry_every_key_is_forbidden(semiring: Semiring) -> None:
    grouping = Grouping.by(np.array([], dtype=np.int64), 2)
    assert_array_equal(grouping.eliminate(np.zeros((3, 0)), semiring), np.full((3, 2), NEG))


@SEMIRINGS
def test_leading_axes_are_batches(semiring: Semiring) -> None:
    logs = np.linspace(-1, 1, 24).reshape(2, 3, 4)
    found = Grouping.by(np.array([1, 0, 1, 1]), 2).eliminate(logs, semiring)
    assert found.shape == (2, 3, 2)
    assert_allclose(found[1, 2], [logs[1, 2, 1], combined(logs[1, 2, [0, 2, 3]].tolist(), semiring)], rtol=1e-12)


def test_the_semirings_are_named() -> None:
    assert (SUM_PRODUCT.name, MAX_PRODUCT.name) == ("sum-product", "max-product")
