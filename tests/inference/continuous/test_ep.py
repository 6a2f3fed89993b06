"""EP against sums, grids and quadrature on small models, and against itself drawn otherwise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import mbml_core as mb
from mbml_core.errors import ImproperDistribution
from mbml_core.inference.continuous import ep
from mbml_core.inference.continuous.plan import Planner
from mbml_core.inference.observations import Observations
from mbml_core.model import Likelihood

from .sketch import (
    count,
    factor,
    gaussian,
    graph,
    positive,
    probability,
    real,
    renamed,
    shuffled,
    table,
    yes_no,
)
from .small_models import (
    SEEN,
    duel,
    grid_of_learner,
    learner,
)


def test_a_duel_by_quadrature() -> None:
    """d = pa − pb ~ N(1, 6) before; the skills follow d linearly, so their moments are those of d cut at 0."""
    x = np.linspace(0, 40, 400_001)
    weights = np.exp(-0.5 * (x - 1) ** 2 / 6) / math.sqrt(2 * math.pi * 6)
    mass = np.trapezoid(weights, x)
    mean = np.trapezoid(weights * x, x) / mass
    variance = np.trapezoid(weights * (x - mean) ** 2, x) / mass
    result = mb.infer(duel(), {"won": "yes"})
    for id, prior, before, slope in (("a", 1.0, 4.0, 4 / 6), ("b", 0.0, 1.0, -1 / 6)):
        found = result.marginals[id]
        assert found.mean == pytest.approx(prior + slope * (mean - 1), abs=1e-8)
        assert found.variance == pytest.approx(before + slope**2 * (variance - 6), abs=1e-8)
    assert result.log_evidence == pytest.approx(math.log(mass), abs=1e-8)


def test_unknown_precision_on_a_grid() -> None:
    """One observation, precision unknown, mean known: the posterior of the precision is exact."""
    model = graph(
        real("x"), positive("r"), factor("gamma", "r", shape=2, rate=3),
        factor("gaussian", "x", mean=1, precision="r"),
    )  # fmt: skip
    result = mb.infer(model, {"x": 2.5})
    found = result.marginals["r"]
    assert (found.shape, found.rate) == pytest.approx((2.5, 3 + 0.5 * 1.5**2), abs=1e-12)
    assert result.is_exact
    r = np.linspace(1e-9, 60, 600_001)
    joint = 9 * r * np.exp(-3 * r) * np.sqrt(r / (2 * math.pi)) * np.exp(-0.5 * r * 1.5**2)
    assert result.log_evidence == pytest.approx(math.log(np.trapezoid(joint, r)), abs=1e-7)


def test_one_factor_without_exact_rule_keeps_all_moments() -> None:
    """With a single projected factor EP's evidence and moments are those of the model."""
    result = mb.infer(learner(1), {"x0": 1.9})
    mean, precision, log_evidence = grid_of_learner(1.9)
    assert result.marginals["mean"].mean == pytest.approx(mean, abs=1e-4)
    assert result.marginals["precision"].mean == pytest.approx(precision, abs=1e-3)
    assert result.log_evidence == pytest.approx(log_evidence, abs=1e-4)


def test_what_ep_says_of_a_learner_is_close_to_a_grid() -> None:
    result = mb.infer(learner(3), SEEN)
    mean, precision, log_evidence = grid_of_learner(*SEEN.values())
    assert result.marginals["mean"].mean == pytest.approx(mean, abs=0.05)
    assert result.marginals["precision"].mean == pytest.approx(precision, rel=0.15)
    assert result.log_evidence == pytest.approx(log_evidence, abs=0.2)
    assert result.status is mb.Status.CONVERGED


@pytest.mark.parametrize("evidence", [{}, {"x0": "yes"}, {"x0": "yes", "x1": "no", "z1": "yes"}])
def test_discrete_graphs_are_exact_on_trees(evidence: dict[str, str]) -> None:
    """EP on tables is sum-product."""
    model = graph(
        yes_no("side", "x0", "x1", "z1"), table("side", values=[0.3, 0.7]),
        table("side", "x0", values=[[0.9, 0.1], [0.2, 0.8]], child="x0"),
        table("side", "z1", "x1", values=np.arange(1.0, 9).reshape(2, 2, 2)),
    )  # fmt: skip
    one, other = mb.infer(model, evidence, "ep"), mb.infer(model, evidence, "enumeration")
    assert other.log_evidence == pytest.approx(one.log_evidence, abs=1e-12)
    for id in ("side", "x0", "x1", "z1"):
        np.testing.assert_allclose(one.marginals[id].probabilities, other.marginals[id].probabilities, atol=1e-12)
    assert one.is_exact


