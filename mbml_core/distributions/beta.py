"""The beta distribution on probabilities.

η = (a − 1, b − 1), t(p) = (log p, log(1 − p)); A(η) = log B(a, b) (Winn & Bishop 2005, appendix A; PRML B, Beta).
It is the Dirichlet of (p, 1 − p), and its formulas are taken from there. A row of zeros is the uniform
distribution, which is proper.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.dirichlet import DIRICHLET, alpha_of_mean_logs, log_density
from mbml_core.distributions.family import BoolArray, Parameters, ScalarFamily
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.special import betaincinv


class BetaFamily(ScalarFamily):
    """Beta(a, b), with mean a/(a + b)."""

    name: ClassVar[str] = "beta"

    def width(self, size: int = 1) -> int:
        """2, whatever the size."""
        return 2

    def is_proper(self, natural: FloatArray) -> BoolArray:
        """Both a > 0 and b > 0."""
        return DIRICHLET.is_proper(natural)

    def statistics(self, x: ArrayLike) -> FloatArray:
        """(log p, log(1 − p))."""
        values = np.clip(np.asarray(x, dtype=np.float64), 0.0, 1.0)
        with np.errstate(divide="ignore"):  # log 0 = -inf is meant
            return np.stack((np.log(values), np.log1p(-values)), axis=-1)

    def parameters(self, natural: FloatArray) -> Parameters:
        """(a, b) = (η₀ + 1, η₁ + 1)."""
        return natural[..., 0] + 1.0, natural[..., 1] + 1.0

    def from_parameters(self, *parameters: FloatArray) -> FloatArray:
        """(a − 1, b − 1)."""
        return _alpha(parameters) - 1.0

    def moments_to_parameters(self, mean: FloatArray, variance: FloatArray) -> Parameters:
        """(a, b) = (mean, 1 − mean)·s with s = mean(1 − mean)/variance − 1 (PRML B)."""
        pair = np.stack((mean, 1.0 - mean), axis=-1)
        return _pair(DIRICHLET.moments_to_parameters(pair, np.stack((variance, variance), axis=-1))[0])

    def statistics_to_parameters(self, statistics: FloatArray) -> Parameters:
        """ψ(a) − ψ(a + b) = E[log p] and ψ(b) − ψ(a + b) = E[log(1 − p)] (Minka 2000)."""
        return _pair(alpha_of_mean_logs(statistics))

    def log_normalizer_at(self, *parameters: FloatArray) -> FloatArray:
        """Log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b)."""
        return DIRICHLET.log_normalizer_at(_alpha(parameters))

    def mean_at(self, *parameters: FloatArray) -> FloatArray:
        """a/(a + b)."""
        a, b = parameters
        return a / (a + b)

    def variance_at(self, *parameters: FloatArray) -> FloatArray:
        """ab/((a + b)²(a + b + 1))."""
        a, b = parameters
        total = a + b
        return (a / total) * (b / total) / (total + 1.0)

    def expected_statistics_at(self, *parameters: FloatArray) -> FloatArray:
        """(ψ(a) − ψ(a + b), ψ(b) − ψ(a + b))."""
        return DIRICHLET.expected_statistics_at(_alpha(parameters))

    def entropy_at(self, *parameters: FloatArray) -> FloatArray:
        """Log B(a, b) − (a − 1)ψ(a) − (b − 1)ψ(b) + (a + b − 2)ψ(a + b) (PRML B)."""
        return DIRICHLET.entropy_at(_alpha(parameters))

    def log_density_at(self, x: FloatArray, *parameters: FloatArray) -> FloatArray:
        """(a − 1)·log p + (b − 1)·log(1 − p) − log B(a, b)."""
        return log_density(np.stack((x, 1.0 - x), axis=-1), _alpha(parameters))

    def quantile_at(self, p: FloatArray, *parameters: FloatArray) -> FloatArray:
        """The inverse of the regularised incomplete beta function."""
        a, b = parameters
        return betaincinv(a, b, p)

    def sample_at(self, source: np.random.Generator, n: int, *parameters: FloatArray) -> FloatArray:
        """The first component of Dirichlet draws."""
        return DIRICHLET.sample_at(source, n, _alpha(parameters))[..., 0]

    def stand_in(self, width: int) -> FloatArray:
        """The uniform distribution."""
        return np.zeros(2)


BETA = BetaFamily()


def _alpha(parameters: Parameters) -> FloatArray:
    return np.stack(np.broadcast_arrays(*parameters), axis=-1)


def _pair(alpha: FloatArray) -> Parameters:
    return alpha[..., 0], alpha[..., 1]
