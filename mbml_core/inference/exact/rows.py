"""Many rows of observed states at once, on one tree over everything, by machine code in one or two threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mbml_core.compiler.table_arrays import NetworkArrays
from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.inference.exact.kept_tree import KeptTree, homes_of
from mbml_core.inference.exact.planning import Assembled
from mbml_core.inference.exact.runs import Runs
from mbml_core.inference.exact.underflow import UnderflowFlag
from mbml_core.inference.exact.watch import watched
from mbml_core.inference.parallel import for_all
from mbml_core.inference.row_order import by_states
from mbml_core.kernels.pool import POOL
from mbml_core.kernels.rows import Memory

SLICE_SECONDS = 0.005
"""Between two looks at the deadline."""
WORTH_TWO_THREADS = 4
"""Slices."""

StateArray = NDArray[np.int16]
Done = Callable[[int], None]


@dataclass(frozen=True, eq=False)
class Destination:
    """Where the answers go: row i of the evidence to row i.

    Attributes:
        columns: which numbers of the flat beliefs are kept.
        beliefs: (N, columns) C-contiguous.
        logs: (N,) log normalisers; −inf: impossible, and the row of `beliefs` is zero.
    """

    columns: IntArray
    beliefs: FloatArray
    logs: FloatArray


class RowsAtOnce:
    """Answers rows without asking Python for each.

    Args:
        kernel: machine code of `answer_rows`.
        flag: tells whether it lost digits.
        runs: for the rows where it did.
        network: of which `tree`, made to keep its tables, is a tree over everything.
        row_seconds: predicted time of a row.
        log_constant: to be added to the log of the tree's normaliser.
        most_floats: of memory for all threads together; one thread is always allowed.
    """

    def __init__(
        self, kernel: Callable[..., bool], flag: UnderflowFlag, runs: Runs, network: NetworkArrays,
        tree: Assembled, row_seconds: float, log_constant: float, most_floats: float,
    ) -> None:  # fmt: skip
        self._kernel = kernel
        self._flag = flag
        self._runs = runs
        self._network = network
        self._tree = tree
        self._home = homes_of(tree, len(network.arrays.n_states))
        self._row_seconds = row_seconds
        self._log_constant = log_constant
        self._has_room = 2 * tree.n_floats <= most_floats

    def answer(self, states: StateArray, rows: IntArray, to: Destination, deadline: Deadline, done: Done) -> None:
        """Answer these rows of `states` (N, drawn variables); `done(n)` is called after each few milliseconds, in
        whatever thread did it.
        """
        states = np.ascontiguousarray(states)
        deepest_first = np.argsort(self._home[: self._network.n_drawn], kind="stable")
        order = rows[by_states(states[rows], deepest_first.tolist())]
        step = max(1, int(SLICE_SECONDS / self._row_seconds))
        slices = [(start, min(start + step, len(order))) for start in range(0, len(order), step)]
        idle: deque[_Worker] = deque()

        def work(part: tuple[int, int]) -> None:
            try:
                worker = idle.pop()
            except IndexError:
                worker = _Worker(self._tree, self._network, len(self._home))
            try:
                self._answer_slice(states, order, part, to, deadline, worker)
            finally:
                idle.append(worker)
            done(part[1] - part[0])

        try:
            for_all(work, slices, self._has_room and len(slices) >= WORTH_TWO_THREADS, deadline)
        finally:
            for worker in idle:
                POOL.give(worker.memory.buffer)

    def _answer_slice(
        self, states: StateArray, order: IntArray, part: tuple[int, int], to: Destination, deadline: Deadline,
        worker: _Worker,
    ) -> None:  # fmt: skip
        arrays = self._network.arrays
        self._flag.clear()
        with watched(deadline, self._row_seconds * (part[1] - part[0])) as stop:
            is_finished = self._kernel(
                self._tree.program, arrays.values, arrays.state_start, self._home, states, order, *part,
                to.columns, worker.memory, to.beliefs, to.logs, stop,
            )  # fmt: skip
        rows = order[part[0] : part[1]]
        if not is_finished:
            deadline.check()
        elif self._flag.is_raised():
            worker.memory.is_changed[:] = True
            self._answer_safely(states, rows, to, deadline)
        else:
            to.logs[rows] += self._tree.log_peaks + self._log_constant

    def _answer_safely(self, states: StateArray, rows: IntArray, to: Destination, deadline: Deadline) -> None:
        """One by one; those that lose digits in logarithms."""
        tree = KeptTree(self._runs, self._tree, self._network)
        beliefs = np.zeros(int(self._network.arrays.state_start[-1]))
        for row in rows.tolist():
            deadline.check()
            seen = np.flatnonzero(states[row] >= 0)
            hard = dict(zip(seen.tolist(), states[row, seen].tolist(), strict=True))
            to.logs[row] = tree.marginals(hard, {}, beliefs, deadline) + self._log_constant
            to.beliefs[row] = beliefs[to.columns] if to.logs[row] > -np.inf else 0.0


class _Worker:
    """The memory of one thread."""

    def __init__(self, tree: Assembled, network: NetworkArrays, n_variables: int) -> None:
        n_states = int(network.arrays.state_start[-1])
        n_cliques = len(tree.program.parent)
        self.memory = Memory(
            seen=np.full(network.n_drawn, -1, dtype=np.int64),
            states=np.full(n_variables, -1, dtype=np.int64),
            is_weighted=np.zeros(n_variables, dtype=np.bool_),
            weights=np.zeros(n_states),
            buffer=POOL.take(tree.n_floats),
            log_scales=np.zeros(n_cliques),
            beliefs=np.zeros(n_states),
            is_changed=np.ones(n_cliques, dtype=np.bool_),
            log_normalizer=np.zeros(1),
        )
