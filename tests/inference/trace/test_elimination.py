"""Variable elimination told step by step: every step recomputes, and the last one is the belief."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import mbml_core as mb
from mbml_core.errors import ImpossibleEvidence, UnsupportedQuery
from mbml_core.inference import enumeration
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Status
from mbml_core.inference.trace import DrawnGraph, Trace, TraceOptions, cost_of, recorded, replay, replayed
from mbml_core.model import Factor, FactorGraph, Likelihood, boolean
from tests.strategies import SEEDS, any_graph, directed_graph, table, variables

SAMPLES = Path(__file__).parents[3] / "sample_graphs"


def eliminated(
    model: FactorGraph,
    evidence: Mapping[str, object] | None = None,
    root: str | None = None,
    is_pruned: bool = False,
) -> Trace:
    graph = DrawnGraph.of(model, Observations.of(model, evidence or {}))
    return recorded(graph, "elimination", TraceOptions(root=root, is_pruned=is_pruned))


def some_evidence(model: FactorGraph, source: np.random.Generator) -> dict[str, object]:
    """Hard, soft and no evidence in turn."""
    found: dict[str, object] = {}
    for variable in model.variables:
        choice = source.random()
        if choice < 0.25:
            found[variable.id] = int(source.integers(variable.size))
        elif choice < 0.4:
            found[variable.id] = Likelihood(tuple(source.uniform(0.1, 1.0, variable.size)))
    return found


def chain(length: int) -> FactorGraph:
    values = np.array([[0.9, 0.1], [0.2, 0.8]])
    links = [table(f"f{i}", (f"v{i}", f"v{i + 1}"), values) for i in range(length - 1)]
    return FactorGraph(variables([2] * length), (table("p", ("v0",), np.array([0.5, 0.5])), *links))


@given(SEEDS)
@settings(max_examples=120, deadline=None)
def test_the_last_step_is_the_belief_by_enumeration(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = any_graph(source)
    evidence = some_evidence(model, source)
    target = model.variables[int(source.integers(len(model.variables)))].id
    try:
        expected = enumeration.marginals(model, Observations.of(model, evidence).fixed).beliefs
    except ImpossibleEvidence:
        with pytest.raises(ImpossibleEvidence):
            eliminated(model, evidence, target)
        return
    place = model.variable_index[target]
    for is_pruned in (False, True):
        trace = eliminated(model, evidence, target, is_pruned)
        assert trace.ending.status is Status.EXACT
        assert replay(trace.steps).keys() == {target}
        np.testing.assert_allclose(replay(trace.steps)[target], expected[place], atol=1e-10)
        for step in trace.steps:
            if step.operation is not None and not step.operation.hidden:
                np.testing.assert_allclose(replayed(step.operation), step.operation.result.values, rtol=1e-9)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_every_variable_is_observed_left_out_or_eliminated_once(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = directed_graph(source, with_zeros=False)
    evidence = some_evidence(model, source)
    trace = eliminated(model, evidence, is_pruned=True)
    gone = [id for s in trace.steps if s.kind in ("barren", "separated", "eliminate") for id in s.scope]
    assert len(gone) == len(set(gone))
    known = {id for id in trace.graph.known if id not in gone}
    assert {*gone, *known, model.variables[0].id} == set(model.variable_index)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_pruning_costs_nothing_and_leaves_no_more_to_do(seed: int) -> None:
    model = directed_graph(np.random.default_rng(seed))
    whole, part = eliminated(model), eliminated(model, is_pruned=True)
    assert cost_of(part.steps).multiplications <= cost_of(whole.steps).multiplications


def test_sprinkler_is_walked_as_on_paper() -> None:
    trace = eliminated(mb.load(SAMPLES / "sprinkler.json"), {"wet": "yes"}, "rain")
    assert [step.kind for step in trace.steps] == ["observe", "eliminate", "eliminate", "belief"]
    first = trace.steps[1]
    assert first.scope == ("cloudy",)
    assert first.operation is not None
    assert [t.name for t in first.operation.inputs] == ["f_cloudy", "f_sprinkler", "f_rain"]
    assert (first.operation.result.name, first.operation.result.scope) == ("τ₁", ("sprinkler", "rain"))
    assert replay(trace.steps)["rain"][1] == pytest.approx(0.7079, abs=5e-5)
    assert trace.ending.schedule == "min-fill"


def test_fill_in_links_are_those_that_were_missing() -> None:
    """A ring of five: the first elimination closes a triangle, and so does the second; then nothing is missing."""
    factors = [table(f"f{i}", (f"v{i}", f"v{(i + 1) % 5}"), np.array([[2.0, 1.0], [1.0, 3.0]])) for i in range(5)]
    trace = eliminated(FactorGraph(variables([2] * 5), tuple(factors)), root="v4")
    assert [step.links for step in trace.steps if step.kind == "eliminate"] == [
        (("v1", "v4"),),
        (("v2", "v4"),),
        (),
        (),
    ]


def test_on_a_chain_nothing_is_filled_in_from_both_ends() -> None:
    trace = eliminated(chain(9), root="v4")
    assert not any(step.links for step in trace.steps)
    assert cost_of(trace.steps).largest == 4


def test_barren_and_separated_variables_are_left_out_with_their_tables() -> None:
    trace = eliminated(chain(7), {"v2": 0}, "v4", is_pruned=True)
    assert [(s.kind, s.scope) for s in trace.steps[:2]] == [
        ("barren", ("v6", "v5")),
        ("separated", ("v0", "v1")),
    ]
    assert [s.scope for s in trace.steps if s.kind == "eliminate"] == [("v3",)]


def test_a_potential_that_does_not_sum_to_a_constant_is_not_barren() -> None:
    model = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.array([[3.0, 1.0], [1.0, 1.0]])),))
    assert replay(eliminated(model, is_pruned=True).steps)["v0"] == pytest.approx([2 / 3, 1 / 3])


def test_a_known_target_is_what_was_seen() -> None:
    for is_pruned in (False, True):
        trace = eliminated(mb.load(SAMPLES / "sprinkler.json"), {"wet": "yes"}, "wet", is_pruned)
        assert replay(trace.steps)["wet"].tolist() == [0.0, 1.0]


def test_a_long_chain_of_small_numbers_stays_in_range() -> None:
    links = [table(f"f{i}", (f"v{i}", f"v{i + 1}"), np.array([[2e-50, 1e-50], [1e-50, 1e-50]])) for i in range(30)]
    trace = eliminated(FactorGraph(variables([2] * 31), tuple(links)), root="v30")
    assert any(step.operation is not None and step.operation.scale < 1e-90 for step in trace.steps[:-1])
    assert replay(trace.steps)["v30"].sum() == pytest.approx(1.0)


def test_what_cannot_be_written_out_is_refused_with_a_remedy() -> None:
    n = 14
    star = [table(f"f{i}", ("v0", f"v{i}"), np.ones((2, 2))) for i in range(1, n)]
    ring = [table(f"g{i}{k}", (f"v{i}", f"v{k}"), np.ones((2, 2))) for i in range(1, n) for k in range(1, i)]
    with pytest.raises(UnsupportedQuery, match="observe variables"):
        eliminated(FactorGraph(variables([2] * n), (*star, *ring)))
    many = tuple(boolean(f"v{i}") for i in range(14))
    gate = Factor("g", "xor", tuple(v.id for v in many), {"child": "v0"})
    with pytest.raises(UnsupportedQuery, match="belief propagation"):
        eliminated(FactorGraph(many, (gate,)))


def test_a_variable_in_no_table_has_nothing_to_be_summed() -> None:
    (step, last) = eliminated(FactorGraph(variables([2, 3]), ())).steps
    assert (step.kind, step.scope, step.operation) == ("eliminate", ("v1",), None)
    assert replay([step, last])["v0"].tolist() == [0.5, 0.5]


def test_without_variables_there_are_no_steps() -> None:
    assert eliminated(FactorGraph((), ())).steps == ()
