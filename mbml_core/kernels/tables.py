"""The inner loops over clique tables, all on one buffer. Positions are unsigned: see `Offsets`."""

from __future__ import annotations

import numpy as np

from mbml_core.kernels.kernel import Floats, Ints, Offsets, lean_kernel, reassociating_kernel

U = np.uint64

LEAST_INVERTIBLE = 1e-300
"""The reciprocal of a smaller number may be infinite."""
SHORT = U(12)
"""A run of fewer entries is not worth a loop of its own."""


@reassociating_kernel
def write_message(buffer: Floats, code: Ints, at: int, offsets: Offsets) -> None:
    """WRITE: table[…] = message, over the separator that the operands describe (see program.py)."""
    start, first = U(code[at + 1]), U(code[at + 2])
    kept, n_kept, dropped, n_dropped = U(code[at + 3]), U(code[at + 4]), U(code[at + 5]), U(code[at + 6])
    run, run_is_kept = U(code[at + 7]), code[at + 8]
    for s in range(n_kept):
        base = start + U(offsets[kept + s])
        for r in range(n_dropped):
            to = base + U(offsets[dropped + r])
            if run_is_kept:
                m = first + s * run
                for k in range(run):
                    buffer[to + k] = buffer[m + k]
            else:
                x = buffer[first + s]
                for k in range(run):
                    buffer[to + k] = x


@reassociating_kernel
def multiply_message(buffer: Floats, code: Ints, at: int, offsets: Offsets) -> None:
    """MULTIPLY: table[…] *= message."""
    start, first = U(code[at + 1]), U(code[at + 2])
    kept, n_kept, dropped, n_dropped = U(code[at + 3]), U(code[at + 4]), U(code[at + 5]), U(code[at + 6])
    run, run_is_kept = U(code[at + 7]), code[at + 8]
    is_short = run < SHORT and run < n_dropped
    for s in range(n_kept):
        base = start + U(offsets[kept + s])
        if is_short:
            _multiply_across(buffer, base, offsets, dropped, n_dropped, run, first, U(s), run_is_kept)
        elif run_is_kept:
            m = first + s * run
            for r in range(n_dropped):
                to = base + U(offsets[dropped + r])
                for k in range(run):
                    buffer[to + k] *= buffer[m + k]
        else:
            x = buffer[first + s]
            if x != 1.0:
                for r in range(n_dropped):
                    to = base + U(offsets[dropped + r])
                    for k in range(run):
                        buffer[to + k] *= x


@reassociating_kernel
def _multiply_across(
    buffer: Floats,
    base: np.uint64,
    offsets: Offsets,
    dropped: np.uint64,
    n_dropped: np.uint64,
    run: np.uint64,
    first: np.uint64,
    s: np.uint64,
    run_is_kept: int,
) -> None:
    """The same for short runs: the long loop goes inside."""
    for k in range(run):
        x = buffer[first + s * run + k] if run_is_kept else buffer[first + s]
        at = base + k
        for r in range(n_dropped):
            buffer[at + U(offsets[dropped + r])] *= x


@reassociating_kernel
def sum_onto_separator(buffer: Floats, code: Ints, at: int, offsets: Offsets) -> None:
    """SPREAD: message = Σ table over what is not in the separator."""
    start, first = U(code[at + 1]), U(code[at + 2])
    kept, n_kept, dropped, n_dropped = U(code[at + 3]), U(code[at + 4]), U(code[at + 5]), U(code[at + 6])
    run, run_is_kept = U(code[at + 7]), code[at + 8]
    is_short = run < SHORT and run < n_dropped
    for s in range(n_kept):
        base = start + U(offsets[kept + s])
        if is_short:
            _sum_across(buffer, base, offsets, dropped, n_dropped, run, first, U(s), run_is_kept)
        elif run_is_kept:
            m = first + s * run
            for k in range(run):
                buffer[m + k] = 0.0
            for r in range(n_dropped):
                of = base + U(offsets[dropped + r])
                for k in range(run):
                    buffer[m + k] += buffer[of + k]
        else:
            total = 0.0
            for r in range(n_dropped):
                of = base + U(offsets[dropped + r])
                for k in range(run):
                    total += buffer[of + k]
            buffer[first + s] = total


