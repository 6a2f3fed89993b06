"""Whichever trees answer, the numbers are those of enumeration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings

from mbml_core.errors import ImpossibleEvidence
from mbml_core.inference import enumeration
from mbml_core.inference.exact.tools import best_tools
from mbml_core.model import Factor, FactorGraph, boolean
from tests.inference.exact.ways import WAYS, Hard, Soft, answer, as_vectors, assert_same, inference_by, oracle
from tests.strategies import SEEDS, any_graph, directed_graph, free_graph, table, variables

every_way = pytest.mark.parametrize("way", WAYS)


def evidence(source: np.random.Generator, graph: FactorGraph) -> tuple[Hard, Soft]:
    """For each variable one of: nothing, a state, a likelihood, a likelihood of a single state (which may be
    observed or weighed); or all are observed, or all but one.
    """
    mode = str(source.choice(["some", "some", "few", "all", "all but one"]))
    kinds = {"some": "nnhs1", "few": "nnnnnnhs1"}.get(mode, "h")
    hard: dict[int, int] = {}
    soft: dict[int, np.ndarray] = {}
    spared = int(source.integers(len(graph.variables))) if mode == "all but one" else -1
    for v, variable in enumerate(graph.variables):
        match "n" if v == spared else str(source.choice(list(kinds))):
            case "h":
                hard[v] = int(source.integers(variable.size))
            case "1":
                soft[v] = np.eye(variable.size)[source.integers(variable.size)] * 0.7
            case "s":
                soft[v] = np.where(source.random(variable.size) < 0.3, 0.0, source.random(variable.size))
                soft[v][source.integers(variable.size)] = 3.0
    return hard, soft


@every_way
@settings(max_examples=60)
@given(seed=SEEDS)
def test_directed_networks(seed: int, way: str) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source)
    inference = inference_by(way, graph, best_tools())
    for hard, soft in (({}, {}), evidence(source, graph), evidence(source, graph)):
        assert_same(answer(inference, graph, hard, soft), oracle(graph, hard, soft))


@every_way
@settings(max_examples=40)
@given(seed=SEEDS)
def test_free_potentials(seed: int, way: str) -> None:
    source = np.random.default_rng(seed)
    graph = free_graph(source)
    inference = inference_by(way, graph, best_tools())
    for hard, soft in (({}, {}), evidence(source, graph)):
        assert_same(answer(inference, graph, hard, soft), oracle(graph, hard, soft), 1e-11)


@every_way
@settings(max_examples=25)
@given(seed=SEEDS)
def test_the_chain_rule_of_evidence(seed: int, way: str) -> None:
    """log P(a, b) = log P(a) + log P(b | a): the second factor is a belief after the first question."""
    source = np.random.default_rng(seed)
    graph = directed_graph(source)
    assume(len(graph.variables) > 1)
    inference = inference_by(way, graph, best_tools())
    first, second = source.permutation(len(graph.variables))[:2].tolist()
    after_one = answer(inference, graph, {first: 0}, {})
    after_both = answer(inference, graph, {first: 0, second: 0}, {})
    assume(after_one is not None)
    assert after_one is not None
    belief = float(after_one[0][second][0])
    assert (after_both is None) == (belief == 0.0)
    if after_both is not None:
        assert after_both[1] == pytest.approx(after_one[1] + math.log(belief), abs=1e-11)


def gate(kind: str, n_parents: int, **more: object) -> FactorGraph:
    """Booleans p0 … with priors, and a child c; from five parents on a gate becomes several tables."""
    ids = [f"p{i}" for i in range(n_parents)]
    priors = [Factor(f"f_{id}", "prior", (id,), {"probabilities": [0.6, 0.4]}) for id in ids]
    rule = Factor("g", kind, (*ids, "c"), {"child": "c", **more})
    return FactorGraph(tuple(boolean(id) for id in (*ids, "c")), (*priors, rule))


@every_way
@pytest.mark.parametrize("free", [False, True], ids=["directed", "with a free potential"])
@pytest.mark.parametrize("child", [0, 1])
def test_a_gate_all_of_whose_variables_are_observed(way: str, child: int, free: bool) -> None:
    """Nothing is left to sum over but the variables that the gate was split by."""
    graph = gate("noisy_or", 7, probabilities=[0.1 * i for i in range(7)], leak=0.05)
    if free:
        graph = FactorGraph(
            graph.variables, (*graph.factors, table("free", ("p0", "c"), np.array([[1, 2], [3, 4.0]])))
        )
    hard = {**{v: v % 2 for v in range(7)}, 7: child}
    assert_same(answer(inference_by(way, graph, best_tools()), graph, hard, {}), oracle(graph, hard, {}))


@every_way
def test_a_gate_that_contradicts_observations_of_all_its_variables(way: str) -> None:
    graph = gate("any_true", 7)
    inference = inference_by(way, graph, best_tools())
    assert answer(inference, graph, {**dict.fromkeys(range(7), 0), 7: 1}, {}) is None
    assert answer(inference, graph, {**dict.fromkeys(range(7), 0), 7: 0}, {}) is not None
    with pytest.raises(ImpossibleEvidence):
        inference.most_probable({**dict.fromkeys(range(7), 0), 7: 1}, {})
    with pytest.raises(ImpossibleEvidence):
        inference.joint((0,), {**dict.fromkeys(range(7), 0), 7: 1}, {})


@every_way
def test_a_contradiction_among_observed_variables_alone(way: str) -> None:
    """No variable of the table f is left in any tree."""
    copied = Factor("f", "table", ("v0", "v1"), {"values": np.eye(2), "child": "v1"})
    rest = Factor("g", "table", ("v1", "v2"), {"values": [[0.5, 0.5], [0.1, 0.9]], "child": "v2"})
    graph = FactorGraph(variables([2, 2, 2]), (copied, rest))
    inference = inference_by(way, graph, best_tools())
    assert answer(inference, graph, {0: 0, 1: 1}, {}) is None
    assert_same(answer(inference, graph, {0: 1, 1: 1}, {}), oracle(graph, {0: 1, 1: 1}, {}))


def two_families() -> FactorGraph:
    """Roots 0 and 1, their common children 2 and 3, and an island 4 → 5; free: nobody gives 1 a distribution."""

    def conditional(*scope: int, seed: int) -> Factor:
        values = np.random.default_rng(seed).random((2,) * len(scope))
        values /= values.sum(axis=-1, keepdims=True)
        ids = tuple(f"v{v}" for v in scope)
        return Factor(f"f{scope[-1]}", "table", ids, {"values": values, "child": ids[-1]})

    factors = (
        conditional(0, seed=1),
        conditional(0, 1, 2, seed=2),
        conditional(0, 1, 3, seed=3),
        conditional(4, seed=4),
        conditional(4, 5, seed=5),
    )
    return FactorGraph(variables([2] * 6), factors)


@every_way
@pytest.mark.parametrize(
    "observed", [(2,), (3,), (2, 3), (0,), (1,), (0, 1), (5,), (4, 2), (0, 1, 4), ()], ids=str
)
@pytest.mark.parametrize("is_soft", [False, True], ids=["hard", "soft"])
def test_evidence_on_roots_and_sinks(way: str, observed: tuple[int, ...], is_soft: bool) -> None:
    graph = two_families()
    hard = {} if is_soft else dict.fromkeys(observed, 1)
    soft = {v: np.array([0.2, 0.7]) for v in observed} if is_soft else {}
    assert_same(answer(inference_by(way, graph, best_tools()), graph, hard, soft), oracle(graph, hard, soft))


@every_way
@settings(max_examples=40)
@given(seed=SEEDS)
def test_most_probable_assignments(seed: int, way: str) -> None:
    """Gates that hide a sum aside, which the engine writes out as tables first."""
    source = np.random.default_rng(seed)
    graph = any_graph(source)
    assume(not any(factor.kind.startswith("noisy") for factor in graph.factors))
    hard, soft = evidence(source, graph)
    assume(oracle(graph, hard, soft) is not None)
    inference = inference_by(way, graph, best_tools())
    states, log_maximum = inference.most_probable(hard, soft)
    _, expected = enumeration.most_probable(graph, as_vectors(graph, hard, soft))
    assert log_maximum == pytest.approx(expected, abs=1e-11)
    given_all = oracle(graph, dict(enumerate(states)), {})
    assert given_all is not None
    weights = math.fsum(math.log(float(vector[states[v]])) for v, vector in soft.items())
    assert given_all[1] + weights == pytest.approx(expected, abs=1e-11)
    assert all(states[v] == state for v, state in hard.items())


@every_way
@settings(max_examples=40)
@given(seed=SEEDS)
def test_joint_distributions(seed: int, way: str) -> None:
    """Of any variables in any order, observed ones and such with one state among them."""
    source = np.random.default_rng(seed)
    graph = any_graph(source)
    hard, soft = evidence(source, graph)
    assume(oracle(graph, hard, soft) is not None)
    scope = tuple(source.permutation(len(graph.variables))[: source.integers(1, 5)].tolist())
    found = inference_by(way, graph, best_tools()).joint(scope, hard, soft)
    expected = enumeration.joint_marginal(graph, as_vectors(graph, hard, soft), scope)
    np.testing.assert_allclose(found, expected, atol=1e-12, rtol=0)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "kept"])
@settings(max_examples=30)
@given(seed=SEEDS)
def test_what_evidence_does_not_touch_keeps_its_beliefs(seed: int, way: str) -> None:
    """Two drawings side by side: log Z adds up, and the other one's beliefs stay to the last bit."""
    source = np.random.default_rng(seed)
    left, right = free_graph(source, 5), free_graph(source, 4)
    n = len(left.variables)
    graph = side_by_side(left, right)
    hard = dict.fromkeys(source.permutation(n)[: source.integers(1, n + 1)].tolist(), 0)
    inference = inference_by(way, graph, best_tools())
    before, after = answer(inference, graph, {}, {}), answer(inference, graph, hard, {})
    alone = [oracle(left, hard, {}), oracle(right, {}, {})]
    assert (after is None) == (alone[0] is None or alone[1] is None)
    if before is None or after is None or alone[0] is None or alone[1] is None:
        return
    assert after[1] == pytest.approx(alone[0][1] + alone[1][1], abs=1e-11)
    for mine, expected in zip(after[0], alone[0][0] + alone[1][0], strict=True):
        np.testing.assert_allclose(mine, expected, atol=1e-12, rtol=0)
    if way != "in one piece":
        assert all(np.array_equal(a, b) for a, b in zip(before[0][n:], after[0][n:], strict=True))


def side_by_side(left: FactorGraph, right: FactorGraph) -> FactorGraph:
    n = len(left.variables)

    def moved(id: str) -> str:
        return f"v{int(id[1:]) + n}"

    more = [Factor(f"r{f.id}", f.kind, tuple(map(moved, f.scope)), dict(f.parameters)) for f in right.factors]
    sizes = [variable.size for variable in (*left.variables, *right.variables)]
    return FactorGraph(variables(sizes), (*left.factors, *more))
