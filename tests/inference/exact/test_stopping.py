"""A deadline or a cancel token ends a question, whatever runs it, and the next one is answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

import mbml_core as mb
from mbml_core.compiler.table_arrays import network_arrays
from mbml_core.deadline import CancelToken, Deadline
from mbml_core.errors import Cancelled, DeadlineExceeded
from mbml_core.inference.exact import watch
from mbml_core.inference.exact.inference import ExactInference
from mbml_core.inference.exact.tools import best_tools
from mbml_core.model import FactorGraph
from tests.inference.exact.ways import UNBOUNDED, WAYS, inference_by
from tests.strategies import table, variables


def ladder(width: int, length: int) -> FactorGraph:
    """A grid: cliques of 2^(width + 1) entries, one for each variable."""
    values = np.array([[1.2, 1.0], [1.0, 1.2]])
    n = width * length
    pairs = [(v, v + 1) for v in range(n - 1) if (v + 1) % width] + [(v, v + width) for v in range(n - width)]
    return FactorGraph(variables([2] * n), tuple(table(f"f{a},{b}", (f"v{a}", f"v{b}"), values) for a, b in pairs))


@pytest.fixture(scope="module")
def long_run() -> FactorGraph:
    """30 million entries: more than a tenth of a second."""
    return ladder(13, 130)


def in_time(action: Callable[[], object], seconds: float) -> None:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()


def test_a_long_run_is_stopped_and_the_next_one_is_not(
    long_run: FactorGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "POLL", 0.001)
    inference = ExactInference(best_tools(), network_arrays(long_run), UNBOUNDED)
    hard = {0: 1}
    expected = inference.marginals(hard, {})
    with pytest.raises(DeadlineExceeded):
        inference.marginals({0: 0}, {}, Deadline(0.02))
    token = CancelToken()
    in_time(token.cancel, 0.02)
    with pytest.raises(Cancelled):
        inference.marginals({0: 0}, {}, Deadline(token=token))
    again = inference.marginals(hard, {}, Deadline(600.0, CancelToken()))
    assert again[1] == pytest.approx(expected[1], abs=1e-9)
    np.testing.assert_allclose(again[0], expected[0], atol=1e-12, rtol=0)


@pytest.mark.parametrize("ask", ["infer", "map", "joint"])
def test_a_cancelled_question_is_not_answered(ask: str) -> None:
    """The first one of an engine, too, for which there is the prior to compute."""
    token = CancelToken()
    token.cancel()
    engine = mb.compile(ladder(3, 4), "exact")
    arguments = (["v0"],) if ask == "joint" else ()
    with pytest.raises(Cancelled):
        getattr(engine, ask)(*arguments, {"v1": 0}, cancel=token)
    assert engine.infer({"v1": 0}).is_exact


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("observed", [{}, {0: 1}], ids=["without evidence", "with evidence"])
def test_the_first_question_of_any_way_can_be_stopped(way: str, observed: dict[int, int]) -> None:
    passed = Deadline(0.0)
    time.sleep(0.001)
    inference = inference_by(way, ladder(3, 4), best_tools())
    inference._runs._seconds = lambda tree: 1.0  # type: ignore[method-assign]  # long enough to be watched
    with pytest.raises(DeadlineExceeded):
        inference.marginals(observed, {}, passed)
    assert inference.marginals(observed, {})[1] > 0


def test_the_watch_stops_only_the_runs_whose_deadline_passed() -> None:
    token, other = CancelToken(), CancelToken()
    with watch.watched(Deadline(token=token), 1.0) as stop, watch.watched(Deadline(token=other), 1.0) as left:
        time.sleep(5 * watch.POLL)
        assert not stop[0]
        token.cancel()
        give_up = time.monotonic() + 30
        while not stop[0] and time.monotonic() < give_up:
            time.sleep(0.001)
        assert stop[0]
        assert not left[0]


def test_short_runs_and_unlimited_ones_are_not_watched() -> None:
    for deadline, seconds in ((Deadline(1e9), 0.0), (Deadline(), 1e9)):
        with watch.watched(deadline, seconds) as stop:
            assert not watch._watch._runs
            assert not stop[0]


def test_a_run_is_not_begun_after_its_deadline() -> None:
    passed = Deadline(0.0)
    time.sleep(0.001)
    with pytest.raises(DeadlineExceeded), watch.watched(passed, 1.0):
        pytest.fail("begun")


def test_planning_stops_at_the_deadline() -> None:
    with pytest.raises(DeadlineExceeded):
        mb.compile(ladder(40, 40), "exact", deadline=1e-6, memory_limit=1e18)
