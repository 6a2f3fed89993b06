"""Clique tables as rows, one for each state of the separator with the parent, which leads.

Every function takes some whole rows, or a part of one. Short rows are the rule where a clique adds one variable
to its separator: loops of a few turns that the compiler does not know beforehand are two to three times slower.
"""

from __future__ import annotations

import numpy as np

from mbml_core.kernels.kernel import Floats, inlined_kernel, lean_kernel, reassociating_kernel
from mbml_core.kernels.nests import LONG, STRETCH, fold
from mbml_core.kernels.tables import clear

U = np.uint64


@reassociating_kernel
def sum_rows(buffer: Floats, start: int, n_rows: int, n: int, sums: int, is_first: bool) -> None:
    """SEND: sums[row] = (or, unless `is_first`, +=) Σ of the row."""
    if n == 2:
        _sum_rows(buffer, start, n_rows, 2, sums, is_first)
    elif n == 3:
        _sum_rows(buffer, start, n_rows, 3, sums, is_first)
    elif n == 4:
        _sum_rows(buffer, start, n_rows, 4, sums, is_first)
    else:
        _sum_rows(buffer, start, n_rows, n, sums, is_first)


@inlined_kernel
def _sum_rows(buffer: Floats, start: int, n_rows: int, n: int, sums: int, is_first: bool) -> None:
    at, to = U(start), U(sums)
    for row in range(U(n_rows)):
        total = 0.0
        for k in range(U(n)):
            total += buffer[at + k]
        buffer[to + row] = total if is_first else total + buffer[to + row]
        at += U(n)


@reassociating_kernel
def max_rows(buffer: Floats, start: int, n_rows: int, n: int, maxima: int, is_first: bool) -> None:
    """Maxima[row] = largest entry of the row, and, unless `is_first`, of what is there."""
    at, to, length = U(start), U(maxima), U(n)
    for row in range(U(n_rows)):
        best = 0.0 if is_first else buffer[to + row]
        for k in range(length):
            best = max(best, buffer[at + k])
        buffer[to + row] = best
        at += length


@lean_kernel
def scale_rows(
    buffer: Floats, start: int, n_rows: int, n: int, factors: int, target: int, columns: int, tile: Floats
) -> None:
    """SCALE: target[row, k] = table[row, k] · factors[row]; columns[k] += Σ_row of the products."""
    if n < LONG:
        _scale_short_rows(buffer, start, n_rows, n, factors, target, columns, tile)
    elif target == start:
        _scale_long_rows_in_place(buffer, start, n_rows, n, factors, columns)
    else:
        _scale_long_rows(buffer, start, n_rows, n, factors, target, columns)


@lean_kernel
def sum_scaled_rows(
    buffer: Floats, start: int, n_rows: int, n: int, factors: int, columns: int, tile: Floats
) -> None:
    """SUM: columns[k] += Σ_row table[row, k] · factors[row]."""
    if n < LONG:
        _scale_short_rows(buffer, start, n_rows, n, factors, -1, columns, tile)
    else:
        _sum_long_rows(buffer, start, n_rows, n, factors, columns)


@reassociating_kernel
def _scale_long_rows_in_place(buffer: Floats, start: int, n_rows: int, n: int, factors: int, columns: int) -> None:
    at, by, sums, length = U(start), U(factors), U(columns), U(n)
    for row in range(U(n_rows)):
        x = buffer[by + row]
        for k in range(length):
            y = buffer[at + k] * x
            buffer[at + k] = y
            buffer[sums + k] += y
        at += length


@reassociating_kernel
def _scale_long_rows(
    buffer: Floats, start: int, n_rows: int, n: int, factors: int, target: int, columns: int
) -> None:
    at, by, to, sums, length = U(start), U(factors), U(target), U(columns), U(n)
    for row in range(U(n_rows)):
        x = buffer[by + row]
        for k in range(length):
            y = buffer[at + k] * x
            buffer[to + k] = y
            buffer[sums + k] += y
        at += length
        to += length


@reassociating_kernel
def _sum_long_rows(buffer: Floats, start: int, n_rows: int, n: int, factors: int, columns: int) -> None:
    at, by, sums, length = U(start), U(factors), U(columns), U(n)
    for row in range(U(n_rows)):
        x = buffer[by + row]
        if x != 0.0:
            for k in range(length):
                buffer[sums + k] += buffer[at + k] * x
        at += length


@lean_kernel
def _scale_short_rows(
    buffer: Floats, start: int, n_rows: int, n: int, factors: int, target: int, columns: int, tile: Floats
) -> None:
    """A stretch of rows at a time, summed onto a tile. Products go nowhere with a negative target."""
    step = max(1, min(n_rows, STRETCH // n))
    clear(tile, 0, step * n)
    while n_rows > 0:
        rows = min(step, n_rows)
        if target >= 0:
            _multiply_rows(buffer, start, rows, n, factors, buffer, target)
            _add(buffer, target, rows * n, tile)
            target += rows * n
        else:
            _multiply_rows(buffer, start, rows, n, factors, tile, step * n)
            _add(tile, step * n, rows * n, tile)
        start += rows * n
        factors += rows
        n_rows -= rows
    fold(tile, n, step * n)
    for k in range(n):
        buffer[columns + k] += tile[k]


@reassociating_kernel
def _add(of: Floats, start: int, n: int, tile: Floats) -> None:
    at = U(start)
    for k in range(U(n)):
        tile[k] += of[at + k]


@reassociating_kernel
def _multiply_rows(of: Floats, start: int, n_rows: int, n: int, factors: int, into: Floats, target: int) -> None:
    if n == 2:
        _multiply_rows_of(of, start, n_rows, 2, factors, into, target)
    elif n == 3:
        _multiply_rows_of(of, start, n_rows, 3, factors, into, target)
    elif n == 4:
        _multiply_rows_of(of, start, n_rows, 4, factors, into, target)
    elif n == 5:
        _multiply_rows_of(of, start, n_rows, 5, factors, into, target)
    elif n == 6:
        _multiply_rows_of(of, start, n_rows, 6, factors, into, target)
    else:
        _multiply_rows_of(of, start, n_rows, n, factors, into, target)


@inlined_kernel
def _multiply_rows_of(
    of: Floats, start: int, n_rows: int, n: int, factors: int, into: Floats, target: int
) -> None:
    at, by, to = U(start), U(factors), U(target)
    for row in range(U(n_rows)):
        x = of[by + row]
        for k in range(U(n)):
            into[to + k] = of[at + k] * x
        at += U(n)
        to += U(n)
