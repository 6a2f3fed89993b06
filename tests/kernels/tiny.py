"""A few kernels of every sort, quick to compile."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mbml_core.kernels.kernel import BitRows, Floats, Ints, Offsets, Table, kernel, reassociating_kernel


class Pair(NamedTuple):
    left: Floats
    right: Floats


class Weighted(NamedTuple):
    values: Floats
    counts: Ints
    pair: Pair


@kernel
def square(x: float) -> float:
    return x * x


@kernel
def sum_of_squares(values: Floats) -> float:
    total = 0.0
    for x in values:
        total += square(x)
    return total


@reassociating_kernel
def dot(pair: Pair) -> float:
    total = 0.0
    for i in range(pair.left.shape[0]):
        total += pair.left[i] * pair.right[i]
    return total


@kernel
def scaled(weighted: Weighted, table: Table, is_negative: bool, power: int) -> Pair:
    sign = -1.0 if is_negative else 1.0
    first = np.empty(weighted.values.shape[0])
    for i in range(first.shape[0]):
        first[i] = sign * weighted.values[i] ** power * weighted.counts[i] + dot(weighted.pair)
    return Pair(first, table[0].copy())


@kernel
def picked(rows: BitRows, at: Offsets, mask: np.uint64) -> Ints:
    found = np.zeros(at.shape[0], np.int64)
    for i in range(at.shape[0]):
        found[i] = np.int64(rows[0, at[i]] & mask)
    return found


ENTRY_POINTS = (sum_of_squares, scaled)
