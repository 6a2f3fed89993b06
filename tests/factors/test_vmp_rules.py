"""Every VMP rule: messages are the derivative of the energy, and the energy is the mean of log f under q."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mbml_core.distributions.families import FAMILIES
from mbml_core.errors import UnsupportedQuery
from mbml_core.factors import KINDS
from tests.factors import ep_cases

DRAWS = 400_000
STEP = 1e-6


class Case(NamedTuple):
    """One kind and signature: q of what is unknown as (family, natural parameters), and what is known."""

    kind: str
    log_factor: Callable[[Mapping[str, np.ndarray], Mapping[str, float]], np.ndarray]
    q: Mapping[str, tuple[str, list[float]]]
    values: Mapping[str, float]
    is_bound: bool = False

    @property
    def label(self) -> str:
        return f"{self.kind}-{'-'.join(self.q)}"


NORMAL, OTHER = ("gaussian", [0.9, 1.5]), ("gaussian", [-0.6, 0.8])
GAMMA, PROBABILITY = ("gamma", [1.4, -2.0]), ("beta", [1.5, 0.3])
COIN = ("categorical", [math.log(0.35), math.log(0.65)])
EXACT = [
    Case("gaussian", ep_cases.gaussian, {"child": NORMAL, "mean": OTHER, "precision": GAMMA}, {}),
    Case("gaussian", ep_cases.gaussian, {"mean": OTHER, "precision": GAMMA}, {"child": 1.2}),
    Case("gaussian", ep_cases.gaussian, {"child": NORMAL, "mean": OTHER}, {"variance": 1.7}),
    Case("gaussian", ep_cases.gaussian, {"child": NORMAL}, {"mean": 0.4, "precision": 1.7}),
    Case("gamma", ep_cases.gamma, {"child": GAMMA, "rate": ("gamma", [0.5, -1.0])}, {"shape": 2.2}),
    Case("gamma", ep_cases.gamma, {"child": GAMMA}, {"shape": 2.2, "rate": 0.4}),
    Case("gamma", ep_cases.gamma, {"rate": GAMMA}, {"shape": 2.2, "child": 0.4}),
    Case("beta", ep_cases.beta, {"child": PROBABILITY}, {"a": 2.0, "b": 3.5}),
    Case("bernoulli", ep_cases.bernoulli, {"child": COIN, "probability": PROBABILITY}, {}),
    Case("bernoulli", ep_cases.bernoulli, {"probability": PROBABILITY}, {"child": 1}),
    Case("bernoulli", ep_cases.bernoulli, {"child": COIN}, {"probability": 0.8}),
    Case("poisson", ep_cases.poisson, {"rate": GAMMA}, {"child": 3.0, "exposure": 1.5}),
    Case("binomial", ep_cases.binomial, {"probability": PROBABILITY}, {"child": 3.0, "trials": 7.0}),
]
BOUNDS = [
    Case(kind, function, {"of": NORMAL, **child}, {**known, **variance}, True)
    for kind, function, variance in (
        ("probit", ep_cases.probit, {"variance": 0.6}),
        ("logistic", ep_cases.logistic, {}),
    )
    for child, known in (({"child": COIN}, {}), ({}, {"child": 1}), ({}, {"child": 0}))
]


def names(cases: list[Case]) -> list[str]:
    return [f"{i}-{case.label}" for i, case in enumerate(cases)]


def statistics_of(case: Case) -> dict[str, np.ndarray]:
    return {role: FAMILIES[f].expected_statistics(np.array([natural])) for role, (f, natural) in case.q.items()}


def rows_of(case: Case) -> dict[str, np.ndarray]:
    return {role: np.array([value], dtype=float) for role, value in case.values.items()}


def energy(case: Case, statistics: Mapping[str, np.ndarray]) -> float:
    return float(KINDS[case.kind].rules.vmp(statistics, rows_of(case)).energy[0])


@pytest.mark.parametrize("case", EXACT + BOUNDS, ids=names(EXACT + BOUNDS))
def test_messages_are_the_derivative_of_the_energy_by_the_expected_statistics(case: Case) -> None:
    """Of a conjugate factor E_q[log f] is linear in each role's ⟨t⟩; of a bound it is so to first order."""
    statistics = statistics_of(case)
    found = KINDS[case.kind].rules.vmp(statistics, rows_of(case)).messages
    assert found.keys() == statistics.keys()
    for role, values in statistics.items():
        for k in range(values.shape[1]):
            moved = [dict(statistics), dict(statistics)]
            for sign, changed in zip((1, -1), moved, strict=True):
                changed[role] = values + sign * STEP * np.eye(values.shape[1])[k]
            slope = (energy(case, moved[0]) - energy(case, moved[1])) / (2 * STEP)
            assert_allclose(found[role][0, k], slope, rtol=1e-7, atol=1e-8, err_msg=f"{role} {k}")


