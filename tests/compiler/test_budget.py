from __future__ import annotations

import math
import os

import pytest

from mbml_core.compiler import budget
from mbml_core.compiler.budget import DEFAULT_BYTES, DEFAULT_OPERATIONS, Budget, free_memory, human_bytes
from mbml_core.compiler.cost import Cost


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (999.4, "999 B"),
        (999.5, "1 kB"),
        (1000, "1 kB"),
        (1499, "1.5 kB"),
        (123_456, "123 kB"),
        (999_499, "999 kB"),
        (999_600, "1 MB"),
        (1_000_000, "1 MB"),
        (1.5e9, "1.5 GB"),
        (1 << 30, "1.07 GB"),
        (2e12, "2 TB"),
        (3e15, "3 PB"),
        (4e18, "4 EB"),
        (2.0**100, "1.27e+12 EB"),
        (math.inf, "inf EB"),
    ],
)
def test_sizes_people_can_read(n_bytes: float, text: str) -> None:
    assert human_bytes(n_bytes) == text


# --- what is allowed ---------------------------------------------------------------------------------------


def cost(n_bytes: float, operations: float, is_lower_bound: bool = False) -> Cost:
    return Cost(n_bytes, operations, (), 1.0, is_lower_bound)


def test_a_budget_limits_memory_and_work() -> None:
    limits = Budget(100, 1000)
    assert limits.allows(cost(100, 1000))
    assert not limits.allows(cost(101, 1000))
    assert not limits.allows(cost(100, 1001))


def test_a_lower_bound_is_never_allowed() -> None:
    assert not Budget(math.inf, math.inf).allows(cost(1, 1, is_lower_bound=True))


def test_by_default_a_gibibyte_or_a_quarter_of_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "free_memory", lambda: 64e9)
    assert Budget.of(None) == Budget.default() == Budget(1 << 30, DEFAULT_OPERATIONS)
    monkeypatch.setattr(budget, "free_memory", lambda: 1e9)
    assert Budget.of(None) == Budget(0.25e9, DEFAULT_OPERATIONS)


def test_a_given_limit_is_taken_whatever_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "free_memory", lambda: 1.0)
    assert Budget.of(12_345) == Budget(12_345, DEFAULT_OPERATIONS)


def test_more_memory_brings_more_work_and_less_brings_no_less() -> None:
    assert Budget.of(3 * DEFAULT_BYTES).operations == 3 * DEFAULT_OPERATIONS
    assert Budget.of(DEFAULT_BYTES / 2).operations == DEFAULT_OPERATIONS
    assert Budget.of(0) == Budget(0, DEFAULT_OPERATIONS)


def test_free_memory_is_pages_times_page_size(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"SC_AVPHYS_PAGES": 1000, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(os, "sysconf", answers.__getitem__, raising=False)
    assert free_memory() == 4_096_000


@pytest.mark.parametrize("error", [AttributeError, ValueError, OSError])
def test_a_system_that_does_not_tell_gets_the_default(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> int:
        raise error(name)

    monkeypatch.setattr(os, "sysconf", refuse, raising=False)
    assert Budget.default() == Budget(DEFAULT_BYTES)
