"""A tiny network's one table: the numbers of enumeration, or none where it cannot tell."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.compiler.budget import Budget
from mbml_core.errors import ImpossibleEvidence
from mbml_core.inference.exact import joint_table
from mbml_core.inference.exact.joint_table import JointTable
from mbml_core.model import Factor, FactorGraph, boolean
from tests.inference.exact.test_ways import evidence
from tests.inference.exact.ways import UNBOUNDED, Answer, Hard, Soft, assert_same, oracle
from tests.strategies import SEEDS, any_graph, table, variables


@pytest.fixture(autouse=True)
def _tables_of_any_size(executor: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint_table, "MOST_PRODUCTS", 1 << 20)


def answer(found: JointTable, graph: FactorGraph, hard: Hard, soft: Soft) -> Answer:
    try:
        told = found.marginals(hard, soft)
    except ImpossibleEvidence:
        return None
    assert told is not None
    return np.split(told[0], np.cumsum([variable.size for variable in graph.variables])[:-1]), told[1]


def of(graph: FactorGraph) -> JointTable:
    found = JointTable.of(graph, UNBOUNDED)
    assert found is not None
    return found


@settings(max_examples=80)
@given(seed=SEEDS)
def test_it_says_what_enumeration_says(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = any_graph(source)
    found = JointTable.of(graph, UNBOUNDED)
    assume(found is not None)
    assert found is not None
    for hard, soft in (({}, {}), evidence(source, graph), ({}, {}), evidence(source, graph)):
        assert_same(answer(found, graph, hard, soft), oracle(graph, hard, soft), 1e-12)


def test_axes_need_not_follow_the_drawing_and_single_states_take_part() -> None:
    values = np.random.default_rng(3).random((4, 1, 2, 3))
    graph = FactorGraph(variables([2, 3, 1, 4]), (table("f", ("v3", "v2", "v0", "v1"), values),))
    assert_same(answer(of(graph), graph, {2: 0, 1: 2}, {}), oracle(graph, {2: 0, 1: 2}, {}))


def test_structured_factors_are_written_out() -> None:
    parents = tuple(f"p{i}" for i in range(6))
    gate = Factor("or", "any_true", (*parents, "x"), {})
    graph = FactorGraph(tuple(boolean(id) for id in (*parents, "x")), (gate,))
    assert_same(answer(of(graph), graph, {6: 1, 0: 0}, {}), oracle(graph, {6: 1, 0: 0}, {}))


def test_what_was_observed_is_certain() -> None:
    graph = FactorGraph(variables([2, 3]), (table("f", ("v0", "v1"), np.full((2, 3), 0.1)),))
    beliefs, _ = of(graph).marginals({1: 2}, {}) or pytest.fail("no answer")
    assert beliefs.tolist() == [0.5, 0.5, 0.0, 0.0, 1.0]


def test_impossible_evidence_is_said() -> None:
    graph = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.eye(2)),))
    with pytest.raises(ImpossibleEvidence):
        of(graph).marginals({0: 0, 1: 1}, {})


class TestDigits:
    def test_a_likelihood_that_takes_numbers_below_the_range_is_not_answered_for(self) -> None:
        graph = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.array([[1e-200, 1.0], [1.0, 1.0]])),))
        assert of(graph).marginals({}, {0: np.array([1e-200, 1.0])}) is None
        assert of(graph).marginals({}, {0: np.array([1e-100, 1.0])}) is not None

    @pytest.mark.parametrize("entry", [1e-200, 1e200])
    def test_factors_whose_product_leaves_the_range_make_no_table(self, entry: float) -> None:
        values = np.array([entry, 1.0])
        graph = FactorGraph(variables([2]), (table("f", ("v0",), values), table("g", ("v0",), values)))
        assert JointTable.of(graph, UNBOUNDED) is None

    def test_a_sum_beyond_the_range_is_not_answered_for(self) -> None:
        graph = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.full((2, 2), 1.5e308)),))
        assert of(graph).marginals({}, {}) is None

    def test_the_engine_answers_where_the_table_does_not(self) -> None:
        graph = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.array([[1e-200, 1.0], [1.0, 1.0]])),))
        likelihood = [1e-200, 0.0]
        engine = mb.compile(graph, "exact")
        found = engine.infer({"v0": likelihood, "v1": "s0"})
        assert found.log_evidence == pytest.approx(2 * math.log(1e-200), rel=1e-14)
        again = engine.infer({"v0": [1e-200, 1e-200], "v1": "s0"})
        expected = mb.compile(graph, "enumeration").infer({"v0": [1e-200, 1e-200], "v1": "s0"})
        assert_allclose(again.marginals.flat, expected.marginals.flat, rtol=1e-13)


class TestWhenThereIsOne:
    def test_large_networks_and_drawings_without_variables_have_none(self) -> None:
        many = FactorGraph(tuple(boolean(f"x{i}") for i in range(80)))
        assert JointTable.of(many, UNBOUNDED) is None
        assert JointTable.of(FactorGraph(()), UNBOUNDED) is None

    def test_the_work_decides(self, monkeypatch: pytest.MonkeyPatch) -> None:
        graph = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.ones((2, 2))),))
        monkeypatch.setattr(joint_table, "MOST_PRODUCTS", 4 * (1 + 4))
        assert JointTable.of(graph, UNBOUNDED) is not None
        monkeypatch.setattr(joint_table, "MOST_PRODUCTS", 4 * (1 + 4) - 1)
        assert JointTable.of(graph, UNBOUNDED) is None

    def test_a_budget_without_room_is_for_the_trees_to_refuse(self) -> None:
        graph = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.ones((2, 2))),))
        assert JointTable.of(graph, Budget(1.0)) is None
        with pytest.raises(mb.OverBudget):
            mb.compile(graph, "exact", memory_limit=1)
