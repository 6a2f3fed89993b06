"""What a factor sends: the sums of products inside one table or automaton, linear or on logs."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from mbml_core.kernels.kernel import Floats, Ints, inlined_kernel, kernel, lean_kernel

LINEAR, LOGS, MAXIMUM = 0, 1, 2
"""How numbers are multiplied and added inside a factor: · +, or on logs + logaddexp, or on logs + max."""


class Factors(NamedTuple):
    """F factors over V variables. `x_start` delimits: item i of x lies at x_start[i] … x_start[i + 1] − 1.

    Attributes:
        state_start: (V + 1,) in an array over all states of all variables.
        scope_start, scope: variables of each factor.
        message_start: for each entry of `scope` where its message begins in an array over all messages.
        table_start: (F,) where a factor's table, or the weights of all its steps, begin in `values` and `logs`.
        values: linear; each table and each step has a largest entry of one.
        logs: of `values`.
        span: (F,) bound of the log ratio of two products of entries that are not zero.
        pattern: (F,) number of its automaton; −1 for a table.
        step_start: the steps of each automaton.
        axis: scope position each step reads.
        memory_start: for each step where the memory before it begins; one entry more for each automaton's end.
        move_start: for each step where its transitions begin, counted from the automaton's first; one entry more
            for each automaton's end, like `memory_start`.
        source, state, target: of all transitions of all automata; automaton p's begin at pattern_start[p].
        pattern_start: see `source`.
    """

    state_start: Ints
    scope_start: Ints
    scope: Ints
    message_start: Ints
    table_start: Ints
    values: Floats
    logs: Floats
    span: Floats
    pattern: Ints
    step_start: Ints
    axis: Ints
    memory_start: Ints
    move_start: Ints
    source: Ints
    state: Ints
    target: Ints
    pattern_start: Ints


class Bench(NamedTuple):
    """Room to work on one factor.

    Attributes:
        place: where the numbers of each scope position begin, and their end.
        incoming, outgoing: numbers of all scope positions.
        digits, ahead: for each scope position.
        memory: before each step and after the last.
        behind, next_behind: of one step.
    """

    place: Ints
    incoming: Floats
    outgoing: Floats
    digits: Ints
    ahead: Floats
    memory: Floats
    behind: Floats
    next_behind: Floats


@kernel
def make_bench(sizes: Ints) -> Bench:
    """Room for factors with at most so many (scope positions, numbers, memory states in all, in one step)."""
    n_axes, n_numbers, n_memory, n_wide = sizes[0], sizes[1], sizes[2], sizes[3]
    return Bench(
        np.zeros(n_axes + 1, np.int64),
        np.empty(n_numbers),
        np.empty(n_numbers),
        np.empty(n_axes + 1, np.int64),
        np.empty(n_axes + 1),
        np.empty(n_memory),
        np.empty(n_wide),
        np.empty(n_wide),
    )


@inlined_kernel
def times(left: float, right: float, mode: int) -> float:
    """The product of two numbers."""
    return left * right if mode == LINEAR else left + right


@lean_kernel
def plus(left: float, right: float, mode: int) -> float:
    """The sum of two numbers, or their maximum."""
    if mode == LINEAR:
        return left + right
    high, low = max(left, right), min(left, right)
    if mode == MAXIMUM or low == -np.inf:
        return high
    return high + math.log1p(math.exp(low - high))


@lean_kernel
def read_pair(values: Floats, at: int, mode: int, bench: Bench) -> None:
    """Both messages of a table over two variables."""
    middle, end = bench.place[1], bench.place[2]
    for left in range(middle):
        for right in range(middle, end):
            value = values[at]
            at += 1
            to_left = times(value, bench.incoming[right], mode)
            to_right = times(value, bench.incoming[left], mode)
            bench.outgoing[left] = plus(bench.outgoing[left], to_left, mode)
            bench.outgoing[right] = plus(bench.outgoing[right], to_right, mode)


@lean_kernel
def read_table(values: Floats, at: int, n_axes: int, mode: int, bench: Bench) -> None:
    """Entry by entry: `ahead` holds the product of the messages before each scope position."""
    one = 1.0 if mode == LINEAR else 0.0
    bench.digits[:] = 0
    changed = 0
    while n_axes:
        product = one if changed == 0 else bench.ahead[changed]
        for axis in range(changed, n_axes):
            bench.ahead[axis] = product
            product = times(product, bench.incoming[bench.place[axis] + bench.digits[axis]], mode)
        rest = values[at]
        at += 1
        for back in range(n_axes):
            axis = n_axes - 1 - back
            i = bench.place[axis] + bench.digits[axis]
            bench.outgoing[i] = plus(bench.outgoing[i], times(rest, bench.ahead[axis], mode), mode)
            rest = times(rest, bench.incoming[i], mode)
        changed = n_axes - 1
        while changed >= 0 and bench.digits[changed] == bench.place[changed + 1] - bench.place[changed] - 1:
            bench.digits[changed] = 0
            changed -= 1
        if changed < 0:
            return
        bench.digits[changed] += 1


@lean_kernel
def read_automaton(factors: Factors, f: int, mode: int, bench: Bench) -> None:
    """Forward and backward through the steps; see factors/automaton_rule.py."""
    values = factors.values if mode == LINEAR else factors.logs
    zero, one = (0.0, 1.0) if mode == LINEAR else (-np.inf, 0.0)
    p = factors.pattern[f]
    moves, weights = factors.pattern_start[p], factors.table_start[f]
    n_steps = factors.step_start[p + 1] - factors.step_start[p]
    first = factors.step_start[p] + p  # the arrays of steps have one entry more for each automaton
    memory = bench.memory
    memory[: factors.memory_start[first + n_steps] + 1] = zero
    memory[0] = one
    for i in range(n_steps):
        before, after = factors.memory_start[first + i], factors.memory_start[first + i + 1]
        place = bench.place[factors.axis[first + i]]
        for t in range(factors.move_start[first + i], factors.move_start[first + i + 1]):
            step = times(values[weights + t], bench.incoming[place + factors.state[moves + t]], mode)
            to = after + factors.target[moves + t]
            memory[to] = plus(memory[to], times(memory[before + factors.source[moves + t]], step, mode), mode)
    behind, next_behind = bench.behind, bench.next_behind
    behind[0] = one
    for back in range(n_steps):
        i = n_steps - 1 - back
        before = factors.memory_start[first + i]
        place = bench.place[factors.axis[first + i]]
        next_behind[: factors.memory_start[first + i + 1] - before] = zero
        for t in range(factors.move_start[first + i], factors.move_start[first + i + 1]):
            source, read = factors.source[moves + t], place + factors.state[moves + t]
            onward = times(values[weights + t], behind[factors.target[moves + t]], mode)
            sent = times(memory[before + source], onward, mode)
            bench.outgoing[read] = plus(bench.outgoing[read], sent, mode)
            passed = times(onward, bench.incoming[read], mode)
            next_behind[source] = plus(next_behind[source], passed, mode)
        behind, next_behind = next_behind, behind
