"""Messages of any graph on their way: the general kernels' arrays for one query."""

from __future__ import annotations

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph
from mbml_core.deadline import Deadline
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import MAX_PRODUCT, FloatArray
from mbml_core.errors import ImpossibleEvidence
from mbml_core.inference import parallel as parallel
from mbml_core.inference.belief_propagation import Propagation
from mbml_core.inference.loopy_factors import FactorLayout
from mbml_core.inference.message_state import MessageState
from mbml_core.kernels import loopy_general, loopy_residual
from mbml_core.kernels.loading import fast
from mbml_core.kernels.loopy_general import NO_STATE_LEFT, NO_STATE_SENT, Box, Rules
from mbml_core.kernels.loopy_residual import Waiting

WORK_PER_CALL = 4e6
"""Numbers read and written between two looks at the deadline: some 10 ms."""
SMALL_WORK = 1e6
"""A sweep of less is not cut into slices."""
OUTCOMES = {
    NO_STATE_LEFT: "the messages to a variable exclude all of its states",
    NO_STATE_SENT: "a factor's message excludes every state of a variable",
}


class FactorSweeper:
    """One query: a `Sweeper` that ends with a `MessageState`."""

    def __init__(self, layout: FactorLayout, propagation: Propagation) -> None:
        self._layout = layout
        self._rules = Rules(
            propagation.semiring is MAX_PRODUCT, float(propagation.damping), float(propagation.floor)
        )
        self.n_entries = int(layout.blocks[-1])
        self._box = Box(
            _uniform(layout.graph),
            propagation.log_weights.copy(),
            np.zeros(len(propagation.log_weights)),
            np.zeros(len(propagation.log_weights), dtype=np.int64),
        )
        self._new = np.zeros(0) if layout.is_in_turn else np.zeros(self.n_entries)
        self._work = 10 * self.n_entries + layout.work
        per_factor = self._work / max(layout.graph.n_factors, 1)
        self._n_factors_per_call = max(1, int(WORK_PER_CALL / max(per_factor, 1.0)))
        self._recount()

    def _recount(self) -> None:
        (fast(loopy_general.recount) or loopy_general.recount)(self._layout.factors, self._box)

    def sweeps(
        self, n_sweeps: int, tolerance: float, standstill: float, deadline: Deadline
    ) -> tuple[int, float, float]:
        """See `Sweeper`."""
        layout = self._layout
        if self._work < SMALL_WORK:
            kernel = fast(loopy_general.sweep_factors) or loopy_general.sweep_factors
            n_affordable = max(1, int(WORK_PER_CALL / max(self._work, 1)))
            done, residual, before, outcome = kernel(
                layout.factors, layout.order, self._box, self._new, self._rules, layout.sizes,
                min(n_sweeps, n_affordable), tolerance, standstill,
            )  # fmt: skip
            _require_fine(outcome)
            return done, residual, before
        residual = 0.0
        for first, last in layout.batches:
            sent = parallel.for_all(
                self._send, parallel.slices(first, last, self._n_factors_per_call), True, deadline
            )
            residual = max([residual, *sent])
        if len(self._new):
            self._box.messages[:] = self._new
        self._recount()
        return 1, residual, -1.0

    def _send(self, part: tuple[int, int]) -> float:
        layout = self._layout
        kernel = fast(loopy_general.send_batch) or loopy_general.send_batch
        residual, outcome = kernel(
            layout.factors, layout.order, *part, self._box, self._new, self._rules, layout.sizes
        )
        _require_fine(outcome)
        return residual

    def snapshot(self) -> FloatArray:
        """See `Sweeper`."""
        return self._box.messages.copy()

    def distance(self, snapshot: FloatArray) -> float:
        """See `Sweeper`."""
        return categorical.residual(self._box.messages, snapshot)

    def state(self) -> MessageState:
        """The messages as an immutable value."""
        flat, blocks = self._box.messages, iter(self._layout.blocks.tolist())
        flat.flags.writeable = False
        return MessageState(
            tuple(
                tuple(
                    flat[start : start + len(group.members) * size].reshape(-1, size)
                    for size, start in zip(group.shape, blocks, strict=False)
                )
                for group in self._layout.graph.groups
            )
        )


def _uniform(graph: CompiledGraph) -> FloatArray:
    sizes = [size for group in graph.groups for size in group.shape]
    counts = [len(group.members) * size for group in graph.groups for size in group.shape]
    return np.repeat(-np.log(np.array(sizes, dtype=np.float64)), counts)


def _require_fine(outcome: int) -> None:
    if outcome in OUTCOMES:
        raise ImpossibleEvidence(OUTCOMES[outcome])


class ResidualSweeper(FactorSweeper):
    """The residual schedule; a sweep is as many sends as factors, its residual the largest change that waits."""

    def __init__(self, layout: FactorLayout, propagation: Propagation) -> None:
        super().__init__(layout, propagation)
        n_leaves = 1 << max(layout.graph.n_factors - 1, 0).bit_length()
        lists = fast(loopy_residual.factors_of) or loopy_residual.factors_of
        self._waiting = Waiting(
            np.zeros(2 * n_leaves), *lists(layout.factors), np.zeros(layout.graph.n_factors, dtype=np.int64)
        )
        self._n_sent = 0

    def sweeps(
        self, n_sweeps: int, tolerance: float, standstill: float, deadline: Deadline
    ) -> tuple[int, float, float]:
        """See `Sweeper`; one sweep at a time."""
        if not self._n_sent:
            self._expect(deadline)
        kernel = fast(loopy_residual.send_largest) or loopy_residual.send_largest
        left = max(1, self._layout.graph.n_factors)
        while left and self._waiting.changes[1] > 0.0:
            deadline.check()
            done, outcome = kernel(
                self._layout.factors, self._box, self._rules, self._layout.sizes, self._waiting,
                self._n_sent, left, self._n_factors_per_call,
            )  # fmt: skip
            _require_fine(outcome)
            self._n_sent += done
            left -= done
        self._recount()
        return 1, float(self._waiting.changes[1]), -1.0

    def _expect(self, deadline: Deadline) -> None:
        kernel = fast(loopy_residual.expect_changes) or loopy_residual.expect_changes
        layout = self._layout
        for part in range(0, layout.graph.n_factors, self._n_factors_per_call):
            deadline.check()
            end = min(part + self._n_factors_per_call, layout.graph.n_factors)
            _require_fine(kernel(layout.factors, self._box, self._rules, layout.sizes, self._waiting, part, end))
