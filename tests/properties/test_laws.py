"""Laws that need no stored number: what must not change an answer, does not change it."""

from __future__ import annotations

import contextlib
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.model import FactorGraph, Likelihood, Observed
from tests.strategies import evidence_for, forests, gate_graphs, loopy_graphs

METHODS = st.sampled_from(["exact", "bp", "enumeration"])


def infer(graph: FactorGraph, evidence: object, method: str) -> mb.Result:
    """Assume the evidence is possible; loops are run to a tight fixed point."""
    try:
        result = mb.compile(graph, method, schedule="auto", tolerance=1e-13, max_sweeps=3000).infer(evidence)
    except mb.ImpossibleEvidence:
        assume(False)
        raise
    assume(result.is_exact or result.status.name == "CONVERGED")
    return result


def assert_equal(left: mb.Result, right: mb.Result, atol: float = 1e-9) -> None:
    assert left.log_evidence == pytest.approx(right.log_evidence, abs=1e-8)
    for id, marginal in left.marginals.items():
        assert_allclose(marginal.probabilities, right.marginals[id].probabilities, atol=atol, rtol=0)


@given(st.data(), METHODS)
def test_order_of_drawing_changes_nothing(data: st.DataObject, method: str) -> None:
    graph = data.draw(forests() if method == "bp" else st.one_of(loopy_graphs(), gate_graphs()))
    evidence = data.draw(evidence_for(graph))
    shuffled = FactorGraph(
        tuple(data.draw(st.permutations(graph.variables))), tuple(data.draw(st.permutations(graph.factors)))
    )
    assert_equal(infer(graph, evidence, method), infer(shuffled, evidence, method))


@given(st.data(), METHODS)
def test_renaming_changes_nothing(data: st.DataObject, method: str) -> None:
    graph = data.draw(loopy_graphs())
    names = {v.id: f"ren {v.id[::-1]}" for v in graph.variables}
    renamed = FactorGraph(
        tuple(mb.Variable(names[v.id], v.domain) for v in graph.variables),
        tuple(replace(f, id=f"x{f.id}", scope=tuple(names[i] for i in f.scope)) for f in graph.factors),
    )
    left, right = infer(graph, {}, method), infer(renamed, {}, method)
    for id, marginal in left.marginals.items():
        assert_allclose(marginal.probabilities, right.marginals[names[id]].probabilities, atol=1e-12, rtol=0)


@given(st.data(), METHODS)
def test_a_factor_of_ones_changes_nothing(data: st.DataObject, method: str) -> None:
    graph = data.draw(forests() if method == "bp" else loopy_graphs())
    variable = data.draw(st.sampled_from(graph.variables))
    ones = mb.Factor("ones", "table", (variable.id,), {"values": np.ones(variable.size)})
    more = FactorGraph(graph.variables, (*graph.factors, ones))
    assert_equal(infer(graph, {}, method), infer(more, {}, method))


@given(st.data(), METHODS)
def test_splitting_a_factor_in_two_changes_nothing_exact(data: st.DataObject, method: str) -> None:
    graph = data.draw(loopy_graphs())
    assume(graph.factors)
    first, *rest = graph.factors
    assume(method != "bp" or len(first.scope) == 1)
    root = np.sqrt(first.parameters["values"])
    halves = tuple(mb.Factor(f"half{i}", "table", first.scope, {"values": root}) for i in range(2))
    split = FactorGraph(graph.variables, (*halves, *rest))
    assert_equal(infer(graph, {}, method), infer(split, {}, method))


@given(st.data(), METHODS, st.floats(0.01, 100))
def test_scaling_a_factor_shifts_the_log_evidence_only(data: st.DataObject, method: str, scale: float) -> None:
    graph = data.draw(forests() if method == "bp" else loopy_graphs())
    assume(graph.factors)
    first, *rest = graph.factors
    scaled = mb.Factor(first.id, first.kind, first.scope, {"values": first.parameters["values"] * scale})
    left, right = infer(graph, {}, method), infer(FactorGraph(graph.variables, (scaled, *rest)), {}, method)
    assert right.log_evidence == pytest.approx(left.log_evidence + math.log(scale), abs=1e-9)
    for id, marginal in left.marginals.items():
        assert_allclose(marginal.probabilities, right.marginals[id].probabilities, atol=1e-11, rtol=0)


