"""The two passes, as plain kernels, by numpy and as machine code, against the sum over all joint states."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from mbml_core.compiler.table_arrays import NetworkArrays, network_arrays
from mbml_core.deadline import UNLIMITED
from mbml_core.inference.arithmetic import LINEAR_MAX, LINEAR_SUM, LOG_MAX, LOG_SUM, Arithmetic
from mbml_core.inference.exact.given import Given
from mbml_core.inference.exact.numpy_program import NumpyProgram
from mbml_core.kernels import loading, nests, propagation, table_rows
from mbml_core.kernels import program as program_kernels
from mbml_core.kernels.program import END, UP, Program, assemble
from mbml_core.kernels.tree import Tree
from tests.compiler.structures import drawing
from tests.kernels.networks import any_order, tree_by
from tests.strategies import SEEDS, any_graph

GO_ON, HALT = np.array([False]), np.array([True])
Kernel = Callable[..., float]


class Case(NamedTuple):
    """A program with evidence."""

    network: NetworkArrays
    tree: Tree
    program: Program
    given: Given


def case_of(seed: int) -> Case:
    """A random drawing by any order of elimination; some variables observed, some weighed."""
    source = np.random.default_rng(seed)
    network = network_arrays(any_graph(source))
    arrays = network.arrays
    observed = np.flatnonzero(source.random(network.n_drawn) < 0.15).tolist()
    tree = tree_by(network, any_order(source, network), observed)
    given, _ = Given.of(arrays, {v: int(source.integers(arrays.n_states[v])) for v in observed}, {})
    program = assembled(tree, network, bool(source.random() < 0.5), source)
    return weighed(Case(network, tree, program, given), source)


def assembled(tree: Tree, network: NetworkArrays, keeps_tables: bool, source: np.random.Generator) -> Program:
    """With blocks of some few entries, or of all; tables of several blocks stored, or made twice."""
    block, large = source.choice([1, 6, 40, 1 << 15]), source.choice([0, 1 << 21])
    with patch.multiple(program_kernels, BLOCK=int(block), LARGE=int(large)):
        return assemble(tree, network.arrays, keeps_tables)


def cases() -> st.SearchStrategy[Case]:
    return SEEDS.map(case_of)


def weighed(case: Case, source: np.random.Generator, share: float = 0.4) -> Case:
    """With new weights on some variables of the tree."""
    arrays = case.network.arrays
    given = Given(case.given.states, np.zeros_like(case.given.is_weighted), np.zeros_like(case.given.weights))
    inside = sorted(set(case.tree.scope.tolist()))
    chosen = [v for v in inside if source.random() < share]
    given.weigh(arrays.state_start, {v: source.uniform(0.1, 1, arrays.n_states[v]) for v in chosen})
    return case._replace(given=given)


def joint(case: Case) -> tuple[np.ndarray, list[int]]:
    """Product of the tables of the tree, at the observed states, and weights; and its variables."""
    arrays, given = case.network.arrays, case.given
    inside = sorted(set(case.tree.scope.tolist()))
    position = {v: k for k, v in enumerate(inside)}
    found = np.ones([arrays.n_states[v] for v in inside])

    def spread(table: np.ndarray, scope: list[int]) -> np.ndarray:
        order = np.argsort([position[v] for v in scope])
        return table.transpose(order).reshape(
            [n if v in scope else 1 for v, n in zip(inside, found.shape, strict=True)]
        )

    for t in case.tree.factors.tolist():
        scope = arrays.scope[arrays.scope_start[t] : arrays.scope_start[t + 1]].tolist()
        values = arrays.values[arrays.value_start[t] : arrays.value_start[t + 1]]
        shaped = values.reshape([arrays.n_states[v] for v in scope])
        cut = shaped[tuple(slice(None) if v in position else given.states[v] for v in scope)]
        found = found * spread(cut, [v for v in scope if v in position])
    for v in inside:
        if given.is_weighted[v]:
            first = arrays.state_start[v]
            found = found * spread(given.weights[first : first + arrays.n_states[v]], [v])
    return found, inside


def state_of(case: Case) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fresh (buffer, log scales, beliefs)."""
    n_states = int(case.network.arrays.state_start[-1])
    return (
        np.full(int(case.program.sections[END]), 0.5),
        np.zeros(len(case.program.parent)),
        np.full(n_states, np.nan),
    )


