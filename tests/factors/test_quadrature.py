"""Integrals whose values are known."""

from __future__ import annotations

import math

import numpy as np
from numpy.testing import assert_allclose

from mbml_core.factors.quadrature import integrate

N = np.array


def two_peaks(x: np.ndarray) -> np.ndarray:
    """Log of 0.3·N(−20, 1) + 0.7·N(30, 0.25)."""
    near = np.log(0.3) - 0.5 * (x + 20.0) ** 2
    far = np.log(1.4) - 2.0 * (x - 30.0) ** 2
    return np.logaddexp(near, far) - 0.5 * math.log(2 * math.pi)


def two_slopes(x: np.ndarray) -> np.ndarray:
    share = np.exp(np.log(0.3) - 0.5 * (x + 20.0) ** 2 - 0.5 * math.log(2 * math.pi) - two_peaks(x))
    return share * -(x + 20.0) + (1 - share) * -4.0 * (x - 30.0)


def test_neither_of_two_peaks_is_lost() -> None:
    with np.errstate(under="ignore"):
        found = integrate(two_peaks, two_slopes, N([-21.0, -60.0]), N([31.0, 60.0]))
    assert_allclose(found.log_z, 0.0, atol=1e-6)
    mean, variance = found.moments(found.x)
    assert_allclose(mean, 0.3 * -20 + 0.7 * 30, rtol=1e-6)
    assert_allclose(variance, 0.3 * 1 + 0.7 * 0.25 + 0.21 * 50**2, rtol=1e-6)


def test_a_moment_that_grows_in_the_tail_is_not_cut_off() -> None:
    """Of Gamma(0.6, 1) in log x: E[x^−½] = Γ(0.1)/Γ(0.6), whose tail outlasts that of the density."""
    arguments = (lambda u: 0.6 * u - np.exp(u), lambda u: 0.6 - np.exp(u), N([-2.0]), N([1.0]))
    with np.errstate(under="ignore"):
        found = integrate(*arguments, log_moment=lambda u: -0.5 * u)
        assert_allclose(found.log_z, math.lgamma(0.6), rtol=1e-12)
        assert_allclose(found.mean(np.exp(-0.5 * found.x)), math.gamma(0.1) / math.gamma(0.6), rtol=1e-10)
        short = integrate(*arguments)
    assert abs(short.mean(np.exp(-0.5 * short.x))[0] / (math.gamma(0.1) / math.gamma(0.6)) - 1) > 1e-5


def test_a_kink_is_resolved_wherever_the_peak_is() -> None:
    """∫ N(x; m, 10⁸)/(1 + exp(−x)) dx = ½ for m = 0, by symmetry."""

    def slope(x: np.ndarray) -> np.ndarray:
        return np.exp(-np.logaddexp(0.0, x)) - x / 1e8

    def log_integrand(x: np.ndarray) -> np.ndarray:
        return -np.logaddexp(0.0, -x) - 0.5 * x * x / 1e8 - 0.5 * math.log(2e8 * math.pi)

    with np.errstate(under="ignore"):
        found = integrate(log_integrand, slope, N([0.0]), N([1e8]), kink=0.0)
    assert_allclose(found.log_z, math.log(0.5), rtol=1e-12)


def test_the_valley_between_two_peaks_is_counted_once() -> None:
    """½·N(−4.5, 1) + ½·N(4.5, 1), whose valley holds a few millionths."""

    def log_integrand(x: np.ndarray) -> np.ndarray:
        return np.logaddexp(-0.5 * (x + 4.5) ** 2, -0.5 * (x - 4.5) ** 2) - 0.5 * math.log(8 * math.pi)

    def slope(x: np.ndarray) -> np.ndarray:
        return 4.5 * np.tanh(4.5 * x) - x

    with np.errstate(under="ignore"):
        found = integrate(log_integrand, slope, N([-9.0]), N([8.0]))
    assert_allclose(found.log_z, 0.0, atol=1e-9)
    mean, variance = found.moments(found.x)
    assert_allclose((mean[0], variance[0]), (0.0, 1 + 4.5**2), atol=1e-8)
