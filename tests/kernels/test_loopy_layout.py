from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.kernels import loading
from mbml_core.kernels.loopy_layout import colour_factors, incoming_lists

Kernel = Callable[..., Any]


@pytest.fixture(params=["plain", "machine code"], scope="module")
def ready(request: pytest.FixtureRequest) -> Callable[[Kernel], Kernel]:
    if request.param == "plain":
        return lambda kernel: kernel
    if not loading.wait():
        pytest.skip("no machine code")
    return lambda kernel: loading.fast(kernel) or pytest.fail("not an entry point")


scopes_of = st.lists(st.lists(st.integers(0, 6), max_size=3, unique=True), max_size=25)


def first_free_colours(scopes: list[list[int]]) -> list[int]:
    """Word for word: the first colour that no earlier factor of the same variables has."""
    colours: list[int] = []
    for f, scope in enumerate(scopes):
        taken = {colours[g] for g in range(f) if set(scopes[g]) & set(scope)}
        colours.append(next(c for c in range(f + 1) if c not in taken))
    return colours


@given(scopes=scopes_of)
def test_each_factor_gets_the_first_free_colour(
    ready: Callable[[Kernel], Kernel], scopes: list[list[int]]
) -> None:
    start = np.cumsum([0, *map(len, scopes)]).astype(np.int64)
    flat = np.array([v for scope in scopes for v in scope], dtype=np.int64)
    colours, n_colours = ready(colour_factors)(start, flat, 7, 100)
    expected = first_free_colours(scopes)
    assert colours.tolist() == expected
    assert n_colours == max((c + 1 for c, scope in zip(expected, scopes, strict=True) if scope), default=0)


def test_colouring_ends_early_at_a_hub(ready: Callable[[Kernel], Kernel]) -> None:
    n = 2000
    flat = np.stack([np.zeros(n, np.int64), np.arange(1, n + 1)], axis=1).ravel()
    _, n_colours = ready(colour_factors)(np.arange(0, 2 * n + 1, 2), flat, n + 1, 256)
    assert n_colours == 257


@given(pairs=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=20))
def test_incoming_messages_are_listed_by_variable(
    ready: Callable[[Kernel], Kernel], pairs: list[tuple[int, int]]
) -> None:
    ends = np.array(pairs, dtype=np.uint32).reshape(-1, 2)
    left, right = ends[:, 0].copy(), ends[:, 1].copy()
    start, incoming = ready(incoming_lists)(left, right, 5)
    both = np.concatenate([left, right])
    for v in range(5):
        assert incoming[start[v] : start[v + 1]].tolist() == np.flatnonzero(both == v).tolist()
