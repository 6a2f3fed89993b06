"""Variable elimination, the junction tree and the comparison of the roads as the page asks for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mbml_core.explain.trace_document import replay_document
from tests.components.graph_editor.questions.test_steps import WET, asked, opened, steps
from tests.components.graph_editor.talk import SAMPLES, beliefs, log, observe, talked


def test_three_roads_stand_side_by_side() -> None:
    reply = asked("roads", WET, root="rain")["answer"]
    rows = {road["algorithm"]: road for road in reply["roads"]}
    assert list(rows) == ["bp", "elimination", "junction_tree"]
    ends = {name: road["belief"][1] for name, road in rows.items()}
    assert ends == pytest.approx({"bp": 0.784074, "elimination": 0.707928, "junction_tree": 0.707928}, abs=1e-5)
    assert [road["is_exact"] for road in reply["roads"]] == [False, True, True]
    assert reply["state"] == "yes"
    assert "0.7079" in reply["verdict"][0]
    assert "0.7841" in reply["verdict"][0]


@pytest.mark.parametrize("sample", [sample.id for sample in SAMPLES])
def test_the_junction_tree_ends_at_the_beliefs_of_the_page(sample: str) -> None:
    reply = steps(opened(sample), algorithm="junction_tree")
    assert reply["is_exact"]
    if not reply["is_part"]:
        shown = beliefs(talked(log(opened(sample))))
        found = replay_document(reply)
        assert found.keys() == shown.keys()
        for id, belief in found.items():
            assert belief == pytest.approx(shown[id], abs=1e-5)


def test_elimination_ends_at_the_belief_that_was_asked_for() -> None:
    reply = steps(WET, algorithm="elimination", root="sprinkler")
    found = replay_document(reply)
    assert list(found) == ["sprinkler"]
    assert found["sprinkler"][1] == pytest.approx(0.4298, abs=5e-5)
    assert any("min-fill" in text for text in reply["summary"])


def test_the_file_of_a_road_replays_with_all_digits() -> None:
    for algorithm in ("elimination", "junction_tree"):
        text = asked("export", WET, algorithm=algorithm, root="rain")["answer"]["text"]
        assert replay_document(json.loads(text))["rain"][1] == pytest.approx(0.707927677, abs=1e-9)


def test_of_a_large_drawing_what_cannot_move_the_belief_is_left_out_until_all_is_asked_for() -> None:
    row = [observe(f"x_2{column}", "down") for column in range(1, 5)]
    fields = {"algorithm": "elimination", "root": "x_11"}
    part = steps(opened("ising_grid"), *row, **fields)
    whole = steps(opened("ising_grid"), *row, **fields, part="all")
    first = part["steps"][0]
    assert first["kind"] == "separated"
    assert [part["nodes"][place] for place in first["scope"]] == [f"x_{r}{c}" for r in (3, 4) for c in range(1, 5)]
    assert whole["steps"][0]["kind"] == "observe"
    assert replay_document(part)["x_11"] == pytest.approx(replay_document(whole)["x_11"], abs=1e-7)


@pytest.mark.parametrize("fields", [{}, {"root": "nobody"}, {"root": "rain", "damping": 2}, {"root": 3}])
def test_what_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    assert "refused" in asked("roads", **fields)


@pytest.mark.parametrize("algorithm", ["elimination", "junction_tree"])
def test_impossible_evidence_is_refused_in_words(algorithm: str) -> None:
    prize, host = (observe(id, "door 1") for id in ("prize", "host"))
    reply = asked("steps", opened("monty_hall"), prize, host, algorithm=algorithm, root="prize")
    assert "impossible" in json.dumps(reply["refused"])
