"""From moments or expected statistics to the member of a family that has them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.distributions.families import FAMILIES
from tests.distributions.rows import IMPROPER, NAMES, PROPER

EVERY = pytest.mark.parametrize("name", NAMES)


@EVERY
@given(data=st.data())
def test_from_moments_undoes_moments(name: str, data: st.DataObject) -> None:
    family, natural = FAMILIES[name], data.draw(PROPER[name]())
    back = family.from_moments(family.mean(natural), family.variance(natural))
    if name == "categorical":
        back = back + family.log_normalizer(natural)
    assert_allclose(back, natural, rtol=1e-9, atol=1e-9)


@EVERY
@given(data=st.data())
def test_from_expected_statistics_undoes_expected_statistics(name: str, data: st.DataObject) -> None:
    family, natural = FAMILIES[name], data.draw(PROPER[name]())
    back = family.from_expected_statistics(family.expected_statistics(natural))
    if name == "categorical":
        back = back + family.log_normalizer(natural)
    # Gaussian: the variance is a difference of numbers up to mean² + variance, 2500/1e-3 times as large.
    assert_allclose(back, natural, rtol=1e-8, atol=1e-8)


@EVERY
def test_infinite_moments_give_the_row_that_says_nothing(name: str) -> None:
    family, natural = FAMILIES[name], np.array(IMPROPER[name][:2], dtype=float)
    assert_array_equal(family.from_moments(family.mean(natural), family.variance(natural)), np.zeros_like(natural))
    assert_array_equal(
        family.from_expected_statistics(family.expected_statistics(natural)), np.zeros_like(natural)
    )


@pytest.mark.parametrize("name", ["gaussian", "gamma", "beta"])
@pytest.mark.parametrize("mean", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("variance", [0.0, -1.0, 1e-320])
def test_moments_no_member_has_give_an_improper_row_without_nan(name: str, mean: float, variance: float) -> None:
    found = FAMILIES[name].from_moments(mean, variance)
    assert not np.isnan(found).any()
    assert not FAMILIES[name].is_proper(found)


def test_a_beta_cannot_vary_more_than_a_coin() -> None:
    assert not FAMILIES["beta"].is_proper(FAMILIES["beta"].from_moments(0.5, 0.26))
    assert FAMILIES["beta"].is_proper(FAMILIES["beta"].from_moments(0.5, 0.24))


@pytest.mark.parametrize(
    ("name", "statistics"),
    [
        ("gamma", [1.0, 1.0]),  # E[log x] > log E[x]
        ("gamma", [0.0, 1.0]),  # no spread at all
        ("beta", [math.log(0.5), math.log(0.5)]),
        ("beta", [-0.1, -0.1]),
        ("dirichlet", [-1.0, -1.0, -0.5]),
        ("gaussian", [2.0, -1.0]),  # E[x²] < E[x]²
    ],
)
def test_statistics_no_member_has_give_an_improper_row_without_nan(name: str, statistics: list[float]) -> None:
    found = FAMILIES[name].from_expected_statistics(np.array([statistics, [math.inf] * len(statistics)]))
    assert not np.isnan(found).any()
    assert not FAMILIES[name].is_proper(found)[0]


@EVERY
@given(data=st.data())
def test_no_moments_whatever_give_nan(name: str, data: st.DataObject) -> None:
    family, width = FAMILIES[name], len(IMPROPER[name][0])
    proper = family.stand_in(width)
    shapes = family.mean(proper).shape, family.variance(proper).shape, (width,)
    mean, variance, statistics = (
        np.array(data.draw(st.lists(st.floats(), min_size=math.prod(s), max_size=math.prod(s)))).reshape(s)
        for s in shapes
    )
    for found in (family.from_moments(mean, variance), family.from_expected_statistics(statistics)):
        assert not np.isnan(found).any()
