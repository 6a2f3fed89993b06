"""The gamma distribution on the positive numbers.

η = (shape − 1, −rate), t(x) = (log x, x); A(η) = log Γ(shape) − shape·log(rate) (Winn & Bishop 2005, section 2.3;
PRML B, Gamma). A natural parameter is shape − 1, so shapes below about 1e-16 cannot be told from 0.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.family import BoolArray, Parameters, ScalarFamily, every, ratio, share
from mbml_core.distributions.semiring import SMALLEST_NORMAL, FloatArray
from mbml_core.distributions.special import (
    HALF_LOG_TWO_PI,
    deviance,
    gammaincinv,
    log_gamma,
    log_minus_digamma,
    stirling_error,
    trigamma_excess,
)

NEWTON_STEPS = 8
"""Of `_shape_of_gap`: from its start it needs at most five; the rest is reserve."""


class GammaFamily(ScalarFamily):
    """Gamma(shape, rate), with mean shape / rate."""

    name: ClassVar[str] = "gamma"

    def width(self, size: int = 1) -> int:
        """2, whatever the size."""
        return 2

    def is_proper(self, natural: FloatArray) -> BoolArray:
        """Shape > 0 and rate > 0, large enough for 1 / rate to be a number."""
        finite = every(np.isfinite(natural), 1)
        return finite & (natural[..., 0] > -1.0) & (natural[..., 1] <= -SMALLEST_NORMAL)

    def statistics(self, x: ArrayLike) -> FloatArray:
        """(log x, x)."""
        values = np.asarray(x, dtype=np.float64)
        with np.errstate(divide="ignore"):  # log 0 = -inf is meant
            return np.stack((np.log(np.maximum(values, 0.0)), values), axis=-1)

    def parameters(self, natural: FloatArray) -> Parameters:
        """(shape, rate) = (η₀ + 1, −η₁)."""
        return natural[..., 0] + 1.0, -natural[..., 1]

    def from_parameters(self, *parameters: FloatArray) -> FloatArray:
        """(shape − 1, −rate)."""
        shape, rate = np.broadcast_arrays(*parameters)
        return np.stack((shape - 1.0, -rate), axis=-1)

    def moments_to_parameters(self, mean: FloatArray, variance: FloatArray) -> Parameters:
        """With rate = mean / variance, shape = mean·rate."""
        rate = ratio(mean, variance)
        return share(mean, rate), rate

    def statistics_to_parameters(self, statistics: FloatArray) -> Parameters:
        """log(shape) − ψ(shape) = log E[x] − E[log x], rate = shape / E[x] (Minka 2002, `Estimating a Gamma
        distribution`).
        """
        mean = statistics[..., 1]
        shape = _shape_of_gap(np.log(mean) - statistics[..., 0])
        return shape, ratio(shape, mean)

    def log_normalizer_at(self, *parameters: FloatArray) -> FloatArray:
        """Log Γ(shape) − shape·log(rate)."""
        shape, rate = parameters
        return log_gamma(shape) - shape * np.log(rate)

    def mean_at(self, *parameters: FloatArray) -> FloatArray:
        """The shape / rate."""
        shape, rate = parameters
        return shape / rate

    def variance_at(self, *parameters: FloatArray) -> FloatArray:
        """The shape / rate²."""
        shape, rate = parameters
        return shape / rate / rate

    def expected_statistics_at(self, *parameters: FloatArray) -> FloatArray:
        """(ψ(shape) − log(rate), shape / rate)."""
        shape, rate = parameters
        mean_log = np.log(shape) - np.log(rate) - log_minus_digamma(shape)
        return np.stack((mean_log, shape / rate), axis=-1)

    def entropy_at(self, *parameters: FloatArray) -> FloatArray:
        """From shape − log(rate) + log Γ(shape) + (1 − shape)·ψ(shape) (PRML B) Stirling's formula is taken out,
        whose large terms cancel.
        """
        shape, rate = parameters
        rest = stirling_error(shape) + (shape - 1.0) * log_minus_digamma(shape)
        return HALF_LOG_TWO_PI + 0.5 * np.log(shape) - np.log(rate) + rest

    def log_density_at(self, x: FloatArray, *parameters: FloatArray) -> FloatArray:
        """(shape − 1)·log x − rate·x + shape·log(rate) − log Γ(shape), summed as Loader 2000 does:
        −D(shape, rate·x) − log x + ½ log(shape / 2π) − Stirling's error, where D is the deviance.
        """
        shape, rate = parameters
        inside = np.where(x > 0.0, x, 1.0)
        loss = deviance(shape, rate * inside) + np.log(inside) + stirling_error(shape)
        interior = 0.5 * np.log(shape) - HALF_LOG_TWO_PI - loss
        at_zero = np.where(shape < 1.0, np.inf, np.where(shape > 1.0, -np.inf, np.log(rate)))
        return np.where(x > 0.0, interior, np.where(x == 0.0, at_zero, -np.inf))

    def quantile_at(self, p: FloatArray, *parameters: FloatArray) -> FloatArray:
        """The inverse of the regularised incomplete gamma function, over the rate."""
        shape, rate = parameters
        return gammaincinv(shape, p) / rate

    def sample_at(self, source: np.random.Generator, n: int, *parameters: FloatArray) -> FloatArray:
        """Standard gamma draws over the rate; a small shape may draw numbers that round to 0."""
        shape, rate = np.broadcast_arrays(*parameters)
        result: FloatArray = source.standard_gamma(shape, (n, *shape.shape)) / rate
        return result

    def stand_in(self, width: int) -> FloatArray:
        """The exponential distribution with rate 1."""
        return np.array([0.0, -1.0])


GAMMA = GammaFamily()


def _shape_of_gap(gap: FloatArray) -> FloatArray:
    """The shape with log(shape) − ψ(shape) = gap, by Minka's Newton steps in 1/shape; improper where the gap is
    not positive.
    """
    possible = gap > 0.0
    target = np.where(possible, gap, 1.0)
    root = np.hypot(target - 3.0, np.sqrt(24.0 * target))
    inverse = np.where(target < 3.0, 12.0 * target / (3.0 - target + root), 0.5 * (target - 3.0 + root))
    for _ in range(NEWTON_STEPS):
        shape = 1.0 / inverse
        inverse = inverse + (target - log_minus_digamma(shape)) / trigamma_excess(shape)
    return np.where(possible, 1.0 / inverse, np.where(gap == 0.0, np.inf, -1.0))
