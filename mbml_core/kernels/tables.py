"""The inner loops over clique tables, all on one buffer.

Positions are unsigned: with signed ones the compiler allows for negative ones, and vectorises nothing (two to
three times slower).
"""

from __future__ import annotations

import numpy as np

from mbml_core.kernels.kernel import Floats, reassociating_kernel

U = np.uint64

LEAST_INVERTIBLE = 1e-300
"""The reciprocal of a smaller number may be infinite."""


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
    if target == dividend:  # said twice, for a compiler that cannot see what overlaps
        for k in range(U(n)):
            x = buffer[by + k]
            buffer[to + k] = buffer[to + k] / x if x > 0.0 else 0.0
    else:
        for k in range(U(n)):
            x = buffer[by + k]
            buffer[to + k] = buffer[of + k] / x if x > 0.0 else 0.0


@reassociating_kernel
def clear(buffer: Floats, start: int, n: int) -> None:
    """Set n entries to zero."""
    first = U(start)
    for k in range(U(n)):
        buffer[first + k] = 0.0


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
