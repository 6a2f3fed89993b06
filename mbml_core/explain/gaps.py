"""How beliefs are compared."""

from __future__ import annotations

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.wording import probability_text

AGREES = 1e-6
"""Beliefs that differ by less are called the same: they print alike, and messages have settled to some 1e-9."""
TIE = 1e-12
"""Differences of the two states of a variable are the same number up to roundings."""


def told_apart(one: float, other: float) -> tuple[str, str]:
    """Two probabilities that differ by more than AGREES, with as many digits as it takes to see it."""
    longer = ((f"{one:.{digits}f}", f"{other:.{digits}f}") for digits in (5, 6, 7))
    pairs = [(probability_text(one), probability_text(other)), *longer]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])


def last_largest(differences: FloatArray) -> int:
    """The place of the largest; of equal ones the last: of two states that is "yes", which people ask about."""
    is_largest = differences >= differences.max() - TIE
    return len(differences) - 1 - int(np.argmax(is_largest[::-1]))
