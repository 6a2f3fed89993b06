"""The tree that keeps its tables answers as a new one would, whatever it was asked before."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings

from mbml_core.deadline import CancelToken, Deadline
from mbml_core.errors import Cancelled, ImpossibleEvidence
from mbml_core.inference.exact.tools import best_tools
from mbml_core.model import FactorGraph
from tests.inference.exact.test_ways import evidence
from tests.inference.exact.ways import KEPT, Hard, Soft, answer, assert_same, inference_by, oracle
from tests.strategies import SEEDS, any_graph, table, variables


def changed(source: np.random.Generator, hard: Hard, soft: Soft, graph: FactorGraph) -> tuple[Hard, Soft]:
    """The same evidence but for one variable: observed, weighed or neither."""
    v = int(source.integers(len(graph.variables)))
    size = graph.variables[v].size
    hard = {u: state for u, state in hard.items() if u != v}
    soft = {u: vector for u, vector in soft.items() if u != v}
    match source.integers(4):
        case 0 | 1:
            hard[v] = int(source.integers(size))
        case 2:
            soft[v] = source.random(size) + 0.1
    return hard, soft


@settings(max_examples=60)
@given(SEEDS)
def test_any_sequence_of_questions(seed: int) -> None:
    """Evidence added, changed and taken back; some of it impossible; some questions stopped half-way."""
    source = np.random.default_rng(seed)
    graph = any_graph(source)
    used = inference_by(KEPT, graph, best_tools())
    hard, soft = evidence(source, graph)
    for _ in range(8):
        if source.random() < 0.25:
            stop_after(int(source.integers(4)), used, *changed(source, hard, soft, graph))
        assert_same(answer(used, graph, hard, soft), oracle(graph, hard, soft), 1e-11)
        hard, soft = changed(source, hard, soft, graph)


def stop_after(n_polls: int, inference: object, hard: Hard, soft: Soft) -> None:
    """Ask with a deadline that passes at the n-th look at it."""

    class Passing(CancelToken):
        left = n_polls

        @property
        def is_set(self) -> bool:  # type: ignore[override]
            self.left -= 1
            return self.left < 0

        @is_set.setter
        def is_set(self, value: bool) -> None: ...

    with suppress(Cancelled, ImpossibleEvidence):
        inference.marginals(hard, soft, Deadline(token=Passing()))  # type: ignore[attr-defined]


def test_to_the_last_bit() -> None:
    """Cliques that did not change are not collected again, and still hold the same numbers."""
    source = np.random.default_rng(1)
    pairs = [(i, j) for i in range(6) for j in range(i + 1, 6) if j - i < 4]
    factors = tuple(table(f"f{i}{j}", (f"v{i}", f"v{j}"), source.random((2, 2))) for i, j in pairs)
    graph = FactorGraph(variables([2] * 6), factors)
    used = inference_by(KEPT, graph, best_tools())
    for hard in ({}, {5: 1}, {0: 1}, {0: 1, 5: 0}, {0: 0}):
        fresh = inference_by(KEPT, graph, best_tools()).marginals(hard, {})
        again = used.marginals(hard, {})
        assert fresh[1] == again[1]
        np.testing.assert_array_equal(fresh[0], again[0])


def test_after_a_question_that_had_to_be_answered_in_logarithms() -> None:
    """The tables that lost digits are made anew."""
    rare = np.array([1.0, 3e-200])
    factors = [table(f"f{i}", ("v0",), rare) for i in range(1)]
    link = table("g", ("v0", "v1"), np.array([[0.5, 0.5], [0.25, 0.75]]))
    graph = FactorGraph(variables([2, 2]), (*factors, link))
    used = inference_by(KEPT, graph, best_tools())
    questions: list[Soft] = [{}, {0: rare}, {}, {0: rare, 1: np.array([1.0, 0.5])}, {1: np.array([1.0, 0.5])}]
    for soft in questions:
        assert_same(answer(used, graph, {}, soft), oracle(graph, {}, soft), 1e-13)


@pytest.mark.parametrize("impossible", [0, 1])
def test_after_an_impossible_question_the_rest_is_collected(impossible: int) -> None:
    """The pass ends in one island, whichever comes first; what changed in the other one must not be forgotten."""
    graph = FactorGraph(
        variables([2, 2]), tuple(table(f"f{v}", (f"v{v}",), np.array([1.0, 0.0])) for v in range(2))
    )
    graph = FactorGraph(graph.variables, (*graph.factors, table("g", (), np.array(3.0))))
    used, other = inference_by(KEPT, graph, best_tools()), 1 - impossible
    assert answer(used, graph, {}, {}) is not None
    weights = np.array([0.5, 1.0])
    assert answer(used, graph, {impossible: 1}, {}) is None
    assert answer(used, graph, {impossible: 1, other: 0}, {}) is None
    assert answer(used, graph, {other: 1, impossible: 0}, {}) is None
    assert_same(answer(used, graph, {}, {other: weights}), oracle(graph, {}, {other: weights}))
    assert answer(used, graph, {impossible: 1}, {other: weights}) is None
    assert answer(used, graph, {impossible: 1, other: 1}, {}) is None
    assert answer(used, graph, {other: 1}, {}) is None


def test_touching_memory_ahead_changes_no_answer() -> None:
    graph = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.array([[1.0, 2.0], [3.0, 4.0]])),))
    used = inference_by(KEPT, graph, best_tools())
    assert not used._kept.is_touched
    steps = used._kept.touch()
    next(steps)
    first = used.marginals({0: 1}, {})
    assert list(steps) == []
    again = used.marginals({0: 1}, {})
    assert first[1] == again[1] == pytest.approx(np.log(7))
    np.testing.assert_array_equal(first[0], again[0])
