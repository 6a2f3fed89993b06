"""`mbml map`: the most probable assignment, given what was observed."""

from __future__ import annotations

import argparse
from typing import Any

from mbml_core.cli.question import Answered, ask, heading, show
from mbml_core.cli.screen import Screen
from mbml_core.inference.result import MapResult
from mbml_core.wording import display_width, shortened, visible

NAME_WIDTH = 40


def run(arguments: argparse.Namespace) -> int:
    """Print the assignment; the exit code."""
    found = ask(arguments, lambda engine, evidence, left: engine.map(evidence, deadline=left))
    return show(found, arguments, to_plain, to_text)


def to_plain(found: Answered[MapResult]) -> dict[str, Any]:
    """The answer as a JSON object."""
    result = found.answer
    return {
        "method": result.method,
        "is_exact": result.is_exact,
        "log_probability": result.log_probability,
        "assignment": {variable.id: result.assignment[variable.id] for variable in found.shown},
        "message": result.message,
    }


def to_text(found: Answered[MapResult], screen: Screen) -> str:
    """The answer for people: one line per variable, observed ones marked."""
    result = found.answer
    status = "Exact." if result.is_exact else "Approximate: there may be a more probable assignment."
    lines = [
        *heading(found, screen),
        " ".join(filter(None, (visible(result.message), status))),
        f"log P(assignment, evidence) {result.log_probability:.6g} nats.",
        "",
    ]
    labels = [shortened(variable.label, NAME_WIDTH, screen.ellipsis) for variable in found.shown]
    width = max(map(display_width, labels), default=0)
    arrow = "←" if screen.is_unicode else "<-"
    for variable, label in zip(found.shown, labels, strict=True):
        mark = f"  {arrow} observed" if variable.id in found.evidence else ""
        state = visible(result.assignment[variable.id])
        lines.append(f"{label}{' ' * (width - display_width(label))}  {state}{mark}")
    return "\n".join(lines) + "\n"
