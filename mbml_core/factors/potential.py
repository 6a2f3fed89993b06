"""What every discrete factor kind lowers to: a dense table, or an automaton for kinds with structure.

An automaton reads the variables of its scope one after another and keeps a small memory of what it saw. The
factor's value at an assignment is the sum over all runs, from the only first to the only last memory state,
of the product of the step weights:

    f(x) = Σ_{m_1 … m_{n-1}} Π_i w_i(m_{i-1}, x_{a(i)}, m_i)

A 40-parent noisy-or is 41 steps with two memory states: its messages cost 41 small steps, never 2^41 entries.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from mbml_core.distributions.semiring import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class DenseTable:
    """All values of a factor.

    Attributes:
        values: linear, finite, non-negative; one axis per variable of the scope, in scope order.
    """

    values: FloatArray

    @property
    def is_unambiguous(self) -> bool:
        """True: a table holds each assignment once."""
        return True


@dataclass(frozen=True, eq=False)
class Step:
    """One variable read by an automaton, as a list of transitions with equal-length arrays.

    Attributes:
        axis: which variable of the scope is read.
        sources: memory state before. states: state of the variable. targets: memory state after.
        weights: linear, non-negative.
    """

    axis: int
    sources: IntArray
    states: IntArray
    targets: IntArray
    weights: FloatArray

    @property
    def key(self) -> tuple[int, bytes, bytes, bytes]:
        """Equal for steps that differ in weights only."""
        return (self.axis, self.sources.tobytes(), self.states.tobytes(), self.targets.tobytes())


@dataclass(frozen=True, eq=False)
class Automaton:
    """A factor as a weighted automaton over its scope.

    Attributes:
        memory: number of memory states before each step and after the last; both ends are 1.
        steps: one for each variable of the scope.
    """

    memory: tuple[int, ...]
    steps: tuple[Step, ...]

    @cached_property
    def is_unambiguous(self) -> bool:
        """Whether every assignment has at most one run, so that eliminating the memory by max is exact."""
        for step in self.steps:
            used = step.weights > 0
            pairs = np.stack([step.sources[used], step.states[used]])
            if np.unique(pairs, axis=1).shape[1] < pairs.shape[1]:
                return False
        return True


MAX_AXES = 64
"""numpy's limit on the axes of an array, and so on the variables of a table."""
MAX_DENSE_ENTRIES = 1 << 20
"""A structured factor is written out as a table up to this size (8 MB, 20 MB of text) where one is needed."""

Potential: TypeAlias = DenseTable | Automaton


def transitions(axis: int, rows: list[tuple[int, int, int, float]]) -> Step:
    """A step from (memory before, state, memory after, weight) rows."""
    sources, states, targets, weights = zip(*rows, strict=True)
    return Step(
        axis,
        np.array(sources, dtype=np.int64),
        np.array(states, dtype=np.int64),
        np.array(targets, dtype=np.int64),
        np.array(weights, dtype=np.float64),
    )


def step_tables(automaton: Automaton, sizes: tuple[int, ...]) -> list[FloatArray]:
    """Each step as a dense array (memory before, state, memory after)."""
    tables = []
    for i, step in enumerate(automaton.steps):
        table = np.zeros((automaton.memory[i], sizes[step.axis], automaton.memory[i + 1]))
        np.add.at(table, (step.sources, step.states, step.targets), step.weights)
        tables.append(table)
    return tables


def to_dense(potential: Potential, sizes: tuple[int, ...]) -> FloatArray:
    """The linear table of a potential, axes in scope order. Its size is the product of `sizes`."""
    if isinstance(potential, DenseTable):
        return potential.values
    total = np.ones(1)
    for table in step_tables(potential, sizes):
        total = np.tensordot(total, table, axes=1)
    read = [step.axis for step in potential.steps]
    result: FloatArray = np.ascontiguousarray(total[..., 0].transpose(np.argsort(read)))
    return result


def prefers_dense(automaton: Automaton, sizes: tuple[int, ...]) -> bool:
    """Whether the plain table is no larger than the automaton's steps together."""
    steps = sum(
        automaton.memory[i] * sizes[step.axis] * automaton.memory[i + 1] for i, step in enumerate(automaton.steps)
    )
    return math.prod(sizes) <= steps
