"""Exact beside loopy, and the schedule laboratory, as the page asks for them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.graph_editor.asking import Asked
from components.graph_editor.questions import QUESTIONS
from mbml_core.deadline import Deadline
from mbml_core.engine import Engine, compile
from mbml_core.errors import DeadlineExceeded
from tests.components.graph_editor.talk import SAMPLES, command, log, observe, replies, talked


def asked(about: str, *before: dict[str, Any], **fields: Any) -> Any:
    """The reply to one question, waited for, about the sprinkler or what the commands before it made of it."""
    session = talked(log(*before, command("ask", about=about, **fields)))
    n = len(before) + 1
    while "job" in replies(session)[-1]:
        n += 1
        session = talked(log(command("poll", job=replies(session)[-1]["job"]), first=n), session=session)
    reply = replies(session)[-1]
    assert len(json.dumps(reply, allow_nan=False)) < 300_000
    return reply


def compared(*before: dict[str, Any]) -> Any:
    return asked("compare", *before)["answer"]


RUN = {"schedule": "flooding", "damping": 0.0, "sweeps": 150, "seed": 1}


def run(*before: dict[str, Any], **fields: Any) -> Any:
    return asked("laboratory", *before, **{**RUN, "variable": "rain", **fields})


def opened(sample: str) -> dict[str, Any]:
    return command("open", source="sample", sample=sample)


@pytest.mark.parametrize("method", ["auto", "bp"])
def test_both_numbers_the_loop_and_the_sentence(method: str) -> None:
    found = compared(command("set_method", method=method), observe("wet", "yes"))
    rain = found["gaps"][0]
    assert (rain["variable"], rain["exact"][1], rain["loopy"][1]) == ("rain", 0.707928, 0.784074)
    assert found["structure"]["badge"] == "loopy: approximate"
    assert found["blame"]["cycle"] == ["rain", "f_rain", "cloudy", "f_sprinkler", "sprinkler", "f_wet"]
    assert found["blame"]["through"] == ["wet"]
    assert found["status"] == "converged"
    assert "counted twice" in found["sentences"][1]
    assert found["all"] == 4


def test_dry_grass_cuts_the_loop() -> None:
    found = compared(observe("wet", "no"))
    assert found["structure"]["badge"] == "loops cut by the evidence: exact"
    assert found["structure"]["cutting"] == ["wet"]
    assert (found["is_exact"], found["blame"]) == (True, None)


def test_a_contradiction_is_refused_with_a_way_out() -> None:
    reply = asked("compare", observe("sprinkler", "no"), observe("rain", "no"), observe("wet", "yes"))
    assert reply["refused"][0]["what"].endswith("take one of them back")


def test_a_run_holds_every_sweep_of_every_variable() -> None:
    found = run(observe("wet", "yes"))["answer"]
    beliefs = dict(found["beliefs"])
    assert set(beliefs) == {"cloudy", "sprinkler", "rain", "wet"}
    assert beliefs["rain"][-1][1] == 0.784074
    assert dict(found["exact"])["rain"][1] == pytest.approx(0.7079276773)
    assert len(beliefs["rain"]) == len(found["residuals"]) + 1
    assert (found["status"], found["is_whole"]) == ("converged", True)


def test_a_large_run_holds_the_variable_that_is_looked_at() -> None:
    found = run(opened("ising_grid"), sweeps=1000, variable="x_22")["answer"]
    assert [id for id, _ in found["beliefs"]] == ["x_22"]
    assert not found["is_whole"]


@pytest.mark.parametrize(
    "fields",
    [
        {"schedule": None},
        {"schedule": "two-pass"},
        {"damping": "much"},
        {"damping": True},
        {"damping": 1.5},
        {"sweeps": 2.5},
        {"sweeps": 0},
        {"sweeps": 10**12},
        {"seed": None},
        {"variable": "snow"},
        {"variable": ["rain"]},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused(fields: dict[str, Any]) -> None:
    (problem,) = run(**fields)["refused"]
    assert problem["what"]


def test_an_exact_method_that_takes_too_long_to_plan_leaves_the_loopy_beliefs() -> None:
    def too_slow() -> Engine:
        raise DeadlineExceeded("no answer within 10 s")

    graph = SAMPLES[0].document.graph
    reply = QUESTIONS["compare"](
        Asked(graph, compile(graph, "bp"), too_slow, Deadline(60), lambda done, all: None), {}
    )
    assert not reply["has_exact"]
    assert reply["sentences"][0] == "Only loopy belief propagation answers here: no answer within 10 s"
