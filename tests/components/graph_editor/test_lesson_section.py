"""The lesson on the page: of the sample, or recorded with the drawing."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from mbml_core.document import write_bytes
from mbml_core.explain.lesson import VIEWS
from tests.components.graph_editor.talk import SAMPLES, command, document, log, replies, section, talked

STEP: dict[str, Any] = {
    "caption": "Wet grass",
    "text": "Look at the rain.",
    "evidence": {"wet": {"state": "yes"}},
    "look_at": ["rain"],
    "view": "why",
    "target": "rain",
    "question": {
        "ask": "How probable is rain?",
        "kind": "probability",
        "target": "rain",
        "state": "yes",
        "explanation": "Two causes compete.",
    },
}


def lesson(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"format": "mbml-lesson", "version": 2, "title": "Mine", "steps": list(steps or (STEP,))}


def recorded(*more: dict[str, Any], plain: Any = None) -> Any:
    return talked(log(command("set_lesson", lesson=plain or lesson()), *more))


def test_the_steps_of_every_sample_are_sent_whole() -> None:
    for sample in SAMPLES:
        found = section(talked(log(command("open", source="sample", sample=sample.id))), "lesson")
        assert [step["caption"] for step in found["steps"]] == [step.caption for step in sample.lesson.steps]
        assert {step["problem"] for step in found["steps"]} <= {""}
        assert not found["own"]
        assert found["problems"] == []


def test_a_recorded_lesson_takes_the_place_of_the_samples() -> None:
    found = section(recorded(), "lesson")
    (step,) = found["steps"]
    assert (found["title"], found["own"], found["sample"]) == ("Mine", True, "sprinkler")
    assert step["evidence"] == [["wet", {"state": "yes"}]]
    assert step["question"] == {**STEP["question"], "tolerance": 0.05, "evidence": None}


def test_recording_is_one_step_to_undo_and_removing_too() -> None:
    undone = section(recorded(command("undo")), "lesson")
    assert (undone["own"], undone["title"]) == (False, "Why is the grass wet?")
    assert not section(recorded(command("set_lesson", lesson=None)), "lesson")["own"]
    history = section(recorded(), "history")
    assert (history["undo"], history["undo_label"]) == (1, "Change the lesson")


def test_the_lesson_keeps_its_identity_while_it_is_edited() -> None:
    first = section(talked(), "lesson")["id"]
    assert section(recorded(), "lesson")["id"] == first
    assert section(recorded(command("open", source="sample", sample="coin")), "lesson")["id"] != first


def test_a_recorded_lesson_survives_saving_and_opening() -> None:
    text = write_bytes(document(recorded()))
    assert json.loads(text)["lesson"] == lesson()
    opened = command("open", source="file", name="a.json", base64=base64.b64encode(text).decode())
    found = section(talked(log(opened)), "lesson")
    assert (found["own"], found["sample"], len(found["steps"])) == (True, None, 1)


def test_steps_that_no_longer_fit_say_why_and_are_kept() -> None:
    session = recorded(command("delete", ids=["wet"]))
    (step,) = section(session, "lesson")["steps"]
    assert "wet" in step["problem"]
    assert step["evidence"] == [["wet", {"state": "yes"}]]
    assert (
        section(recorded(command("delete", ids=["wet"]), command("undo")), "lesson")["steps"][0]["problem"] == ""
    )


def test_a_lesson_that_cannot_be_read_says_what_is_wrong_with_it() -> None:
    found = section(recorded(plain={**lesson(), "steps": [{"caption": 3}], "titel": "?"}), "lesson")
    assert found["steps"] == []
    assert {problem["where"] for problem in found["problems"]} == {"$.steps[0].caption", "$.titel"}
    drawing = {"format": "mbml-graph", "version": 1, "variables": [], "factors": []}
    hostiles: tuple[Any, ...] = ("text", 3, [], {"lesson": None})
    for hostile in hostiles:
        text = json.dumps({**drawing, "lesson": hostile})
        opened = command("open", source="file", name="a.json", base64=base64.b64encode(text.encode()).decode())
        assert section(talked(log(opened)), "lesson")["problems"]


def test_a_lesson_no_file_could_hold_is_refused() -> None:
    deep: Any = {}
    for _ in range(20):
        deep = {"a": deep}
    for hostile in (deep, {"a": "\ud800"}, {"a": ["x"] * 30_000}, {"a": 10**400}, {"a": float("nan")}):
        session = recorded(plain=hostile)
        assert replies(session)[0]["refused"], str(hostile)[:40]
        assert not section(session, "lesson")["own"]


def test_a_step_can_open_every_study_view_and_no_other() -> None:
    folder = Path(__file__).parents[3] / "components" / "graph_editor" / "frontend" / "study"
    views = re.findall(
        r'import \{ \w+View \} from "\./(\w+)\.js"', (folder / "views.js").read_text(encoding="utf-8")
    )
    names = [re.search(r'View = \{\s*name: "(\w+)"', (folder / f"{view}.js").read_text()) for view in views]
    assert {found[1] for found in names if found} == set(VIEWS)


def test_what_only_moves_or_observes_does_not_send_the_lesson_again() -> None:
    session = recorded()
    before = session.marks["lesson"].count
    moved = talked(
        log(
            command("observe", id="wet", observation={"state": "yes"}),
            command("move", positions=[["wet", 1.0, 2.0]]),
            first=2,
        ),
        session=session,
    )
    assert moved.marks["lesson"].count == before
