"""Work ahead, done while nobody waits: one thread runs short steps in the pauses between queries.

Queries say when they run (`with idle.busy: …`); whoever could prepare something hands over a task (`soon`).
`MBML_IDLE=off` turns all of it off.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import MethodType, TracebackType

IDLE_AFTER = 0.05
"""Seconds without a query. Clicks of a person lie further apart; the queries of a loop or a sweep do not."""
EXIT_SECONDS = 1.0
"""How long the end of the process waits for the step under way, which should take milliseconds."""

_log = logging.getLogger("mbml_core")


class Busy:
    """Around every query: `with idle.busy:`. May be nested, and entered by several threads at once.

    No lock: appending and popping are each one indivisible step of the interpreter, where `counter += 1` is not,
    and a count that is wrong once would stay wrong.
    """

    __slots__ = ("_last", "_running")

    def __init__(self) -> None:
        self._running: list[None] = []
        self._last = float("-inf")

    def __enter__(self) -> None:
        self._running.append(None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._last = time.monotonic()
        self._running.pop()

    def rest(self) -> float:
        """Seconds until the process counts as idle if no query comes; 0 when it is."""
        if self._running:
            return IDLE_AFTER
        return max(0.0, self._last + IDLE_AFTER - time.monotonic())


@dataclass(frozen=True, slots=True)
class _Task:
    step: Callable[[], Callable[[], bool] | None]
    owner: weakref.ref[object]


class Worker:
    """Tasks in the order they came, each run to its end, in a thread that is started with the first."""

    def __init__(self) -> None:
        self.busy = Busy()
        self._tasks: deque[_Task] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_ending = False

    def soon(self, task: Callable[[], bool], owner: object) -> None:
        """Run `task` again and again in idle time, until it returns False or raises, or `owner` is gone.

        Each call is one step of at most 10 ms: a query that arrives meanwhile competes with it. The owner is held
        weakly, and so is that of a method; any other function must not hold the owner itself.
        """
        if os.environ.get("MBML_IDLE") == "off":
            return
        held = weakref.WeakMethod(task) if isinstance(task, MethodType) else lambda: task
        with self._changed:
            self._tasks.append(_Task(held, weakref.ref(owner)))
            if self._thread is None and not self._is_ending:
                self._thread = threading.Thread(target=self._run, name="mbml idle work", daemon=True)
                self._thread.start()
                atexit.register(self._end)
            self._changed.notify_all()

    def wait_until_idle_work_is_done(self, timeout: float | None = None) -> bool:
        """Whether nothing is left to do; waits for it."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._tasks or self._is_ending, timeout)

    def _after_fork(self) -> None:
        """A forked process has no such thread: it begins anew, without the tasks."""
        self._tasks = deque()
        self._changed = threading.Condition()
        self._thread = None

    def _run(self) -> None:
        while (task := self._next()) is not None:
            more = _run_step(task)
            with self._changed:
                if not more and self._tasks and self._tasks[0] is task:
                    self._tasks.popleft()
                    self._changed.notify_all()

    def _next(self) -> _Task | None:
        """The first task, once there is one and the process is idle; None at the end of the process."""
        with self._changed:
            while not self._is_ending:
                rest = self.busy.rest()
                if self._tasks and not rest:
                    return self._tasks[0]
                self._changed.wait(rest if self._tasks else None)
        return None

    def _end(self) -> None:
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(EXIT_SECONDS)


def _run_step(task: _Task) -> bool:
    """Whether there is more to do."""
    owner, step = task.owner(), task.step()
    if owner is None or step is None:
        return False
    try:
        return step()
    except Exception:
        _log.exception("Work ahead was dropped; answers are not affected.")
        return False


_worker = Worker()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_worker._after_fork)
busy = _worker.busy
soon = _worker.soon
wait_until_idle_work_is_done = _worker.wait_until_idle_work_is_done
