"""Half-finished drawings: reopened with their problems, unless they could not even be drawn."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.document import read_bytes, read_draft, write_bytes
from mbml_core.errors import InvalidModel
from mbml_core.factors import check_graph
from tests.document.sample import sample, text
from tests.editing.drawings import drawing, factor, gate, lawn, variable


def test_a_sound_drawing_is_read_as_ever() -> None:
    assert read_draft(text(sample())) == (read_bytes(text(sample())), ())


NUMBER = {"id": "x", "domain": {"type": "real"}}

UNSOUND: list[dict[str, Any]] = [
    drawing([variable("a")], [factor("f", "prior", ["a"], {"probabilities": [0.5, 0.6]})]),
    drawing([variable("a")], [factor("f", "prior", ["a"], {"probabilities": [-1, 2]})]),
    drawing([variable("a")], [factor("f", "table", ["a"], {"values": [0, 0]})]),
    drawing([variable("a")], [factor("f", "table", ["a"], {"values": [0.5, 0.6], "child": "a"})]),
    drawing([variable("a")], [factor("f", "any_true", ["a"], {})]),
    gate("any_true", {}, ("a", "hue", "b")),
    gate("noisy_or", {"probabilities": [7, 0.5], "leak": -1}),
    gate("count_true", {}),
    gate("add_noise", {"flip": [0.1, 0.2]}, ("a", "hue")),
    gate("equal", {}, ("a", "hue")),
    drawing([NUMBER], [factor("f", "gaussian", ["x"], {"mean": 0, "variance": -1})]),
    drawing([NUMBER], [factor("f", "gaussian", ["x"], {"variance": 1})]),
    drawing([NUMBER, variable("a")], [factor("f", "gaussian", ["x", "a"], {"mean": "x", "variance": 1})]),
]


@pytest.mark.parametrize("form", UNSOUND, ids=range(len(UNSOUND)))
def test_unsound_numbers_come_with_their_problems(form: dict[str, Any]) -> None:
    drawn, problems = read_draft(text(form))
    assert [(p.where, p.what) for p in problems] == [(p.where, p.what) for p in check_graph(drawn.graph)]
    assert all(problem.path for problem in problems)
    assert read_draft(write_bytes(drawn)) == (drawn, problems)
    with pytest.raises(InvalidModel) as caught:
        read_bytes(text(form))
    assert caught.value.problems == problems


def test_the_finished_factors_of_a_draft_have_notes() -> None:
    form = lawn()
    form["factors"][0]["parameters"]["probabilities"] = [0.5, 0.6]
    form["factors"][1]["parameters"]["values"] = [[0.9, 0.1000001], [0.25, 0.75]]
    drawn, problems = read_draft(text(form))
    assert {problem.where for problem in problems} == {"f1"}
    assert {note.where for note in drawn.notes} == {"f2"}


def with_factor(**fields: Any) -> dict[str, Any]:
    form = lawn()
    form["factors"][1] |= fields
    return form


BROKEN: list[dict[str, Any]] = [
    with_factor(id="rain"),
    with_factor(id=""),
    with_factor(scope=["rain", "nobody"]),
    with_factor(scope=["rain", "rain"]),
    with_factor(kind="tabel"),
    with_factor(parameters={"values": [1, 2]}),
    with_factor(parameters={"values": [[1, 2], [3]]}),
    with_factor(parameters={"values": [["1", 2], [3, 4]]}),
    with_factor(parameters={}),
    with_factor(parameters={"values": [[1, 2], [3, 4]], "child": "hue"}),
    with_factor(kind="prior", parameters={"probabilities": [0.5, 0.5]}),
    with_factor(kind="noisy_or", parameters={"probabilities": [0.5, 0.5]}),
    with_factor(kind="noisy_or", parameters={"probabilities": [0.5], "leak": [1]}),
    with_factor(kind="add_noise", parameters={"flip": [[0.5]]}),
    lawn(evidence={"rain": {"state": "maybe"}}),
    drawing([variable("rain", ["no", "no"])], []),
    {**lawn(), "variables": [variable("rain", []), *lawn()["variables"][1:]]},
    drawing([NUMBER], [factor("f", "table", ["x"], {"values": []})]),
    drawing([NUMBER, variable("a")], [factor("f", "xor", ["x", "a"], {})]),
    drawing([NUMBER], [factor("f", "gaussian", ["x"], {"mean": "nobody", "variance": 1})]),
    drawing(
        [NUMBER, {**NUMBER, "id": "y"}, {**NUMBER, "id": "z"}],
        [factor("f", "sum", ["x", "y", "z"], {"weights": [1]})],
    ),
    drawing([NUMBER], [], evidence={"x": {"value": [1]}}),
    drawing([{"id": "p", "domain": {"type": "simplex", "size": 0}}], []),
]


@pytest.mark.parametrize("form", BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_drawn_is_refused_as_ever(form: dict[str, Any]) -> None:
    with pytest.raises(InvalidModel) as strict:
        read_bytes(text(form))
    with pytest.raises(InvalidModel) as lenient:
        read_draft(text(form))
    assert lenient.value.problems == strict.value.problems
