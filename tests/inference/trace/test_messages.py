"""Belief propagation told step by step: each step recomputes, and all together give the beliefs of the methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mbml_core as mb
from mbml_core.errors import ImpossibleEvidence, UnsupportedQuery
from mbml_core.inference import enumeration
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Status
from mbml_core.inference.trace import (
    DrawnGraph,
    Step,
    Trace,
    TraceOptions,
    cost_of,
    feeding,
    fire,
    fired,
    recorded,
    replay,
    replayed,
)
from mbml_core.inference.trace.messages import NOTHING_SENT, delivered, first_beliefs
from mbml_core.model import Factor, FactorGraph, Likelihood, Observed, boolean
from tests.strategies import forests, gate_graphs, loopy_graphs, table, variables

SAMPLES = Path(__file__).parents[3] / "sample_graphs"
LOOPY = ("flooding", "sequential", "residual", "random")


def traced(
    model: FactorGraph, evidence: Mapping[str, object] | None = None, schedule: str = "auto", **options: object
) -> Trace:
    graph = DrawnGraph.of(model, Observations.of(model, evidence or {}))
    return recorded(graph, "bp", TraceOptions(schedule, **options))  # type: ignore[arg-type]


def sample(name: str) -> FactorGraph:
    return mb.load(SAMPLES / f"{name}.json")


def assert_beliefs(trace: Trace, expected: Iterable[np.ndarray], tolerance: float) -> None:
    found = replay(trace.steps)
    for variable, other in zip(trace.graph.model.variables, expected, strict=True):
        np.testing.assert_allclose(found[variable.id], other, atol=tolerance)


def evidence_for(model: FactorGraph, seed: int) -> dict[str, object]:
    """Hard, soft and no evidence in turn."""
    source = np.random.default_rng(seed)
    found: dict[str, object] = {}
    for variable in model.variables:
        choice = source.random()
        if choice < 0.25:
            found[variable.id] = int(source.integers(variable.size))
        elif choice < 0.4:
            found[variable.id] = Likelihood(tuple(source.uniform(0.1, 1.0, variable.size)))
    return found


@given(forests(with_zeros=True), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_on_trees_the_replay_equals_enumeration(model: FactorGraph, seed: int) -> None:
    evidence = evidence_for(model, seed)
    try:
        expected = enumeration.marginals(model, Observations.of(model, evidence).fixed)
    except ImpossibleEvidence:
        with pytest.raises(ImpossibleEvidence):
            traced(model, evidence)
        return
    for schedule in ("auto", "flooding", "random"):
        trace = traced(model, evidence, schedule)
        assert trace.ending.status is Status.EXACT
        assert_beliefs(trace, expected.beliefs, 1e-10)


@given(loopy_graphs(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_on_loops_every_step_recomputes_from_what_it_shows(model: FactorGraph, seed: int) -> None:
    trace = traced(model, evidence_for(model, seed), max_sweeps=4, damping=0.3)
    for step in trace.steps:
        assert step.operation is not None
        np.testing.assert_allclose(replayed(step.operation), step.operation.result.values, rtol=1e-12)
        assert step.operation.result.values.sum() == pytest.approx(1.0)


@given(gate_graphs())
@settings(max_examples=25, deadline=None)
def test_structured_kinds_give_the_beliefs_of_bp(model: FactorGraph) -> None:
    result = mb.infer(model, {"v0": "yes"}, method="bp", schedule="flooding")
    trace = traced(model, {"v0": "yes"}, "flooding", damping=0.0)
    assert (result.status is Status.EXACT) == (trace.ending.status is Status.EXACT)
    if trace.ending.status is Status.CONVERGED:
        assert_beliefs(trace, [m.probabilities for m in result.marginals.values()], 1e-6)


@pytest.mark.parametrize("schedule", LOOPY)
@pytest.mark.parametrize("damping", [0.0, 0.5])
def test_sprinkler_reaches_the_known_fixed_point_by_every_schedule(schedule: str, damping: float) -> None:
    trace = traced(sample("sprinkler"), {"wet": "yes"}, schedule, damping=damping)
    assert trace.ending.status is Status.CONVERGED
    assert replay(trace.steps)["rain"][1] == pytest.approx(0.784074, abs=1e-6)


def test_the_replay_does_not_take_recorded_results_over() -> None:
    """A wrong number in an early message shows in the beliefs."""
    trace = traced(sample("test_for_a_disease"))
    first = next(step for step in trace.steps if step.kind == "factor_to_variable")
    assert first.operation is not None
    spoilt = first.operation.inputs[0].values.copy()
    spoilt[...] = np.arange(1, spoilt.size + 1).reshape(spoilt.shape)
    changed = _with_table(trace.steps, first.operation.inputs[0].node, spoilt)
    before, after = replay(trace.steps), replay(changed)
    assert any(not np.allclose(before[id], after[id]) for id in before)


def _with_table(steps: Iterable[Step], node: str, values: np.ndarray) -> list[Step]:
    def renewed(step: Step) -> Step:
        operation = step.operation
        assert operation is not None
        inputs = tuple(replace(t, values=values) if t.node == node else t for t in operation.inputs)
        return replace(step, operation=replace(operation, inputs=inputs))

    return [renewed(step) for step in steps]


def test_two_pass_sends_each_message_once_and_collects_to_the_root() -> None:
    model = sample("umbrella")
    graph = DrawnGraph.of(model, Observations.of(model, {}))
    root = model.variables[2].id
    trace = recorded(graph, "bp", TraceOptions("two-pass", root=root))
    edges = [(step.sender, step.receiver) for step in trace.steps if step.sender]
    assert len(edges) == len(set(edges)) == 2 * sum(len(factor.scope) for factor in model.factors)
    collect = [step for step in trace.steps if step.phase == "collect"]
    assert collect[-1].receiver == root
    assert all(step.sender != root for step in collect)


def test_an_observed_variable_cuts_the_loop() -> None:
    model = sample("sprinkler")
    trace = traced(model, {"cloudy": "yes", "wet": "yes"})
    assert (trace.ending.schedule, trace.ending.status) == ("two-pass", Status.EXACT)
    exact = mb.infer(model, {"cloudy": "yes", "wet": "yes"}, method="exact")
    assert_beliefs(trace, [m.probabilities for m in exact.marginals.values()], 1e-12)


def test_two_pass_refuses_loops() -> None:
    with pytest.raises(UnsupportedQuery, match="loops"):
        traced(sample("sprinkler"), {}, "two-pass")


@pytest.mark.parametrize(
    "options", [{"schedule": "best"}, {"damping": 1.0}, {"max_sweeps": 0}, {"tolerance": -1.0}]
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(UnsupportedQuery):
        TraceOptions(**options)  # type: ignore[arg-type]


def test_an_oscillation_is_noticed_and_damping_ends_it() -> None:
    pair = np.array([[0.05, 1.0], [1.0, 0.05]])
    bias = np.array([0.6, 0.4])
    edges = [(i, j) for i in range(4) for j in range(i)]
    drawn = tuple(table(f"f{i}{j}", (f"v{i}", f"v{j}"), pair) for i, j in edges)
    priors = tuple(table(f"p{i}", (f"v{i}",), bias) for i in range(4))
    model = FactorGraph(variables([2] * 4), drawn + priors)
    assert traced(model, {}, "flooding").ending.status is Status.OSCILLATING
    assert traced(model, {}, "flooding", damping=0.5).ending.status is Status.CONVERGED


def test_impossible_evidence_stops_the_run() -> None:
    rain, wet = boolean("rain"), boolean("wet")
    sure = Factor("f", "table", ("rain", "wet"), {"values": [[1, 0], [0, 1]]})
    model = FactorGraph((rain, wet), (sure,))
    for schedule in ("auto", "flooding", "residual"):
        with pytest.raises(ImpossibleEvidence, match="impossible"):
            traced(model, {"rain": "yes", "wet": "no"}, schedule)


def test_a_table_too_large_to_be_shown_says_so_and_its_messages_are_right() -> None:
    n = 14
    causes = tuple(boolean(f"c{i}") for i in range(n))
    priors = tuple(Factor(f"p{i}", "prior", (f"c{i}",), {"probabilities": [0.9, 0.1]}) for i in range(n))
    gate = Factor("any", "any_true", (*(c.id for c in causes), "alarm"), {"child": "alarm"})
    model = FactorGraph((*causes, boolean("alarm")), (*priors, gate))
    trace = traced(model, {"alarm": "yes"})
    hidden = [step for step in trace.steps if step.operation and step.operation.hidden]
    assert "33,000 entries" in hidden[0].operation.hidden  # type: ignore[union-attr]
    assert cost_of(trace.steps).hidden == len(hidden)
    exact = mb.infer(model, {"alarm": "yes"}, method="exact")
    assert_beliefs(trace, [m.probabilities for m in exact.marginals.values()], 1e-12)
    with pytest.raises(ValueError, match="entries"):
        replayed(hidden[0].operation)  # type: ignore[arg-type]


def test_products_beyond_a_double_lose_nothing() -> None:
    n = 400
    leaves = tuple(boolean(f"x{i}") for i in range(n))
    noisy = [[0.9, 0.1], [0.2, 0.8]]
    edges = tuple(Factor(f"f{i}", "table", ("h", f"x{i}"), {"values": noisy, "child": f"x{i}"}) for i in range(n))
    model = FactorGraph((boolean("h"), *leaves), edges)
    evidence = {f"x{i}": "yes" if i % 5 == 0 else "no" for i in range(n)}
    trace = traced(model, evidence, root="h")
    exact = mb.infer(model, evidence, method="exact")
    np.testing.assert_allclose(replay(trace.steps)["h"], exact.marginals["h"].probabilities, rtol=1e-9)


def test_firing_every_node_often_enough_gives_the_beliefs() -> None:
    model = sample("test_for_a_disease")
    graph = DrawnGraph.of(model, Observations.of(model, {}))
    nodes = [*(f.id for f in model.factors), *(v.id for v in model.variables)] * 5
    steps = fired(graph, nodes).steps
    exact = mb.infer(model, {}, method="exact")
    for variable in model.variables:
        last = [step.beliefs[variable.id] for step in steps if variable.id in step.beliefs][-1]
        np.testing.assert_allclose(last, exact.marginals[variable.id].probabilities, atol=1e-12)


def test_firing_is_pure_and_reads_only_what_was_sent_before() -> None:
    model = sample("sprinkler")
    graph = DrawnGraph.of(model, Observations.of(model, {}))
    first = fire(graph, NOTHING_SENT, "cloudy")
    assert [step.receiver for step in first] == ["f_cloudy", "f_sprinkler", "f_rain"]
    sent = delivered(NOTHING_SENT, first)
    again = fire(graph, NOTHING_SENT, "cloudy")
    assert (len(sent), len(NOTHING_SENT)) == (3, 0)
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.operation.result.values, other.operation.result.values)  # type: ignore[union-attr]
    [to_rain] = [step for step in fire(graph, sent, "f_rain", 4) if step.receiver == "rain"]
    assert to_rain.operation is not None
    assert [t.made_by for t in to_rain.operation.inputs] == [0, 3]


def test_before_any_message_the_evidence_alone_is_known() -> None:
    model = sample("sprinkler")
    graph = DrawnGraph.of(model, Observations.of(model, {"wet": "yes"}))
    first = first_beliefs(graph)
    assert first["wet"].tolist() == [0, 1]
    assert first["rain"].tolist() == [0.5, 0.5]


@given(loopy_graphs(max_variables=5), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_on_loops_all_schedules_that_converge_meet_at_a_fixed_point(model: FactorGraph, seed: int) -> None:
    """Sending any message again changes nothing."""
    for schedule in LOOPY:
        trace = traced(model, {}, schedule, damping=0.4, seed=seed % 97)
        if trace.ending.status is Status.CONVERGED:
            sent = delivered(NOTHING_SENT, trace.steps)
            for factor in model.factors:
                assert max((s.residual for s in fire(trace.graph, sent, factor.id)), default=0.0) < 1e-6


def test_the_order_of_the_drawing_changes_no_belief() -> None:
    model = sample("asia")
    turned = FactorGraph(model.variables[::-1], model.factors[::-1])
    evidence = {model.variables[-1].id: 1}
    one, other = replay(traced(model, evidence).steps), replay(traced(turned, evidence).steps)
    for id in one:
        np.testing.assert_allclose(one[id], other[id], atol=1e-7)


def chain(n: int) -> FactorGraph:
    pair = np.array([[0.9, 0.1], [0.2, 0.8]])
    edges = tuple(table(f"f{i}", (f"v{i}", f"v{i + 1}"), pair) for i in range(n - 1))
    return FactorGraph(variables([2] * n), edges)


def test_what_feeds_a_variable_ends_at_what_is_known() -> None:
    model = chain(40)
    graph = DrawnGraph.of(model, Observations.of(model, {"v10": 1, "v14": 0}))
    part = feeding(graph, "v12")
    assert part.is_whole
    assert part.nodes == {"v10", "f10", "v11", "f11", "v12", "f12", "v13", "f13", "v14"}


def test_of_a_large_tree_or_a_loopy_graph_the_nearest_are_shown_with_the_messages_of_the_whole_run() -> None:
    model = chain(400)
    graph = DrawnGraph.of(model, Observations.of(model, {"v399": 1}))
    part = feeding(graph, "v200", 7)
    assert not part.is_whole
    assert {id for id in part.nodes if id.startswith("v")} == {f"v{i}" for i in range(197, 204)}
    trace = recorded(graph, "bp", TraceOptions(root="v200"), part)
    assert not trace.is_whole
    assert {step.sender for step in trace.steps if step.sender} <= part.nodes
    exact = mb.infer(model, {"v399": 1}, method="exact")
    np.testing.assert_allclose(replay(trace.steps)["v200"], exact.marginals["v200"].probabilities, atol=1e-12)


def test_the_cost_is_counted_as_on_paper() -> None:
    """μ(f → v1) = Σ_v0 f(v0, v1) μ(v0 → f): 4 products and 2 sums."""
    trace = traced(chain(2), {}, root="v1")
    cost = cost_of(trace.steps[:2])
    assert (cost.results, cost.multiplications, cost.additions, cost.largest) == (2, 4, 2, 4)


def test_evidence_is_named_by_what_was_seen() -> None:
    model = sample("sprinkler")
    observed = Observations.of(model, {"wet": Observed("yes"), "rain": Likelihood((0.2, 0.9))})
    names = {table.name for table in DrawnGraph.of(model, observed).evidence.values()}
    assert names == {"observed: Wet grass = yes", "likelihood of Rain"}
