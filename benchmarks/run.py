"""The one command: python -m benchmarks.run [--quick] [--only PART]… [--write] [NETWORK …].

We and the peers answer the same questions, each engine and network in a process of its own with limits on time and
memory. The answers are compared before any time is printed. With --write the results of a full run go into
docs/benchmarks.md, between marks, and into docs/benchmarks.svg.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import batch, exact, loopy, machine, plot, report, sections, start
from benchmarks.exact import FULL, QUICK, Compared, Effort
from benchmarks.limits import ROOT, compile_kernels
from benchmarks.peers.install import FOLDER, install
from tests.networks import network_names

PAGE = ROOT / "docs" / "benchmarks.md"
DRAWING = PAGE.with_suffix(".svg")
PEERS = ("pyagrum", "pgmpy", "pgmax", "jax")
QUICK_NETWORKS = ("asia", "alarm", "win95pts", "andes", "pigs", "water")


@dataclass(frozen=True)
class Job:
    """What the command line asked for."""

    networks: Sequence[str]
    is_quick: bool
    peers: Path

    @property
    def effort(self) -> Effort:
        return QUICK if self.is_quick else FULL


@dataclass(frozen=True)
class Section:
    """A part of the page, the promises that were not kept, and for one part the drawing."""

    text: str
    broken: Sequence[str]
    drawing: str = ""


def exact_section(job: Job) -> Section:
    compared: list[Compared] = []
    for one in exact.compare(job.networks, job.peers, job.effort):
        compared.append(one)
        progress(report.clicks([one]).splitlines()[-1])
    return Section(
        sections.exact_text(compared), report.broken_promises(compared), plot.svg(sections.plotted(compared))
    )


def loopy_section(job: Job) -> Section:
    sides = loopy.SIDES[:1] if job.is_quick else loopy.SIDES
    measured = [loopy.measure(side, job.peers) for side in sides]
    return Section(sections.loopy_text(measured), sections.loopy_broken(measured))


def batch_section(job: Job) -> Section:
    rows = batch.QUICK_ROWS if job.is_quick else batch.ROWS
    measured = [batch.measure(pattern, rows, job.peers, job.effort) for pattern in batch.PATTERNS]
    return Section(sections.batch_text(measured), sections.batch_broken(measured))


def start_section(job: Job) -> Section:
    measured = start.measure(job.peers)
    return Section(sections.start_text(measured), sections.start_broken(measured))


PARTS: Mapping[str, Callable[[Job], Section]] = {
    "exact": exact_section,
    "loopy": loopy_section,
    "batch": batch_section,
    "start": start_section,
}


def progress(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def write(name: str, section: Section, heading: str) -> None:
    report.insert(PAGE, name, f"\n{heading}\n\n{section.text}\n")
    if section.drawing:
        DRAWING.write_text(section.drawing, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="default: all of them")
    parser.add_argument("--quick", action="store_true", help="a few networks, a few seconds each")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be repeated")
    parser.add_argument("--write", action="store_true", help="put the results into docs/")
    parser.add_argument("--peers", type=Path, default=FOLDER, help="folder of the peers' environment")
    arguments = parser.parse_args()
    if arguments.write and (arguments.quick or arguments.networks):
        parser.error("only a full run is written down: leave out --quick and the networks")
    install(arguments.peers)
    compile_kernels()
    networks = arguments.networks or (QUICK_NETWORKS if arguments.quick else network_names())
    job = Job(networks, arguments.quick, arguments.peers / "bin" / "python")
    heading = machine.described(job.peers, PEERS)
    broken: list[str] = []
    for name in arguments.only or PARTS:
        section = PARTS[name](job)
        print(f"\n## {name}\n\n{heading}\n\n{section.text}", flush=True)
        broken += section.broken
        if arguments.write:
            write(name, section, heading)
    print("\nPromised and not kept:\n" + "\n".join(broken) if broken else "\nEverything promised is kept.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