def mean_of_log_factor(case: Case) -> tuple[float, float]:
    """By Monte Carlo, with its standard error."""
    source = np.random.default_rng(5)
    draws = {}
    for role, (family, natural) in case.q.items():
        if family == "categorical":
            draws[role] = (source.random(DRAWS) < np.exp(natural[1])).astype(int)
        else:
            draws[role] = FAMILIES[family].sample(np.array(natural), source, DRAWS)
    values = case.log_factor(draws, case.values) * np.ones(DRAWS)
    return float(values.mean()), float(values.std() / math.sqrt(DRAWS))


@pytest.mark.parametrize("case", EXACT, ids=names(EXACT))
def test_the_energy_is_the_mean_of_log_f_under_q(case: Case) -> None:
    mean, error = mean_of_log_factor(case)
    assert abs(energy(case, statistics_of(case)) - mean) < 4.5 * error + 1e-12


@pytest.mark.parametrize("case", BOUNDS, ids=names(BOUNDS))
def test_a_bound_lies_below_the_mean_of_log_f_and_not_far(case: Case) -> None:
    mean, error = mean_of_log_factor(case)
    bound = energy(case, statistics_of(case))
    assert mean - 0.6 < bound < mean + 4.5 * error


@pytest.mark.parametrize("kind", ["probit", "logistic"])
@pytest.mark.parametrize("child", [0, 1])
def test_a_bound_touches_where_the_variable_is_known(kind: str, child: int) -> None:
    """With var(of) = 0 both bounds are log P(child | of), at any of."""
    of = np.array([-3.0, -0.1, 0.0, 0.7, 4.0])
    values = {"child": np.full(5, child), "variance": np.full(5, 0.6)}
    found = KINDS[kind].rules.vmp({"of": np.stack((of, -0.5 * of**2), -1)}, values)
    function = {"probit": ep_cases.probit, "logistic": ep_cases.logistic}[kind]
    assert_allclose(found.energy, function({"of": of, "child": np.full(5, child)}, {"variance": 0.6}), rtol=1e-9)


def test_a_logistic_bound_of_a_variable_known_to_be_zero() -> None:
    """λ(ξ) → 1/8 as ξ → 0 (Jaakkola & Jordan 2000)."""
    found = KINDS["logistic"].rules.vmp({"of": np.zeros((1, 2))}, {"child": np.ones(1)})
    assert_allclose(found.messages["of"], [[0.5, 0.25]])


# --- functions of their parents ----------------------------------------------------------------------------


def heard_energy(kind: str, statistics: Mapping[str, np.ndarray], values: Mapping[str, np.ndarray]) -> float:
    """⟨h·child − λ·child²/2⟩ with the moments that the message to the child has."""
    heard = statistics["child"][0]
    h, precision = KINDS[kind].rules.vmp(statistics, values).messages["child"][0]
    mean, variance = h / precision, 1 / precision
    return float(heard[0] * mean - 0.5 * heard[1] * (mean**2 + variance))


