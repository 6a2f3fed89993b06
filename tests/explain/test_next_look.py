"""What to look at next, against the definition by enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

import mbml_core as mb
from mbml_core.errors import UnsupportedQuery
from mbml_core.explain.next_look import entropy, next_look
from mbml_core.model import Belief, Factor, FactorGraph, Observed, boolean
from tests.explain.evidence import brute, is_possible, some_evidence
from tests.strategies import SEEDS, any_graph


def gain_by_definition(model, evidence, target, other):
    """H(T | e) − Σ_x P(x | e) H(T | x, e), one query for each state."""
    now = brute(model, evidence)
    left = 0.0
    for state, p in zip(model.variable(other).states, now[other], strict=True):
        if p > 0:
            left += p * entropy(brute(model, {**evidence, other: Observed(state)})[target])
    return entropy(now[target]) - left


@given(seed=SEEDS)
def test_gains_are_expected_reductions_of_entropy(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = any_graph(source)
    evidence = {id: seen for id, seen in some_evidence(source, model, 2).items() if isinstance(seen, Observed)}
    free = [v.id for v in model.variables if v.id not in evidence]
    if not free or not is_possible(model, evidence):
        return
    target = free[0]
    found = next_look(mb.compile(model, "exact"), evidence, target)
    assert found.bits == pytest.approx(entropy(brute(model, evidence)[target]), abs=1e-9)
    assert sorted(look.variable for look in found.looks) == sorted(free[1:])
    for look in found.looks:
        expected = gain_by_definition(model, evidence, target, look.variable)
        assert look.gain == pytest.approx(expected, abs=1e-8)
        for outcome in look.outcomes:
            if outcome.probability > 1e-12:
                after = brute(model, {**evidence, look.variable: Observed(outcome.state)})[target]
                np.testing.assert_allclose(outcome.target, after, atol=1e-9)
    assert [look.gain for look in found.looks] == sorted((look.gain for look in found.looks), reverse=True)


@given(seed=SEEDS)
def test_soft_evidence_keeps_its_part(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = any_graph(source)
    evidence = some_evidence(source, model, 3)
    free = [v.id for v in model.variables if v.id not in evidence]
    if len(free) < 2 or not is_possible(model, evidence):
        return
    found = next_look(mb.compile(model, "exact"), evidence, free[0])
    for look in found.looks:
        if look.variable in free:
            expected = gain_by_definition(model, evidence, free[0], look.variable)
            assert look.gain == pytest.approx(expected, abs=1e-8)


def test_a_belief_that_is_set_counts_as_the_likelihood_behind_it(sprinkler) -> None:
    engine = mb.compile(sprinkler, "exact")
    found = next_look(engine, {"wet": Belief((0.3, 0.7))}, "rain")
    belief = engine.infer({"wet": Belief((0.3, 0.7))}).marginals["rain"].probabilities
    np.testing.assert_allclose(found.belief, belief, atol=1e-9)
    wet = next(look for look in found.looks if look.variable == "wet")
    np.testing.assert_allclose([o.probability for o in wet.outcomes], [0.3, 0.7], atol=1e-9)


def test_the_sprinkler(sprinkler) -> None:
    found = next_look(mb.compile(sprinkler, "exact"), {"wet": Observed("yes")}, "rain")
    assert found.looks[0].variable == "sprinkler"
    assert "Look at Sprinkler next" in found.text
    assert "% of the doubt about Rain" in found.looks[0].text


def test_nothing_can_be_learned_about_what_is_seen(sprinkler) -> None:
    with pytest.raises(UnsupportedQuery, match="Rain is observed"):
        next_look(mb.compile(sprinkler, "exact"), {"rain": Observed("yes")}, "rain")


def test_what_is_independent_tells_nothing(sprinkler) -> None:
    found = next_look(mb.compile(sprinkler, "exact"), {"cloudy": Observed("yes")}, "rain")
    sprinkler_look = next(look for look in found.looks if look.variable == "sprinkler")
    assert sprinkler_look.gain == 0.0
    assert sprinkler_look.text == "Sprinkler would tell nothing about Rain now."


def test_loops_are_never_called_exact(sprinkler) -> None:
    found = next_look(mb.compile(sprinkler, "bp"), {"wet": Observed("yes")}, "rain")
    assert not found.is_exact
    assert "about" in found.text.split("Rain")[1]


def test_a_state_that_loopy_beliefs_allow_and_messages_exclude_is_refused() -> None:
    """No three states differ from each other: the messages find out only where one of them is seen."""
    differ = {"values": [[0.0, 1.0], [1.0, 0.0]]}
    ring = tuple(Factor(a + b, "table", (a, b), differ) for a, b in ("ab", "bc", "ca"))
    engine = mb.compile(FactorGraph(tuple(map(boolean, "abc")), ring), "bp")
    with pytest.raises(UnsupportedQuery, match="contradicts itself about a"):
        next_look(engine, {}, "a")


def test_one_bit_is_singular(sprinkler) -> None:
    found = next_look(mb.compile(sprinkler, "exact"), {}, "cloudy")
    assert found.text.startswith("The doubt about Cloudy is 1 bit. ")
