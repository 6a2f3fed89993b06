"""Which number of the model the answer hangs on.

{"about": "sensitivity", "target": id or null, "state": name or null, "threshold": 0.5}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.claim import asked_claim
from components.graph_editor.work import refused
from mbml_core.explain.plain import plain
from mbml_core.explain.sensitivity import sensitivity


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The numbers that move the answer most, and the smallest changes that flip the decision."""
    target, state = asked_claim(asked.graph, fields)
    found: Mapping[str, Any] = plain(
        sensitivity(
            asked.exact(),
            asked.graph.evidence,
            target,
            state,
            _threshold(fields.get("threshold", 0.5)),
            asked.limit,
            asked.progress,
        )
    )
    return found


def _threshold(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value < 1:
        raise refused("a decision needs a threshold between 0 and 1", "choose one, such as 0.5")
    return float(value)
