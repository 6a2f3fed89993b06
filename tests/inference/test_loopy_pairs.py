"""Pairwise graphs in machine code against the reference in logarithms: the same numbers after every sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.compiler.compiled import CompiledGraph, compile_graph
from mbml_core.inference import loopy_arithmetic, loopy_pairs
from mbml_core.inference import parallel as parallel
from mbml_core.inference.message_passing import BeliefPropagationInference, BpOptions
from mbml_core.inference.result import Posterior, Status
from mbml_core.kernels import loading
from mbml_core.model import FactorGraph
from tests.strategies import table, variables

Run = Callable[..., Posterior]


@pytest.fixture(params=["plain", "machine code"])
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kernels as plain Python and, where numba is installed, as machine code."""
    if request.param == "plain":
        for module in (loopy_pairs, loopy_arithmetic):
            monkeypatch.setattr(module, "fast", lambda kernel: kernel)
    elif not loading.wait():
        pytest.skip("no machine code")
    with np.errstate(over="ignore"):
        yield


def pairwise_graph(
    seed: int, n_states: int, n: int = 7, n_pairs: int = 12, spread: float = 2.0, zeros: float = 0.2
) -> FactorGraph:
    """Random pairs, several factors over one variable (some with zeros) in between, a constant."""
    source = np.random.default_rng(seed)
    factors = [table("c", (), np.array(2.5))]
    for i in range(n_pairs):
        a, b = source.permutation(n)[:2]
        values = 10.0 ** source.uniform(-spread, spread, (n_states, n_states))
        factors.append(table(f"p{i}", (f"v{a}", f"v{b}"), values))
        if source.random() < 0.6:
            weights = source.random(n_states) * (source.random(n_states) >= zeros)
            weights[source.integers(n_states)] = 1.0
            factors.append(table(f"u{i}", (f"v{source.integers(n)}",), weights))
    return FactorGraph(variables([n_states] * n), tuple(factors))


def is_reference(options: BpOptions, graph: CompiledGraph) -> BeliefPropagationInference:
    found = BeliefPropagationInference(graph, options)
    found.__dict__["_is_pairwise"] = False
    return found


def both(graph: FactorGraph, weights: dict[int, np.ndarray], **options: Any) -> tuple[Posterior, Posterior]:
    compiled, chosen = compile_graph(graph), BpOptions(**options)
    ours = BeliefPropagationInference(compiled, chosen)
    assert ours._is_pairwise
    return ours.marginals(weights), is_reference(chosen, compiled).marginals(weights)


def assert_same(left: Posterior, right: Posterior, tolerance: float = 1e-12) -> None:
    assert (left.status, left.sweeps) == (right.status, right.sweeps)
    assert_allclose(left.residual, right.residual, rtol=tolerance, atol=tolerance)
    assert left.log_evidence == pytest.approx(right.log_evidence, rel=tolerance, abs=tolerance)
    for ours, theirs in zip(left.beliefs, right.beliefs, strict=True):
        assert_allclose(ours, theirs, rtol=tolerance * 10, atol=tolerance)


