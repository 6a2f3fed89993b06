"""Large array operations cut into pieces, so that a deadline can be looked at between them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mbml_core.distributions.semiring import FloatArray

SLAB_ENTRIES = 1 << 22
"""Work between two polls of the deadline: 4 million entries take some 10 ms, in logarithms 40 ms."""
MIN_RUN = 1 << 12
"""Least entries of a slab that lie side by side: shorter runs make memory three times slower than the whole."""


def is_large(array: FloatArray) -> bool:
    """Whether it is worth a look at the deadline."""
    return array.size > SLAB_ENTRIES


def slabs(whole: FloatArray, axes: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
    """A large array cut along its outermost axis outside `axes`, unless the pieces were scattered."""
    kept = [axis for axis in range(whole.ndim) if axis not in axes]
    if whole.size <= SLAB_ENTRIES or not kept:
        yield ()
        return
    axis = kept[0]
    step = max(1, SLAB_ENTRIES * whole.shape[axis] // whole.size)
    if step * math.prod(whole.shape[axis + 1 :]) < MIN_RUN:
        yield ()
        return
    for start in range(0, whole.shape[axis], step):
        yield (slice(None),) * axis + (slice(start, start + step),)


def where_long(array: FloatArray, part: tuple[slice, ...]) -> tuple[slice, ...]:
    """The same part of an array that has axes of length one."""
    return tuple(slice(None) if array.shape[axis] == 1 else cut for axis, cut in enumerate(part))
