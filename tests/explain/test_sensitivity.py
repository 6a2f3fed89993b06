"""What the answer hangs on: slopes against finite differences, ends and flips against changed models."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

import mbml_core as mb
from mbml_core.errors import UnsupportedQuery
from mbml_core.explain.parameters import parameters_of
from mbml_core.explain.sensitivity import sensitivity
from mbml_core.factors import kind_of, to_dense
from mbml_core.model import (
    Categorical,
    ExcludedState,
    Factor,
    FactorGraph,
    Likelihood,
    Observed,
    Variable,
    boolean,
)
from tests.explain.evidence import brute, is_possible, some_evidence
from tests.strategies import SEEDS, any_graph


def changed(model: FactorGraph, factor: str, table: np.ndarray) -> FactorGraph:
    """The model with other values in one factor."""
    return replace(
        model,
        factors=tuple(
            Factor(f.id, "table", f.scope, {"values": table}) if f.id == factor else f for f in model.factors
        ),
    )


def case(seed: int):
    source = np.random.default_rng(seed)
    model = any_graph(source)
    evidence = some_evidence(source, model, 2)
    free = [v for v in model.variables if v.id not in evidence and v.size > 1]
    return (model, evidence, free[0]) if free and is_possible(model, evidence) else (None, None, None)


@settings(max_examples=60)
@given(seed=SEEDS)
def test_slopes_ends_and_flips_are_those_of_the_changed_model(seed: int) -> None:
    model, evidence, target = case(seed)
    if model is None:
        return
    state = target.states[-1]
    found = sensitivity(mb.compile(model, "exact"), evidence, target.id, state, 0.4)
    by_name = {(p.factor, p.text): p for factor in model.factors for p in parameters_of(model, factor)}

    def answer(influence, theta):
        table = by_name[influence.factor, influence.name].table(theta)
        return float(brute(changed(model, influence.factor, table), evidence)[target.id][-1])

    for influence in found.influences[:6]:
        assert influence.at_lower == pytest.approx(answer(influence, influence.lower), abs=1e-7)
        assert influence.at_upper == pytest.approx(answer(influence, influence.upper), abs=1e-7)
        most = by_name[influence.factor, influence.name].most
        h = 1e-6 * max(influence.value, 1e-3)
        if h < influence.value < most - h:
            ends = [answer(influence, influence.value + side * h) for side in (1, -1)]
            difference = (ends[0] - ends[1]) / (2 * h)
            assert influence.slope == pytest.approx(difference, rel=1e-3, abs=1e-5)
    for influence in found.flips[:4]:
        assert influence.flip is not None
        assert answer(influence, influence.flip) == pytest.approx(0.4, abs=1e-6)


@given(seed=SEEDS)
def test_a_parameter_gives_back_the_factor_at_its_own_value(seed: int) -> None:
    model = any_graph(np.random.default_rng(seed))
    for factor in model.factors:
        sizes = tuple(v.size for v in model.domains(factor))
        dense = to_dense(kind_of(factor).lower(factor, model.domains(factor)), sizes)
        for parameter in parameters_of(model, factor):
            np.testing.assert_allclose(parameter.table(parameter.value), dense, atol=1e-12)


def test_rows_of_conditional_tables_keep_their_sum(sprinkler) -> None:
    for factor in sprinkler.factors:
        for parameter in parameters_of(sprinkler, factor):
            axis = factor.scope.index(kind_of(factor).child(factor))
            np.testing.assert_allclose(parameter.table(0.37).sum(axis=axis), 1.0)


def test_words_on_the_sprinkler(sprinkler) -> None:
    found = sensitivity(mb.compile(sprinkler, "exact"), {"wet": Observed("yes")}, "rain", "yes")
    assert found.probability == pytest.approx(0.7079276773)
    assert found.text.startswith("P(Rain = yes) = 0.7079 hangs most on P(")
    assert all("Rain = yes" in influence.text for influence in found.influences)
    assert found.flips[0].flip_text.endswith("fall below 0.5.")


def test_what_the_evidence_cuts_off_has_no_influence(sprinkler) -> None:
    found = sensitivity(mb.compile(sprinkler, "exact"), {"cloudy": Observed("yes")}, "rain", "yes")
    assert {influence.factor for influence in found.influences} == {"f_rain"}


def test_nothing_moves_what_is_seen(sprinkler) -> None:
    with pytest.raises(UnsupportedQuery, match="Rain is observed"):
        sensitivity(mb.compile(sprinkler, "exact"), {"rain": Observed("yes")}, "rain")


def test_progress_is_told(sprinkler) -> None:
    told = []
    sensitivity(mb.compile(sprinkler, "exact"), {}, "rain", progress=lambda done, all: told.append((done, all)))
    assert told == [(k, 4) for k in range(4)]


def two_states() -> FactorGraph:
    return FactorGraph((boolean("a", "A"),), (Factor("f", "prior", ("a",), {"probabilities": [0.6, 0.4]}),))


def test_soft_evidence_about_the_target_itself_counts() -> None:
    evidence = {"a": Likelihood((1.0, 2.0))}
    found = sensitivity(mb.compile(two_states(), "exact"), evidence, "a", "yes")
    (influence,) = found.influences
    assert found.probability == pytest.approx(0.8 / 1.4)
    assert influence.at_upper == pytest.approx(1.0 / 1.5)
    assert influence.flip == pytest.approx(1 / 3)


def test_a_state_that_was_ruled_out_stays_so() -> None:
    engine = mb.compile(FactorGraph((Variable("x", Categorical(("0", "1", "2"))),), ()), "exact")
    with pytest.raises(UnsupportedQuery, match="x = 1 is ruled out"):
        sensitivity(engine, {"x": ExcludedState("1")}, "x", "1")


def test_evidence_that_is_all_but_impossible_does_not_cancel_to_nothing() -> None:
    """P(a = yes) = 1 here: 1 − θ is 0, and the likelihood of a = yes is lost beside that of a = no."""
    model = FactorGraph(
        (boolean("a"), boolean("b")),
        (
            Factor("f", "prior", ("a",), {"probabilities": [0.0, 1.0]}),
            Factor("g", "table", ("a", "b"), {"values": [[0.5, 0.5], [0.2, 0.8]], "child": "b"}),
        ),
    )
    found = sensitivity(mb.compile(model, "exact"), {"a": Likelihood((1.0, 1e-300))}, "b", "yes")
    assert found.probability == pytest.approx(0.8)
    (other,) = [influence for influence in found.influences if influence.factor == "g"]
    assert (other.at_lower, other.slope) == (pytest.approx(0.7), pytest.approx(1.0))


def test_a_zero_of_a_free_potential_is_moved_too() -> None:
    model = FactorGraph((boolean("a"),), (Factor("f", "table", ("a",), {"values": [2.0, 0.0]}),))
    found = sensitivity(mb.compile(model, "exact"), {}, "a", "yes")
    captions = [influence.text for influence in found.influences]
    assert captions == ["f(a = yes) is 0. For P(a = yes): at 0.2 it is 0.0909."]


def test_a_flip_close_by_is_told_apart_from_the_number() -> None:
    model = FactorGraph((boolean("a"),), (Factor("f", "prior", ("a",), {"probabilities": [0.500001, 0.499999]}),))
    found = sensitivity(mb.compile(model, "exact"), {}, "a", "yes")
    assert found.flips[0].flip_text.startswith("Raised from 0.499999 to 0.5, ")


def test_factors_that_are_too_large_are_said_to_be_left_aside() -> None:
    ids = [f"x{i}" for i in range(13)]
    wide = Factor("f", "table", tuple(ids), {"values": np.random.default_rng(0).uniform(1, 2, (2,) * 13)})
    found = sensitivity(mb.compile(FactorGraph(tuple(map(boolean, ids)), (wide,)), "exact"), {}, "x0")
    assert found.text.endswith("(1 factor of more than 4,096 numbers left aside.)")
