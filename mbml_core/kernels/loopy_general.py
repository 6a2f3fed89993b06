"""Messages of factors of any kind and size: tables with zeros, automata, hubs, tables over hundreds of decades.

Messages are kept as logs, −inf for a forbidden state, and variables count the zeros among them, so that any one
can be taken out again. Inside a factor numbers are linear where their products stay inside the range of a double,
which is looked up before each factor, and logs where they do not.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from mbml_core.kernels.kernel import Floats, Ints, inlined_kernel, kernel, lean_kernel
from mbml_core.kernels.loopy_factor import (
    LINEAR,
    LOGS,
    MAXIMUM,
    Bench,
    Factors,
    make_bench,
    plus,
    read_automaton,
    read_pair,
    read_table,
)

RANGE = 600.0
"""Logs of products stay within ±600; a double reaches ±708."""
FINE, NO_STATE_LEFT, NO_STATE_SENT = 0, 1, 2
"""Outcomes: all is well; the messages to a variable, or one from a factor, exclude all of its states."""


class Box(NamedTuple):
    """The messages to variables and what they add up to.

    Attributes:
        messages: normalised logs.
        weights: log evidence over all states of all variables.
        finite: for each state the sum of all its logs that are not −inf.
        zeros: how many are.
    """

    messages: Floats
    weights: Floats
    finite: Floats
    zeros: Ints


class Rules(NamedTuple):
    """How new messages are made: see `Propagation`."""

    is_max: bool
    damping: float
    floor: float


@lean_kernel
def recount(factors: Factors, box: Box) -> None:
    """Add the totals up afresh."""
    for i in range(box.weights.shape[0]):
        is_zero = box.weights[i] == -np.inf
        box.finite[i] = 0.0 if is_zero else box.weights[i]
        box.zeros[i] = 1 if is_zero else 0
    for e in range(factors.scope.shape[0]):
        start, v = factors.message_start[e], factors.scope[e]
        for s in range(factors.state_start[v + 1] - factors.state_start[v]):
            _add(box, factors.state_start[v] + s, box.messages[start + s], 1)


@inlined_kernel
def _add(box: Box, at: int, log: float, sign: int) -> None:
    if log == -np.inf:
        box.zeros[at] += sign
    else:
        box.finite[at] += sign * log


@inlined_kernel
def _receive(factors: Factors, f: int, box: Box, bench: Bench) -> float:
    """Log messages from the variables, each with a largest entry of 0; returns the sum of their log ranges, or −1
    where one forbids every state.
    """
    first, at, reach = factors.scope_start[f], 0, 0.0
    for e in range(first, factors.scope_start[f + 1]):
        start, end = factors.state_start[factors.scope[e]], factors.state_start[factors.scope[e] + 1]
        bench.place[e - first] = at
        high, low = -np.inf, np.inf
        for s in range(end - start):
            own = box.messages[factors.message_start[e] + s]
            is_zero = own == -np.inf
            log = -np.inf
            if box.zeros[start + s] <= (1 if is_zero else 0):
                log = box.finite[start + s] - (0.0 if is_zero else own)
                high, low = max(high, log), min(low, log)
            bench.incoming[at + s] = log
        if high == -np.inf:
            return -1.0
        for s in range(at, at + end - start):
            bench.incoming[s] -= high
        at += end - start
        reach += high - low
    bench.place[factors.scope_start[f + 1] - first] = at
    return reach


@inlined_kernel
def send_factor(factors: Factors, f: int, box: Box, rules: Rules, bench: Bench) -> tuple[float, int]:
    """New messages of a factor into `bench.outgoing`, normalised and damped: (largest change, outcome)."""
    n_axes = factors.scope_start[f + 1] - factors.scope_start[f]
    reach = _receive(factors, f, box, bench)
    if reach < 0.0:
        return 0.0, NO_STATE_LEFT
    mode = MAXIMUM if rules.is_max else (LINEAR if reach + factors.span[f] <= RANGE else LOGS)
    n_numbers = bench.place[n_axes]
    bench.outgoing[:n_numbers] = 0.0 if mode == LINEAR else -np.inf
    if mode == LINEAR:
        for i in range(n_numbers):
            bench.incoming[i] = math.exp(bench.incoming[i])
    if factors.pattern[f] >= 0:
        read_automaton(factors, f, mode, bench)
    elif n_axes == 2:
        read_pair(factors.values if mode == LINEAR else factors.logs, factors.table_start[f], mode, bench)
    else:
        values = factors.values if mode == LINEAR else factors.logs
        read_table(values, factors.table_start[f], n_axes, mode, bench)
    worst = 0.0
    for axis in range(n_axes):
        start = factors.message_start[factors.scope_start[f] + axis]
        change = _finish(box, start, bench.place[axis], bench.place[axis + 1], mode, rules, bench)
        if change < 0.0:
            return 0.0, NO_STATE_SENT
        worst = max(worst, change)
    return worst, FINE


@inlined_kernel
def _finish(box: Box, old: int, start: int, end: int, mode: int, rules: Rules, bench: Bench) -> float:
    """Normalise and damp one message; returns its largest change, −1 where it forbids every state."""
    new = bench.outgoing[start:end]
    mass = 0.0 if mode == LINEAR else -np.inf
    for s in range(end - start):
        mass = plus(mass, new[s], mode)
    if mass == (0.0 if mode == LINEAR else -np.inf):
        return -1.0
    worst = 0.0
    for s in range(end - start):
        before = box.messages[old + s]
        log = new[s] - mass
        if mode == LINEAR:
            log = math.log(new[s] / mass) if new[s] > 0.0 else -np.inf
        if log != -np.inf:
            log = max(log, rules.floor)
            if rules.damping > 0.0 and before != -np.inf:
                log = (1.0 - rules.damping) * log + rules.damping * before
        new[s] = log
        if log != before:
            worst = max(worst, abs(log - before))
    return worst


@inlined_kernel
def deliver(factors: Factors, f: int, box: Box, bench: Bench) -> None:
    """Replace a factor's messages by `bench.outgoing` and bring the totals up to date."""
    first = factors.scope_start[f]
    for e in range(first, factors.scope_start[f + 1]):
        start, total = factors.message_start[e], factors.state_start[factors.scope[e]]
        place = bench.place[e - first]
        for s in range(bench.place[e - first + 1] - place):
            _add(box, total + s, box.messages[start + s], -1)
            _add(box, total + s, bench.outgoing[place + s], 1)
            box.messages[start + s] = bench.outgoing[place + s]


