"""Sum-product messages of two-state variables joined in pairs, each message as one ratio.

With r = μ(1) / μ(0), h the product of the weights' and all messages' ratios at a variable, and f = f00 · [[1, b],
[c, d]], the message that leaves the left variable (whose own incoming message is m) for the right one is

    r = (b m + d h) / (m + c h)

one division, no exponential, no logarithm. The caller makes sure that no product leaves the range of its numbers.
Loops over many rows run in chunks that fit into the nearest cache: gathered first, then calculated side by side.
"""

from __future__ import annotations

import math

import numpy as np

from mbml_core.kernels.kernel import Floats, kernel, reassociating_kernel
from mbml_core.kernels.loopy_layout import PairRows

CHUNK = 512
SCRATCH = 5 * CHUNK


@reassociating_kernel
def largest(numbers: Floats) -> float:
    """The largest of some numbers that are not negative."""
    found = 0.0
    for number in numbers:
        found = max(found, float(number))
    return found


@reassociating_kernel
def send_ratios(
    rows: PairRows,
    second: Floats,
    third: Floats,
    fourth: Floats,
    messages: Floats,
    totals: Floats,
    piece: int,
    first: int,
    last: int,
    is_in_turn: bool,
    scratch: Floats,
) -> float:
    """Rows first … last − 1 of a piece send both messages, from `totals`; returns e^residual − 1.

    With `is_in_turn` the totals follow at once; then no two of the rows may share a variable. `second`, `third`
    and `fourth` are the entries 01, 10 and 11 of the tables, divided by their entries 00. `scratch` holds
    SCRATCH numbers.
    """
    n_rows = rows.left.shape[0]
    at_left, at_right = scratch[:CHUNK], scratch[CHUNK : 2 * CHUNK]
    to_left, to_right = scratch[2 * CHUNK : 3 * CHUNK], scratch[3 * CHUNK : 4 * CHUNK]
    worst = scratch[4 * CHUNK :]
    worst[:] = 0
    for start in range(first, last, CHUNK):
        end = min(start + CHUNK, last)
        n = np.uint64(end - start)
        left, right = rows.left[start:end], rows.right[start:end]
        old_left, old_right = messages[start:end], messages[n_rows + start : n_rows + end]
        for i in range(n):
            at_left[i] = totals[left[i]]
        for i in range(n):
            at_right[i] = totals[right[i]]
        table = rows.piece_table[piece]
        if rows.is_shared[piece]:
            b, c, d = second[table], third[table], fourth[table]
            for i in range(n):
                to_right[i] = (b * old_left[i] + d * at_left[i]) / (old_left[i] + c * at_left[i])
            for i in range(n):
                to_left[i] = (c * old_right[i] + d * at_right[i]) / (old_right[i] + b * at_right[i])
        else:
            table += start - rows.piece_start[piece]
            bs, cs, ds = second[table:], third[table:], fourth[table:]
            for i in range(n):
                to_right[i] = (bs[i] * old_left[i] + ds[i] * at_left[i]) / (old_left[i] + cs[i] * at_left[i])
            for i in range(n):
                to_left[i] = (cs[i] * old_right[i] + ds[i] * at_right[i]) / (old_right[i] + bs[i] * at_right[i])
        if is_in_turn:
            for i in range(n):
                totals[left[i]] = at_left[i] / old_left[i] * to_left[i]
            for i in range(n):
                totals[right[i]] = at_right[i] / old_right[i] * to_right[i]
        _replace(old_left, to_left, n, worst)
        _replace(old_right, to_right, n, worst)
    return largest(worst)


@reassociating_kernel
def _replace(old: Floats, new: Floats, n: np.uint64, worst: Floats) -> None:
    """Raise `worst`, lane by lane, to e^|change of a normalised log message| − 1, exactly; then old ← new.

    The two logs change by log (1 + r') / (1 + r) and by log r' (1 + r) / (r (1 + r')). Lane by lane, because a
    maximum over one row is not vectorised.
    """
    one = old.dtype.type(1)
    for i in range(n):
        is_larger = new[i] > old[i]
        low = old[i] if is_larger else new[i]
        high = new[i] if is_larger else old[i]
        room = one + low if low * high > one else low + low * high
        change = (high - low) / room
        worst[i] = change if change > worst[i] else worst[i]
        old[i] = new[i]


@reassociating_kernel
def gather_ratios(
    rows: PairRows, weights: Floats, messages: Floats, totals: Floats, first: int, last: int
) -> None:
    """Totals ← weights · all messages, for variables first … last − 1."""
    start = rows.incoming_start
    for v in range(np.uint64(first), np.uint64(last)):
        total = weights[v]
        for at in range(np.uint64(start[v]), np.uint64(start[v + np.uint64(1)])):
            total *= messages[rows.incoming[at]]
        totals[v] = total


@kernel
def sweep_ratios(
    rows: PairRows,
    second: Floats,
    third: Floats,
    fourth: Floats,
    weights: Floats,
    messages: Floats,
    totals: Floats,
    is_in_turn: bool,
    n_sweeps: int,
    tolerance: float,
    standstill: float,
) -> tuple[int, float, float]:
    """Sweep up to n times: (sweeps done, residual of the last, of the one before; −1 if there was none).

    Ends early where the residual has fallen to the tolerance, or has changed by no more than this share of itself.
    """
    scratch = np.empty(SCRATCH, messages.dtype)
    before, residual = -1.0, -1.0
    for sweep in range(n_sweeps):
        worst = 0.0
        for piece in range(rows.piece_table.shape[0]):
            first, last = rows.piece_start[piece], rows.piece_start[piece + 1]
            sent = send_ratios(
                rows, second, third, fourth, messages, totals, piece, first, last, is_in_turn, scratch
            )
            worst = max(worst, sent)
        gather_ratios(rows, weights, messages, totals, 0, totals.shape[0])
        before, residual = residual, math.log1p(worst)
        if residual <= tolerance or abs(residual - before) <= max(tolerance, standstill * residual):
            return sweep + 1, residual, before
    return n_sweeps, residual, before


@kernel
def bethe_ratios(
    rows: PairRows, second: Floats, third: Floats, fourth: Floats, messages: Floats, totals: Floats, piece: int,
    first: int, last: int,
) -> float:  # fmt: skip
    """Σ log Z_a / (Z_ai Z_aj) over rows first … last − 1 of a piece, with tables whose entry 00 is one."""
    n_rows = rows.left.shape[0]
    total = 0.0
    for i in range(first, last):
        table = rows.piece_table[piece]
        if not rows.is_shared[piece]:
            table += i - rows.piece_start[piece]
        at_left, at_right = np.float64(totals[rows.left[i]]), np.float64(totals[rows.right[i]])
        left0, right0 = 1.0 / (1.0 + at_left), 1.0 / (1.0 + at_right)
        left1 = at_left / messages[i] * left0
        right1 = at_right / messages[n_rows + i] * right0
        total += math.log(
            left0 * right0 + second[table] * left0 * right1
            + third[table] * left1 * right0 + fourth[table] * left1 * right1
        )  # fmt: skip
    return total
