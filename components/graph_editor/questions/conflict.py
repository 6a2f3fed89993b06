"""How surprising the observations are together: {"about": "conflict"}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from mbml_core.explain.conflict import conflict
from mbml_core.explain.plain import plain


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The measure, its parts, and the smallest contradiction where there is one; an infinite value is null."""
    found: Mapping[str, Any] = plain(conflict(asked.engine, asked.graph.evidence, asked.limit, asked.progress))
    return found
