"""The exact method where numbers get extreme: nothing is lost, nothing overflows, nothing becomes NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.compiler.compiled import compile_graph
from mbml_core.compiler.junction_tree import Clique, JunctionTree
from mbml_core.deadline import UNLIMITED
from mbml_core.inference.arithmetic import BLOCK_ENTRIES, LINEAR_SUM, LOG_MAX, LOG_SUM
from mbml_core.inference.junction_tree import ExactPlan, JunctionTreeInference, plan_exact
from mbml_core.model import FactorGraph
from tests.strategies import table, variables


def engine_of(graph: FactorGraph) -> JunctionTreeInference:
    return JunctionTreeInference(plan_exact(compile_graph(graph)))


def chain(n: int, link: np.ndarray, prior: list[float]) -> FactorGraph:
    """v0 → v1 → … with one conditional table."""
    drawn = tuple(mb.boolean(f"v{i}") for i in range(n))
    links = tuple(
        mb.Factor(f"f{i}", "table", (f"v{i - 1}", f"v{i}"), {"values": link, "child": f"v{i}"})
        for i in range(1, n)
    )
    return FactorGraph(drawn, (mb.Factor("f0", "prior", ("v0",), {"probabilities": prior}), *links))


@pytest.mark.parametrize("method", ["exact", "bp"])
def test_log_evidence_of_a_long_chain_is_finite_and_right(method: str) -> None:
    """2,000 observations of probability 10^-2.5 each: P(e) = 0.5 · (10^-2.5)^1999, about 10^-4998."""
    p = 10**-2.5
    graph = chain(2000, np.array([[1 - p, p], [p, 1 - p]]), [0.5, 0.5])
    result = mb.infer(graph, {f"v{i}": i % 2 for i in range(2000)}, method)
    assert result.log_evidence == pytest.approx(math.log(0.5) + 1999 * math.log(p), rel=1e-12)
    assert result.log_evidence / math.log(10) < -4990
    assert result.is_exact


def test_a_long_chain_with_soft_evidence_equals_the_forward_recursion() -> None:
    link, weight = np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([1e-3, 2e-3])
    graph = chain(2000, link, [0.6, 0.4])
    result = mb.infer(graph, {f"v{i}": weight for i in range(2000)}, "exact")
    message, log_scale = np.array([0.6, 0.4]) * weight, 0.0
    for _ in range(1999):
        message = (message @ link) * weight
        log_scale += math.log(message.sum())
        message /= message.sum()
    assert result.log_evidence == pytest.approx(log_scale, rel=1e-11)
    assert_allclose(result.marginals["v1999"].probabilities, message, atol=1e-12, rtol=0)


def test_entries_from_the_smallest_to_the_largest_double() -> None:
    """Two tables that pull in opposite directions: linear arithmetic underflows and the logs take over."""
    drawn = variables([2, 2])
    first = table("f", ("v0", "v1"), np.array([[1e-320, 1e308], [1e-300, 1e300]]))
    second = table("g", ("v0", "v1"), np.array([[1e308, 1e-320], [1e300, 1e-300]]))
    graph = FactorGraph(drawn, (first, second))
    exact, oracle = mb.infer(graph, {}, "exact"), mb.infer(graph, {}, "enumeration")
    assert math.isfinite(exact.log_evidence)
    assert exact.log_evidence == pytest.approx(oracle.log_evidence, abs=1e-12)
    for id, marginal in oracle.marginals.items():
        assert_allclose(exact.marginals[id].probabilities, marginal.probabilities, rtol=1e-12)


def test_a_state_that_is_tiny_early_and_needed_late_keeps_its_digits() -> None:
    """Regression for silent underflow: 10^-200 · 10^-200 must survive until the rival is excluded."""
    values = np.array([1.0, 3e-200])
    factors = [table(f"f{i}", ("v0",), values) for i in range(2)]
    only_rare = table("g", ("v0", "v1"), np.array([[0.0, 1.0], [1.0, 1.0]]))
    graph = FactorGraph(variables([2, 2]), (*factors, only_rare))
    result = mb.infer(graph, {"v1": 0}, "exact")
    assert result.marginals["v0"].probabilities.tolist() == [0.0, 1.0]
    assert result.log_evidence == pytest.approx(2 * math.log(3e-200), rel=1e-14)


def test_linear_arithmetic_refuses_to_lose_digits() -> None:
    graph = FactorGraph(variables([2]), tuple(table(f"f{i}", ("v0",), np.array([1.0, 1e-200])) for i in range(2)))
    executor = engine_of(graph)._executor
    with pytest.raises(FloatingPointError):
        executor.collect(LINEAR_SUM, {}, UNLIMITED)
    assert executor.collect(LOG_SUM, {}, UNLIMITED) == pytest.approx(0.0, abs=1e-12)


def test_linear_and_logarithmic_runs_of_one_program_agree() -> None:
    source = np.random.default_rng(5)
    drawn = variables([3, 2, 4, 2, 3])
    scopes = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)]
    tables = [source.random([drawn[v].size for v in scope]) for scope in scopes]
    factors = [
        table(f"f{i}", tuple(f"v{v}" for v in s), t) for i, (s, t) in enumerate(zip(scopes, tables, strict=True))
    ]
    executor = engine_of(FactorGraph(drawn, tuple(factors)))._executor
    weights = {2: np.array([0.0, 1.0, 0.5, 0.25])}
    found = []
    for arithmetic in (LINEAR_SUM, LOG_SUM):
        log_z = executor.collect(arithmetic, weights, UNLIMITED)
        executor.distribute(arithmetic, UNLIMITED)
        found.append([log_z, *(p for v in range(5) for p in executor.marginal(v, arithmetic))])
    assert_allclose(found[0], found[1], atol=1e-12, rtol=0)


def test_large_sums_of_logarithms_in_blocks_equal_one_sum() -> None:
    """A table larger than one block, reduced along each of its axes, against numpy in one piece."""
    source = np.random.default_rng(1).normal(size=(37, 211, 97))
    assert source.size > 2 * BLOCK_ENTRIES
    for axes in ((0,), (1,), (2,), (0, 2), (0, 1, 2)):
        expected = np.log(np.exp(source).sum(axis=axes))
        target = np.empty(expected.shape)
        LOG_SUM.eliminate(target, source, axes)
        assert_allclose(target, expected, atol=1e-12, rtol=0)
        LOG_MAX.eliminate(target, source, axes)
        assert_allclose(target, source.max(axis=axes), rtol=1e-12)


def test_a_plan_that_was_given_up_cannot_be_run() -> None:
    plan = plan_exact(compile_graph(FactorGraph(variables([2]))))
    with pytest.raises(ValueError, match="no tree"):
        JunctionTreeInference(ExactPlan(plan.network, None, plan.cost))


def test_joint_of_variables_in_no_common_clique_raises_key_error() -> None:
    graph = chain(4, np.array([[0.9, 0.1], [0.2, 0.8]]), [0.5, 0.5])
    with pytest.raises(KeyError):
        engine_of(graph).joint((0, 3), {})


def test_large_operations_are_cut_into_slabs_that_give_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deadline is polled between slabs; with tiny slabs every operation of a small model is cut."""
    source = np.random.default_rng(3)
    drawn = variables([3, 4, 2, 3, 2])
    scopes = [(0, 1, 2), (2, 3), (3, 4), (4, 0), (1, 3)]
    factors = [
        table(f"f{i}", tuple(f"v{v}" for v in s), source.random([drawn[v].size for v in s]))
        for i, s in enumerate(scopes)
    ]
    graph = FactorGraph(drawn, tuple(factors))
    whole = mb.infer(graph, {"v4": 1}, "exact")
    n_groups = len(engine_of(graph)._executor._collect)
    monkeypatch.setattr("mbml_core.inference.executor.SLAB_ENTRIES", 5)
    monkeypatch.setattr("mbml_core.inference.executor.MIN_RUN", 1)
    assert len(engine_of(graph)._executor._collect) > 2 * n_groups
    cut = mb.infer(graph, {"v4": 1}, "exact")
    assert cut.log_evidence == pytest.approx(whole.log_evidence, abs=1e-13)
    for id, marginal in whole.marginals.items():
        assert_allclose(cut.marginals[id].probabilities, marginal.probabilities, atol=1e-14, rtol=0)
    best = mb.compile(graph, "enumeration").map().log_probability
    assert mb.compile(graph, "exact").map().log_probability == pytest.approx(best, abs=1e-13)


def test_a_tree_without_running_intersection_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(n_states: object, elimination: object) -> JunctionTree:
        """v1 is residual in both cliques: the tree forgets that they share it."""
        return JunctionTree((2, 2, 2), (Clique((1, 0), 0, -1), Clique((2, 1), 0, -1)))

    monkeypatch.setattr("mbml_core.inference.junction_tree.build_junction_tree", cut_off)
    with pytest.raises(AssertionError, match="running intersection"):
        plan_exact(compile_graph(chain(3, np.array([[0.9, 0.1], [0.2, 0.8]]), [0.5, 0.5])))
