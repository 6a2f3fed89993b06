"""One tree over the whole network whose tables stay between questions.

Evidence multiplies, nothing is cut out, so that no question needs a plan. Only the cliques whose evidence
changed, and those above them, are collected anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from mbml_core.compiler.table_arrays import NetworkArrays
from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.inference.arithmetic import LINEAR_SUM, LOG_SUM
from mbml_core.inference.exact.given import Given
from mbml_core.inference.exact.numpy_program import NumpyProgram
from mbml_core.inference.exact.planning import Assembled, FlagArray
from mbml_core.inference.exact.runs import Runs, in_scratch

TOUCHED_AT_ONCE = 1 << 18
"""Floats: 2 MB, one to five milliseconds."""


class KeptTree:
    """Not safe for two threads at once."""

    def __init__(self, runs: Runs, tree: Assembled, network: NetworkArrays) -> None:
        self.tree = tree
        self._runs = runs
        self._start = network.arrays.state_start
        self._given = Given.nothing(len(network.arrays.n_states), int(self._start[-1]))
        self._home = homes_of(tree, len(network.arrays.n_states))
        self._hard: dict[int, int] = {}
        self._soft: frozenset[int] = frozenset()
        self._buffer = np.empty(0)
        self._scales = np.zeros(len(tree.program.parent))
        self._is_stale = True
        self._numpy: NumpyProgram | None = None

    @property
    def n_bytes(self) -> int:
        """Memory it holds."""
        return self._buffer.nbytes

    @property
    def is_touched(self) -> bool:
        """Whether its memory is there and has been used."""
        return bool(self._buffer.size)

    def touch(self) -> Iterator[None]:
        """Allocate the buffer and use every page of it, in short steps."""
        if self._buffer.size:
            return
        buffer = np.empty(self.tree.n_floats)
        for start in range(0, len(buffer), TOUCHED_AT_ONCE):
            buffer[start : start + TOUCHED_AT_ONCE] = 0.0
            yield
        if not self._buffer.size:
            self._buffer = buffer

    def marginals(
        self, hard: Mapping[int, int], soft: Mapping[int, FloatArray], beliefs: FloatArray, deadline: Deadline
    ) -> float:
        """Write the marginals of all variables; returns the log of the normaliser, −inf: impossible."""
        if not self._buffer.size:
            self._buffer = np.zeros(self.tree.n_floats)
        changed = self._changed_cliques(hard)
        log_scale = self._weigh(soft, changed)
        if self._is_stale:
            changed[:] = True
        self._is_stale = True  # until everything has gone well
        found = self._runs.precisely(
            self._given, lambda: self._linear(changed, beliefs, deadline), lambda: self._safe(beliefs, deadline)
        )
        return found + log_scale + self.tree.log_peaks

    def _linear(self, changed: FlagArray, beliefs: FloatArray, deadline: Deadline) -> float:
        if self._runs.is_machine_code:
            found = self._runs.propagate(
                self.tree, self._given, self._buffer, changed, self._scales, beliefs, deadline
            )
        else:
            found = self._by_numpy(changed, beliefs, deadline)
        self._is_stale = found == -math.inf  # the upward pass ended there
        return found

    def _by_numpy(self, changed: FlagArray, beliefs: FloatArray, deadline: Deadline) -> float:
        if self._numpy is None:
            self._numpy = self._runs.bound(self.tree, self._buffer, LINEAR_SUM)
        found = self._numpy.collect(self._given, changed.tolist(), self._scales, deadline)
        if found > -math.inf:
            self._numpy.distribute(self._given, beliefs, deadline)
        return found

    def _safe(self, beliefs: FloatArray, deadline: Deadline) -> float:
        """In logarithms, elsewhere; the tables that lost digits are collected anew next time."""
        self._is_stale = True
        return in_scratch(
            self.tree,
            lambda buffer: self._runs.by_numpy(self.tree, self._given, buffer, beliefs, LOG_SUM, deadline),
        )

    def _changed_cliques(self, hard: Mapping[int, int]) -> FlagArray:
        """Take over what is observed for certain; returns the cliques where that changed something."""
        changed = np.zeros(len(self._scales), dtype=np.bool_)
        given, start = self._given, self._start
        for v in self._hard.keys() - hard.keys():
            given.is_weighted[v] = False
            given.vectors.pop(v, None)
            changed[self._home[v]] = True
        for v, state in hard.items():
            if self._hard.get(v) != state:
                given.is_certain(start, v, state)
                changed[self._home[v]] = True
        self._hard = dict(hard)
        return changed

    def _weigh(self, soft: Mapping[int, FloatArray], changed: FlagArray) -> float:
        """Take over likelihoods; returns the log of what they were scaled by."""
        if not soft and not self._soft:
            self._given.loses_digits = False
            return 0.0
        for v in self._soft - soft.keys() - self._hard.keys():
            self._given.is_weighted[v] = False
            self._given.vectors.pop(v, None)
        for v in self._soft | soft.keys():
            changed[self._home[v]] = True
        self._soft = frozenset(soft)
        return self._given.weigh(self._start, soft)


def homes_of(tree: Assembled, n_variables: int) -> IntArray:
    """For each variable the clique that has it and whose parent has it not."""
    of = tree.tree
    clique = np.repeat(np.arange(len(of.parent)), np.diff(of.scope_start))
    is_own = np.arange(len(of.scope)) - of.scope_start[clique] >= of.n_shared[clique]
    homes = np.zeros(n_variables, dtype=np.int64)
    homes[of.scope[is_own]] = clique[is_own]
    return homes
