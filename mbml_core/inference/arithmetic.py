"""The four arithmetics a junction-tree program can be run in: linear or logarithmic, sum or max.

Linear is fast: tables are scaled to at most one and messages rescaled, so that nothing overflows. A product that
loses precision below the smallest normal double raises FloatingPointError (numpy checks the processor's
underflow flag), and the query is then answered in logarithms instead. A wrong digit is never returned.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from mbml_core.distributions.categorical import log
from mbml_core.distributions.semiring import FloatArray

Axes = tuple[int, ...]

EINSUM_ENTRIES = 1 << 12
"""From here on einsum sums faster than reduce, up to six times along short axes. A product with ones would be as
fast, but runs on all cores and waits for busy ones. (Sums never underflow: the unchecked flag is no loss.)"""
BLOCK_ENTRIES = 1 << 18
"""Entries exponentiated at a time: 2 MB stays in cache, and memory stays what the cost prediction said."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How a program's operations act on float arrays, all in place.

    Attributes:
        one: neutral element of `multiply`.
        encode: (linear values, their peak) → values / peak in this representation.
        multiply: target ← target · source, broadcast.
        eliminate: target ← source with `axes` summed or maximised out.
        rescale: target ← target / max(target); returns log of the scale, -inf if all is zero.
        divide: target ← target / source with 0 / 0 = 0.
        decode: this representation → linear values, up to a common factor.
        underflow: whether a result below the smallest normal double is an error: in logarithms it only means
            that a term is too small to add anything.
    """

    one: float
    encode: Callable[[FloatArray, float], FloatArray]
    multiply: Callable[[FloatArray, FloatArray], object]
    eliminate: Callable[[FloatArray, FloatArray, Axes], object]
    rescale: Callable[[FloatArray], float]
    divide: Callable[[FloatArray, FloatArray], object]
    decode: Callable[[FloatArray], FloatArray]
    underflow: Literal["raise", "ignore"]


def _scaled(values: FloatArray, peak: float) -> FloatArray:
    return values / peak


def _log_scaled(values: FloatArray, peak: float) -> FloatArray:
    return log(values) - math.log(peak)


def _same(values: FloatArray) -> FloatArray:
    return values


def _times(target: FloatArray, source: FloatArray) -> None:
    np.multiply(target, source, out=target)


def _plus(target: FloatArray, source: FloatArray) -> None:
    np.add(target, source, out=target)


def _sum(target: FloatArray, source: FloatArray, axes: Axes) -> None:
    if source.size < EINSUM_ENTRIES:
        np.add.reduce(source, axis=axes, out=target)
    else:
        np.einsum(_subscripts(source.ndim, axes), source, out=target)


@lru_cache(maxsize=4096)
def _subscripts(n_axes: int, eliminated: Axes) -> str:
    """Einstein's notation for a sum over some axes: (3, (1,)) → "abc->ac"."""
    names = string.ascii_letters[:n_axes]
    return names + "->" + "".join(name for axis, name in enumerate(names) if axis not in eliminated)


def _max(target: FloatArray, source: FloatArray, axes: Axes) -> None:
    np.maximum.reduce(source, axis=axes, out=target)


def _log_sum(target: FloatArray, source: FloatArray, axes: Axes) -> None:
    peak = np.maximum.reduce(source, axis=axes, keepdims=True)
    shift = np.where(np.isneginf(peak), 0.0, peak)
    total = np.zeros_like(shift)
    _add_exp(total, source, shift, axes)
    with np.errstate(divide="ignore"):  # log(0) = -inf is the meant answer
        target[...] = (np.log(total) + shift).reshape(target.shape)


def _add_exp(total: FloatArray, source: FloatArray, shift: FloatArray, axes: Axes) -> None:
    """Add Σ_axes exp(source − shift) to `total`, halving large arrays so that temporaries stay small."""
    if source.size <= BLOCK_ENTRIES:
        total += np.add.reduce(np.exp(source - shift), axis=axes, keepdims=True)
        return
    axis = int(np.argmax(source.shape))
    half = source.shape[axis] // 2
    for part in (slice(None, half), slice(half, None)):
        here = (slice(None),) * axis + (part,)
        kept = (slice(None),) if axis in axes else here
        _add_exp(total[kept], source[here], shift[kept], axes)


def _rescale_linear(target: FloatArray) -> float:
    peak = float(target.max())
    if peak == 0.0:
        return -math.inf
    np.divide(target, peak, out=target)
    return math.log(peak)


def _rescale_log(target: FloatArray) -> float:
    peak = float(target.max())
    if peak != -math.inf:
        np.subtract(target, peak, out=target)
    return peak


def _divide_linear(target: FloatArray, source: FloatArray) -> None:
    np.divide(target, source, out=target, where=source > 0.0)


def _divide_log(target: FloatArray, source: FloatArray) -> None:
    np.subtract(target, source, out=target, where=source > -math.inf)


def _exp_scaled(values: FloatArray) -> FloatArray:
    scaled: FloatArray = np.exp(values - np.max(values))
    return scaled


LINEAR_SUM = Arithmetic(1.0, _scaled, _times, _sum, _rescale_linear, _divide_linear, _same, "raise")
LINEAR_MAX = replace(LINEAR_SUM, eliminate=_max)
LOG_SUM = Arithmetic(0.0, _log_scaled, _plus, _log_sum, _rescale_log, _divide_log, _exp_scaled, "ignore")
LOG_MAX = replace(LOG_SUM, eliminate=_max)
