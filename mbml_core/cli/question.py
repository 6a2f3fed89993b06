"""What `infer` and `map` have in common: read, plan, ask."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from mbml_core.cli.evidence import gather
from mbml_core.cli.failures import UsageError
from mbml_core.cli.progress import Progress
from mbml_core.deadline import Deadline
from mbml_core.engine import Engine, compile
from mbml_core.errors import DeadlineExceeded
from mbml_core.files import load
from mbml_core.model import FactorGraph, Observation, Variable, find_variable

Answer = TypeVar("Answer")

Query = Callable[[Engine, dict[str, Observation], float | None], Answer]
"""(engine, evidence, seconds left) → answer."""


@dataclass(frozen=True)
class Answered(Generic[Answer]):
    """A question with its answer.

    Attributes:
        graph: the model.
        evidence: what was observed, by id, in the model's order.
        shown: the variables asked for; all of them where none was named.
        answer: what the engine said.
    """

    graph: FactorGraph
    evidence: dict[str, Observation]
    shown: tuple[Variable, ...]
    answer: Answer


def ask(arguments: argparse.Namespace, query: Query[Answer]) -> Answered[Answer]:
    """Carry a question out, telling on stderr what takes long. Raises UsageError and every error of the engine."""
    limit = Deadline(arguments.deadline)
    with Progress(Path(arguments.file).stem) as progress:
        progress.phase("reading")
        graph = load(arguments.file)
        shown = _queried(graph, arguments.query)
        evidence = gather(graph, arguments)
        try:
            progress.phase("planning")
            engine = _engine(graph, arguments, _left(limit))
            progress.phase("calculating")
            answer = query(engine, evidence, _left(limit))
        except DeadlineExceeded:
            limit.check()  # tells the time that was given, not what was left of it for this phase
            raise
    return Answered(graph, evidence, shown, answer)


def _engine(graph: FactorGraph, arguments: argparse.Namespace, deadline: float | None) -> Engine:
    return compile(
        graph,
        arguments.method,
        memory_limit=arguments.memory,
        schedule=arguments.schedule,
        damping=arguments.damping,
        tolerance=arguments.tolerance,
        max_sweeps=arguments.max_sweeps,
        deadline=deadline,
    )


def _left(limit: Deadline) -> float | None:
    return None if limit.seconds is None else limit.seconds - limit.spent()


def _queried(graph: FactorGraph, names: list[str]) -> tuple[Variable, ...]:
    """The variables named by --query, each once, in that order."""
    if not names:
        return graph.variables
    found = {name: find_variable(graph, name) for name in names}
    unknown = [name for name, variable in found.items() if variable is None]
    if unknown:
        raise UsageError("; ".join(_unknown(graph, name) for name in unknown))
    return tuple(dict.fromkeys(variable for variable in found.values() if variable))


def _unknown(graph: FactorGraph, name: str) -> str:
    if sum(variable.name == name for variable in graph.variables) > 1:
        return f"--query {name}: several variables have this name; use the id"
    known = [text for variable in graph.variables for text in (variable.id, variable.label)]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    return f"--query {name}: there is no such variable{hint}"