@kernel
def send_batch(
    factors: Factors, order: Ints, first: int, last: int, box: Box, new: Floats, rules: Rules, sizes: Ints
) -> tuple[float, int]:
    """Factors order[first] … order[last − 1] send: (largest change, outcome).

    Their messages go to `new`; where it is empty each is delivered at once.
    """
    return _send_all(factors, order, first, last, box, new, rules, make_bench(sizes))


@lean_kernel
def _send_all(
    factors: Factors, order: Ints, first: int, last: int, box: Box, new: Floats, rules: Rules, bench: Bench
) -> tuple[float, int]:
    worst = 0.0
    for k in range(first, last):
        f = order[k]
        change, outcome = send_factor(factors, f, box, rules, bench)
        if outcome != FINE:
            return worst, outcome
        worst = max(worst, change)
        if new.shape[0] == 0:
            deliver(factors, f, box, bench)
        else:
            for e in range(factors.scope_start[f], factors.scope_start[f + 1]):
                place, start = bench.place[e - factors.scope_start[f]], factors.message_start[e]
                for s in range(bench.place[e - factors.scope_start[f] + 1] - place):
                    new[start + s] = bench.outgoing[place + s]
    return worst, FINE


@kernel
def sweep_factors(
    factors: Factors,
    order: Ints,
    box: Box,
    new: Floats,
    rules: Rules,
    sizes: Ints,
    n_sweeps: int,
    tolerance: float,
    standstill: float,
) -> tuple[int, float, float, int]:
    """Sweep up to n times: (sweeps done, residual of the last, of the one before or −1, outcome).

    Ends early where the residual has fallen to the tolerance, or has changed by no more than this share of itself.
    """
    before, residual = -1.0, -1.0
    for sweep in range(n_sweeps):
        before = residual
        residual, outcome = send_batch(factors, order, 0, order.shape[0], box, new, rules, sizes)
        if outcome != FINE:
            return sweep + 1, residual, before, outcome
        if new.shape[0] > 0:
            box.messages[:] = new
        recount(factors, box)
        if residual <= tolerance or abs(residual - before) <= max(tolerance, standstill * residual):
            return sweep + 1, residual, before, FINE
    return n_sweeps, residual, before, FINE
