"""`Engine.steps`: any engine tells belief propagation step by step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import mbml_core as mb
from mbml_core.errors import DeadlineExceeded, InvalidEvidence, UnsupportedQuery
from mbml_core.inference.trace import replay
from mbml_core.model import Belief

SAMPLES = Path(__file__).parents[3] / "sample_graphs"


@pytest.fixture
def engine() -> mb.Engine:
    return mb.compile(mb.load(SAMPLES / "sprinkler.json"))


def test_steps_are_those_of_bp_whatever_the_method_is(engine: mb.Engine) -> None:
    assert engine.method == "exact"
    found = replay(engine.steps({"wet": "yes"}, schedule="flooding"))
    expected = mb.infer(engine.model, {"wet": "yes"}, method="bp").marginals
    for id, belief in found.items():
        np.testing.assert_allclose(belief, expected[id].probabilities, atol=1e-7)


def test_they_come_one_by_one(engine: mb.Engine) -> None:
    steps = engine.steps({"wet": "yes"})
    assert [next(steps).number for _ in range(5)] == [1, 2, 3, 4, 5]


def test_a_belief_that_is_set_is_met_at_the_end() -> None:
    engine = mb.compile(mb.load(SAMPLES / "test_for_a_disease.json"))
    first = engine.model.variables[0].id
    found = replay(engine.steps({first: Belief((0.25, 0.75))}))
    np.testing.assert_allclose(found[first], [0.25, 0.75], atol=1e-10)


def test_questions_without_sense_are_refused_before_the_first_step(engine: mb.Engine) -> None:
    with pytest.raises(UnsupportedQuery, match="no algorithm"):
        engine.steps(algorithm="guess")
    with pytest.raises(UnsupportedQuery, match="no schedule"):
        engine.steps(schedule="best")
    with pytest.raises(InvalidEvidence):
        engine.steps({"wet": "perhaps"})


def test_the_time_limit_holds_while_steps_are_taken(engine: mb.Engine) -> None:
    steps = engine.steps({"wet": "yes"}, deadline=0.0)
    with pytest.raises(DeadlineExceeded):
        list(steps)