DERIVED = [
    ("sum", {"term0": NORMAL, "term1": OTHER}, {"weights": [2.0, -0.7], "offset": 0.3}),
    ("sum", {"term0": NORMAL}, {"weights": [2.0, -0.7], "offset": 0.3, "term1": 1.5}),
    ("product", {"left": NORMAL, "right": OTHER}, {}),
    ("product", {"left": NORMAL}, {"right": -1.5}),
]


@pytest.mark.parametrize(("kind", "q", "known"), DERIVED)
def test_parents_hear_the_derivative_of_what_is_said_about_their_function(kind: str, q: dict, known: dict) -> None:
    statistics = {r: FAMILIES[f].expected_statistics(np.array([natural])) for r, (f, natural) in q.items()}
    statistics["child"] = np.array([[1.3, 0.8]])
    values = {role: np.array([value]) for role, value in known.items()}
    found = KINDS[kind].rules.vmp(statistics, values)
    assert found.messages.keys() == statistics.keys()
    assert_allclose(found.energy, 0.0, atol=0)
    for role in q:
        for k in range(2):
            change = STEP * np.eye(2)[k]
            up = heard_energy(kind, {**statistics, role: statistics[role] + change}, values)
            down = heard_energy(kind, {**statistics, role: statistics[role] - change}, values)
            assert_allclose(found.messages[role][0, k], (up - down) / (2 * STEP), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("kind", "q", "known"), DERIVED)
def test_the_child_has_the_moments_of_the_function(kind: str, q: dict, known: dict) -> None:
    source = np.random.default_rng(3)
    draws = {role: FAMILIES[f].sample(np.array(natural), source, DRAWS) for role, (f, natural) in q.items()}
    draws.update({role: np.full(DRAWS, value) for role, value in known.items() if role in ("term1", "right")})
    functions = {
        "sum": lambda: 2.0 * draws["term0"] - 0.7 * draws["term1"] + 0.3,
        "product": lambda: draws["left"] * draws["right"],
    }
    child = functions[kind]()
    statistics = {r: FAMILIES[f].expected_statistics(np.array([natural])) for r, (f, natural) in q.items()}
    statistics["child"] = np.zeros((1, 2))
    values = {role: np.array([value]) for role, value in known.items()}
    h, precision = KINDS[kind].rules.vmp(statistics, values).messages["child"][0]
    assert abs(h / precision - child.mean()) < 4.5 * child.std() / math.sqrt(DRAWS)
    squares = (child - child.mean()) ** 2
    assert abs(1 / precision - squares.mean()) < 4.5 * squares.std() / math.sqrt(DRAWS)


# --- published numbers -------------------------------------------------------------------------------------


def test_learning_a_gaussian_from_two_points() -> None:
    """dotnet/infer, test/Tests/VmpTests.cs, SimpleGaussianTest2: mean ~ N(0, 100), precision ~ Gamma(1, 1)."""
    rule, x = KINDS["gaussian"].rules.vmp, np.array([5.0, 7.0])
    prior = {"mean": np.array([0.0, 0.01]), "precision": np.array([0.0, -1.0])}
    family = {"mean": FAMILIES["gaussian"], "precision": FAMILIES["gamma"]}
    q = {"mean": np.array([0.0, 1.0]), "precision": np.array([0.0, -1.0])}
    bounds = []
    for role in ["mean", "precision"] * 60:
        statistics = {name: np.tile(family[name].expected_statistics(q[name]), (2, 1)) for name in q}
        found = rule(statistics, {"child": x})
        bounds.append(
            found.energy.sum() + sum(_minus_divergence(family[name], q[name], prior[name]) for name in q)
        )
        q[role] = prior[role] + found.messages[role].sum(axis=0)
    assert_allclose(q["mean"][0] / q["mean"][1], 5.960320717080783, rtol=1e-9)
    assert_allclose(1 / q["mean"][1], 0.6613213820016444, rtol=1e-9)
    assert_allclose(q["precision"], [1.0, -2.6628958274937107], rtol=1e-9)
    assert np.diff(bounds).min() > -1e-12


