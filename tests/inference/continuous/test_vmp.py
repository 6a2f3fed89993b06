"""VMP: its bound, its fixed points, and what it refuses."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import mbml_core as mb
from mbml_core.errors import ImproperDistribution
from mbml_core.inference.continuous import vmp
from mbml_core.inference.continuous.plan import Planner
from mbml_core.inference.continuous.turns import turns_of
from mbml_core.inference.observations import Observations
from mbml_core.model import Likelihood

from .sketch import (
    factor,
    gaussian,
    graph,
    real,
    table,
    yes_no,
)
from .small_models import (
    SEEN,
    biased_coins,
    duel,
    evidence_of_mixture,
    grid_of_learner,
    learner,
    mixture,
    product,
    sums,
)


@pytest.mark.parametrize("seed", [None, 0, 1])
@pytest.mark.parametrize("name", ["learner", "mixture", "product", "sums"])
def test_the_bound_never_falls(name: str, seed: int | None) -> None:
    model, evidence = {
        "learner": (learner(3), SEEN),
        "mixture": (mixture(4), {"x0": "yes", "x1": "yes", "x2": "no", "x3": Likelihood((0.2, 0.5))}),
        "product": product(),
        "sums": sums(),
    }[name]
    plan = Planner(model, "vmp").plan(Observations.of(model, evidence))
    found = [vmp.bound(plan, state) for state, _ in itertools.islice(vmp.sweeps(plan, seed=seed), 30)]
    assert np.isfinite(found).all()
    assert np.diff(found).min() >= -1e-10
    assert found[-1] > found[0]


def test_the_bound_is_below_the_evidence_of_a_grid() -> None:
    mean, _, log_evidence = grid_of_learner(*SEEN.values())
    result = mb.infer(learner(3), SEEN, "vmp")
    assert log_evidence - 0.5 < result.log_evidence < log_evidence
    assert result.marginals["mean"].mean == pytest.approx(mean, abs=0.05)


def test_the_bound_is_below_the_evidence_of_a_sum() -> None:
    evidence = {f"x{i}": s for i, s in enumerate(["yes", "no", "yes"])}
    result = mb.infer(mixture(3), evidence, "vmp")
    exact = evidence_of_mixture(evidence)
    assert exact - 1 < result.log_evidence < exact
    assert mb.infer(mixture(3), evidence, "ep").log_evidence == pytest.approx(exact, abs=0.05)


def test_sums_against_linear_algebra() -> None:
    """Means of mean field are exact for Gaussians; variances are 1 / diag of the information."""
    model, evidence = sums()
    one, exact = mb.infer(model, evidence, "vmp", tolerance=1e-13), mb.infer(model, evidence)
    for id in ("a", "b", "c", "s", "t"):
        assert one.marginals[id].mean == pytest.approx(exact.marginals[id].mean, abs=1e-9)
    assert one.log_evidence < exact.log_evidence
    # a has weight 1 in s and 3 in t, seen with variances 0.5 and 2; its prior has variance 1
    assert one.marginals["a"].variance == pytest.approx(1 / (1 + 1 / 0.5 + 9 / 2), abs=1e-9)


def test_a_seed_tells_twins_apart() -> None:
    """Two coins of unknown bias, each toss of one of them: without noise both stay the same."""
    tosses = [1, 1, 1, 0, 0, 0]
    model = biased_coins(len(tosses))
    evidence = {f"x{i}": x for i, x in enumerate(tosses)}
    same = mb.infer(model, evidence, "vmp")
    apart = mb.infer(model, evidence, "vmp", seed=1, max_sweeps=2000)
    assert same.marginals["z0"]["one"] == pytest.approx(same.marginals["z5"]["one"], abs=1e-9)
    assert abs(apart.marginals["z0"]["one"] - apart.marginals["z5"]["one"]) > 0.2
    assert apart.log_evidence > same.log_evidence
    again = mb.infer(model, evidence, "vmp", seed=1, max_sweeps=2000)
    assert again.log_evidence == apart.log_evidence


def test_noise_leaves_a_saddle_point() -> None:
    """y = a·b seen at 4 with a and b around zero: both signs are alike, and zero is between them."""
    model = graph(
        real("a", "b", "ab", "y"), gaussian("a", 0, 1), gaussian("b", 0, 1), gaussian("y", "ab", 0.1),
        factor("product", "ab", left="a", right="b"),
    )  # fmt: skip
    even = mb.infer(model, {"y": 4.0}, "vmp", max_sweeps=5000)
    apart = mb.infer(model, {"y": 4.0}, "vmp", seed=3, max_sweeps=5000)
    assert even.marginals["a"].mean == 0.0
    assert abs(apart.marginals["a"].mean) > 1.0
    assert apart.log_evidence > even.log_evidence


def test_variables_of_one_step_do_not_hear_of_each_other() -> None:
    """a and c share no factor, but a sum of a reaches the sum of c."""
    model, evidence = sums()
    plan = Planner(model, "vmp").plan(Observations.of(model, evidence))
    turns = turns_of(plan.groups, [len(block.variables) for block in plan.blocks])
    steps = [
        {model.variables[plan.blocks[e.block].variables[place]].id for e in step for place in e.places}
        for step in turns.steps
    ]
    assert sorted(map(sorted, steps)) == [["a"], ["b"], ["c"]]


def test_refusals_name_the_kind() -> None:
    match = duel()
    with pytest.raises(mb.UnsupportedQuery, match=f"at '{match.factors[-1].id}': 'greater_than'"):
        mb.infer(match, {"won": "yes"}, "vmp")
    model = graph(
        real("a", "b", "ab", "y"), gaussian("a", 1, 1), gaussian("b", 1, 1),
        factor("product", "ab", left="a", right="b"), gaussian("y", "ab", 1),
    )  # fmt: skip
    with pytest.raises(mb.UnsupportedQuery, match=r"'product'.*'vmp'"):
        mb.infer(model, {"y": 2.0}, "ep")
    twice = graph(
        real("a", "s", "y"), gaussian("a", 0, 1), factor("sum", "s", terms=["a"]),
        factor("sum", "s", terms=["a"], offset=1), gaussian("y", "s", 1),
    )  # fmt: skip
    with pytest.raises(mb.UnsupportedQuery, match="child of two"):
        mb.infer(twice, {"y": 1.0}, "vmp")


def test_tables_with_zeros_that_vmp_cannot_take() -> None:
    """One of two is true: given q of the one, the log of the table is −∞ for both states of the other."""
    model = graph(yes_no("a", "b"), table("a", "b", values=[[0, 1], [1, 0]]))
    with pytest.raises(mb.UnsupportedQuery, match=r"forbid every state of 'a'.*'ep'"):
        mb.infer(model, method="vmp")
    assert mb.infer(model, {"a": "no"}, "vmp").marginals["b"]["yes"] == 1.0
    assert mb.infer(model, method="ep").marginals["b"]["yes"] == pytest.approx(0.5, abs=1e-12)


def test_a_sum_that_reaches_a_factor_in_two_ways() -> None:
    """t = s + a with s = a + b: its variance is not the sum of theirs."""
    model = graph(
        real("a", "b", "s", "t", "y"), gaussian("a", 0, 1), gaussian("b", 0, 1),
        factor("sum", "s", terms=["a", "b"]), factor("sum", "t", terms=["s", "a"]), gaussian("y", "t", 1),
    )  # fmt: skip
    with pytest.raises(mb.UnsupportedQuery, match="two ways"):
        mb.infer(model, {"y": 1.0}, "vmp")


def test_an_unmentioned_variable_is_not_made_up() -> None:
    with pytest.raises(ImproperDistribution, match="'lonely'"):
        mb.infer(graph(real("x", "lonely"), gaussian("x", 0, 1)), method="vmp")
