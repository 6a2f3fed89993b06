"""Variables and the domains they range over."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import ClassVar, TypeAlias

MAX_STATES = 10_000
"""More states than this is refused: a bar chart or table of that length is a slip, not a model."""

SUM_TOLERANCE = 1e-6 + 1e-12
"""A distribution may miss 1 by a millionth and is then renormalised: files print 6 or 7 digits. The trillionth is
for the rounding of the sum itself, so that 0.333333 three times still passes."""

Number: TypeAlias = float | tuple[float, ...]
"""A value of a variable without states: one number, or the vector of a simplex."""


@dataclass(frozen=True)
class Categorical:
    """A finite domain: an ordered tuple of distinct state names. A boolean is categorical with two states,
    the *second* of which counts as true for the logical factor kinds.
    """

    type_name: ClassVar[str] = "categorical"
    phrase: ClassVar[str] = "categorical"

    states: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.states))

    def __reduce__(self) -> tuple[type[Categorical], tuple[tuple[str, ...]]]:
        return Categorical, (self.states,)  # without what is remembered

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Index of each state name."""
        return {state: i for i, state in enumerate(self.states)}

    @property
    def size(self) -> int:
        """Number of states."""
        return len(self.states)


class Numeric:
    """A domain of numbers. It has no states, so that code that looks at states sees none."""

    type_name: ClassVar[str]
    states: ClassVar[tuple[str, ...]] = ()
    position: ClassVar[Mapping[str, int]] = MappingProxyType({})

    @property
    def phrase(self) -> str:
        """What a variable of this domain is: "'Rate' is positive"."""
        raise NotImplementedError

    @property
    def wanted(self) -> str:
        """What its values are: "give a number above zero"."""
        raise NotImplementedError

    def holds(self, value: Number) -> bool:
        """Whether a value lies in the domain; NaN and the infinities lie in none."""
        raise NotImplementedError


@dataclass(frozen=True)
class Real(Numeric):
    """Every real number."""

    type_name = "real"
    phrase = "real"
    wanted = "a finite number"

    def holds(self, value: Number) -> bool:
        """Whether it is a finite number."""
        return isinstance(value, float) and math.isfinite(value)


@dataclass(frozen=True)
class Positive(Numeric):
    """Every number above zero: a rate, a precision, a variance."""

    type_name = "positive"
    phrase = "positive"
    wanted = "a finite number above zero"

    def holds(self, value: Number) -> bool:
        """Whether it is a finite number above zero."""
        return isinstance(value, float) and 0.0 < value < math.inf


@dataclass(frozen=True)
class Probability(Numeric):
    """Every number from zero to one."""

    type_name = "probability"
    phrase = "a probability"
    wanted = "a number from 0 to 1"

    def holds(self, value: Number) -> bool:
        """Whether it is a number from zero to one."""
        return isinstance(value, float) and 0.0 <= value <= 1.0


@dataclass(frozen=True)
class Count(Numeric):
    """Every whole number from zero on."""

    type_name = "count"
    phrase = "a count"
    wanted = "a whole number, 0 or more"

    def holds(self, value: Number) -> bool:
        """Whether it is a whole number, zero or more."""
        return isinstance(value, float) and value >= 0.0 and value.is_integer()


@dataclass(frozen=True)
class Simplex(Numeric):
    """Vectors of `size` numbers, zero or more, that sum to one: the probabilities of `size` states."""

    type_name = "simplex"
    size: int

    @property
    def phrase(self) -> str:
        """What a variable of this domain is."""
        return f"a simplex of size {self.size}"

    @property
    def wanted(self) -> str:
        """What its values are."""
        return f"{self.size} numbers, zero or more, that sum to one"

    def holds(self, value: Number) -> bool:
        """Whether it is a vector of that size, and sums to one within SUM_TOLERANCE."""
        return (
            isinstance(value, tuple)
            and len(value) == self.size
            and all(0.0 <= entry <= math.inf for entry in value)
            and abs(sum(value) - 1.0) <= SUM_TOLERANCE
        )


Domain: TypeAlias = Categorical | Real | Positive | Probability | Count | Simplex


@dataclass(frozen=True, slots=True)
class Variable:
    """A random quantity of the model: a round node of the drawing.

    Attributes:
        id: the key that factors, evidence and results use; unique in the graph.
        domain: the values it ranges over.
        name: what people read; the id when left empty.
    """

    id: str
    domain: Domain
    name: str = ""

    @property
    def label(self) -> str:
        """What to show people: the name, or the id where there is none."""
        return self.name or self.id

    @property
    def is_categorical(self) -> bool:
        """Whether it ranges over states; over numbers otherwise."""
        return isinstance(self.domain, Categorical)

    @property
    def states(self) -> tuple[str, ...]:
        """State names in order; none where it is not categorical."""
        return self.domain.states

    @property
    def size(self) -> int:
        """Number of states; 0 where it is not categorical."""
        return len(self.domain.states)


def boolean(id: str, name: str = "", states: tuple[str, str] = ("no", "yes")) -> Variable:
    """A two-state variable whose second state counts as true."""
    return Variable(id, Categorical(states), name)
