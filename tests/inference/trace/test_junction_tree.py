"""The junction tree told step by step: a sound tree, steps that recompute, and exact beliefs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

import mbml_core as mb
from mbml_core.errors import ImpossibleEvidence, UnsupportedQuery
from mbml_core.inference import enumeration
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Status
from mbml_core.inference.trace import DrawnGraph, Step, Trace, TraceOptions, recorded, replay, replayed
from mbml_core.model import FactorGraph
from tests.inference.trace.test_elimination import chain, some_evidence
from tests.strategies import SEEDS, any_graph, loopy_graphs, table, variables

SAMPLES = Path(__file__).parents[3] / "sample_graphs"


def calibrated(model: FactorGraph, evidence: Mapping[str, object] | None = None, root: str | None = None) -> Trace:
    graph = DrawnGraph.of(model, Observations.of(model, evidence or {}))
    return recorded(graph, "junction_tree", TraceOptions(root=root))


def of_kind(trace: Trace, kind: str) -> list[Step]:
    return [step for step in trace.steps if step.kind == kind]


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_beliefs_are_those_by_enumeration_and_every_step_recomputes(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = any_graph(source)
    evidence = some_evidence(model, source)
    root = model.variables[int(source.integers(len(model.variables)))].id
    try:
        expected = enumeration.marginals(model, Observations.of(model, evidence).fixed).beliefs
    except ImpossibleEvidence:
        with pytest.raises(ImpossibleEvidence):
            calibrated(model, evidence, root)
        return
    trace = calibrated(model, evidence, root)
    assert trace.ending.status is Status.EXACT
    found = replay(trace.steps)
    for variable, belief in zip(model.variables, expected, strict=True):
        np.testing.assert_allclose(found[variable.id], belief, atol=1e-10)
    for step in trace.steps:
        if step.operation is not None and not step.operation.hidden:
            np.testing.assert_allclose(replayed(step.operation), step.operation.result.values, rtol=1e-9)


@given(loopy_graphs())
@settings(max_examples=80, deadline=None)
def test_cliques_hold_every_table_and_hang_together(model: FactorGraph) -> None:
    trace = calibrated(model)
    cliques = {step.neighbours[0]: set(step.scope) for step in of_kind(trace, "clique")}
    for factor in model.factors:
        assert any(clique.issuperset(factor.scope) for clique in cliques.values())
    assert not any(a <= b or b <= a for a, b in combinations(cliques.values(), 2))
    tree = nx.Graph()
    tree.add_nodes_from(cliques)
    for step in of_kind(trace, "separator"):
        a, b = step.neighbours
        assert set(step.scope) == cliques[a] & cliques[b] != set()
        tree.add_edge(a, b)
    assert nx.is_forest(tree)
    for variable in model.variables:
        holding = [number for number, clique in cliques.items() if variable.id in clique]
        assert nx.is_connected(tree.subgraph(holding))


@given(loopy_graphs())
@settings(max_examples=80, deadline=None)
def test_moral_and_fill_in_links_give_a_chordal_graph_with_these_cliques(model: FactorGraph) -> None:
    trace = calibrated(model)
    graph = nx.Graph()
    graph.add_nodes_from(model.variable_index)
    for step in trace.steps:
        for a, b in step.links:
            assert not graph.has_edge(a, b)
            graph.add_edge(a, b)
    assert nx.is_chordal(graph)
    cliques = {frozenset(step.scope) for step in of_kind(trace, "clique")}
    assert cliques == {frozenset(clique) for clique in nx.find_cliques(graph)}


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_a_variable_shows_its_belief_as_soon_as_its_clique_knows_all(seed: int) -> None:
    model = any_graph(np.random.default_rng(seed))
    try:
        trace = calibrated(model)
    except ImpossibleEvidence:
        return
    final = replay(trace.steps)
    for step in trace.steps:
        for id, belief in step.beliefs.items():
            np.testing.assert_allclose(belief, final[id], atol=1e-10)


def test_sprinkler_has_two_cliques() -> None:
    trace = calibrated(mb.load(SAMPLES / "sprinkler.json"), {"wet": "yes"}, "rain")
    assert [s.scope for s in of_kind(trace, "clique")] == [
        ("cloudy", "sprinkler", "rain"),
        ("sprinkler", "rain", "wet"),
    ]
    assert [(s.scope, s.neighbours) for s in of_kind(trace, "separator")] == [(("sprinkler", "rain"), (1, 2))]
    assert [s.links for s in of_kind(trace, "moral_links")] == [
        (("cloudy", "sprinkler"),),
        (("cloudy", "rain"),),
        (("sprinkler", "rain"), ("sprinkler", "wet"), ("rain", "wet")),
    ]
    assert [s.operation.result.name for s in of_kind(trace, "collect") if s.operation] == ["δ(C2 → C1)"]
    assert replay(trace.steps)["rain"][1] == pytest.approx(0.7079, abs=5e-5)
    assert replay(trace.steps)["cloudy"][1] == pytest.approx(0.5758, abs=5e-5)


def test_messages_are_collected_to_the_root_and_come_back() -> None:
    trace = calibrated(chain(6), root="v3")
    collected = [s.neighbours for s in of_kind(trace, "collect")]
    assert [s.neighbours for s in of_kind(trace, "distribute")] == [(b, a) for a, b in reversed(collected)]
    (last,) = {receiver for _, receiver in collected} - {sender for sender, _ in collected}
    assert "v3" in next(s.scope for s in of_kind(trace, "clique") if s.neighbours == (last,))
    assert not any(step.links for step in of_kind(trace, "fill_in"))


def test_separate_parts_are_separate_trees() -> None:
    pairs = [table(f"f{i}", (f"v{i}", f"v{i + 1}"), np.array([[3.0, 1.0], [1.0, 2.0]])) for i in (0, 2)]
    trace = calibrated(FactorGraph(variables([2] * 5), tuple(pairs)))
    assert len(of_kind(trace, "clique")) == 3
    assert of_kind(trace, "separator") == []
    assert replay(trace.steps)["v4"].tolist() == [0.5, 0.5]


def test_a_clique_that_cannot_be_written_out_is_refused() -> None:
    pairs = [table(f"g{i}_{k}", (f"v{i}", f"v{k}"), np.ones((2, 2))) for i, k in combinations(range(14), 2)]
    with pytest.raises(UnsupportedQuery, match="belief propagation"):
        calibrated(FactorGraph(variables([2] * 14), tuple(pairs)))


def test_without_variables_there_are_no_steps() -> None:
    assert calibrated(FactorGraph((), ())).steps == ()
