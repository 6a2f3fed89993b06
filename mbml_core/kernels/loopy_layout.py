"""Index arrays of message passing: which factors may send together, and which messages reach a variable."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mbml_core.kernels.kernel import Flags, Ints, Offsets, kernel


class PairRows(NamedTuple):
    """R factors over two variables each, and the V variables.

    Attributes:
        left, right: (R,) the variables of each factor.
        piece_start: (P + 1,) pieces of consecutive rows that have their tables side by side or share one.
        piece_table: (P,) where the tables of a piece begin.
        is_shared: (P,) whether all rows of the piece have the same table.
        incoming_start: (V + 1,); incoming: which messages arrive at each variable: i for the message of row i to
            its left variable, R + i for that to its right one.
    """

    left: Offsets
    right: Offsets
    piece_start: Ints
    piece_table: Ints
    is_shared: Flags
    incoming_start: Offsets
    incoming: Offsets


@kernel
def incoming_lists(left: Offsets, right: Offsets, n_variables: int) -> tuple[Offsets, Offsets]:
    """`incoming_start` and `incoming` of PairRows."""
    n_rows = left.shape[0]
    start = np.zeros(n_variables + 1, np.uint32)
    for i in range(n_rows):
        start[left[i] + 1] += np.uint32(1)
        start[right[i] + 1] += np.uint32(1)
    for v in range(n_variables):
        start[v + 1] += start[v]
    incoming = np.empty(2 * n_rows, np.uint32)
    for i in range(n_rows):
        incoming[start[left[i]]] = i
        start[left[i]] += np.uint32(1)
    for i in range(n_rows):
        incoming[start[right[i]]] = n_rows + i
        start[right[i]] += np.uint32(1)
    for v in range(n_variables, 0, -1):
        start[v] = start[v - 1]
    start[0] = 0
    return start, incoming


@kernel
def colour_factors(scope_start: Ints, scope: Ints, n_variables: int, most: int) -> tuple[Ints, int]:
    """For each factor in turn the first colour that no factor of its variables has; and how many there are.

    Stops early, with more than `most`, when they do not suffice. Each variable keeps a list of the colours used
    above its first free one, so a hub whose colours are taken in turn costs no search.
    """
    n_factors = scope_start.shape[0] - 1
    degree_start = np.zeros(n_variables + 1, np.int64)
    for v in scope:
        degree_start[v + 1] += 1
    for v in range(n_variables):
        degree_start[v + 1] += degree_start[v]
    used = np.empty(scope.shape[0], np.int64)
    n_used = np.zeros(n_variables, np.int64)
    free = np.zeros(n_variables, np.int64)
    colours = np.zeros(n_factors, np.int64)
    n_colours = 0
    for f in range(n_factors):
        colour = 0
        for at in range(scope_start[f], scope_start[f + 1]):
            colour = max(colour, free[scope[at]])
        at = scope_start[f]
        while at < scope_start[f + 1]:
            first = degree_start[scope[at]]
            at += 1
            for u in range(first, first + n_used[scope[at - 1]]):
                if used[u] == colour:
                    colour += 1
                    at = scope_start[f]
                    break
        for at in range(scope_start[f], scope_start[f + 1]):
            _use(scope[at], colour, degree_start, used, n_used, free)
        colours[f] = colour
        if scope_start[f + 1] > scope_start[f]:
            n_colours = max(n_colours, colour + 1)
        if n_colours > most:
            break
    return colours, n_colours


@kernel
def _use(v: int, colour: int, degree_start: Ints, used: Ints, n_used: Ints, free: Ints) -> None:
    """Note that variable v has this colour, and drop the colours below its first free one."""
    start = degree_start[v]
    used[start + n_used[v]] = colour
    n_used[v] += 1
    at = 0
    while at < n_used[v]:
        if used[start + at] == free[v]:
            n_used[v] -= 1
            used[start + at] = used[start + n_used[v]]
            free[v] += 1
            at = 0
        else:
            at += 1
