"""The kernel that answers rows: as plain Python and as machine code, against one question at a time."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mbml_core as mb
from mbml_core.compiler.budget import Budget
from mbml_core.compiler.table_arrays import NetworkArrays, network_arrays
from mbml_core.deadline import UNLIMITED
from mbml_core.inference.exact.kept_tree import homes_of
from mbml_core.inference.exact.planning import Assembled, Planner
from mbml_core.inference.exact.tools import PLAIN
from mbml_core.kernels import loading
from mbml_core.kernels.program import assemble
from mbml_core.kernels.rows import Memory, answer_rows
from tests.strategies import table, variables

Kernel = Callable[..., bool]


def plain() -> Kernel:
    return answer_rows


def machine() -> Kernel:
    if not loading.wait():
        pytest.skip("there is no machine code")
    found = loading.fast(answer_rows)
    assert found is not None
    return found


def network() -> tuple[mb.FactorGraph, NetworkArrays, Assembled]:
    """A loop of four with zeros, and a variable with one state."""
    source = np.random.default_rng(0)
    sizes = [2, 3, 2, 3, 1]
    scopes = [(0, 1), (1, 2), (2, 3), (0, 3), (3, 4)]
    factors = [
        table(f"f{i}", tuple(f"v{v}" for v in scope), source.random([sizes[v] for v in scope]).round(1))
        for i, scope in enumerate(scopes)
    ]
    factors.append(table("rule", ("v0", "v2"), np.eye(2)))
    graph = mb.FactorGraph(variables(sizes), tuple(factors))
    arrays = network_arrays(graph)
    planner = Planner(PLAIN, arrays)
    whole = planner.whole(Budget(1e12, 1e15), UNLIMITED)
    tree = planner.assembled(whole, keeps_tables=True)
    program = assemble(tree.tree, arrays.arrays, True)
    return graph, arrays, Assembled(tree.tree, program, tree.variables, tree.log_peaks)


def memory_for(arrays: NetworkArrays, tree: Assembled) -> Memory:
    n, n_states, n_cliques = len(arrays.arrays.n_states), int(arrays.arrays.state_start[-1]), len(tree.tree.parent)
    return Memory(
        np.full(arrays.n_drawn, -1),
        np.full(n, -1),
        np.zeros(n, dtype=np.bool_),
        np.zeros(n_states),
        np.zeros(tree.n_floats),
        np.zeros(n_cliques),
        np.zeros(n_states),
        np.ones(n_cliques, dtype=np.bool_),
        np.zeros(1),
    )


def answers(
    kernel: Kernel, rows: np.ndarray, order: np.ndarray, columns: np.ndarray, is_stopped: bool = False
) -> tuple[np.ndarray, np.ndarray, bool]:
    _, arrays, tree = network()
    beliefs, logs = np.full((len(rows), len(columns)), np.nan), np.full(len(rows), np.nan)
    is_finished = kernel(
        tree.program, arrays.arrays.values, arrays.arrays.state_start, homes_of(tree, len(arrays.arrays.n_states)),
        rows, order, 0, len(order), columns, memory_for(arrays, tree), beliefs, logs, np.array([is_stopped]),
    )  # fmt: skip
    return beliefs, logs + tree.log_peaks, is_finished


def random_rows(n: int) -> np.ndarray:
    source = np.random.default_rng(1)
    states = source.integers(0, [2, 3, 2, 3, 1], size=(n, 5))
    return np.where(source.random((n, 5)) < 0.4, states, -1).astype(np.int16)


EVERYTHING = np.arange(11)


@pytest.mark.parametrize("kernel", [plain, machine])
def test_each_row_is_answered_as_if_it_were_alone(kernel: Callable[[], Kernel]) -> None:
    rows = random_rows(60)
    beliefs, logs, is_finished = answers(kernel(), rows, np.arange(60), EVERYTHING)
    assert is_finished
    oracle = mb.compile(network()[0], "enumeration")
    n_impossible = 0
    for row, belief, log in zip(rows, beliefs, logs, strict=True):
        try:
            alone = oracle.infer({f"v{v}": int(row[v]) for v in np.flatnonzero(row >= 0)})
        except mb.ImpossibleEvidence:
            n_impossible += 1
            assert log == -math.inf
            assert not belief.any()
            continue
        assert_allclose(belief, alone.marginals.flat, atol=1e-12, rtol=0)
        assert log == pytest.approx(alone.log_evidence, abs=1e-12)
    assert 0 < n_impossible < 30


@pytest.mark.parametrize("kernel", [plain, machine])
def test_only_the_rows_in_the_order_and_only_some_columns_are_written(kernel: Callable[[], Kernel]) -> None:
    rows, order, columns = random_rows(8), np.array([5, 2, 2, 7]), np.array([9, 0, 1])
    beliefs, logs, _ = answers(kernel(), rows, order, columns)
    everything, all_logs, _ = answers(kernel(), rows, np.arange(8), EVERYTHING)
    assert_allclose(beliefs[order], everything[order][:, columns], atol=1e-15)
    assert_allclose(logs[order], all_logs[order], atol=1e-14)
    assert_array_equal(np.isnan(logs), ~np.isin(np.arange(8), order))


@pytest.mark.parametrize("kernel", [plain, machine])
def test_it_stops_when_told_to(kernel: Callable[[], Kernel]) -> None:
    _, logs, is_finished = answers(kernel(), random_rows(3), np.arange(3), EVERYTHING, is_stopped=True)
    assert not is_finished
    assert np.isnan(logs).all()
