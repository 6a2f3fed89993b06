"""Doing beside seeing, against truncated factorisations written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings

import mbml_core as mb
from mbml_core.distributions.semiring import log_sum_exp
from mbml_core.errors import ImpossibleEvidence, InvalidModel
from mbml_core.explain.arrows import Arrows
from mbml_core.explain.intervene import Cut, Intervention, intervene, mutilated
from mbml_core.explain.plain import plain
from mbml_core.factors import check_graph
from mbml_core.inference import enumeration
from mbml_core.model import Factor, FactorGraph, Likelihood, Observed, boolean, resolve_evidence, weights
from tests.strategies import SEEDS, directed_graph


def conditional(id: str, scope: str, values: Any) -> Factor:
    return Factor(id, "table", tuple(scope), {"values": values, "child": scope[-1]})


CONFOUNDED = FactorGraph(
    (boolean("z", "Stone"), boolean("x", "Treatment"), boolean("y", "Success")),
    (
        conditional("fz", "z", [0.51, 0.49]),
        conditional("fx", "zx", [[0.25, 0.75], [0.77, 0.23]]),
        conditional("fy", "zxy", [[[0.07, 0.93], [0.13, 0.87]], [[0.27, 0.73], [0.31, 0.69]]]),
    ),
)


def done(graph: FactorGraph, setting: dict[str, Any], evidence: dict[str, Any] | None = None) -> Intervention:
    return intervene(mb.compile(graph, "exact"), setting, evidence or {})


def truncated(graph: FactorGraph, states: dict[str, str], evidence: dict[str, Any]) -> np.ndarray:
    """Π over the factors that make what was not set, at what was set, times the likelihood of the rest."""
    made_by = Arrows.of(graph).made_by
    gone = {made_by[id] for id in states if id in made_by}
    rest = FactorGraph(graph.variables, tuple(f for f in graph.factors if f.id not in gone))
    given = {id: seen for id, seen in resolve_evidence(graph, evidence).items() if id not in states}
    fixed = {graph.variable_index[id]: weights(seen, graph.variable(id).states) for id, seen in given.items()}
    for id, state in states.items():
        fixed[graph.variable_index[id]] = weights(Observed(state), graph.variable(id).states)
    logs = enumeration.log_joint(rest, fixed)
    total = log_sum_exp(logs, tuple(range(logs.ndim)))
    table: np.ndarray = np.exp(logs - total) if np.isfinite(total) else np.zeros(logs.shape)
    return table


@settings(max_examples=80)
@given(SEEDS)
def test_beliefs_under_doing_are_those_of_the_truncated_factorisation(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source, most=6)
    ids = source.permutation([v.id for v in graph.variables]).tolist()
    states = {id: str(source.choice(graph.variable(id).states)) for id in ids[: int(source.integers(1, 3))]}
    evidence: dict[str, Any] = {}
    for variable in graph.variables:
        if source.random() < 0.25:
            evidence[variable.id] = str(source.choice(variable.states))
        elif source.random() < 0.15:
            evidence[variable.id] = Likelihood(tuple(source.uniform(0.1, 1, variable.size).tolist()))
    table = truncated(graph, states, evidence)
    assume(table.any())
    found = done(graph, states, evidence)
    assert found.is_exact
    assert [effect.variable for effect in found.effects] == [v.id for v in graph.variables if v.id not in states]
    for effect in found.effects:
        axis = graph.variable_index[effect.variable]
        others = tuple(i for i in range(table.ndim) if i != axis)
        assert effect.done == pytest.approx(table.sum(axis=others), abs=1e-9)


@settings(max_examples=40)
@given(SEEDS)
def test_seeing_is_what_inference_says_and_the_difference_their_distance(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source, with_zeros=False, most=6)
    variable = graph.variables[int(source.integers(len(graph.variables)))]
    state = str(source.choice(variable.states))
    found = done(graph, {variable.id: state})
    if not found.is_seeing_possible:
        return
    seen = mb.infer(graph, {variable.id: state}).marginals
    for effect in found.effects:
        assert effect.seen == pytest.approx(seen[effect.variable].probabilities)
        assert effect.difference == pytest.approx(np.abs(np.subtract(effect.seen, effect.done)).sum() / 2)


@settings(max_examples=40)
@given(SEEDS)
def test_a_mutilated_model_is_sound_and_only_loses_the_edges_that_are_cut(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source)
    id = graph.variables[int(source.integers(len(graph.variables)))].id
    world = mutilated(graph, {id: 0})
    assert check_graph(world.model) == []
    before = {(f.id, v) for f in graph.factors for v in f.scope}
    after = {(f.id, v) for f in world.model.factors for v in f.scope}
    assert before - after == {(cut.factor, cut.variable) for cut in world.cuts}
    assert Arrows.of(world.model).parents[id] == ()
    assert world.model.variables == graph.variables


def test_seeing_and_doing_part_where_there_is_a_common_cause() -> None:
    found = done(CONFOUNDED, {"x": "yes"})
    assert found.cuts == (Cut("fx", "z"),)
    (stone, success) = found.effects
    assert stone.done == pytest.approx((0.51, 0.49))
    assert success.done[1] == pytest.approx(0.51 * 0.87 + 0.49 * 0.69)
    p = 0.51 * 0.75 + 0.49 * 0.23
    assert success.seen[1] == pytest.approx((0.51 * 0.75 * 0.87 + 0.49 * 0.23 * 0.69) / p)
    assert found.sentence.startswith("After seeing Treatment = yes, Success = yes has probability")
    assert "; 1 more belief differs. Seeing Treatment also tells about what made it so" in found.sentence


def test_seeing_may_speak_for_one_setting_and_doing_for_another() -> None:
    found = done(CONFOUNDED, {"x": "no"}).contrast
    assert found is not None
    assert (found.variable, found.state, found.is_reversed) == ("y", "yes", True)
    for row in found.rows:
        other = done(CONFOUNDED, {"x": row.setting}).effects[1]
        assert (row.seen, row.done) == pytest.approx((other.seen[1], other.done[1]))
    assert found.sentence.startswith("Seen, Success = yes is most probable with yes (")
    assert "; done, with no (" in found.sentence


def test_a_contrast_needs_one_setting_and_a_difference() -> None:
    assert done(CONFOUNDED, {"z": "yes"}).contrast is None
    assert done(CONFOUNDED, {"x": "yes", "y": "yes"}).contrast is None


@settings(max_examples=30)
@given(SEEDS)
def test_a_contrast_tells_what_each_setting_alone_would(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source, with_zeros=False, most=5)
    for id in graph.variable_index:
        contrast = done(graph, {id: 0}).contrast
        if contrast is None:
            continue
        place = graph.variable(contrast.variable).domain.position[contrast.state]
        for row in contrast.rows:
            alone = {effect.variable: effect for effect in done(graph, {id: row.setting}).effects}
            assert row.done == pytest.approx(alone[contrast.variable].done[place])
            assert row.seen == pytest.approx(alone[contrast.variable].seen[place])


def test_where_nothing_makes_it_seeing_is_doing() -> None:
    found = done(CONFOUNDED, {"z": "yes"})
    assert found.cuts == ()
    assert max(effect.difference for effect in found.effects) == pytest.approx(0)
    assert found.sentence == ("Nothing in the drawing makes Stone, so nothing is cut: seeing is doing here.")


def test_several_can_be_set_and_their_edges_are_cut() -> None:
    found = done(CONFOUNDED, {"x": "no", "y": "yes"})
    assert found.cuts == (Cut("fx", "z"), Cut("fy", "z"), Cut("fy", "x"))
    assert found.effects[0].done == pytest.approx((0.51, 0.49))


def test_an_observation_of_what_is_set_is_left_aside() -> None:
    found = done(CONFOUNDED, {"x": "yes"}, {"x": "no", "y": "yes"})
    assert found.effects[0].done == pytest.approx(done(CONFOUNDED, {"x": "yes"}, {"y": "yes"}).effects[0].done)
    assert found.sentence.endswith("What was observed of Treatment is left aside: setting it overrides it.")


def test_what_cannot_be_seen_can_be_done() -> None:
    never = FactorGraph(
        CONFOUNDED.variables,
        (CONFOUNDED.factors[0], conditional("fx", "zx", [[1, 0], [1, 0]]), CONFOUNDED.factors[2]),
    )
    found = done(never, {"x": "yes"})
    assert not found.is_seeing_possible
    assert found.effects[1].seen == ()
    assert found.effects[1].done[1] == pytest.approx(0.51 * 0.87 + 0.49 * 0.69)
    assert found.sentence == "Treatment = yes cannot be seen with the rest of the evidence, but it can be done."
    assert plain(found)["effects"][0]["seen"] == []


def test_evidence_that_cannot_be_after_the_intervention_is_impossible() -> None:
    copy = FactorGraph((boolean("a"), boolean("b")), (conditional("fb", "ab", [[1, 0], [0, 1]]),))
    with pytest.raises(ImpossibleEvidence):
        done(copy, {"a": "yes"}, {"b": "no"})


def test_free_potentials_refuse_with_a_reason() -> None:
    ring = FactorGraph(
        (boolean("a", "A"), boolean("b", "B")), (Factor("t", "table", ("a", "b"), {"values": [[2, 1], [1, 2]]}),)
    )
    with pytest.raises(InvalidModel) as refusal:
        done(ring, {"a": "yes"})
    (problem,) = refusal.value.problems
    assert problem.where == "t"
    assert problem.what == "'A' cannot be set: no arrow says what makes it, since the factor 't' has no direction"
    assert "name the child" in problem.remedy


def test_two_factors_with_the_same_child_refuse() -> None:
    twice = FactorGraph(
        (boolean("a"),), tuple(Factor(id, "prior", ("a",), {"probabilities": [0.5, 0.5]}) for id in "fg")
    )
    with pytest.raises(InvalidModel) as refusal:
        done(twice, {"a": "yes"})
    assert "one factor only" in refusal.value.problems[0].remedy


def test_free_potentials_elsewhere_stay() -> None:
    tied = FactorGraph(
        (*CONFOUNDED.variables, boolean("w")),
        (*CONFOUNDED.factors, Factor("t", "table", ("y", "w"), {"values": [[5, 1], [1, 5]]})),
    )
    table = truncated(tied, {"x": "yes"}, {"w": "yes"})
    assert done(tied, {"x": "yes"}, {"w": "yes"}).effects[0].done == pytest.approx(table.sum(axis=(1, 2, 3)))


@pytest.mark.parametrize(
    "setting", [{}, {"nobody": "yes"}, {"x": "maybe"}, {"x": 5}, {"x": {"not": "yes"}}, {"x": [0.5, 0.5]}]
)
def test_only_states_can_be_set(setting: dict[str, Any]) -> None:
    with pytest.raises(InvalidModel):
        done(CONFOUNDED, setting)


def test_on_loops_belief_propagation_says_about() -> None:
    found = intervene(mb.compile(CONFOUNDED, "bp"), {"x": "yes"}, {})
    assert not found.is_exact
    assert "about" in found.sentence


def test_the_name_of_a_factor_is_not_taken_twice() -> None:
    lone = FactorGraph((boolean("a"), boolean("do_a")))
    assert len({f.id for f in mutilated(lone, {"a": "no", "do_a": "no"}).model.factors}) == 2


def test_several_settings_are_joined_by_and(sprinkler: FactorGraph) -> None:
    found = intervene(mb.compile(sprinkler, "exact"), {"sprinkler": "yes", "rain": "yes"}, {"rain": "yes"})
    assert found.sentence.startswith("After seeing Sprinkler = yes and Rain = yes, Cloudy = ")
    assert "what made them so; setting them tells" in found.sentence
    assert "What was observed of Rain is left aside: setting it overrides it." in found.sentence
