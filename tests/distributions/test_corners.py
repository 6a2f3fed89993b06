"""Very large, very small and rim values, against numbers computed with 400 digits (mpmath 1.4)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.distributions.beta import BETA
from mbml_core.distributions.dirichlet import DIRICHLET
from mbml_core.distributions.gamma import GAMMA
from mbml_core.distributions.gaussian import GAUSSIAN
from mbml_core.distributions.vector_gaussian import VECTOR_GAUSSIAN

INF = math.inf

# shape, rate, x, entropy, log density, E[log x]
GAMMAS = [
    (1e-08, 1.0, 0.001, -99999981.1565349, -11.513925528275625, -100000000.57721564),
    (1e10, 1.0, 10000100000.0, 12.931863998141568, -12.9318706648249, 23.025850929890456),
    (1e10, 1e10, 1.00001, -10.09398693179889, 10.093980265109005, -5.0000000000833335e-11),
    (1e15, 1e-05, 1.00000002e20, 30.201252195630243, -29.90125221296124, 46.051701859880914),
    (0.5, 1e-200, 1e199, 460.6076285287231, -460.0380909952368, 458.55350857278773),
    (3.0, 1e200, 1e-200, -458.66944008844615, 458.8238714182492, -459.5942342637107),
]
# a, b, x, entropy, log density, E[log x]
BETAS = [
    (1e-08, 1e-08, 0.25, -99999979.8861721, -17.4398515076804, -50000000.000000015),
    (1e10, 2e10, 0.33333, -11.39533177450997, 11.145334274519227, -1.0986122887014431),
    (1e12, 1.0, 0.999999999999, -26.63102111592955, 26.63104323764917, -1e-12),
    (3.0, 1e15, 2e-15, -32.69119788454768, 33.23192357547063, -33.61599205981222),
    (1e-05, 1e8, 1e-09, -100006.48494448974, 9.110323119149605, -100018.99787995462),
]


@pytest.mark.parametrize(("shape", "rate", "x", "entropy", "log_density", "mean_log"), GAMMAS)
def test_gamma(shape: float, rate: float, x: float, entropy: float, log_density: float, mean_log: float) -> None:
    at = np.array(shape), np.array(rate)
    # x itself is rounded to 1e-16, which moves the log density by up to (x − mean)/variance·x·1e-16
    rounding = 1e-15 * (1 + abs(shape - rate * x))
    assert_allclose(GAMMA.entropy_at(*at), entropy, rtol=1e-14)
    assert_allclose(GAMMA.log_density_at(np.array(x), *at), log_density, rtol=1e-13, atol=rounding)
    # E[log x] is log(mean) less a little: near mean 1 only its absolute error is small
    assert_allclose(GAMMA.expected_statistics_at(*at)[0], mean_log, rtol=1e-14, atol=1e-25)


@pytest.mark.parametrize(("a", "b", "x", "entropy", "log_density", "mean_log"), BETAS)
def test_beta(a: float, b: float, x: float, entropy: float, log_density: float, mean_log: float) -> None:
    rounding = 1e-15 * (1 + abs(a - (a + b) * x))
    assert_allclose(BETA.entropy_at(np.array(a), np.array(b)), entropy, rtol=1e-13)
    found = BETA.log_density_at(np.array(x), np.array(a), np.array(b))
    # 1 − 0.999999999999 keeps four digits of 1e-12, and b − 1 = 0 says nothing about them
    assert_allclose(found, log_density, rtol=1e-10 if b == 1 else 1e-13, atol=rounding)
    found = BETA.expected_statistics_at(np.array(a), np.array(b))[0]
    assert_allclose(found, mean_log, rtol=1e-14, atol=1e-15)


def test_rows_with_large_counts_match_the_gaussian_they_become() -> None:
    gamma, beta = GAMMA.from_parameters(np.array(1e14), np.array(1e14)), BETA.uniform(1) + 1e14
    for family, row in ((GAMMA, gamma), (BETA, beta)):
        limit = GAUSSIAN.from_moments(family.mean(row), family.variance(row))
        assert_allclose(family.entropy(row), GAUSSIAN.entropy(limit), rtol=1e-7)
        near = family.mean(row) + 2 * np.sqrt(family.variance(row))
        assert_allclose(family.log_density(row, near), GAUSSIAN.log_density(limit, near), rtol=1e-6)


# --- the rim of the support --------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "at_zero"), [(0.5, INF), (1.0, math.log(3.0)), (2.0, -INF)])
def test_gamma_rim(shape: float, at_zero: float) -> None:
    row = GAMMA.from_parameters(np.array(shape), np.array(3.0))
    assert_allclose(GAMMA.log_density(row, [-1.0, 0.0]), [-INF, at_zero])


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (0.5, 0.5, [-INF, INF, INF, -INF]),
        (1.0, 1.0, [-INF, 0.0, 0.0, -INF]),
        (2.0, 1.0, [-INF, -INF, math.log(2.0), -INF]),
        (0.5, 2.0, [-INF, INF, -INF, -INF]),
    ],
)
def test_beta_rim(a: float, b: float, expected: list[float]) -> None:
    found = BETA.log_density(np.array([a - 1, b - 1]), [-0.1, 0.0, 1.0, 1.1])
    assert_allclose(found, expected, atol=1e-15)


def test_dirichlet_rim() -> None:
    corner = [1.0, 0.0, 0.0]
    assert DIRICHLET.log_density(np.array([0.0, -0.5, 0.0]), corner) == INF
    assert DIRICHLET.log_density(np.array([0.0, -0.5, 0.5]), corner) == -INF
    assert_allclose(DIRICHLET.log_density(np.zeros(3), corner), math.log(2.0))
    assert DIRICHLET.log_density(np.zeros(3), [1.5, -0.5, 0.0]) == -INF


def test_statistics_outside_the_support_are_infinite_and_never_nan() -> None:
    assert_array_equal(GAMMA.statistics(-1.0), [-INF, -1.0])
    assert_array_equal(BETA.statistics([-0.1, 1.1]), [[-INF, 0.0], [0.0, -INF]])
    assert_array_equal(DIRICHLET.statistics([1.0, -0.1]), [0.0, -INF])


# --- scales ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-150, 1e-20, 1e20, 1e150])
def test_moments_of_any_scale(scale: float) -> None:
    for family in (GAUSSIAN, GAMMA):
        row = family.from_moments(3 * scale, 2 * scale**2)
        assert_allclose([family.mean(row), family.variance(row)], [3 * scale, 2 * scale**2], rtol=1e-14)
        assert_allclose(
            family.entropy(row) - math.log(scale), family.entropy(family.from_moments(3, 2)), rtol=1e-12
        )


def test_a_gaussian_beyond_doubles_overflows_without_nan() -> None:
    row = np.array([1e300, 1e-300])
    assert GAUSSIAN.mean(row) == GAUSSIAN.log_normalizer(row) == INF
    assert GAUSSIAN.log_density(row, 0.0) == -INF
    assert not np.isnan(GAUSSIAN.expected_statistics(row)).any()


def test_tiny_counts_draw_corners_and_never_nan() -> None:
    source = np.random.default_rng(5)
    draws = DIRICHLET.sample(np.full(3, 1e-10 - 1.0), source, 200)
    assert_array_equal(draws.sum(axis=-1), np.ones(200))
    assert set(np.argmax(draws, axis=-1)) == {0, 1, 2}
    coins = BETA.sample(np.full(2, 1e-10 - 1.0), source, 200)
    assert 50 < (coins > 0.5).sum() < 150
    assert np.isfinite(GAMMA.sample(np.array([1e-10 - 1.0, -1.0]), source, 200)).all()


@pytest.mark.parametrize("total", [1e-8, 1e-3, 1.0, 1e3, 1e6])
@pytest.mark.parametrize("shares", [[0.5, 0.5], [1e-3, 0.999], [0.2, 0.3, 0.5], [0.1] * 10, [0.9, 0.05, 0.05]])
def test_counts_of_every_size_are_found_from_mean_logs(total: float, shares: list[float]) -> None:
    alpha = total * np.array(shares)
    row = DIRICHLET.from_parameters(alpha)
    found = DIRICHLET.from_expected_statistics(DIRICHLET.expected_statistics(row)) + 1.0
    # with large counts the logs say 1/Σα as a difference of ones: 1e-16·Σα, squared by the smallest share
    assert_allclose(found, row + 1.0, rtol=1e-9 + 1e-13 * total)


@pytest.mark.parametrize("shape", [1e-10, 1e-3, 1.0, 1e3, 1e6])
def test_shapes_of_every_size_are_found_from_mean_logs(shape: float) -> None:
    row = GAMMA.from_parameters(np.array(shape), np.array(2.0))
    found = GAMMA.from_expected_statistics(GAMMA.expected_statistics(row))
    assert_allclose(found - [-1.0, 0.0], row - [-1.0, 0.0], rtol=1e-9 + 1e-14 * shape)


def test_a_precision_near_the_largest_double_is_refused_without_an_overflow() -> None:
    natural = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 8.98846567431158e307])
    assert not VECTOR_GAUSSIAN.is_proper(natural)
