"""Set belief to: fitting likelihoods until posteriors are what was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.model import FactorGraph
from tests.strategies import table, variables


def pair(values: list[list[float]]) -> mb.Engine:
    graph = FactorGraph(
        (mb.boolean("a"), mb.boolean("b")), (mb.Factor("f", "table", ("a", "b"), {"values": values}),)
    )
    return mb.compile(graph, "exact")


def test_two_beliefs_hold_at_once_and_the_odds_ratio_stays() -> None:
    """Iterative proportional fitting keeps the interaction: the odds ratio of the table."""
    engine = pair([[4.0, 1.0], [2.0, 3.0]])
    evidence = {"a": {"belief": [0.3, 0.7]}, "b": {"belief": [0.6, 0.4]}}
    result = engine.infer(evidence)
    assert_allclose(result.marginals["a"].probabilities, [0.3, 0.7], atol=1e-11, rtol=0)
    assert_allclose(result.marginals["b"].probabilities, [0.6, 0.4], atol=1e-11, rtol=0)
    joint = engine.joint(["a", "b"], evidence).probabilities
    assert joint[0, 0] * joint[1, 1] / (joint[0, 1] * joint[1, 0]) == pytest.approx(6.0, rel=1e-9)


def test_a_certain_belief_is_an_observation() -> None:
    engine = pair([[4.0, 1.0], [2.0, 3.0]])
    believed, observed = engine.infer({"a": {"belief": [0, 1]}}), engine.infer({"a": "yes"})
    assert_allclose(
        believed.marginals["b"].probabilities, observed.marginals["b"].probabilities, atol=1e-12, rtol=0
    )
    assert believed.log_evidence == pytest.approx(observed.log_evidence, abs=1e-12)


def test_a_belief_differs_from_a_likelihood() -> None:
    """The naming trap: a likelihood of (0.3, 0.7) multiplies the prior, a belief replaces it."""
    engine = pair([[8.0, 0.0], [1.0, 1.0]])
    believed = engine.infer({"a": {"belief": [0.3, 0.7]}}).marginals["a"].probabilities
    weighed = engine.infer({"a": [0.3, 0.7]}).marginals["a"].probabilities
    assert_allclose(believed, [0.3, 0.7], atol=1e-12, rtol=0)
    assert_allclose(weighed, np.array([0.8 * 0.3, 0.2 * 0.7]) / (0.8 * 0.3 + 0.2 * 0.7), atol=1e-12, rtol=0)


def test_a_belief_in_an_excluded_state_is_impossible_and_named() -> None:
    with pytest.raises(mb.ImpossibleEvidence) as caught:
        pair([[1.0, 0.0], [0.0, 1.0]]).infer({"a": "yes", "b": {"belief": [0.5, 0.5]}})
    assert "belief" in str(caught.value)
    assert caught.value.conflict == ("a", "b")


def test_beliefs_that_cannot_hold_together_are_refused() -> None:
    """a = b always, yet different beliefs are asked for."""
    with pytest.raises(mb.ImpossibleEvidence, match="contradict each other") as caught:
        pair([[1.0, 0.0], [0.0, 1.0]]).infer({"a": {"belief": [0.2, 0.8]}, "b": {"belief": [0.6, 0.4]}})
    assert caught.value.conflict == ("a", "b")


def test_a_belief_in_a_nearly_impossible_state_is_met() -> None:
    """The likelihood ratio 1e310 overflows a double when it is formed directly."""
    result = pair([[1.0, 1.0], [1e-310, 1e-310]]).infer({"a": {"belief": [0.5, 0.5]}})
    assert_allclose(result.marginals["a"].probabilities, [0.5, 0.5], rtol=0, atol=1e-12)


def test_a_belief_beyond_the_range_of_doubles_is_refused_and_not_called_impossible() -> None:
    engine = pair([[1.0, 1e-200], [1e-200, 1e-200]])
    evidence = {"a": {"belief": [0.5, 0.5]}, "b": [1.0, 0.0]}
    assert_allclose(engine.infer(evidence).marginals["a"].probabilities, [0.5, 0.5], rtol=0, atol=1e-12)
    beyond = FactorGraph(
        (mb.boolean("a"),),
        tuple(mb.Factor(f"f{i}", "table", ("a",), {"values": [1.0, 1e-200]}) for i in range(2)),
    )
    with pytest.raises(mb.UnsupportedQuery, match="too small"):
        mb.infer(beyond, {"a": {"belief": [0.5, 0.5]}}, "exact")


def test_a_belief_beyond_doubles_does_not_hide_a_conflict_elsewhere() -> None:
    tiny = [mb.Factor(f"f{i}", "table", ("a",), {"values": [1.0, 1e-200]}) for i in range(2)]
    never = mb.Factor("never", "table", ("b", "c"), {"values": [[1, 1], [1, 0]]})
    graph = FactorGraph(tuple(mb.boolean(id) for id in "abc"), (*tiny, never))
    with pytest.raises(mb.ImpossibleEvidence) as caught:
        mb.infer(graph, {"a": {"belief": [0.5, 0.5]}, "b": 1, "c": 1}, "exact")
    assert caught.value.conflict == ("b", "c")


def test_a_belief_that_needs_a_likelihood_below_the_normal_doubles_is_refused() -> None:
    """A ratio of 1e320 would leave the smaller likelihood three digits: no belief is met to twelve with that."""
    with pytest.raises(mb.UnsupportedQuery, match="too small"):
        pair([[1.0, 1.0], [1e-320, 1e-320]]).infer({"a": {"belief": [0.96376127, 0.03623873]}})


def test_an_impossible_state_beside_a_tiny_one_is_still_called_impossible() -> None:
    graph = FactorGraph(
        variables([3]),
        (table("f", ("v0",), np.array([1.0, 1e-200, 0.0])), table("g", ("v0",), np.array([1.0, 1e-200, 1.0]))),
    )
    with pytest.raises(mb.ImpossibleEvidence):
        mb.infer(graph, {"v0": {"belief": [0.4, 0.3, 0.3]}}, "exact")
