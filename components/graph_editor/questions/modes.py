"""{"about": "modes"}: the most probable assignment beside the most probable state of each variable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from mbml_core.explain.modes import modes
from mbml_core.explain.plain import plain


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """Both answers to "what is most probable?" under the present evidence."""
    found: Mapping[str, Any] = plain(modes(asked.engine, asked.graph.evidence, deadline=asked.limit))
    return found
