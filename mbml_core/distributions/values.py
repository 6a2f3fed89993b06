"""From natural parameters to what a person reads of a continuous variable after inference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.families import FAMILIES
from mbml_core.distributions.reported import Reported, fixed, latex_text, refuse, require_share, text
from mbml_core.distributions.scalar_values import Beta, Gamma, Gaussian
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.vector_values import Dirichlet, VectorGaussian
from mbml_core.errors import ImproperDistribution, UnsupportedQuery

__all__ = ["Beta", "Dirichlet", "Gamma", "Gaussian", "PointMass", "VectorGaussian", "value_of"]


@dataclass(frozen=True, slots=True)
class PointMass:
    """Certainty: an observed or fixed value, a number or a tuple of numbers.

    Its density is `inf` at the value and 0 elsewhere, its entropy `-inf`. It is not a member of the family of its
    variable, so it has no natural parameters.
    """

    value: float | tuple[float, ...]

    family: ClassVar[str] = "point_mass"

    def __post_init__(self) -> None:
        numbers = np.asarray(self.value, dtype=np.float64)
        if numbers.ndim > 1 or numbers.size == 0 or not np.isfinite(numbers).all():
            raise refuse(f"value is {self.value}", "give a finite number or a row of them")
        object.__setattr__(self, "value", tuple(numbers.tolist()) if numbers.ndim else float(numbers))

    @property
    def mean(self) -> float | tuple[float, ...]:
        """The value."""
        return self.value

    @property
    def variance(self) -> float | tuple[float, ...]:
        """0, for each component."""
        return (0.0,) * len(self.value) if isinstance(self.value, tuple) else 0.0

    @property
    def sd(self) -> float | tuple[float, ...]:
        """0, for each component."""
        return self.variance

    @property
    def natural(self) -> FloatArray:
        """There are none: raises UnsupportedQuery."""
        raise UnsupportedQuery("A point mass has no natural parameters: use its value")

    @property
    def entropy(self) -> float:
        """Minus infinity, the limit of ever narrower densities."""
        return -np.inf

    def quantile(self, p: float) -> float | tuple[float, ...]:
        """The value, whatever the share."""
        require_share("p", p)
        return self.value

    def interval(self, mass: float = 0.95) -> tuple[float | tuple[float, ...], float | tuple[float, ...]]:
        """The value twice."""
        require_share("mass", mass)
        return self.value, self.value

    def log_density(self, x: ArrayLike) -> FloatArray:
        """`inf` at the value, `-inf` elsewhere."""
        hit = np.asarray(x, dtype=np.float64) == np.asarray(self.value)
        return np.where(hit.all(axis=-1) if isinstance(self.value, tuple) else hit, np.inf, -np.inf)

    def density(self, x: ArrayLike) -> FloatArray:
        """`inf` at the value, 0 elsewhere."""
        return np.exp(self.log_density(x))

    def sample(self, seed: int | np.random.Generator, n: int) -> FloatArray:
        """The value n times."""
        return fixed([self.value] * n)

    def to_dict(self) -> dict[str, Any]:
        """{"family", "value", "mean", "variance"}."""
        value, variance = (list(v) if isinstance(v, tuple) else v for v in (self.value, self.variance))
        return {"family": self.family, "value": value, "mean": value, "variance": variance}

    def __str__(self) -> str:
        return f"PointMass({text(np.atleast_1d(self.value))})"

    @property
    def latex(self) -> str:
        """For formulas on a page."""
        return rf"\delta_{{{latex_text(np.atleast_1d(self.value))}}}"


_VALUES: Mapping[str, Callable[..., Reported]] = MappingProxyType(
    {kind.family: kind for kind in (Gaussian, VectorGaussian, Gamma, Beta, Dirichlet)}
)


def value_of(family: str, natural: FloatArray) -> Reported:
    """The reported distribution of one row of natural parameters of a continuous family.

    Raises ImproperDistribution where the row cannot be normalised, or its moments are beyond what a double holds.
    """
    member = FAMILIES[family]
    if not member.is_proper(natural):
        raise ImproperDistribution(f"A {_named(family, natural)} cannot be normalised")
    if not (np.isfinite(member.mean(natural)).all() and np.isfinite(member.variance(natural)).all()):
        raise ImproperDistribution(f"The moments of a {_named(family, natural)} are too large for a number")
    return _VALUES[family](*member.parameters(natural))


def _named(family: str, natural: FloatArray) -> str:
    return f"{family.replace('_', ' ')} with natural parameters {text(natural)}"
