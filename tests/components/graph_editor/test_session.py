"""A session: every command once and in order, one inference for all, and no message that breaks it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest

from components.graph_editor.session import payload, start
from components.graph_editor.work import changed
from mbml_core.document import write_bytes
from mbml_core.editing import MAX_STEPS
from mbml_core.model import FactorGraph
from tests.components.graph_editor.talk import (
    ORIGIN,
    SAMPLES,
    beliefs,
    command,
    document,
    log,
    observe,
    replies,
    section,
    talked,
)

WET = observe("wet", "yes")
MOVE = command("move", positions=[["wet", 10.0, 20.0]])
ADD = command("add_variable", id="x1", name="New", states=["a", "b"], x=5.0, y=6.0)
CHAIN = SAMPLES[1]


def file(name: str, data: bytes) -> dict[str, Any]:
    return command("open", source="file", name=name, base64=b64encode(data).decode())


def test_a_visitor_sees_the_whole_page_before_anything_was_said() -> None:
    sent = payload(talked(), {})
    assert (sent["page"], sent["acked"], sent["replies"]) == (None, 0, [])
    assert set(sent["sections"]) == set(sent["revisions"])
    assert beliefs(talked())["rain"] == [0.5, 0.5]


def test_before_the_first_step_there_is_nothing_to_send() -> None:
    assert payload(start(ORIGIN), {})["sections"] == {}


def test_wet_grass() -> None:
    session = talked(log(WET))
    assert beliefs(session)["rain"] == [0.292072, 0.707928]
    assert session.acked == 1
    assert section(session, "evidence")["observed"] == [["wet", {"state": "yes"}]]


# Numbering


def test_what_was_applied_is_not_applied_again() -> None:
    undone = log(WET, command("undo"))
    assert talked(log(WET), undone).work.step == 0
    assert talked(undone, undone, undone).work.step == 0
    assert talked(undone, log(WET)).work.step == 0
    assert talked(log(ADD), log(ADD)).acked == 1


def test_gaps_are_fine() -> None:
    session = talked(log(WET, first=5), log(command("undo"), first=90))
    assert (session.acked, session.work.step) == (90, 0)


def test_a_burst_is_applied_whole_and_inferred_once(queries: list[Mapping[str, Any]]) -> None:
    session = talked()
    queries.clear()
    burst = [observe("wet", "yes" if i % 2 else "no") for i in range(50)]
    session = talked(log(*burst), session=session)
    assert (session.acked, session.work.step) == (50, 50)
    assert len(queries) == 1
    assert beliefs(session)["rain"] == [0.292072, 0.707928]


def test_a_new_page_counts_from_one_again() -> None:
    session = talked(log(WET, first=40), log(command("undo"), page=2))
    assert (session.page, session.acked, session.work.step) == (2, 1, 0)


def test_an_unreadable_message_leaves_the_numbering_alone() -> None:
    session = talked(log(WET), "nonsense")
    assert (session.page, session.acked) == (1, 1)
    assert [reply["n"] for reply in replies(session)] == [0]
    assert replies(talked(log(), session=session)) == []


# Editing


@pytest.mark.parametrize(
    "edit",
    [
        ADD,
        command("add_factor", id="f1", kind="table", scope=["wet"], x=0.0, y=0.0),
        command("connect", factor="f_wet", variable="cloudy"),
        command("add_parent", parent="cloudy", child="wet", factor="f1", x=0.0, y=0.0),
        command("disconnect", factor="f_wet", variable="rain"),
        command("delete", ids=["rain"]),
        command("rename", id="rain", name="Drizzle"),
        command("rename_model", name="Garden"),
        command("set_states", id="rain", states=["no", "little", "much"], **{"from": [0, 1, None]}),
        command(
            "set_parameters",
            factor="f_cloudy",
            kind="table",
            child="cloudy",
            parameters={"values": [0.3, 0.7]},
        ),
        command("set_scope", factor="f_wet", scope=["rain", "sprinkler", "wet"]),
        MOVE,
        WET,
        command("observe_all", evidence=[["wet", {"not": "no"}]]),
        command("batch", label="Both", commands=[ADD, WET]),
        command("new"),
        command("open", source="sample", sample="coin"),
    ],
    ids=lambda edit: edit["type"],
)
def test_every_edit_is_one_step_that_can_be_undone(edit: dict[str, Any]) -> None:
    before = document(talked())
    done = talked(log(edit))
    assert replies(done) == []
    assert document(done) != before
    assert section(done, "history")["undo"] == 1
    undone = talked(log(edit, command("undo")))
    assert document(undone) == before
    assert section(undone, "history")["redo"] == 1
    assert document(talked(log(edit, command("undo"), command("redo")))) == document(done)


def test_arranging_is_a_step_of_the_layout() -> None:
    session = talked(log(MOVE, command("arrange")))
    assert session.work.step == 2
    assert document(session).graph is document(talked()).graph


def test_suspended_evidence_is_kept_aside() -> None:
    session = talked(log(WET, command("suspend", ids=["wet"])))
    assert section(session, "evidence") == {"observed": [], "suspended": [["wet", {"state": "yes"}]]}
    assert beliefs(session)["rain"] == [0.5, 0.5]


def test_evidence_comes_in_the_order_of_observation() -> None:
    session = talked(log(WET, observe("cloudy", "no")))
    assert [id for id, _ in section(session, "evidence")["observed"]] == ["wet", "cloudy"]


def test_nodes_that_come_without_a_place_get_one() -> None:
    fragment = {
        "format": "mbml-graph",
        "version": 1,
        "variables": [{"id": "a", "domain": {"type": "categorical", "states": ["x", "y"]}}],
        "factors": [],
    }
    session = talked(log(command("insert", document=fragment, ids=[["a", "x1"]], dx=0.0, dy=0.0)))
    assert replies(session) == []
    assert "x1" in {id for id, _, _ in section(session, "layout")}


def test_nothing_to_undo_or_redo_changes_nothing() -> None:
    session = talked(log(command("undo"), command("redo")))
    assert replies(session) == []
    assert document(session) is document(talked())


def test_the_method_is_no_step() -> None:
    session = talked(log(WET, command("set_method", method="bp")))
    assert section(session, "settings") == {"method": "bp"}
    assert section(session, "beliefs")["status"]["method"] == "bp"
    assert session.work.step == 1


def test_undo_goes_through_an_opened_model_and_its_lesson() -> None:
    coin = command("open", source="sample", sample="coin")
    after_open = talked(log(WET, coin))
    assert section(after_open, "lesson")["sample"] == "coin"
    back = talked(log(WET, coin, command("undo")))
    assert section(back, "lesson")["sample"] == "sprinkler"
    assert beliefs(back)["rain"] == [0.292072, 0.707928]
    again = talked(log(WET, coin, command("undo"), command("redo")))
    assert section(again, "lesson")["sample"] == "coin"
    elsewhere = talked(log(WET, coin, command("undo"), ADD))
    assert section(elsewhere, "lesson")["sample"] == "sprinkler"


def test_the_lesson_is_right_where_the_history_has_forgotten_its_beginning() -> None:
    moves = [command("move", positions=[["wet", float(i), 0.0]]) for i in range(1, MAX_STEPS + 10)]
    coin = command("open", source="sample", sample="coin")
    undos = [command("undo")] * (MAX_STEPS + 10)
    session = talked(log(coin, command("open", source="sample", sample="sprinkler"), *moves, *undos))
    assert section(session, "history")["undo"] == 0
    assert section(session, "lesson")["sample"] == "sprinkler"


def test_the_lesson_stays_while_the_sample_is_edited_and_goes_with_it() -> None:
    assert section(talked(log(ADD, MOVE)), "lesson")["sample"] == "sprinkler"
    assert section(talked(log(command("new"))), "lesson") is None
    assert section(talked(log(file("a.json", write_bytes(CHAIN.document)))), "lesson") is None


def test_a_sample_that_is_already_drawn_still_brings_its_lesson() -> None:
    same = file("a.json", write_bytes(SAMPLES[0].document))
    session = talked(log(ADD, same, command("open", source="sample", sample="sprinkler")))
    assert section(session, "lesson")["sample"] == "sprinkler"
    assert section(session, "history")["undo"] == 2


def test_a_file_and_a_link_are_opened() -> None:
    data = write_bytes(CHAIN.document)
    link = command("open", source="link", text=data.decode())
    for opening in (file("coin.json", data), link):
        session = talked(log(opening))
        assert document(session) == CHAIN.document
        assert session.work.step == 1
    assert section(talked(log(file("a\u202e.json", data))), "history")["undo_label"] == r"Open a\u202e.json"


# Restoring


@pytest.mark.parametrize(
    "base",
    [None, {"sample": "sprinkler"}, {"text": write_bytes(SAMPLES[0].document).decode()}],
    ids=["origin", "sample", "text"],
)
def test_restored_work_is_what_it_was(base: Any) -> None:
    done = [WET, ADD, MOVE, command("undo"), observe("cloudy", "no"), command("set_method", method="bp")]
    before = talked(log(*done))
    after = talked(log(command("restore", base=base, commands=done), page=2))
    assert document(after) == document(before)
    assert section(after, "history") == section(before, "history")
    assert section(after, "settings") == section(before, "settings")
    assert beliefs(after) == beliefs(before)


def test_restoring_infers_once(queries: list[Mapping[str, Any]]) -> None:
    session = talked()
    queries.clear()
    talked(log(command("restore", base=None, commands=[WET, observe("wet", "no"), WET])), session=session)
    assert len(queries) == 1


def test_saved_commands_that_no_longer_fit_are_passed_over() -> None:
    restore = command("restore", base=None, commands=[])
    saved = [observe("nobody", "yes"), 7, None, {}, {"type": 3}, {"type": "save"}, restore, WET]
    session = talked(log(command("restore", base=None, commands=saved)))
    assert document(session) == document(talked(log(WET)))
    assert replies(session) == []


def test_restored_work_replaces_what_the_session_had() -> None:
    session = talked(log(ADD), log(command("restore", base=None, commands=[WET]), page=2))
    assert document(session) == document(talked(log(WET)))
    assert session.work.step == 1


def test_a_drawing_that_is_not_finished_can_be_restored() -> None:
    unsound = {"factor": "f_cloudy", "kind": "table", "child": "cloudy", "parameters": {"values": [0.5, 0.6]}}
    before = talked(log(command("set_parameters", **unsound)))
    text = write_bytes(document(before)).decode()
    after = talked(log(command("restore", base={"text": text}, commands=[]), page=2))
    assert document(after) == document(before)
    assert section(after, "beliefs")["status"]["kind"] == "problems"


# Requests and refusals


def test_saving_and_what_is_lost() -> None:
    (reply,) = replies(talked(log(command("rename_model", name="Garden"), command("save", format="uai"))))
    assert reply == {"n": 2, "name": "model.uai", "mime": "text/plain", "text": "Garden", "lost": ["the layout"]}


def test_what_cannot_be_saved_is_refused() -> None:
    (reply,) = replies(talked(log(command("save", format="bif"))))
    assert reply["refused"] == [{"where": "f_wet", "what": "no form in BIF", "remedy": "save as JSON"}]


def test_the_explanation_is_that_of_the_moment_it_was_asked_for() -> None:
    dry = command("retract", ids=["wet"])
    (reply,) = replies(talked(log(WET, command("ask", about="modes"), dry)))
    found = reply["answer"]
    assert [row["state"] for row in found["choices"]] == ["yes", "no", "yes", "yes"]
    assert found["is_exact"] is True


@pytest.mark.parametrize(
    "before",
    [[command("new")], [WET, observe("rain", "no"), observe("sprinkler", "no")]],
    ids=["empty", "impossible"],
)
def test_there_is_no_explanation_without_an_answer(before: list[dict[str, Any]]) -> None:
    (reply,) = replies(talked(log(*before, command("ask", about="modes"))))
    assert reply["refused"]


def test_a_reply_is_sent_until_its_command_leaves_the_log() -> None:
    save = command("save", format="json")
    session = talked(log(save))
    assert [reply["n"] for reply in replies(talked(log(save), session=session))] == [1]
    assert [reply["n"] for reply in replies(talked(log(save, MOVE), session=session))] == [1]
    assert replies(talked(log(MOVE, first=2), session=session)) == []
    assert replies(talked(log(page=2), session=session)) == []


HOSTILE: list[dict[str, Any]] = [
    command("nonsense"),
    command("__class__"),
    command("observe"),
    command("observe", id="nobody", observation={"state": "yes"}),
    command("observe", id="wet", observation={"state": "maybe"}),
    command("observe", id=["wet"], observation=7),
    command("move", positions=[["wet", 1e300, 0]]),
    command("move", positions=[["wet", None, 0]]),
    command("move", positions="wet"),
    command("delete", ids=[{}]),
    command("set_method", method="enumeration"),
    command("set_method", method=["bp"]),
    command("set_method"),
    command("save", format="exe"),
    command("save", format={}),
    command("open"),
    command("open", source="sample", sample="../secret"),
    command("open", source="sample", sample=["coin"]),
    command("open", source="file", name="a.json", base64="***"),
    command("open", source="file", name="a.json", base64="ü"),
    command("open", source="file", name="a.json", base64=7),
    command("open", source="file", name=7, base64=""),
    file("a.json", b"no model"),
    file("a.json", b"[" * 100_000),
    command("open", source="link", text="{}"),
    command("open", source="link", text=None),
    command("open", source={"sample": "coin"}),
    command("restore", base={"sample": "nobody"}, commands=[]),
    command("restore", base={"text": "no model"}, commands=[]),
    command("restore", base={"text": 7}, commands=[]),
    command("restore", base=7, commands=[]),
    command("restore", base=None, commands={}),
    command("insert", document={"format": "mbml-graph"}, ids=[], dx=0, dy=0),
    command("batch", label="x", commands=[WET, command("nonsense")]),
    command("batch", label="x", commands=[command("batch", label="y", commands=[])]),
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: json.dumps(hostile)[:60])
def test_what_cannot_be_applied_is_refused_and_the_rest_is_applied(hostile: dict[str, Any]) -> None:
    session = talked(log(hostile, WET))
    assert [reply["n"] for reply in replies(session)] == [1]
    assert all(problem["what"] and problem["remedy"] for problem in replies(session)[0]["refused"])
    assert document(session) == document(talked(log(WET)))
    assert session.acked == 2
    json.dumps(payload(session, {}), allow_nan=False)


def test_a_defect_of_the_editor_does_not_hold_up_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def defective(work: Any, content: Any, tools: Any) -> Any:
        if content["type"] == "move":
            raise KeyError("a defect")
        return changed(work, content, tools)

    monkeypatch.setattr("components.graph_editor.session.changed", defective)
    session = talked(log(MOVE, WET))
    assert [reply["n"] for reply in replies(session)] == [1]
    assert document(session) == document(talked(log(WET)))
    assert "could not be applied" in caplog.text


# Inference


def test_what_changes_no_belief_runs_no_inference(queries: list[Mapping[str, Any]]) -> None:
    session = talked(log(WET))
    queries.clear()
    harmless = [MOVE, command("rename_model", name="Garden"), command("rename", id="f_wet", name="grass"), MOVE]
    harmless += [command("arrange"), command("undo"), command("save", format="json")]
    talked(log(WET, *harmless), log(WET, *harmless), session=session)
    assert queries == []


def test_impossible_evidence_keeps_the_last_beliefs_and_says_so() -> None:
    possible = [WET, observe("rain", "no")]
    before = talked(log(*possible))
    session = talked(log(*possible, observe("sprinkler", "no")), session=before)
    shown = section(session, "beliefs")
    assert shown["stale"] is True
    assert dict(shown["values"]) == beliefs(before)
    assert set(shown["conflict"]) == {"wet", "rain", "sprinkler"}
    assert shown["status"]["kind"] == "impossible"


def test_the_beliefs_of_another_model_are_never_shown() -> None:
    other = FactorGraph(SAMPLES[0].document.graph.variables)
    contradiction = {"evidence": {"wet": {"likelihood": [1, 0]}}}
    text = json.loads(write_bytes(type(ORIGIN.document).of(other))) | contradiction
    text["factors"] = [{"id": "f", "kind": "prior", "scope": ["wet"], "parameters": {"probabilities": [0, 1]}}]
    opening = command("open", source="link", text=json.dumps(text))
    session = talked(log(WET), log(WET, opening))
    shown = section(session, "beliefs")
    assert shown["status"]["kind"] == "impossible"
    assert dict(shown["values"])["wet"] == [0.0, 1.0]
