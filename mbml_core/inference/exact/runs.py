"""Running a tree's program for one question, by machine code or by numpy, without ever returning a wrong digit.

Linear numbers come first. Where one of them lost digits below the smallest normal double, the same program runs
again on logarithms, by numpy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from mbml_core.compiler.table_arrays import NetworkArrays
from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.inference.arithmetic import LINEAR_MAX, LINEAR_SUM, LOG_MAX, LOG_SUM, Arithmetic
from mbml_core.inference.exact.given import Given
from mbml_core.inference.exact.numpy_program import NumpyProgram
from mbml_core.inference.exact.planning import Assembled, FlagArray
from mbml_core.inference.exact.tools import Tools
from mbml_core.inference.exact.underflow import UNDERFLOW
from mbml_core.inference.exact.watch import watched
from mbml_core.inference.parallel import for_all
from mbml_core.kernels.pool import POOL
from mbml_core.kernels.program import UP
from mbml_core.kernels.propagation import STOPPED

Answer = TypeVar("Answer")

WORTH_A_THREAD = 1e-3
"""Predicted seconds of several trees from which a second thread, woken in some 50 µs, is worth it."""


def in_scratch(tree: Assembled, run: Callable[[FloatArray], Answer]) -> Answer:
    """What `run` answers with a buffer for the tree's program."""
    buffer = POOL.take(tree.n_floats)
    try:
        return run(buffer)
    finally:
        POOL.give(buffer)


