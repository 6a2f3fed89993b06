"""Memory is lent, taken back and lent again; never to two at once."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

from mbml_core.kernels import pool as pool_module
from mbml_core.kernels.pool import KEPT_ARRAYS, STEP_BYTES, Pool

MEGA = 1 << 20


def test_what_is_taken_is_large_enough_writable_and_contiguous() -> None:
    for n_floats in (0, 1, 1000):
        array = Pool().take(n_floats)
        assert array.dtype == np.float64
        assert array.ndim == 1
        assert array.size >= n_floats
        assert array.flags.c_contiguous
        assert array.flags.writeable


def test_what_is_given_is_lent_again_and_only_once() -> None:
    pool = Pool()
    first = pool.take(1000)
    assert pool.take(1000) is not first
    pool.give(first)
    assert pool.take(900) is first
    assert pool.take(900) is not first


def test_the_smallest_that_fits_is_lent() -> None:
    pool = Pool()
    small, medium, large = (pool.take(n) for n in (1000, 2000, 4000))
    for array in (large, small, medium):
        pool.give(array)
    assert pool.take(1500) is medium
    assert pool.take(1500) is large
    assert pool.take(500) is small


def test_a_demand_that_creeps_up_is_met_by_few_arrays() -> None:
    pool = Pool()
    seen = set()
    for n_floats in range(1000, 2000, 10):
        array = pool.take(n_floats)
        seen.add(array.size)
        pool.give(array)
    assert len(seen) <= 5
    assert pool.n_bytes == 8 * max(seen), "each replaced the one before"


def test_what_is_kept_is_bounded_in_bytes() -> None:
    pool = Pool(kept_bytes=8 * 10_000)
    arrays = [pool.take(n) for n in (4000, 5000, 6000, 10_001)]
    for array in arrays:
        pool.give(array)
        assert pool.n_bytes <= 8 * 10_000
    assert pool.take(6000) is arrays[2], "what was used last is kept"


def test_what_is_kept_is_bounded_in_number() -> None:
    pool = Pool()
    arrays = [pool.take(10) for _ in range(2 * KEPT_ARRAYS)]
    for array in arrays:
        pool.give(array)
    assert pool.n_bytes == KEPT_ARRAYS * 80


def test_what_is_no_longer_used_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(pool_module.time, "monotonic", lambda: now)
    pool = Pool()
    large, small = pool.take(100_000), pool.take(100)
    pool.give(large)
    for _ in range(100):
        now += 1.0
        pool.give(small)
        small = pool.take(100)
    assert pool.n_bytes == 0
    pool.give(small)
    pool.trim()
    assert pool.n_bytes == 800
    pool.trim(0.0)
    assert pool.n_bytes == 0


def test_reserved_memory_is_touched_step_by_step_and_then_lent() -> None:
    pool = Pool()
    n_floats = 3 * STEP_BYTES // 8
    assert [pool.reserve(n_floats) for _ in range(4)] == [True, True, False, False]
    assert pool.n_bytes == 8 * n_floats
    pool.take(n_floats)
    assert pool.n_bytes == 0


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux' count of touched pages")
def test_reserving_makes_the_pages_ours() -> None:
    def resident() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    pool = Pool()
    before = resident()
    while pool.reserve(64 * MEGA // 8):
        pass
    assert resident() - before > 56 * MEGA


def test_more_than_may_be_kept_is_not_reserved() -> None:
    pool = Pool(kept_bytes=MEGA)
    assert not pool.reserve(MEGA)
    assert pool.n_bytes == 0


def test_threads_never_share_an_array() -> None:
    pool = Pool()
    clashes = []

    def work(mark: float) -> None:
        for i in range(2000):
            array = pool.take(50 + i % 7)
            array[:50] = mark
            if i % 5 == 0:
                pool.reserve(60)
            if not (array[:50] == mark).all():
                clashes.append(mark)
            pool.give(array)

    threads = [threading.Thread(target=work, args=(float(mark),)) for mark in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not clashes
