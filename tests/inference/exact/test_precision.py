"""Numbers from the smallest to the largest double: no digit is lost, whatever runs the program."""

from __future__ import annotations

import dataclasses
import math
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.inference.exact import runs
from mbml_core.inference.exact.tools import best_tools
from mbml_core.inference.exact.underflow import UNDERFLOW, UnderflowFlag, underflow_flag
from mbml_core.model import FactorGraph
from tests.inference.exact.ways import WAYS, answer, assert_same, inference_by, oracle
from tests.strategies import table, variables

every_way = pytest.mark.parametrize("way", WAYS)


# --- the processor's flag ----------------------------------------------------------------------------------


def the_flag() -> UnderflowFlag:
    assert UNDERFLOW is not None, "machine code cannot be used here: its lost digits would go unnoticed"
    return UNDERFLOW


def test_the_flag_is_raised_by_a_product_that_loses_digits_and_stays_up() -> None:
    flag, small = the_flag(), np.array([3e-200])
    flag.clear()
    assert not flag.is_raised()
    with np.errstate(under="ignore"):
        float(small[0]) * float(small[0])
    assert flag.is_raised()
    assert flag.is_raised()
    flag.clear()
    assert not flag.is_raised()


def test_the_flag_is_not_raised_by_exact_or_large_results() -> None:
    flag = the_flag()
    flag.clear()
    for x, y in ((1e300, 1e-300), (0.0, 1e-300), (2.0**-1060, 0.5), (1.0, 3.0)):
        x * y
    assert not flag.is_raised()


def test_an_unknown_processor_has_no_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "abacus")
    assert underflow_flag() is None


def test_without_a_flag_numpy_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "UNDERFLOW", None)
    graph = early_and_late()
    inference = inference_by("in one piece", graph, best_tools())
    assert not inference._runs.is_machine_code
    assert_same(answer(inference, graph, {1: 0}, {}), oracle(graph, {1: 0}, {}))


# --- tiny early and needed late ----------------------------------------------------------------------------


def early_and_late() -> FactorGraph:
    """10^-200 · 10^-200 must survive until the rival is excluded."""
    rare = np.array([1.0, 3e-200])
    only_rare = table("g", ("v0", "v1"), np.array([[0.0, 1.0], [1.0, 1.0]]))
    return FactorGraph(variables([2, 2]), (table("f0", ("v0",), rare), table("f1", ("v0",), rare), only_rare))


@every_way
def test_a_state_that_is_tiny_early_and_needed_late(way: str) -> None:
    graph = early_and_late()
    inference = inference_by(way, graph, best_tools())
    for hard in ({1: 0}, {}, {1: 0}, {1: 1}):
        assert_same(answer(inference, graph, hard, {}), oracle(graph, hard, {}), 1e-14)


@every_way
def test_it_is_found_in_the_most_probable_assignment_and_in_joints(way: str) -> None:
    graph = early_and_late()
    inference = inference_by(way, graph, best_tools())
    assert inference.most_probable({1: 0}, {}) == ((1, 0), pytest.approx(2 * math.log(3e-200), rel=1e-14))
    soft = {1: np.array([1.0, 0.0])}
    assert inference.joint((0, 1), {}, soft).tolist() == [[0.0, 0.0], [1.0, 0.0]]
    assert inference.joint((0,), {1: 0}, {}).tolist() == [0.0, 1.0]


@every_way
def test_numbers_below_the_smallest_normal_double(way: str) -> None:
    """1 / 10^-310 is no double."""
    graph = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.array([[1e-310, 1.0], [1.0, 0.5]])),))
    inference = inference_by(way, graph, best_tools())
    for hard, soft in (
        ({0: 0, 1: 0}, {}),
        ({0: 0}, {1: np.array([1.0, 0.0])}),
        ({0: 0}, {1: np.array([1.0, 1e-3])}),
    ):
        assert_same(answer(inference, graph, hard, soft), oracle(graph, hard, soft))


@every_way
def test_likelihoods_over_more_than_all_doubles(way: str) -> None:
    """10^-200 / 10^200 is zero in linear numbers; here it is all that is left."""
    graph = FactorGraph(variables([2, 2]), (table("f", ("v0", "v1"), np.eye(2)),))
    inference = inference_by(way, graph, best_tools())
    wide = np.array([1e-200, 1e200])
    for hard, soft in (({1: 0}, {0: wide}), ({}, {0: wide, 1: wide[::-1].copy()}), ({}, {0: wide})):
        assert_same(answer(inference, graph, hard, soft), oracle(graph, hard, soft))


@every_way
def test_a_table_from_the_smallest_to_the_largest_double(way: str) -> None:
    first = table("f", ("v0", "v1"), np.array([[1e-320, 1e308], [1e-300, 1e300]]))
    second = table("g", ("v0", "v1"), np.array([[1e308, 1e-320], [1e300, 1e-300]]))
    graph = FactorGraph(variables([2, 2]), (first, second))
    inference = inference_by(way, graph, best_tools())
    for hard in ({}, {0: 0}, {0: 1, 1: 1}):
        assert_same(answer(inference, graph, hard, {}), oracle(graph, hard, {}))


def test_a_joint_beyond_the_budget_is_refused_before_anything_is_allocated() -> None:
    graph = FactorGraph(variables([2] * 24), tuple(table(f"f{i}", (f"v{i}",), np.ones(2)) for i in range(24)))
    engine = mb.compile(graph, "exact", memory_limit=1e6)
    tracemalloc.start()
    try:
        with pytest.raises(mb.OverBudget):
            engine.joint([variable.id for variable in graph.variables])
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_a_joint_of_sixty_variables_is_over_the_budget() -> None:
    """Its 2^60 entries are more than any array has."""
    graph = FactorGraph(variables([2] * 60), tuple(table(f"f{i}", (f"v{i}",), np.ones(2)) for i in range(60)))
    with pytest.raises(mb.OverBudget):
        mb.compile(graph, "exact").joint([variable.id for variable in graph.variables])


def test_both_arithmetics_give_the_same_numbers() -> None:
    source = np.random.default_rng(5)
    drawn = variables([3, 2, 4, 2, 3])
    scopes = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)]
    factors = [
        table(f"f{i}", tuple(f"v{v}" for v in s), source.random([drawn[v].size for v in s]))
        for i, s in enumerate(scopes)
    ]
    graph = FactorGraph(drawn, tuple(factors))
    soft = {2: np.array([0.0, 1.0, 0.5, 0.25])}
    linear = inference_by("in one piece", graph, best_tools()).marginals({}, soft)
    logarithmic = inference_by("in one piece", graph, best_tools())
    logarithmic._runs._network = dataclasses.replace(logarithmic.network, loses_digits=True)
    in_logs = logarithmic.marginals({}, soft)
    assert in_logs[1] == pytest.approx(linear[1], abs=1e-12)
    assert_allclose(in_logs[0], linear[0], atol=1e-12, rtol=0)
