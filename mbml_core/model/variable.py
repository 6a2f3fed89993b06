"""Variables and the domains they range over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

MAX_STATES = 10_000
"""More states than this is refused: a bar chart or table of that length is a slip, not a model."""


@dataclass(frozen=True)
class Categorical:
    """A finite domain: an ordered tuple of distinct state names. A boolean is categorical with two states,
    the *second* of which counts as true for the logical factor kinds.
    """

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


@dataclass(frozen=True, slots=True)
class Variable:
    """A random quantity of the model: a round node of the drawing.

    Attributes:
        id: the key that factors, evidence and results use; unique in the graph.
        domain: the values it ranges over.
        name: what people read; the id when left empty.
    """

    id: str
    domain: Categorical
    name: str = ""

    @property
    def label(self) -> str:
        """What to show people: the name, or the id where there is none."""
        return self.name or self.id

    @property
    def states(self) -> tuple[str, ...]:
        """State names in order."""
        return self.domain.states

    @property
    def size(self) -> int:
        """Number of states."""
        return self.domain.size


def boolean(id: str, name: str = "", states: tuple[str, str] = ("no", "yes")) -> Variable:
    """A two-state variable whose second state counts as true."""
    return Variable(id, Categorical(states), name)
