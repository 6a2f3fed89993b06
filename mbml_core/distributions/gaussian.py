"""The Gaussian on the real line.

η = (precision_mean, precision), t(x) = (x, −x²/2), with precision = 1/variance and precision_mean = mean/variance;
A(η) = mean²/(2·variance) + ½ log(2π·variance) (Wainwright & Jordan 2008, example 3.2; PRML B, Gaussian).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.family import BoolArray, Parameters, ScalarFamily, every, ratio
from mbml_core.distributions.semiring import SMALLEST_NORMAL, FloatArray
from mbml_core.distributions.special import HALF_LOG_TWO_PI, ndtri


class GaussianFamily(ScalarFamily):
    """N(mean, variance)."""

    name: ClassVar[str] = "gaussian"

    def width(self, size: int = 1) -> int:
        """2, whatever the size."""
        return 2

    def is_proper(self, natural: FloatArray) -> BoolArray:
        """Precision > 0, and large enough for the variance to be a number."""
        return every(np.isfinite(natural), 1) & (natural[..., 1] >= SMALLEST_NORMAL)

    def statistics(self, x: ArrayLike) -> FloatArray:
        """(x, −x²/2)."""
        values = np.asarray(x, dtype=np.float64)
        return np.stack((values, -0.5 * values * values), axis=-1)

    def parameters(self, natural: FloatArray) -> Parameters:
        """(mean, variance) = (precision_mean / precision, 1 / precision)."""
        return natural[..., 0] / natural[..., 1], 1.0 / natural[..., 1]

    def from_parameters(self, *parameters: FloatArray) -> FloatArray:
        """(mean / variance, 1 / variance)."""
        mean, variance = np.broadcast_arrays(*parameters)
        return np.stack((ratio(mean, variance), ratio(np.ones_like(variance), variance)), axis=-1)

    def moments_to_parameters(self, mean: FloatArray, variance: FloatArray) -> Parameters:
        """They are the parameters."""
        return mean, variance

    def statistics_to_parameters(self, statistics: FloatArray) -> Parameters:
        """The mean is E[x], the variance −2·E[−x²/2] − mean²."""
        mean = statistics[..., 0]
        return mean, -2.0 * statistics[..., 1] - mean * mean

    def log_normalizer_at(self, *parameters: FloatArray) -> FloatArray:
        """mean²/(2·variance) + ½ log(2π·variance)."""
        mean, variance = parameters
        return 0.5 * mean * (mean / variance) + HALF_LOG_TWO_PI + 0.5 * np.log(variance)

    def mean_at(self, *parameters: FloatArray) -> FloatArray:
        """The mean."""
        return parameters[0]

    def variance_at(self, *parameters: FloatArray) -> FloatArray:
        """The variance."""
        return parameters[1]

    def expected_statistics_at(self, *parameters: FloatArray) -> FloatArray:
        """(mean, −(mean² + variance)/2)."""
        mean, variance = parameters
        return np.stack((mean, -0.5 * (mean * mean + variance)), axis=-1)

    def entropy_at(self, *parameters: FloatArray) -> FloatArray:
        """½ log(2πe·variance) (PRML B)."""
        _, variance = parameters
        return HALF_LOG_TWO_PI + 0.5 + 0.5 * np.log(variance)

    def log_density_at(self, x: FloatArray, *parameters: FloatArray) -> FloatArray:
        """−(x − mean)²/(2·variance) − ½ log(2π·variance)."""
        mean, variance = parameters
        z = (x - mean) / np.sqrt(variance)
        return -0.5 * z * z - HALF_LOG_TWO_PI - 0.5 * np.log(variance)

    def quantile_at(self, p: FloatArray, *parameters: FloatArray) -> FloatArray:
        """The mean + sd·Φ⁻¹(p)."""
        mean, variance = parameters
        return mean + np.sqrt(variance) * ndtri(p)

    def sample_at(self, source: np.random.Generator, n: int, *parameters: FloatArray) -> FloatArray:
        """The mean + sd·standard normal."""
        mean, variance = np.broadcast_arrays(*parameters)
        result: FloatArray = mean + np.sqrt(variance) * source.standard_normal((n, *mean.shape))
        return result

    def stand_in(self, width: int) -> FloatArray:
        """The standard normal."""
        return np.array([0.0, 1.0])


GAUSSIAN = GaussianFamily()
