"""Scratch memory shared by all engines of the process.

The system hands out fresh memory page by page when it is first touched: for 100 MB that takes 50 to 250 ms, ten
times the arithmetic done in it. So arrays are kept and lent again, and a large one can be touched in idle time.
"""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

KEPT_BYTES = 1 << 30
"""As much as one engine may use by default (compiler/budget.py): one such scratch is kept, no second one."""
KEPT_ARRAYS = 16
"""A few sizes for a few threads; the search through them stays short."""
GROWTH = 1.2
"""A demand that creeps up is met by few new arrays."""
WASTE = 8
"""An array is replaced by a larger one if that is less than eight times as large; otherwise both are kept."""
KEEP_SECONDS = 60.0
"""Who explores a drawing clicks more often than once a minute."""
TRIM_SECONDS = 5.0
"""How often what was returned makes the pool look for arrays that are no longer used."""
STEP_BYTES = 2 << 20
"""Touched per step: one to five milliseconds."""
PAGE_BYTES = 4096
"""The smallest page of any system."""

_FLOAT = 8


@dataclass(slots=True)
class _Free:
    """An array that nobody uses: how much of it has been touched, and when it was last used."""

    array: FloatArray
    n_touched: int
    used: float


class Pool:
    """Arrays to be lent. All methods may be called from any thread.

    ``array = pool.take(n)`` … ``finally: pool.give(array)``. The entries are arbitrary when an array is taken.
    An array that is never given back is simply lost to the pool.
    """

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_floats = kept_bytes // _FLOAT
        self._lock = threading.Lock()
        self._free: list[_Free] = []  # ascending sizes
        self._sizes: list[int] = []
        self._n_floats = 0
        self._trim_at = 0.0

    @property
    def n_bytes(self) -> int:
        """Memory kept for later; what is lent is not counted."""
        return self._n_floats * _FLOAT

    def take(self, n_floats: int) -> FloatArray:
        """A writable vector of at least `n_floats` float64, contiguous and the caller's own until given back."""
        with self._lock:
            found = self._pop(n_floats)
        if found is not None and found.array.size >= n_floats:
            return found.array
        return self._fitted(found, n_floats).array

    def give(self, array: FloatArray) -> None:
        """Return what `take` returned. Views of it must no longer be used."""
        self._put(_Free(array, array.size, time.monotonic()))

    def reserve(self, n_floats: int) -> bool:
        """One short step towards an array of `n_floats` that is kept and touched; whether there is more to do.

        Meant for idle time: call it until it returns False, which it does at once for more than the pool may keep.
        """
        if n_floats > self._kept_floats:
            return False
        with self._lock:
            found = self._pop(n_floats)
        free = self._fitted(found, n_floats)
        end = min(free.n_touched + STEP_BYTES // _FLOAT, free.array.size)
        free.array[free.n_touched : end : PAGE_BYTES // _FLOAT] = 0.0
        free.n_touched, free.used = end, time.monotonic()
        self._put(free)
        return end < n_floats

    def trim(self, unused_seconds: float = KEEP_SECONDS) -> None:
        """Return to the system what has not been used for that long."""
        with self._lock:
            self._drop_unused_since(time.monotonic() - unused_seconds)

    def _pop(self, n_floats: int) -> _Free | None:
        """The smallest array that fits, or the largest, to be replaced if none does; None to start anew."""
        sizes = self._sizes
        at = bisect_left(sizes, n_floats)
        if at < len(sizes):
            return self._remove(at)
        return self._remove(at - 1) if at and n_floats <= sizes[-1] * WASTE else None

    def _put(self, free: _Free) -> None:
        size = free.array.size
        if size > self._kept_floats:
            return
        with self._lock:
            at = bisect_left(self._sizes, size)
            self._sizes.insert(at, size)
            self._free.insert(at, free)
            self._n_floats += size
            if free.used > self._trim_at:
                self._drop_unused_since(free.used - KEEP_SECONDS)
            while len(self._free) > KEPT_ARRAYS or self._n_floats > self._kept_floats:
                oldest = min(range(len(self._free)), key=lambda at: self._free[at].used)
                self._remove(oldest)

    def _remove(self, at: int) -> _Free:
        self._n_floats -= self._sizes.pop(at)
        return self._free.pop(at)

    def _drop_unused_since(self, moment: float) -> None:
        self._trim_at = moment + KEEP_SECONDS + TRIM_SECONDS
        self._free = [free for free in self._free if free.used > moment]
        self._sizes = [free.array.size for free in self._free]
        self._n_floats = sum(self._sizes)

    def _fitted(self, free: _Free | None, n_floats: int) -> _Free:
        """The array itself if it is large enough, or a new one in its place."""
        if free is None:
            return _Free(np.empty(n_floats), 0, 0.0)
        if free.array.size >= n_floats:
            return free
        grown = min(int(GROWTH * free.array.size), self._kept_floats)
        return _Free(np.empty(max(n_floats, grown)), 0, 0.0)

    def _after_fork(self) -> None:
        """The lock may have been held by a thread that the new process does not have."""
        self._lock = threading.Lock()


POOL = Pool()
"""The one that all engines of the process share."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=POOL._after_fork)
