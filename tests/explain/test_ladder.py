"""The ladder: rungs against enumeration, and one end for every order."""

from __future__ import annotations

import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings

from mbml_core import load
from mbml_core.engine import compile
from mbml_core.errors import InvalidEvidence
from mbml_core.explain.ladder import ladder
from tests.explain.evidence import brute, is_possible, some_evidence
from tests.strategies import SEEDS, any_graph

SPRINKLER = load(Path(__file__).parents[2] / "sample_graphs" / "sprinkler.json")
SEEN = {"wet": "yes", "sprinkler": "yes", "cloudy": [0.9, 0.3]}


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_every_order_ends_at_the_same_place_and_its_steps_add_up(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = any_graph(source)
    assume(is_possible(model, {}))
    evidence = some_evidence(source, model, most=3)
    target = str(source.choice([variable.id for variable in model.variables]))
    engine = compile(model)
    ladders = [ladder(engine, evidence, target, order=order) for order in permutations(evidence)]
    end = brute(model, evidence)[target]
    for found in ladders:
        np.testing.assert_allclose(found.rungs[-1].probabilities, end, atol=1e-12)
        np.testing.assert_allclose(
            found.rungs[-1].probabilities, ladders[0].rungs[-1].probabilities, rtol=0, atol=1e-12
        )
        steps = [rung.step for rung in found.rungs]
        if not any(map(math.isinf, steps)):
            assert math.fsum(steps) == pytest.approx(found.total, abs=1e-9)


def test_every_rung_is_a_posterior_of_its_own() -> None:
    order = ("sprinkler", "cloudy", "wet")
    engine = compile(SPRINKLER)
    found = ladder(engine, SEEN, "rain", order=order)
    assert [rung.id for rung in found.rungs] == ["", *order]
    for k, rung in enumerate(found.rungs):
        expected = engine.infer({id: SEEN[id] for id in order[:k]}).marginals
        assert rung.probabilities == pytest.approx(expected["rain"].probabilities)
        for id, row in rung.beliefs.items():
            assert row == pytest.approx(expected[id].probabilities)


def test_its_sentences() -> None:
    told = [rung.sentence for rung in ladder(compile(SPRINKLER), {"wet": "yes", "rain": "yes"}, "rain").rungs]
    assert told == [
        "Before anything is seen, P(Rain = yes) is 0.5000.",
        "“Wet grass = yes” raises it to 0.7079: the odds are multiplied by 2.42.",
        "“Rain = yes” makes Rain = yes certain.",
    ]


def test_an_approximate_ladder_says_about() -> None:
    found = ladder(compile(SPRINKLER, "bp"), {"wet": "yes"}, "rain")
    assert not found.is_exact
    assert "about 0.7841" in found.rungs[1].sentence
    assert "by about 3.63" in found.rungs[1].sentence


@pytest.mark.parametrize("order", [("wet",), ("wet", "wet", "sprinkler", "cloudy"), ("wet", "rain")])
def test_an_order_names_every_observation_once(order: tuple[str, ...]) -> None:
    with pytest.raises(InvalidEvidence):
        ladder(compile(SPRINKLER), SEEN, "rain", order=order)
