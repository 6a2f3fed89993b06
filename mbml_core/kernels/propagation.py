"""The two passes over a junction tree, in linear numbers: an interpreter for the programs of program.py.

    collect    up_i   = Σ_rest table_i,                      table_parent *= up_i
    distribute down_i = (Σ_rest table_parent) / up_i,        table_i      *= down_i

(Hugin: Jensen, Lauritzen & Olesen 1990.) Every message is scaled to a largest entry of one; the logs of the
scales of the upward pass sum to the log of the normaliser. A product below the smallest normal double loses
digits and raises the processor's underflow flag, which the caller reads.

A large clique is worked on block by block, each of which goes through all of the clique's instructions while it is
in the processor's cache. What a program does not store is made again on the way down.
"""

from __future__ import annotations

import numpy as np

from mbml_core.kernels.kernel import Flags, Floats, Ints, kernel, lean_kernel
from mbml_core.kernels.nests import TILE, WORDS, gather, lay, message_loops, message_size, restrict, table_loops
from mbml_core.kernels.program import (
    COLUMNS,
    FILL,
    JOIN,
    MULTIPLY,
    ONES,
    READ,
    SEND_WORDS,
    SHARE,
    SPREAD,
    SUM,
    WEIGH,
    WRITE,
    length_of,
)
from mbml_core.kernels.table_rows import max_rows, scale_rows, sum_rows, sum_scaled_rows
from mbml_core.kernels.tables import clear, divide, join, multiply_axis, scale, sum_onto_axis

STOPPED = np.inf
"""No log of a normaliser is infinite: this one says that the run was stopped."""


