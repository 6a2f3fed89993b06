"""factors/noisy_or.py — each true parent alone may turn the child on.

    P(child = false | parents) = (1 − leak) · Π_{i: parent i true} (1 − probabilities[i])

Parameters: `probabilities`, one per parent in scope order; `leak`, default 0; `child`, default the
last variable.
Memory of the automaton: 0 = still off, 1 = turned on.
Source: Pearl (1988), Probabilistic Reasoning in Intelligent Systems, §4.3.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mbml_core.errors import Problem
from mbml_core.factors.kind import Kind
from mbml_core.factors.parameters import (
    check_boolean_gate,
    check_probabilities,
    check_probability,
    child_axis,
    parent_axes,
)
from mbml_core.factors.potential import Automaton, Step, transitions
from mbml_core.model import Factor, Variable


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """Boolean parents and child, one probability per parent, a leak from 0 to 1."""
    yield from check_boolean_gate(factor, variables)
    yield from check_probabilities(factor, "probabilities", max(len(factor.scope) - 1, 0), "parent")
    yield from check_probability(factor, "leak", factor.parameters.get("leak", 0.0))


def lower(factor: Factor, variables: Sequence[Variable]) -> Automaton:
    """One step per parent with two memory states, then the child with its leak."""
    return noisy_gate(factor, active=1, child_when_triggered=1)


def noisy_gate(factor: Factor, active: int, child_when_triggered: int) -> Automaton:
    """A gate that each parent in state `active` triggers with its own probability, and `leak` by itself."""
    leak = float(factor.parameters.get("leak", 0.0))
    parents = parent_axes(factor)
    steps = [
        _parent_step(axis, float(p), active, is_first=i == 0)
        for i, (axis, p) in enumerate(zip(parents, factor.parameters["probabilities"], strict=True))
    ]
    on, off = child_when_triggered, 1 - child_when_triggered
    last = transitions(child_axis(factor), [(0, off, 0, 1.0 - leak), (0, on, 0, leak), (1, on, 0, 1.0)])
    return Automaton((1, *(2 for _ in parents), 1), (*steps, last))


def _parent_step(axis: int, probability: float, active: int, is_first: bool) -> Step:
    rows = [(0, 1 - active, 0, 1.0), (0, active, 0, 1.0 - probability), (0, active, 1, probability)]
    if not is_first:
        rows += [(1, 0, 1, 1.0), (1, 1, 1, 1.0)]
    return transitions(axis, rows)


KIND = Kind(
    "noisy_or",
    "Each true parent alone may turn the child on.",
    frozenset({"probabilities", "leak", "child"}),
    check,
    lower,
)
