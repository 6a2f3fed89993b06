"""Every method meets the oracle on random models."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.inference.result import Status
from mbml_core.model import FactorGraph, Observation
from tests.strategies import evidence_for, forests, gate_graphs, loopy_graphs, table

any_graph = st.one_of(loopy_graphs(), loopy_graphs(with_zeros=True), forests(with_zeros=True), gate_graphs())


def outcome(graph: FactorGraph, evidence: dict[str, Observation], method: str) -> mb.Result | None:
    """The result, or None where the evidence is impossible."""
    try:
        return mb.compile(graph, method).infer(evidence)
    except mb.ImpossibleEvidence:
        return None


def assert_same(left: mb.Result | None, right: mb.Result | None, atol: float = 1e-12) -> None:
    assert (left is None) == (right is None)
    if left is None or right is None:
        return
    assert left.log_evidence == pytest.approx(right.log_evidence, abs=1e-10, rel=1e-12)
    for id, marginal in left.marginals.items():
        assert_allclose(marginal.probabilities, right.marginals[id].probabilities, atol=atol, rtol=0)


@given(st.data())
def test_junction_tree_equals_enumeration(data: st.DataObject) -> None:
    graph = data.draw(any_graph)
    evidence = data.draw(evidence_for(graph))
    assert_same(outcome(graph, evidence, "exact"), outcome(graph, evidence, "enumeration"))


@given(st.data())
def test_two_pass_messages_on_a_forest_equal_enumeration(data: st.DataObject) -> None:
    graph = data.draw(st.one_of(forests(), forests(with_zeros=True)))
    evidence = data.draw(evidence_for(graph))
    result = outcome(graph, evidence, "bp")
    assert_same(result, outcome(graph, evidence, "enumeration"))
    assert result is None or result.status is Status.EXACT


@given(st.data(), st.sampled_from(["flooding", "sequential", "residual"]))
def test_every_schedule_ends_at_the_truth_on_a_forest(data: st.DataObject, schedule: str) -> None:
    graph = data.draw(forests())
    evidence = data.draw(evidence_for(graph))
    try:
        result = mb.compile(graph, "bp", schedule=schedule, tolerance=1e-13).infer(evidence)
    except mb.ImpossibleEvidence:
        assert outcome(graph, evidence, "enumeration") is None
        return
    assert result.status is Status.EXACT
    assert_same(result, outcome(graph, evidence, "enumeration"), atol=1e-10)


@given(st.data())
def test_loopy_beliefs_are_never_called_exact_unless_they_are(data: st.DataObject) -> None:
    graph = data.draw(st.one_of(loopy_graphs(), gate_graphs()))
    evidence = data.draw(evidence_for(graph))
    result = outcome(graph, evidence, "bp")
    if result is not None and result.is_exact:
        assert_same(result, outcome(graph, evidence, "enumeration"), atol=1e-9)


@given(st.data())
def test_messages_that_prove_evidence_impossible_are_right(data: st.DataObject) -> None:
    graph = data.draw(loopy_graphs(with_zeros=True))
    evidence = data.draw(evidence_for(graph))
    if outcome(graph, evidence, "bp") is None:
        assert outcome(graph, evidence, "enumeration") is None


@given(st.data(), st.sampled_from(["exact", "enumeration"]))
def test_most_probable_assignment_equals_brute_force(data: st.DataObject, method: str) -> None:
    graph = data.draw(any_graph)
    evidence = data.draw(evidence_for(graph))
    assume(outcome(graph, evidence, "enumeration") is not None)
    best = mb.compile(graph, "enumeration").map(evidence)
    found = mb.compile(graph, method).map(evidence)
    assert found.is_exact
    assert found.log_probability == pytest.approx(best.log_probability, abs=1e-10)
    assert log_joint(graph, evidence, found.assignment) == pytest.approx(best.log_probability, abs=1e-10)


@given(st.data())
def test_max_product_on_a_forest_equals_brute_force_even_with_ties(data: st.DataObject) -> None:
    graph = data.draw(st.one_of(forests(), forests(with_zeros=True)))
    if data.draw(st.booleans()):
        graph = with_ties(graph)
    evidence = data.draw(evidence_for(graph))
    assume(outcome(graph, evidence, "enumeration") is not None)
    best = mb.compile(graph, "enumeration").map(evidence)
    found = mb.compile(graph, "bp").map(evidence)
    assert found.is_exact
    assert found.log_probability == pytest.approx(best.log_probability, abs=1e-10)


@given(st.data())
def test_joint_distributions_equal_enumeration(data: st.DataObject) -> None:
    graph = data.draw(st.one_of(loopy_graphs(), gate_graphs()))
    evidence = data.draw(evidence_for(graph))
    ids = [variable.id for variable in graph.variables]
    scope = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
    assume(outcome(graph, evidence, "enumeration") is not None)
    left = mb.compile(graph, "exact").joint(scope, evidence)
    right = mb.compile(graph, "enumeration").joint(scope, evidence)
    assert left.scope == right.scope == tuple(scope)
    assert_allclose(left.probabilities, right.probabilities, atol=1e-12, rtol=0)


def with_ties(graph: FactorGraph) -> FactorGraph:
    """Every positive entry becomes one."""
    factors = tuple(
        mb.Factor(f.id, f.kind, f.scope, {"values": np.where(np.asarray(f.parameters["values"]) > 0, 1.0, 0.0)})
        for f in graph.factors
    )
    return FactorGraph(graph.variables, factors)


def log_joint(graph: FactorGraph, evidence: dict[str, Observation], assignment: object) -> float:
    """log p(assignment, evidence) by fixing every variable with a weight of one."""
    fixed = FactorGraph(
        graph.variables,
        (
            *graph.factors,
            *(
                table(f"fix {v.id}", (v.id,), np.eye(v.size)[v.states.index(assignment[v.id])])
                for v in graph.variables
            ),
        ),
    )
    log_z = mb.compile(fixed, "enumeration").infer(evidence).log_evidence
    assert math.isfinite(log_z)
    return log_z
