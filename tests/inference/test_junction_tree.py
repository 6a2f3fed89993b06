"""The exact method where numbers get extreme or many: nothing is lost, nothing overflows, nothing becomes NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.inference.arithmetic import BLOCK_ENTRIES, LOG_MAX, LOG_SUM
from mbml_core.inference.exact import slabs
from mbml_core.model import FactorGraph
from tests.strategies import table, variables


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


def test_many_weak_effects_of_one_cause() -> None:
    """A thousand observed effects: the product of their messages is far below the smallest double."""
    n = 1000
    drawn = tuple(mb.boolean(f"v{i}") for i in range(n + 1))
    effect = np.array([[0.9, 0.1], [0.3, 0.7]])
    links = [
        mb.Factor(f"f{i}", "table", ("v0", f"v{i}"), {"values": effect, "child": f"v{i}"}) for i in range(1, n + 1)
    ]
    graph = FactorGraph(drawn, (mb.Factor("f0", "prior", ("v0",), {"probabilities": [0.5, 0.5]}), *links))
    soft = {f"v{i}": [0.2, 0.6] for i in range(1, n + 1)}
    result = mb.infer(graph, soft, "exact")
    logs = math.log(0.5) + n * np.log(effect @ [0.2, 0.6])
    assert logs[1] - logs[0] > 600
    assert result.log_evidence == pytest.approx(logs[1], rel=1e-12)
    odds = result.marginals["v0"].probabilities
    assert math.log(odds[0]) == pytest.approx(logs[0] - logs[1], rel=1e-9)


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
    monkeypatch.setattr(slabs, "SLAB_ENTRIES", 5)
    monkeypatch.setattr(slabs, "MIN_RUN", 1)
    cut = mb.infer(graph, {"v4": 1}, "exact")
    assert cut.log_evidence == pytest.approx(whole.log_evidence, abs=1e-13)
    for id, marginal in whole.marginals.items():
        assert_allclose(cut.marginals[id].probabilities, marginal.probabilities, atol=1e-14, rtol=0)
    best = mb.compile(graph, "enumeration").map().log_probability
    assert mb.compile(graph, "exact").map().log_probability == pytest.approx(best, abs=1e-13)
