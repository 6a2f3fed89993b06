"""The reported distributions of one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mbml_core.distributions.family import Parameters
from mbml_core.distributions.reported import ReportedScalar, finite, latex_text, positive, text


@dataclass(frozen=True, slots=True)
class Gaussian(ReportedScalar):
    """N(mean, variance)."""

    mean: float
    variance: float

    family: ClassVar[str] = "gaussian"

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", finite("mean", self.mean))
        object.__setattr__(self, "variance", positive("variance", self.variance))

    @property
    def parameters(self) -> Parameters:
        """(mean, variance)."""
        return np.array(self.mean), np.array(self.variance)

    def to_dict(self) -> dict[str, Any]:
        """{"family", "mean", "variance"}."""
        return {"family": self.family, "mean": self.mean, "variance": self.variance}

    def __str__(self) -> str:
        return f"Gaussian(mean {text([self.mean])}, variance {text([self.variance])})"

    @property
    def latex(self) -> str:
        """For formulas on a page."""
        return rf"\mathcal{{N}}({latex_text([self.mean, self.variance])})"


@dataclass(frozen=True, slots=True)
class Gamma(ReportedScalar):
    """Gamma with mean shape / rate."""

    shape: float
    rate: float

    family: ClassVar[str] = "gamma"

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", positive("shape", self.shape))
        object.__setattr__(self, "rate", positive("rate", self.rate))
        finite("variance of the gamma", self.variance)

    @classmethod
    def from_scale(cls, shape: float, scale: float) -> Gamma:
        """Gamma with mean shape·scale."""
        return cls(shape, 1.0 / positive("scale", scale))

    @property
    def mean(self) -> float:
        """Shape / rate."""
        return self.shape / self.rate

    @property
    def variance(self) -> float:
        """Shape / rate²."""
        return self.shape / self.rate / self.rate

    @property
    def parameters(self) -> Parameters:
        """(shape, rate)."""
        return np.array(self.shape), np.array(self.rate)

    def to_dict(self) -> dict[str, Any]:
        """{"family", "shape", "rate", "mean", "variance"}."""
        own = {"family": self.family, "shape": self.shape, "rate": self.rate}
        return {**own, "mean": self.mean, "variance": self.variance}

    def __str__(self) -> str:
        return f"Gamma(shape {text([self.shape])}, rate {text([self.rate])})"

    @property
    def latex(self) -> str:
        """For formulas on a page."""
        return rf"\mathrm{{Gamma}}({latex_text([self.shape, self.rate])})"


@dataclass(frozen=True, slots=True)
class Beta(ReportedScalar):
    """Beta(a, b), with mean a/(a + b)."""

    a: float
    b: float

    family: ClassVar[str] = "beta"

    def __post_init__(self) -> None:
        object.__setattr__(self, "a", positive("a", self.a))
        object.__setattr__(self, "b", positive("b", self.b))
        finite("a + b", self.a + self.b)

    @property
    def mean(self) -> float:
        """a/(a + b)."""
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        """ab/((a + b)²(a + b + 1))."""
        total = self.a + self.b
        return (self.a / total) * (self.b / total) / (total + 1.0)

    @property
    def parameters(self) -> Parameters:
        """(a, b)."""
        return np.array(self.a), np.array(self.b)

    def to_dict(self) -> dict[str, Any]:
        """{"family", "a", "b", "mean", "variance"}."""
        return {"family": self.family, "a": self.a, "b": self.b, "mean": self.mean, "variance": self.variance}

    def __str__(self) -> str:
        return f"Beta(a {text([self.a])}, b {text([self.b])})"

    @property
    def latex(self) -> str:
        """For formulas on a page."""
        return rf"\mathrm{{Beta}}({latex_text([self.a, self.b])})"
