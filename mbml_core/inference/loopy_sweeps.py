"""Sweeps in machine code, taken until they converge, repeat with period two, or reach the limit."""

from __future__ import annotations

import math
from collections import deque
from typing import Generic, Protocol, TypeVar

from mbml_core.deadline import Deadline
from mbml_core.inference.belief_propagation import SweepInfo
from mbml_core.inference.result import Status

Snapshot = TypeVar("Snapshot")

STANDSTILL = 1e-3
"""Messages that repeat with period two change by as much in each sweep as in the one before. Only where the
residual stands still to this share are sweeps taken one at a time and kept to be compared: copies would double the
memory."""
ENTRIES_PER_CALL = 4e6
"""Message entries calculated between two looks at the deadline: some 20 ms."""
SMALL = 100_000
"""Fewer message entries than this are kept from the first sweep on."""


class Sweeper(Protocol, Generic[Snapshot]):
    """Messages in the arrays of some kernel.

    Attributes:
        n_entries: numbers in all messages.
    """

    n_entries: int

    def sweeps(
        self, n_sweeps: int, tolerance: float, standstill: float, deadline: Deadline
    ) -> tuple[int, float, float]:
        """Sweep up to n times, fewer where the residual reaches the tolerance or stands still: (sweeps done,
        residual of the last, of the one before; −1 if there was none).
        """

    def snapshot(self) -> Snapshot:
        """A copy of the messages."""

    def distance(self, snapshot: Snapshot) -> float:
        """Largest difference of a normalised log message."""


def iterate(
    sweeper: Sweeper[Snapshot], tolerance: float, max_sweeps: int, deadline: Deadline
) -> tuple[Status, SweepInfo]:
    """Let messages be sent until the outcome is known."""
    kept: deque[Snapshot] = deque(maxlen=2)
    per_call = max(1, int(ENTRIES_PER_CALL / max(sweeper.n_entries, 1)))
    sweep, residual, before = 0, -1.0, -1.0
    while True:
        deadline.check()
        is_finite = 0.0 <= before < math.inf and residual < math.inf
        is_close = is_finite and abs(residual - before) <= max(tolerance, STANDSTILL * residual)
        is_watched = is_close or (sweep < 3 and sweeper.n_entries < SMALL)
        if not is_watched:
            kept.clear()
        elif sweep:
            kept.append(sweeper.snapshot())
        n_sweeps = 1 if is_watched or not sweep else min(per_call, max_sweeps - sweep)
        last = residual
        done, residual, before = sweeper.sweeps(n_sweeps, float(tolerance), STANDSTILL, deadline)
        before = last if done == 1 else before
        sweep += done
        info = SweepInfo(sweep, residual)
        if residual <= tolerance:
            return Status.CONVERGED, info
        if len(kept) == 2 and sweeper.distance(kept[0]) <= tolerance:
            return Status.OSCILLATING, info
        if sweep >= max_sweeps:
            return Status.MAX_SWEEPS, info
