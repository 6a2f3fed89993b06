"""A table that stands in another one: loops over the entries of the larger, with the step of each in the smaller.

A table of the network or a message meets the table of a clique, where its variables stand among others. The
larger one, or a *block* of it (the entries that share the states of its leading variables, which lie side by
side), is walked in the order of memory; the smaller one is read, or summed onto, at a position that each loop
moves by a stride, zero for variables that it does not have.

Short loops are slow. Where the smaller table does not move in some loop, all loops inside that one do the same
for each of its turns: they run once, on a *tile*, which then meets the larger table in long stretches.
"""

from __future__ import annotations

import numpy as np

from mbml_core.kernels.kernel import Floats, Ints, lean_kernel, reassociating_kernel

U = np.uint64

MAX_DEPTH = 64
"""Loops of one nest: numpy's limit on the axes of a table."""
LONG = 32
"""Entries of an innermost loop that need no tile."""
TILE = 4096
"""Entries: 32 kB, within the first cache of any processor."""
STRETCH = 512
"""Entries up to which a tile is repeated, to be long itself."""


TILE_OVERHEAD = 56.0
"""Entries of short loops that take as long as making a tile ready."""
LEAST_GAIN = 1.5
"""By which a tile must be faster."""


STRIDES, COUNTERS, WORDS = MAX_DEPTH, 2 * MAX_DEPTH, 3 * MAX_DEPTH
"""A nest is one array, as handing over several takes as long as a short walk: the turns of each loop, the
innermost first; from STRIDES on by how much a turn moves the smaller table's position; from COUNTERS on zeros
between two walks."""


@lean_kernel
def table_loops(nest: Ints, code: Ints, at: int) -> int:
    """The loops of FILL, whose (size, stride) begin, with their number, at code[at]; returns their number."""
    n_loops = int(code[at])
    for k in range(n_loops):
        nest[n_loops - 1 - k] = code[at + 1 + 2 * k]
        nest[STRIDES + n_loops - 1 - k] = code[at + 2 + 2 * k]
    return n_loops


@lean_kernel
def message_loops(nest: Ints, code: Ints, at: int) -> int:
    """The loops of WRITE, MULTIPLY or SPREAD, from their (size, is kept)."""
    n_loops, stride = int(code[at]), 1
    for k in range(n_loops):
        size, is_kept = code[at + 2 * (n_loops - k) - 1], code[at + 2 * (n_loops - k)]
        nest[k] = size
        nest[STRIDES + k] = stride if is_kept else 0
        stride *= size if is_kept else 1
    return n_loops


@lean_kernel
def message_size(nest: Ints, n_loops: int) -> int:
    """Entries of the message that these loops move over."""
    n = 1
    for k in range(n_loops):
        n *= nest[k] if nest[STRIDES + k] > 0 else 1
    return n


@lean_kernel
def restrict(nest: Ints, n_loops: int, block: int, length: int) -> tuple[int, int]:
    """Leave only the loops inside one block; returns their number, and the smaller table's position there.

    A block begins where one of the larger table's variables changes its state, and so cuts at most one loop.
    """
    position, n_inside = 0, 0
    if length == entries(nest, n_loops):
        return n_loops, 0
    for k in range(n_loops):
        inside = min(nest[k], length)
        outside = nest[k] // inside
        position += block % outside * inside * nest[STRIDES + k]
        block //= outside
        length //= inside
        nest[k] = inside
        n_inside = k + 1 if inside > 1 else n_inside
    return max(n_inside, 1), position


@lean_kernel
def _tiled_loop(nest: Ints, n_loops: int) -> int:
    """The loop whose turns all do the same on a tile; 0 where none is worth it."""
    inside = nest[0]
    if inside >= LONG and nest[STRIDES] <= 1:
        return 0
    best, gain = 0, LEAST_GAIN
    for k in range(1, n_loops):
        if inside > TILE:
            break
        if nest[STRIDES + k] == 0:
            found = nest[k] * inside / (inside + TILE_OVERHEAD)
            if found > gain:
                best, gain = k, found
        inside *= nest[k]
    return best


@lean_kernel
def entries(nest: Ints, n_loops: int) -> int:
    """Of the larger table, that the innermost `n_loops` loops walk over."""
    n = 1
    for k in range(n_loops):
        n *= nest[k]
    return n


@lean_kernel
def _advance(nest: Ints, loop: int, n_loops: int, position: int) -> int:
    """The position after a turn of a loop, and of those around it whose turns are over."""
    while loop < n_loops:
        nest[COUNTERS + loop] += 1
        position += nest[STRIDES + loop]
        if nest[COUNTERS + loop] < nest[loop]:
            break
        nest[COUNTERS + loop] = 0
        position -= nest[STRIDES + loop] * nest[loop]
        loop += 1
    return position


# --- from the smaller to the larger ------------------------------------------------------------------------