def assert_marginals(case: Case, log_normaliser: float, beliefs: np.ndarray) -> None:
    product, inside = joint(case)
    assert log_normaliser == pytest.approx(np.log(product.sum()), abs=1e-11)
    for k, v in enumerate(inside):
        first = case.network.arrays.state_start[v]
        expected = product.sum(axis=tuple(axis for axis in range(product.ndim) if axis != k)) / product.sum()
        found = beliefs[first : first + len(expected)]
        assert_allclose(found, expected, atol=1e-12, rtol=0)


def propagate(
    kernel: Kernel, case: Case, changed: np.ndarray, buffer: np.ndarray, scales: np.ndarray, beliefs: np.ndarray,
    stop: np.ndarray = GO_ON,
) -> float:  # fmt: skip
    p, arrays, given = case.program, case.network.arrays, case.given
    return kernel(
        p.code, p.collect_start, p.distribute_start, p.parent, p.sections, arrays.values, given.states,
        arrays.state_start, given.is_weighted, given.weights, buffer, changed, scales, beliefs, stop,
    )  # fmt: skip


def collect(kernel: Kernel, case: Case, buffer: np.ndarray, is_max: bool, stop: np.ndarray = GO_ON) -> float:
    p, arrays, given = case.program, case.network.arrays, case.given
    n_cliques = len(p.parent)
    return kernel(
        p.code, p.collect_start, p.parent, arrays.values, given.states, arrays.state_start,
        given.is_weighted, given.weights, buffer, np.ones(n_cliques, np.bool_), np.zeros(n_cliques), is_max, stop,
    )  # fmt: skip


def trace_back(case: Case, buffer: np.ndarray) -> list[int]:
    tree, states = case.tree, case.given.states.copy()
    propagation.trace_back(
        tree.parent, tree.scope_start, tree.scope, tree.n_shared, tree.table_start, tree.row_length,
        case.network.arrays.n_states, buffer, states,
    )  # fmt: skip
    return states.tolist()


@pytest.fixture(scope="module", params=["plain", "machine code"])
def kernels(request: pytest.FixtureRequest) -> dict[str, Kernel]:
    if request.param == "plain":
        return {"propagate": propagation.propagate, "collect": propagation.collect}
    assert loading.wait(), "there is no machine code; MBML_EXECUTOR=numba tells why"
    return {name: loading.fast(getattr(propagation, name)) for name in ("propagate", "collect")}  # type: ignore[misc]


@settings(max_examples=80)
@given(case=cases())
def test_marginals_and_the_normaliser(kernels: dict[str, Kernel], case: Case) -> None:
    buffer, scales, beliefs = state_of(case)
    found = propagate(kernels["propagate"], case, np.ones(len(scales), np.bool_), buffer, scales, beliefs)
    if joint(case)[0].sum() > 0:
        assert_marginals(case, found, beliefs)
    else:
        assert found == -np.inf


@settings(max_examples=60)
@given(case=cases(), seed=st.integers(0, 2**32 - 1))
def test_only_what_changed_is_collected_anew(kernels: dict[str, Kernel], case: Case, seed: int) -> None:
    """With other weights on some variables, from the cliques that have them."""
    program = assembled(case.tree, case.network, True, np.random.default_rng(seed))
    case = case._replace(program=program)
    if not joint(case)[0].sum() > 0:
        return
    buffer, scales, beliefs = state_of(case)
    n_cliques = len(scales)
    propagate(kernels["propagate"], case, np.ones(n_cliques, np.bool_), buffer, scales, beliefs)
    other = weighed(case, np.random.default_rng(seed), 0.2)
    changed = np.zeros(n_cliques, np.bool_)
    for i in range(n_cliques):
        first, end = case.tree.scope_start[i] + case.tree.n_shared[i], case.tree.scope_start[i + 1]
        own = case.tree.scope[first:end]
        changed[i] = (case.given.is_weighted[own] | other.given.is_weighted[own]).any()
    untouched = [
        i for i in range(n_cliques) if not changed[i] and case.tree.child_start[i] == case.tree.child_start[i + 1]
    ]
    for i in untouched:  # what is not collected is not even looked at
        scales[i] += 100.0
    found = propagate(kernels["propagate"], other, changed, buffer, scales, beliefs)
    assert_marginals(other, found - 100.0 * len(untouched), beliefs)


@settings(max_examples=80)
@given(case=cases(), is_in_logs=st.booleans())
def test_numpy_computes_the_same(case: Case, is_in_logs: bool) -> None:
    if not joint(case)[0].sum() > 0:
        return
    bare = case._replace(program=assemble(case.tree, case.network.arrays, False))
    buffer, scales, beliefs = state_of(bare)
    program = by_numpy(bare, buffer, LOG_SUM if is_in_logs else LINEAR_SUM)
    found = program.collect(case.given, [True] * len(scales), scales, UNLIMITED)
    program.distribute(case.given, beliefs, UNLIMITED)
    assert_marginals(case, found, beliefs)


