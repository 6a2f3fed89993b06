"""Many rows of observed states, one after another, on a tree whose tables stay from row to row.

Evidence multiplies, as in the kept tree: a row changes the weights where it differs from the one before, and only
the cliques that this touches, and those above them, are collected anew. A row equal to the one before is copied.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mbml_core.kernels.kernel import Flags, Floats, Ints, Table, kernel, lean_kernel
from mbml_core.kernels.program import Program
from mbml_core.kernels.propagation import STOPPED, propagate

States: TypeAlias = Annotated[NDArray[np.int16], 2]
"""(N, V) the state that row i saw of variable v, −1: none. No variable has more than 10,000 states."""


class Memory(NamedTuple):
    """What stays from row to row.

    Attributes:
        seen: (V,) what the last row observed, −1: nothing.
        states: (V,) −1: nothing is cut out of the tree.
        is_weighted, weights, buffer, log_scales, beliefs: as for `propagate`.
        is_changed: (C,) the cliques that the next row must renew.
        log_normalizer: (1,) of the last row.
    """

    seen: Ints
    states: Ints
    is_weighted: Flags
    weights: Floats
    buffer: Floats
    log_scales: Floats
    beliefs: Floats
    is_changed: Flags
    log_normalizer: Floats


@kernel
def answer_rows(
    program: Program, values: Floats, state_start: Ints, home: Ints, rows: States, order: Ints, first: int,
    last: int, columns: Ints, memory: Memory, beliefs: Table, log_normalizers: Floats, stop: Flags,
) -> bool:  # fmt: skip
    """Answer the rows order[first] … order[last − 1]; False when stopped.

    `home` gives for each variable the clique that its weights enter. Row i of `beliefs` becomes the `columns` of
    the flat beliefs, log_normalizers[i] the log of the normaliser; zeros and −inf where the row is impossible.
    """
    for k in range(first, last):
        row = order[k]
        _observe(rows, row, state_start, home, memory)
        if memory.is_changed.any():
            total = propagate(
                program.code, program.collect_start, program.distribute_start, program.parent, program.sections,
                values, memory.states, state_start, memory.is_weighted, memory.weights,
                memory.buffer, memory.is_changed, memory.log_scales, memory.beliefs, stop,
            )  # fmt: skip
            if total == STOPPED:
                return False
            memory.log_normalizer[0] = total
            memory.is_changed[:] = total == -np.inf  # the upward pass ended there
        log_normalizers[row] = memory.log_normalizer[0]
        _write(memory, columns, beliefs, row)
    return True


@lean_kernel
def _observe(rows: States, row: int, state_start: Ints, home: Ints, memory: Memory) -> None:
    for v in range(rows.shape[1]):
        state = rows[row, v]
        if memory.seen[v] == state:
            continue
        memory.seen[v] = state
        memory.is_weighted[v] = state >= 0
        for at in range(state_start[v], state_start[v + 1]):
            memory.weights[at] = 0.0
        if state >= 0:
            memory.weights[state_start[v] + state] = 1.0
        memory.is_changed[home[v]] = True


@lean_kernel
def _write(memory: Memory, columns: Ints, beliefs: Table, row: int) -> None:
    is_possible = memory.log_normalizer[0] > -np.inf
    for j in range(columns.shape[0]):
        beliefs[row, j] = memory.beliefs[columns[j]] if is_possible else 0.0
