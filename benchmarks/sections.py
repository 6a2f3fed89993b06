"""The parts of the report: each a few tables, and what falls short of the promises."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import report, targets
from benchmarks.batch import PEER_ROWS, Batch
from benchmarks.exact import Compared
from benchmarks.loopy import Loopy
from benchmarks.plot import Bar
from benchmarks.protocol import CLICK, FEW, FIRST, FLIP, MANY
from benchmarks.report import milliseconds, number, table
from benchmarks.start import Start


def exact_text(compared: Sequence[Compared]) -> str:
    executor = "machine code" if all(one.by_machine_code for one in compared) else "numpy alone"
    return "\n\n".join(
        [
            f"Ours by {executor}. In brackets the best of pyAgrum's engines and how many clicks it answered.",
            report.clicks(compared),
            "Our milliseconds, and how many times as long the best of pyAgrum's engines takes:",
            report.other_questions(compared),
            "Every engine's median click in milliseconds, or what became of it:",
            report.engines(compared),
            "Memory above the loaded model:",
            report.memory(compared),
        ]
    )


def plotted(compared: Sequence[Compared]) -> list[Bar]:
    """The networks by falling ratio of the click; those no exact peer finished have none."""
    bars = []
    for one in compared:
        click = one.ratio(CLICK)
        if click is not None:
            found = [one.slowest(), *(one.ratio(label) for label in (FLIP, FEW, MANY, FIRST))]
            others = tuple(ratio.value for ratio in found if ratio is not None)
            bars.append(Bar(one.network, click.value, targets.click_target(one.network), others))
    return sorted(bars, key=lambda bar: -bar.click)


def loopy_text(measured: Sequence[Loopy]) -> str:
    head = [
        "grid",
        "PGMax ms a sweep",
        "ours, binary",
        "ratio",
        "ours, general",
        "ratio",
        "of the bandwidth bound",
    ]
    rows = []
    for one in measured:
        cells = [f"{one.side}²", milliseconds(one.peer)]
        cells += [milliseconds(one.binary), f"{number(one.peer / one.binary)}×"]
        cells += [milliseconds(one.general), f"{number(one.peer / one.general)}×"]
        is_large = one.side in targets.BANDWIDTH_SIDES
        rows.append([*cells, f"{100 * one.bandwidth_share:.0f} %" if is_large else "in the cache"])
    return table(head, rows)


def loopy_broken(measured: Sequence[Loopy]) -> list[str]:
    found = []
    for one in measured:
        for kernel, seconds in (("binary", one.binary), ("general", one.general)):
            if one.peer / seconds < targets.LOOPY[kernel]:
                found.append(f"grid {one.side}²: {kernel} {number(one.peer / seconds)}×")
        if one.side in targets.BANDWIDTH_SIDES and one.bandwidth_share < targets.BANDWIDTH_SHARE:
            found.append(f"grid {one.side}²: {100 * one.bandwidth_share:.0f} % of the bandwidth bound")
    return found


def batch_text(measured: Sequence[Batch]) -> str:
    head = ["alarm, 10 % observed", "rows", "ours µs a row", "pyAgrum µs a row", "ratio"]
    rows = [
        [
            one.pattern,
            f"{one.rows:,}",
            number(1e6 * one.ours),
            f"{number(1e6 * one.peer)} ({one.engine})",
            f"{number(one.ratio)}×",
        ]
        for one in measured
    ]
    return f"{table(head, rows)}\n\npyAgrum's loop is extrapolated from {PEER_ROWS} rows; their answers agree."


def batch_broken(measured: Sequence[Batch]) -> list[str]:
    return [f"batch, {one.pattern}: {number(one.ratio)}×" for one in measured if one.ratio < targets.BATCH]


def start_text(measured: Start) -> str:
    rows = [
        ["`import mbml_core`", milliseconds(measured.importing)],
        ["`import pyagrum`", milliseconds(measured.peer_importing)],
        ["first answer on alarm after the import, no machine code on disk", milliseconds(measured.first_answer)],
        [f"slowest of {measured.clicks} clicks from then on", milliseconds(measured.slowest_click)],
        ["machine code compiled after", milliseconds(measured.compiling)],
    ]
    numba = "The import alone brings numba in." if measured.imports_numba else "The import does not import numba."
    return f"{table(['in a new process', 'ms'], rows)}\n\n{numba}"


def start_broken(measured: Start) -> list[str]:
    found = []
    if measured.importing > targets.IMPORT_SECONDS:
        found.append(f"import mbml_core: {milliseconds(measured.importing)} ms")
    if measured.imports_numba:
        found.append("import mbml_core imports numba")
    if measured.first_answer > targets.COLD_START_SECONDS:
        found.append(f"first answer, cold: {milliseconds(measured.first_answer)} ms")
    if measured.slowest_click > targets.WAITING_CLICK_SECONDS:
        found.append(f"a click waited {milliseconds(measured.slowest_click)} ms while kernels were compiled")
    return found
