"""{"about": "ladder", "target", "state", "order"}: how a belief moves with one observation after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.claim import (
    asked_claim,
    asked_order,
    plain_claim,
    plain_shift,
    plain_standing,
)
from mbml_core.explain.ladder import Rung, ladder

MOST_NUMBERS = 8_000
"""Beliefs of all rungs that are sent, so that the drawing can follow: 80 kB. Larger drawings stay as they are."""
DIGITS = 6


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The rungs in the order asked for."""
    target, state = asked_claim(asked.graph, fields)
    order = asked_order(asked.graph, fields)
    evidence = asked.graph.evidence
    found = ladder(asked.engine, evidence, target, state, order, deadline=asked.limit, progress=asked.progress)
    numbers = len(found.rungs) * sum(variable.size for variable in asked.graph.variables)
    return {
        "claim": plain_claim(found.claim),
        "is_exact": found.is_exact,
        "total": plain_shift(found.total),
        "rungs": [_rung(rung, numbers <= MOST_NUMBERS) for rung in found.rungs],
    }


def _rung(rung: Rung, with_beliefs: bool) -> Mapping[str, Any]:
    beliefs = [[id, [round(p, DIGITS) for p in row]] for id, row in rung.beliefs.items()] if with_beliefs else None
    return {
        "id": rung.id,
        "seen": rung.seen,
        "standing": plain_standing(rung.standing),
        "step": plain_shift(rung.step),
        "sentence": rung.sentence,
        "beliefs": beliefs,
    }