def test_forbidden_states_and_soft_evidence() -> None:
    model = graph(
        yes_no("a", "b", "c"), probability("p"), factor("beta", "p", a=2, b=3),
        factor("bernoulli", "a", probability="p"), factor("all_true", "c", terms=["a", "b"]),
        table("b", values=[0.25, 0.75]),
    )  # fmt: skip
    result = mb.infer(model, {"c": Likelihood((1.0, 3.0)), "b": "yes"})
    assert result.marginals["a"]["yes"] == pytest.approx(0.4 * 3 / (0.6 + 0.4 * 3), abs=1e-12)
    assert result.log_evidence == pytest.approx(math.log(0.75 * (0.6 + 1.2)), abs=1e-12)
    certain = mb.infer(model, {"c": "yes"})
    assert certain.marginals["a"].to_dict() == {"no": 0.0, "yes": 1.0}
    assert certain.marginals["p"].mean == pytest.approx(3 / 6, abs=1e-12)
    assert certain.log_evidence == pytest.approx(math.log(0.75 * 0.4), abs=1e-12)


def test_impossible_evidence_names_a_conflict() -> None:
    model = graph(
        yes_no("a", "b", "c"), probability("p"), factor("beta", "p", a=2, b=3),
        factor("bernoulli", "a", probability="p"), factor("all_true", "c", terms=["a", "b"]),
        table("b", values=[0.25, 0.75]),
    )  # fmt: skip
    with pytest.raises(mb.ImpossibleEvidence) as caught:
        mb.infer(model, {"c": "yes", "a": "no", "p": 0.5})
    assert set(caught.value.conflict) == {"a", "c"}


def test_what_a_question_needs_is_not_accused() -> None:
    """Without its count a Poisson has no answer; it is not part of the conflict for all that."""
    model = graph(
        real("x"), count("n"), yes_no("up"), gaussian("x", 0, 1), factor("poisson", "n", rate=2.0),
        factor("is_positive", "up", of="x"),
    )  # fmt: skip
    with pytest.raises(mb.ImpossibleEvidence) as caught:
        mb.infer(model, {"x": -1.0, "n": 2, "up": "yes"})
    assert set(caught.value.conflict) == {"x", "up"}


def test_a_contradiction_that_messages_cannot_prove() -> None:
    """x is both positive and negative: the belief runs into a point, which is no answer."""
    model = graph(
        real("x"), yes_no("up", "down"), gaussian("x", 6, 22), factor("is_positive", "up", of="x"),
        factor("is_positive", "down", of="x"),
    )  # fmt: skip
    with pytest.raises(mb.UnsupportedQuery, match="'x' collapse"):
        mb.infer(model, {"up": "yes", "down": "no"}, max_sweeps=1000)


@pytest.mark.parametrize("method", ["ep", "vmp"])
def test_densities_of_what_no_group_mentions(method: str) -> None:
    """s = 2a seen at 4 has half the density of a at 2; a likelihood that allows one state has its weight."""
    model = graph(
        real("a", "s"), probability("p"), yes_no("x"), gaussian("a", 0, 1), factor("beta", "p", a=2, b=1),
        factor("product", "s", left=2, right="a"), factor("bernoulli", "x", probability="p"),
    )  # fmt: skip
    result = mb.infer(model, {"s": 4.0, "x": Likelihood((0.0, 0.5))}, method)
    expected = -0.5 * math.log(2 * math.pi) - 2 - math.log(2) + math.log(2 / 3) + math.log(0.5)
    assert result.log_evidence == pytest.approx(expected, abs=1e-12)


def test_loops_of_exact_rules_are_not_exact() -> None:
    values = [[0.9, 0.1], [0.2, 0.8]]
    model = graph(
        yes_no("a", "b", "c"), table("a", "b", values=values), table("b", "c", values=values),
        table("c", "a", values=values),
    )  # fmt: skip
    result = mb.infer(model, method="ep")
    assert not result.is_exact
    assert "the graph has loops" in result.message


