"""How names, numbers and observations are shown to people, on a terminal and on a page alike.

Names are data. What they hold is shown, never obeyed: characters that are invisible or that reorder their
surroundings appear as escapes.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from mbml_core.model import AllowedStates, Belief, ExcludedState, Likelihood, Observation, Observed, Value

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, format characters (zero-width, bidirectional overrides), lone surrogates, line separators."""

_HIDDEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that Unicode does not call format characters, but that show nothing."""

_PLAIN = re.compile(r"[\x20-\x7e]*")


@lru_cache(maxsize=4096)  # the same few names stand in thousands of sentences
def visible(text: str) -> str:
    r"""`text` with every hidden character written as an escape such as `\u202e`."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_escape(char) if _is_hidden(char) else char for char in text)


def _is_hidden(char: str) -> bool:
    is_noncharacter = ord(char) & 0xFFFE == 0xFFFE  # XML allows none of them
    return is_noncharacter or unicodedata.category(char) in _HIDDEN_CATEGORIES or char in _HIDDEN_LETTERS


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def display_width(text: str) -> int:
    """Columns of visible `text` in a fixed-width font: two for wide characters, none for combining marks."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def shortened(text: str, width: int, ellipsis: str = "…") -> str:
    """`visible(text)`, cut so that it takes at most `width` columns."""
    text = visible(text)
    if display_width(text) <= width:
        return text
    kept, left = "", width - len(ellipsis)
    for char in text:
        left -= _char_width(char)
        if left < 0:
            break
        kept += char
    return kept + ellipsis


def probability_text(probability: float) -> str:
    """Four digits, which never turn a small chance into none or a large one into certainty."""
    if probability in (0.0, 1.0):
        return f"{probability:.0f}"
    rounded = f"{probability:.4f}"
    return {"0.0000": "<0.0001", "1.0000": ">0.9999"}.get(rounded, rounded)


def scientific(log_value: float) -> tuple[float, int]:
    """(mantissa, exponent) with exp(log_value) = mantissa · 10^exponent and 1 ≤ mantissa < 10, to three digits.

    Works where exp would underflow or overflow.
    """
    log10 = log_value / math.log(10)
    exponent = math.floor(log10)
    mantissa = round(10 ** (log10 - exponent), 2)
    return (1.0, exponent + 1) if mantissa >= 10 else (mantissa, exponent)


def small_probability_text(log_probability: float) -> str:
    """exp(log_probability) with four digits, or as `3.21e-7`, also where a float would underflow."""
    mantissa, exponent = scientific(log_probability)
    if exponent < -3:
        return f"{mantissa:.2f}e{exponent}"
    return probability_text(min(math.exp(log_probability), 1.0))


def has_probability(evidence: Mapping[str, Observation]) -> bool:
    """Whether exp(log evidence) is the probability of what was seen. A likelihood above one is no probability of
    anything, a belief that is set has no likelihood of its own, and an observed number has a density.
    """
    for observation in evidence.values():
        if isinstance(observation, Belief | Value):
            return False
        if isinstance(observation, Likelihood) and max(observation.weights) > 1:
            return False
    return True


def observation_text(observation: Observation) -> str:
    """What was seen of a variable, to stand behind its name: "= yes", "is not red", "is red or green"."""
    match observation:
        case Observed(state):
            return f"= {visible(state)}"
        case ExcludedState(state):
            return f"is not {visible(state)}"
        case AllowedStates(states):
            return f"is {' or '.join(map(visible, states))}"
        case Likelihood(weights):
            return f"has likelihood {_ratio(weights)}"
        case Belief(probabilities):
            return f"is set to {_ratio(probabilities)}"
        case Value(value):
            return f"= ({_listed(value, ', ')})" if isinstance(value, tuple) else f"= {value:.6g}"


def _ratio(numbers: tuple[float, ...]) -> str:
    return _listed(numbers, " : ")


def _listed(numbers: tuple[float, ...], separator: str) -> str:
    shown = [f"{number:.4g}" for number in numbers[:8]]
    return separator.join([*shown, *(["…"] if len(numbers) > 8 else [])])
