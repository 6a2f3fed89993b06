"""What questions about one belief share: {"target": id, "state": name, "order": [id, …]}, any may be null.

Without a target it is the variable that the evidence moved most, without a state the one that moved most, without
an order that of the evidence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from components.graph_editor.protocol import Raw
from components.graph_editor.questions.fields import variable_id, variable_ids
from components.graph_editor.work import refused
from mbml_core.explain.claims import Claim
from mbml_core.explain.odds import Standing, shift_text
from mbml_core.explain.plain import plain
from mbml_core.model import FactorGraph


def asked_claim(graph: FactorGraph, fields: Raw) -> tuple[str | None, str | None]:
    """The target and its state."""
    target, state = fields.get("target"), fields.get("state")
    if target is None:
        return None, None
    id = variable_id(graph, target)
    if state is not None and (not isinstance(state, str) or state not in graph.variable(id).domain.position):
        raise refused("the variable has no such state", "choose another one")
    return id, state


def asked_order(graph: FactorGraph, fields: Raw) -> tuple[str, ...] | None:
    """The order of the observations."""
    order = fields.get("order")
    return None if order is None else variable_ids(graph, order)


def plain_claim(claim: Claim) -> Mapping[str, Any]:
    """The claim for the page."""
    found: Mapping[str, Any] = plain(claim)
    return found


def plain_standing(standing: Standing) -> Mapping[str, Any]:
    """How probable it is."""
    odds = standing.odds_text if math.isinf(standing.log_odds) else f"odds {standing.odds_text}"
    return {"probability": standing.probability, "text": standing.text, "odds": odds}


def plain_shift(nats: float) -> Mapping[str, Any]:
    """A shift of log-odds: `nats` is null where it is infinite, `sign` says then where it goes."""
    return {"nats": plain(nats), "sign": (nats > 0) - (nats < 0), "text": shift_text(nats)}
