"""What to look at next: {"about": "next", "target": id or null}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.claim import asked_claim
from mbml_core.explain.next_look import next_look
from mbml_core.explain.plain import plain

MAX_LOOKS = 200
"""Variables that are sent, the most telling ones: nobody reads more."""


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The variables that were not seen yet, by what they would tell."""
    target, _ = asked_claim(asked.graph, fields)
    found: Mapping[str, Any] = plain(
        next_look(asked.engine, asked.graph.evidence, target, asked.limit, asked.progress)
    )
    return {**found, "looks": found["looks"][:MAX_LOOKS]}
