from __future__ import annotations

import gc
import threading
from collections.abc import Callable

from components.graph_editor.collector import PATIENCE, QUIET, Collector, freeze_after_imports, in_background


class Timeline:
    """A clock that is turned by hand, and what was scheduled on it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.due: list[tuple[float, Callable[[], None]]] = []
        self.collections: list[float] = []
        self.collector = Collector(
            interval=60.0,
            clock=lambda: self.now,
            collect=lambda: self.collections.append(self.now),
            schedule=lambda seconds, action: self.due.append((self.now + seconds, action)),
        )

    def click(self, at: float) -> None:
        self.wait_until(at)
        self.collector.tick()

    def wait_until(self, time: float) -> None:
        while self.due and min(self.due)[0] <= 1000 + time:
            moment = min(self.due, key=lambda entry: entry[0])
            self.due.remove(moment)
            self.now = moment[0]
            moment[1]()
        self.now = 1000 + time


def test_nothing_is_collected_within_the_interval() -> None:
    line = Timeline()
    for second in range(60):
        line.click(at=second)
    assert not line.due
    assert not line.collections


def test_the_collection_waits_for_an_idle_moment() -> None:
    line = Timeline()
    for at in (61.0, 61.3, 61.6):
        line.click(at)
        assert not line.collections
    line.wait_until(70)
    assert line.collections == [1061.6 + QUIET]


def test_clicks_never_collect_themselves() -> None:
    line = Timeline()
    line.click(at=1000)
    assert not line.collections  # only scheduled


def test_one_collection_per_interval() -> None:
    line = Timeline()
    for second in range(600):
        line.click(at=second)
    line.wait_until(700)
    gaps = [later - earlier for earlier, later in zip(line.collections, line.collections[1:], strict=False)]
    assert len(line.collections) == 9
    assert all(gap >= 60 for gap in gaps)


def test_a_server_that_is_never_idle_is_collected_late_but_collected() -> None:
    line = Timeline()
    for step in range(int(PATIENCE * 60 / 0.25) + 20):
        line.click(at=step * 0.25)
    assert len(line.collections) == 1
    assert line.collections[0] - 1000 >= PATIENCE * 60


def test_a_server_without_visitors_is_left_alone() -> None:
    line = Timeline()
    line.wait_until(10_000)
    assert not line.due


def test_the_default_schedule_runs_in_a_thread_that_does_not_keep_the_process_alive() -> None:
    ran = threading.Event()
    kept_alive: list[bool] = []

    def action() -> None:
        kept_alive.append(not threading.current_thread().daemon)
        ran.set()

    in_background(0.0, action)
    assert ran.wait(10)
    assert kept_alive == [False]


def test_imports_are_frozen_once() -> None:
    freeze_after_imports.cache_clear()
    try:
        freeze_after_imports()
        frozen = gc.get_freeze_count()
        assert frozen > 1000
        kept = [[] for _ in range(5000)]
        freeze_after_imports()
        assert gc.get_freeze_count() - frozen < len(kept)
    finally:
        gc.unfreeze()
        freeze_after_imports.cache_clear()
