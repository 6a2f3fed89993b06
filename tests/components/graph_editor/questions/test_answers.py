"""Answers of students, as the page sends them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.components.graph_editor.talk import command, log, observe, replies, talked

MYSTERY = command("open", source="sample", sample="murder_mystery")
GREY = {
    "ask": "Major Grey?",
    "kind": "probability",
    "target": "murderer",
    "state": "Major Grey",
    "tolerance": 0.05,
    "explanation": "Odds.",
    "evidence": {"weapon": {"state": "revolver"}},
}
SEEN = [["weapon", {"state": "revolver"}]]


def asked(about: str, *before: dict[str, Any], **fields: Any) -> Any:
    """The reply to one question about the murder mystery; waited for."""
    session = talked(log(MYSTERY, *before, command("ask", about=about, **fields)))
    n = len(before) + 2
    while "job" in replies(session)[-1]:
        n += 1
        session = talked(log(command("poll", job=replies(session)[-1]["job"]), first=n), session=session)
    return replies(session)[-1]


def test_an_answer_is_marked_by_the_engine() -> None:
    right = asked("mark", question=GREY, answer=0.7)["answer"]
    assert right["is_right"]
    assert right["number"] == "Murderer = Major Grey has probability 0.6585."
    wrong = asked("mark", question=GREY, answer=0.9)["answer"]
    assert (wrong["is_right"], wrong["number"], wrong["right"]) == (False, "", None)
    shown = asked("mark", question=GREY, answer=None)["answer"]
    assert (shown["is_shown"], shown["explanation"]) == (True, "Odds.")


def test_a_direction_starts_from_the_step_or_from_what_is_observed() -> None:
    question = {name: value for name, value in GREY.items() if name != "tolerance"} | {"kind": "direction"}
    assert asked("mark", question=question, answer="up", evidence=[])["answer"]["is_right"]
    assert asked("mark", question=question, answer="same", evidence=SEEN)["answer"]["is_right"]
    assert asked("mark", observe("hair", "yes"), question=question, answer="down", evidence=None)["answer"][
        "is_right"
    ]


def test_a_prediction_is_scored_against_what_is_observed_now() -> None:
    seen = observe("weapon", "revolver")
    found = asked("predict", seen, target="murderer", prediction={"probabilities": [0.3, 0.7]}, evidence=[])
    assert found["answer"]["miss"]["words"] == "close"
    assert found["answer"]["before"] == pytest.approx([0.7, 0.3])
    up = {"state": "Major Grey", "direction": "up"}
    assert asked("predict", seen, target="murderer", prediction=up, evidence=[])["answer"]["is_right"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"question": "why?"},
        {"question": {**GREY, "kind": "essay"}, "answer": 0.5},
        {"question": {**GREY, "target": "butler"}, "answer": 0.5},
        {"question": {**GREY, "state": "Mr Black"}, "answer": 0.5},
        {"question": {**GREY, "evidence": {"weapon": {"state": "rope"}}}, "answer": 0.5},
        {"question": GREY, "answer": "0.7"},
        {"question": GREY, "answer": 7},
        {"question": GREY, "answer": {"p": 1}},
        {"question": GREY, "answer": 0.5, "evidence": {"weapon": 1}},
        {"question": GREY, "answer": 0.5, "evidence": [["weapon"]]},
        {"question": GREY, "answer": 0.5, "evidence": [["butler", {"state": "yes"}]]},
    ],
)
def test_what_cannot_be_marked_is_refused_with_a_remedy(fields: dict[str, Any]) -> None:
    for problem in asked("mark", **fields)["refused"]:
        assert problem["what"]
        assert problem["remedy"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"target": "butler", "prediction": {"probabilities": [1, 1]}},
        {"target": ["murderer"], "prediction": {"probabilities": [1, 1]}},
        {"target": "murderer", "prediction": [0.5, 0.5]},
        {"target": "murderer", "prediction": {"probabilities": [0.5]}},
        {"target": "murderer", "prediction": {"probabilities": [0, 0]}},
        {"target": "murderer", "prediction": {"direction": "up", "state": ["Major Grey"]}},
        {"target": "murderer", "prediction": {"direction": ["up"], "state": "Major Grey"}},
    ],
)
def test_what_is_no_prediction_is_refused_with_a_remedy(fields: dict[str, Any]) -> None:
    assert asked("predict", **fields)["refused"][0]["remedy"]


def test_impossible_observations_are_named() -> None:
    both = {"weapon": {"state": "revolver"}, "murderer": {"likelihood": [0.0, 1.0]}}
    certain = {**GREY, "evidence": {**both, "hair": {"states": ["no"]}}}
    assert asked("mark", question=certain, answer=1.0)["answer"]["is_right"]


@pytest.mark.parametrize(
    ("about", "fields"),
    [
        ("mark", {"question": GREY, "answer": 10**400}),
        ("mark", {"question": {**GREY, "tolerance": 10**400}, "answer": 0.5}),
        ("predict", {"target": "murderer", "prediction": {"probabilities": [10**400, 1]}, "evidence": []}),
    ],
)
def test_a_number_beyond_all_doubles_is_refused_and_no_defect(about: str, fields: dict[str, Any]) -> None:
    (problem,) = asked(about, **fields)["refused"]
    assert "went wrong" not in problem["what"]
