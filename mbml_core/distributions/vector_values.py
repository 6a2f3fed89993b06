"""The reported distributions of several numbers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mbml_core.distributions.family import Parameters
from mbml_core.distributions.reported import (
    Reported,
    ReportedScalar,
    finite,
    fixed,
    latex_text,
    refuse,
    require_share,
    text,
)
from mbml_core.distributions.scalar_values import Beta, Gaussian
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.vector_gaussian import is_positive


class ReportedVector(Reported):
    """A distribution of a row of numbers. Two are equal if their numbers are."""

    __slots__ = ()

    @property
    @abstractmethod
    def components(self) -> Sequence[ReportedScalar]:
        """The distribution of each component alone."""

    @property
    def sd(self) -> FloatArray:
        """Standard deviation of each component."""
        return fixed([component.sd for component in self.components])

    def quantile(self, p: float) -> FloatArray:
        """The quantile of each component alone."""
        return fixed([component.quantile(p) for component in self.components])

    def interval(self, mass: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """The central interval of each component alone: all lower ends, all upper ends."""
        require_share("mass", mass)
        return self.quantile(0.5 * (1.0 - mass)), self.quantile(0.5 * (1.0 + mass))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return all(map(np.array_equal, self.parameters, other.parameters))

    def __hash__(self) -> int:
        return hash((self.family, *(part.tobytes() for part in self.parameters)))


@dataclass(frozen=True, slots=True, eq=False)
class Dirichlet(ReportedVector):
    """Dirichlet(α) on probability vectors."""

    alpha: FloatArray

    family: ClassVar[str] = "dirichlet"

    def __post_init__(self) -> None:
        alpha = fixed(self.alpha)
        if alpha.ndim != 1 or alpha.size < 2 or not np.all((alpha > 0.0) & np.isfinite(alpha)):
            raise refuse(f"alpha is {alpha.tolist()}", "give two or more finite numbers above 0")
        finite("sum of alpha", sum(alpha.tolist()))
        object.__setattr__(self, "alpha", alpha)

    @property
    def parameters(self) -> Parameters:
        """(α,)."""
        return (self.alpha,)

    @property
    def mean(self) -> FloatArray:
        """(K,) α / Σ α."""
        return fixed(self._family.mean_at(self.alpha))

    @property
    def variance(self) -> FloatArray:
        """(K,) of each component."""
        return fixed(self._family.variance_at(self.alpha))

    @property
    def components(self) -> tuple[Beta, ...]:
        """Beta(α_k, Σ α − α_k)."""
        rest = [float(np.delete(self.alpha, k).sum()) for k in range(self.alpha.size)]
        return tuple(Beta(a, b) for a, b in zip(self.alpha.tolist(), rest, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """{"family", "alpha", "mean", "variance"}."""
        own = {"family": self.family, "alpha": self.alpha.tolist()}
        return {**own, "mean": self.mean.tolist(), "variance": self.variance.tolist()}

    def __str__(self) -> str:
        return f"Dirichlet({text(self.alpha)})"

    @property
    def latex(self) -> str:
        """For formulas on a page."""
        return rf"\mathrm{{Dirichlet}}({latex_text(self.alpha)})"


@dataclass(frozen=True, slots=True, eq=False)
class VectorGaussian(ReportedVector):
    """N(mean, covariance) on vectors."""

    mean: FloatArray
    covariance: FloatArray

    family: ClassVar[str] = "vector_gaussian"

    def __post_init__(self) -> None:
        mean, covariance = fixed(self.mean), fixed(self.covariance)
        if mean.ndim != 1 or mean.size == 0 or not np.isfinite(mean).all():
            raise refuse(f"mean is {mean.tolist()}", "give one or more finite numbers")
        if covariance.shape != (mean.size, mean.size):
            raise refuse(
                f"covariance has shape {covariance.shape}", f"give {mean.size} rows of {mean.size} numbers"
            )
        if not (np.array_equal(covariance, covariance.T) and is_positive(covariance)):
            raise refuse(f"covariance is {covariance.tolist()}", "give a symmetric, positive definite matrix")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "covariance", covariance)

    @property
    def parameters(self) -> Parameters:
        """(mean, covariance)."""
        return self.mean, self.covariance

    @property
    def variance(self) -> FloatArray:
        """(D,) of each component: the diagonal of the covariance."""
        return fixed(np.diagonal(self.covariance))

    @property
    def components(self) -> tuple[Gaussian, ...]:
        """The Gaussian of each component."""
        pairs = zip(self.mean.tolist(), self.variance.tolist(), strict=True)
        return tuple(Gaussian(mean, variance) for mean, variance in pairs)

    def to_dict(self) -> dict[str, Any]:
        """{"family", "mean", "covariance"}."""
        return {"family": self.family, "mean": self.mean.tolist(), "covariance": self.covariance.tolist()}

    def __str__(self) -> str:
        rows = "; ".join(text(row) for row in self.covariance)
        return f"VectorGaussian(mean {text(self.mean)}, covariance {rows})"

    @property
    def latex(self) -> str:
        """For formulas on a page."""
        rows = r" \\ ".join(latex_text(row).replace(",", " &") for row in self.covariance)
        mean = latex_text(self.mean).replace(",", r" \\")
        first = rf"\begin{{pmatrix}} {mean} \end{{pmatrix}}"
        return rf"\mathcal{{N}}\left({first}, \begin{{pmatrix}} {rows} \end{{pmatrix}}\right)"
