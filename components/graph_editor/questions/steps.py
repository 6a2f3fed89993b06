"""An algorithm step by step.

{"about": "steps", "algorithm": "bp" | "elimination" | "junction_tree", "schedule": "auto", "root": id | null,
 "damping": 0, "part": "auto" | "all", "seed": 0}
{"about": "fire", "fired": [id, …]}          nodes that sent their messages by hand, in that order
{"about": "export", …fields of one of them}  the same trace as a file, with all digits
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import chain
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.fields import variable_id
from components.graph_editor.work import refused
from mbml_core.explain.plain import plain
from mbml_core.explain.trace_document import trace_document
from mbml_core.explain.trace_words import summary
from mbml_core.inference.trace import (
    ALGORITHMS,
    SCHEDULES,
    DrawnGraph,
    Trace,
    TraceOptions,
    feeding,
    fired,
    recorded,
)
from mbml_core.inference.trace.extent import MOST_NUMBERS, shortened
from mbml_core.inference.trace.messages import first_beliefs
from mbml_core.inference.trace.part import NEAREST

DIGITS = 9
"""Of the numbers on the page, which shows five at most: what it multiplies then rounds to what it shows."""
TOLERANCE = 1e-5
"""Where messages change by less, nothing that is shown does."""
EXPORTED_TOLERANCE = 1e-9
"""Of a file, which has all digits."""
MOST_SWEEPS = 60
MOST_STEPS = 1000
"""Steps of a reply."""
MOST_EXPORTED = 20_000
MOST_FIRED = 300
MOST_TEXT = 280_000
"""Characters of a reply."""
HALVINGS = 10
"""How often what is shown is halved until it fits."""


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """A run, its steps, and the beliefs before the first one; of a long run as much as can be sent."""
    is_bp = fields.get("algorithm", "bp") == "bp"
    trace = _run(asked, fields, MOST_STEPS if is_bp else None, TOLERANCE)
    shorter = (shortened(trace, _root(trace.graph, fields), MOST_NUMBERS >> k) for k in range(HALVINGS))
    for shown in chain([trace] if is_bp else [], shorter):
        reply = _reply(shown)
        if _fits(reply):
            return reply
    raise refused("a single step of this run is too large to be shown", "choose another variable, or observe some")


def fire(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The messages sent by hand so far."""
    reply = _reply(_by_hand(asked, fields))
    if not _fits(reply):
        raise refused("these are more messages than can be shown", "begin anew")
    return reply


def export(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The text of a file."""
    is_by_hand = "fired" in fields
    trace = _by_hand(asked, fields) if is_by_hand else _run(asked, fields, MOST_EXPORTED, EXPORTED_TOLERANCE)
    return {"text": json.dumps(trace_document(trace), ensure_ascii=False, allow_nan=False, separators=(",", ":"))}


def _fits(reply: Mapping[str, Any]) -> bool:
    return len(json.dumps(reply)) <= MOST_TEXT


def _reply(trace: Trace) -> Mapping[str, Any]:
    document = trace_document(trace, DIGITS)
    nodes = set(document["nodes"])
    is_whole = len(trace.steps) == trace.taken
    first = {id: belief for id, belief in first_beliefs(trace.graph).items() if is_whole or id in nodes}
    return {**document, "first": plain(first), "summary": list(summary(trace))}


def _run(asked: Asked, fields: Raw, most: int | None, tolerance: float) -> Trace:
    graph = asked.engine.drawn(asked.graph.evidence, asked.limit)
    algorithm = _choice(fields, "algorithm", tuple(ALGORITHMS))
    options = walk(asked, fields, tolerance)
    part = feeding(graph, _root(graph, fields)) if options.is_pruned and algorithm == "bp" else None
    return recorded(graph, algorithm, options, part, most)


def walk(asked: Asked, fields: Raw, tolerance: float = TOLERANCE) -> TraceOptions:
    """How the algorithms are to be run: on a large drawing on what matters to the chosen variable."""
    root = fields.get("root")
    is_large = len(asked.graph.variables) > NEAREST
    return TraceOptions(
        schedule=_choice(fields, "schedule", SCHEDULES),
        root=None if root is None else variable_id(asked.graph, root),
        is_pruned=_choice(fields, "part", ("auto", "all")) == "auto" and is_large,
        damping=_damping(fields),
        tolerance=tolerance,
        max_sweeps=MOST_SWEEPS,
        seed=_seed(fields),
        limit=asked.limit,
        progress=asked.progress,
    )


def _root(graph: DrawnGraph, fields: Raw) -> str:
    """The chosen variable, else the first one; "" where none is drawn."""
    return fields.get("root") or next(iter(graph.model.variable_index), "")


def _by_hand(asked: Asked, fields: Raw) -> Trace:
    graph = asked.engine.drawn(asked.graph.evidence, asked.limit)
    nodes = fields.get("fired", [])
    if not isinstance(nodes, list) or len(nodes) > MOST_FIRED:
        raise refused(f"at most {MOST_FIRED} nodes are fired by hand", "begin anew")
    known = graph.model.variable_index.keys() | graph.factors.keys()
    if not all(isinstance(id, str) and id in known for id in nodes):
        raise refused("a node that sent its messages is gone", "begin anew")
    return fired(graph, nodes)


def _choice(fields: Raw, name: str, known: tuple[str, ...]) -> str:
    """One of some words; the first where none is given."""
    value = fields.get(name, known[0])
    if value not in known:
        raise refused(f"there is no such {name}", f"use one of {', '.join(known)}")
    return str(value)


def _damping(fields: Raw) -> float:
    value = fields.get("damping", 0.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 0.95:
        raise refused("the damping cannot be used", "give a number from 0 (none) to 0.95")
    return float(value) if math.isfinite(value) else 0.0


def _seed(fields: Raw) -> int:
    value = fields.get("seed", 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**32:
        raise refused("the seed cannot be used", "give a whole number from 0 to 4294967295")
    return value
