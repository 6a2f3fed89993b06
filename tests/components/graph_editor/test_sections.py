"""The sections: plain JSON whatever the drawing, and only those that changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from components.graph_editor.origin import file_origin
from components.graph_editor.protocol import Message
from components.graph_editor.sections import LABELS, MAX_ENTRIES
from components.graph_editor.session import Services, Session, payload, start, step
from mbml_core.document import Document, Extras, read_bytes
from mbml_core.factors import KINDS
from mbml_core.model import Factor, FactorGraph, boolean
from tests.components.graph_editor.models import chain, frustrated
from tests.components.graph_editor.talk import SAMPLES, SERVICES, command, log, observe, section, talked


def opened(graph: FactorGraph, **fields: Any) -> Session:
    """A session that begins with this drawing, sound or not."""
    document = SERVICES.tools.placed(Document(graph, **fields))
    origin = replace(SAMPLES_ORIGIN, document=document)
    services = Services(replace(SERVICES.tools, origin=origin), SERVICES.engines, SERVICES.export)
    return step(start(origin), Message(), services)


SAMPLES_ORIGIN = SERVICES.tools.origin


def values_in(plain: Any) -> list[Any]:
    """Every value inside a plain one."""
    match plain:
        case dict():
            return [plain, *plain, *(inner for item in plain.values() for inner in values_in(item))]
        case list():
            return [plain, *(inner for item in plain for inner in values_in(item))]
    return [plain]


def assert_plain(session: Session) -> None:
    sent = payload(session, {})
    json.dumps(sent, allow_nan=False)
    assert {type(value) for value in values_in(sent)} <= {dict, list, str, int, float, bool, type(None)}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_everything_sent_of_every_sample_is_plain(sample: Any) -> None:
    session = talked(log(command("open", source="sample", sample=sample.id), command("ask", about="modes")))
    assert_plain(session)
    assert section(session, "lesson")["sample"] == sample.id
    assert len(section(session, "lesson")["suggestions"]) == len(sample.lesson.suggestions)


AWKWARD = [
    FactorGraph(()),
    FactorGraph((), (Factor("f", "table", (), {"values": 1.0}),)),
    FactorGraph((boolean("a"),), (Factor("f", "table", ("a",), {"values": [np.nan, np.inf]}),)),
    FactorGraph(
        (boolean("a"),), (Factor("f", "noisy_or", ("a",), {"probabilities": [], "leak": np.float64(0.5)}),)
    ),
    FactorGraph((boolean("a"),), (Factor("f", "none", ("a",), {"x": {"y": [float("nan"), object(), b""]}}),)),
    FactorGraph((boolean("a"),), (Factor("f", "table", ("a",), {"values": [[1], [2, 3]], "child": "b"}),)),
    FactorGraph((boolean("a"),), (Factor("f", "table", ("a",), {"values": [1e-320, 1.0]}),)),
    FactorGraph((boolean("a"),), (Factor("f", "table", ("a",), {"values": [1e308, 1e308]}),)),
    FactorGraph((boolean("a"),), (Factor("f", "table", ("a",), {"values": [0.0, 0.0]}),)),
    frustrated(5),
]


@pytest.mark.parametrize("graph", AWKWARD, ids=range(len(AWKWARD)))
def test_everything_sent_of_an_awkward_drawing_is_plain(graph: FactorGraph) -> None:
    assert_plain(opened(graph))


def changed_by(*commands: dict[str, Any]) -> set[str]:
    """The sections that are sent after these commands to a browser that had everything before."""
    before = talked()
    have = payload(before, {})["revisions"]
    after = talked(log(*commands), session=before)
    return set(payload(after, have)["sections"])


@pytest.mark.parametrize(
    ("edit", "sections"),
    [
        (command("undo"), set()),
        (command("move", positions=[["wet", 1.0, 2.0]]), {"layout", "history"}),
        (observe("wet", "yes"), {"evidence", "beliefs", "history"}),
        (command("rename_model", name="x"), {"graph", "history"}),
        (command("rename", id="f_wet", name="x"), {"graph", "history"}),
        (command("set_method", method="exact"), {"settings", "beliefs"}),
        (command("save", format="json"), set()),
        (
            command("set_scope", factor="f_wet", scope=["rain", "sprinkler", "wet"]),
            {"graph", "beliefs", "history"},
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_only_what_changed_is_sent(edit: dict[str, Any], sections: set[str]) -> None:
    assert changed_by(edit) == sections


def test_what_came_back_by_undo_is_sent_again() -> None:
    before = talked()
    wet = talked(log(observe("wet", "yes")), session=before)
    back = talked(log(observe("wet", "yes"), command("undo")), session=wet)
    assert "evidence" in payload(back, payload(wet, {})["revisions"])["sections"]


def test_revisions_of_another_session_count_for_nothing() -> None:
    one, other = talked(), talked()
    assert (
        payload(other, payload(one, {})["revisions"])["sections"].keys() == payload(other, {})["sections"].keys()
    )


def test_the_graph_section() -> None:
    variables = (boolean("a", "A"), boolean("b"))
    factors = (
        Factor("f", "noisy_or", ("a", "b"), {"probabilities": [0.5], "leak": 0.25}),
        Factor("g", "table", ("a",), {"values": [1, 2]}),
        Factor("h", "prior", ("a",), {"probabilities": [0.5, 0.5]}),
        Factor("i", "table", ("a", "b"), {"values": [[0.5, 0.5], [1, 0]], "child": "b"}),
    )
    session = opened(FactorGraph(variables, factors, name="G"), extras=Extras(factors={"g": {"name": "bias"}}))
    graph = section(session, "graph")
    assert graph["name"] == "G"
    assert graph["variables"][1] == {"id": "b", "name": "", "states": ["no", "yes"]}
    assert graph["factors"][0] == {
        "id": "f",
        "name": "",
        "kind": "noisy_or",
        "scope": ["a", "b"],
        "child": "b",
        "parameters": {"probabilities": [0.5], "leak": 0.25},
        "entries": 2,
    }
    assert [factor["child"] for factor in graph["factors"]] == ["b", None, "a", "b"]
    assert graph["factors"][1]["name"] == "bias"
    assert graph["factors"][3]["parameters"] == {"values": [[0.5, 0.5], [1.0, 0.0]]}


def test_a_large_table_is_not_sent() -> None:
    variables = tuple(boolean(f"x{i}") for i in range(13))
    table = Factor("f", "table", tuple(v.id for v in variables), {"values": np.ones((2,) * 13)})
    (factor,) = section(opened(FactorGraph(variables, (table,))), "graph")["factors"]
    assert factor["entries"] == 2 * MAX_ENTRIES
    assert factor["parameters"] is None


def test_the_problems_of_a_drawing_name_their_place() -> None:
    graph = replace(chain(2), factors=(Factor("f0", "prior", ("x0",), {"probabilities": [0.5, 0.6]}),))
    (problem,) = section(opened(graph), "problems")
    assert problem["where"] == "f0"
    assert "sum to 1.1" in problem["what"]


def test_suggestions_carry_their_evidence_and_go_when_it_no_longer_fits() -> None:
    suggestions = section(talked(), "lesson")["suggestions"]
    assert suggestions[1]["evidence"] == [["wet", {"state": "yes"}], ["rain", {"state": "yes"}]]
    left = section(talked(log(command("delete", ids=["rain"]))), "lesson")["suggestions"]
    assert [suggestion["caption"] for suggestion in left] == [
        suggestion["caption"] for suggestion in suggestions if "it rained" not in suggestion["caption"]
    ]
    assert all("rain" not in suggestion["look_at"] for suggestion in left)


def test_the_gallery_has_a_drawing_of_every_sample() -> None:
    gallery = section(talked(), "gallery")
    assert [entry["sample"] for entry in gallery] == [sample.id for sample in SAMPLES]
    sprinkler = gallery[0]
    assert sprinkler["nodes"][0] == [280.0, 150.0, "v"]
    assert len(sprinkler["edges"]) == 8
    assert all(sprinkler["nodes"][f][2] == "f" and sprinkler["nodes"][v][2] == "v" for f, v in sprinkler["edges"])


def test_every_kind_the_page_can_draw_has_a_label() -> None:
    drawn = {name for name, kind in KINDS.items() if kind.rules is None}
    assert {entry["kind"] for entry in section(talked(), "kinds")} == drawn == set(LABELS)


def test_the_origin_of_a_sample_and_of_a_file() -> None:
    sample = section(talked(), "origin")
    assert sample == {"id": "sample:sprinkler", "name": "Why is the grass wet?", "text": None, "explicit": False}
    origin = file_origin(SAMPLES[1].document, "coin.json")
    assert origin.id.startswith("file:")
    assert origin.is_explicit
    assert origin.text is not None
    assert read_bytes(origin.text) == SAMPLES[1].document
