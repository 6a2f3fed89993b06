"""Two threads over slices of a long loop: worth their handshake only where it takes a tenth of a millisecond."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from mbml_core.deadline import Deadline

Part = TypeVar("Part")
Outcome = TypeVar("Outcome")

MIN_MESSAGES = 100_000
"""Below, a sweep is over before a second thread has been woken."""
MAX_SLICE = 1 << 18
"""Rows between two looks at the deadline: some milliseconds."""
MIN_SLICE = 1 << 14
SLICES = 8
"""Enough that a thread with a busy core leaves most of them to the other."""


def n_threads() -> int:
    """How many threads a long loop uses: two, one where there is one core or MBML_THREADS says so."""
    wanted = os.environ.get("MBML_THREADS", "")
    return min(2, os.cpu_count() or 1, int(wanted) if wanted.isdecimal() and int(wanted) else 2)


def slices(first: int, last: int, most: int = MAX_SLICE) -> list[tuple[int, int]]:
    """The range cut into pieces of equal size, none larger than `most`."""
    step = min(max(-(-(last - first) // SLICES), MIN_SLICE), most)
    return [(start, min(start + step, last)) for start in range(first, last, step)]


def for_all(
    work: Callable[[Part], Outcome], parts: Iterable[Part], is_large: bool, deadline: Deadline
) -> list[Outcome]:
    """`work` done on all parts, in no certain order; polls the deadline between two of them."""
    waiting = deque(parts)
    found: list[Outcome] = []
    helper: Future[list[Outcome]] | None = None
    if is_large and len(waiting) > 1 and n_threads() > 1:
        helper = _helper(os.getpid()).submit(_take, work, waiting)
    try:
        while (part := _next(waiting)) is not None:
            deadline.check()
            found.append(work(part))
    finally:
        waiting.clear()
        if helper is not None and not helper.cancel():
            found += helper.result()
    return found


def _take(work: Callable[[Part], Outcome], waiting: deque[Part]) -> list[Outcome]:
    found = []
    while (part := _next(waiting)) is not None:
        found.append(work(part))
    return found


def _next(waiting: deque[Part]) -> Part | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


@lru_cache(1)
def _helper(process: int) -> ThreadPoolExecutor:
    """One thread for the whole process; a forked process has none yet and starts its own."""
    return ThreadPoolExecutor(1, thread_name_prefix="mbml")
