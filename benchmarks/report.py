"""Measurements as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import targets
from benchmarks.exact import PGMPY, PYAGRUM, Compared
from benchmarks.protocol import CLICK, FEW, FIRST, FLIP, MANY
from benchmarks.results import Measured, Ratio

MISSING = "–"
LEAST_PREDICTED = 32e6
"""Bytes: below, the interpreter's own objects are what is measured."""
SHOWN = 3
"""Significant digits."""


def number(value: float) -> str:
    """Three significant digits, never in powers of ten."""
    return f"{float(f'{value:.{SHOWN}g}'):,.10g}"


def milliseconds(seconds: float | None) -> str:
    return MISSING if seconds is None else number(1e3 * seconds)


def times(ratio: Ratio | None) -> str:
    return MISSING if ratio is None else f"{number(ratio.value)}×"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def clicks(compared: Sequence[Compared]) -> str:
    """The click and its promise."""
    head = [
        "network",
        "variables",
        "our click ms",
        "best of pyAgrum ms",
        "ratio",
        "promised",
        "slowest of the clicks",
    ]
    rows = []
    for one in compared:
        click, slowest = one.ratio(CLICK), one.slowest()
        promised = f"≥ {targets.click_target(one.network):g}×, < {1e3 * targets.click_seconds(one.network):g} ms"
        peer = f"{milliseconds(click.peer)} ({click.engine}, {click.count})" if click else MISSING
        mine = milliseconds(click.ours if click else median(one, one.ours, CLICK))
        rows.append([one.network, str(one.n_variables), mine, peer, times(click), promised, times(slowest)])
    return table(head, rows)


def other_questions(compared: Sequence[Compared]) -> str:
    """Everything else that is asked: ours in milliseconds, and the ratio."""
    head = ["network", "compile + first answer", "other state", "3 leaves", "10 % observed"]
    rows = [
        [one.network, *(with_ratio(one.ratio(label)) for label in (FIRST, FLIP, FEW, MANY))] for one in compared
    ]
    return table(head, rows)


def with_ratio(ratio: Ratio | None) -> str:
    return MISSING if ratio is None else f"{milliseconds(ratio.ours)}, {times(ratio)}"


def engines(compared: Sequence[Compared]) -> str:
    """Every engine's median click, or what became of it."""
    names = (*PYAGRUM, PGMPY)
    rows = []
    for one in compared:
        by_name = {peer.engine: peer for peer in one.peers}
        cells = [outcome(one, by_name[name]) if name in by_name else "" for name in names]
        rows.append([one.network, milliseconds(median(one, one.ours, CLICK)), *cells])
    return table(["network", "mbml", *names], rows)


def outcome(one: Compared, peer: Measured) -> str:
    typical = median(one, peer, CLICK)
    failure = peer.failure.partition(":")[0]
    return milliseconds(typical) if typical is not None else failure or MISSING


def median(one: Compared, who: Measured, label: str) -> float | None:
    seconds = [who.seconds[k] for k, asked in enumerate(one.asked) if asked.label == label and k in who.seconds]
    return statistics.median(seconds) if seconds else None


def memory(compared: Sequence[Compared]) -> str:
    """Networks whose prediction is large enough to be told from the interpreter's own memory."""
    rows = [
        [one.network, number(one.predicted / 1e6), number(one.peak / 1e6), number(one.peak / one.predicted)]
        for one in compared
        if one.predicted >= LEAST_PREDICTED
    ]
    return table(["network", "predicted MB", "measured peak MB", "measured ÷ predicted"], rows)


def broken_promises(compared: Sequence[Compared]) -> list[str]:
    """Every number that falls short of what is promised."""
    return [line for one in compared for line in broken_promises_of(one)] + slow_beginnings(compared)


def slow_beginnings(compared: Sequence[Compared]) -> list[str]:
    """Most networks are to be compiled and answered twice as fast."""
    ratios = [ratio.value for one in compared if (ratio := one.ratio(FIRST)) is not None]
    fast = sum(ratio >= targets.FIRST_ON_MOST for ratio in ratios)
    is_kept = 2 * fast >= len(ratios)
    sentence = f"compile + first answer: {targets.FIRST_ON_MOST:g}× on {fast} of {len(ratios)} networks only"
    return [] if is_kept else [sentence]


def broken_promises_of(one: Compared) -> list[str]:
    found = []
    floors = [("click", one.ratio(CLICK), targets.click_target(one.network))]
    floors += [(label, one.ratio(label), targets.FLOOR) for label in (FLIP, FEW, MANY, FIRST)]
    floors.append(("slowest click", one.slowest(), targets.FLOOR))
    for label, ratio, floor in floors:
        if ratio is not None and ratio.value < floor:
            found.append(f"{one.network}: {label} {times(ratio)}, promised {floor:g}×")
    click, most = median(one, one.ours, CLICK), targets.click_seconds(one.network)
    if click is not None and click >= most:
        found.append(f"{one.network}: click {milliseconds(click)} ms, promised {1e3 * most:g} ms")
    if one.predicted >= LEAST_PREDICTED and one.peak > targets.PEAK_BY_PREDICTION * one.predicted:
        found.append(f"{one.network}: peak memory {number(one.peak / one.predicted)} of the prediction")
    return found


def insert(page: Path, section: str, text: str) -> None:
    """Put a section between its marks in a page that is otherwise written by hand."""
    begin, end = f"<!-- {section}: begin -->", f"<!-- {section}: end -->"
    old = page.read_text(encoding="utf-8")
    before, found, rest = old.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{page.name}: there are no marks for '{section}'")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
