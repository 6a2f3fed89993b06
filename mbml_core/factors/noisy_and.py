"""factors/noisy_and.py — each false parent alone may turn the child off: the mirror image of noisy_or.

    P(child = true | parents) = (1 − leak) · Π_{i: parent i false} (1 − probabilities[i])

Parameters: `probabilities`, one per parent in scope order: how surely a false parent blocks the child (1 = a
plain and); `leak`, default 0: how often the child is off although nothing blocks it; `child`,
default the last variable.
Source: Galán & Díez (2000), Modelling dynamic causal interactions with Bayesian networks, by De Morgan's law.
"""

from __future__ import annotations

from collections.abc import Sequence

from mbml_core.factors.kind import Kind
from mbml_core.factors.noisy_or import check, noisy_gate
from mbml_core.factors.potential import Automaton
from mbml_core.model import Factor, Variable


def lower(factor: Factor, variables: Sequence[Variable]) -> Automaton:
    """The noisy gate triggered by false parents, which then switches the child off."""
    return noisy_gate(factor, active=0, child_when_triggered=0)


KIND = Kind(
    "noisy_and",
    "Each false parent alone may turn the child off.",
    frozenset({"probabilities", "leak", "child"}),
    check,
    lower,
)
