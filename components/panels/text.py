"""Names as text on a page: escaped where markup is possible, cut where space is short."""

from __future__ import annotations

import math
import re
import unicodedata

from mbml_core.wording import visible

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+.!|~:$&=@^/-])")
"""What can start or end a construct of Streamlit's markdown: emphasis, links, images, formulas, :directives:."""

_WIDTHS = {
    **dict.fromkeys("ijl.,:;'|!I ", 0.27),
    **dict.fromkeys('frt()[]{}-/\\"*', 0.37),
    **dict.fromkeys("mwMW@%…—", 0.87),
}
"""Widths in ems of a sans-serif, rounded up."""


def markdown_text(text: str) -> str:
    """`text` for a label that Streamlit reads as markdown: shown as it is written, nothing in it obeyed."""
    return _MARKDOWN.sub(r"\\\1", visible(text).strip())


def clipped(text: str, size: float, room: float) -> str:
    """`visible(text)` cut with an ellipsis so that it takes at most `room` at type size `size`."""
    text = visible(text)
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def fitting_size(text: str, room: float, least: float, most: float) -> float:
    """The largest type size between `least` and `most`, in tenths, at which `text` takes at most `room`."""
    exact = room / max(text_width(visible(text), 1.0), 1.0)
    tenths = math.floor(10 * exact) / 10  # rounded down: at the exact size, rounding would clip what just fits
    return min(most, max(least, tenths))


def text_width(text: str, size: float) -> float:
    """Estimated width of `text` set in a sans-serif at type size `size`, rather too wide than too narrow."""
    return size * sum(map(_em, text))


def _em(char: str) -> float:
    if char in _WIDTHS:
        return _WIDTHS[char]
    if not char.isascii() and unicodedata.category(char) in ("Mn", "Me"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    return 0.62 if char.isupper() else 0.51
