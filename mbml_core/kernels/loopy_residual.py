"""The residual schedule: always the factor whose messages would change most sends next.

Source: Elidan, McGraw & Koller (2006). The changes are the leaves of a tree of maxima, so the largest is found and
renewed in logarithmic time; among equals the first factor goes first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mbml_core.kernels.kernel import Floats, Ints, kernel, lean_kernel
from mbml_core.kernels.loopy_factor import Bench, Factors, make_bench
from mbml_core.kernels.loopy_general import FINE, Box, Rules, deliver, send_factor


class Waiting(NamedTuple):
    """Factors by how much their messages would change.

    Attributes:
        changes: (2 P,) a tree of maxima over P ≥ F leaves: node i is above 2 i and 2 i + 1, leaf f is P + f.
        factor_start, factors: of each variable.
        renewed: (F,) number of the send that renewed a factor last.
    """

    changes: Floats
    factor_start: Ints
    factors: Ints
    renewed: Ints


@lean_kernel
def _put(waiting: Waiting, f: int, change: float) -> None:
    node = waiting.changes.shape[0] // 2 + f
    waiting.changes[node] = change
    while node > 1:
        node //= 2
        waiting.changes[node] = max(waiting.changes[2 * node], waiting.changes[2 * node + 1])


@lean_kernel
def _largest(waiting: Waiting) -> int:
    half: int = waiting.changes.shape[0] // 2
    node = 1
    while node < half:
        node *= 2
        if waiting.changes[node + 1] > waiting.changes[node]:
            node += 1
    return node - half


@kernel
def expect_changes(
    factors: Factors, box: Box, rules: Rules, sizes: Ints, waiting: Waiting, first: int, last: int
) -> int:
    """Look up how much the messages of factors first … last − 1 would change; returns the outcome."""
    return _expect(factors, box, rules, make_bench(sizes), waiting, first, last)


@lean_kernel
def _expect(
    factors: Factors, box: Box, rules: Rules, bench: Bench, waiting: Waiting, first: int, last: int
) -> int:
    for f in range(first, last):
        change, outcome = send_factor(factors, f, box, rules, bench)
        if outcome != FINE:
            return outcome
        _put(waiting, f, change)
    return FINE


@kernel
def send_largest(
    factors: Factors,
    box: Box,
    rules: Rules,
    sizes: Ints,
    waiting: Waiting,
    n_sent: int,
    n_sends: int,
    n_renewals: int,
) -> tuple[int, int]:
    """Send up to n times, or until so many factors were looked up again: (sends done, outcome).

    Fewer sends than that also where nothing would change. `n_sent` is how many there were before.
    """
    return _send(factors, box, rules, make_bench(sizes), waiting, n_sent, n_sends, n_renewals)


@lean_kernel
def _send(
    factors: Factors,
    box: Box,
    rules: Rules,
    bench: Bench,
    waiting: Waiting,
    n_sent: int,
    n_sends: int,
    n_renewals: int,
) -> tuple[int, int]:
    done = 0
    while done < n_sends and n_renewals > 0 and waiting.changes[1] > 0.0:
        f = _largest(waiting)
        _, outcome = send_factor(factors, f, box, rules, bench)
        if outcome != FINE:
            return done, outcome
        deliver(factors, f, box, bench)
        done += 1
        for e in range(factors.scope_start[f], factors.scope_start[f + 1]):
            v = factors.scope[e]
            for at in range(waiting.factor_start[v], waiting.factor_start[v + 1]):
                near = waiting.factors[at]
                if waiting.renewed[near] != n_sent + done:
                    waiting.renewed[near] = n_sent + done
                    n_renewals -= 1
                    change, outcome = send_factor(factors, near, box, rules, bench)
                    if outcome != FINE:
                        return done, outcome
                    _put(waiting, near, change)
    return done, FINE


@kernel
def factors_of(factors: Factors) -> tuple[Ints, Ints]:
    """(start (V + 1,), factors of each variable in ascending order)."""
    n = factors.state_start.shape[0] - 1
    start = np.zeros(n + 1, np.int64)
    for v in factors.scope:
        start[v + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    found = np.empty(factors.scope.shape[0], np.int64)
    at = start[:n].copy()
    for f in range(factors.table_start.shape[0]):
        for e in range(factors.scope_start[f], factors.scope_start[f + 1]):
            found[at[factors.scope[e]]] = f
            at[factors.scope[e]] += 1
    return start, found