@lean_kernel
def lay(nest: Ints, n_loops: int, into: Floats, start: int, of: Floats, position: int, is_first: bool,
        tile: Floats) -> None:  # fmt: skip
    """The larger table, from `start` = or *= the smaller one, from `position`."""
    tiled = _tiled_loop(nest, n_loops)
    if tiled == 0:
        _lay(nest, n_loops, into, start, of, position, is_first)
        return
    n, end = entries(nest, tiled), start + entries(nest, n_loops)
    while start < end:
        _lay(nest, tiled, tile, 0, of, position, True)
        _lay_tile(into, start, n, nest[tiled], tile, is_first)
        start += n * nest[tiled]
        position = _advance(nest, tiled + 1, n_loops, position)


@lean_kernel
def _lay(nest: Ints, n_loops: int, into: Floats, start: int, of: Floats, position: int, is_first: bool) -> None:
    n_rows, row_stride = (nest[1], nest[STRIDES + 1]) if n_loops > 1 else (1, 0)
    n, end = n_rows * nest[0], start + entries(nest, n_loops)
    while start < end:
        _lay_plane(into, start, n_rows, nest[0], of, position, row_stride, nest[STRIDES], is_first)
        start += n
        position = _advance(nest, 2, n_loops, position)


@reassociating_kernel
def _lay_plane(into: Floats, start: int, n_rows: int, n: int, of: Floats, position: int, row_stride: int,
               stride: int, is_first: bool) -> None:  # fmt: skip
    """The two innermost loops."""
    to, at, length, step = U(start), U(position), U(n), U(stride)
    for _ in range(n_rows):
        if stride == 0:
            x = of[at]
            if is_first:
                for k in range(length):
                    into[to + k] = x
            else:
                for k in range(length):
                    into[to + k] *= x
        elif stride == 1:
            if is_first:
                for k in range(length):
                    into[to + k] = of[at + k]
            else:
                for k in range(length):
                    into[to + k] *= of[at + k]
        elif is_first:
            for k in range(length):
                into[to + k] = of[at + k * step]
        else:
            for k in range(length):
                into[to + k] *= of[at + k * step]
        to += length
        at += U(row_stride)


@reassociating_kernel
def _lay_tile(into: Floats, start: int, n: int, turns: int, tile: Floats, is_first: bool) -> None:
    length = _stretched(n, turns)
    done = U(n)
    while done < U(length):  # twice as long each time
        m = min(done, U(length) - done)
        for k in range(m):
            tile[done + k] = tile[k]
        done += m
    to, left = U(start), U(n * turns)
    while left > 0:
        m = min(U(length), left)
        if is_first:
            for k in range(m):
                into[to + k] = tile[k]
        else:
            for k in range(m):
                into[to + k] *= tile[k]
        to += m
        left -= m


@lean_kernel
def _stretched(n: int, turns: int) -> int:
    """Length of as many tiles as are worth one loop."""
    return n * max(1, min(turns, STRETCH // n))


# --- from the larger to the smaller ------------------------------------------------------------------------


@lean_kernel
def gather(nest: Ints, n_loops: int, of: Floats, start: int, into: Floats, position: int, tile: Floats) -> None:
    """The smaller table, from `position` += the larger one, from `start`, summed over what it does not have."""
    tiled = _tiled_loop(nest, n_loops)
    if tiled == 0:
        _gather(nest, n_loops, of, start, into, position)
        return
    n, end = entries(nest, tiled), start + entries(nest, n_loops)
    while start < end:
        _gather_tile(of, start, n, nest[tiled], tile)
        _gather(nest, tiled, tile, 0, into, position)
        start += n * nest[tiled]
        position = _advance(nest, tiled + 1, n_loops, position)


@lean_kernel
def _gather(nest: Ints, n_loops: int, of: Floats, start: int, into: Floats, position: int) -> None:
    n_rows, row_stride = (nest[1], nest[STRIDES + 1]) if n_loops > 1 else (1, 0)
    n, end = n_rows * nest[0], start + entries(nest, n_loops)
    while start < end:
        _gather_plane(of, start, n_rows, nest[0], into, position, row_stride, nest[STRIDES])
        start += n
        position = _advance(nest, 2, n_loops, position)


@reassociating_kernel
def _gather_plane(of: Floats, start: int, n_rows: int, n: int, into: Floats, position: int, row_stride: int,
                  stride: int) -> None:  # fmt: skip
    """The two innermost loops: the strides of messages are zero or, innermost, one."""
    at, to, length = U(start), U(position), U(n)
    for _ in range(n_rows):
        if stride == 0:
            total = 0.0
            for k in range(length):
                total += of[at + k]
            into[to] += total
        else:
            for k in range(length):
                into[to + k] += of[at + k]
        at += length
        to += U(row_stride)


@reassociating_kernel
def _gather_tile(of: Floats, start: int, n: int, turns: int, tile: Floats) -> None:
    length = _stretched(n, turns)
    for k in range(U(length)):
        tile[k] = 0.0
    at, left = U(start), U(n * turns)
    while left > 0:
        m = min(U(length), left)
        for k in range(m):
            tile[k] += of[at + k]
        at += m
        left -= m
    fold(tile, n, length)


@reassociating_kernel
def fold(tile: Floats, n: int, length: int) -> None:
    """Sum the stretches of n entries onto the first."""
    for at in range(U(n), U(length), U(n)):
        for k in range(U(n)):
            tile[k] += tile[at + k]
