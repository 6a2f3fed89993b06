"""`mbml infer`: the belief of each variable, given what was observed."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from mbml_core.cli.bars import bars_text
from mbml_core.cli.evidence import plain_evidence
from mbml_core.cli.failures import FINE, finite, json_text
from mbml_core.cli.question import Answered, ask
from mbml_core.cli.screen import Screen, write
from mbml_core.formats.network import not_a_network
from mbml_core.inference.result import Result
from mbml_core.model import FactorGraph, Observation
from mbml_core.wording import has_probability, observation_text, shortened, small_probability_text, visible


def run(arguments: argparse.Namespace) -> int:
    """Print the beliefs; the exit code."""
    found = ask(arguments, lambda engine, evidence, left: engine.infer(evidence, deadline=left))
    if arguments.json:
        write(sys.stdout, json_text(to_plain(found)))
    else:
        write(sys.stdout, to_text(found, Screen.of(sys.stdout, ascii_only=arguments.ascii)))
    return FINE


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
        *heading(found.graph, found.evidence, screen),
        visible(result.message),
        _log_evidence(found, screen),
        "",
    ]
    bars = bars_text(found.shown, result.marginals, found.evidence, screen, is_exact=result.is_exact)
    return "\n".join(lines) + "\n" + bars


def heading(graph: FactorGraph, evidence: dict[str, Observation], screen: Screen) -> list[str]:
    """The model's name and the observations."""
    seen = [f"{visible(graph.variable(id).label)} {observation_text(item)}" for id, item in evidence.items()]
    shown = "; ".join(shortened(text, 60, screen.ellipsis) for text in seen[:8])
    more = f" and {len(seen) - 8} more" if len(seen) > 8 else ""
    observed = f"Observed: {shown}{more}." if seen else "Nothing observed."
    return [*([shortened(graph.name, screen.width, screen.ellipsis)] if graph.name else []), observed]


def _log_evidence(found: Answered[Result], screen: Screen) -> str:
    """The log evidence and, where the factors are distributions, the probability that it stands for."""
    result = found.answer
    nats = f"{round(result.log_evidence, 12) + 0.0:.6g} nats"  # rounding noise is not shown; + 0.0 makes -0 zero
    if any(not_a_network(found.graph)):
        return f"log Z {nats} (the factors are free potentials)."
    line = f"log evidence {nats}"
    if not found.evidence or not has_probability(found.evidence):
        return line + "."
    equals = "=" if result.is_exact else "≈" if screen.is_unicode else "~"
    return f"{line}, P(evidence) {equals} {small_probability_text(result.log_evidence)}."