@pytest.mark.parametrize("n_states", [2, 3, 5])
@pytest.mark.parametrize("schedule", ["flooding", "sequential", "auto"])
@given(seed=st.integers(0, 2**32 - 1), sweeps=st.integers(1, 12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
def test_every_sweep_equals_the_reference(
    kernels: None, n_states: int, schedule: str, seed: int, sweeps: int
) -> None:
    graph = pairwise_graph(seed, n_states)
    source = np.random.default_rng(seed + 1)
    weights = {
        int(v): source.random(n_states) * (np.arange(n_states) != source.integers(n_states))
        for v in source.permutation(7)[:2]
    }
    try:
        ours, theirs = both(graph, weights, schedule=schedule, max_sweeps=sweeps, tolerance=1e-9)
    except mb.ImpossibleEvidence:
        with pytest.raises(mb.ImpossibleEvidence):
            is_reference(BpOptions(schedule="flooding"), compile_graph(graph)).marginals(weights)
        return
    if theirs.status is not Status.OSCILLATING:
        assert_same(ours, theirs)


@pytest.mark.parametrize("n_states", [2, 3])
def test_the_outcome_is_called_the_same(kernels: None, n_states: int) -> None:
    """Strong dislike between all pairs and one tilt: messages swap sides for ever, from the third sweep on."""
    dislike = np.where(np.eye(n_states) > 0, 0.02, 1.0)
    tilt = 1.0 + 0.2 * (np.arange(n_states) == 0)
    pairs = [table(f"p{a}{b}", (f"v{a}", f"v{b}"), dislike) for a in range(5) for b in range(a)]
    tilts = [table(f"u{i}", (f"v{i}",), tilt) for i in range(5)]
    graph = FactorGraph(variables([n_states] * 5), (*pairs, *tilts))
    ours, theirs = both(graph, {}, schedule="flooding", max_sweeps=2000)
    assert ours.status is theirs.status is Status.OSCILLATING
    assert abs(ours.sweeps - theirs.sweeps) <= 2
    assert_same(*both(graph, {}, schedule="sequential", max_sweeps=2000), 1e-8)


@pytest.mark.parametrize("n_states", [2, 4])
def test_certain_observations_are_certain(kernels: None, n_states: int) -> None:
    graph = pairwise_graph(3, n_states, n_pairs=14, zeros=0.0)
    for state in range(n_states):
        weights = {2: (np.arange(n_states) == state).astype(float)}
        ours, theirs = both(graph, weights, schedule="sequential", max_sweeps=12)
        assert_same(ours, theirs)
        assert ours.beliefs[2][state] == 1.0
        assert ours.beliefs[2].sum() == 1.0


@pytest.mark.parametrize("entry", [1e-300, 1e300])
def test_tables_beyond_the_range_are_left_to_logarithms(kernels: None, entry: float) -> None:
    values = np.array([[entry, 1.0], [1.0, 2.0]])
    ring = [table(f"p{i}", (f"v{i}", f"v{(i + 1) % 3}"), values) for i in range(3)]
    graph = FactorGraph(variables([2] * 3), tuple(ring))
    assert_same(*both(graph, {}, schedule="flooding", max_sweeps=20))


def test_a_hub_with_thousands_of_neighbours_is_right(kernels: None) -> None:
    """Products of thousands of messages leave the range of a double."""
    n = 1500
    values = np.array([[3.0, 1.0], [0.2, 2.0]])
    spokes = [table(f"p{i}", ("v0", f"v{i + 1}"), values) for i in range(n)]
    rim = [table(f"r{i}", (f"v{i + 1}", f"v{i + 2}"), values) for i in range(3)]
    graph = FactorGraph(variables([2] * (n + 1)), (*spokes, *rim))
    assert_same(*both(graph, {}, schedule="flooding", max_sweeps=4))


@pytest.mark.parametrize("n_states", [2, 3])
@pytest.mark.parametrize("schedule", ["flooding", "sequential"])
def test_single_precision_is_close(kernels: None, n_states: int, schedule: str) -> None:
    graph = pairwise_graph(11, n_states, n_pairs=10, spread=0.4)
    single = mb.infer(graph, {}, "bp", schedule=schedule)
    compiled = compile_graph(graph)
    options = BpOptions(schedule=schedule, precision="float32")
    ours = BeliefPropagationInference(compiled, options).marginals({})
    assert ours.status is Status.CONVERGED
    assert ours.residual > 0.0 or ours.sweeps > 1
    for left, right in zip(ours.beliefs, single.marginals.values(), strict=True):
        assert_allclose(left, right.probabilities, atol=2e-5, rtol=0)
    assert ours.log_evidence == pytest.approx(single.log_evidence, abs=1e-3)


@pytest.mark.parametrize("schedule", ["flooding", "sequential"])
def test_slices_and_threads_change_nothing(kernels: None, schedule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = compile_graph(pairwise_graph(5, 2, n=30, n_pairs=60, zeros=0.0))
    options = BpOptions(schedule=schedule, max_sweeps=9, tolerance=0.0)
    whole = BeliefPropagationInference(compiled, options).marginals({})
    monkeypatch.setattr(parallel, "MIN_MESSAGES", 1)
    monkeypatch.setattr(parallel, "MIN_SLICE", 3)
    cut = BeliefPropagationInference(compiled, options).marginals({})
    assert_same(cut, whole)


def test_a_deadline_stops_the_sweeps(kernels: None) -> None:
    """Frustrated couplings: the messages wander for ever."""
    source = np.random.default_rng(0)
    pairs = [
        table(f"p{a}{b}", (f"v{a}", f"v{b}"), np.exp(source.normal(0, 3, (2, 2))))
        for a in range(8)
        for b in range(a)
    ]
    engine = mb.compile(FactorGraph(variables([2] * 8), tuple(pairs)), "bp", tolerance=0.0, max_sweeps=10**9)
    with pytest.raises(mb.DeadlineExceeded):
        engine.infer({}, deadline=0.05)
