"""Sum-product and max-product on logarithms: one algorithm, two ways to eliminate a variable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

SMALLEST_NORMAL = float(np.finfo(np.float64).smallest_normal)
"""Smaller doubles have fewer digits."""


def log_sum_exp(logs: FloatArray, axis: int | tuple[int, ...]) -> FloatArray:
    """Log Σ exp(logs) over `axis`; `-inf` counts as zero, all-`-inf` gives `-inf`, never NaN."""
    peak = np.max(logs, axis=axis, keepdims=True, initial=-np.inf)
    shift = np.where(np.isneginf(peak), 0.0, peak)
    with np.errstate(divide="ignore"):  # log(0) = -inf is the meant answer
        total = np.log(np.sum(np.exp(logs - shift), axis=axis))
    result: FloatArray = total + np.squeeze(shift, axis=axis)
    return result


def _max(logs: FloatArray, axis: int | tuple[int, ...]) -> FloatArray:
    result: FloatArray = np.max(logs, axis=axis, initial=-np.inf)
    return result


@dataclass(frozen=True, slots=True)
class Semiring:
    """How alternatives are combined; logs of independent parts are always added.

    Attributes:
        name: "sum-product" or "max-product".
        eliminate: reduces a log array over axes.
        gather: reduces runs along the last axis; run i starts at `starts[i]`.
    """

    name: str
    eliminate: Callable[[FloatArray, int | tuple[int, ...]], FloatArray]
    gather: Callable[[FloatArray, IntArray], FloatArray]


SUM_PRODUCT = Semiring("sum-product", log_sum_exp, lambda logs, starts: np.logaddexp.reduceat(logs, starts, -1))
MAX_PRODUCT = Semiring("max-product", _max, lambda logs, starts: np.maximum.reduceat(logs, starts, -1))


@dataclass(frozen=True, slots=True)
class Grouping:
    """Entries of an array sorted by a key, so that each key's entries can be eliminated in one call.

    Attributes:
        order: permutation that brings equal keys together.
        starts: where each present key's run begins in that order.
        present: the keys that occur.
        size: number of keys there could be.
    """

    order: IntArray
    starts: IntArray
    present: IntArray
    size: int

    @classmethod
    def by(cls, keys: IntArray, size: int) -> Grouping:
        """Group positions 0 … len(keys)-1 by `keys`, whose values lie in 0 … size-1."""
        order = np.argsort(keys, kind="stable").astype(np.int64)
        present, starts = np.unique(keys[order], return_index=True)
        return cls(order, starts.astype(np.int64), present.astype(np.int64), size)

    def eliminate(self, logs: FloatArray, semiring: Semiring) -> FloatArray:
        """(…, T) logs → (…, size): the entries of each key combined; a key without entries gets `-inf`."""
        result = np.full((*logs.shape[:-1], self.size), -np.inf)
        if self.present.size:
            result[..., self.present] = semiring.gather(logs[..., self.order], self.starts)
        return result