def _minus_divergence(family, q: np.ndarray, prior: np.ndarray) -> float:
    """⟨log prior⟩ plus the entropy of q."""
    expected = family.expected_statistics(q)
    return float(prior @ expected - family.log_normalizer(prior) + family.entropy(q))


def test_a_product_observed_twice() -> None:
    """dotnet/infer, test/Tests/VmpTests.cs, ProductObservedTwiceCopiedTest: a ~ N(1, precision 100), b ~ N(10,
    precision 10), 8 ~ N(ab, precision 2) and 11 ~ N(ab, precision 3).
    """
    rule, family = KINDS["product"].rules.vmp, FAMILIES["gaussian"]
    prior = {"left": np.array([[100.0, 100.0]]), "right": np.array([[100.0, 10.0]])}
    heard = np.array([[8.0 * 2 + 11.0 * 3, 5.0]])
    q = dict(prior)
    for role in ["left", "right"] * 60:
        statistics = {**{name: family.expected_statistics(q[name]) for name in q}, "child": heard}
        q[role] = prior[role] + rule(statistics, {}).messages[role]
    found = [(h / precision, 1 / precision) for h, precision in (q["left"][0], q["right"][0])]
    assert_allclose(found[0], (0.9844589418669439, 0.0016714064971285526), rtol=1e-8)
    assert_allclose(found[1], (9.979598125684987, 0.06732123519424421), rtol=1e-8)


@pytest.mark.parametrize("kind", ["probit", "logistic"])
def test_the_bound_of_a_regression_never_falls_and_stays_below_the_evidence(kind: str) -> None:
    """Five answers about one variable: coordinate ascent, and the evidence by a sum over a grid."""
    answers, family = np.array([1.0, 1.0, 0.0, 1.0, 1.0]), FAMILIES["gaussian"]
    prior = np.array([0.0, 0.2])
    q, bounds = prior, []
    for _ in range(30):
        statistics = {"of": np.tile(family.expected_statistics(q), (5, 1))}
        found = KINDS[kind].rules.vmp(statistics, {"child": answers, "variance": np.ones(5)})
        bounds.append(found.energy.sum() + _minus_divergence(family, q, prior))
        q = prior + found.messages["of"].sum(axis=0)
    grid = np.linspace(-25, 25, 2001)
    function = {"probit": ep_cases.probit, "logistic": ep_cases.logistic}[kind]
    log_f = sum(function({"of": grid, "child": np.full(2001, a)}, {"variance": 1.0}) for a in answers)
    evidence = math.log(np.sum(np.exp(log_f + family.log_density(prior, grid))) * 0.025)
    assert np.diff(bounds).min() > -1e-12
    assert evidence - 0.5 < bounds[-1] < evidence


# --- what has no rule --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["greater_than", "is_positive", "between"])
def test_comparisons_have_none(kind: str) -> None:
    for ask in (lambda: KINDS[kind].rules.quality("vmp", {"child"}), lambda: KINDS[kind].rules.vmp({}, {})):
        with pytest.raises(UnsupportedQuery, match=f"'{kind}' has no rule for 'child': .* use 'probit'"):
            ask()


def test_an_unknown_variance_has_none() -> None:
    rules = KINDS["gaussian"].rules
    for ask in (
        lambda: rules.quality("vmp", {"variance"}),
        lambda: rules.vmp({"variance": np.ones((1, 2))}, {"child": np.ones(1), "mean": np.ones(1)}),
    ):
        with pytest.raises(UnsupportedQuery, match=r"'variance'.*make its precision a variable"):
            ask()


@pytest.mark.parametrize("kind", ["poisson", "binomial"])
@pytest.mark.parametrize("method", ["ep", "vmp"])
def test_counts_have_to_be_observed(kind: str, method: str) -> None:
    rules = KINDS[kind].rules
    rule = getattr(rules, method)
    for ask in (lambda: rules.quality(method, {"child"}), lambda: rule({"child": np.ones(1)}, {})):
        with pytest.raises(UnsupportedQuery, match=f"'{kind}' has no rule for 'child': .*observe the count"):
            ask()
