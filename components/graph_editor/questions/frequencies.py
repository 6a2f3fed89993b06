"""{"about": "frequencies", "target", "state", "order"}: imagined cases, filtered by each observation in turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.claim import asked_claim, asked_order
from mbml_core.explain.frequencies import frequencies
from mbml_core.explain.plain import plain


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The stages in the order asked for, counted from exact probabilities whatever the method of the page is."""
    target, state = asked_claim(asked.graph, fields)
    order = asked_order(asked.graph, fields)
    found: Mapping[str, Any] = plain(
        frequencies(
            asked.exact(),
            asked.graph.evidence,
            target,
            state,
            order,
            deadline=asked.limit,
            progress=asked.progress,
        )
    )
    return found
