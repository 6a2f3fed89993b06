"""Exact beside loopy beliefs.

{"about": "compare"}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.engines import PLANNING_SECONDS
from components.graph_editor.protocol import Raw
from mbml_core.engine import Engine, compile
from mbml_core.errors import DeadlineExceeded, OverBudget
from mbml_core.explain.compare import compare
from mbml_core.explain.plain import plain

MAX_GAPS = 500
"""Variables whose two beliefs are sent, those with the largest gaps: nobody reads more."""


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """Both beliefs of every variable, the gaps, and the loop that makes the largest of them."""
    found = plain(compare(_loopy(asked), _exact(asked), asked.graph.evidence, deadline=asked.limit))
    return {**found, "gaps": [_rounded(gap) for gap in found["gaps"][:MAX_GAPS]], "all": len(found["gaps"])}


def _loopy(asked: Asked) -> Engine:
    if asked.engine.method == "bp":
        return asked.engine
    return compile(asked.graph.with_evidence({}), "bp", deadline=PLANNING_SECONDS)


def _exact(asked: Asked) -> Engine | str:
    """The exact engine, or why it does not fit."""
    try:
        return asked.exact()
    except (OverBudget, DeadlineExceeded) as large:
        return str(large)


def _rounded(gap: Mapping[str, Any]) -> dict[str, Any]:
    return {**gap, "exact": short(gap["exact"]), "loopy": short(gap["loopy"])}


def short(probabilities: list[float]) -> list[float]:
    """With six significant digits, which is all that is drawn."""
    return [float(f"{p:.6g}") for p in probabilities]
