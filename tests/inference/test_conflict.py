"""The smallest contradicting set, on supports made by hand."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.inference.conflict import Support, smallest_conflict


def clashes(variable: int, possible: np.ndarray) -> bool:
    """Every variable is observed as 1."""
    return not possible[1]


def world_support(worlds: list[tuple[int, ...]], n: int) -> object:
    """Support of observing variables as 1, when exactly `worlds` are possible."""

    def support(chosen: frozenset[int]) -> Support | None:
        left = [world for world in worlds if all(world[v] == 1 for v in chosen)]
        if not left:
            return None
        return [np.array([any(w[v] == s for w in left) for s in (0, 1)]) for v in range(n)]

    return support


@given(st.integers(1, 5), st.data())
def test_no_smaller_set_is_impossible(n: int, data: st.DataObject) -> None:
    every = list(itertools.product((0, 1), repeat=n))
    worlds = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=10, unique=True))
    worlds = [world for world in worlds if not all(world)]
    if not worlds:
        return
    support = world_support(worlds, n)
    conflict, is_smallest = smallest_conflict(support, clashes, range(n), max_queries=1000)
    sizes = [
        k
        for k in range(n + 1)
        for chosen in itertools.combinations(range(n), k)
        if support(frozenset(chosen)) is None
    ]
    assert is_smallest
    assert support(frozenset(conflict)) is None
    assert len(conflict) == min(sizes)


def test_a_cut_short_search_says_so_and_leaves_nothing_out() -> None:
    """Three observations contradict each other, and a pair does too; with no queries left, either may be named."""
    worlds = [
        w for w in itertools.product((0, 1), repeat=5) if not (w[0] and w[1] and w[2]) and not (w[3] and w[4])
    ]
    support = world_support(worlds, 5)
    conflict, is_smallest = smallest_conflict(support, clashes, range(5), max_queries=0)
    assert not is_smallest
    assert support(frozenset(conflict)) is None
    for left_out in conflict:
        assert support(frozenset(conflict) - {left_out}) is not None


def test_a_model_that_allows_nothing_has_an_empty_conflict() -> None:
    assert smallest_conflict(lambda chosen: None, clashes, [0], 10) == ((), True)


def test_a_probability_too_small_for_a_double_is_not_called_impossible() -> None:
    """A support that rounds a tiny probability to zero must not lead to a conflict that is possible."""

    def support(chosen: frozenset[int]) -> Support | None:
        if chosen >= {0, 1, 2}:
            return None
        looks_excluded = np.array([True, False])
        return [
            np.array([True, True]),
            looks_excluded if 0 in chosen else np.array([True, True]),
            np.array([True] * 2),
        ]

    conflict, _ = smallest_conflict(support, clashes, range(3), 100)
    assert conflict == (0, 1, 2)


def test_a_tiny_probability_does_not_hide_a_smaller_conflict() -> None:
    """Variable 3 only looks excluded; the pair (4, 5), which is really impossible, comes after it."""
    every = itertools.product((0, 1), repeat=6)
    honest = world_support([w for w in every if not all(w[:3]) and not all(w[4:])], 6)

    def support(chosen: frozenset[int]) -> Support | None:
        found = honest(chosen)
        return found and [np.array([True, False]) if v == 3 else found[v] for v in range(6)]

    assert smallest_conflict(support, clashes, range(6), 100) == ((4, 5), True)
