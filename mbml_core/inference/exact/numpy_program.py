"""Runs the programs of kernels/program.py with numpy: every instruction bound to views of one buffer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.inference.arithmetic import Arithmetic
from mbml_core.inference.exact.given import Given
from mbml_core.inference.exact.slabs import is_large, slabs, where_long
from mbml_core.kernels.arrays import TableArrays
from mbml_core.kernels.program import (
    COLUMNS,
    FILL,
    JOIN,
    MULTIPLY,
    ONES,
    READ,
    SCALE,
    SEND,
    SHARE,
    SPREAD,
    SUM,
    WEIGH,
    WRITE,
    Program,
    length_of,
)

Step: TypeAlias = Callable[[Given], float]
"""One instruction, ready to run; returns the log of a scale that it took out."""


class NumpyProgram:
    """A program bound to a buffer and an arithmetic.

    Args:
        program, arrays: a tree's program, and the network it is for.
        values: the network's tables in the arithmetic's representation.
        buffer: at least as long as the program asks for.
        arithmetic: linear or logarithmic, sums or maxima.
    """

    def __init__(
        self,
        program: Program,
        arrays: TableArrays,
        values: FloatArray,
        buffer: FloatArray,
        arithmetic: Arithmetic,
    ) -> None:
        self._program = program
        self._arrays = arrays
        self._values = values
        self._buffer = buffer
        self._arithmetic = arithmetic
        self._parent: list[int] = program.parent.tolist()
        self._up = self._bound(program.collect_start)
        self._down = self._bound(program.distribute_start)

    def collect(
        self, given: Given, is_changed: Sequence[bool], log_scales: FloatArray, deadline: Deadline
    ) -> float:
        """Upward pass over the cliques that `is_changed`, and from there to the roots; see kernels/propagation.py.

        Raises FloatingPointError where linear arithmetic lost precision.
        """
        changed = list(is_changed)
        with np.errstate(under=self._arithmetic.underflow, over="raise", invalid="raise", divide="raise"):
            for i, parent in enumerate(self._parent):
                if not changed[i]:
                    continue
                deadline.check()
                if parent >= 0:
                    changed[parent] = True
                log_scales[i] = self._run(self._up[i], given, deadline)
                if log_scales[i] == -math.inf:
                    return -math.inf
        return float(log_scales.sum())

    def distribute(self, given: Given, beliefs: FloatArray, deadline: Deadline) -> None:
        """Downward pass after `collect`, writing the marginals of the tree's variables."""
        self._beliefs = beliefs
        with np.errstate(under=self._arithmetic.underflow, over="raise", invalid="raise", divide="raise"):
            for i in range(len(self._parent) - 1, -1, -1):
                deadline.check()
                if self._parent[i] < 0:
                    start = int(self._program.code[self._program.distribute_start[i] + 4])
                    self._buffer[start] = self._arithmetic.one
                self._run(self._down[i], given, deadline)

    def _run(self, steps: Sequence[Step], given: Given, deadline: Deadline) -> float:
        scale = 0.0
        for step in steps:
            if step is _POLL:
                deadline.check()
            else:
                scale += step(given)
        return scale

    def _bound(self, starts: np.ndarray) -> list[list[Step]]:
        """The instructions of each clique."""
        bounds = starts.tolist()
        return [list(self._instructions(bounds[i], bounds[i + 1])) for i in range(len(bounds) - 1)]

    def _instructions(self, at: int, end: int) -> Iterator[Step]:
        code = self._program.code
        while at < end:
            operation, *operands = code[at : at + length_of(code, at)].tolist()
            yield from _BINDERS[operation](self, operands)
            at += 1 + len(operands)

    def _view(self, start: int, shape: Sequence[int]) -> FloatArray:
        return self._buffer[start : start + math.prod(shape)].reshape(shape)

    def _ones(self, operands: list[int]) -> Iterator[Step]:
        target = self._buffer[operands[0] : operands[1]]
        one = self._arithmetic.one

        def run(given: Given) -> float:
            target[...] = one
            return 0.0

        yield run

    def _fill(self, operands: list[int]) -> Iterator[Step]:
        start, _, is_first, value, n_sliced = operands[:5]
        sliced = pairs_of(operands[5 : 5 + 2 * n_sliced])
        loops = pairs_of(operands[6 + 2 * n_sliced :])
        target = self._view(start, [size for size, _ in loops])
        strides = [stride * self._values.itemsize for _, stride in loops]
        multiply = self._arithmetic.multiply

        def run(given: Given) -> float:
            at = value + sum(int(given.states[variable]) * stride for variable, stride in sliced)
            source = as_strided(self._values[at:], target.shape, strides, writeable=False)
            if is_first:
                target[...] = source
            else:
                multiply(target, source)
            return 0.0

        yield run

    def _message(self, operands: list[int]) -> tuple[FloatArray, FloatArray]:
        """(table, message broadcast to it)."""
        loops = pairs_of(operands[3:])
        table = self._view(operands[0], [size for size, _ in loops])
        message = self._view(operands[1], [size if is_kept else 1 for size, is_kept in loops])
        return table, message

    def _write(self, operands: list[int]) -> Iterator[Step]:
        table, message = self._message(operands)

        def run(given: Given) -> float:
            table[...] = message
            return 0.0

        yield run

    def _multiply(self, operands: list[int]) -> Iterator[Step]:
        yield from self._multiplied(*self._message(operands))

    def _multiplied(self, target: FloatArray, source: FloatArray) -> Iterator[Step]:
        multiply = self._arithmetic.multiply
        for part in slabs(target, ()):
            into, by = target[part], source[where_long(source, part)]

            def run(given: Given, into: FloatArray = into, by: FloatArray = by) -> float:
                multiply(into, by)
                return 0.0

            yield run
            yield from _poll_after(target)

    def _eliminated(self, target: FloatArray, source: FloatArray, axes: tuple[int, ...]) -> Iterator[Step]:
        """Target, with axes of length one where the source is eliminated, = source with `axes` eliminated."""
        eliminate = self._arithmetic.eliminate
        for part in slabs(source, axes):
            into = np.squeeze(target[where_long(target, part)], axes)
            of = source[part]

            def run(given: Given, into: FloatArray = into, of: FloatArray = of) -> float:
                eliminate(into, of, axes)
                return 0.0

            yield run
            yield from _poll_after(source)

    def _weigh(self, operands: list[int]) -> Iterator[Step]:
        start, end, variable, n_states, n_inner = operands
        table = self._buffer[start:end].reshape(-1, n_states, n_inner)
        first = int(self._arrays.state_start[variable])
        encode, multiply = self._arithmetic.encode, self._arithmetic.multiply

        def run(given: Given) -> float:
            if given.is_weighted[variable]:
                vector = given.vectors.get(variable, given.weights[first : first + n_states])
                multiply(table, encode(vector, float(vector.max()))[:, None])
            return 0.0

        yield run

    def _send(self, operands: list[int]) -> Iterator[Step]:
        start, n_rows, length, message, _, _ = operands
        sums = self._view(message, (n_rows, 1))
        yield from self._eliminated(sums, self._view(start, (n_rows, length)), (1,))
        yield self._rescaled(sums)

    def _rescaled(self, target: FloatArray) -> Step:
        rescale = self._arithmetic.rescale

        def run(given: Given) -> float:
            return rescale(target)

        return run

    def _scale(self, operands: list[int]) -> Iterator[Step]:
        start, n_rows, length, message, _, _, target = operands
        table = self._view(start, (n_rows, length))
        scaled = self._view(target, (n_rows, length))
        if target != start:

            def run(given: Given) -> float:
                scaled[...] = table
                return 0.0

            yield run
        yield from self._multiplied(scaled, self._view(message, (n_rows, 1)))
        yield from self._columns(scaled)

    def _columns(self, table: FloatArray) -> Iterator[Step]:
        columns = self._view(int(self._program.sections[COLUMNS]), (1, table.shape[1]))
        yield from self._eliminated(columns, table, (0,))

    def _sum(self, operands: list[int]) -> Iterator[Step]:
        """A leaf's table is not needed any more once its columns are summed, unless it is kept."""
        start, n_rows, length, message, _, _ = operands
        table = self._view(start, (n_rows, length))
        rows = self._view(message, (n_rows, 1))
        columns = self._view(int(self._program.sections[COLUMNS]), (length,))
        arithmetic = self._arithmetic

        def run(given: Given) -> float:
            scaled = table.copy()
            arithmetic.multiply(scaled, rows)
            arithmetic.eliminate(columns, scaled, (0,))
            return 0.0

        yield run

    def _read(self, operands: list[int]) -> Iterator[Step]:
        variable, n_states, n_inner = operands
        start = int(self._program.sections[COLUMNS])
        columns = self._view(start, (n_states, n_inner))
        summed = np.empty(n_inner)
        first = int(self._arrays.state_start[variable])
        arithmetic, found = self._arithmetic, np.empty(n_states)

        def run(given: Given) -> float:
            arithmetic.eliminate(found, columns, (1,))
            belief = arithmetic.decode(found)
            self._beliefs[first : first + n_states] = belief / belief.sum()
            if n_inner > 1:
                arithmetic.eliminate(summed, columns, (0,))
                columns[0] = summed
            return 0.0

        yield run

    def _spread(self, operands: list[int]) -> Iterator[Step]:
        loops = pairs_of(operands[3:])
        table = self._view(operands[0], [n for n, _ in loops])
        message = self._view(operands[1], [n if is_kept else 1 for n, is_kept in loops])
        dropped = tuple(axis for axis, (_, is_kept) in enumerate(loops) if not is_kept)
        yield from self._eliminated(message, table, dropped)

    def _join(self, operands: list[int]) -> Iterator[Step]:
        start, message, size, is_first = operands
        target, source = self._view(start, (size,)), self._view(message, (size,))
        multiply = self._arithmetic.multiply

        def run(given: Given) -> float:
            if is_first:
                target[...] = source
            else:
                multiply(target, source)
            return 0.0

        yield run

    def _share(self, operands: list[int]) -> Iterator[Step]:
        target, message, up = (self._view(start, (operands[3],)) for start in operands[:3])
        arithmetic = self._arithmetic

        def run(given: Given) -> float:
            target[...] = message
            arithmetic.rescale(target)
            arithmetic.divide(target, up)
            arithmetic.rescale(target)
            return 0.0

        yield run


def pairs_of(words: Sequence[int]) -> list[tuple[int, int]]:
    """Two words at a time, such as (size, stride)."""
    return list(zip(words[::2], words[1::2], strict=True))


def _POLL(given: Given) -> float:  # noqa: N802 - a marker between steps
    return 0.0


def _poll_after(whole: FloatArray) -> Iterator[Step]:
    if is_large(whole):
        yield _POLL


_BINDERS: dict[int, Callable[[NumpyProgram, list[int]], Iterator[Step]]] = {
    ONES: NumpyProgram._ones,
    FILL: NumpyProgram._fill,
    WRITE: NumpyProgram._write,
    MULTIPLY: NumpyProgram._multiply,
    WEIGH: NumpyProgram._weigh,
    SEND: NumpyProgram._send,
    SCALE: NumpyProgram._scale,
    SUM: NumpyProgram._sum,
    READ: NumpyProgram._read,
    SPREAD: NumpyProgram._spread,
    JOIN: NumpyProgram._join,
    SHARE: NumpyProgram._share,
}
