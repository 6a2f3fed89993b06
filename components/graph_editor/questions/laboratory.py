"""Loopy belief propagation sweep by sweep.

{"about": "laboratory", "schedule": name, "damping": 0.5, "sweeps": 150, "seed": 1, "variable": id}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.compare import short
from components.graph_editor.questions.fields import variable_id
from components.graph_editor.work import refused
from mbml_core.errors import DeadlineExceeded, OverBudget
from mbml_core.explain.laboratory import MAX_NUMBERS, laboratory
from mbml_core.explain.limits import limits
from mbml_core.explain.plain import plain
from mbml_core.explain.scoring import is_number
from mbml_core.inference.result import Result

MAX_SEED = 2**31


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """One run. Where the beliefs of all variables would be too much, those of `variable` alone are sent."""
    graph = asked.graph
    sweeps = _whole(fields.get("sweeps"), "number of sweeps")
    chosen = variable_id(graph, fields.get("variable"))
    fits = sum(variable.size for variable in graph.variables) * (sweeps + 1) <= MAX_NUMBERS
    run = laboratory(
        graph,
        schedule=_name(fields.get("schedule")),
        damping=_number(fields.get("damping")),
        max_sweeps=sweeps,
        seed=_whole(fields.get("seed"), "seed") % MAX_SEED,
        variables=None if fits else [chosen],
        exact=_exact(asked),
        deadline=asked.limit,
        progress=asked.progress,
    )
    found = plain(run)
    beliefs = [[id, [short(row) for row in rows]] for id, rows in found["beliefs"]]
    return {**found, "beliefs": beliefs, "is_whole": fits}


def _exact(asked: Asked) -> Result | None:
    try:
        return asked.exact().infer(asked.graph.evidence, **limits(asked.limit))
    except (OverBudget, DeadlineExceeded):
        return None


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise refused("the schedule cannot be read", "choose it again")
    return value[:40]


def _number(value: Any) -> float:
    if not is_number(value):
        raise refused("the damping is no number", "choose it again")
    return float(value)


def _whole(value: Any, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
        raise refused(f"the {what} is no whole number", "choose it again")
    return value
