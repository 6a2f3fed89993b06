"""The ratios as a drawing: plain SVG that follows the reader's light or dark colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

LEFT, RIGHT, ROW, TOP, WIDTH = 100, 24, 22, 64, 760
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #333 }
  .axis { stroke: #ccc } .one { stroke: #888; stroke-width: 1.5 }
  .click { fill: #1565c0 } .other { fill: none; stroke: #8a6d00; stroke-width: 1.3 }
  .promise { stroke: #c62828; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .axis { stroke: #444 } .one { stroke: #999 }
    .click { fill: #64b5f6 } .other { stroke: #ffd54f } .promise { stroke: #ef9a9a }
  }
"""


@dataclass(frozen=True)
class Bar:
    """One row: the ratio of the click, what is promised of it, and the other ratios."""

    name: str
    click: float
    promised: float
    others: tuple[float, ...]


def svg(bars: Sequence[Bar]) -> str:
    """Ratios on a logarithmic axis from the largest power of ten below them to the smallest above."""
    values = [value for bar in bars for value in (bar.click, bar.promised, *bar.others)]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    bottom = TOP + ROW * len(bars)

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(value) - low) / max(high - low, 1)

    marks = [legend()]
    for power in range(low, high + 1):
        place, kind = x(10.0**power), "one" if power == 0 else "axis"
        marks.append(f'<line class="{kind}" x1="{place:.1f}" x2="{place:.1f}" y1="{TOP - 6}" y2="{bottom}"/>')
        marks.append(f'<text x="{place:.1f}" y="{TOP - 12}" text-anchor="middle">{10.0**power:g}×</text>')
    for k, bar in enumerate(bars):
        y = TOP + ROW * k + ROW / 2
        marks.append(f'<text x="{LEFT - 10}" y="{y + 4:.1f}" text-anchor="end">{escape(bar.name)}</text>')
        marks += [f'<circle class="other" cx="{x(value):.1f}" cy="{y:.1f}" r="3.5"/>' for value in bar.others]
        marks.append(f'<circle class="click" cx="{x(bar.click):.1f}" cy="{y:.1f}" r="5"/>')
        tick = x(bar.promised)
        marks.append(f'<line class="promise" x1="{tick:.1f}" x2="{tick:.1f}" y1="{y - 8:.1f}" y2="{y + 8:.1f}"/>')
    title = "Time of the best of pyAgrum's exact engines, divided by ours"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 12}" role="img">'
        f"<title>{title}</title><style>{STYLE}</style>\n" + "\n".join(marks) + "\n</svg>\n"
    )


def legend() -> str:
    return (
        '<circle class="click" cx="16" cy="18" r="5"/><text x="28" y="22">click</text>'
        '<circle class="other" cx="86" cy="18" r="3.5"/>'
        '<text x="98" y="22">other state, 3 leaves, 10 % observed, compile + first answer, slowest click</text>'
        '<line class="promise" x1="560" x2="560" y1="10" y2="26"/>'
        '<text x="570" y="22">promised of the click</text>'
    )
