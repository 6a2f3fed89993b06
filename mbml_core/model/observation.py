"""What can be seen of one variable: five kinds of observation of states, one of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mbml_core.model.variable import Number

FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observed:
    """The variable was seen in exactly this state."""

    state: str


@dataclass(frozen=True, slots=True)
class AllowedStates:
    """The variable was seen to be in one of these states, nothing more."""

    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExcludedState:
    """The variable was seen *not* to be in this state."""

    state: str


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Virtual evidence: `weights[k]` is proportional to P(what was seen | state k). It *multiplies* what is
    already known; to fix the result instead, use `Belief`.
    """

    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Belief:
    """Set belief to: the marginal of the variable, after everything else was seen, becomes `probabilities`
    (Jeffrey's rule). The engine finds the likelihood that brings this about.
    """

    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A variable that is not categorical was seen to be this number; a simplex this vector."""

    value: Number


Observation: TypeAlias = Observed | AllowedStates | ExcludedState | Likelihood | Belief | Value


def weights(observation: Observation, states: tuple[str, ...]) -> FloatArray:
    """Likelihood of each state under an observation of states, linear, shape (K,).

        Observed s: [x = s]   AllowedStates S: [x ∈ S]   ExcludedState s: [x ≠ s]   Likelihood w: w

    A `Belief` weighs nothing by itself (its likelihood depends on the model); here it gives [q(x) > 0].
    """
    match observation:
        case Observed(state):
            allowed = [name == state for name in states]
        case AllowedStates(chosen):
            allowed = [name in chosen for name in states]
        case ExcludedState(state):
            allowed = [name != state for name in states]
        case Likelihood(given):
            return np.array(given, dtype=np.float64)
        case Belief(probabilities):
            allowed = [p > 0 for p in probabilities]
        case Value(value):
            raise TypeError(f"the value {value} weighs no states")
    return np.array(allowed, dtype=np.float64)
