"""The Gaussian on vectors of D real numbers.

A row holds the D numbers of precision_mean = P·mean, then the D² numbers of the precision matrix P, row by row.
t(x) = (x, −½ x xᵀ), so that with D = 1 it is the Gaussian; A(η) = ½ meanᵀ P mean + (D/2) log 2π − ½ log|P|
(Wainwright & Jordan 2008, example 3.3; PRML B, Gaussian).
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.family import BoolArray, Family, Parameters, every
from mbml_core.distributions.semiring import SMALLEST_NORMAL, FloatArray
from mbml_core.distributions.special import HALF_LOG_TWO_PI

ROUNDING = 10.0 * float(np.finfo(np.float64).eps)
"""Smallest ratio of eigenvalues, for each dimension, of a matrix that Cholesky's method still factors."""


class VectorGaussianFamily(Family):
    """N(mean, covariance)."""

    name: ClassVar[str] = "vector_gaussian"
    value_axes: ClassVar[int] = 1
    variance_axes: ClassVar[int] = 2

    def width(self, size: int) -> int:
        """D + D²."""
        return size + size * size

    def is_proper(self, natural: FloatArray) -> BoolArray:
        """The smallest eigenvalue of the precision is larger than the rounding errors of the largest."""
        return every(np.isfinite(natural), 1) & is_positive(split(natural)[1])

    def statistics(self, x: ArrayLike) -> FloatArray:
        """(x, −½ x xᵀ)."""
        values = np.asarray(x, dtype=np.float64)
        return join(values, -0.5 * _outer(values))

    def parameters(self, natural: FloatArray) -> Parameters:
        """(mean, covariance) = (P⁻¹ precision_mean, P⁻¹)."""
        precision_mean, precision = split(natural)
        covariance = symmetric_inverse(precision)
        return solve(precision, precision_mean), covariance

    def from_parameters(self, *parameters: FloatArray) -> FloatArray:
        """(P mean, P) with P = covariance⁻¹; infinite where the covariance is singular or not positive."""
        mean, covariance = parameters
        good = is_positive(covariance)
        safe = np.where(good[..., None, None], covariance, np.eye(covariance.shape[-1]))
        precision = symmetric_inverse(safe)
        natural = join(solve(safe, mean), precision)
        return np.where(good[..., None], natural, np.inf)

    def moments_to_parameters(self, mean: FloatArray, variance: FloatArray) -> Parameters:
        """They are the parameters."""
        return mean, variance

    def statistics_to_parameters(self, statistics: FloatArray) -> Parameters:
        """The mean is E[x], the covariance E[x xᵀ] − mean meanᵀ."""
        mean, halves = split(statistics)
        return mean, -2.0 * halves - _outer(mean)

    def log_normalizer_at(self, *parameters: FloatArray) -> FloatArray:
        """½ meanᵀ covariance⁻¹ mean + (D/2) log 2π + ½ log|covariance|."""
        mean, covariance = parameters
        z, half_log_det = _whitened(mean, covariance)
        result: FloatArray = 0.5 * _squared(z) + mean.shape[-1] * HALF_LOG_TWO_PI + half_log_det
        return result

    def mean_at(self, *parameters: FloatArray) -> FloatArray:
        """(…, D) the mean."""
        return parameters[0]

    def variance_at(self, *parameters: FloatArray) -> FloatArray:
        """(…, D, D) the covariance matrix."""
        return parameters[1]

    def expected_statistics_at(self, *parameters: FloatArray) -> FloatArray:
        """(mean, −½(covariance + mean meanᵀ))."""
        mean, covariance = parameters
        return join(mean, -0.5 * (covariance + _outer(mean)))

    def entropy_at(self, *parameters: FloatArray) -> FloatArray:
        """½ log|covariance| + (D/2)(1 + log 2π) (PRML B)."""
        mean, covariance = parameters
        result: FloatArray = _whitened(mean, covariance)[1] + mean.shape[-1] * (HALF_LOG_TWO_PI + 0.5)
        return result

    def log_density_at(self, x: FloatArray, *parameters: FloatArray) -> FloatArray:
        """−½ (x − mean)ᵀ covariance⁻¹ (x − mean) − (D/2) log 2π − ½ log|covariance|."""
        mean, covariance = parameters
        z, half_log_det = _whitened(x - mean, covariance)
        result: FloatArray = -0.5 * _squared(z) - mean.shape[-1] * HALF_LOG_TWO_PI - half_log_det
        return result

    def sample_at(self, source: np.random.Generator, n: int, *parameters: FloatArray) -> FloatArray:
        """The mean + L·standard normal, with covariance = L Lᵀ."""
        mean, covariance = parameters
        noise = source.standard_normal((n, *mean.shape))
        return mean + (np.linalg.cholesky(covariance) @ noise[..., None])[..., 0]

    def stand_in(self, width: int) -> FloatArray:
        """The standard normal."""
        size = dimension(width)
        return join(np.zeros(size), np.eye(size))


VECTOR_GAUSSIAN = VectorGaussianFamily()


def dimension(width: int) -> int:
    """D of a row of `width` = D + D² numbers."""
    return (math.isqrt(1 + 4 * width) - 1) // 2


def split(natural: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(…, D + D²) → precision_mean (…, D) and precision (…, D, D); of statistics, x and −½ x xᵀ."""
    size = dimension(natural.shape[-1])
    return natural[..., :size], natural[..., size:].reshape(*natural.shape[:-1], size, size)


def join(vector: FloatArray, matrix: FloatArray) -> FloatArray:
    """(…, D) and (…, D, D) → (…, D + D²)."""
    leading = np.broadcast_shapes(vector.shape[:-1], matrix.shape[:-2])
    size = vector.shape[-1]
    rows = np.broadcast_to(matrix, (*leading, size, size)).reshape(*leading, size * size)
    return np.concatenate((np.broadcast_to(vector, (*leading, size)), rows), axis=-1)


def is_positive(matrix: FloatArray) -> BoolArray:
    """Whether matrices (…, D, D) are finite and positive definite by more than the rounding of their entries."""
    finite = every(np.isfinite(matrix), 2)
    values = np.linalg.eigvalsh(_symmetric(np.where(finite[..., None, None], matrix, 0.0)))
    floor = np.maximum(ROUNDING * values.shape[-1] * values[..., -1], SMALLEST_NORMAL)
    result: BoolArray = finite & (values[..., 0] > floor)
    return result


def symmetric_inverse(matrix: FloatArray) -> FloatArray:
    """The inverse of a positive definite matrix, made exactly symmetric."""
    return _symmetric(np.asarray(np.linalg.inv(matrix), dtype=np.float64))


def solve(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """The y with matrix·y = vector; (…, D, D) and (…, D) → (…, D)."""
    return np.asarray(np.linalg.solve(matrix, vector[..., None])[..., 0], dtype=np.float64)


def _symmetric(matrix: FloatArray) -> FloatArray:
    half = 0.5 * matrix  # the sum of two large entries could overflow
    return half + np.swapaxes(half, -1, -2)


def _outer(vector: FloatArray) -> FloatArray:
    return vector[..., :, None] * vector[..., None, :]


def _whitened(vector: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """L⁻¹ vector and ½ log|covariance|, with covariance = L Lᵀ."""
    root = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    half_log_det: FloatArray = np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
    return solve(root, vector), half_log_det


def _squared(vector: FloatArray) -> FloatArray:
    result: FloatArray = np.sum(vector * vector, axis=-1)
    return result
