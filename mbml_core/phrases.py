"""Turns of phrase that messages of every part have in common."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 number`, `2,000 numbers`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question that names the word of `known` most like `word`; "" where none is like it."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean '{close[0]}'?" if close else ""


def rounded(number: float, digits: int = 2) -> str:
    """A size of which only the order matters: `240`, `1,300`, `2.1e10`."""
    short = f"{number:.{digits}g}"
    if abs(number) < 1e6:
        return f"{float(short):,.0f}"
    mantissa, _, exponent = short.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else short
