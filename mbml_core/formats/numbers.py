"""What the readers of all formats take for a number."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def floats(words: Iterable[str]) -> list[float] | None:
    """The numbers, or None where float() refuses one, or one is negative or too large.

    float() also takes nan, 1_000 and digits of other scripts: keep those from it, or ask `number_flaw`.
    """
    try:
        numbers = list(map(float, words))
    except ValueError:
        return None
    return numbers if not numbers or 0 <= min(numbers) <= max(numbers) < math.inf else None


def number_flaw(word: str) -> str | None:
    """What keeps a word from being a finite number, zero or more; None where nothing does."""
    if not _NUMBER.fullmatch(word):
        return "is not a number"
    value = float(word)
    if 0 <= value < math.inf:
        return None
    return "is negative" if value < 0 else "is too large"
