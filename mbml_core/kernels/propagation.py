"""The two passes over a junction tree, in linear numbers: an interpreter for the programs of program.py.

    collect    up_i   = Σ_rest table_i,                      table_parent *= up_i
    distribute down_i = (Σ_rest table_parent) / up_i,        table_i      *= down_i

(Hugin: Jensen, Lauritzen & Olesen 1990.) Every message is scaled to a largest entry of one; the logs of the
scales of the upward pass sum to the log of the normaliser. A product below the smallest normal double loses
digits and raises the processor's underflow flag, which the caller reads.
"""

from __future__ import annotations

import numpy as np

from mbml_core.kernels.kernel import Flags, Floats, Ints, Offsets, kernel
from mbml_core.kernels.program import (
    COLUMNS,
    FILL,
    JOIN,
    MULTIPLY,
    ONES,
    READ,
    SCALE,
    SEND,
    SHARE,
    SPREAD,
    SUM,
    WEIGH,
    WRITE,
)
from mbml_core.kernels.tables import (
    divide,
    fill,
    join,
    max_rows,
    multiply_axis,
    multiply_message,
    scale,
    scale_rows,
    scale_rows_into,
    sum_onto_axis,
    sum_onto_separator,
    sum_rows,
    sum_scaled_rows,
    write_message,
)

STOPPED = np.inf
"""No log of a normaliser is infinite: this one says that the run was stopped."""
MAX_DEPTH = 64
"""Loops of one nest: numpy's limit on the axes of a table."""


@kernel
def collect(
    code: Ints, collect_start: Ints, parent: Ints, offsets: Offsets, values: Floats, states: Ints,
    state_start: Ints, is_weighted: Flags, weights: Floats, buffer: Floats, is_changed: Flags,
    log_scales: Floats, is_max: bool, stop: Flags,
) -> float:  # fmt: skip
    """Upward pass over the cliques that `is_changed`, and from there to the roots.

    The first arguments are of the program and of the network. `states` are those of the variables that were cut
    out of the tree, `weights` (where `is_weighted`) those of evidence on the others. `is_changed` is set on the
    way to the roots, log_scales[i] becomes the log of what message i was divided by; with `is_max`, maxima take
    the place of sums; `stop` is raised by others to end the run.

    Returns the log of the normaliser, −inf where it is zero, STOPPED where it was stopped.
    """
    counters = np.empty(MAX_DEPTH, np.int64)
    for i in range(parent.shape[0]):
        if not is_changed[i]:
            continue
        if stop[0]:
            return STOPPED
        if parent[i] >= 0:
            is_changed[parent[i]] = True
        at, end = collect_start[i], collect_start[i + 1]
        while at < end:
            operation = code[at]
            if operation == FILL:
                fill(buffer, code, at, values, states, counters)
                at += 6 + 2 * code[at + 5]
                at += 1 + 2 * code[at]
            elif operation == MULTIPLY:
                multiply_message(buffer, code, at, offsets)
                at += 10 + 2 * code[at + 9]
            elif operation == WEIGH:
                if is_weighted[code[at + 3]]:
                    multiply_axis(buffer, code[at + 1], code[at + 2], code[at + 4], code[at + 5], weights,
                                  state_start[code[at + 3]])  # fmt: skip
                at += 6
            elif operation == WRITE:
                write_message(buffer, code, at, offsets)
                at += 10 + 2 * code[at + 9]
            elif operation == SEND:
                if is_max:
                    max_rows(buffer, code[at + 1], code[at + 2], code[at + 3], code[at + 4])
                else:
                    sum_rows(buffer, code[at + 1], code[at + 2], code[at + 3], code[at + 4])
                peak = scale(buffer, code[at + 4], code[at + 2])
                if not peak > 0.0:
                    return -np.inf
                log_scales[i] = np.log(peak)
                at += 6
            elif operation == JOIN:
                join(buffer, code[at + 1], code[at + 2], code[at + 3], code[at + 4])
                at += 5
            elif operation == ONES:
                buffer[code[at + 1] : code[at + 2]] = 1.0
                at += 3
    total = 0.0
    for i in range(parent.shape[0]):
        total += log_scales[i]
    return total


@kernel
def distribute(
    code: Ints, distribute_start: Ints, parent: Ints, offsets: Offsets, sections: Ints, state_start: Ints,
    buffer: Floats, beliefs: Floats, stop: Flags,
) -> bool:  # fmt: skip
    """Downward pass after `collect`, writing the marginals of the tree's variables; False when stopped."""
    columns = sections[COLUMNS]
    for i in range(parent.shape[0] - 1, -1, -1):
        if stop[0]:
            return False
        at, end = distribute_start[i], distribute_start[i + 1]
        if parent[i] < 0:
            buffer[code[at + 4]] = 1.0
        while at < end:
            operation = code[at]
            if operation == READ:
                first = state_start[code[at + 1]]
                sum_onto_axis(buffer, columns, code[at + 2], code[at + 3], beliefs, first)
                at += 4
            elif operation == SPREAD:
                sum_onto_separator(buffer, code, at, offsets)
                at += 10 + 2 * code[at + 9]
            elif operation == SHARE:
                divide(buffer, code[at + 1], code[at + 2], code[at + 3], code[at + 4])
                scale(buffer, code[at + 1], code[at + 4])
                at += 5
            elif operation == SUM:
                sum_scaled_rows(buffer, code[at + 1], code[at + 2], code[at + 3], code[at + 4], columns)
                at += 5
            elif operation == SCALE:
                if code[at + 5] == code[at + 1]:
                    scale_rows(buffer, code[at + 1], code[at + 2], code[at + 3], code[at + 4], columns)
                else:
                    scale_rows_into(buffer, code[at + 1], code[at + 2], code[at + 3], code[at + 4],
                                    code[at + 5], columns)  # fmt: skip
                at += 6
    return True


@kernel
def propagate(
    code: Ints, collect_start: Ints, distribute_start: Ints, parent: Ints, offsets: Offsets, sections: Ints,
    values: Floats, states: Ints, state_start: Ints, is_weighted: Flags, weights: Floats, buffer: Floats,
    is_changed: Flags, log_scales: Floats, beliefs: Floats, stop: Flags,
) -> float:  # fmt: skip
    """Both passes; the log of the normaliser, −inf or STOPPED as from `collect`."""
    total = collect(code, collect_start, parent, offsets, values, states, state_start, is_weighted, weights,
    buffer,
                    is_changed, log_scales, False, stop)  # fmt: skip
    if total == -np.inf or total == STOPPED:
        return total
    if not distribute(code, distribute_start, parent, offsets, sections, state_start, buffer, beliefs, stop):
        return STOPPED
    return total


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