@reassociating_kernel
def _sum_across(
    buffer: Floats,
    base: np.uint64,
    offsets: Offsets,
    dropped: np.uint64,
    n_dropped: np.uint64,
    run: np.uint64,
    first: np.uint64,
    s: np.uint64,
    run_is_kept: int,
) -> None:
    """The same for short runs: the long loop goes inside."""
    whole = 0.0
    for k in range(run):
        at, total = base + k, 0.0
        for r in range(n_dropped):
            total += buffer[at + U(offsets[dropped + r])]
        if run_is_kept:
            buffer[first + s * run + k] = total
        whole += total
    if not run_is_kept:
        buffer[first + s] = whole


@reassociating_kernel
def scale(buffer: Floats, start: int, n: int) -> float:
    """Divide n entries by the largest, which is returned; 0 where all are zero."""
    first, peak = U(start), 0.0
    for k in range(U(n)):
        peak = max(peak, buffer[first + k])
    if peak > LEAST_INVERTIBLE:
        inverse = 1.0 / peak
        for k in range(U(n)):
            buffer[first + k] *= inverse
    elif peak > 0.0:
        for k in range(U(n)):
            buffer[first + k] /= peak
    return peak


@reassociating_kernel
def divide(buffer: Floats, target: int, dividend: int, divisor: int, n: int) -> None:
    """SHARE, first half: target = dividend / divisor, n entries each, with 0 / 0 = 0."""
    to, of, by = U(target), U(dividend), U(divisor)
    for k in range(U(n)):
        x = buffer[by + k]
        buffer[to + k] = buffer[of + k] / x if x > 0.0 else 0.0


@reassociating_kernel
def join(buffer: Floats, target: int, message: int, n: int, is_first: int) -> None:
    """JOIN: target = or *= message, n entries each."""
    to, of = U(target), U(message)
    if is_first:
        for k in range(U(n)):
            buffer[to + k] = buffer[of + k]
    else:
        for k in range(U(n)):
            buffer[to + k] *= buffer[of + k]


@reassociating_kernel
def sum_rows(buffer: Floats, start: int, n_rows: int, length: int, sums: int) -> None:
    """Sums[row] = Σ of the row; the separator with the parent leads, so a row is one of its states."""
    at, to, n = U(start), U(sums), U(length)
    for row in range(U(n_rows)):
        total = 0.0
        for k in range(n):
            total += buffer[at + k]
        buffer[to + row] = total
        at += n


@reassociating_kernel
def max_rows(buffer: Floats, start: int, n_rows: int, length: int, maxima: int) -> None:
    """Maxima[row] = largest entry of the row."""
    at, to, n = U(start), U(maxima), U(length)
    for row in range(U(n_rows)):
        best = 0.0
        for k in range(n):
            best = max(best, buffer[at + k])
        buffer[to + row] = best
        at += n


@reassociating_kernel
def scale_rows(buffer: Floats, start: int, n_rows: int, length: int, factors: int, columns: int) -> None:
    """SCALE in place: table[row, k] *= factors[row]; columns[k] = Σ_row of the products."""
    at, by, sums, n = U(start), U(factors), U(columns), U(length)
    for k in range(n):
        buffer[sums + k] = 0.0
    for row in range(U(n_rows)):
        x = buffer[by + row]
        for k in range(n):
            y = buffer[at + k] * x
            buffer[at + k] = y
            buffer[sums + k] += y
        at += n


@reassociating_kernel
def scale_rows_into(
    buffer: Floats, start: int, n_rows: int, length: int, factors: int, target: int, columns: int
) -> None:
    """SCALE elsewhere: target[row, k] = table[row, k] · factors[row]; columns[k] = Σ_row of the products."""
    at, by, to, sums, n = U(start), U(factors), U(target), U(columns), U(length)
    for k in range(n):
        buffer[sums + k] = 0.0
    for row in range(U(n_rows)):
        x = buffer[by + row]
        for k in range(n):
            y = buffer[at + k] * x
            buffer[to + k] = y
            buffer[sums + k] += y
        at += n
        to += n


