"""What a family of distributions can do with arrays of natural parameters.

A family is an exponential family with base measure 1 on its support (Wainwright & Jordan 2008, section 3.1;
Winn & Bishop 2005, section 2.2): p(x | η) = exp(η·t(x) − A(η)) with natural parameters η, statistics t(x) and log
normaliser A(η) = log ∫ exp(η·t(x)) dx, so that E[t(x)] = ∇A(η). Hence

* the product of two messages is the sum of their rows, the quotient is the difference;
* a row of zeros says nothing: it multiplies by one;
* a row may be improper (its integral diverges), and sums of improper rows may be proper.

Every function runs over the leading axes. Of an improper row A, the moments and the entropy are `+inf` and the
log density is `-inf`: never NaN, never a number that looks like an answer.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import ImproperDistribution

BoolArray: TypeAlias = NDArray[np.bool_]

Parameters: TypeAlias = tuple[FloatArray, ...]
"""The textbook's parameters of a family, such as (mean, variance) or (shape, rate)."""


class Family(ABC):
    """A stateless set of functions on rows (…, P) of natural parameters.

    Functions ending in `_at` take the textbook's parameters of proper distributions; the others take rows of
    natural parameters and care for the improper ones.

    Attributes:
        name: as in documents, such as "gaussian".
        value_axes: number of axes of one value x: 0, or 1 where it is a row of components.
        variance_axes: number of axes of one variance.
    """

    name: ClassVar[str]
    value_axes: ClassVar[int] = 0
    variance_axes: ClassVar[int] = 0

    # --- natural parameters ------------------------------------------------------------------------------------

    @abstractmethod
    def width(self, size: int) -> int:
        """P, the number of natural parameters of a variable with `size` states or components."""

    @abstractmethod
    def is_proper(self, natural: FloatArray) -> BoolArray:
        """(…) booleans: whether the row is finite and can be normalised."""

    @abstractmethod
    def statistics(self, x: ArrayLike) -> FloatArray:
        """t(x), (…, P), of values in the support; a value on its rim may give `-inf`."""

    @abstractmethod
    def parameters(self, natural: FloatArray) -> Parameters:
        """The textbook's parameters of proper rows."""

    @abstractmethod
    def from_parameters(self, *parameters: FloatArray) -> FloatArray:
        """Rows of the textbook's parameters."""

    @abstractmethod
    def moments_to_parameters(self, mean: FloatArray, variance: FloatArray) -> Parameters:
        """The textbook's parameters of finite moments; infinite where the variance is 0."""

    @abstractmethod
    def statistics_to_parameters(self, statistics: FloatArray) -> Parameters:
        """The textbook's parameters whose expected statistics are these."""

    # --- formulas in the textbook's parameters -----------------------------------------------------------------

    @abstractmethod
    def log_normalizer_at(self, *parameters: FloatArray) -> FloatArray:
        """A(η)."""

    @abstractmethod
    def mean_at(self, *parameters: FloatArray) -> FloatArray:
        """E[x]."""

    @abstractmethod
    def variance_at(self, *parameters: FloatArray) -> FloatArray:
        """E[(x − E[x])²]."""

    @abstractmethod
    def expected_statistics_at(self, *parameters: FloatArray) -> FloatArray:
        """E[t(x)]."""

    @abstractmethod
    def entropy_at(self, *parameters: FloatArray) -> FloatArray:
        """−E[log p(x)], in nats."""

    @abstractmethod
    def log_density_at(self, x: FloatArray, *parameters: FloatArray) -> FloatArray:
        """Log p(x); `-inf` outside the support."""

    @abstractmethod
    def sample_at(self, source: np.random.Generator, n: int, *parameters: FloatArray) -> FloatArray:
        """`n` independent draws, along a new first axis."""

    # --- the same for rows, improper ones among them -----------------------------------------------------------

    @abstractmethod
    def stand_in(self, width: int) -> FloatArray:
        """A proper row, computed with where a row is improper."""

    def uniform(self, size: int) -> FloatArray:
        """The row that says nothing."""
        return np.zeros(self.width(size))

    def product(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """The row of the product of two messages."""
        return left + right

    def quotient(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """The row of `left` divided by `right`: what `left` says without `right`."""
        return left - right

    def log_normalizer(self, natural: FloatArray) -> FloatArray:
        """(…) A(η) = log ∫ exp(η·t(x)) dx; `+inf` where improper."""
        return self._where_proper(natural, self.log_normalizer_at)

    def mean(self, natural: FloatArray) -> FloatArray:
        """E[x], one number per component; `+inf` where improper."""
        return self._where_proper(natural, self.mean_at, self.value_axes)

    def variance(self, natural: FloatArray) -> FloatArray:
        """Variance of each component (of a vector Gaussian: the covariance matrix); `+inf` where improper."""
        return self._where_proper(natural, self.variance_at, self.variance_axes)

    def expected_statistics(self, natural: FloatArray) -> FloatArray:
        """(…, P) E[t(x)] = ∇A(η); `+inf` where improper."""
        return self._where_proper(natural, self.expected_statistics_at, 1)

    def entropy(self, natural: FloatArray) -> FloatArray:
        """(…) −E[log p(x)] in nats; `+inf` where improper."""
        return self._where_proper(natural, self.entropy_at)

    def log_density(self, natural: FloatArray, x: ArrayLike) -> FloatArray:
        """Log p(x), with values and rows broadcast; `-inf` outside the support and where improper."""
        values = np.asarray(x, dtype=np.float64)
        return self._where_proper(natural, lambda *usual: self.log_density_at(values, *usual), otherwise=-np.inf)

    def from_moments(self, mean: ArrayLike, variance: ArrayLike) -> FloatArray:
        """The row with this mean and variance (projection by moments).

        Infinite moments, as improper rows have them, give the row that says nothing. A variance that is 0,
        negative or larger than the family allows gives a row that `is_proper` refuses.
        """
        means, variances = np.asarray(mean, dtype=np.float64), np.asarray(variance, dtype=np.float64)
        known = every(np.isfinite(means), self.value_axes) & every(np.isfinite(variances), self.variance_axes)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # unknown rows are replaced below
            natural = self.from_parameters(*self.moments_to_parameters(means, variances))
        return np.where(known[..., None], _nan_to(np.inf, natural), 0.0)

    def from_expected_statistics(self, statistics: ArrayLike) -> FloatArray:
        """The row with these expected statistics (projection by least Kullback–Leibler divergence from what they
        were taken of). Infinite statistics give the row that says nothing; ones that no member of the family has
        give a row that `is_proper` refuses.
        """
        values = np.asarray(statistics, dtype=np.float64)
        known = every(np.isfinite(values), 1)[..., None]
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # impossible rows are replaced below
            default = self.expected_statistics_at(*self.parameters(self.stand_in(values.shape[-1])))
            natural = self.from_parameters(*self.statistics_to_parameters(np.where(known, values, default)))
        return np.where(known, _nan_to(np.inf, natural), 0.0)

    def sample(self, natural: FloatArray, source: np.random.Generator, n: int) -> FloatArray:
        """`n` draws from each row, along a new first axis. Raises ImproperDistribution if a row is improper."""
        if not np.all(self.is_proper(natural)):
            raise ImproperDistribution(f"A {self.name} that cannot be normalised cannot be sampled")
        return self.sample_at(source, n, *self.parameters(natural))

    def _where_proper(
        self, natural: FloatArray, formula: Callable[..., FloatArray], axes: int = 0, otherwise: float = np.inf
    ) -> FloatArray:
        """`formula` of the textbook's parameters of proper rows, `otherwise` in place of improper ones.

        `axes` is the number of axes of one result. Where a formula meets infinity less infinity, the parameters
        are near the largest double, and the result is `otherwise` too.
        """
        proper = self.is_proper(natural)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            if proper.all():
                return _nan_to(otherwise, formula(*self.parameters(natural)))
            safe = np.where(proper[..., None], natural, self.stand_in(natural.shape[-1]))
            values = _nan_to(otherwise, formula(*self.parameters(safe)))
        return np.where(proper.reshape(proper.shape + (1,) * axes), values, otherwise)


class ScalarFamily(Family):
    """A family of distributions on part of the real line."""

    @abstractmethod
    def quantile_at(self, p: FloatArray, *parameters: FloatArray) -> FloatArray:
        """The x below which the share p of the mass lies."""


def ratio(numerator: FloatArray, variance: FloatArray) -> FloatArray:
    """The quotient, with `+inf` for a variance of 0 whatever the numerator."""
    return np.where(variance == 0.0, np.inf, numerator / np.where(variance == 0.0, 1.0, variance))


def share(part: FloatArray, total: FloatArray) -> FloatArray:
    """part·total, with `+inf` for an infinite total even where the part is 0."""
    return np.where(np.isinf(total), np.inf, part * np.where(np.isinf(total), 1.0, total))


def _nan_to(replacement: float, values: FloatArray) -> FloatArray:
    lost = np.isnan(values)
    return np.where(lost, replacement, values) if lost.any() else values


def every(mask: BoolArray, axes: int) -> BoolArray:
    """Whether the mask holds all over its last `axes` axes."""
    result: BoolArray = np.logical_and.reduce(mask, axis=tuple(range(-axes, 0)))
    return result
