"""What `infer` and `map` have in common: read, plan, ask, show."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from mbml_core.cli.evidence import gather
from mbml_core.cli.failures import FINE, UsageError, json_text
from mbml_core.cli.progress import Progress
from mbml_core.cli.screen import Screen, write
from mbml_core.deadline import Deadline
from mbml_core.engine import Engine, compile
from mbml_core.errors import DeadlineExceeded
from mbml_core.files import load
from mbml_core.model import FactorGraph, Observation, Variable, find_variable, unknown_variable
from mbml_core.wording import observation_text, shortened, visible

Answer = TypeVar("Answer")

Query = Callable[[Engine, dict[str, Observation], float | None], Answer]
"""(engine, evidence, seconds left) → answer."""

MAX_OBSERVATIONS, MAX_COLUMNS = 8, 60
"""Observations that a heading lists, and the columns of each; the rest is counted."""


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


def show(
    found: Answered[Answer],
    arguments: argparse.Namespace,
    to_plain: Callable[[Answered[Answer]], dict[str, Any]],
    to_text: Callable[[Answered[Answer], Screen], str],
) -> int:
    """Print the answer, for programs with --json and for people without; the exit code."""
    if arguments.json:
        write(sys.stdout, json_text(to_plain(found)))
    else:
        write(sys.stdout, to_text(found, Screen.of(sys.stdout, ascii_only=arguments.ascii)))
    return FINE


def heading(found: Answered[Any], screen: Screen) -> list[str]:
    """The model's name and the observations."""
    graph = found.graph
    seen = [f"{visible(graph.variable(id).label)} {observation_text(item)}" for id, item in found.evidence.items()]
    shown = "; ".join(shortened(text, MAX_COLUMNS, screen.ellipsis) for text in seen[:MAX_OBSERVATIONS])
    more = f" and {len(seen) - MAX_OBSERVATIONS} more" if len(seen) > MAX_OBSERVATIONS else ""
    observed = f"Observed: {shown}{more}." if seen else "Nothing observed."
    return [*([shortened(graph.name, screen.width, screen.ellipsis)] if graph.name else []), observed]


def _engine(graph: FactorGraph, arguments: argparse.Namespace, deadline: float | None) -> Engine:
    return compile(
        graph,
        arguments.method,
        memory_limit=arguments.memory,
        schedule=arguments.schedule,
        damping=arguments.damping,
        tolerance=arguments.tolerance,
        max_sweeps=arguments.max_sweeps,
        seed=arguments.seed,
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
        problems = [unknown_variable(graph, name) for name in unknown]
        raise UsageError("; ".join(f"--query {p.where}: {p.what}; {p.remedy}" for p in problems))
    return tuple(dict.fromkeys(variable for variable in found.values() if variable))
