"""How observations get on with each other, against the definition by enumeration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

import mbml_core as mb
from mbml_core.explain.conflict import conflict
from mbml_core.explain.settled import settled
from mbml_core.model import Belief, Factor, FactorGraph, Likelihood, Observed, boolean
from tests.explain.evidence import brute_log_evidence, some_evidence
from tests.strategies import SEEDS, any_graph


@given(seed=SEEDS)
def test_conflict_is_what_the_parts_have_less_than_the_whole(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = any_graph(source)
    evidence = some_evidence(source, model)
    if not evidence:
        return
    found = conflict(mb.compile(model, "exact"), evidence)
    nothing = brute_log_evidence(model, {})
    alone = {id: brute_log_evidence(model, {id: seen}) - nothing for id, seen in evidence.items()}
    together = brute_log_evidence(model, evidence) - nothing
    assert found.value == pytest.approx(sum(alone.values()) - together, abs=1e-8)
    assert found.log_evidence == pytest.approx(together, abs=1e-8)
    for part in found.parts:
        rest = {id: seen for id, seen in evidence.items() if id != part.variable}
        given_rest = together - (brute_log_evidence(model, rest) - nothing)
        assert part.alone == pytest.approx(alone[part.variable], abs=1e-8)
        assert part.given_rest == pytest.approx(given_rest, abs=1e-8)


def test_two_observations_that_contradict_each_other_are_named(sprinkler) -> None:
    seen = {"rain": "no", "sprinkler": "no", "wet": "yes", "cloudy": "no"}
    evidence = {id: Observed(state) for id, state in seen.items()}
    found = conflict(mb.compile(sprinkler, "exact"), evidence)
    assert found.value == math.inf
    assert set(found.smallest) == {"rain", "sprinkler", "wet"}
    assert "cannot all be true" in found.text


def test_observations_that_support_each_other(sprinkler) -> None:
    found = conflict(mb.compile(sprinkler, "exact"), {"rain": Observed("yes"), "wet": Observed("yes")})
    assert found.value < 0
    assert "support each other" in found.text
    assert "times more probable" in found.parts[0].says


def test_observations_that_are_at_odds(sprinkler) -> None:
    found = conflict(mb.compile(sprinkler, "exact"), {"rain": Observed("yes"), "cloudy": Observed("no")})
    assert found.value == pytest.approx(math.log(0.5 * 0.5 / (0.5 * 0.2)))
    assert "2.5 times less probable" in found.text


def test_a_belief_that_is_set_counts_as_its_likelihood(sprinkler) -> None:
    engine = mb.compile(sprinkler, "exact")
    evidence = {"rain": Belief((0.1, 0.9)), "wet": Observed("yes")}
    same = settled(engine, evidence)
    found = engine.infer(same).marginals
    for id, marginal in engine.infer(evidence).marginals.items():
        np.testing.assert_allclose(found[id].probabilities, marginal.probabilities, atol=1e-9)
    assert math.isfinite(conflict(engine, evidence).value)


def test_nothing_and_one(sprinkler) -> None:
    engine = mb.compile(sprinkler, "exact")
    assert conflict(engine, {}).text == "Nothing is observed."
    assert "cannot contradict itself" in conflict(engine, {"wet": Observed("yes")}).text


def test_observations_that_balance_are_not_called_unrelated() -> None:
    """P(a, b) is 1.6 times P(a) P(b), and P(c, d) as many times less than P(c) P(d)."""
    alike, apart = [[0.8, 0.2], [0.2, 0.8]], [[0.3125, 0.6875], [0.6875, 0.3125]]
    model = FactorGraph(
        tuple(map(boolean, "abcd")),
        (Factor("f", "table", ("a", "b"), {"values": alike}), Factor("g", "table", ("c", "d"), {"values": apart})),
    )
    found = conflict(mb.compile(model, "exact"), {id: Observed("yes") for id in "abcd"})
    assert found.value == pytest.approx(0.0, abs=1e-9)
    assert found.text.startswith("On the whole")


def test_a_likelihood_alone_has_no_probability(sprinkler) -> None:
    found = conflict(mb.compile(sprinkler, "exact"), {"rain": Likelihood((3.0, 5.0))})
    assert "has no probability" in found.parts[0].says


def test_observations_stand_in_quotes(sprinkler) -> None:
    found = conflict(mb.compile(sprinkler, "exact"), {"rain": Observed("yes"), "wet": Observed("yes")})
    assert "make “Rain = yes”" in " ".join(part.says for part in found.parts)
