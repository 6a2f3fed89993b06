"""Random automata, and what they mean: every run through the memory written out."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import strategies as st

from mbml_core.factors import KINDS, Automaton
from mbml_core.factors.potential import transitions
from tests.factors.gates import Gate, gate, noise


@st.composite
def automata(draw: st.DrawFn) -> tuple[Automaton, tuple[int, ...]]:
    """An automaton that reads up to four variables in any order, and their sizes in scope order.

    Any transitions: parallel ones, ones of weight zero, dead ends, and memory that is never reached.
    """
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    memory = (1, *(draw(st.integers(1, 3)) for _ in sizes[1:]), 1)
    steps = []
    for i, axis in enumerate(draw(st.permutations(range(len(sizes))))):
        row = st.tuples(
            st.integers(0, memory[i] - 1),
            st.integers(0, sizes[axis] - 1),
            st.integers(0, memory[i + 1] - 1),
            st.sampled_from([0.0, 0.25, 0.5, 1.0, 3.0]),
        )
        steps.append(transitions(axis, draw(st.lists(row, min_size=1, max_size=8))))
    return Automaton(memory, tuple(steps)), tuple(sizes)


@st.composite
def structured_gates(draw: st.DrawFn, unambiguous: bool = False, most: int = 5) -> Gate:
    """Every kind that lowers to an automaton, the child anywhere; `unambiguous` leaves the noisy ones out."""
    kinds = ["all_true", "any_true", "xor", "count_true", "equal"] + ["noisy_or", "noisy_and"] * (not unambiguous)
    kind = draw(st.sampled_from(kinds))
    n = draw(st.integers(2, most))
    at = draw(st.one_of(st.none(), st.integers(0, n)))
    size = draw(st.integers(1, 3)) if kind == "equal" else 2
    parameters = draw(noise(n)) if kind.startswith("noisy") else {}
    return gate(kind, [size] * n, n + 1 if kind == "count_true" else 2, at, **parameters)


def lowered(gate: Gate) -> Automaton:
    potential = KINDS[gate.factor.kind].lower(gate.factor, gate.variables)
    assert isinstance(potential, Automaton)
    return potential


def runs(automaton: Automaton, states: tuple[int, ...]) -> list[float]:
    """The weight of every run over an assignment: the definition, one transition after another."""
    found = [(0, 1.0)]
    for step in automaton.steps:
        rows = list(zip(step.sources, step.states, step.targets, step.weights, strict=True))
        found = [
            (int(target), weight * float(w))
            for memory, weight in found
            for source, state, target, w in rows
            if source == memory and state == states[step.axis]
        ]
    return [weight for memory, weight in found if memory == 0]


def written_out(automaton: Automaton, sizes: tuple[int, ...]) -> np.ndarray:
    table = np.empty(sizes)
    for states in product(*(range(size) for size in sizes)):
        table[states] = sum(runs(automaton, states))
    return table
