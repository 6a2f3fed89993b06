"""What the reported distributions share: questions that a family answers from the textbook's parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.distributions.families import FAMILIES
from mbml_core.distributions.family import Family, Parameters, ScalarFamily
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import InvalidModel, Problem


class Reported(ABC):
    """A proper distribution as a value: not to be changed, equal where its parameters are.

    Attributes:
        family: its name in `FAMILIES`.
    """

    __slots__ = ()
    family: ClassVar[str]

    @property
    @abstractmethod
    def parameters(self) -> Parameters:
        """The textbook's parameters, in the family's order."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Plain numbers under plain names, as the command line prints them."""

    @property
    def natural(self) -> FloatArray:
        """(P,) natural parameters."""
        return self._family.from_parameters(*self.parameters)

    @property
    def entropy(self) -> float:
        """In nats."""
        return float(self._family.entropy_at(*self.parameters))

    def log_density(self, x: ArrayLike) -> FloatArray:
        """Log of the density at each x; `-inf` outside the support."""
        with np.errstate(over="ignore", divide="ignore"):  # what is too large is inf, and log 0 is -inf
            return self._family.log_density_at(np.asarray(x, dtype=np.float64), *self.parameters)

    def density(self, x: ArrayLike) -> FloatArray:
        """The density at each x; `inf` at a pole."""
        with np.errstate(over="ignore"):
            return np.exp(self.log_density(x))

    def sample(self, seed: int | np.random.Generator, n: int) -> FloatArray:
        """`n` independent draws, the same for the same seed."""
        return self._family.sample_at(np.random.default_rng(seed), n, *self.parameters)

    @property
    def _family(self) -> Family:
        return FAMILIES[self.family]


class ReportedScalar(Reported):
    """A distribution of one number."""

    __slots__ = ()

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return float(np.sqrt(self._family.variance_at(*self.parameters)))

    def quantile(self, p: float) -> float:
        """The x below which the share p of the mass lies, 0 ≤ p ≤ 1."""
        require_share("p", p)
        family = self._family
        assert isinstance(family, ScalarFamily)  # noqa: S101 (tells the type checker what the class says)
        return float(family.quantile_at(np.array(p, dtype=np.float64), *self.parameters))

    def interval(self, mass: float = 0.95) -> tuple[float, float]:
        """The central interval that holds `mass`."""
        require_share("mass", mass)
        return self.quantile(0.5 * (1.0 - mass)), self.quantile(0.5 * (1.0 + mass))


def refuse(what: str, remedy: str) -> InvalidModel:
    """The error for a parameter out of its range."""
    return InvalidModel([Problem("", what, remedy)])


def positive(name: str, value: float) -> float:
    """A finite number above 0, or InvalidModel."""
    number = float(value)
    if not 0.0 < number < np.inf:
        raise refuse(f"{name} is {number:.6g}", f"give a finite {name} above 0")
    return number


def finite(name: str, value: float) -> float:
    """A finite number, or InvalidModel."""
    number = float(value)
    if not np.isfinite(number):
        raise refuse(f"{name} is {number:.6g}", f"give a finite {name}")
    return number


def require_share(name: str, value: float) -> None:
    """Raise InvalidModel unless 0 ≤ value ≤ 1."""
    if not 0.0 <= value <= 1.0:
        raise refuse(f"{name} is {value:.6g}", f"give {name} between 0 and 1")


def fixed(values: ArrayLike) -> FloatArray:
    """A read-only copy."""
    result = np.array(values, dtype=np.float64)
    result.flags.writeable = False
    return result


def text(numbers: Iterable[float]) -> str:
    """Numbers for people: six digits, separated by commas."""
    return ", ".join(f"{number:.6g}" for number in numbers)


def latex_text(numbers: Iterable[float]) -> str:
    r"""The same for formulas: 1e-07 becomes 1 \times 10^{-7}."""
    return ", ".join(_latex_number(f"{number:.6g}") for number in numbers)


def _latex_number(digits: str) -> str:
    mantissa, e, exponent = digits.partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if e else mantissa
