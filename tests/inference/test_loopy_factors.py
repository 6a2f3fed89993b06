"""Any graph in machine code against the reference in logarithms: the same numbers after every sweep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.compiler.compiled import CompiledGraph, compile_graph
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import MAX_PRODUCT, SUM_PRODUCT, Semiring
from mbml_core.inference import loopy_factors_run, message_passing
from mbml_core.inference import parallel as parallel
from mbml_core.inference.belief_propagation import LOOPY_FLOOR, Propagation
from mbml_core.inference.message_passing import BeliefPropagationInference, BpOptions
from mbml_core.inference.result import Status
from mbml_core.kernels import loading
from mbml_core.model import Factor, FactorGraph, boolean
from tests.strategies import gate_graphs, loopy_graphs, table, variables


@pytest.fixture(params=["plain", "machine code"])
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernels as plain Python and, where numba is installed, as machine code."""
    if request.param == "plain":
        for module in (loopy_factors_run, message_passing):
            monkeypatch.setattr(module, "fast", lambda kernel: kernel)
    elif not loading.wait():
        pytest.skip("no machine code")


def propagation_of(
    graph: CompiledGraph, options: BpOptions, semiring: Semiring, weights: dict[int, np.ndarray]
) -> Propagation:
    logs = np.zeros(int(graph.offsets[-1]))
    for v, vector in weights.items():
        logs[graph.offsets[v] : graph.offsets[v + 1]] = categorical.log(vector)
    return Propagation(graph, logs, semiring, options.damping, LOOPY_FLOOR)


def assert_same_sweeps(
    graph: CompiledGraph, options: BpOptions, semiring: Semiring, weights: dict[int, np.ndarray]
) -> None:
    inference = BeliefPropagationInference(graph, options)
    propagation = propagation_of(graph, options, semiring, weights)
    try:
        theirs = inference._iterate(inference._sweeps(propagation, mb.engine.Deadline()))
    except mb.ImpossibleEvidence:
        with pytest.raises(mb.ImpossibleEvidence):
            inference._pass(propagation, mb.engine.Deadline())
        return
    ours = inference._pass(propagation, mb.engine.Deadline())
    if Status.OSCILLATING in (ours.status, theirs.status):
        assert ours.status is theirs.status
        return
    assert (ours.status, ours.info.sweep) == (theirs.status, theirs.info.sweep)
    assert_allclose(ours.info.residual, theirs.info.residual, rtol=1e-10, atol=1e-11)
    assert_allclose(ours.state.flat, theirs.state.flat, rtol=1e-11, atol=1e-11)


SEEDS = st.integers(0, 2**32 - 1)
QUICK = settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=25)


@pytest.mark.parametrize("semiring", [SUM_PRODUCT, MAX_PRODUCT], ids=["sum", "max"])
@pytest.mark.parametrize("schedule", ["flooding", "sequential", "residual"])
@given(graph=loopy_graphs(with_zeros=True), sweeps=st.integers(1, 6), damping=st.sampled_from([0.0, 0.3]))
@QUICK
def test_tables_of_any_size_send_the_same(
    kernels: None, schedule: str, semiring: Semiring, graph: FactorGraph, sweeps: int, damping: float
) -> None:
    options = BpOptions(schedule, damping, 1e-9, sweeps)
    assert_same_sweeps(compile_graph(graph), options, semiring, {})


@pytest.mark.parametrize("schedule", ["flooding", "sequential"])
@given(graph=gate_graphs(), sweeps=st.integers(1, 6), seed=SEEDS)
@QUICK
def test_structured_factors_send_the_same(
    kernels: None, schedule: str, graph: FactorGraph, sweeps: int, seed: int
) -> None:
    """Not by the residual schedule: gates with equal numbers tie, and rounding then decides who sends first."""
    source = np.random.default_rng(seed)
    weights = {int(source.integers(len(graph.variables))): source.random(2)}
    options = BpOptions(schedule, 0.0, 1e-9, sweeps)
    assert_same_sweeps(compile_graph(graph), options, SUM_PRODUCT, weights)


