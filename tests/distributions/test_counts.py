"""Poisson and binomial counts against scipy.stats and against numbers with 400 digits (mpmath 1.4)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from mbml_core.distributions.counts import Binomial, Poisson
from tests.distributions.rows import positive

INF = math.inf

# count, rate, log probability
POISSONS = [
    (0, 1e-300, -1e-300),
    (3, 2.5, -1.5428872736055899),
    (10**6, 1001000.0, -8.326360811986977),
    (10**12, 1e12, -14.73444909116903),
    (10**15, 1000000030000000.0, -18.638326721660015),
    (200, 1e-10, -5468.402173180597),
    (0, 800.0, -800.0),
    (0, 0.0, 0.0),
    (2, 0.0, -INF),
]
# count, trials, probability, log probability
BINOMIALS = [
    (3, 10, 0.25, -1.3851658477400923),
    (500000, 10**6, 0.5, -7.133546881626865),
    (10**12, 3 * 10**12, 1 / 3, -14.531716537114962),
    (0, 10**9, 1e-09, -1.0000000005),
    (7, 10**15, 1e-14, -2.4070657101070956),
    (10, 10, 1e-30, -690.7755278982137),
    (0, 0, 0.5, 0.0),
    (4, 4, 1.0, 0.0),
    (3, 4, 1.0, -INF),
    (1, 4, 0.0, -INF),
]


@pytest.mark.parametrize(("count", "rate", "expected"), POISSONS)
def test_poisson_log_probability(count: float, rate: float, expected: float) -> None:
    assert_allclose(Poisson(rate).log_pmf(count), expected, rtol=1e-13)


@pytest.mark.parametrize(("count", "trials", "probability", "expected"), BINOMIALS)
def test_binomial_log_probability(count: int, trials: int, probability: float, expected: float) -> None:
    assert_allclose(Binomial(trials, probability).log_pmf(count), expected, rtol=1e-12)


@given(st.integers(0, 300), positive())
def test_poisson_is_scipys(count: int, rate: float) -> None:
    theirs = stats.poisson(rate)
    assert_allclose(Poisson(rate).log_pmf(count), theirs.logpmf(count), rtol=1e-10, atol=1e-10)
    assert_allclose(Poisson(rate).cdf(count), theirs.cdf(count), rtol=1e-10, atol=1e-300)
    assert_allclose([Poisson(rate).mean, Poisson(rate).variance], [rate, rate])


@given(st.integers(1, 200), st.floats(0.0, 1.0, allow_subnormal=False), st.data())
def test_binomial_is_scipys(trials: int, probability: float, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, trials))
    ours, theirs = Binomial(trials, probability), stats.binom(trials, probability)
    assert_allclose(ours.log_pmf(count), theirs.logpmf(count), rtol=1e-9, atol=1e-10)
    assert_allclose(ours.cdf(count), theirs.cdf(count), rtol=1e-9, atol=1e-300)
    assert_allclose(ours.mean, theirs.mean())
    assert_allclose(ours.variance, theirs.var(), atol=1e-14)


@given(positive(0.01, 100))
def test_poisson_probabilities_add_up_to_the_distribution_function(rate: float) -> None:
    counts = np.arange(400)
    assert_allclose(np.cumsum(np.exp(Poisson(rate).log_pmf(counts))), Poisson(rate).cdf(counts), rtol=1e-11)


@given(st.integers(0, 60), st.floats(0.01, 0.99))
def test_binomial_probabilities_add_up_to_the_distribution_function(trials: int, probability: float) -> None:
    counts, ours = np.arange(trials + 1), Binomial(trials, probability)
    assert_allclose(np.cumsum(np.exp(ours.log_pmf(counts))), ours.cdf(counts), rtol=1e-11)


def test_what_is_no_count_is_impossible() -> None:
    odd = [-1.0, 0.5, INF, math.nan]
    assert_array_equal(Poisson(2.0).log_pmf(odd), [-INF] * 4)
    assert_array_equal(Binomial(4, 0.5).log_pmf([*odd, 5.0]), [-INF] * 5)


def test_the_distribution_function_steps() -> None:
    assert_array_equal(Poisson(2.0).cdf([-1.0, 1.5]), [0.0, Poisson(2.0).cdf(1.0)])
    assert_array_equal(Binomial(4, 0.5).cdf([-1.0, 1.5, 4.0, 9.0]), [0.0, Binomial(4, 0.5).cdf(1.0), 1.0, 1.0])


def test_parameters_and_counts_are_broadcast() -> None:
    rates, counts = np.array([1.0, 2.0]), np.arange(3)[:, None]
    assert_allclose(Poisson(rates).log_pmf(counts), stats.poisson(rates).logpmf(counts))
    found = Binomial([5, 6], 0.3).log_pmf(counts)
    assert_allclose(found, stats.binom(np.array([5, 6]), 0.3).logpmf(counts))


def test_samples() -> None:
    draws = Poisson([2.0, 5.0]).sample(1, 100_000)
    assert draws.shape == (100_000, 2)
    # five standard errors: sd/√n, and √(2/n)·variance (kurtosis near 3)
    assert_allclose(draws.mean(axis=0), [2.0, 5.0], atol=5 * math.sqrt(5 / 1e5))
    assert_allclose(draws.var(axis=0), [2.0, 5.0], rtol=5 * math.sqrt(3 / 1e5))
    coins = Binomial([10, 20], 0.25).sample(1, 100_000)
    assert_allclose(coins.mean(axis=0), [2.5, 5.0], atol=5 * math.sqrt(4 / 1e5))
    assert_allclose(coins.var(axis=0), [1.875, 3.75], rtol=5 * math.sqrt(2 / 1e5))
    assert_array_equal(coins, Binomial([10, 20], 0.25).sample(1, 100_000))


def test_texts() -> None:
    assert str(Poisson(2.5)) == "Poisson(rate 2.5)"
    assert Poisson(2.5).latex == r"\mathrm{Poisson}(2.5)"
    assert str(Binomial(10, 0.25)) == "Binomial(trials 10, probability 0.25)"
    assert Binomial(10, 0.25).latex == r"\mathrm{Binomial}(10, 0.25)"
