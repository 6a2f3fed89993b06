"""Stops machine code when a deadline passes: it polls a flag, which one thread raises for all runs of the
process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import numpy as np
from numpy.typing import NDArray

from mbml_core.deadline import Deadline
from mbml_core.errors import Cancelled, DeadlineExceeded

FlagArray = NDArray[np.bool_]

WORTH_WATCHING = 0.02
"""Seconds. A shorter run ends before anybody would notice."""
POLL = 0.01
"""Seconds between two looks at the deadlines."""

_UNWATCHED = nullcontext(np.zeros(1, dtype=np.bool_))


class _Watch:
    """The runs that are watched, and the thread that does it while there are any."""

    def __init__(self) -> None:
        self._runs: dict[int, tuple[Deadline, FlagArray]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def _after_fork(self) -> None:
        """A forked process has no such thread."""
        self._runs, self._changed, self._thread = {}, threading.Condition(), None

    def add(self, deadline: Deadline, stop: FlagArray) -> None:
        with self._changed:
            self._runs[id(stop)] = deadline, stop
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, name="mbml deadlines", daemon=True)
                self._thread.start()
            self._changed.notify()

    def remove(self, stop: FlagArray) -> None:
        with self._changed:
            self._runs.pop(id(stop), None)

    def _look(self) -> None:
        while True:
            with self._changed:
                while not self._runs:
                    self._changed.wait()
                for deadline, stop in self._runs.values():
                    stop[0] = _is_over(deadline)
            threading.Event().wait(POLL)


def _is_over(deadline: Deadline) -> bool:
    try:
        deadline.check()
    except (Cancelled, DeadlineExceeded):
        return True
    return False


_watch = _Watch()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_watch._after_fork)


def watched(deadline: Deadline, seconds: float) -> AbstractContextManager[FlagArray]:
    """A flag for machine code that will take `seconds`: it is raised when the deadline passes."""
    return _watching(deadline) if deadline.is_limited and seconds > WORTH_WATCHING else _UNWATCHED


@contextmanager
def _watching(deadline: Deadline) -> Iterator[FlagArray]:
    deadline.check()
    stop = np.zeros(1, dtype=np.bool_)
    _watch.add(deadline, stop)
    try:
        yield stop
    finally:
        _watch.remove(stop)