def test_a_wide_gate_costs_no_table(kernels: None) -> None:
    """Forty parents: 2^41 entries as a table."""
    parents = tuple(f"p{i}" for i in range(40))
    drawn = [boolean(id) for id in (*parents, "a", "b")]
    wide = {"child": "a", "probabilities": [0.1] * 40, "leak": 0.01}
    factors = [
        Factor("g", "noisy_or", (*parents, "a"), wide),
        Factor("h", "noisy_or", (*parents, "b"), {**wide, "child": "b"}),
        *(Factor(f"f{id}", "prior", (id,), {"probabilities": [0.7, 0.3]}) for id in parents),
    ]
    compiled = compile_graph(FactorGraph(tuple(drawn), tuple(factors)))
    weights = {40: np.array([0.0, 1.0]), 41: np.array([0.0, 1.0])}
    for schedule in ("flooding", "sequential"):
        assert_same_sweeps(compiled, BpOptions(schedule, max_sweeps=5), SUM_PRODUCT, weights)


@pytest.mark.parametrize("low", [1e-300, 0.0])
def test_numbers_over_hundreds_of_decades_keep_their_digits(kernels: None, low: float) -> None:
    values = np.array([[1e300, 1.0], [low, 1e-290]])
    ring = [table(f"p{i}", (f"v{i}", f"v{(i + 1) % 4}"), values) for i in range(4)]
    cube = table("c", ("v0", "v1", "v2"), np.multiply.outer(values, np.array([1.0, 1e-200])))
    compiled = compile_graph(FactorGraph(variables([2] * 4), (*ring, cube)))
    for sweeps in (1, 2, 5, 30):
        assert_same_sweeps(compiled, BpOptions("flooding", max_sweeps=sweeps), SUM_PRODUCT, {})


def test_a_hub_that_must_be_equal_to_thousands_is_right(kernels: None) -> None:
    n = 1200
    soft = np.array([[1.0, 1e-3], [1e-3, 0.5]])
    spokes = [table(f"p{i}", ("v0", f"v{i + 1}"), np.eye(2) if i % 7 == 0 else soft) for i in range(n)]
    rim = [table(f"r{i}", (f"v{i + 1}", f"v{i + 2}"), soft) for i in range(3)]
    compiled = compile_graph(FactorGraph(variables([2] * (n + 1)), (*spokes, *rim)))
    for weights in ({}, {5: np.array([0.0, 1.0])}):
        assert_same_sweeps(compiled, BpOptions("flooding", max_sweeps=4), SUM_PRODUCT, weights)


def test_messages_stop_at_the_floor(kernels: None) -> None:
    """Log messages that double with every sweep."""
    differ = np.array([[1e-9, 1.0], [1.0, 1e-9]])
    pairs = [table(f"p{a}{b}", (f"v{a}", f"v{b}"), differ) for a in range(5) for b in range(a)]
    tilt = [table(f"u{i}", (f"v{i}",), np.array([1.0, 1.5])) for i in range(5)]
    compiled = compile_graph(FactorGraph(variables([2] * 5), (*pairs, *tilt)))
    inference = BeliefPropagationInference(compiled, BpOptions("flooding", max_sweeps=60))
    outcome = inference._pass(propagation_of(compiled, inference.options, SUM_PRODUCT, {}), mb.engine.Deadline())
    assert np.isfinite(outcome.state.flat).all()
    assert outcome.state.flat.min() >= LOOPY_FLOOR


def test_slices_and_threads_change_nothing(kernels: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopy_factors_run, "SMALL_WORK", 0.0)
    monkeypatch.setattr(parallel, "MIN_SLICE", 2)
    source = np.random.default_rng(4)
    factors = [
        table(f"f{i}", tuple(f"v{v}" for v in source.permutation(12)[:3]), source.random((3, 3, 3)))
        for i in range(20)
    ]
    compiled = compile_graph(FactorGraph(variables([3] * 12), tuple(factors)))
    for schedule in ("flooding", "sequential"):
        assert_same_sweeps(compiled, BpOptions(schedule, max_sweeps=6), SUM_PRODUCT, {})