class Runs:
    """Runs trees of one network with one set of tools."""

    def __init__(self, tools: Tools, network: NetworkArrays) -> None:
        self._tools = tools
        self._arrays = network.arrays
        self._network = network
        self.is_machine_code = tools.is_machine_code and UNDERFLOW is not None

    def marginals(self, tree: Assembled, given: Given, beliefs: FloatArray, deadline: Deadline) -> float:
        """Write the marginals of the tree's variables; returns the log of its normaliser, −inf: impossible."""
        n_cliques = len(tree.program.parent)

        def linear(buffer: FloatArray) -> float:
            if self.is_machine_code:
                everything, scales = np.ones(n_cliques, dtype=np.bool_), np.zeros(n_cliques)
                return self.propagate(tree, given, buffer, everything, scales, beliefs, deadline)
            return self.by_numpy(tree, given, buffer, beliefs, LINEAR_SUM, deadline)

        def safe(buffer: FloatArray) -> float:
            return self.by_numpy(tree, given, buffer, beliefs, LOG_SUM, deadline)

        return self._in_scratch(tree, given, linear, safe) + tree.log_peaks

    def all_marginals(
        self, trees: Sequence[Assembled], given: Given, beliefs: FloatArray, deadline: Deadline
    ) -> list[float]:
        """`marginals` of several trees, large ones on two threads."""
        is_large = self.is_machine_code and sum(map(self._seconds, trees)) > WORTH_A_THREAD
        if not is_large or len(trees) < 2:
            return [self.marginals(tree, given, beliefs, deadline) for tree in trees]

        def run(k: int) -> tuple[int, FloatArray, float]:
            own = np.empty(len(beliefs))
            return k, own, self.marginals(trees[k], given, own, deadline)

        largest_first = sorted(range(len(trees)), key=lambda k: -trees[k].n_floats)
        found = sorted(for_all(run, largest_first, True, deadline), key=lambda outcome: outcome[0])
        for k, own, _ in found:  # in one order, so that the last digit does not depend on who was faster
            places = self._places(trees[k])
            beliefs[places] = own[places]
        return [log_normalizer for _, _, log_normalizer in found]

    def _places(self, tree: Assembled) -> IntArray:
        """Where the states of a tree's variables lie among those of all variables."""
        start, n = self._arrays.state_start[tree.variables], self._arrays.n_states[tree.variables]
        return np.arange(n.sum()) + np.repeat(start - np.cumsum(n) + n, n)

    def most_probable(self, tree: Assembled, given: Given, states: IntArray, deadline: Deadline) -> float:
        """Write a most probable state of each of the tree's variables; returns the log of the maximum."""
        n_cliques = len(tree.program.parent)

        def linear(buffer: FloatArray) -> float:
            if self.is_machine_code:
                changed, scales = np.ones(n_cliques, dtype=np.bool_), np.zeros(n_cliques)
                found = self._collect(tree, given, buffer, changed, scales, True, deadline)
                self._trace_back(tree, buffer, states)
                return found
            return by_numpy(buffer, LINEAR_MAX)

        def by_numpy(buffer: FloatArray, arithmetic: Arithmetic) -> float:
            program = self.bound(tree, buffer, arithmetic)
            found = program.collect(given, [True] * n_cliques, np.zeros(n_cliques), deadline)
            self._trace_back(tree, buffer, states)
            return found

        return self._in_scratch(tree, given, linear, lambda buffer: by_numpy(buffer, LOG_MAX)) + tree.log_peaks

    def table(self, tree: Assembled, i: int, given: Given, deadline: Deadline) -> FloatArray:
        """The calibrated table of clique i, linear up to a factor, flat; empty where the evidence is
        impossible.
        """
        beliefs = np.empty(int(self._arrays.state_start[-1]))

        def by_numpy(buffer: FloatArray, arithmetic: Arithmetic) -> FloatArray:
            if self.by_numpy(tree, given, buffer, beliefs, arithmetic, deadline) == -math.inf:
                return np.empty(0)
            start, end = tree.tree.table_start[i], tree.tree.table_start[i + 1]
            table = buffer[start:end].copy()
            if tree.tree.child_start[i] == tree.tree.child_start[i + 1]:  # a leaf's table was not written back
                rows = table.reshape(int(tree.tree.message_start[i + 1] - tree.tree.message_start[i]), -1)
                down = tree.program.sections[UP + 1] + tree.tree.message_start[i]
                arithmetic.multiply(rows, buffer[down : down + len(rows), None])
            return arithmetic.decode(table)

        return self._in_scratch(
            tree, given, lambda buffer: by_numpy(buffer, LINEAR_SUM), lambda buffer: by_numpy(buffer, LOG_SUM)
        )

    def _in_scratch(
        self,
        tree: Assembled,
        given: Given,
        linear: Callable[[FloatArray], Answer],
        safe: Callable[[FloatArray], Answer],
    ) -> Answer:
        return in_scratch(tree, lambda buffer: self.precisely(given, lambda: linear(buffer), lambda: safe(buffer)))

    def precisely(self, given: Given, linear: Callable[[], Answer], safe: Callable[[], Answer]) -> Answer:
        """The answer in linear numbers or, where these lost digits, in logarithms."""
        if self._network.loses_digits or given.loses_digits:
            return safe()
        if UNDERFLOW is not None:
            UNDERFLOW.clear()
        try:
            found = linear()
        except FloatingPointError:  # from numpy
            return safe()
        return safe() if self.is_machine_code and UNDERFLOW is not None and UNDERFLOW.is_raised() else found

    def propagate(
        self, tree: Assembled, given: Given, buffer: FloatArray, changed: FlagArray, scales: FloatArray,
        beliefs: FloatArray, deadline: Deadline,
    ) -> float:  # fmt: skip
        """Both passes by machine code over the cliques that changed; see kernels/propagation.py."""
        program = tree.program
        with watched(deadline, self._seconds(tree)) as stop:
            found: float = self._tools.propagate(
                program.code, program.collect_start, program.distribute_start, program.parent, program.sections,
                self._arrays.values, given.states, self._arrays.state_start, given.is_weighted,
                given.weights, buffer, changed, scales, beliefs, stop,
            )  # fmt: skip
        if found == STOPPED:
            deadline.check()
        return found

    def _collect(
        self, tree: Assembled, given: Given, buffer: FloatArray, changed: FlagArray, scales: FloatArray,
        is_max: bool, deadline: Deadline,
    ) -> float:  # fmt: skip
        program = tree.program
        with watched(deadline, self._seconds(tree)) as stop:
            found: float = self._tools.collect(
                program.code, program.collect_start, program.parent, self._arrays.values,
                given.states, self._arrays.state_start, given.is_weighted, given.weights, buffer, changed, scales,
                is_max, stop,
            )  # fmt: skip
        if found == STOPPED:
            deadline.check()
        return found

    def _trace_back(self, tree: Assembled, buffer: FloatArray, states: IntArray) -> None:
        of = tree.tree
        self._tools.trace_back(
            of.parent, of.scope_start, of.scope, of.n_shared, of.table_start, of.row_length, self._arrays.n_states,
            buffer, states,
        )  # fmt: skip

    def _seconds(self, tree: Assembled) -> float:
        """Predicted time of a run."""
        return 1e-9 * self._tools.rates.entry * float(tree.program.sections[UP])

    def by_numpy(
        self, tree: Assembled, given: Given, buffer: FloatArray, beliefs: FloatArray, arithmetic: Arithmetic,
        deadline: Deadline,
    ) -> float:  # fmt: skip
        """Both passes by numpy over all cliques."""
        n_cliques = len(tree.program.parent)
        program = self.bound(tree, buffer, arithmetic)
        found = program.collect(given, [True] * n_cliques, np.zeros(n_cliques), deadline)
        if found > -math.inf:
            program.distribute(given, beliefs, deadline)
        return found

    def bound(self, tree: Assembled, buffer: FloatArray, arithmetic: Arithmetic) -> NumpyProgram:
        """The tree's program bound to a buffer."""
        values = self._arrays.values if arithmetic.one == 1.0 else self._network.log_values
        return NumpyProgram(tree.program, self._arrays, values, buffer, arithmetic)
