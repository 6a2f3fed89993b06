"""The two linear arithmetics of pairwise graphs: two states as one ratio, K states as K numbers.

Both are fast, and right only where nothing leaves the range of their numbers; `fits` tells so in advance, from the
tables, the degrees and the weights.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.inference.loopy_pairs import PairLayout, row_extremes
from mbml_core.kernels import loopy_binary, loopy_pairwise, loopy_single
from mbml_core.kernels.loading import fast

Numbers = NDArray[Any]
"""Of double or single precision."""

RANGE = {"float64": 690.0, "float32": 80.0}
"""Largest log ratio of two numbers that both have all their digits, less a margin."""
CERTAIN = {"float64": 40.0, "float32": 18.0}
"""A term e^-40 times smaller than another does not change its digits."""


def fits(layout: PairLayout, logs: FloatArray, precision: str) -> bool:
    """Whether all products of messages, weights (V, K log) and tables have all their digits."""
    high, low = row_extremes(logs)
    is_certain = bool(np.isneginf(low).any())
    if is_certain:
        low = row_extremes(np.where(np.isneginf(logs), high[:, None], logs))[1]
    most = float(layout.load.max())
    reach = float((layout.load + (high - low)).max())
    if layout.n_states > 2:
        return reach + layout.span + 2 * math.log(layout.n_states) <= RANGE[precision]
    needed = reach + 2 * layout.span
    if is_certain:
        needed = max(needed, certainty(layout, precision) + most + 2 * layout.span)
    return needed <= RANGE[precision]


def certainty(layout: PairLayout, precision: str) -> float:
    """The log ratio of a weight to that of a forbidden state: no message makes up for it, no digit shows it."""
    return float(layout.load.max()) + 3 * layout.span + CERTAIN[precision]


class Arithmetic(ABC):
    """The messages of one query, how they are stored and sent.

    Attributes:
        messages: all of them. totals: what they and the weights multiply to, at each variable.
    """

    def __init__(
        self, layout: PairLayout, precision: str, kernels: ModuleType, name: str, tables: tuple[Numbers, ...],
        size: tuple[int, ...], n_messages: int, n_scratch: int,
    ) -> None:  # fmt: skip
        self._layout = layout
        self._type = np.dtype(precision)
        self._tables = tables
        self._size = size
        self._n_scratch = n_scratch
        self._send, self._gather, self._sweep, self._bethe = (
            _loaded(getattr(kernels, f"{verb}_{name}")) for verb in ("send", "gather", "sweep", "bethe")
        )
        self.n_entries = n_messages
        self.messages: Numbers
        self.weights: Numbers
        self.totals: Numbers

    @abstractmethod
    def weigh(self, logs: FloatArray) -> None:
        """These are the (V, K) log weights from now on."""

    @abstractmethod
    def reweigh(self, before: FloatArray, logs: FloatArray, variables: IntArray) -> None:
        """The log weights of some variables have changed: bring their totals up to date."""

    @abstractmethod
    def distance(self, before: Numbers) -> float:
        """Largest difference of a normalised log message from earlier ones."""

    @abstractmethod
    def beliefs(self, logs: FloatArray) -> FloatArray:
        """(V, K) probabilities."""

    @abstractmethod
    def log_z(self, logs: FloatArray) -> float:
        """Σ log Z_i."""

    def start(self, logs: FloatArray, nothing: float) -> None:
        """Begin with messages that say nothing and with these (V, K) log weights."""
        self.messages = np.full(self.n_entries, nothing, self._type)
        self.weigh(logs)
        self.totals = np.empty_like(self.weights)
        self.gather(0, self._layout.n_variables)

    def send(self, piece: int, first: int, last: int) -> float:
        """Rows of a piece send; e^residual − 1."""
        scratch = np.empty(self._n_scratch, self._type)
        worst: float = self._send(
            self._layout.rows, *self._tables, *self._size, self.messages, self.totals,
            piece, first, last, self._layout.is_in_turn, scratch,
        )  # fmt: skip
        return worst

    def gather(self, first: int, last: int) -> None:
        """Multiply the messages to some variables."""
        self._gather(self._layout.rows, *self._size, self.weights, self.messages, self.totals, first, last)

    def sweeps(self, n_sweeps: int, tolerance: float, standstill: float) -> tuple[int, float, float]:
        """See `Sweeper.sweeps`, in one thread."""
        found: tuple[int, float, float] = self._sweep(
            self._layout.rows, *self._tables, *self._size, self.weights, self.messages, self.totals,
            self._layout.is_in_turn, n_sweeps, tolerance, standstill,
        )  # fmt: skip
        return found

    def bethe(self, piece: int, first: int, last: int) -> float:
        """Σ log Z_a / (Z_ai Z_aj) over rows of a piece."""
        rows = self._layout.rows
        total: float = self._bethe(
            rows, *self._tables, *self._size, self.messages, self.totals, piece, first, last
        )
        return total


class Ratios(Arithmetic):
    """Two states: each message is μ(1) / μ(0)."""

    def __init__(self, layout: PairLayout, precision: str) -> None:
        kernels, planes = _in_precision(loopy_binary, layout, precision)
        tables = planes[1], planes[2], planes[3]
        n_messages = 2 * layout.n_rows
        super().__init__(layout, precision, kernels, "ratios", tables, (), n_messages, loopy_binary.SCRATCH)
        self._certainty = certainty(layout, precision)

    def start(self, logs: FloatArray, nothing: float = 1.0) -> None:
        """See `Arithmetic`."""
        super().start(logs, nothing)

    def _ratios(self, logs: FloatArray) -> Numbers:
        ratios = logs[:, 1] - logs[:, 0]
        np.clip(ratios, -self._certainty, self._certainty, out=ratios, where=np.isinf(ratios))
        found: Numbers = np.exp(ratios, out=ratios).astype(self._type, copy=False)
        return found

    def weigh(self, logs: FloatArray) -> None:
        """See `Arithmetic`."""
        self.weights = self._ratios(logs)

    def reweigh(self, before: FloatArray, logs: FloatArray, variables: IntArray) -> None:
        """See `Arithmetic`."""
        self.totals[variables] *= self._ratios(logs[variables]) / self._ratios(before)

    def distance(self, before: Numbers) -> float:
        """See `Arithmetic`."""
        low, high = np.minimum(before, self.messages), np.maximum(before, self.messages)
        return float(np.log1p(((high - low) / np.minimum(1 + low, low + low * high)).max()))

    def beliefs(self, logs: FloatArray) -> FloatArray:
        """See `Arithmetic`."""
        found = np.empty((len(self.totals), 2))
        np.divide(1.0, 1.0 + self.totals.astype(np.float64, copy=False), out=found[:, 0])
        np.multiply(self.totals, found[:, 0], out=found[:, 1])
        for state in range(2):
            is_forbidden = np.isneginf(logs[:, state])
            found[is_forbidden, state] = 0.0
            found[is_forbidden, 1 - state] = 1.0
        return found

    def log_z(self, logs: FloatArray) -> float:
        """See `Arithmetic`."""
        base = np.where(np.isneginf(logs[:, 0]), logs[:, 1] - self._certainty, logs[:, 0])
        base += np.log1p(self.totals.astype(np.float64, copy=False))
        return float(base.sum())


class States(Arithmetic):
    """K states: each message is K numbers that sum to one."""

    def __init__(self, layout: PairLayout, precision: str) -> None:
        kernels, planes = _in_precision(loopy_pairwise, layout, precision)
        n_states = layout.n_states
        n_scratch = loopy_pairwise.scratch_size(n_states)
        n_messages = 2 * layout.n_rows * n_states
        tables = (planes.reshape(-1),)
        super().__init__(layout, precision, kernels, "states", tables, (n_states,), n_messages, n_scratch)
        self._shape = (layout.n_variables, n_states)

    def start(self, logs: FloatArray, nothing: float = 0.0) -> None:
        """See `Arithmetic`."""
        super().start(logs, nothing or 1.0 / self._layout.n_states)

    def weigh(self, logs: FloatArray) -> None:
        """See `Arithmetic`."""
        self.weights = _scaled(logs).astype(self._type, copy=False).reshape(-1)

    def reweigh(self, before: FloatArray, logs: FloatArray, variables: IntArray) -> None:
        """See `Arithmetic`."""
        new, old = _scaled(logs[variables]), _scaled(before)
        ratio = np.divide(new, old, out=np.zeros_like(new), where=old > 0)
        self.totals.reshape(self._shape)[variables] *= ratio

    def distance(self, before: Numbers) -> float:
        """See `Arithmetic`."""
        return float(np.abs(np.log(self.messages / before)).max())

    def beliefs(self, logs: FloatArray) -> FloatArray:
        """See `Arithmetic`."""
        totals = self.totals.reshape(self._shape).astype(np.float64)
        totals /= totals.sum(axis=1, keepdims=True)
        return totals

    def log_z(self, logs: FloatArray) -> float:
        """See `Arithmetic`."""
        totals = self.totals.reshape(self._shape).astype(np.float64, copy=False)
        return float((row_extremes(logs)[0] + np.log(totals.sum(axis=1))).sum())


def _in_precision(kernels: ModuleType, layout: PairLayout, precision: str) -> tuple[ModuleType, Numbers]:
    if precision == "float32":
        return loopy_single, layout.single_planes
    return kernels, layout.planes


def _scaled(logs: FloatArray) -> FloatArray:
    """Linear weights with a largest entry of one in each row."""
    found: FloatArray = np.exp(logs - row_extremes(logs)[0][:, None])
    return found


def _loaded(kernel: Callable[..., Any]) -> Callable[..., Any]:
    found = fast(kernel)
    if found is None:
        raise RuntimeError("the pairwise kernels are loaded all together")
    return found
