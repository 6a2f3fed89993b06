"""The Dirichlet distribution on probability vectors.

η = α − 1, t(p) = log p; A(η) = Σ log Γ(α_k) − log Γ(Σ α_k) (Winn & Bishop 2005, appendix A; PRML B, Dirichlet).
A row of zeros is the uniform distribution, which is proper. A natural parameter is α − 1, so α below about 1e-16
cannot be told from 0.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.family import BoolArray, Family, Parameters, every, ratio, share
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.special import (
    HALF_LOG_TWO_PI,
    deviance,
    digamma,
    inverse_digamma,
    log_gamma,
    log_minus_digamma,
    stirling_error,
    trigamma_excess,
)

NEWTON_STEPS = 60
"""Of `alpha_of_mean_logs`. It needs four to ten for counts above one, and may have to double 1/Σα from 1 up to
1e16 for the smallest.
"""
SETTLED = 1e-14
"""Relative change of 1/Σα below which a step changes nothing that matters."""


class DirichletFamily(Family):
    """Dirichlet(α) with K components."""

    name: ClassVar[str] = "dirichlet"
    value_axes: ClassVar[int] = 1
    variance_axes: ClassVar[int] = 1

    def width(self, size: int) -> int:
        """K."""
        return size

    def is_proper(self, natural: FloatArray) -> BoolArray:
        """Every α_k > 0."""
        return every(np.isfinite(natural) & (natural > -1.0), 1)

    def statistics(self, x: ArrayLike) -> FloatArray:
        """Log p."""
        with np.errstate(divide="ignore"):  # log 0 = -inf is meant
            return np.log(np.maximum(np.asarray(x, dtype=np.float64), 0.0))

    def parameters(self, natural: FloatArray) -> Parameters:
        """(α,) = (η + 1,)."""
        return (natural + 1.0,)

    def from_parameters(self, *parameters: FloatArray) -> FloatArray:
        """α − 1."""
        return parameters[0] - 1.0

    def moments_to_parameters(self, mean: FloatArray, variance: FloatArray) -> Parameters:
        """α = mean·s with s = Σ mean_k(1 − mean_k) / Σ variance_k − 1.

        From var p_k = mean_k(1 − mean_k)/(s + 1) (PRML B), summed over k: keeps every mean and E[Σ p_k²].
        """
        spread = total_of(mean * (1.0 - mean))
        return (share(mean, (ratio(spread, total_of(variance)) - 1.0)[..., None]),)

    def statistics_to_parameters(self, statistics: FloatArray) -> Parameters:
        """ψ(α_k) − ψ(Σ α) = E[log p_k] (Minka 2000, `Estimating a Dirichlet distribution`)."""
        return (alpha_of_mean_logs(statistics),)

    def log_normalizer_at(self, *parameters: FloatArray) -> FloatArray:
        """Σ log Γ(α_k) − log Γ(Σ α_k)."""
        (alpha,) = parameters
        return total_of(log_gamma(alpha)) - log_gamma(total_of(alpha))

    def mean_at(self, *parameters: FloatArray) -> FloatArray:
        """α_k / Σ α."""
        (alpha,) = parameters
        return alpha / total_of(alpha)[..., None]

    def variance_at(self, *parameters: FloatArray) -> FloatArray:
        """mean_k(1 − mean_k)/(Σ α + 1)."""
        (alpha,) = parameters
        total = total_of(alpha)[..., None]
        mean = alpha / total
        return mean * (1.0 - mean) / (total + 1.0)

    def expected_statistics_at(self, *parameters: FloatArray) -> FloatArray:
        """ψ(α_k) − ψ(Σ α)."""
        (alpha,) = parameters
        total = total_of(alpha)[..., None]
        return np.log(alpha / total) - log_minus_digamma(alpha) + log_minus_digamma(total)

    def entropy_at(self, *parameters: FloatArray) -> FloatArray:
        """A(η) + (Σα − K)·ψ(Σα) − Σ (α_k − 1)·ψ(α_k) (PRML B), with Stirling's formula taken out of the large
        terms, which cancel.
        """
        (alpha,) = parameters
        size, total = alpha.shape[-1], total_of(alpha)
        parts = 0.5 * np.log(alpha) + stirling_error(alpha) + (alpha - 1.0) * log_minus_digamma(alpha)
        whole = (size - 0.5) * np.log(total) + stirling_error(total) + (total - size) * log_minus_digamma(total)
        entropy: FloatArray = total_of(parts) - whole + (size - 1) * HALF_LOG_TWO_PI
        return entropy

    def log_density_at(self, x: FloatArray, *parameters: FloatArray) -> FloatArray:
        """Σ (α_k − 1)·log p_k − A(η); the components are taken to sum to one.

        On the rim, a component that may not be 0 outweighs one whose density is infinite there.
        """
        (alpha,) = parameters
        return log_density(x, alpha)

    def sample_at(self, source: np.random.Generator, n: int, *parameters: FloatArray) -> FloatArray:
        """Gamma draws over their sum, in logs: Gamma(α) is Gamma(α + 1)·U^(1/α) (Devroye 1986, IX.3.5), so that
        small α do not draw 0/0.
        """
        (alpha,) = parameters
        draws = source.standard_gamma(alpha + 1.0, (n, *alpha.shape))
        logs = np.log(draws) - source.standard_exponential((n, *alpha.shape)) / alpha
        weights: FloatArray = np.exp(logs - logs.max(axis=-1, keepdims=True))
        return weights / total_of(weights)[..., None]

    def stand_in(self, width: int) -> FloatArray:
        """The uniform distribution."""
        return np.zeros(width)


DIRICHLET = DirichletFamily()


def total_of(values: FloatArray) -> FloatArray:
    """The sum over the last axis."""
    result: FloatArray = values.sum(axis=-1)
    return result


def log_density(x: FloatArray, alpha: FloatArray) -> FloatArray:
    """Log of the Dirichlet density, (…, K) and (…, K) → (…).

    Inside it is summed from deviances as Loader 2000 does for the binomial, so that large α do not cancel.
    """
    x, alpha = np.broadcast_arrays(x, alpha)
    total = total_of(alpha)
    inside = np.where(x > 0.0, x, 1.0)
    loss = (
        deviance(alpha, total[..., None] * inside) + np.log(inside) + stirling_error(alpha) - 0.5 * np.log(alpha)
    )
    size_term = (alpha.shape[-1] - 1) * HALF_LOG_TWO_PI + 0.5 * np.log(total)
    interior = -total_of(loss) - size_term + stirling_error(total)
    found = np.where((x > 0.0).all(axis=-1), interior, _on_the_rim(inside, x, alpha))
    return np.where(((x >= 0.0) & (x <= 1.0)).all(axis=-1), found, -np.inf)


def _on_the_rim(inside: FloatArray, x: FloatArray, alpha: FloatArray) -> FloatArray:
    zero = x <= 0.0
    normalizer = DIRICHLET.log_normalizer_at(alpha)
    flat = total_of((alpha - 1.0) * np.log(inside)) - normalizer
    infinite = np.where((zero & (alpha < 1.0)).any(axis=-1), np.inf, flat)
    return np.where((zero & (alpha > 1.0)).any(axis=-1), -np.inf, infinite)


def alpha_of_mean_logs(mean_logs: FloatArray) -> FloatArray:
    """The α with ψ(α_k) − ψ(Σ α) = mean_logs[…, k]; −1, hence improper, where there is none.

    Given s = Σ α, the equations say α_k(s) = ψ⁻¹(ψ(s) + mean_logs_k) (the fixed point of Minka 2000, section 1);
    what is left is Σ α_k(s)/s = 1. As a function of 1/s its left side rises and is concave, so Newton's method
    started near 0 climbs to the root without passing it.
    """
    shares = total_of(np.exp(mean_logs))
    possible = (shares < 1.0)[..., None]
    safe = np.where(possible, mean_logs, -np.log(mean_logs.shape[-1]) - 1.0)
    shares = total_of(np.exp(safe))
    inverse = 2.0 * (1.0 - shares) / (mean_logs.shape[-1] - shares)  # Newton's step from 1/s = 0
    for _ in range(NEWTON_STEPS):
        alpha, rise = _fixed_point(1.0 / inverse, safe)
        change = (1.0 - total_of(alpha) * inverse) / rise
        inverse = inverse + change
        if np.all(np.abs(change) <= SETTLED * inverse):
            break
    return np.where(possible, _fixed_point(1.0 / inverse, safe)[0], -1.0)


def _fixed_point(total: FloatArray, mean_logs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """α_k(s) at s = `total`, and the slope of Σ α_k(s)/s in 1/s.

    dα_k/ds = ψ'(s)/ψ'(α_k); with x²ψ'(x) = x + e(x) the slope Σ α_k − s·ψ'(s)·Σ 1/ψ'(α_k) becomes
    d − (e(s)/s)·(Σ α_k − d), d = Σ α_k·e(α_k)/(α_k + e(α_k)), which does not cancel.
    """
    alpha = inverse_digamma(digamma(total)[..., None] + mean_logs)
    excess = trigamma_excess(alpha)
    part = total_of(alpha * excess / (alpha + excess))
    return alpha, part - trigamma_excess(total) / total * (total_of(alpha) - part)
