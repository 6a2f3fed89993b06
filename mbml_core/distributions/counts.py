"""Distributions of counts, for observed counts and for drawing some; parameters and counts are broadcast.

Log probabilities are summed as Loader 2000 does (`Fast and accurate computation of binomial probabilities`), so
that counts of any size keep their digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.family import BoolArray
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.distributions.special import HALF_LOG_TWO_PI, betainc, deviance, gammaincc, stirling_error


@dataclass(frozen=True, slots=True, eq=False)
class Poisson:
    """Counts 0, 1, 2, … of events that come at a rate ≥ 0."""

    rate: ArrayLike

    @property
    def mean(self) -> FloatArray:
        """The rate."""
        return np.asarray(self.rate, dtype=np.float64)

    @property
    def variance(self) -> FloatArray:
        """The rate."""
        return self.mean

    def log_pmf(self, count: ArrayLike) -> FloatArray:
        """count·log(rate) − rate − log count!; `-inf` for what is no count."""
        k, rate = np.broadcast_arrays(np.asarray(count, dtype=np.float64), self.mean)
        return np.where(_is_count(k), -_point_loss(np.where(_is_count(k), k, 0.0), rate), -np.inf)

    def cdf(self, count: ArrayLike) -> FloatArray:
        """P(at most `count`) = Q(⌊count⌋ + 1, rate), the regularised incomplete gamma function."""
        k, rate = np.broadcast_arrays(np.floor(np.asarray(count, dtype=np.float64)), self.mean)
        return np.where(k < 0.0, 0.0, gammaincc(np.maximum(k, 0.0) + 1.0, rate))

    def sample(self, seed: int | np.random.Generator, n: int) -> IntArray:
        """`n` draws, along a new first axis."""
        return np.random.default_rng(seed).poisson(self.mean, (n, *self.mean.shape))

    def __str__(self) -> str:
        return f"Poisson(rate {np.asarray(self.rate)})"

    @property
    def latex(self) -> str:
        """For formulas on a page."""
        return rf"\mathrm{{Poisson}}({np.asarray(self.rate)})"


@dataclass(frozen=True, slots=True, eq=False)
class Binomial:
    """Successes in `trials` independent trials, each with this probability."""

    trials: ArrayLike
    probability: ArrayLike

    @property
    def mean(self) -> FloatArray:
        """trials·probability."""
        n, p = self._parameters()
        return n * p

    @property
    def variance(self) -> FloatArray:
        """trials·probability·(1 − probability)."""
        n, p = self._parameters()
        return n * p * (1.0 - p)

    def log_pmf(self, count: ArrayLike) -> FloatArray:
        """Log of (trials choose count)·p^count·(1 − p)^(trials − count); `-inf` for a count out of 0 … trials.

        It is Poisson(count; np)·Poisson(trials − count; n(1 − p))/Poisson(trials; n).
        """
        k, n, p = np.broadcast_arrays(np.asarray(count, dtype=np.float64), *self._parameters())
        possible = _is_count(k) & (k <= n)
        successes = np.where(possible, k, 0.0)
        loss = _point_loss(successes, n * p) + _point_loss(n - successes, n * (1.0 - p)) - _point_loss(n, n)
        return np.where(possible, -loss, -np.inf)

    def cdf(self, count: ArrayLike) -> FloatArray:
        """P(at most `count`) = I_{1−p}(trials − ⌊count⌋, ⌊count⌋ + 1), the incomplete beta function."""
        k, n, p = np.broadcast_arrays(np.floor(np.asarray(count, dtype=np.float64)), *self._parameters())
        within = (k >= 0.0) & (k < n)
        below = np.where(within, k, 0.0)
        found = betainc(np.where(within, n - below, 1.0), below + 1.0, 1.0 - p)
        return np.where(within, found, np.where(k < 0.0, 0.0, 1.0))

    def sample(self, seed: int | np.random.Generator, n: int) -> IntArray:
        """`n` draws, along a new first axis."""
        trials, probability = self._parameters()
        return np.random.default_rng(seed).binomial(trials.astype(np.int64), probability, (n, *trials.shape))

    def __str__(self) -> str:
        return f"Binomial(trials {np.asarray(self.trials)}, probability {np.asarray(self.probability)})"

    @property
    def latex(self) -> str:
        """For formulas on a page."""
        return rf"\mathrm{{Binomial}}({np.asarray(self.trials)}, {np.asarray(self.probability)})"

    def _parameters(self) -> tuple[FloatArray, FloatArray]:
        n, p = np.broadcast_arrays(np.asarray(self.trials, float), np.asarray(self.probability, float))
        return n, p


def _is_count(k: FloatArray) -> BoolArray:
    result: BoolArray = np.isfinite(k) & (k >= 0.0) & (k == np.floor(k))
    return result


def _point_loss(k: FloatArray, rate: FloatArray) -> FloatArray:
    """−log of the Poisson probability of k: D(k, rate) + ½ log(2πk) + Stirling's error of k (Loader 2000)."""
    positive = np.maximum(k, 1.0)
    stirling = HALF_LOG_TWO_PI + 0.5 * np.log(positive) + stirling_error(positive)
    return deviance(k, rate) + np.where(k > 0.0, stirling, 0.0)
