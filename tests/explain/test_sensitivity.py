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
from mbml_core.model import Factor, FactorGraph, Observed
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
