"""{"about": "intervene", "settings": [[id, state], …]}: beliefs under doing beside those under seeing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.compare import short
from components.graph_editor.questions.fields import settings
from mbml_core.explain.intervene import intervene
from mbml_core.explain.plain import plain


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """What follows from setting variables, given what is observed."""
    chosen = settings(asked.graph, fields.get("settings"))
    found = plain(intervene(asked.engine, chosen, asked.graph.evidence, deadline=asked.limit))
    return {**found, "effects": [_rounded(effect) for effect in found["effects"]]}


def _rounded(effect: Mapping[str, Any]) -> dict[str, Any]:
    return {**effect, **{name: short(effect[name]) for name in ("before", "seen", "done")}}