@kernel
def collect(
    code: Ints, collect_start: Ints, parent: Ints, values: Floats, states: Ints, state_start: Ints,
    is_weighted: Flags, weights: Floats, buffer: Floats, is_changed: Flags, log_scales: Floats, is_max: bool,
    stop: Flags,
) -> float:  # fmt: skip
    """Upward pass over the cliques that `is_changed`, and from there to the roots.

    The first arguments are of the program and of the network. `states` are those of the variables that were cut
    out of the tree, `weights` (where `is_weighted`) those of evidence on the others. `is_changed` is set on the
    way to the roots, log_scales[i] becomes the log of what message i was divided by; with `is_max`, maxima take
    the place of sums; `stop` is raised by others to end the run.

    Returns the log of the normaliser, −inf where it is zero, STOPPED where it was stopped.
    """
    nest, tile = np.zeros(WORDS, np.int64), np.empty(TILE)
    for i in range(parent.shape[0]):
        if not is_changed[i]:
            continue
        if parent[i] >= 0:
            is_changed[parent[i]] = True
        send = collect_start[i + 1] - SEND_WORDS
        length, is_stored = code[send + 5], code[send + 6] != 0 or is_max
        for block in range(code[send + 2] * code[send + 3] // length):
            if stop[0]:
                return STOPPED
            place = code[send + 1] + (block * length if is_stored else 0)
            _make_block(code, collect_start[i], send, block, length, place, values, states, state_start,
                        is_weighted, weights, buffer, nest, tile)  # fmt: skip
            _sum_block(code, send, block * length, length, place, buffer, is_max)
        peak = scale(buffer, code[send + 4], code[send + 2])
        if not peak > 0.0:
            return -np.inf
        log_scales[i] = np.log(peak)
    total = 0.0
    for i in range(parent.shape[0]):
        total += log_scales[i]
    return total


@lean_kernel
def _make_block(
    code: Ints, at: int, send: int, block: int, length: int, place: int, values: Floats, states: Ints,
    state_start: Ints, is_weighted: Flags, weights: Floats, buffer: Floats, nest: Ints, tile: Floats,
) -> None:  # fmt: skip
    """Write one block of a clique's table to `place`."""
    while at < send:
        operation = code[at]
        if operation == FILL:
            position, loops = code[at + 4], at + 6 + 2 * code[at + 5]
            for k in range(at + 6, loops, 2):
                position += states[code[k]] * code[k + 1]
            n_loops, inside = restrict(nest, table_loops(nest, code, loops), block, length)
            lay(nest, n_loops, buffer, place, values, position + inside, code[at + 3] != 0, tile)
        elif operation in (MULTIPLY, WRITE):
            n_loops, inside = restrict(nest, message_loops(nest, code, at + 3), block, length)
            lay(nest, n_loops, buffer, place, buffer, code[at + 2] + inside, operation == WRITE, tile)
        elif operation == WEIGH:
            variable, n_states, n_inner = code[at + 3], code[at + 4], code[at + 5]
            if is_weighted[variable]:
                first = state_start[variable]
                if n_inner < length:
                    multiply_axis(buffer, place, place + length, n_states, n_inner, weights, first)
                else:
                    first += block * length // n_inner % n_states
                    multiply_axis(buffer, place, place + length, 1, length, weights, first)
        elif operation == JOIN:
            if block == 0:
                join(buffer, code[at + 1], code[at + 2], code[at + 3], code[at + 4])
        elif operation == ONES:
            buffer[place : place + length] = 1.0
        at += length_of(code, at)


@lean_kernel
def _sum_block(code: Ints, send: int, begin: int, length: int, place: int, buffer: Floats, is_max: bool) -> None:
    """SEND, but for the scale."""
    n = code[send + 3]
    n_rows, sums = max(1, length // n), code[send + 4] + begin // n
    if is_max:
        max_rows(buffer, place, n_rows, min(n, length), sums, begin % n == 0)
    else:
        sum_rows(buffer, place, n_rows, min(n, length), sums, begin % n == 0)


@kernel
def distribute(
    code: Ints, collect_start: Ints, distribute_start: Ints, parent: Ints, sections: Ints, values: Floats,
    states: Ints, state_start: Ints, is_weighted: Flags, weights: Floats, buffer: Floats, beliefs: Floats,
    stop: Flags,
) -> bool:  # fmt: skip
    """Downward pass after `collect`, writing the marginals of the tree's variables; False when stopped."""
    nest, tile = np.zeros(WORDS, np.int64), np.empty(TILE)
    for i in range(parent.shape[0] - 1, -1, -1):
        first = distribute_start[i]
        if parent[i] < 0:
            buffer[code[first + 4]] = 1.0
        length, is_stored = code[first + 5], code[first + 6] != 0
        n_blocks = code[first + 2] * code[first + 3] // length
        for block in range(n_blocks):
            if stop[0]:
                return False
            place = code[first + 1] + (block * length if is_stored else 0)
            if not is_stored:
                send = collect_start[i + 1] - SEND_WORDS
                _make_block(code, collect_start[i], send, block, length, place, values, states, state_start,
                            is_weighted, weights, buffer, nest, tile)  # fmt: skip
            _distribute_block(code, first, distribute_start[i + 1], block, length, place, block == n_blocks - 1,
                              sections[COLUMNS], state_start, buffer, beliefs, nest, tile)  # fmt: skip
    return True


@lean_kernel
def _distribute_block(
    code: Ints, at: int, end: int, block: int, length: int, place: int, is_last: bool, columns: int,
    state_start: Ints, buffer: Floats, beliefs: Floats, nest: Ints, tile: Floats,
) -> None:  # fmt: skip
    """One block of a clique's table, at `place`; after the last one, what all of them were summed onto."""
    is_stored = code[at + 6] != 0
    while at < end:
        operation = code[at]
        if operation == READ:
            if is_last:
                first = state_start[code[at + 1]]
                sum_onto_axis(buffer, columns, code[at + 2], code[at + 3], beliefs, first)
        elif operation == SPREAD:
            n_loops = message_loops(nest, code, at + 3)
            if block == 0:
                clear(buffer, code[at + 2], message_size(nest, n_loops))
            n_loops, inside = restrict(nest, n_loops, block, length)
            scaled = code[at + 1] if is_stored else place
            gather(nest, n_loops, buffer, scaled, buffer, code[at + 2] + inside, tile)
        elif operation == SHARE:
            if is_last:
                divide(buffer, code[at + 1], code[at + 2], code[at + 3], code[at + 4])
                scale(buffer, code[at + 1], code[at + 4])
        else:
            _scale_block(code, at, block * length, length, place, columns, buffer, tile)
        at += length_of(code, at)


@lean_kernel
def _scale_block(
    code: Ints, at: int, begin: int, length: int, start: int, columns: int, buffer: Floats, tile: Floats
) -> None:
    """SCALE or SUM. All blocks are scaled into one place, which stays in the cache."""
    n = code[at + 3]
    n_rows, factors = max(1, length // n), code[at + 4] + begin // n
    columns += begin % n
    if begin < n:
        clear(buffer, columns, min(n, length))
    if code[at] == SUM:
        sum_scaled_rows(buffer, start, n_rows, min(n, length), factors, columns, tile)
    else:
        target = code[at + 7] if code[at + 6] != 0 else start
        scale_rows(buffer, start, n_rows, min(n, length), factors, target, columns, tile)


@kernel
def propagate(
    code: Ints, collect_start: Ints, distribute_start: Ints, parent: Ints, sections: Ints, values: Floats,
    states: Ints, state_start: Ints, is_weighted: Flags, weights: Floats, buffer: Floats, is_changed: Flags,
    log_scales: Floats, beliefs: Floats, stop: Flags,
) -> float:  # fmt: skip
    """Both passes; the log of the normaliser, −inf or STOPPED as from `collect`."""
    total = collect(
        code, collect_start, parent, values, states, state_start, is_weighted, weights, buffer, is_changed,
        log_scales, False, stop,
    )  # fmt: skip
    if total == -np.inf or total == STOPPED:
        return total
    is_done = distribute(
        code, collect_start, distribute_start, parent, sections, values, states, state_start, is_weighted, weights,
        buffer, beliefs, stop,
    )  # fmt: skip
    return total if is_done else STOPPED


@kernel
def trace_back(
    parent: Ints, scope_start: Ints, scope: Ints, n_shared: Ints, table_start: Ints, row_length: Ints,
    n_states: Ints, buffer: Floats, states: Ints,
) -> None:  # fmt: skip
    """After a `collect` by maxima: the state of every variable of the tree, from the roots down.

    The separator's states select a row of the clique's table; its largest entry decides the rest.
    Source: Dawid (1992), Statistics and Computing 2.
    """
    for i in range(parent.shape[0] - 1, -1, -1):
        row = 0
        for at in range(scope_start[i], scope_start[i] + n_shared[i]):
            row = row * n_states[scope[at]] + states[scope[at]]
        start = table_start[i] + row * row_length[i]
        best = np.argmax(buffer[start : start + row_length[i]])
        for at in range(scope_start[i + 1] - 1, scope_start[i] + n_shared[i] - 1, -1):
            n = n_states[scope[at]]
            states[scope[at]] = best % n
            best //= n
