"""Messages of variables with K states each, joined in pairs by tables without zeros; linear.

A message to a factor is the variable's total divided by the factor's own message. The caller makes sure that no
quotient or product leaves the range of its numbers. State by state the numbers of neighbouring rows lie side by
side ("planes"), so that the calculation runs over rows, whatever K is: plane s · K + t of the tables holds the
entries (s, t); the message of row i to its left variable has state s at s · R + i, that to the right one at
(K + s) · R + i.
"""

from __future__ import annotations

import math

import numpy as np

from mbml_core.kernels.kernel import Floats, Offsets, kernel, reassociating_kernel
from mbml_core.kernels.loopy_binary import largest
from mbml_core.kernels.loopy_layout import PairRows

CHUNK_ENTRIES = 1024


@kernel
def scratch_size(n_states: int) -> int:
    """How many numbers `send_states` works with."""
    return max(16, CHUNK_ENTRIES // n_states) * (4 * n_states + 2)


@reassociating_kernel
def send_states(
    rows: PairRows,
    tables: Floats,
    n_states: int,
    messages: Floats,
    totals: Floats,
    piece: int,
    first: int,
    last: int,
    is_in_turn: bool,
    scratch: Floats,
) -> float:
    """Rows first … last − 1 of a piece send both messages, from `totals`; returns e^residual − 1.

    With `is_in_turn` the totals follow at once; then no two of the rows may share a variable. `scratch` holds
    `scratch_size` numbers.
    """
    n_rows = rows.left.shape[0]
    n_tables = tables.shape[0] // (n_states * n_states)
    chunk = scratch.shape[0] // (4 * n_states + 2)
    size = n_states * chunk
    from_left, from_right = scratch[:size], scratch[size : 2 * size]
    to_left, to_right = scratch[2 * size : 3 * size], scratch[3 * size : 4 * size]
    worst, mass = scratch[4 * size : 4 * size + chunk], scratch[4 * size + chunk :]
    worst[:] = 0
    for start in range(first, last, chunk):
        end = min(start + chunk, last)
        left, right = rows.left[start:end], rows.right[start:end]
        _leave(left, messages[start:], n_rows, totals, n_states, from_left, chunk)
        _leave(right, messages[n_states * n_rows + start :], n_rows, totals, n_states, from_right, chunk)
        to_left[:] = 0
        to_right[:] = 0
        for s in range(n_states):
            for t in range(n_states):
                at = (s * n_states + t) * n_tables + rows.piece_table[piece]
                into_left, into_right = to_left[s * chunk :], to_right[t * chunk :]
                left_in, right_in = from_left[s * chunk :], from_right[t * chunk :]
                if rows.is_shared[piece]:
                    _weigh_shared(tables[at:], right_in, into_left, end - start)
                    _weigh_shared(tables[at:], left_in, into_right, end - start)
                else:
                    values = tables[at + start - rows.piece_start[piece] :]
                    _weigh(values, right_in, into_left, end - start)
                    _weigh(values, left_in, into_right, end - start)
        _normalize(to_left, chunk, n_states, end - start, mass)
        _normalize(to_right, chunk, n_states, end - start, mass)
        if is_in_turn:
            _arrive(left, to_left, from_left, totals, n_states, chunk)
            _arrive(right, to_right, from_right, totals, n_states, chunk)
        for s in range(n_states):
            _replace(messages[s * n_rows + start :], to_left[s * chunk :], end - start, worst)
            _replace(messages[(n_states + s) * n_rows + start :], to_right[s * chunk :], end - start, worst)
    return largest(worst)


@reassociating_kernel
def _leave(
    variables: Offsets, own: Floats, n_rows: int, totals: Floats, n_states: int, outgoing: Floats, chunk: int
) -> None:
    """The messages to the factors: totals without what the factors said themselves."""
    n = np.uint64(variables.shape[0])
    size = np.uint64(n_states)
    for s in range(size):
        message, target = own[s * np.uint64(n_rows) :], outgoing[s * np.uint64(chunk) :]
        for i in range(n):
            target[i] = totals[variables[i] * size + s]
        for i in range(n):
            target[i] /= message[i]


@reassociating_kernel
def _arrive(variables: Offsets, new: Floats, outgoing: Floats, totals: Floats, n_states: int, chunk: int) -> None:
    """The totals with the new messages in the place of the old."""
    size = np.uint64(n_states)
    for s in range(size):
        for i in range(np.uint64(variables.shape[0])):
            at = s * np.uint64(chunk) + i
            totals[variables[i] * size + s] = outgoing[at] * new[at]


@reassociating_kernel
def _weigh(values: Floats, incoming: Floats, outgoing: Floats, n_rows: int) -> None:
    for i in range(np.uint64(n_rows)):
        outgoing[i] += values[i] * incoming[i]


@reassociating_kernel
def _weigh_shared(value: Floats, incoming: Floats, outgoing: Floats, n_rows: int) -> None:
    weight = value[0]
    for i in range(np.uint64(n_rows)):
        outgoing[i] += weight * incoming[i]


@reassociating_kernel
def _normalize(new: Floats, chunk: int, n_states: int, n_rows: int, mass: Floats) -> None:
    """Scale every row to a sum of one."""
    n = np.uint64(n_rows)
    mass[:] = 0
    one = new.dtype.type(1)
    for s in range(n_states):
        plane = new[s * chunk :]
        for i in range(n):
            mass[i] += plane[i]
    for i in range(n):
        mass[i] = one / mass[i]
    for s in range(n_states):
        plane = new[s * chunk :]
        for i in range(n):
            plane[i] *= mass[i]


@reassociating_kernel
def _replace(old: Floats, new: Floats, n_rows: int, worst: Floats) -> None:
    """Raise `worst`, lane by lane, to e^|change of a log| − 1; then old ← new."""
    for i in range(np.uint64(n_rows)):
        is_larger = new[i] > old[i]
        low = old[i] if is_larger else new[i]
        high = new[i] if is_larger else old[i]
        change = (high - low) / low
        worst[i] = change if change > worst[i] else worst[i]
        old[i] = new[i]


@reassociating_kernel
def gather_states(
    rows: PairRows, n_states: int, weights: Floats, messages: Floats, totals: Floats, first: int, last: int
) -> None:
    """Totals ← weights · all messages, for variables first … last − 1."""
    start = rows.incoming_start
    size, n_rows = np.uint64(n_states), np.uint64(rows.left.shape[0])
    jump = (size - np.uint64(1)) * n_rows  # from a message to the left in a plane to the one to the right
    for v in range(np.uint64(first), np.uint64(last)):
        for s in range(size):
            total = weights[v * size + s]
            for at in range(np.uint64(start[v]), np.uint64(start[v + np.uint64(1)])):
                message = np.uint64(rows.incoming[at])
                total *= messages[message + s * n_rows + (jump if message >= n_rows else np.uint64(0))]
            totals[v * size + s] = total


@kernel
def sweep_states(
    rows: PairRows,
    tables: Floats,
    n_states: int,
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
    scratch = np.empty(scratch_size(n_states), messages.dtype)
    before, residual = -1.0, -1.0
    for sweep in range(n_sweeps):
        worst = 0.0
        for piece in range(rows.piece_table.shape[0]):
            first, last = rows.piece_start[piece], rows.piece_start[piece + 1]
            sent = send_states(rows, tables, n_states, messages, totals, piece, first, last, is_in_turn, scratch)
            worst = max(worst, sent)
        gather_states(rows, n_states, weights, messages, totals, 0, rows.incoming_start.shape[0] - 1)
        before, residual = residual, math.log1p(worst)
        if residual <= tolerance or abs(residual - before) <= max(tolerance, standstill * residual):
            return sweep + 1, residual, before
    return n_sweeps, residual, before


@kernel
def bethe_states(
    rows: PairRows,
    tables: Floats,
    n_states: int,
    messages: Floats,
    totals: Floats,
    piece: int,
    first: int,
    last: int,
) -> float:
    """Σ log Z_a / (Z_ai Z_aj) over rows first … last − 1 of a piece."""
    n_rows, n_tables = rows.left.shape[0], tables.shape[0] // (n_states * n_states)
    found = 0.0
    for i in range(first, last):
        table = rows.piece_table[piece]
        if not rows.is_shared[piece]:
            table += i - rows.piece_start[piece]
        left, right = np.int64(rows.left[i]) * n_states, np.int64(rows.right[i]) * n_states
        z_left, z_right, z = 0.0, 0.0, 0.0
        for s in range(n_states):
            z_left += totals[left + s]
            z_right += totals[right + s]
        for s in range(n_states):
            inner = 0.0
            for t in range(n_states):
                from_right = totals[right + t] / messages[(n_states + t) * n_rows + i] / z_right
                inner += tables[(s * n_states + t) * n_tables + table] * from_right
            z += inner * (totals[left + s] / messages[s * n_rows + i] / z_left)
        found += math.log(z)
    return found
