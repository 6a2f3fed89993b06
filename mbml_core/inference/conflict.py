"""Which observations contradict each other: a smallest set of them that is impossible.

Source: Junker (2004), QuickXplain, for the shrinking; sets are then tried by growing size until one is impossible.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Support: TypeAlias = Sequence[NDArray[np.bool_]]
"""For each variable which of its states are still possible."""
Query: TypeAlias = Callable[[frozenset[int]], Support | None]
"""The support after observing a set of variables; None when that is impossible."""
Clashes: TypeAlias = Callable[[int, NDArray[np.bool_]], bool]
"""Whether the observation of a variable contradicts these states being the only possible ones."""


def smallest_conflict(
    support: Query, clashes: Clashes, observed: Collection[int], max_queries: int
) -> tuple[tuple[int, ...], bool]:
    """(variables of a conflicting set, whether no smaller one exists). Empty if nothing need be observed.

    One query of k observations answers for all sets of k + 1 that contain them: what it excludes, conflicts.
    (A probability below the smallest double looks excluded, so the set is asked once more before it is named.)
    Gives up the search for a smaller set after `max_queries` queries.
    """
    if support(frozenset()) is None:
        return (), True
    conflict = _irreducible(support, sorted(observed))
    queries = 0
    for size in range(len(conflict) - 1):
        for chosen in combinations(sorted(observed), size):
            queries += 1
            if queries > max_queries:
                return tuple(conflict), False
            possible = support(frozenset(chosen))
            rest = (v for v in sorted(observed) if v not in chosen)
            suspects = [v for v in rest if possible is not None and clashes(v, possible[v])]
            clash = next((v for v in suspects if support(frozenset((*chosen, v))) is None), None)
            if clash is not None:
                return (*chosen, clash), True
    return tuple(conflict), True


def _irreducible(support: Query, candidates: list[int]) -> list[int]:
    """A conflicting subset of `candidates` from which nothing can be left out."""

    def is_impossible(chosen: Iterable[int]) -> bool:
        return support(frozenset(chosen)) is None

    def explain(background: list[int], is_new: bool, rest: list[int]) -> list[int]:
        if is_new and is_impossible(background):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        second = explain(background + rest[:half], True, rest[half:])
        first = explain(background + second, bool(second), rest[:half])
        return first + second

    return sorted(explain([], False, candidates))
