"""Special functions that keep their digits where the textbook forms cancel.

scipy is imported on first use: models without continuous variables never wait for it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.semiring import SMALLEST_NORMAL, FloatArray

HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)

STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
"""Coefficients of 1/x, 1/x³, … in log Γ (Abramowitz & Stegun 1972, 6.1.41)."""
DIGAMMA = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
"""Coefficients of 1/x², 1/x⁴, … in log x − ψ(x) − 1/(2x) (Abramowitz & Stegun 1972, 6.3.18)."""
LARGE = 10.0
"""Above it seven terms of either series are exact to rounding."""
CLOSE = 0.1
"""Relative distance below which `deviance` is a series."""
EULER = 0.5772156649015329


def log_gamma(x: FloatArray) -> FloatArray:
    """Log Γ(x) for x > 0."""
    from scipy import special

    result: FloatArray = special.gammaln(x)
    return result


def digamma(x: FloatArray) -> FloatArray:
    """ψ(x) = d log Γ(x) / dx for x > 0."""
    from scipy import special

    result: FloatArray = special.digamma(x)
    return result


def trigamma(x: FloatArray) -> FloatArray:
    """ψ'(x) = ζ(2, x) for x > 0."""
    from scipy import special

    result: FloatArray = special.zeta(2.0, x)
    return result


def inverse_digamma(y: FloatArray) -> FloatArray:
    """The x > 0 with ψ(x) = y, by Newton from the start of Minka 2000, appendix C (`Estimating a Dirichlet
    distribution`); six steps double its two digits beyond what a double holds.
    """
    with np.errstate(over="ignore", divide="ignore"):
        x = np.where(y >= -2.22, np.exp(np.minimum(y, 700.0)) + 0.5, -1.0 / (np.minimum(y, -2.22) + EULER))
        for _ in range(6):
            x = x - (digamma(x) - y) / trigamma(x)
    return x


def log_ndtr(x: ArrayLike) -> FloatArray:
    """Log Φ(x), the log of the standard normal distribution function; exact in both tails."""
    from scipy import special

    result: FloatArray = special.log_ndtr(np.asarray(x, dtype=np.float64))
    return result


def ndtr(x: ArrayLike) -> FloatArray:
    """Φ(x)."""
    from scipy import special

    result: FloatArray = special.ndtr(np.asarray(x, dtype=np.float64))
    return result


def ndtri(p: ArrayLike) -> FloatArray:
    """Φ⁻¹(p)."""
    from scipy import special

    result: FloatArray = special.ndtri(np.asarray(p, dtype=np.float64))
    return result


def erfcx(x: FloatArray) -> FloatArray:
    """exp(x²)·erfc(x)."""
    from scipy import special

    result: FloatArray = special.erfcx(x)
    return result


def gammaincinv(shape: FloatArray, p: FloatArray) -> FloatArray:
    """The x at which the share p of a gamma distribution with rate 1 lies below."""
    from scipy import special

    result: FloatArray = special.gammaincinv(shape, p)
    return result


def betaincinv(a: FloatArray, b: FloatArray, p: FloatArray) -> FloatArray:
    """The x at which the share p of a beta distribution lies below."""
    from scipy import special

    result: FloatArray = special.betaincinv(a, b, p)
    return result


def gammaincc(shape: FloatArray, x: FloatArray) -> FloatArray:
    """The share of a gamma distribution with rate 1 that lies above x."""
    from scipy import special

    result: FloatArray = special.gammaincc(shape, x)
    return result


def betainc(a: FloatArray, b: FloatArray, x: FloatArray) -> FloatArray:
    """The share of a beta distribution that lies below x."""
    from scipy import special

    result: FloatArray = special.betainc(a, b, x)
    return result


def log_expit(x: ArrayLike) -> FloatArray:
    """−log(1 + exp(−x)), the log of the logistic function; exact in both tails."""
    result: FloatArray = -np.logaddexp(0.0, -np.asarray(x, dtype=np.float64))
    return result


def expit(x: ArrayLike) -> FloatArray:
    """1 / (1 + exp(−x)), the logistic function."""
    return np.exp(log_expit(x))


def _odd_series(coefficients: tuple[float, ...], inverse: FloatArray) -> FloatArray:
    """Σ_j coefficients[j]·inverse^(2j + 1)."""
    square = inverse * inverse
    total = np.zeros_like(square)
    for coefficient in reversed(coefficients):
        total = coefficient + square * total
    return inverse * total


def stirling_error(x: FloatArray) -> FloatArray:
    """Log Γ(x) − [(x − ½) log x − x + ½ log 2π] for x > 0: what Stirling's formula leaves out."""
    small, large = np.minimum(x, LARGE), np.maximum(x, LARGE)
    direct = log_gamma(small) - (small - 0.5) * np.log(small) + small - HALF_LOG_TWO_PI
    return np.where(x < LARGE, direct, _odd_series(STIRLING, 1.0 / large))


def log_minus_digamma(x: FloatArray) -> FloatArray:
    """Log x − ψ(x) for x > 0; positive, about 1/(2x) when x is large."""
    small, large = np.minimum(x, LARGE), 1.0 / np.maximum(x, LARGE)
    series = 0.5 * large + large * _odd_series(DIGAMMA, large)
    return np.where(x < LARGE, np.log(small) - digamma(small), series)


def trigamma_excess(x: FloatArray) -> FloatArray:
    """x²·ψ'(x) − x for x > 0, between ½ (x large) and 1 (x small): minus the slope of log x − ψ(x) in 1/x.

    Above a thousand, where the difference cancels, it is ½ + 1/(6x) to ten digits (Abramowitz & Stegun 1972,
    6.4.12).
    """
    small, large = np.minimum(x, 1e3), np.maximum(x, 1e3)
    direct = 1.0 + small * (small * trigamma(1.0 + small) - 1.0)  # ψ'(x) = ψ'(1 + x) + 1/x²
    return np.where(x < 1e3, direct, 0.5 + 1.0 / (6.0 * large))


def deviance(x: FloatArray, mean: FloatArray) -> FloatArray:
    """x·log(x / mean) + mean − x ≥ 0 for x ≥ 0 and mean ≥ 0; `inf` where only `mean` is 0 or
    `mean` is infinite.

    Near x = mean it is the series of Loader 2000, `Fast and accurate computation of binomial probabilities`: with
    v = (x − mean)/(x + mean), (x − mean)·v + 2x·(v³/3 + v⁵/5 + …).
    """
    x, mean = np.broadcast_arrays(x, mean)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # the corners are set below
        v, ratio = (x - mean) / (x + mean), x / mean
        known = (ratio >= SMALLEST_NORMAL) & (ratio < np.inf)
        far = x * np.where(known, np.log(ratio), np.log(x) - np.log(mean)) + (mean - x)
        series = v * v * _odd_series(tuple(1 / (2 * j + 3) for j in range(8)), v)
        result = np.where(np.abs(v) < CLOSE, (x - mean) * v + 2.0 * x * series, far)
    result = np.where((mean == 0.0) | np.isinf(mean), np.inf, result)
    return np.where(x == 0.0, mean, result)
