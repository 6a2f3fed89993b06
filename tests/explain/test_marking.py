"""Marking answers and scoring predictions by the engine's own numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import mbml_core
from mbml_core.deadline import CancelToken, Deadline
from mbml_core.engine import Engine
from mbml_core.errors import Cancelled, ImpossibleEvidence, InvalidModel
from mbml_core.explain.lesson import Question
from mbml_core.explain.marking import Answer, Mark, mark
from mbml_core.explain.scoring import score
from mbml_core.model import Observed
from tests.strategies import SEEDS, directed_graph

SAMPLES = Path(__file__).parents[2] / "sample_graphs"
MYSTERY = mbml_core.load(SAMPLES / "murder_mystery.json")
ENGINE = mbml_core.compile(MYSTERY)
REVOLVER = {"weapon": {"state": "revolver"}}

GREY = Question("Major Grey?", "probability", "Odds.", "murderer", "Major Grey", REVOLVER, 0.05)
MOVES = Question("Where to?", "direction", "Odds.", "murderer", "Major Grey", REVOLVER)
WHO = Question("Who?", "choice", "He did.", choices=("Miss Auburn", "Major Grey"), answer="Major Grey")


def marked(question: Question, answer: Answer, engine: Engine = ENGINE, present: Any = None) -> Mark:
    return mark(question, answer, engine, present or {})


def test_a_probability_within_the_tolerance_is_right_and_shows_the_number() -> None:
    found = marked(GREY, 0.7)
    assert found.is_right
    assert found.number == "Murderer = Major Grey has probability 0.6585."
    assert found.explanation == "Odds."
    assert found.right == pytest.approx(0.65854, abs=1e-5)
    assert found.miss is not None
    assert found.miss.words == "close"


@pytest.mark.parametrize(("answer", "side"), [(0.9, "high"), (0.3, "low"), (0.0, "low"), (1, "high")])
def test_a_wrong_probability_says_which_way_and_gives_nothing_away(answer: float, side: str) -> None:
    found = marked(GREY, answer)
    assert not found.is_right
    assert not found.is_shown
    assert f"Too {side}" in found.verdict
    assert (found.number, found.explanation, found.right) == ("", "", None)
    assert "0.65" not in found.verdict


def test_the_tolerance_itself_is_right() -> None:
    p = float(ENGINE.infer(REVOLVER).marginals["murderer"]["Major Grey"])
    assert marked(GREY, p + 0.05).is_right
    assert not marked(GREY, p + 0.0501).is_right


def test_a_question_without_evidence_is_about_the_present_moment() -> None:
    now = replace(GREY, evidence=None)
    present = {"weapon": Observed("revolver"), "hair": Observed("yes")}
    assert marked(now, 0.95, present=present).is_right
    assert marked(now, 0.3).is_right


def test_a_direction_is_from_the_present_moment_to_the_next() -> None:
    assert marked(MOVES, "up").is_right
    assert marked(MOVES, "up").number == "Murderer = Major Grey goes up from 0.3000 to 0.6585."
    wrong = marked(MOVES, "down")
    assert (wrong.is_right, wrong.number) == (False, "")
    assert marked(MOVES, "down", present={"hair": Observed("yes")}).is_right
    assert marked(MOVES, "same", present={"weapon": Observed("revolver")}).is_right


def test_a_choice_is_right_or_not() -> None:
    assert marked(WHO, "Major Grey").is_right
    assert marked(WHO, "Major Grey").explanation == "He did."
    assert not marked(WHO, "Miss Auburn").is_shown


@pytest.mark.parametrize("question", [GREY, MOVES, WHO], ids=lambda question: question.kind)
def test_giving_up_shows_the_answer(question: Question) -> None:
    found = marked(question, None)
    assert (found.is_right, found.is_shown) == (False, True)
    assert found.explanation
    assert found.right is not None


@pytest.mark.parametrize(
    ("question", "answer"),
    [(GREY, "up"), (GREY, 1.2), (GREY, float("nan")), (GREY, True), (MOVES, 0.5), (MOVES, "left"), (WHO, "Me")],
)
def test_an_answer_of_another_kind_is_refused(question: Question, answer: Any) -> None:
    with pytest.raises(InvalidModel):
        marked(question, answer)


def test_an_approximate_number_is_never_shown_as_if_it_were_exact() -> None:
    engine = mbml_core.compile(mbml_core.load(SAMPLES / "sprinkler.json"), method="bp")
    wet = Question("Rain?", "probability", "", "rain", "yes", {"wet": {"state": "yes"}}, 0.01)
    found = marked(wet, 0.7841, engine)
    assert found.is_right
    assert not found.is_exact
    assert found.number == "Rain = yes has probability about 0.7841."
    cut = {"wet": {"state": "yes"}, "cloudy": {"state": "no"}}
    assert marked(replace(wet, evidence=cut), 0.3443, engine).is_exact


def test_impossible_evidence_is_named() -> None:
    engine = mbml_core.compile(mbml_core.load(SAMPLES / "sprinkler.json"))
    never = {"wet": {"state": "yes"}, "rain": {"state": "no"}, "sprinkler": {"state": "no"}}
    with pytest.raises(ImpossibleEvidence):
        marked(Question("?", "probability", "", "cloudy", "yes", never), 0.5, engine)


def test_marking_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        mark(GREY, 0.5, ENGINE, {}, Deadline(None, token))


def test_a_predicted_distribution_is_scored_in_bits() -> None:
    found = score("murderer", {"probabilities": [0.2, 0.8]}, ENGINE, {}, {"weapon": Observed("revolver")})
    assert found.miss is not None
    assert found.miss.words == "off"
    assert found.is_right  # the way it goes
    assert found.before == pytest.approx((0.7, 0.3))
    assert found.after == pytest.approx((0.34146, 0.65854), abs=1e-5)
    wrong_way = score("murderer", {"probabilities": [0.9, 0.1]}, ENGINE, {}, {"weapon": Observed("revolver")})
    assert not wrong_way.is_right
    assert "the other way" in wrong_way.verdict
    unmoved = score("murderer", {"probabilities": [0.7, 0.3]}, ENGINE, {}, {"weapon": Observed("revolver")})
    assert not unmoved.is_right
    assert "no change" in unmoved.verdict


def test_a_predicted_direction_is_right_or_wrong() -> None:
    def said(direction: str) -> bool:
        given = {"state": "Major Grey", "direction": direction}
        return score("murderer", given, ENGINE, {}, {"weapon": Observed("revolver")}).is_right

    assert said("up")
    assert not said("down")
    assert not said("same")


@pytest.mark.parametrize(
    "prediction",
    [
        {},
        {"probabilities": "half"},
        {"probabilities": [0.5]},
        {"probabilities": [0, 0]},
        {"probabilities": [True, 0.5]},
        {"direction": "up", "state": "Mr Black"},
        {"direction": "left", "state": "Major Grey"},
    ],
)
def test_what_is_no_prediction_is_refused(prediction: dict[str, Any]) -> None:
    with pytest.raises(InvalidModel):
        score("murderer", prediction, ENGINE, {}, {})


@given(SEEDS)
def test_the_engines_own_number_is_always_right_and_scores_nothing(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source, with_zeros=False)
    engine = mbml_core.compile(graph)
    target = graph.variables[int(source.integers(len(graph.variables)))]
    state = int(source.integers(target.size))
    p = engine.infer({}).marginals[target.id].probabilities
    question = Question("?", "probability", "", target.id, target.states[state], {}, 1e-6)
    assert mark(question, float(p[state]), engine, {}).is_right
    found = score(target.id, {"probabilities": p.tolist()}, engine, {}, {})
    assert found.miss is not None
    assert found.miss.bits == pytest.approx(0, abs=1e-9)
