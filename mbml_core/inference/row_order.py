"""The order in which many rows of evidence are answered: rows that have much in common stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mbml_core.distributions.semiring import IntArray

WORD = 2**62
"""Digits are packed into one integer as long as it stays below."""


def by_states(states: NDArray[np.int16], variables: Sequence[int]) -> IntArray:
    """Rows sorted by the states of `variables`, the first of which counts most."""
    seen = _observed(states, variables)
    return _sorted(len(states), [(states[:, v] + 1, int(states[:, v].max()) + 2) for v in seen])


def by_observed_set(states: NDArray[np.int16]) -> IntArray:
    """Rows sorted by which variables they observe, those that observe the same ones by their states."""
    seen = _observed(states, range(states.shape[1]))
    which = [(states[:, v] >= 0, 2) for v in seen]
    return _sorted(len(states), [*which, *((states[:, v] + 1, int(states[:, v].max()) + 2) for v in seen)])


def repeats(states: NDArray[np.int16], order: IntArray) -> NDArray[np.bool_]:
    """For each place in the order, whether its row equals the one before it."""
    found = np.zeros(len(order), dtype=np.bool_)
    ordered = states[order]
    is_same = ordered[1:] == ordered[:-1]
    found[1:] = is_same.all(axis=1)
    return found


def _observed(states: NDArray[np.int16], variables: Iterable[int]) -> list[int]:
    is_observed: NDArray[np.bool_] = np.any(states >= 0, axis=0)
    return [v for v in variables if is_observed[v]]


def _sorted(n_rows: int, digits: Sequence[tuple[NDArray[Any], int]]) -> IntArray:
    """Rows sorted by digits (values, base), the most significant first."""
    words = [np.zeros(n_rows, dtype=np.int64)]
    room = 1
    for values, base in digits:
        if room * base > WORD:
            words.append(np.zeros(n_rows, dtype=np.int64))
            room = 1
        words[-1] *= base
        words[-1] += values
        room *= base
    return np.lexsort(words[::-1])
