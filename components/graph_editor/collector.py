"""Garbage collection between clicks instead of after each.

Streamlit can collect after every run of the page. A full collection looks at every object of the process, most of
them modules that stay for ever, and holds the interpreter lock all the while: some 50 ms in which no other
visitor's click is answered, for a run of a few milliseconds. So that is switched off (`runner.postScriptGC`), the
objects of the imports are taken out of the collector's sight once, and one full collection is made now and then,
in a moment in which nobody clicks. What it finds are reference cycles, mostly of pages that were closed;
everything else is freed at once, by reference counting.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

Schedule: TypeAlias = Callable[[float, Callable[[], None]], object]
"""Calls a function after some seconds, from another thread."""

QUIET = 0.5
"""Seconds without a click that count as idle: a class of 30 that clicks at random leaves such gaps."""

PATIENCE = 5.0
"""So many intervals without any idle moment, and the collection is made all the same: memory is finite."""


@cache
def freeze_after_imports() -> None:
    """Take all objects that exist now out of every later collection. Only the first call does anything."""
    gc.collect()
    gc.freeze()


def in_background(seconds: float, action: Callable[[], None]) -> None:
    """Call `action` after some seconds in a thread that never keeps the process alive."""
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()


class Collector:
    """At most one full collection per interval, when the server has been idle for a moment.

    `tick` is called after each run, from any thread, and returns at once.
    """

    def __init__(
        self,
        interval: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        collect: Callable[[], object] = gc.collect,
        schedule: Schedule = in_background,
    ) -> None:
        self._interval = interval
        self._clock = clock
        self._collect = collect
        self._schedule = schedule
        self._lock = threading.Lock()
        self._last_run = self._last_collection = clock()
        self._is_waiting = False

    def tick(self) -> None:
        """A run has ended."""
        with self._lock:
            self._last_run = self._clock()
            if self._is_waiting or self._last_run - self._last_collection < self._interval:
                return
            self._is_waiting = True
        self._schedule(QUIET, self._collect_if_idle)

    def _collect_if_idle(self) -> None:
        with self._lock:
            now = self._clock()
            idle = now - self._last_run
            is_overdue = now - self._last_collection >= PATIENCE * self._interval
            wait = 0.0 if idle >= QUIET or is_overdue else QUIET - idle
            if not wait:
                self._last_collection = now
                self._is_waiting = False
        if wait:
            self._schedule(wait, self._collect_if_idle)
        else:
            self._collect()
