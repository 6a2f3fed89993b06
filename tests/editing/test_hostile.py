"""Commands that nobody drew: refused, with the drawing untouched."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.document import write_bytes
from mbml_core.editing import CommandRefused, apply
from mbml_core.factors import check_graph
from tests.editing.drawings import document, empty, lawn
from tests.editing.make_vectors import CASES

NAN, HUGE = float("nan"), 1e308
NODE = {"id": "x", "name": "", "states": ["a"], "x": 0, "y": 0}

HOSTILE: list[Any] = [
    None,
    3,
    "delete",
    [],
    {},
    {"type": None},
    {"type": []},
    {"type": "x" * 10_000},
    {"type": "__proto__"},
    {"type": "undo"},
    {"type": "arrange"},
    {"type": "open", "source": "sample", "sample": "asia"},
    {"type": "delete"},
    {"type": "delete", "ids": "rain"},
    {"type": "delete", "ids": ["nobody"]},
    {"type": "delete", "ids": ["rain", "nobody"]},
    {"type": "delete", "ids": ["__proto__"]},
    {"type": "delete", "ids": [["rain"]]},
    {"type": "delete", "ids": ["rain"], "__proto__": {"a": 1}},
    {"type": "delete", "ids": ["r" * 10_000_000]},
    {"type": "delete", "ids": ["\ud800"]},
    {"type": "move", "positions": [["rain", NAN, 0]]},
    {"type": "move", "positions": [["rain", float("inf"), 0]]},
    {"type": "move", "positions": [["rain", HUGE, 0]]},
    {"type": "move", "positions": [["rain", 10**400, 0]]},
    {"type": "move", "positions": [["rain", "1", 0]]},
    {"type": "move", "positions": [["rain", True, 0]]},
    {"type": "move", "positions": [["rain", 1]]},
    {"type": "move", "positions": [["rain", 1, 2, 3]]},
    {"type": "move", "positions": {"rain": [1, 2]}},
    {"type": "move", "positions": [["nobody", 1, 2]]},
    {"type": "add_variable", **NODE, "id": ""},
    {"type": "add_variable", **NODE, "id": 5},
    {"type": "add_variable", **NODE, "id": "a" * 201},
    {"type": "add_variable", **NODE, "id": "a\u0007"},
    {"type": "add_variable", **NODE, "x": HUGE},
    {"type": "add_variable", **NODE, "y": NAN},
    {"type": "add_variable", **NODE, "states": [1, 2]},
    {"type": "add_variable", **NODE, "states": ["\udfff"]},
    {"type": "add_variable", **NODE, "states": None},
    {"type": "add_variable", **NODE, "name": None},
    {"type": "add_variable", **NODE, "extra": 1},
    {"type": "add_variable", **{key: value for key, value in NODE.items() if key != "name"}},
    {"type": "add_factor", "id": "", "kind": "table", "scope": [], "x": 0, "y": 0},
    {"type": "add_factor", "id": "f", "kind": "noisy_or", "scope": ["rain"], "x": 0, "y": 0},
    {"type": "add_factor", "id": "f", "kind": "table", "scope": ["nobody"], "x": 0, "y": 0},
    {"type": "add_factor", "id": "f", "kind": "table", "scope": ["f1"], "x": 0, "y": 0},
    {"type": "add_parent", "parent": "rain", "child": "hue", "factor": "f1", "x": 0, "y": 0},
    {"type": "add_parent", "parent": "rain", "child": "hue", "factor": "", "x": 0, "y": 0},
    {"type": "connect", "factor": "rain", "variable": "hue"},
    {"type": "connect", "factor": "f1", "variable": "f2"},
    {"type": "connect", "factor": "f1", "variable": "hue", "child": "yes"},
    {"type": "disconnect", "factor": "f1", "variable": "nobody"},
    {"type": "rename", "id": "nobody", "name": ""},
    {"type": "rename", "id": "rain", "name": 7},
    {"type": "rename_model", "name": "\u0000"},
    {"type": "set_states", "id": "rain", "states": ["no", "yes"], "from": [0, 1.0]},
    {"type": "set_states", "id": "rain", "states": ["no", "yes"], "from": [False, True]},
    {"type": "set_states", "id": "rain", "states": ["no", "yes"], "origin": [0, 1]},
    {"type": "set_scope", "factor": "f2", "scope": ["rain"]},
    {"type": "set_scope", "factor": "f2", "scope": ["rain", "rain"]},
    {"type": "set_parameters", "factor": "f2", "kind": "table", "child": None, "parameters": {"values": "many"}},
    {"type": "set_parameters", "factor": "f2", "kind": "table", "child": None, "parameters": None},
    {"type": "set_parameters", "factor": "f2", "kind": "k" * 10_000_000, "child": None, "parameters": {}},
    {
        "type": "set_parameters",
        "factor": "f1",
        "kind": "noisy_or",
        "child": None,
        "parameters": {"probabilities": [1]},
    },
    {"type": "set_parameters", "factor": "f2", "kind": "equal", "child": None, "parameters": {"child": "hue"}},
    {"type": "set_parameters", "factor": "f2", "kind": "equal", "child": None, "parameters": {"a": "\ud800"}},
    {"type": "set_parameters", "factor": "f2", "kind": "equal", "child": None, "parameters": {"a": {1, 2}}},
    {"type": "observe", "id": "f1", "observation": {"state": "yes"}},
    {"type": "observe", "id": "rain", "observation": "yes"},
    {"type": "observe_all", "evidence": [["nobody", {"state": "yes"}]]},
    {"type": "observe_all", "evidence": {"rain": {"state": "yes"}}},
    {"type": "retract", "ids": ["f1"]},
    {"type": "suspend", "ids": ["nobody"]},
    {"type": "resume", "ids": ["nobody"]},
    {"type": "insert", "document": [], "ids": [], "dx": 0, "dy": 0},
    {"type": "insert", "document": empty(), "ids": [], "dx": NAN, "dy": 0},
    {"type": "batch", "label": "", "commands": [{"type": "batch", "label": "", "commands": []}]},
    {"type": "batch", "label": "", "commands": [{"type": "delete", "ids": ["rain"]}, {"type": "rename"}]},
    {"type": "batch", "label": 1, "commands": []},
]


@pytest.mark.parametrize("command", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_command_is_refused_in_few_words(command: Any) -> None:
    before = document(lawn())
    with pytest.raises(CommandRefused) as caught:
        apply(before, command)
    assert before == document(lawn())
    for problem in caught.value.problems:
        assert problem.what
        assert problem.remedy
    assert len(str(caught.value)) < 2_000


@pytest.mark.parametrize(("about", "before", "command"), CASES, ids=[about for about, _, _ in CASES])
def test_no_edit_touches_the_drawing_it_was_given(
    about: str, before: dict[str, Any], command: dict[str, Any]
) -> None:
    drawn = document(before)
    written = write_bytes(drawn)
    apply(drawn, command)
    assert write_bytes(drawn) == written, about


def test_a_number_of_the_log_may_come_along() -> None:
    command = {"n": 7, "type": "rename_model", "name": "Lawn"}
    assert apply(document(lawn()), command).graph.name == "Lawn"


def test_an_id_may_be_any_text() -> None:
    drawn = apply(document(empty()), {"type": "add_variable", **NODE, "id": "__proto__"})
    drawn = apply(drawn, {"type": "observe", "id": "__proto__", "observation": {"state": "a"}})
    assert check_graph(drawn.graph) == []
    assert set(drawn.graph.evidence) == {"__proto__"}


def test_entries_near_the_end_of_floats_stay_finite() -> None:
    most = 1.7976931348623157e308
    form = lawn()
    form["factors"][2]["parameters"]["values"] = [[most] * 3, [most, 0, 5e-324]]
    drawn = document(form)
    for command in (
        {"type": "disconnect", "factor": "f3", "variable": "hue"},
        {"type": "disconnect", "factor": "f3", "variable": "wet"},
        {"type": "set_states", "id": "hue", "states": ["a", "b"], "from": [None, 2]},
        {"type": "connect", "factor": "f3", "variable": "rain"},
        {"type": "connect", "factor": "f3", "variable": "rain", "child": True},
    ):
        assert check_graph(apply(drawn, command).graph) == []
