"""Set belief to: fitting likelihoods until posteriors are what was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.model import FactorGraph


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
    assert_allclose(result.marginals["a"].probabilities, [0.3, 0.7], atol=1e-11)
    assert_allclose(result.marginals["b"].probabilities, [0.6, 0.4], atol=1e-11)
    joint = engine.joint(["a", "b"], evidence).probabilities
    assert joint[0, 0] * joint[1, 1] / (joint[0, 1] * joint[1, 0]) == pytest.approx(6.0, rel=1e-9)


def test_a_certain_belief_is_an_observation() -> None:
    engine = pair([[4.0, 1.0], [2.0, 3.0]])
    believed, observed = engine.infer({"a": {"belief": [0, 1]}}), engine.infer({"a": "yes"})
    assert_allclose(believed.marginals["b"].probabilities, observed.marginals["b"].probabilities, atol=1e-12)
    assert believed.log_evidence == pytest.approx(observed.log_evidence, abs=1e-12)


def test_a_belief_differs_from_a_likelihood() -> None:
    """The naming trap: a likelihood of (0.3, 0.7) multiplies the prior, a belief replaces it."""
    engine = pair([[8.0, 0.0], [1.0, 1.0]])
    believed = engine.infer({"a": {"belief": [0.3, 0.7]}}).marginals["a"].probabilities
    weighed = engine.infer({"a": [0.3, 0.7]}).marginals["a"].probabilities
    assert_allclose(believed, [0.3, 0.7], atol=1e-12)
    assert_allclose(weighed, np.array([0.8 * 0.3, 0.2 * 0.7]) / (0.8 * 0.3 + 0.2 * 0.7), atol=1e-12)


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
