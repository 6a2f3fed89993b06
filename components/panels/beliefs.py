"""The belief of one variable as a bar chart: one SVG, drawn from numbers and names alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from components.panels.text import clipped, fitting_size, text_width
from mbml_core.inference.result import Marginal
from mbml_core.model import Variable
from mbml_core.wording import probability_text, visible

WIDTH = 280
"""Units across; the chart scales with its card."""
HEADING, BASELINE = 38, 23
ROW = 36
"""Units down: the heading with its baseline, and each bar."""
HEADING_SIZES = (18.0, 23.0)
NOTE_SIZE, LABEL_SIZE, NUMBER_SIZE = 17.0, 20.0, 20.0
"""Type sizes in units: 16 px and more in the narrowest card."""
BOLD = 1.06
"""How much wider bold type runs."""
NUMBER_WIDTH = 76
LABEL_WIDTHS = (38.0, 114.0)
"""Of the column of state names: least and most."""
GAP = 10
BELIEF_HEIGHT, PRIOR_HEIGHT = 16, 26

MAX_BARS = 12
"""States drawn one by one; of more, the most probable ones."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One state of a variable.

    Attributes:
        label: name of the state, as drawn by anyone.
        probability: its belief.
        prior: its belief before anything was observed; None draws no ghost.
    """

    label: str
    probability: float
    prior: float | None = None


def bars_of(variable: Variable, marginal: Marginal, prior: Marginal | None) -> list[Bar]:
    """The bars of a variable in state order; beyond MAX_BARS the least probable states share the last one."""
    now = marginal.probabilities.tolist()
    before = prior.probabilities.tolist() if prior else [None] * len(now)
    bars = [Bar(*item) for item in zip(variable.states, now, before, strict=True)]
    if len(bars) <= MAX_BARS:
        return bars
    ranked = sorted(range(len(bars)), key=lambda i: -bars[i].probability)
    shown, rest = sorted(ranked[: MAX_BARS - 1]), ranked[MAX_BARS - 1 :]
    ghost = sum(bars[i].prior or 0.0 for i in rest) if prior else None
    together = Bar(f"{len(rest):,} others", sum(bars[i].probability for i in rest), ghost)
    return [*(bars[i] for i in shown), together]


def bars_svg(
    heading: str,
    bars: Sequence[Bar],
    *,
    observed: bool = False,
    stale: bool = False,
    exact: bool = True,
    marked: bool = False,
) -> str:
    """An SVG of one line with a heading and one row per bar; colours are CSS variables of the page.

    Args:
        heading: name of the variable.
        bars: its states, in order.
        observed: the variable was observed: its bars have another colour, and the heading says so.
        stale: the numbers are of an earlier moment: everything is grey.
        exact: whether the numbers are; approximate ones carry "≈".
        marked: whether to draw attention to this variable.
    """
    height = HEADING + ROW * len(bars)
    label_width = _label_width(bars)
    rows = "".join(
        _row(bar, HEADING + ROW * i, label_width, "≈" if not exact else "") for i, bar in enumerate(bars)
    )
    classes = ["mbml-bars", *(["observed"] if observed else []), *(["stale"] if stale else [])]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{" ".join(classes)}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" aria-label="{_escaped(_summary(heading, bars, stale))}">'
        f"<title>{_escaped(heading)}</title>{_heading(heading, observed, marked)}{rows}</svg>"
    )


def _heading(heading: str, observed: bool, marked: bool) -> str:
    note = "observed" if observed else ""
    left = 12 if marked else 0
    room = WIDTH - left - (text_width(note, NOTE_SIZE) + GAP if note else 0)
    size = fitting_size(heading, room / BOLD, *HEADING_SIZES)
    parts = [_text(clipped(heading, size * BOLD, room), left, BASELINE, size, "heading")]
    if marked:
        parts.append('<rect class="mark" x="0" y="5" width="5" height="22" rx="2"/>')
    if note:
        parts.append(_text(note, WIDTH, BASELINE, NOTE_SIZE, "note", "end"))
    return "".join(parts)


def _row(bar: Bar, top: int, label_width: float, sign: str) -> str:
    left = label_width + GAP
    room = WIDTH - NUMBER_WIDTH - left
    middle = top + ROW / 2
    baseline = middle + 0.35 * LABEL_SIZE
    ghost = "" if bar.prior is None else _rect("prior", left, middle, room * bar.prior, PRIOR_HEIGHT)
    return (
        f"<g><title>{_escaped(f'{bar.label}: {sign}{probability_text(bar.probability)}')}</title>"
        f"{_rect('track', left, middle, room, PRIOR_HEIGHT)}{ghost}"
        f"{_rect('belief', left, middle, room * bar.probability, BELIEF_HEIGHT)}"
        f"{_text(clipped(bar.label, LABEL_SIZE, label_width), 0, baseline, LABEL_SIZE, 'label')}"
        f"{_text(sign + probability_text(bar.probability), WIDTH, baseline, NUMBER_SIZE, 'number', 'end')}</g>"
    )


def _label_width(bars: Sequence[Bar]) -> float:
    least, most = LABEL_WIDTHS
    widest = max((text_width(visible(bar.label), LABEL_SIZE) for bar in bars), default=0.0)
    return min(max(widest, least), most)


def _rect(kind: str, left: float, middle: float, width: float, height: int) -> str:
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{middle - height / 2:.1f}" width="{width:.2f}" height="{height}" '
        'rx="3"/>'
    )


def _text(text: str, x: float, y: float, size: float, kind: str, anchor: str = "start") -> str:
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {place}>{escape(text)}</text>'


def _escaped(text: str) -> str:
    return escape(visible(text))


def _summary(heading: str, bars: Sequence[Bar], stale: bool) -> str:
    """What a screen reader says."""
    states = ", ".join(f"{bar.label} {probability_text(bar.probability)}" for bar in bars)
    return f"{heading}: {states}{' (before the contradiction)' if stale else ''}"