@settings(max_examples=40)
@given(case=cases())
def test_numpy_keeps_tables_that_others_make_again(case: Case) -> None:
    with patch.multiple(program_kernels, BLOCK=1, LARGE=0):
        case = case._replace(program=assemble(case.tree, case.network.arrays, True))
    if not joint(case)[0].sum() > 0:
        return
    buffer, scales, beliefs = state_of(case)
    program = by_numpy(case, buffer, LINEAR_SUM)
    program.collect(case.given, [True] * len(scales), scales, UNLIMITED)
    tables = slice(0, int(case.program.sections[UP]))
    collected = buffer[tables].copy()
    program.distribute(case.given, beliefs, UNLIMITED)
    assert (buffer[tables] == collected).all()


@pytest.fixture
def short_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain kernels use tiles wherever they can, and short ones."""
    monkeypatch.setattr(nests, "LONG", 1000)
    monkeypatch.setattr(nests, "TILE_OVERHEAD", 0.0)
    monkeypatch.setattr(nests, "LEAST_GAIN", 1.0)
    monkeypatch.setattr(nests, "STRETCH", 12)
    monkeypatch.setattr(table_rows, "STRETCH", 12)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_marginals_by_way_of_tiles(short_tiles: None, case: Case) -> None:
    if joint(case)[0].sum() > 0:
        buffer, scales, beliefs = state_of(case)
        found = propagate(propagation.propagate, case, np.ones(len(scales), np.bool_), buffer, scales, beliefs)
        assert_marginals(case, found, beliefs)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, block=st.sampled_from([100, 2000, 1 << 15]), is_large=st.booleans(), keeps=st.booleans())
def test_large_cliques_by_machine_code(seed: int, block: int, is_large: bool, keeps: bool) -> None:
    """Against numpy: long rows and short ones, in blocks or not, through tiles or not."""
    case = a_case_of_large_cliques(np.random.default_rng(seed))
    with patch.multiple(program_kernels, BLOCK=block, LARGE=0 if is_large else 1 << 21):
        case = case._replace(program=assemble(case.tree, case.network.arrays, keeps))
    buffer, scales, expected = state_of(case)
    program = by_numpy(case, buffer, LINEAR_SUM)
    total = program.collect(case.given, [True] * len(scales), scales, UNLIMITED)
    program.distribute(case.given, expected, UNLIMITED)
    assert loading.wait()
    kernel = loading.fast(propagation.propagate)
    assert kernel is not None
    for changed in (True, not keeps):  # a second time from tables that stayed
        if not keeps:
            buffer, scales, _ = state_of(case)
        beliefs = np.full(len(expected), np.nan)
        found = propagate(kernel, case, np.full(len(scales), changed), buffer, scales, beliefs)
        assert found == pytest.approx(total, abs=1e-11)
        assert_allclose(beliefs, expected, atol=1e-12, rtol=0)


def a_case_of_large_cliques(source: np.random.Generator) -> Case:
    """Nine variables, tables over three or four of them, an order that fills in."""
    sizes = source.integers(2, 6, 9).tolist()
    scopes = [tuple(sorted(source.choice(9, source.integers(2, 5), replace=False).tolist())) for _ in range(8)]
    network = network_arrays(drawing(sizes, [*scopes, tuple(range(0, 9, 2)), (7, 8)]))
    tree = tree_by(network, source.permutation(9).tolist())
    program = assemble(tree, network.arrays, False)
    return weighed(Case(network, tree, program, Given.nothing(9, sum(sizes))), source)


class _Stop:
    """A flag that is raised when it is looked at once too often."""

    def __init__(self, n_polls: int) -> None:
        self.left = n_polls

    def __getitem__(self, _: int) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_clique_of_many_blocks_is_stopped_between_two_of_them() -> None:
    network = network_arrays(drawing([4, 3, 2], [(0, 1, 2)]))
    tree = tree_by(network, [0, 1, 2])
    with patch.multiple(program_kernels, BLOCK=6):
        program = assemble(tree, network.arrays, False)
    n_blocks = 24 // int(program.code[program.collect_start[1] - 2])
    assert n_blocks > 1
    case = Case(network, tree, program, Given.nothing(3, 9))
    for n_polls in (1, n_blocks, 2 * n_blocks - 1):
        buffer, scales, beliefs = state_of(case)
        found = propagate(
            propagation.propagate, case, np.ones(1, np.bool_), buffer, scales, beliefs, _Stop(n_polls)
        )
        assert found == propagation.STOPPED
        assert np.isnan(beliefs).all()
    found = propagate(propagation.propagate, case, np.ones(1, np.bool_), *state_of(case), _Stop(2 * n_blocks))
    assert found < np.inf


def by_numpy(case: Case, buffer: np.ndarray, arithmetic: Arithmetic) -> NumpyProgram:
    arrays = case.network.arrays
    with np.errstate(divide="ignore"):
        return NumpyProgram(case.program, arrays, arithmetic.encode(arrays.values, 1.0), buffer, arithmetic)


@settings(max_examples=80)
@given(case=cases())
def test_maxima_and_the_states_that_have_them(kernels: dict[str, Kernel], case: Case) -> None:
    product, inside = joint(case)
    if not product.max() > 0:
        return
    buffer, _, _ = state_of(case)
    assert collect(kernels["collect"], case, buffer, True) == pytest.approx(np.log(product.max()), abs=1e-11)
    states = trace_back(case, buffer)
    assert product[tuple(states[v] for v in inside)] == pytest.approx(product.max(), rel=1e-11)
    for v in set(range(len(states))) - set(inside):
        assert states[v] == case.given.states[v]


@settings(max_examples=60)
@given(case=cases(), is_in_logs=st.booleans())
def test_numpy_finds_the_same_maxima(case: Case, is_in_logs: bool) -> None:
    product, inside = joint(case)
    if not product.max() > 0:
        return
    buffer, scales, _ = state_of(case)
    program = by_numpy(case, buffer, LOG_MAX if is_in_logs else LINEAR_MAX)
    found = program.collect(case.given, [True] * len(scales), scales, UNLIMITED)
    assert found == pytest.approx(np.log(product.max()), abs=1e-11)
    states = trace_back(case, buffer)
    assert product[tuple(states[v] for v in inside)] == pytest.approx(product.max(), rel=1e-11)


def a_chain() -> Case:
    network = network_arrays(drawing([2, 3, 2], [(0, 1), (1, 2)]))
    tree = tree_by(network, [0, 1, 2])
    nothing = Given.nothing(3, 7)
    return Case(network, tree, assemble(tree, network.arrays, False), nothing)


def test_a_raised_flag_stops_each_pass(kernels: dict[str, Kernel]) -> None:
    case = a_chain()
    buffer, scales, beliefs = state_of(case)
    everything = np.ones(len(scales), np.bool_)
    assert propagate(kernels["propagate"], case, everything, buffer, scales, beliefs, HALT) == propagation.STOPPED
    assert collect(kernels["collect"], case, buffer, False, HALT) == propagation.STOPPED
    assert np.isnan(beliefs).all()
    p, arrays = case.program, case.network.arrays
    collect(kernels["collect"], case, buffer, False)
    given = case.given
    arguments = (
        p.code, p.collect_start, p.distribute_start, p.parent, p.sections, arrays.values, given.states,
        arrays.state_start, given.is_weighted, given.weights, buffer, beliefs,
    )  # fmt: skip
    assert not propagation.distribute(*arguments, HALT)
    assert np.isnan(beliefs).all()
    assert propagation.distribute(*arguments, GO_ON)


def test_many_effects_of_one_cause(kernels: dict[str, Kernel]) -> None:
    """Forty cliques with one separator, more than are compared at a time."""
    n = 41
    network = network_arrays(drawing([2] * n, [(0, v) for v in range(1, n)]))
    order = [*range(1, n), 0]
    tree = tree_by(network, order)
    given = Given.nothing(n, 2 * n)
    weights = {v: np.array([0.2 + 0.01 * v, 1.0]) for v in range(1, n)}
    log_scale = given.weigh(network.arrays.state_start, weights)
    case = Case(network, tree, assemble(tree, network.arrays, False), given)
    buffer, scales, beliefs = state_of(case)
    found = propagate(kernels["propagate"], case, np.ones(len(scales), np.bool_), buffer, scales, beliefs)
    expected = np.log(2) + sum(np.log(weight.sum()) for weight in weights.values())
    assert found + log_scale == pytest.approx(expected, abs=1e-11)
    assert_allclose(beliefs[:2], [0.5, 0.5], atol=1e-13)
    for v, weight in weights.items():
        assert_allclose(beliefs[2 * v : 2 * v + 2], weight / weight.sum(), atol=1e-13)
