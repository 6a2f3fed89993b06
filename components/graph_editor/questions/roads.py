"""Three roads to one posterior: what each algorithm costs, and where it ends.

{"about": "roads", "root": id, "schedule": "auto", "damping": 0, "part": "auto" | "all", "seed": 0}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.fields import variable_id
from components.graph_editor.questions.steps import walk
from mbml_core.explain.plain import plain
from mbml_core.explain.road_words import verdict
from mbml_core.inference.trace.roads import Road, costs


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The roads, the state that is shown (the last one), and what the comparison says."""
    root = asked.graph.variable(variable_id(asked.graph, fields.get("root")))
    roads = costs(asked.engine.drawn(asked.graph.evidence, asked.limit), walk(asked, fields))
    place = root.size - 1
    return {
        "roads": [_shown(road) for road in roads],
        "state": root.states[place],
        "verdict": list(verdict(roads, root.label, root.states[place], place)),
    }


def _shown(road: Road) -> dict[str, Any]:
    return {
        "algorithm": road.algorithm,
        "steps": road.steps,
        "sweeps": road.ending.sweeps if road.ending else 0,
        "multiplications": road.cost.multiplications,
        "additions": road.cost.additions,
        "largest": road.cost.largest,
        "hidden": road.cost.hidden,
        "belief": plain(road.belief),
        "is_exact": road.is_exact,
        "refusal": road.refusal,
    }
