"""`mbml check`: every problem of a file or, where there is none, what the model is and costs."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mbml_core.cli.failures import FINE, finite, json_text, plain_problems, problem_lines
from mbml_core.cli.progress import Progress
from mbml_core.cli.screen import write
from mbml_core.compiler.budget import Budget, human_bytes
from mbml_core.compiler.cost import Cost
from mbml_core.compiler.table_arrays import network_arrays
from mbml_core.document import Document
from mbml_core.files import load_document
from mbml_core.inference.exact.inference import ExactInference
from mbml_core.inference.exact.tools import PLAIN
from mbml_core.model import FactorGraph
from mbml_core.phrases import counted, rounded
from mbml_core.wording import visible

MAX_NOTES = 10
"""Notes are about what was tolerated; of many, most say the same."""


def run(arguments: argparse.Namespace) -> int:
    """Print what there is to say; the exit code. Problems are raised, and listed by the caller."""
    with Progress(Path(arguments.file).stem) as progress:
        progress.phase("reading")
        document = load_document(arguments.file)
        progress.phase("planning")
        tables = _tables(document.graph)
    if arguments.json:
        write(sys.stdout, json_text(_to_plain(document, tables)))
    else:
        write(sys.stdout, "\n".join(_lines(arguments.file, document, tables)) + "\n")
    return FINE


@dataclass(frozen=True, slots=True)
class _Tables:
    """What exact inference by tables costs, and whether the budget allows it."""

    cost: Cost
    fits: bool


def _tables(graph: FactorGraph) -> _Tables | None:
    """None where a variable has no states, and so no table."""
    if not graph.is_discrete:
        return None
    inference = ExactInference(PLAIN, network_arrays(graph), Budget.default())
    return _Tables(inference.cost, inference.fits)


def _to_plain(document: Document, tables: _Tables | None) -> dict[str, Any]:
    return {
        "problems": [],
        "notes": plain_problems(document.notes),
        "counts": _counts(document.graph),
        "exact_inference": None if tables is None else _plain_tables(tables.cost, tables.fits),
    }


def _plain_tables(cost: Cost, fits: bool) -> dict[str, Any]:
    return {
        "bytes": finite(cost.n_bytes),
        "operations": finite(cost.operations),
        "largest_table": finite(cost.largest_entries),
        "is_lower_bound": cost.is_lower_bound,
        "fits": fits,
    }


def _counts(graph: FactorGraph) -> dict[str, int]:
    return {
        "variable": len(graph.variables),
        "factor": len(graph.factors),
        "edge": sum(len(factor.scope) for factor in graph.factors),
        "observation": len(graph.evidence),
    }


def _lines(file: str, document: Document, tables: _Tables | None) -> Iterator[str]:
    counts = ", ".join(counted(number, noun) for noun, number in _counts(document.graph).items())
    yield f"{visible(file)}: fine. {counts}."
    yield _domain_line(document.graph) if tables is None else _cost_line(tables.cost, tables.fits)
    if document.notes:
        yield "Notes:"
        yield from problem_lines(document.notes[:MAX_NOTES])
    if len(document.notes) > MAX_NOTES:
        yield f"  ... and {len(document.notes) - MAX_NOTES:,} more; --json lists them all"


def _domain_line(graph: FactorGraph) -> str:
    counts = Counter(variable.domain.type_name for variable in graph.variables)
    return f"Domains: {', '.join(f'{number:,} {name}' for name, number in counts.items())}."


def _cost_line(cost: Cost, fits: bool) -> str:
    least = "at least " if cost.is_lower_bound else ""
    advice = "" if fits else ". That is over the budget; `mbml infer` will use belief propagation"
    return (
        f"Exact inference takes {least}{human_bytes(cost.n_bytes)} and {least}{rounded(cost.operations)} "
        f"operations per query; its largest table has {rounded(cost.largest_entries, 3)} entries{advice}."
    )
