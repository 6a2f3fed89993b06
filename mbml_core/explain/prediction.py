"""How far a prediction missed: in bits, and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from mbml_core.errors import InvalidModel, Problem

Direction: TypeAlias = Literal["up", "down", "same"]

DIRECTIONS: tuple[Direction, ...] = ("up", "down", "same")

SAME = 5e-5
"""A probability that moves by no more stays the same in the four digits that the page shows."""

CAP_BITS = 10.0
"""The largest miss. Whoever rules out what then happens would miss by infinitely many bits; 10 bits is what it
costs to give 1 in 1024 to something certain."""

_WORDS = ((0.005, "spot on"), (0.05, "close"), (0.3, "off"))
"""Up to how many bits a miss is called so. For a probability near 1/2 these are about 4, 13 and 31 hundredths."""

_FARTHEST = "far off"


@dataclass(frozen=True, slots=True)
class Miss:
    """How far a prediction was from the truth.

    Attributes:
        bits: KL(p ‖ q) = Σ p log2(p / q), with p what is and q what was predicted; at most CAP_BITS.
        is_capped: whether it was more.
        words: "spot on", "close", "off" or "far off".
    """

    bits: float
    is_capped: bool
    words: str


def miss(actual: Sequence[float], predicted: Sequence[float]) -> Miss:
    """The miss of a whole distribution: the bits lost on average by betting on `predicted` where `actual` holds.

    Each is divided by its sum first. Raises InvalidModel where they are no two distributions over the same states.
    """
    p, q = _normalised(actual), _normalised(predicted)
    if len(p) != len(q):
        problem = f"the prediction has {len(q)} numbers, the variable {len(p)} states"
        raise InvalidModel([Problem("", problem, "give one number for each state")])
    bits = sum(_term(a, b) for a, b in zip(p, q, strict=True))
    return _miss(bits)


def miss_of_state(actual: float, predicted: float) -> Miss:
    """The miss of one state's probability, all other states being one: `miss` of two Bernoulli distributions."""
    return miss((actual, 1 - actual), (predicted, 1 - predicted))


def direction(before: float, after: float) -> Direction:
    """Where a probability moved."""
    if abs(after - before) <= SAME:
        return "same"
    return "up" if after > before else "down"


def bits_text(how_far: Miss) -> str:
    """The miss as part of a sentence."""
    if how_far.is_capped:
        return f"you miss by more than {how_far.bits:g} bits"
    if how_far.bits < 0.0005:
        return "you miss by next to nothing"
    digits = 3 if how_far.bits < 0.01 else 2
    return f"you miss by {how_far.bits:.{digits}f} bits"


def _normalised(numbers: Sequence[float]) -> list[float]:
    sound = all(math.isfinite(number) and number >= 0 for number in numbers)
    total = sum(numbers) if sound else 0.0
    if not 0 < total < math.inf:
        what = "a prediction is a number for each state, none negative and not all zero"
        raise InvalidModel([Problem("", what, "draw a bar for at least one state")])
    return [number / total for number in numbers]


def _term(p: float, q: float) -> float:
    if p == 0:
        return 0.0
    return p * math.log2(p / q) if q > 0 else math.inf


def _miss(bits: float) -> Miss:
    bits = max(bits, 0.0)  # rounding may leave a hair below zero
    words = next((words for most, words in _WORDS if bits <= most), _FARTHEST)
    return Miss(min(bits, CAP_BITS), bits > CAP_BITS, words)
