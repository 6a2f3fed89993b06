"""Whether two variables tell about each other.

{"about": "independence", "first": id, "second": id, "supposed": [id, …]}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.fields import variable_id, variable_ids
from mbml_core.engine import Engine
from mbml_core.errors import DeadlineExceeded, OverBudget
from mbml_core.explain.independence import independence, markov_blanket
from mbml_core.explain.plain import plain


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The paths between two variables, the mutual information, and the Markov blanket of each of them."""
    graph = asked.graph
    first, second = (variable_id(graph, fields.get(name)) for name in ("first", "second"))
    supposed = variable_ids(graph, fields.get("supposed", []))
    found = independence(graph, first, second, None, supposed, exact=_exact(asked), deadline=asked.limit)
    blankets = [markov_blanket(graph, id) for id in (first, second)]
    return {**plain(found), "blankets": plain(blankets)}


def _exact(asked: Asked) -> Engine | None:
    """The exact engine, where it fits."""
    try:
        return asked.exact()
    except (OverBudget, DeadlineExceeded):
        return None
