"""Questions run beside the page: short ones are answered at once, long ones are watched and can be stopped."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future

import pytest

from components.graph_editor.asking import THREADS, Jobs, Plain, Report
from mbml_core.deadline import Deadline
from mbml_core.errors import Cancelled, InvalidModel, UnsupportedQuery


def test_a_short_question_is_answered_at_once() -> None:
    assert Jobs().ask(lambda limit, progress: {"x": 1}, patience=5) == {"answer": {"x": 1}}


def test_a_long_question_tells_how_far_it_is_and_then_its_answer() -> None:
    go_on = threading.Event()

    def work(limit: Deadline, progress: Report) -> Plain:
        progress(3, 7)
        go_on.wait(10)
        return {"x": 2}

    jobs = Jobs()
    first = jobs.ask(work, patience=0.2)
    assert (first["done"], first["all"]) == (3, 7)
    go_on.set()
    assert jobs.poll(first["job"], patience=5) == {"answer": {"x": 2}}
    with pytest.raises(InvalidModel, match="no longer"):
        jobs.poll(first["job"])


def test_a_cancelled_question_stops() -> None:
    stopped = threading.Event()

    def work(limit: Deadline, progress: Report) -> Plain:
        try:
            while True:
                limit.check()
                time.sleep(0.005)
        except Cancelled:
            stopped.set()
            raise

    jobs = Jobs()
    name = jobs.ask(work, patience=0.02)["job"]
    assert jobs.cancel(name) == {}
    assert stopped.wait(5)
    assert jobs.cancel(name) == {}


def test_what_goes_wrong_in_a_question_is_told_to_who_asked() -> None:
    def work(limit: Deadline, progress: Report) -> Plain:
        time.sleep(0.05)
        raise UnsupportedQuery("this cannot be answered")

    jobs = Jobs()
    with pytest.raises(UnsupportedQuery, match="cannot be answered"):
        jobs.poll(jobs.ask(work, patience=0.01)["job"], patience=5)
    with pytest.raises(UnsupportedQuery, match="cannot be answered"):
        jobs.ask(work, patience=5)


def test_a_question_with_a_time_limit_of_its_own_does_not_look_unfinished() -> None:
    def work(limit: Deadline, progress: Report) -> Plain:
        raise TimeoutError("too slow")

    with pytest.raises(TimeoutError, match="too slow"):
        Jobs().ask(work, patience=5)


def test_the_oldest_question_gives_way() -> None:
    def work(limit: Deadline, progress: Report) -> Plain:
        while True:
            limit.check()
            time.sleep(0.002)

    jobs = Jobs(most=2)
    names = [jobs.ask(work, patience=0)["job"] for _ in range(3)]
    with pytest.raises(InvalidModel):
        jobs.poll(names[0], patience=0)
    for name in names[1:]:
        jobs.cancel(name)


def test_an_answer_that_comes_as_patience_ends_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes after the wait for it was given up, and before anybody looks whether it is there."""
    original = Future.result

    def too_late(future: Future[Plain], timeout: float | None = None) -> Plain:
        found = original(future)
        if timeout is not None:
            raise TimeoutError
        return found

    monkeypatch.setattr(Future, "result", too_late)
    assert Jobs().ask(lambda limit, progress: {"x": 1}, patience=5) == {"answer": {"x": 1}}


def test_a_question_cancelled_before_it_began_is_told_to_who_waits() -> None:
    jobs, go_on = Jobs(), threading.Event()

    def work(limit: Deadline, progress: Report) -> Plain:
        go_on.wait(10)
        return {}

    busy = [jobs.ask(work, patience=0)["job"] for _ in range(THREADS)]
    waiting = jobs.ask(work, patience=0)["job"]
    told: list[type[BaseException]] = []

    def poll() -> None:
        try:
            jobs.poll(waiting, patience=5)
        except BaseException as error:
            told.append(type(error))

    other = threading.Thread(target=poll)
    other.start()
    time.sleep(0.05)
    jobs.cancel(waiting)
    other.join(5)
    go_on.set()
    assert told == [Cancelled]
    assert all(jobs.poll(name, patience=5) == {"answer": {}} for name in busy)
