"""The stepper as the page asks for it."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest

from components.graph_editor.asking import Asked
from components.graph_editor.questions import QUESTIONS
from mbml_core.deadline import Deadline
from mbml_core.engine import compile
from mbml_core.errors import InvalidModel
from mbml_core.explain.trace_document import replay_document
from mbml_core.model import Categorical, Factor, FactorGraph, Variable, boolean
from tests.components.graph_editor.talk import SAMPLES, beliefs, command, log, observe, replies, talked

WET = observe("wet", "yes")


def asked(about: str, *before: dict[str, Any], **fields: Any) -> Any:
    session = talked(log(*before, command("ask", about=about, **fields)))
    reply = replies(session)[-1]
    for page in itertools.count(2):
        if "job" not in reply:
            break
        session = talked(log(command("poll", job=reply["job"]), page=page), session=session)
        reply = replies(session)[-1]
    assert len(json.dumps(reply, allow_nan=False)) < 300_000
    return reply


def steps(*before: dict[str, Any], **fields: Any) -> Any:
    return asked("steps", *before, **fields)["answer"]


def opened(sample: str) -> dict[str, Any]:
    return command("open", source="sample", sample=sample)


def test_the_end_of_the_trace_is_loopy_beside_the_exact_page() -> None:
    reply = steps(WET)
    assert replay_document(reply)["rain"][1] == pytest.approx(0.784074, abs=1e-6)
    assert (reply["schedule"], reply["is_exact"], reply["status"]) == ("sequential", False, "converged")
    assert any("approximate" in text for text in reply["summary"])
    assert dict(map(tuple, reply["first"]))["wet"] == [0.0, 1.0]


@pytest.mark.parametrize("sample", [sample.id for sample in SAMPLES])
def test_where_it_is_exact_the_trace_ends_at_the_beliefs_of_the_page(sample: str) -> None:
    reply = steps(opened(sample))
    if reply["is_exact"]:
        assert not reply["is_cut"]
        shown = beliefs(talked(log(opened(sample))))
        for id, belief in replay_document(reply).items():
            assert belief == pytest.approx(shown[id], abs=1e-5)
    else:
        assert reply["schedule"] == "sequential"


@pytest.mark.parametrize("schedule", ["flooding", "sequential", "residual", "random"])
def test_every_schedule_ends_at_the_same_beliefs(schedule: str) -> None:
    reply = steps(WET, schedule=schedule, damping=0.25, seed=7, root="rain", part="all")
    assert reply["schedule"] == schedule
    assert replay_document(reply)["rain"][1] == pytest.approx(0.784074, abs=1e-5)


def test_two_pass_collects_to_the_root() -> None:
    reply = steps(opened("umbrella"), schedule="two-pass", root="rain_2")
    assert reply["phases"] == ["collect", "distribute", "beliefs"]
    last = [step for step in reply["steps"] if step["phase"] == 0][-1]
    assert reply["nodes"][last["to"]] == "rain_2"


def test_a_belief_that_is_set_comes_as_a_likelihood() -> None:
    believed = command("observe", id="disease", observation={"belief": [0.5, 0.5]})
    reply = steps(opened("test_for_a_disease"), believed)
    assert any(table["name"].startswith("likelihood of") for table in reply["tables"])
    assert replay_document(reply)["disease"] == pytest.approx([0.5, 0.5], abs=1e-8)


def test_nodes_are_fired_by_hand() -> None:
    reply = asked("fire", WET, fired=["wet", "f_wet", "rain"])["answer"]
    ends = [(reply["nodes"][s["from"]], reply["nodes"][s["to"]]) for s in reply["steps"]]
    assert ends == [("wet", "f_wet"), ("f_wet", "sprinkler"), ("f_wet", "rain"), ("f_wet", "wet"),
                    ("rain", "f_rain"), ("rain", "f_wet")]  # fmt: skip
    assert asked("fire", fired=[])["answer"]["steps"] == []


def test_the_file_replays_with_all_digits() -> None:
    text = asked("export", WET, schedule="flooding")["answer"]["text"]
    assert replay_document(json.loads(text))["rain"][1] == pytest.approx(0.7840742594, abs=1e-7)
    assert "steps" in json.loads(asked("export", fired=["wet"])["answer"]["text"])


@pytest.mark.parametrize(
    "fields",
    [
        {"schedule": "best"},
        {"schedule": 3},
        {"algorithm": "guess"},
        {"root": "nobody"},
        {"damping": 1},
        {"damping": "much"},
        {"damping": True},
        {"part": []},
        {"seed": -1},
        {"seed": 1.5},
        {"schedule": "two-pass"},
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    assert "refused" in asked("steps", **fields)


@pytest.mark.parametrize("nodes", [None, "wet", ["nobody"], [3], ["wet"] * 301])
def test_firing_what_is_not_drawn_is_refused(nodes: Any) -> None:
    assert "refused" in asked("fire", fired=nodes)


def test_impossible_evidence_is_refused_in_words() -> None:
    prize, host = (observe(id, "door 1") for id in ("prize", "host"))
    reply = asked("steps", opened("monty_hall"), prize, host)
    assert "impossible" in json.dumps(reply["refused"])


def ring(size: int, states: int) -> Asked:
    """Variables of many states in a ring, by belief propagation."""
    source = np.random.default_rng(0)
    domain = Categorical(tuple(f"s{k}" for k in range(states)))
    ids = [f"x{i}" for i in range(size)]
    factors = tuple(
        Factor(f"f{i}", "table", (ids[i - 1], id), {"values": source.uniform(0.1, 1, (states, states))})
        for i, id in enumerate(ids)
    )
    graph = FactorGraph(tuple(Variable(id, domain) for id in ids), factors)
    engine = compile(graph, "bp")
    return Asked(graph, engine, lambda: engine, Deadline(60), lambda done, all: None)


def test_messages_of_many_states_are_cut_to_what_can_be_sent() -> None:
    reply = QUESTIONS["steps"](ring(40, 20), {"algorithm": "bp", "part": "all"})
    assert len(json.dumps(reply)) < 300_000
    assert reply["is_cut"]
    assert "Shown are the first" in reply["summary"][-1]


def test_more_messages_by_hand_than_can_be_sent_are_refused() -> None:
    with pytest.raises(InvalidModel, match="more messages than can be shown"):
        QUESTIONS["fire"](ring(40, 60), {"fired": [f"f{i}" for i in range(40)] * 7})


def test_the_clique_tree_of_a_large_star_is_shown_around_the_chosen_variable() -> None:
    """Its first thousand steps hold no clique."""
    ids = [f"x{i}" for i in range(400)]
    table = {"values": [[0.9, 0.1], [0.2, 0.8]]}
    factors = tuple(Factor(f"f{id}", "table", ("x0", id), {**table, "child": id}) for id in ids[1:])
    graph = FactorGraph(tuple(map(boolean, ids)), factors)
    engine = compile(graph, "exact")
    asked = Asked(graph, engine, lambda: engine, Deadline(60), lambda done, all: None)
    fields = {"algorithm": "junction_tree", "root": "x300", "part": "all"}
    reply = QUESTIONS["steps"](asked, fields)
    assert reply["is_part"]
    assert "x300" in replay_document(reply)
    elimination = QUESTIONS["steps"](asked, {**fields, "algorithm": "elimination"})
    assert max(len(json.dumps(reply)), len(json.dumps(elimination))) < 300_000


@pytest.mark.parametrize("algorithm", ["bp", "elimination", "junction_tree"])
def test_a_drawing_without_variables_has_no_steps(algorithm: str) -> None:
    engine = compile(FactorGraph(()), "exact")
    asked = Asked(engine.model, engine, lambda: engine, Deadline(60), lambda done, all: None)
    assert QUESTIONS["steps"](asked, {"algorithm": algorithm})["steps"] == []
