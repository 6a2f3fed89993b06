"""Odds and their logarithms, in numbers and in words.

    odds(s) = P(s) / P(not s),   log-odds(s) = ln odds(s)  in nats

What adds up is the logarithm: a shift of +0.69 nats doubles the odds, whatever they were. Certainty is +inf.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mbml_core.wording import probability_text

CERTAIN, IMPOSSIBLE = "certain", "impossible"


@dataclass(frozen=True, slots=True)
class Standing:
    """How probable a state is, in three ways.

    Attributes:
        probability: of the state.
        log_odds: of the state against all others, in nats; ±inf where it is certain or impossible.
        text: the probability, for people.
        odds_text: the odds, for people: "2.4 to 1", "1 to 3", "certain".
    """

    probability: float
    log_odds: float
    text: str
    odds_text: str


def standing(probabilities: Sequence[float], state: int, is_exact: bool = True) -> Standing:
    """Of one state of a distribution. An inexact number says "about"."""
    about = "" if is_exact else "about "
    score = log_odds(probabilities, state)
    odds = odds_text(score)
    probability = float(probabilities[state])
    text = about + probability_text(probability)
    return Standing(probability, score, text, odds if math.isinf(score) else about + odds)


def log_odds(probabilities: Sequence[float], state: int) -> float:
    """Logarithm of P(state) over the sum of the others, exact also where the state is nearly certain."""
    mine = float(probabilities[state])
    others = math.fsum(float(p) for k, p in enumerate(probabilities) if k != state)
    if mine <= 0.0:
        return -math.inf
    return math.log(mine) - math.log(others) if others > 0.0 else math.inf


def shift(before: float, after: float) -> float:
    """How far log-odds moved, in nats: 0 from certainty to certainty, ±inf from or to it."""
    return 0.0 if before == after else after - before


def odds_text(score: float) -> str:
    """Log-odds as odds: "2.4 to 1", "1 to 3", "even"."""
    if math.isinf(score):
        return CERTAIN if score > 0 else IMPOSSIBLE
    size = factor_text(abs(score))
    if size == "1":
        return "1 to 1"
    return f"{size} to 1" if score > 0 else f"1 to {size}"


def factor_text(nats: float) -> str:
    """exp(nats) to three digits: "2.42", "1,230", "3.1e12"."""
    if nats > 600:
        digits = nats / math.log(10)
        return f"1e{digits:.0f}"
    factor = float(f"{math.exp(nats):.3g}")
    if factor >= 1e6:
        return f"{factor:.1e}".replace("e+", "e")
    return f"{factor:,.0f}" if factor >= 100 else f"{factor:g}"


def is_hair(nats: float) -> bool:
    """Whether a shift is too small for the three digits of `factor_text`."""
    return factor_text(abs(nats)) == "1"


def equals_text(probability: float) -> str:
    """A probability behind its name: "= 0.3204", "< 0.0001"."""
    text = probability_text(probability)
    return f"{text[0]} {text[1:]}" if text[0] in "<>" else f"= {text}"


def times_text(nats: float, is_exact: bool = True) -> str:
    """What a finite shift does to odds: "multiplied by 2.4", "divided by about 3"."""
    about = "" if is_exact else "about "
    return f"{'multiplied' if nats > 0 else 'divided'} by {about}{factor_text(abs(nats))}"


def shift_text(nats: float) -> str:
    """A shift with its sign, in nats: "+0.88", "−0.35", "+∞"; "0" where it rounds to nothing."""
    sign = "+" if nats > 0 else "−"
    if math.isinf(nats):
        return f"{sign}∞"
    size = f"{abs(nats):.2f}" if abs(nats) >= 0.095 else f"{abs(nats):.2g}"
    return "0" if abs(nats) < 1e-6 else sign + size
