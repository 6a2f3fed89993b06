"""Message passing on loops: what it ends at, and what it calls the outcome."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mbml_core as mb
from mbml_core.compiler.compiled import compile_graph
from mbml_core.compiler.schedule import flooding
from mbml_core.inference.belief_propagation import Propagation, bethe_log_evidence, sweeps
from mbml_core.inference.message_state import Mailbox, split_beliefs
from mbml_core.inference.result import Status
from mbml_core.model import FactorGraph
from tests.strategies import table, variables

SCHEDULES = ("flooding", "sequential", "residual")


def ring(n: int, agree: float, field: float = 1.0) -> FactorGraph:
    """n binary variables in a circle that like (agree > 1) or dislike to be equal; `field` favours state 0."""
    pairs = [
        table(f"p{i}", (f"v{i}", f"v{(i + 1) % n}"), np.array([[agree, 1.0], [1.0, agree]])) for i in range(n)
    ]
    return FactorGraph(variables([2] * n), (*pairs, table("u", ("v0",), np.array([field, 1.0]))))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_all_schedules_share_the_fixed_point(schedule: str) -> None:
    graph = ring(5, 2.0, 3.0)
    result = mb.infer(graph, {}, "bp", schedule=schedule, tolerance=1e-13)
    reference = mb.infer(graph, {}, "bp", schedule="flooding", tolerance=1e-13)
    assert result.status is Status.CONVERGED
    assert not result.is_exact
    for id, marginal in reference.marginals.items():
        assert_allclose(result.marginals[id].probabilities, marginal.probabilities, atol=1e-10, rtol=0)
    assert result.log_evidence == pytest.approx(reference.log_evidence, abs=1e-9)


def test_flooding_oscillates_where_damping_converges() -> None:
    """Strong dislike around a ring of two variables and two factors pointing the same way: messages swap sides.

    On an even ring with attraction and a negative start nothing swaps, so the oscillation is made of an
    antiferromagnetic triangle in which every vertex is pulled the same way by its two neighbours at once.
    """
    pairs = itertools.combinations(range(4), 2)
    values = np.array([[0.02, 1.0], [1.0, 0.02]])
    factors = [table(f"p{a}{b}", (f"v{a}", f"v{b}"), values) for a, b in pairs]
    tilt = [table(f"u{i}", (f"v{i}",), np.array([1.2, 1.0])) for i in range(4)]
    graph = FactorGraph(variables([2] * 4), (*factors, *tilt))
    free = mb.infer(graph, {}, "bp", schedule="flooding")
    assert free.status is Status.OSCILLATING
    assert "Damping" in free.message
    damped = mb.infer(graph, {}, "bp", schedule="flooding", damping=0.5)
    assert damped.status is Status.CONVERGED
    assert damped.residual <= 1e-9


def test_the_largest_number_of_sweeps_is_reported() -> None:
    result = mb.infer(ring(5, 2.0, 3.0), {}, "bp", max_sweeps=2, tolerance=1e-15)
    assert (result.status, result.sweeps) == (Status.MAX_SWEEPS, 2)
    assert result.residual > 1e-15


def test_a_contradicting_loop_does_not_overflow() -> None:
    """Regression: log messages that double with every sweep once reached 10^198 and would have become NaN."""
    must_differ = np.array([[1e-9, 1.0], [1.0, 1e-9]])
    factors = [table(f"p{a}{b}", (f"v{a}", f"v{b}"), must_differ) for a, b in itertools.combinations(range(5), 2)]
    tilt = [table(f"u{i}", (f"v{i}",), np.array([1.0, 1.5])) for i in range(5)]
    result = mb.infer(FactorGraph(variables([2] * 5), (*factors, *tilt)), {}, "bp", max_sweeps=2000)
    assert np.isfinite(result.log_evidence)
    assert abs(result.log_evidence) < 1e8
    for marginal in result.marginals.values():
        assert np.isfinite(marginal.probabilities).all()


def test_evidence_that_cuts_the_loop_makes_messages_exact() -> None:
    graph = ring(4, 3.0, 2.0)
    cut = mb.infer(graph, {"v2": 1}, "bp")
    exact = mb.infer(graph, {"v2": 1}, "exact")
    assert cut.status is Status.EXACT
    assert cut.log_evidence == pytest.approx(exact.log_evidence, abs=1e-12)
    for id, marginal in exact.marginals.items():
        assert_allclose(cut.marginals[id].probabilities, marginal.probabilities, atol=1e-12, rtol=0)


def test_two_pass_on_a_loop_is_refused() -> None:
    with pytest.raises(mb.UnsupportedQuery, match="needs a tree"):
        mb.infer(ring(3, 2.0), {}, "bp", schedule="two-pass")


def test_bethe_log_evidence_equals_its_equation() -> None:
    """Σ_a Σ_x b_a log(f_a / b_a) + Σ_i (d_i − 1) Σ_x b_i log b_i, transcribed, at a fixed point on a loop."""
    graph = ring(3, 2.5, 1.7)
    compiled = compile_graph(graph)
    propagation = Propagation(compiled, np.zeros(6))
    state = next(state for state, info in sweeps(propagation, flooding(compiled)) if info.residual < 1e-14)
    box = Mailbox(compiled, propagation.log_weights, state)
    beliefs = split_beliefs(compiled, box.totals())
    degree = np.zeros(3)
    total = 0.0
    for g, group in enumerate(compiled.groups):
        for row, scope in enumerate(group.scopes.tolist()):
            belief = group.values[row].copy()
            for axis, v in enumerate(scope):
                degree[v] += 1
                message = np.exp(box.to_factor(g, axis, np.array([row]))[0])
                belief = belief * message.reshape([-1 if k == axis else 1 for k in range(len(scope))])
            belief /= belief.sum()
            total += float((belief * np.log(group.values[row] / belief)).sum())
    for v in range(3):
        total += (degree[v] - 1) * float((beliefs[v] * np.log(beliefs[v])).sum())
    assert bethe_log_evidence(propagation, state) == pytest.approx(total, abs=1e-12)


def test_a_sweep_is_an_item_and_a_state_can_be_taken_up_again() -> None:
    compiled = compile_graph(ring(4, 2.0, 3.0))
    propagation = Propagation(compiled, np.zeros(8))
    run = sweeps(propagation, flooding(compiled))
    first, second, third = (next(run)[0] for _ in range(3))
    resumed, info = next(sweeps(propagation, flooding(compiled), start=second))
    assert_allclose(resumed.flat, third.flat, atol=1e-15, rtol=0)
    assert info.sweep == 1
    assert not np.array_equal(first.flat, second.flat)
    with pytest.raises(ValueError, match="read-only"):
        first.to_variable[0][0][...] = 0.0


@pytest.mark.parametrize(
    "options",
    [{"schedule": "zigzag"}, {"damping": 1.0}, {"damping": -0.1}, {"max_sweeps": 0}, {"tolerance": -1.0}],
)
def test_bad_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(mb.UnsupportedQuery):
        mb.compile(ring(3, 2.0), "bp", **options)


def test_joint_of_a_table_on_a_tree_equals_enumeration_in_any_order() -> None:
    source = np.random.default_rng(2)
    graph = FactorGraph(
        variables([2, 3, 2, 2]),
        (
            table("f", ("v0", "v1", "v2"), source.random((2, 3, 2))),
            table("g", ("v2", "v3"), source.random((2, 2))),
        ),
    )
    for scope in (["v2", "v0"], ["v1"], ["v0", "v1", "v2"], ["v3", "v2"]):
        left = mb.compile(graph, "bp").joint(scope, {"v3": 1})
        right = mb.compile(graph, "enumeration").joint(scope, {"v3": 1})
        assert_allclose(left.probabilities, right.probabilities, atol=1e-14, rtol=0)


def test_joint_without_a_common_table_or_on_a_loop_is_refused() -> None:
    with pytest.raises(mb.UnsupportedQuery, match="share a table"):
        mb.compile(ring(4, 2.0), "bp").joint(["v0", "v2"], {"v1": 0})
    with pytest.raises(mb.UnsupportedQuery, match="only on trees"):
        mb.compile(ring(4, 2.0), "bp").joint(["v0", "v1"])


@pytest.mark.parametrize(
    "options",
    [
        {"schedule": "flooding", "tolerance": 1.0},
        {"schedule": "flooding", "damping": 0.99, "max_sweeps": 5000},
        {"schedule": "sequential", "damping": 0.9, "tolerance": 1e-3},
        {"schedule": "residual", "tolerance": 0.5},
    ],
)
def test_converged_to_a_loose_tolerance_on_a_tree_is_exact_in_truth(options: dict) -> None:
    """A small last change says little about the error left: damping 0.99 hides a hundredfold one."""
    steps = [table(f"f{i}", (f"v{i}", f"v{i + 1}"), np.array([[0.8, 0.2], [0.3, 0.7]])) for i in range(7)]
    graph = FactorGraph(variables([2] * 8), (*steps, table("p", ("v0",), np.array([0.9, 0.1]))))
    truth = mb.infer(graph, {"v7": 0}, "enumeration")
    result = mb.infer(graph, {"v7": 0}, "bp", **options)
    assert result.is_exact
    assert result.log_evidence == pytest.approx(truth.log_evidence, abs=1e-12)
    for id, marginal in truth.marginals.items():
        assert_allclose(result.marginals[id].probabilities, marginal.probabilities, rtol=0, atol=1e-12)


def test_ties_stay_consistent_where_an_observation_cuts_the_loop() -> None:
    """v = t ≠ w with every state tied: w must be decided through t, not through the observed u that both touch."""
    flat, equal = np.ones((2, 2)), np.eye(2)
    factors = (
        table("vu", ("v0", "v1"), flat),
        table("vt", ("v0", "v2"), equal),
        table("tw", ("v2", "v3"), 1 - equal),
        table("uw", ("v1", "v3"), flat),
    )
    found = mb.compile(FactorGraph(variables([2] * 4), factors), "bp").map({"v1": 0})
    assert found.is_exact
    assert found.log_probability == 0.0
