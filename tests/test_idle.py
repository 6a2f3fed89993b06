"""Work ahead is done in pauses only, and never in anybody's way."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable

import pytest

from mbml_core.idle import IDLE_AFTER, Worker

LONG = 30.0
"""Seconds no test waits unless it fails."""


class Owner:
    def __init__(self) -> None:
        self.n_steps = 0

    def step(self) -> bool:
        self.n_steps += 1
        return self.n_steps < 5


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.delenv("MBML_IDLE", raising=False)
    return Worker()


def test_a_task_runs_until_it_says_it_is_done(worker: Worker, owner: Owner) -> None:
    worker.soon(owner.step, owner)
    assert worker.wait_until_idle_work_is_done(LONG)
    assert owner.n_steps == 5


def test_tasks_run_one_after_another(worker: Worker, owner: Owner) -> None:
    order: list[str] = []

    def repeated(name: str) -> Callable[[], bool]:
        return lambda: order.append(name) or len(order) % 3 != 0  # type: ignore[func-returns-value]

    with worker.busy:
        worker.soon(repeated("first"), owner)
        worker.soon(repeated("second"), owner)
    assert worker.wait_until_idle_work_is_done(LONG)
    assert order == ["first"] * 3 + ["second"] * 3


def test_nothing_runs_during_a_query_and_shortly_after(worker: Worker, owner: Owner) -> None:
    ran = []
    with worker.busy:
        with worker.busy:
            worker.soon(lambda: ran.append(time.monotonic()) is not None, owner)
        assert not worker.wait_until_idle_work_is_done(4 * IDLE_AFTER)
        left = time.monotonic()
    assert worker.wait_until_idle_work_is_done(LONG)
    assert len(ran) == 1
    assert ran[0] - left >= IDLE_AFTER


def test_a_query_that_fails_is_over(worker: Worker, owner: Owner) -> None:
    with pytest.raises(ZeroDivisionError), worker.busy:
        raise ZeroDivisionError
    worker.soon(owner.step, owner)
    assert worker.wait_until_idle_work_is_done(LONG)


def test_a_query_interrupts_a_task_between_steps(worker: Worker, owner: Owner) -> None:
    started, n_steps = threading.Event(), 0

    def endless() -> bool:
        nonlocal n_steps
        n_steps += 1
        started.set()
        return n_steps < 10**9

    worker.soon(endless, owner)
    assert started.wait(LONG)
    with worker.busy:
        time.sleep(IDLE_AFTER)  # the step under way ends
        before = n_steps
        time.sleep(2 * IDLE_AFTER)
        assert n_steps == before
        n_steps = 10**9


@pytest.mark.parametrize("is_method", [True, False])
def test_tasks_of_what_is_gone_are_dropped_and_keep_nothing_alive(worker: Worker, is_method: bool) -> None:
    owner, ran = Owner(), []
    with worker.busy:
        worker.soon(owner.step if is_method else lambda: ran.append(1) is not None, owner)
        alive = weakref.ref(owner)
        del owner
        assert alive() is None
    assert worker.wait_until_idle_work_is_done(LONG)
    assert not ran


def test_an_error_ends_its_task_alone(worker: Worker, owner: Owner, caplog: pytest.LogCaptureFixture) -> None:
    def wrong() -> bool:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR):
        worker.soon(wrong, owner)
        worker.soon(owner.step, owner)
        assert worker.wait_until_idle_work_is_done(LONG)
    assert owner.n_steps == 5
    (record,) = caplog.records
    assert "dropped" in record.getMessage()


def test_work_that_comes_later_is_done_too(worker: Worker, owner: Owner) -> None:
    for _ in range(3):
        owner.n_steps = 0
        worker.soon(owner.step, owner)
        assert worker.wait_until_idle_work_is_done(LONG)
        assert owner.n_steps == 5


def test_it_can_be_turned_off(worker: Worker, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBML_IDLE", "off")
    n_threads = threading.active_count()
    worker.soon(owner.step, owner)
    assert threading.active_count() == n_threads
    assert worker.wait_until_idle_work_is_done(0.0)
    time.sleep(2 * IDLE_AFTER)
    assert owner.n_steps == 0


def test_no_thread_without_a_task() -> None:
    code = "import threading; from mbml_core import idle\nwith idle.busy: pass\nprint(threading.active_count())"
    assert output_of(code) == "1"


def test_the_process_ends_while_there_is_work() -> None:
    code = """
import time
from mbml_core import idle
class Owner: pass
owner = Owner()
idle.soon(lambda: time.sleep(0.001) is None, owner)
time.sleep(0.1)
print("end")
"""
    assert output_of(code) == "end"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_has_a_worker_of_its_own() -> None:
    code = """
import os
from mbml_core import idle
class Owner: pass
owner, ran = Owner(), []
idle.soon(lambda: False, owner)
idle.wait_until_idle_work_is_done(30)
child = os.fork()
if child == 0:
    idle.soon(lambda: ran.append(1) is not None, owner)
    os._exit(0 if idle.wait_until_idle_work_is_done(30) and ran else 1)
print(os.waitpid(child, 0)[1])
"""
    assert output_of(code) == "0"


def output_of(code: str) -> str:
    env = {name: value for name, value in os.environ.items() if name != "MBML_IDLE"}
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()