@reassociating_kernel
def sum_scaled_rows(buffer: Floats, start: int, n_rows: int, length: int, factors: int, columns: int) -> None:
    """SUM: columns[k] = Σ_row table[row, k] · factors[row]."""
    at, by, sums, n = U(start), U(factors), U(columns), U(length)
    for k in range(n):
        buffer[sums + k] = 0.0
    for row in range(U(n_rows)):
        x = buffer[by + row]
        if x != 0.0:
            for k in range(n):
                buffer[sums + k] += buffer[at + k] * x
        at += n


@reassociating_kernel
def multiply_axis(
    buffer: Floats, start: int, end: int, n_states: int, n_inner: int, weights: Floats, first: int
) -> None:
    """WEIGH: table[outer, state, inner] *= weights[state]."""
    at, inner = U(start), U(n_inner)
    while at < U(end):
        for state in range(U(n_states)):
            x = weights[U(first) + state]
            for k in range(inner):
                buffer[at + k] *= x
            at += inner


@reassociating_kernel
def sum_onto_axis(buffer: Floats, columns: int, n_states: int, n_inner: int, beliefs: Floats, first: int) -> None:
    """READ: beliefs[state] = Σ columns[state, inner], normalised; columns[inner] = Σ over the states."""
    at, to, inner, total = U(columns), U(columns), U(n_inner), 0.0
    for state in range(U(n_states)):
        mass = 0.0
        for k in range(inner):
            mass += buffer[at + k]
        beliefs[U(first) + state] = mass
        total += mass
        if state > 0 and n_inner > 1:
            for k in range(inner):
                buffer[to + k] += buffer[at + k]
        at += inner
    if total > 0.0:
        for state in range(U(n_states)):
            beliefs[U(first) + state] /= total


@reassociating_kernel
def _fill_plane(
    buffer: Floats, start: int, n_rows: int, row_stride: int, n: int, values: Floats, value: int, stride: int,
    is_first: int,
) -> None:  # fmt: skip
    """The two innermost loops of a nest."""
    to, of, length, step = U(start), U(value), U(n), U(stride)
    for _ in range(n_rows):
        if stride == 0:
            x = values[of]
            if is_first:
                for k in range(length):
                    buffer[to + k] = x
            else:
                for k in range(length):
                    buffer[to + k] *= x
        elif stride == 1:
            if is_first:
                for k in range(length):
                    buffer[to + k] = values[of + k]
            else:
                for k in range(length):
                    buffer[to + k] *= values[of + k]
        elif is_first:
            for k in range(length):
                buffer[to + k] = values[of + k * step]
        else:
            for k in range(length):
                buffer[to + k] *= values[of + k * step]
        to += length
        of += U(row_stride)


@lean_kernel
def fill(buffer: Floats, code: Ints, at: int, values: Floats, states: Ints, counters: Ints) -> None:
    """FILL: table = (or *=) a table of the network at the observed states, walked as a nest of loops."""
    to, end, is_first, value = code[at + 1], code[at + 2], code[at + 3], code[at + 4]
    n_sliced = code[at + 5]
    for k in range(at + 6, at + 6 + 2 * n_sliced, 2):
        value += states[code[k]] * code[k + 1]
    nest = at + 7 + 2 * n_sliced
    outer = code[nest - 1] - 2
    last = nest + 2 * outer + 2
    n_rows, row_stride = (code[last - 2], code[last - 1]) if outer >= 0 else (1, 0)
    n, stride = code[last], code[last + 1]
    for depth in range(outer):
        counters[depth] = 0
    while True:
        _fill_plane(buffer, to, n_rows, row_stride, n, values, value, stride, is_first)
        to += n_rows * n
        if to >= end:
            break
        depth = outer - 1
        while True:
            counters[depth] += 1
            value += code[nest + 2 * depth + 1]
            if counters[depth] < code[nest + 2 * depth]:
                break
            value -= code[nest + 2 * depth + 1] * code[nest + 2 * depth]
            counters[depth] = 0
            depth -= 1