@given(st.data(), st.sampled_from(["exact", "enumeration"]))
def test_evidence_in_two_steps_equals_evidence_at_once(data: st.DataObject, method: str) -> None:
    """P(x | a, b) by observing both equals observing b in the model in which a was multiplied in."""
    graph = data.draw(st.one_of(loopy_graphs(), gate_graphs()))
    assume(len(graph.variables) >= 2)
    first, second = data.draw(st.permutations(graph.variables))[:2]
    a, b = data.draw(st.integers(0, first.size - 1)), data.draw(st.integers(0, second.size - 1))
    indicator = mb.Factor("seen", "table", (first.id,), {"values": np.eye(first.size)[a]})
    after = FactorGraph(graph.variables, (*graph.factors, indicator))
    at_once = infer(graph, {first.id: a, second.id: b}, method)
    assert_equal(infer(after, {second.id: b}, method), at_once)


@given(st.data(), METHODS)
def test_chain_rule_of_evidence(data: st.DataObject, method: str) -> None:
    """log P(a, b) − log P(a) = log P(b | a), the marginal of b after observing a."""
    graph = data.draw(forests() if method == "bp" else loopy_graphs())
    assume(len(graph.variables) >= 2)
    first, second = graph.variables[:2]
    given_a = infer(graph, {first.id: 0}, method)
    both = infer(graph, {first.id: 0, second.id: 0}, method)
    expected = math.log(given_a.marginals[second.id].probabilities[0])
    assert both.log_evidence - given_a.log_evidence == pytest.approx(expected, abs=1e-9)


@given(st.data(), METHODS)
def test_a_likelihood_equals_an_observed_virtual_child(data: st.DataObject, method: str) -> None:
    graph = data.draw(forests() if method == "bp" else loopy_graphs())
    variable = data.draw(st.sampled_from(graph.variables))
    weights = tuple(data.draw(st.floats(0.05, 1)) for _ in variable.states)
    child = mb.boolean("virtual")
    table = np.array([[1 - w, w] for w in weights])
    link = mb.Factor("link", "table", (variable.id, "virtual"), {"values": table, "child": "virtual"})
    explicit = FactorGraph((*graph.variables, child), (*graph.factors, link))
    left = infer(graph, {variable.id: Likelihood(weights)}, method)
    assert_equal(left, infer(explicit, {"virtual": Observed("yes")}, method))


@given(st.data(), st.sampled_from(["exact", "enumeration"]))
def test_setting_a_belief_gives_exactly_that_belief(data: st.DataObject, method: str) -> None:
    """And what hangs on the variable follows Jeffrey's rule: P'(y) = Σ_x q(x) P(y | x)."""
    graph = data.draw(loopy_graphs())
    assume(len(graph.variables) >= 2)
    target, other = data.draw(st.permutations(graph.variables))[:2]
    wanted = np.array([data.draw(st.floats(0.1, 1)) for _ in target.states])
    wanted /= wanted.sum()
    result = infer(graph, {target.id: {"belief": wanted.tolist()}}, method)
    assert_allclose(result.marginals[target.id].probabilities, wanted, atol=1e-11, rtol=0)
    expected = sum(
        q * infer(graph, {target.id: k}, method).marginals[other.id].probabilities for k, q in enumerate(wanted)
    )
    assert_allclose(result.marginals[other.id].probabilities, expected, atol=1e-9, rtol=0)


@given(st.data(), METHODS)
def test_answers_do_not_depend_on_what_was_asked_before(data: st.DataObject, method: str) -> None:
    """To the last bit: a used engine answers as a fresh one does."""
    graph = data.draw(st.one_of(loopy_graphs(with_zeros=True), gate_graphs()))
    evidence = data.draw(evidence_for(graph))
    used = mb.compile(graph, method, max_sweeps=20)
    for other in ({}, data.draw(evidence_for(graph))):
        with contextlib.suppress(mb.ImpossibleEvidence, mb.UnsupportedQuery):
            used.infer(other)
            used.map(other)
    try:
        fresh = mb.compile(graph, method, max_sweeps=20).infer(evidence)
    except mb.ImpossibleEvidence:
        with pytest.raises(mb.ImpossibleEvidence):
            used.infer(evidence)
        return
    again = used.infer(evidence)
    assert again.log_evidence == fresh.log_evidence
    for id, marginal in fresh.marginals.items():
        assert np.array_equal(marginal.probabilities, again.marginals[id].probabilities)