def test_sums_of_different_lengths() -> None:
    """With one term observed three terms leave the same unknown roles as two."""
    model = graph(
        real(*"abcde", "s", "t", "y", "z"), *(gaussian(id, 1, 2) for id in "abcde"),
        factor("sum", "s", terms=["a", "b"]), factor("sum", "t", terms=["c", "d", "e"], weights=[1, 2, 3]),
        gaussian("y", "s", 1), gaussian("z", "t", 1),
    )  # fmt: skip
    evidence = {"e": 0.5, "y": 3.0, "z": 1.0}
    one, exact = mb.infer(model, evidence, "ep"), mb.infer(model, evidence, "exact")
    assert one.is_exact
    for id in "abcdst":
        assert one.marginals[id].mean == pytest.approx(exact.marginals[id].mean, abs=1e-9)
        assert one.marginals[id].variance == pytest.approx(exact.marginals[id].variance, abs=1e-9)
    assert one.log_evidence == pytest.approx(exact.log_evidence, abs=1e-9)


def test_equations_of_known_numbers() -> None:
    """With a and the sum known, b is; comparing then needs no rule for a constant."""
    model = graph(
        real("a", "b", "s"), yes_no("up"), gaussian("a", 0, 1), gaussian("b", 0, 1),
        factor("sum", "s", terms=["a", "b"]), factor("greater_than", "up", left="b", right="a"),
    )  # fmt: skip
    result = mb.infer(model, {"a": 1.0, "s": 4.0})
    assert result.marginals["b"].to_dict()["value"] == pytest.approx(3.0, abs=1e-12)
    assert result.marginals["up"]["yes"] == pytest.approx(1.0, abs=1e-12)
    assert result.log_evidence == pytest.approx(-math.log(2 * math.pi) - 0.5 * (1 + 9), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("method", ["ep", "vmp"])
def test_the_order_of_drawing_changes_nothing(method: str, seed: int) -> None:
    model = learner(3)
    new = renamed(model)
    one = mb.infer(model, SEEN, method, tolerance=1e-12, max_sweeps=3000)
    other = mb.infer(
        shuffled(model, seed), {new[id]: x for id, x in SEEN.items()}, method, tolerance=1e-12, max_sweeps=3000
    )
    for id in ("mean", "precision"):
        assert other.marginals[new[id]].mean == pytest.approx(one.marginals[id].mean, abs=1e-9)
        assert other.marginals[new[id]].variance == pytest.approx(one.marginals[id].variance, abs=1e-9)
    assert other.log_evidence == pytest.approx(one.log_evidence, abs=1e-9)


@pytest.mark.parametrize("options", [{"schedule": "flooding"}, {"damping": 0.5}])
def test_the_way_there_changes_nothing(options: dict[str, Any]) -> None:
    one, other = mb.infer(duel(), {"won": "no"}), mb.infer(duel(), {"won": "no"}, "ep", **options)
    assert other.marginals["a"].mean == pytest.approx(one.marginals["a"].mean, abs=1e-6)
    assert other.log_evidence == pytest.approx(one.log_evidence, abs=1e-6)
    assert other.sweeps > one.sweeps


def test_a_chain_takes_two_sweeps() -> None:
    """There and back, then one that changes nothing: the schedule is that of two passes on a tree."""
    n = 60
    model = graph(
        real(*(f"s{t}" for t in range(n))), gaussian("s0", 0, 1),
        *(gaussian(f"s{t}", f"s{t - 1}", 1) for t in range(1, n)),
    )  # fmt: skip
    result = mb.infer(model, {f"s{n - 1}": 5.0}, "ep")
    assert result.sweeps <= 3
    assert result.is_exact
    assert result.marginals["s9"].mean == pytest.approx(5.0 * 10 / n, abs=1e-9)


def test_stopping_early_is_said() -> None:
    result = mb.infer(learner(3), SEEN, "ep", max_sweeps=1)
    assert result.status is mb.Status.MAX_SWEEPS
    assert not result.is_exact
    assert "not converged" in result.message


def test_an_improper_posterior_names_its_variable() -> None:
    model = graph(real("free", "x"), yes_no("up"), gaussian("x", 0, 1), factor("probit", "up", of="x", variance=1))
    with pytest.raises(ImproperDistribution, match="'free'") as caught:
        mb.infer(model, {"up": "yes"})
    assert caught.value.where == "free"


def test_sweeps_are_a_generator() -> None:
    model = duel()
    plan = Planner(model, "ep").plan(Observations.of(model, {"won": "yes"}))
    runs = ep.sweeps(plan)
    first, info = next(runs)
    kept = [belief.copy() for belief in first.beliefs]
    assert info.sweep == 1
    assert next(runs)[1].sweep == 2
    for before, after in zip(kept, first.beliefs, strict=True):
        np.testing.assert_array_equal(before, after)  # a later sweep changes no earlier state
