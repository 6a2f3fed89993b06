"""The categorical distribution as a family beside the continuous ones.

A value x is an indicator: a row with 1 at the state and 0 elsewhere. η = log weights, t(x) = x;
A(η) = log Σ exp(η_k) (Wainwright & Jordan 2008, example 3.1). `-inf` marks a forbidden state. A row that forbids
every state has A = `-inf` (its sum is 0, not infinite) and counts as improper.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.categorical import log, probabilities
from mbml_core.distributions.family import BoolArray, Family, Parameters, every
from mbml_core.distributions.semiring import FloatArray, log_sum_exp


class CategoricalFamily(Family):
    """Indicators of K states; the textbook's parameter is the row of logs itself."""

    name: ClassVar[str] = "categorical"
    value_axes: ClassVar[int] = 1
    variance_axes: ClassVar[int] = 1

    def width(self, size: int) -> int:
        """K."""
        return size

    def is_proper(self, natural: FloatArray) -> BoolArray:
        """No entry is `inf` or NaN, and one is finite."""
        return every(natural < np.inf, 1) & ~every(~np.isfinite(natural), 1)

    def quotient(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """The difference of logs; what `left` forbids stays forbidden, also where `right` does (0/0 = 0)."""
        forbidden = np.isneginf(left)
        return np.where(forbidden, -np.inf, left - np.where(forbidden, 0.0, right))

    def log_normalizer(self, natural: FloatArray) -> FloatArray:
        """(…) log Σ exp(η_k); `-inf` where every state is forbidden, `+inf` where improper otherwise."""
        return np.where(every(np.isneginf(natural), 1), -np.inf, super().log_normalizer(natural))

    def statistics(self, x: ArrayLike) -> FloatArray:
        """The indicator."""
        return np.asarray(x, dtype=np.float64)

    def parameters(self, natural: FloatArray) -> Parameters:
        """(logs,)."""
        return (natural,)

    def from_parameters(self, *parameters: FloatArray) -> FloatArray:
        """The logs."""
        return parameters[0]

    def moments_to_parameters(self, mean: FloatArray, variance: FloatArray) -> Parameters:
        """The logs of the mean, which is the probabilities; the variance adds nothing to it."""
        return (log(mean),)

    def statistics_to_parameters(self, statistics: FloatArray) -> Parameters:
        """The logs of the probabilities."""
        return (log(statistics),)

    def log_normalizer_at(self, *parameters: FloatArray) -> FloatArray:
        """Log Σ exp(η_k)."""
        return log_sum_exp(parameters[0], -1)

    def mean_at(self, *parameters: FloatArray) -> FloatArray:
        """The probabilities."""
        return probabilities(parameters[0])

    def variance_at(self, *parameters: FloatArray) -> FloatArray:
        """p(1 − p) of each indicator."""
        mean = probabilities(parameters[0])
        return mean * (1.0 - mean)

    def expected_statistics_at(self, *parameters: FloatArray) -> FloatArray:
        """The probabilities."""
        return probabilities(parameters[0])

    def entropy_at(self, *parameters: FloatArray) -> FloatArray:
        """−Σ p log p, with 0 log 0 = 0."""
        p = probabilities(parameters[0])
        result: FloatArray = -np.sum(p * np.log(np.where(p > 0.0, p, 1.0)), axis=-1)
        return result

    def log_density_at(self, x: FloatArray, *parameters: FloatArray) -> FloatArray:
        """η of the state that x indicates, less A(η); `-inf` where x is no indicator."""
        (logs,) = parameters
        at_state: FloatArray = np.sum(np.where(x == 1.0, logs, 0.0), axis=-1) - log_sum_exp(logs, -1)
        indicates = (np.sum(x == 1.0, axis=-1) == 1) & ((x == 0.0) | (x == 1.0)).all(axis=-1)
        return np.where(indicates, at_state, -np.inf)

    def sample_at(self, source: np.random.Generator, n: int, *parameters: FloatArray) -> FloatArray:
        """Indicators of the largest of logs + Gumbel noise, which is distributed as the weights (Gumbel 1954)."""
        (logs,) = parameters
        states = np.argmax(logs + source.gumbel(size=(n, *logs.shape)), axis=-1)
        return indicator(states, logs.shape[-1])

    def stand_in(self, width: int) -> FloatArray:
        """The uniform distribution."""
        return np.zeros(width)


CATEGORICAL = CategoricalFamily()


def indicator(states: ArrayLike, size: int) -> FloatArray:
    """(…) state indices → (…, size) values of the family."""
    result: FloatArray = (np.asarray(states)[..., None] == np.arange(size)).astype(np.float64)
    return result
