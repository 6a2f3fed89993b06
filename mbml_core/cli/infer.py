"""`mbml infer`: the belief of each variable, given what was observed."""

from __future__ import annotations

import argparse
from typing import Any

from mbml_core.cli.bars import bars_text
from mbml_core.cli.evidence import plain_evidence
from mbml_core.cli.failures import finite
from mbml_core.cli.question import Answered, ask, heading, show
from mbml_core.cli.screen import Screen
from mbml_core.formats.network import not_a_network
from mbml_core.inference.result import Result
from mbml_core.wording import has_probability, small_probability_text, visible


def run(arguments: argparse.Namespace) -> int:
    """Print the beliefs; the exit code."""
    found = ask(arguments, lambda engine, evidence, left: engine.infer(evidence, deadline=left))
    return show(found, arguments, to_plain, to_text)


def to_plain(found: Answered[Result]) -> dict[str, Any]:
    """The answer as a JSON object; floats keep every digit."""
    result = found.answer
    return {
        "method": result.method,
        "status": result.status.value,
        "is_exact": result.is_exact,
        "log_evidence": result.log_evidence,
        "marginals": {variable.id: result.marginals[variable.id].to_dict() for variable in found.shown},
        "message": result.message,
        "sweeps": result.sweeps,
        "residual": finite(result.residual),
        "evidence": plain_evidence(found.graph, found.evidence),
    }


def to_text(found: Answered[Result], screen: Screen) -> str:
    """The answer for people: what was observed, how far to trust the numbers, the numbers."""
    result = found.answer
    lines = [
        *heading(found, screen),
        visible(result.message),
        _log_evidence(found, screen),
        "",
    ]
    bars = bars_text(found.shown, result.marginals, found.evidence, screen, is_exact=result.is_exact)
    return "\n".join(lines) + "\n" + bars


def _log_evidence(found: Answered[Result], screen: Screen) -> str:
    """The log evidence and, where the factors are distributions, the probability that it stands for."""
    result = found.answer
    nats = f"{round(result.log_evidence, 12) + 0.0:.6g} nats"  # rounding noise is not shown; + 0.0 makes -0 zero
    if any(not_a_network(found.graph)):
        return f"log Z {nats} (the factors are free potentials)."
    line = f"log evidence {nats}"
    if not found.evidence or not has_probability(found.evidence):
        return line + "."
    equals = "=" if result.is_exact else screen.roughly
    return f"{line}, P(evidence) {equals} {small_probability_text(result.log_evidence)}."
