"""The textbook's formula of each family, transcribed; scipy.stats and quadrature as second opinions.

Sources: PRML is Bishop 2006, `Pattern Recognition and Machine Learning`, appendix B.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, stats
from scipy.special import betaln, digamma, gammaln

from mbml_core.distributions.categorical_family import CATEGORICAL, indicator
from mbml_core.distributions.dirichlet import DIRICHLET
from mbml_core.distributions.families import FAMILIES
from mbml_core.distributions.family import ScalarFamily
from mbml_core.distributions.vector_gaussian import VECTOR_GAUSSIAN, join, split
from tests.distributions.rows import PROPER, SCALAR, positive

SCIPY: dict[str, Callable[[float, float], stats.rv_continuous]] = {
    "gaussian": lambda mean, variance: stats.norm(mean, math.sqrt(variance)),
    "gamma": lambda shape, rate: stats.gamma(shape, scale=1 / rate),
    "beta": lambda a, b: stats.beta(a, b),
}
SUPPORT = {"gaussian": (-math.inf, math.inf), "gamma": (0.0, math.inf), "beta": (0.0, 1.0)}


def scalar(name: str) -> ScalarFamily:
    family = FAMILIES[name]
    assert isinstance(family, ScalarFamily)
    return family


# --- natural parameters ------------------------------------------------------------------------------------


def test_gaussian_row() -> None:
    """η = (mean/variance, 1/variance), t = (x, −x²/2)."""
    family = FAMILIES["gaussian"]
    assert_array_equal(family.from_parameters(np.array(3.0), np.array(2.0)), [1.5, 0.5])
    assert_array_equal(family.statistics(3.0), [3.0, -4.5])


def test_gamma_row() -> None:
    """η = (shape − 1, −rate), t = (log x, x)."""
    assert_array_equal(FAMILIES["gamma"].from_parameters(np.array(3.0), np.array(2.0)), [2.0, -2.0])
    assert_array_equal(FAMILIES["gamma"].statistics([1.0, 0.0]), [[0.0, 1.0], [-math.inf, 0.0]])


def test_beta_row() -> None:
    """η = (a − 1, b − 1), t = (log p, log(1 − p))."""
    assert_array_equal(FAMILIES["beta"].from_parameters(np.array(3.0), np.array(2.0)), [2.0, 1.0])
    assert_allclose(FAMILIES["beta"].statistics(0.25), np.log([0.25, 0.75]))
    assert_array_equal(FAMILIES["beta"].statistics([0.0, 1.0]), [[-math.inf, 0.0], [0.0, -math.inf]])


def test_dirichlet_row() -> None:
    """η = α − 1, t = log p."""
    assert_array_equal(DIRICHLET.from_parameters(np.array([1.0, 2.0, 3.0])), [0.0, 1.0, 2.0])
    assert_allclose(DIRICHLET.statistics([0.2, 0.8]), np.log([0.2, 0.8]))


def test_vector_gaussian_row() -> None:
    """η = (P mean, P), t = (x, −½ x xᵀ)."""
    covariance = np.array([[2.0, 1.0], [1.0, 1.0]])
    precision_mean, precision = split(VECTOR_GAUSSIAN.from_parameters(np.array([1.0, 3.0]), covariance))
    assert_allclose(precision, [[1.0, -1.0], [-1.0, 2.0]])
    assert_allclose(precision_mean, [-2.0, 5.0])
    assert_array_equal(VECTOR_GAUSSIAN.statistics([2.0, 3.0]), [2.0, 3.0, -2.0, -3.0, -3.0, -4.5])
    assert_array_equal(join(*split(np.arange(6.0))), np.arange(6.0))


def test_categorical_row() -> None:
    """η = log weights, t = the indicator."""
    logs = np.log([1.0, 3.0])
    assert_allclose(CATEGORICAL.mean(logs), [0.25, 0.75])
    assert_array_equal(indicator([1, 0], 2), [[0.0, 1.0], [1.0, 0.0]])
    assert_array_equal(CATEGORICAL.statistics([0.0, 1.0]), [0.0, 1.0])


# --- scalar families ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCALAR)
@given(data=st.data())
def test_scipy_agrees(name: str, data: st.DataObject) -> None:
    family, natural = scalar(name), data.draw(PROPER[name]())
    parameters = family.parameters(natural)
    theirs = SCIPY[name](*parameters)
    assert_allclose(family.mean(natural), theirs.mean(), rtol=1e-12)
    assert_allclose(family.variance(natural), theirs.var(), rtol=1e-12)
    assert_allclose(family.entropy(natural), theirs.entropy(), rtol=1e-8, atol=1e-9)
    shares = np.array([0.01, 0.3, 0.5, 0.99])
    places = family.quantile_at(shares, *parameters)
    assert_allclose(places, theirs.ppf(shares), rtol=1e-10, atol=1e-300)
    inside = places[(places > 1e-290) & (places < 1.0)] if name != "gaussian" else places
    assert_allclose(family.log_density(natural, inside), theirs.logpdf(inside), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("gaussian", [0.7, 2.0]),
        ("gaussian", [-3.0, 0.1]),
        ("gamma", [1.5, -2.0]),
        ("gamma", [9.0, -0.3]),
        ("beta", [1.5, 0.2]),
        ("beta", [7.0, 3.0]),
    ],
)
def test_quadrature_agrees(name: str, row: list[float]) -> None:
    """A(η) = log ∫ exp(η·t) dx, and moments, E[t] and entropy by their definitions."""
    family, natural = scalar(name), np.array(row)

    def expect(function: Callable[[float], float]) -> float:
        def weighted(x: float) -> float:
            return function(x) * math.exp(float(family.statistics(x) @ natural))

        return float(integrate.quad(weighted, *SUPPORT[name], epsabs=0, epsrel=1e-11, limit=200)[0])

    mass = expect(lambda x: 1.0)
    assert_allclose(family.log_normalizer(natural), math.log(mass), rtol=1e-9)
    mean = expect(lambda x: x) / mass
    assert_allclose(family.mean(natural), mean, rtol=1e-9)
    assert_allclose(family.variance(natural), expect(lambda x: (x - mean) ** 2) / mass, rtol=1e-9)
    for k in (0, 1):
        found = expect(lambda x, k=k: float(family.statistics(x)[k])) / mass  # type: ignore[misc]
        assert_allclose(family.expected_statistics(natural)[k], found, rtol=1e-9)
    surprise = expect(lambda x: -float(family.log_density(natural, x))) / mass
    assert_allclose(family.entropy(natural), surprise, rtol=1e-9)


@given(st.floats(-20, 20), positive())
def test_gaussian_equations(mean: float, variance: float) -> None:
    family = FAMILIES["gaussian"]
    row = np.array([mean / variance, 1 / variance])
    # Wainwright & Jordan 2008, example 3.2, here with θ₁ = mean/variance and θ₂ = −1/(2·variance)
    theta = (mean / variance, -1 / (2 * variance))
    normalizer = -(theta[0] ** 2) / (4 * theta[1]) - 0.5 * math.log(-2 * theta[1]) + 0.5 * math.log(2 * math.pi)
    assert_allclose(family.log_normalizer(row), normalizer, rtol=1e-12, atol=1e-12)
    expected = [mean, -(mean**2 + variance) / 2]
    assert_allclose(family.expected_statistics(row), expected, rtol=1e-12, atol=1e-12)
    assert_allclose(family.entropy(row), 0.5 * math.log(2 * math.pi * math.e * variance), rtol=1e-12, atol=1e-12)


@given(positive(0.01), positive())
def test_gamma_equations(shape: float, rate: float) -> None:
    family = FAMILIES["gamma"]
    row = np.array([shape - 1, -rate])
    # Winn & Bishop 2005, section 2.3: g = a log b − log Γ(a), which is −A; E[log x] = ψ(a) − log b
    assert_allclose(family.log_normalizer(row), gammaln(shape) - shape * math.log(rate), rtol=1e-11, atol=1e-11)
    expected = [digamma(shape) - math.log(rate), shape / rate]
    assert_allclose(family.expected_statistics(row), expected, rtol=1e-10, atol=1e-12)
    entropy = shape - math.log(rate) + gammaln(shape) + (1 - shape) * digamma(shape)  # PRML
    assert_allclose(family.entropy(row), entropy, rtol=1e-10, atol=1e-10)


@given(positive(0.01), positive(0.01))
def test_beta_equations(a: float, b: float) -> None:
    family = FAMILIES["beta"]
    row = np.array([a - 1, b - 1])
    assert_allclose(family.log_normalizer(row), betaln(a, b), rtol=1e-10, atol=1e-10)
    assert_allclose(family.variance(row), a * b / ((a + b) ** 2 * (a + b + 1)), rtol=1e-11)  # PRML
    expected = [digamma(a) - digamma(a + b), digamma(b) - digamma(a + b)]
    assert_allclose(family.expected_statistics(row), expected, rtol=1e-9, atol=1e-12)
    entropy = betaln(a, b) - (a - 1) * digamma(a) - (b - 1) * digamma(b) + (a + b - 2) * digamma(a + b)  # PRML
    assert_allclose(family.entropy(row), entropy, rtol=1e-9, atol=1e-9)


# --- vectors -----------------------------------------------------------------------------------------------


@given(PROPER["dirichlet"]())
def test_dirichlet_equations(row: np.ndarray) -> None:
    alpha, total = row + 1, float(np.sum(row + 1))
    normalizer = gammaln(alpha).sum() - gammaln(total)
    assert_allclose(DIRICHLET.log_normalizer(row), normalizer, rtol=1e-10, atol=1e-9)
    assert_allclose(DIRICHLET.mean(row), alpha / total, rtol=1e-12)
    assert_allclose(DIRICHLET.variance(row), alpha * (total - alpha) / (total**2 * (total + 1)), rtol=1e-9)  # PRML
    assert_allclose(DIRICHLET.expected_statistics(row), digamma(alpha) - digamma(total), rtol=1e-9, atol=1e-12)
    entropy = normalizer + (total - 3) * digamma(total) - ((alpha - 1) * digamma(alpha)).sum()  # PRML
    assert_allclose(DIRICHLET.entropy(row), entropy, rtol=1e-9, atol=1e-9)


@given(PROPER["dirichlet"]())
def test_dirichlet_density_is_scipys(row: np.ndarray) -> None:
    inside = np.array([0.5, 0.3, 0.2])
    assert_allclose(
        DIRICHLET.log_density(row, inside), stats.dirichlet(row + 1).logpdf(inside), rtol=1e-9, atol=1e-9
    )


def test_dirichlet_of_two_is_the_beta() -> None:
    row = np.array([1.3, -0.4])
    beta = FAMILIES["beta"]
    assert_allclose(DIRICHLET.log_density(row, [0.3, 0.7]), beta.log_density(row, 0.3), rtol=1e-13)
    assert_allclose(DIRICHLET.from_moments([0.3, 0.7], [0.01, 0.01]), beta.from_moments(0.3, 0.01), rtol=1e-12)


def test_dirichlet_projection_keeps_the_means_and_the_expected_squared_length() -> None:
    mean, variance = np.array([0.2, 0.3, 0.5]), np.array([0.01, 0.03, 0.02])  # no Dirichlet has these variances
    row = DIRICHLET.from_moments(mean, variance)
    assert_allclose(DIRICHLET.mean(row), mean, rtol=1e-12)
    assert_allclose(DIRICHLET.variance(row).sum(), variance.sum(), rtol=1e-12)


@given(PROPER["vector_gaussian"]())
def test_vector_gaussian_equations(row: np.ndarray) -> None:
    precision_mean, precision = split(row)
    mean, covariance = np.linalg.solve(precision, precision_mean), np.linalg.inv(precision)
    theirs = stats.multivariate_normal(mean, covariance)
    assert_allclose(VECTOR_GAUSSIAN.mean(row), mean, rtol=1e-9, atol=1e-12)
    assert_allclose(VECTOR_GAUSSIAN.variance(row), covariance, rtol=1e-9, atol=1e-12)
    assert_allclose(VECTOR_GAUSSIAN.entropy(row), theirs.entropy(), rtol=1e-10, atol=1e-10)
    assert_allclose(VECTOR_GAUSSIAN.log_density(row, [0.5, 1.0]), theirs.logpdf([0.5, 1.0]), rtol=1e-9, atol=1e-10)
    # Wainwright & Jordan 2008, example 3.3
    log_det = math.log(np.linalg.det(precision))
    normalizer = 0.5 * precision_mean @ covariance @ precision_mean + math.log(2 * math.pi) - 0.5 * log_det
    assert_allclose(VECTOR_GAUSSIAN.log_normalizer(row), normalizer, rtol=1e-9, atol=1e-9)


def test_vector_gaussian_of_one_is_the_gaussian() -> None:
    one, row = FAMILIES["gaussian"], np.array([1.5, 0.4])
    assert_allclose(VECTOR_GAUSSIAN.log_normalizer(row), one.log_normalizer(row), rtol=1e-13)
    assert_allclose(VECTOR_GAUSSIAN.log_density(row, [2.0]), one.log_density(row, 2.0), rtol=1e-13)
    assert_allclose(VECTOR_GAUSSIAN.expected_statistics(row), one.expected_statistics(row), rtol=1e-13)


def test_a_singular_covariance_gives_an_improper_row() -> None:
    found = VECTOR_GAUSSIAN.from_moments([[0.0, 1.0], [2.0, 3.0]], [np.ones((2, 2)), np.eye(2)])
    assert_array_equal(VECTOR_GAUSSIAN.is_proper(found), [False, True])
    assert_array_equal(found[1], [2, 3, 1, 0, 0, 1])
    assert not np.isnan(found).any()


@given(PROPER["categorical"]())
def test_categorical_equations(logs: np.ndarray) -> None:
    p = np.exp(logs) / np.exp(logs).sum()
    assert_allclose(CATEGORICAL.mean(logs), p, rtol=1e-12)
    assert_allclose(CATEGORICAL.variance(logs), p * (1 - p), rtol=1e-9, atol=1e-15)
    assert_allclose(CATEGORICAL.entropy(logs), stats.entropy(p), rtol=1e-12, atol=1e-15)
    assert_allclose(CATEGORICAL.log_normalizer(logs), math.log(np.exp(logs).sum()), rtol=1e-12, atol=1e-12)
    assert_allclose(CATEGORICAL.log_density(logs, indicator([0, 1, 2], 3)), np.log(p), rtol=1e-12, atol=1e-12)


def test_categorical_with_forbidden_states() -> None:
    logs = np.array([-math.inf, 0.0, math.log(3)])
    assert_allclose(CATEGORICAL.entropy(logs), stats.entropy([0.25, 0.75]))
    assert CATEGORICAL.log_density(logs, [1.0, 0.0, 0.0]) == -math.inf
    assert_array_equal(CATEGORICAL.log_density(logs, [[0.0, 0.5, 0.5], [0.0, 1.0, 1.0]]), [-math.inf] * 2)
    back = CATEGORICAL.from_moments(CATEGORICAL.mean(logs), CATEGORICAL.variance(logs))
    assert_allclose(back, [-math.inf, math.log(0.25), math.log(0.75)])
