"""A grouped graph gives the numbers of the same graph drawn node by node."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.compiler.from_groups import drawn
from mbml_core.inference.loopy_groups import GroupedEngine, compile_grouped
from mbml_core.inference.message_passing import BpOptions
from mbml_core.inference.result import Status
from mbml_core.kernels import loading
from mbml_core.model.groups import FactorGroup, GroupedGraph, VariableGroup


def engine_of(graph: GroupedGraph, method: str = "bp", **options: Any) -> GroupedEngine:
    return compile_grouped(graph, method, BpOptions(**options), lambda drawing: mb.compile(drawing, method))


def random_graph(seed: int, is_tree: bool) -> GroupedGraph:
    """Two groups of variables, shared and separate tables over up to three of them."""
    source = np.random.default_rng(seed)
    n = int(source.integers(2, 7))
    x, y = VariableGroup("x", n, ("0", "1")), VariableGroup("y", n, ("a", "b", "c"))
    later = np.arange(1, n)
    earlier = np.array([source.integers(i) for i in later])
    chain = FactorGroup("chain", (("x", earlier), ("x", later)), source.random((2, 2)) + 0.1)
    emission = FactorGroup("emission", (("x", None), ("y", None)), source.random((n, 2, 3)))
    prior = FactorGroup("prior", (("x", np.array([0])),), np.array([0.3, 0.7]))
    loops = ()
    if not is_tree:
        others = np.roll(np.arange(n), 1)
        loops = (FactorGroup("ring", (("y", None), ("x", others)), source.random((n, 3, 2)) + 0.05),)
    return GroupedGraph((x, y), (chain, emission, prior, *loops))


def random_evidence(graph: GroupedGraph, seed: int) -> dict[str, Any]:
    source = np.random.default_rng(seed)
    n = graph.variables[0].n
    return {
        "x": {int(source.integers(n)): "1"},
        "y": np.where(source.random(n) < 0.4, source.integers(0, 3, n), -1),
    }


def drawn_evidence(graph: GroupedGraph, evidence: dict[str, Any]) -> dict[str, Any]:
    seen = {f"y[{i}]": int(state) for i, state in enumerate(evidence["y"]) if state >= 0}
    return seen | {f"x[{i}]": state for i, state in evidence["x"].items()}


@pytest.mark.parametrize("method", ["bp", "exact", "enumeration", "auto"])
@given(seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=15)
def test_trees_equal_enumeration(method: str, seed: int) -> None:
    graph = random_graph(seed, is_tree=True)
    evidence = random_evidence(graph, seed)
    truth = mb.infer(drawn(graph), drawn_evidence(graph, evidence), "enumeration")
    result = engine_of(graph, method).infer(evidence)
    assert result.is_exact
    assert result.log_evidence == pytest.approx(truth.log_evidence, abs=1e-11)
    for id, marginals in result.marginals.items():
        for i, marginal in enumerate(marginals):
            assert_allclose(
                marginal.probabilities, truth.marginals[f"{id}[{i}]"].probabilities, atol=1e-12, rtol=0
            )


@pytest.mark.parametrize("schedule", ["flooding", "sequential", "residual"])
@given(seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=15)
def test_loops_equal_the_drawn_graph(schedule: str, seed: int) -> None:
    loading.wait()
    graph = random_graph(seed, is_tree=False)
    evidence = random_evidence(graph, seed)
    drawing = mb.compile(drawn(graph), "bp", schedule=schedule).infer(drawn_evidence(graph, evidence))
    result = engine_of(graph, schedule=schedule).infer(evidence)
    assert (result.status, result.sweeps) == (drawing.status, drawing.sweeps)
    assert result.log_evidence == pytest.approx(drawing.log_evidence, abs=1e-8)
    for id, marginals in result.marginals.items():
        for i, marginal in enumerate(marginals):
            expected = drawing.marginals[f"{id}[{i}]"].probabilities
            assert_allclose(marginal.probabilities, expected, atol=1e-8, rtol=0)


def test_marginals_are_arrays_and_read_like_marginals() -> None:
    result = engine_of(random_graph(1, is_tree=True)).infer()
    marginals = result.marginals["y"]
    assert marginals.probabilities.shape == (len(marginals), 3)
    assert marginals[0]["b"] == marginals.probabilities[0, 1]
    assert marginals.states == ("a", "b", "c")
    with pytest.raises(ValueError, match="read-only"):
        marginals.probabilities[0, 0] = 1.0


def test_one_shared_table_of_pairs_is_stored_once() -> None:
    """A ring of shared tables: the binary kernel reads one table for all."""
    loading.wait()
    n = 50
    at = np.arange(n)
    ring = FactorGroup("r", (("x", at), ("x", (at + 1) % n)), np.array([[2.0, 1.0], [1.0, 3.0]]))
    field = FactorGroup("u", (("x", None),), np.array([0.6, 0.4]))
    graph = GroupedGraph((VariableGroup("x", n, ("0", "1")),), (ring, field))
    drawing = mb.infer(drawn(graph), {}, "bp", schedule="sequential")
    result = engine_of(graph, schedule="sequential").infer()
    assert result.status is drawing.status is Status.CONVERGED
    assert result.log_evidence == pytest.approx(drawing.log_evidence, abs=1e-9)
    assert_allclose(result.marginals["x"].probabilities[7], drawing.marginals["x[7]"].probabilities, atol=1e-10)


def test_impossible_evidence_is_told() -> None:
    x = VariableGroup("x", 2, ("0", "1"))
    equal = FactorGroup("equal", (("x", np.array([0])), ("x", np.array([1]))), np.eye(2))
    engine = engine_of(GroupedGraph((x,), (equal,)))
    with pytest.raises(mb.ImpossibleEvidence):
        engine.infer({"x": np.array([0, 1])})
    assert engine.infer({"x": np.array([0, -1])}).marginals["x"].probabilities[1, 0] == 1.0


def test_evidence_that_does_not_fit_is_refused() -> None:
    with pytest.raises(mb.InvalidEvidence, match="no variable number 99"):
        engine_of(random_graph(1, is_tree=True)).infer({"x": {99: 0}})


def test_large_groups_are_not_drawn() -> None:
    graph = GroupedGraph((VariableGroup("x", 200_000, ("0", "1")),))
    with pytest.raises(mb.UnsupportedQuery, match="method='bp'"):
        engine_of(graph, "exact")
    result = engine_of(graph, "auto").infer()
    assert result.method == "bp"
    assert "200,000 nodes" in result.message
    assert_allclose(result.marginals["x"].probabilities, 0.5)
