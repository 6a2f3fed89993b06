"""Runs a junction-tree program with numpy: binds every operation to views of one buffer, then walks the list."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from mbml_core.compiler.program import Code, Operation, Program, View
from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import ImpossibleEvidence
from mbml_core.inference.arithmetic import Arithmetic

Bound: TypeAlias = tuple[Code, FloatArray, FloatArray, tuple[int, ...]]

MIN_RUN = 1 << 12
"""Least entries of a slab that lie side by side: shorter runs make memory three times slower than the whole."""
SLAB_ENTRIES = 1 << 22
"""Work between two polls of the deadline: 4 million entries take some 10 ms, in logarithms 40 ms."""


class Executor:
    """One buffer, the views of a program into it, and the arithmetic its potentials are stored in.

    Not safe for two threads at once: the engine holds a lock around each query.
    """

    def __init__(self, program: Program, tables: Sequence[FloatArray]) -> None:
        self._program = program
        self._tables = tables
        self._buffer = np.zeros(program.n_floats)
        self._potentials = self._view(program.potentials)
        self._work = self._view(program.work)
        self._collect = _polled_groups(self._bind(group) for group in program.collect)
        self._distribute = _polled_groups(self._bind(group) for group in program.distribute)
        self._evidence = self._bind(program.evidence)
        self._encoding: object = None
        self._log_scale = 0.0

    def _view(self, view: View) -> FloatArray:
        return self._buffer[view.offset : view.offset + view.size].reshape(view.shape)

    def _bind(self, operations: Sequence[Operation]) -> list[Bound]:
        return [(op.code, self._view(op.target), self._view(op.source), op.axes) for op in operations]

    def collect(self, arithmetic: Arithmetic, weights: Mapping[int, FloatArray], deadline: Deadline) -> float:
        """Upward pass; returns the log of the normaliser (or of the maximum) in nats.

        Raises ImpossibleEvidence when it is zero, FloatingPointError when linear arithmetic lost precision.
        """
        with np.errstate(under=arithmetic.underflow, over="raise", invalid="raise", divide="raise"):
            self._fill(arithmetic, deadline)
            for start in range(0, self._work.size, SLAB_ENTRIES):
                deadline.check()
                self._work[start : start + SLAB_ENTRIES] = self._potentials[start : start + SLAB_ENTRIES]
            total = self._log_scale
            for variable, vector in weights.items():
                total += self._observe(variable, vector, arithmetic)
            for group in self._collect:
                deadline.check()
                total += self._run(group, arithmetic)
                if total == -np.inf:
                    raise ImpossibleEvidence("the observations exclude every joint state")
        return total

    def distribute(self, arithmetic: Arithmetic, deadline: Deadline) -> None:
        """Downward pass after `collect`; afterwards every clique and every marginal is calibrated."""
        with np.errstate(under=arithmetic.underflow, over="raise", invalid="raise", divide="raise"):
            for group in self._distribute:
                deadline.check()
                self._run(group, arithmetic)

    def marginal(self, variable: int, arithmetic: Arithmetic) -> FloatArray:
        """(K,) normalised marginal of a drawn variable; a copy."""
        values = arithmetic.decode(self._view(self._program.marginals[variable]))
        probabilities: FloatArray = values / values.sum()
        return probabilities

    def clique(self, i: int) -> FloatArray:
        """The work table of a clique, one axis per variable: a view, valid until the next query."""
        return self._view(self._program.cliques[i])

    def _observe(self, variable: int, vector: FloatArray, arithmetic: Arithmetic) -> float:
        """Multiply evidence in, scaled to a largest weight of one; returns the log of that scale."""
        peak = float(vector.max())
        self._view(self._program.weights[variable])[...] = arithmetic.encode(vector, peak)
        self._run([self._evidence[variable]], arithmetic)
        return float(np.log(peak))

    def _fill(self, arithmetic: Arithmetic, deadline: Deadline) -> None:
        """Multiply the tables into the potentials, unless they already stand there in this encoding."""
        if self._encoding is arithmetic.encode:
            return
        self._encoding = None
        self._log_scale = 0.0
        self._potentials[...] = arithmetic.one
        for fill in self._program.fill:
            deadline.check()
            table = self._tables[fill.table]
            peak = float(table.max()) if table.size else 0.0
            if peak == 0.0:
                raise ImpossibleEvidence("a factor allows nothing")
            source = arithmetic.encode(table, peak).transpose(fill.permutation)
            arithmetic.multiply(self._view(fill.target), source.reshape(fill.shape))
            self._log_scale += float(np.log(peak))
        self._encoding = arithmetic.encode

    def _run(self, operations: Sequence[Bound], arithmetic: Arithmetic) -> float:
        """Run operations in order; returns the sum of the logs of their scales."""
        scale = 0.0
        for code, target, source, axes in operations:
            if code == Code.MULTIPLY:
                arithmetic.multiply(target, source)
            elif code == Code.ELIMINATE:
                arithmetic.eliminate(target, source, axes)
            elif code == Code.RESCALE:
                scale += arithmetic.rescale(target)
            else:
                arithmetic.divide(target, source)
        return scale


def _polled_groups(groups: Iterable[list[Bound]]) -> list[list[Bound]]:
    """The same operations with large ones cut into slabs, each a group of its own."""
    found: list[list[Bound]] = []
    for group in groups:
        small: list[Bound] = []
        for operation in group:
            slabs = list(_slabs(operation))
            if len(slabs) == 1:
                small.append(operation)
            else:
                found += [small, *([slab] for slab in slabs)]
                small = []
        found.append(small)
    return found


def _slabs(operation: Bound) -> Iterator[Bound]:
    """A large operation cut along its outermost axis that is not eliminated, unless the pieces were scattered."""
    code, target, source, axes = operation
    whole = source if code == Code.ELIMINATE else target
    kept = [axis for axis in range(whole.ndim) if axis not in axes]
    if whole.size <= SLAB_ENTRIES or not kept or code in (Code.RESCALE, Code.DIVIDE):
        yield operation
        return
    axis = kept[0]
    in_target = 0 if code == Code.ELIMINATE else axis
    step = max(1, SLAB_ENTRIES * whole.shape[axis] // whole.size)
    if step * math.prod(whole.shape[axis + 1 :]) < MIN_RUN:
        yield operation
        return
    for start in range(0, whole.shape[axis], step):
        part = slice(start, start + step)
        is_cut = source.shape[axis] > 1
        yield code, _cut(target, in_target, part), _cut(source, axis, part) if is_cut else source, axes


def _cut(array: FloatArray, axis: int, part: slice) -> FloatArray:
    return array[(slice(None),) * axis + (part,)]
