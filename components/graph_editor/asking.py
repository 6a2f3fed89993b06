"""Questions about the beliefs: each is answered on a thread of its own, so that a long one can be watched.

{"type": "ask", "about": "why", …}   → {"answer": …}; {"job": token, "done": 3, "all": 37} where it takes longer
{"type": "poll", "job": token}       → the same
{"type": "cancel", "job": token}     → {}
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from components.graph_editor.work import refused
from mbml_core.deadline import CancelToken, Deadline
from mbml_core.engine import Engine
from mbml_core.errors import Cancelled
from mbml_core.model import FactorGraph

PATIENCE = 0.08
"""Seconds that a reply waits for its answer: most are there by then, and a second message would cost more."""
LONGEST = 120.0
"""Seconds after which a question is given up."""
MOST_JOBS = 64
"""Of all sessions together; the oldest is stopped for one more."""
THREADS = 4

Report: TypeAlias = Callable[[int, int], None]
Plain: TypeAlias = Mapping[str, Any]
Work: TypeAlias = Callable[[Deadline, Report], Plain]


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """The moment a question is about.

    Attributes:
        graph: the drawing with its evidence.
        engine: compiled by the method of the page.
        exact: gives the engine by the exact method; raises OverBudget where it does not fit.
        limit: to be polled.
        progress: to be told how much is done: progress(done, all).
    """

    graph: FactorGraph
    engine: Engine
    exact: Callable[[], Engine]
    limit: Deadline
    progress: Report


@dataclass(eq=False, slots=True)
class _Job:
    """A question on its way."""

    token: CancelToken = field(default_factory=CancelToken)
    future: Future[Plain] = field(default_factory=Future)
    done: int = 0
    all: int = 0
    started: float = field(default_factory=time.monotonic)

    def report(self, done: int, all: int) -> None:
        self.done, self.all = done, all


class Jobs:
    """Questions that are being answered, shared by all sessions; a job is known by a token nobody can guess."""

    def __init__(self, most: int = MOST_JOBS) -> None:
        self._most = most
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="mbml-question")
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, work: Work, patience: float = PATIENCE) -> Plain:
        """Begin, and reply as soon as there is an answer or patience ends."""
        job = _Job()
        job.future = self._pool.submit(work, Deadline(LONGEST, job.token), job.report)
        name = secrets.token_hex(12)
        with self._lock:
            self._jobs[name] = job
            while len(self._jobs) > self._most:
                self._jobs.popitem(last=False)[1].token.cancel()
        return self._reply(name, job, patience)

    def poll(self, name: str, patience: float = PATIENCE) -> Plain:
        """The answer of a job, or how far it is. Raises InvalidModel where there is no such job."""
        with self._lock:
            job = self._jobs.get(name)
        if job is None:
            raise refused("this question is no longer being answered", "ask it again")
        return self._reply(name, job, patience)

    def cancel(self, name: str) -> Plain:
        """Stop a job; whatever it was, it is over then."""
        with self._lock:
            job = self._jobs.pop(name, None)
        if job is not None:
            job.token.cancel()
            job.future.cancel()
        return {}

    def _reply(self, name: str, job: _Job, patience: float) -> Plain:
        wait([job.future], patience)
        if not job.future.done():
            return {"job": name, "done": job.done, "all": job.all}
        with self._lock:
            self._jobs.pop(name, None)
        if job.future.cancelled():  # before it began, while another page of the session waited for it
            raise Cancelled("the calculation was cancelled")
        return {"answer": job.future.result()}
