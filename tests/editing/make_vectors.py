"""Commands with the drawings before and after them, for the editor's other half, which is not in Python.

`python -m tests.editing.make_vectors` writes the file anew; a test compares the two.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mbml_core.document import Document, observation_fields
from mbml_core.editing import apply, child_of, suspended
from tests.editing.drawings import document, drawing, empty, factor, gate, lawn, variable

VECTORS_FILE = Path(__file__).parents[2] / "components" / "graph_editor" / "frontend" / "tests" / "vectors.json"

OBSERVED = {"rain": {"state": "yes"}, "hue": {"likelihood": [1.0, 2.0, 3.0]}}
SUSPENDED = {"wet": {"not": "no"}}


def watched() -> dict[str, Any]:
    """The lawn with two observations and a suspended one."""
    return lawn(evidence=OBSERVED, suspended_evidence=SUSPENDED)


def fragment() -> dict[str, Any]:
    return drawing(
        [variable("rain", name="Rain"), variable("wet")],
        [factor("f1", "table", ["rain", "wet"], {"values": [[0.9, 0.1], [0.5, 0.5]], "child": "rain"}, "copied")],
        evidence={"rain": {"states": ["no", "yes"]}},
        suspended_evidence={"wet": {"belief": [0.5, 0.5]}},
    )


def nasty() -> dict[str, Any]:
    """Ids that are no good keys of a plain object."""
    return drawing(
        [variable("__proto__", name="<b>bold</b>"), variable("constructor"), variable("x 1")],
        [factor("toString", "table", ["__proto__", "constructor"], {"values": [[1, 2], [3, 4]]})],
        evidence={"constructor": {"state": "yes"}},
    )


AT = {"x": 12.5, "y": -40.0}

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "a first variable",
        empty(),
        {"type": "add_variable", "id": "x1", "name": "Rain", "states": ["no", "yes"], **AT},
    ),
    (
        "a variable without a name beside others",
        lawn(),
        {"type": "add_variable", "id": "x1", "name": "", "states": ["a"], **AT},
    ),
    (
        "a variable called __proto__",
        empty(),
        {"type": "add_variable", "id": "__proto__", "name": "", "states": ["s"], **AT},
    ),
    ("a factor without variables", lawn(), {"type": "add_factor", "id": "f4", "kind": "table", "scope": [], **AT}),
    ("a free factor", lawn(), {"type": "add_factor", "id": "f4", "kind": "table", "scope": ["hue", "rain"], **AT}),
    ("a prior", lawn(), {"type": "add_factor", "id": "f4", "kind": "prior", "scope": ["hue"], **AT}),
    ("connecting puts a parent before the child", lawn(), {"type": "connect", "factor": "f2", "variable": "hue"}),
    ("connecting to a potential appends", lawn(), {"type": "connect", "factor": "f3", "variable": "rain"}),
    ("connecting to a prior makes it a table", lawn(), {"type": "connect", "factor": "f1", "variable": "hue"}),
    (
        "connecting before a child that is not last",
        drawing(
            [variable("a"), variable("b"), variable("c")],
            [factor("f", "table", ["a", "b"], {"values": [[0.5, 1], [0.5, 0]], "child": "a"})],
        ),
        {"type": "connect", "factor": "f", "variable": "c"},
    ),
    (
        "connecting the child to a potential",
        lawn(),
        {"type": "connect", "factor": "f3", "variable": "rain", "child": True},
    ),
    (
        "connecting a new child to a conditional factor",
        lawn(),
        {"type": "connect", "factor": "f2", "variable": "hue", "child": True},
    ),
    (
        "connecting to a noisy or keeps its kind",
        gate("noisy_or", {"probabilities": [0.1, 0.2]}),
        {"type": "connect", "factor": "g", "variable": "d"},
    ),
    (
        "connecting a colour to a logical and makes it a table",
        gate("all_true", {}),
        {"type": "connect", "factor": "g", "variable": "hue"},
    ),
    (
        "connecting a third variable to a negation makes it a table",
        gate("not", {}, ("a", "b")),
        {"type": "connect", "factor": "g", "variable": "c"},
    ),
    (
        "an arrow to a variable that has a factor joins it",
        lawn(),
        {"type": "add_parent", "parent": "hue", "child": "wet", "factor": "f9", **AT},
    ),
    (
        "an arrow to a variable with a prior turns that into a table",
        lawn(),
        {"type": "add_parent", "parent": "wet", "child": "rain", "factor": "f9", **AT},
    ),
    (
        "an arrow to a variable without a factor of its own adds one",
        lawn(),
        {"type": "add_parent", "parent": "rain", "child": "hue", "factor": "f9", **AT},
    ),
    ("disconnecting a parent", lawn(), {"type": "disconnect", "factor": "f2", "variable": "rain"}),
    ("disconnecting the child", lawn(), {"type": "disconnect", "factor": "f2", "variable": "wet"}),
    ("disconnecting from a potential", lawn(), {"type": "disconnect", "factor": "f3", "variable": "wet"}),
    ("disconnecting the only variable", lawn(), {"type": "disconnect", "factor": "f1", "variable": "rain"}),
    (
        "disconnecting a parent of three keeps the kind",
        gate("xor", {}, ("a", "b", "c", "d")),
        {"type": "disconnect", "factor": "g", "variable": "b"},
    ),
    (
        "disconnecting the only parent makes a table",
        gate("not", {}, ("a", "b")),
        {"type": "disconnect", "factor": "g", "variable": "a"},
    ),
    (
        "disconnecting the child of a gate",
        gate("any_true", {}),
        {"type": "disconnect", "factor": "g", "variable": "c"},
    ),
    ("deleting a factor", lawn(), {"type": "delete", "ids": ["f2"]}),
    ("deleting a parent takes its prior along", watched(), {"type": "delete", "ids": ["rain"]}),
    ("deleting a child takes its factor along", watched(), {"type": "delete", "ids": ["wet"]}),
    ("deleting several nodes at once", watched(), {"type": "delete", "ids": ["hue", "f1", "wet"]}),
    ("deleting ids that are words of the language", nasty(), {"type": "delete", "ids": ["__proto__"]}),
    ("renaming a variable", lawn(), {"type": "rename", "id": "wet", "name": "Grass 🌱"}),
    ("renaming a factor", lawn(), {"type": "rename", "id": "f1", "name": "how often it rains"}),
    ("taking the name of a factor away", lawn(), {"type": "rename", "id": "f2", "name": ""}),
    ("renaming the drawing", lawn(), {"type": "rename_model", "name": "Lawn"}),
    (
        "renaming states: observations follow",
        watched(),
        {"type": "set_states", "id": "rain", "states": ["dry", "wet"], "from": [0, 1]},
    ),
    (
        "adding a state",
        watched(),
        {"type": "set_states", "id": "wet", "states": ["no", "yes", "soaked"], "from": [0, 1, None]},
    ),
    (
        "removing the observed state",
        watched(),
        {"type": "set_states", "id": "rain", "states": ["no"], "from": [0]},
    ),
    (
        "removing and reordering states under a likelihood",
        watched(),
        {"type": "set_states", "id": "hue", "states": ["blue", "pink", "red"], "from": [2, None, 0]},
    ),
    (
        "reordering states under a belief and allowed states",
        lawn(
            evidence={"hue": {"belief": [0.5, 0.25, 0.25]}},
            suspended_evidence={"rain": {"states": ["no", "yes"]}},
        ),
        {"type": "set_states", "id": "hue", "states": ["blue", "red", "green"], "from": [2, 0, 1]},
    ),
    (
        "removing a state under a belief",
        lawn(evidence={"hue": {"belief": [0.5, 0.25, 0.25]}}),
        {"type": "set_states", "id": "hue", "states": ["green", "blue"], "from": [1, 2]},
    ),
    (
        "removing one of the allowed states",
        lawn(evidence={"hue": {"states": ["red", "blue"]}}),
        {"type": "set_states", "id": "hue", "states": ["green", "azure"], "from": [1, 2]},
    ),
    (
        "a third state in a logical or makes it a table",
        gate("any_true", {}),
        {"type": "set_states", "id": "a", "states": ["no", "yes", "maybe"], "from": [0, 1, None]},
    ),
    (
        "renaming the states of a logical or keeps it",
        gate("any_true", {}),
        {"type": "set_states", "id": "a", "states": ["off", "on"], "from": [0, 1]},
    ),
    (
        "other numbers",
        lawn(),
        {
            "type": "set_parameters",
            "factor": "f2",
            "kind": "table",
            "child": "wet",
            "parameters": {"values": [[0.5, 0.5], [0.1, 0.9]]},
        },
    ),
    (
        "another child",
        lawn(),
        {
            "type": "set_parameters",
            "factor": "f2",
            "kind": "table",
            "child": "rain",
            "parameters": {"values": [[0.5, 0.5], [0.5, 0.5]]},
        },
    ),
    (
        "a conditional factor becomes a potential",
        lawn(),
        {
            "type": "set_parameters",
            "factor": "f2",
            "kind": "table",
            "child": None,
            "parameters": {"values": [[1, 2], [3, 4]]},
        },
    ),
    (
        "another kind",
        lawn(),
        {
            "type": "set_parameters",
            "factor": "f2",
            "kind": "add_noise",
            "child": None,
            "parameters": {"flip": 0.1},
        },
    ),
    ("reordering a scope", lawn(), {"type": "set_scope", "factor": "f2", "scope": ["wet", "rain"]}),
    (
        "reordering the scope of a gate names its child",
        gate("noisy_and", {"probabilities": [0.1, 0.2], "leak": 0.05}),
        {"type": "set_scope", "factor": "g", "scope": ["c", "b", "a"]},
    ),
    (
        "pasting a fragment",
        watched(),
        {
            "type": "insert",
            "document": fragment(),
            "ids": [["rain", "x1"], ["wet", "x2"], ["f1", "f4"]],
            "dx": 20.0,
            "dy": 30.5,
        },
    ),
    ("moving nodes", lawn(), {"type": "move", "positions": [["rain", 1.5, 2.0], ["f3", -7.0, 0.0]]}),
    ("observing", watched(), {"type": "observe", "id": "rain", "observation": {"state": "no"}}),
    (
        "observing a second variable",
        lawn(evidence={"rain": {"state": "yes"}}),
        {"type": "observe", "id": "hue", "observation": {"states": ["red", "blue"]}},
    ),
    (
        "observing replaces a suspended observation",
        watched(),
        {"type": "observe", "id": "wet", "observation": {"likelihood": [1.0, 0.5]}},
    ),
    (
        "other observations for all",
        watched(),
        {"type": "observe_all", "evidence": [["wet", {"state": "yes"}], ["hue", {"belief": [0.25, 0.25, 0.5]}]]},
    ),
    ("retracting everything", watched(), {"type": "observe_all", "evidence": []}),
    ("retracting, suspended or not", watched(), {"type": "retract", "ids": ["rain", "wet"]}),
    ("suspending", watched(), {"type": "suspend", "ids": ["rain", "wet"]}),
    ("resuming", watched(), {"type": "resume", "ids": ["wet", "hue"]}),
    ("recording a lesson", watched(), {"type": "set_lesson", "lesson": {"version": 2, "steps": []}}),
    (
        "several edits as one",
        lawn(),
        {
            "type": "batch",
            "label": "Duplicate",
            "commands": [
                {"type": "add_variable", "id": "x1", "name": "Sun", "states": ["no", "yes"], **AT},
                {"type": "add_parent", "parent": "x1", "child": "wet", "factor": "f4", **AT},
                {"type": "observe", "id": "x1", "observation": {"state": "yes"}},
                {"type": "move", "positions": [["x1", 0.0, 0.0]]},
            ],
        },
    ),
]


def summary(drawn: Document) -> dict[str, Any]:
    """What both halves must agree on, in order."""
    graph, off = drawn.graph, suspended(drawn)
    names = drawn.extras.factors
    return {
        "name": graph.name,
        "variables": [[v.id, v.name, list(v.states)] for v in graph.variables],
        "factors": [
            [f.id, names.get(f.id, {}).get("name", ""), f.kind, list(f.scope), child_of(f)] for f in graph.factors
        ],
        "layout": sorted([id, x, y] for id, (x, y) in drawn.layout.items()),
        "observed": [[id, observation_fields(seen)] for id, seen in graph.evidence.items()],
        "suspended": [[id, observation_fields(seen)] for id, seen in off.items()],
    }


def vectors() -> list[dict[str, Any]]:
    return [
        {"about": about, "before": before, "command": command, "after": summary(apply(document(before), command))}
        for about, before, command in CASES
    ]


def vectors_text() -> str:
    lines = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in vectors())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    VECTORS_FILE.write_text(vectors_text(), encoding="utf-8")
