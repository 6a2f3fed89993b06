"""Messages of a pairwise graph on their way: one query in the pairwise kernels' arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mbml_core.deadline import Deadline
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.errors import ImpossibleEvidence
from mbml_core.inference import parallel as parallel
from mbml_core.inference.loopy_arithmetic import Numbers, Ratios, States, fits
from mbml_core.inference.loopy_pairs import PairLayout, Single, row_extremes

USES_RATIOS = True
"""Benchmarks switch this off to measure the kernel for any number of states on two."""


def sweeper_of(layout: PairLayout, log_weights: FloatArray, precision: str) -> PairSweeper | None:
    """A query with flat log evidence, in single precision where asked for and safe; None where neither is.

    Raises ImpossibleEvidence where the weights of a variable forbid all its states.
    """
    logs = log_weights.reshape(layout.n_variables, layout.n_states)
    together = _with_singles(layout, logs)
    for chosen in (precision, "float64"):
        if fits(layout, together, chosen):
            arithmetic: type[Ratios | States] = Ratios if layout.n_states == 2 and USES_RATIOS else States
            return PairSweeper(layout, arithmetic(layout, chosen), logs, chosen)
    return None


def _add_rows(logs: FloatArray, variables: IntArray, more: FloatArray) -> None:
    """Add to some rows, to each as often as it is named."""
    if (variables[1:] > variables[:-1]).all():
        logs[variables] += more
    else:
        np.add.at(logs, variables, more)


def _with_singles(layout: PairLayout, logs: FloatArray) -> FloatArray:
    """Log weights together with the factors over one variable."""
    together = logs.copy()
    for batch in layout.singles:
        for single in batch:
            _add_rows(together, single.variables, single.logs)
    if np.isneginf(row_extremes(together)[0]).any():
        raise ImpossibleEvidence("the messages to a variable exclude all of its states")
    return together


class PairSweeper:
    """One query: a `Sweeper` that ends with beliefs and the Bethe log evidence."""

    def __init__(self, layout: PairLayout, arithmetic: Ratios | States, logs: FloatArray, precision: str) -> None:
        self.precision = precision
        self._layout = layout
        self._arithmetic = arithmetic
        self._logs = logs.copy()
        self._is_first = True
        self._is_large = 2 * layout.n_rows >= parallel.MIN_MESSAGES
        self.n_entries = arithmetic.n_entries
        arithmetic.start(self._logs)

    def sweeps(
        self, n_sweeps: int, tolerance: float, standstill: float, deadline: Deadline
    ) -> tuple[int, float, float]:
        """See `Sweeper`."""
        if not self._is_first and not self._is_large:
            return self._arithmetic.sweeps(n_sweeps, tolerance, standstill)
        worst = 0.0
        for pieces, singles in zip(self._layout.batches, self._layout.singles, strict=True):
            parts = [(piece, *part) for piece in pieces for part in self._slices(piece)]
            worst = max(worst, *parallel.for_all(self._send, parts, self._is_large, deadline), 0.0)
            if self._is_first:
                self._add(singles)
        parallel.for_all(self._gather, parallel.slices(0, self._layout.n_variables), self._is_large, deadline)
        residual = max(math.log1p(worst), self._layout.single_change if self._is_first else 0.0)
        self._is_first = False
        return 1, residual, -1.0

    def _slices(self, piece: int) -> list[tuple[int, int]]:
        start = self._layout.rows.piece_start
        return parallel.slices(int(start[piece]), int(start[piece + 1]))

    def _send(self, part: tuple[int, int, int]) -> float:
        return self._arithmetic.send(*part)

    def _gather(self, part: tuple[int, int]) -> None:
        self._arithmetic.gather(*part)

    def _add(self, singles: Sequence[Single]) -> None:
        """Factors over one variable join its weights. When sent in turn, each variable has at most one of them."""
        for single in singles:
            before = self._logs[single.variables] if self._layout.is_in_turn else None
            _add_rows(self._logs, single.variables, single.logs)
            if before is not None:
                self._arithmetic.reweigh(before, self._logs, single.variables)
        if singles:
            self._arithmetic.weigh(self._logs)

    def snapshot(self) -> Numbers:
        """See `Sweeper`."""
        return self._arithmetic.messages.copy()

    def distance(self, snapshot: Numbers) -> float:
        """See `Sweeper`."""
        return self._arithmetic.distance(snapshot)

    def beliefs(self) -> FloatArray:
        """(V, K) probabilities."""
        return self._arithmetic.beliefs(self._logs)

    def log_evidence(self, deadline: Deadline) -> float:
        """Bethe estimate in nats; see `bethe_log_evidence`."""
        n_pieces = len(self._layout.rows.piece_table)
        parts = [(piece, *part) for piece in range(n_pieces) for part in self._slices(piece)]
        terms = parallel.for_all(lambda part: self._arithmetic.bethe(*part), parts, self._is_large, deadline)
        return math.fsum([*terms, self._arithmetic.log_z(self._logs), self._layout.log_scale])
