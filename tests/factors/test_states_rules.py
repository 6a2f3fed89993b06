"""Dirichlet priors and the states drawn from them, for three states: by brute force over the simplex."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.distributions.dirichlet import DIRICHLET
from mbml_core.factors import KINDS
from tests.factors.tilted import probability

N = np.array
CATEGORICAL, BERNOULLI, PRIOR = (KINDS[name].rules for name in ("categorical", "bernoulli", "dirichlet"))


def simplex() -> tuple[np.ndarray, np.ndarray]:
    """(M, 3) points and log weights, breaking a stick: p = (u, (1 − u)w, (1 − u)(1 − w)), dp = (1 − u) du dw."""
    axis = probability(241)
    u, w = (x.ravel() for x in np.meshgrid(axis.x, axis.x, indexing="ij"))
    log_u, log_w = (x.ravel() for x in np.meshgrid(axis.log_weights, axis.log_weights, indexing="ij"))
    rest, last = 1 / (1 + u / (1 - u)), 1 / (1 + w / (1 - w))
    return np.stack((u, rest * w, rest * last), -1), log_u + log_w + np.log(rest)


POINTS, LOG_WEIGHTS = simplex()
LOGS = np.log(POINTS)


def tilted(log_factor: np.ndarray, heard: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Log Z, means and variances."""
    logs = log_factor + LOGS @ heard + LOG_WEIGHTS
    weights = np.exp(logs - logs.max())
    mean = weights @ POINTS / weights.sum()
    return logs.max() + math.log(weights.sum()), mean, weights @ (POINTS - mean) ** 2 / weights.sum()


ALPHA = N([1.5, 2.2, 3.1])
HEARD = ALPHA - 1.0
SAID = N([0.3, -1.2, 0.8])


def test_unknown_probabilities_of_an_unknown_child() -> None:
    found = CATEGORICAL.ep({"probabilities": HEARD[None], "child": SAID[None]}, {})
    log_z, mean, variance = tilted(np.log(POINTS @ np.exp(SAID)), HEARD)
    belief = HEARD + found.messages["probabilities"][0]
    assert_allclose(found.log_z, log_z, rtol=1e-10)
    assert_allclose(DIRICHLET.mean(belief), mean, rtol=1e-9)
    assert_allclose(DIRICHLET.variance(belief).sum(), variance.sum(), rtol=1e-9)
    assert_allclose(np.exp(found.messages["child"][0]), ALPHA / ALPHA.sum(), rtol=1e-13)


@pytest.mark.parametrize("state", range(3))
def test_a_known_child_is_one_count(state: int) -> None:
    found = CATEGORICAL.ep({"probabilities": HEARD[None]}, {"child": N([state])})
    log_z, mean, variance = tilted(LOGS[:, state], HEARD)
    assert_array_equal(found.messages["probabilities"], np.eye(3)[[state]])
    assert_allclose(found.log_z, log_z, rtol=1e-10)
    belief = HEARD + found.messages["probabilities"][0]
    assert_allclose(DIRICHLET.mean(belief), mean, rtol=1e-9)
    assert_allclose(DIRICHLET.variance(belief), variance, rtol=1e-9)


def test_a_known_child_counts_even_where_the_cavity_is_improper() -> None:
    found = CATEGORICAL.ep({"probabilities": N([[-1.5, 1.0, 1.0]])}, {"child": N([0])})
    assert found.is_usable.all()
    assert_allclose(found.log_z, DIRICHLET.log_normalizer(N([-0.5, 1.0, 1.0])))
    for heard in ([-1.5, 1.0, 1.0], [-1.5, -1.5, -1.5]):
        unknown = CATEGORICAL.ep({"probabilities": N([heard]), "child": SAID[None]}, {})
        assert not unknown.is_usable.any()


def test_of_two_states_a_die_is_a_coin() -> None:
    coin = BERNOULLI.ep({"probability": N([[0.5, 1.2]]), "child": N([[0.1, 0.9]])}, {})
    die = CATEGORICAL.ep({"probabilities": N([[1.2, 0.5]]), "child": N([[0.1, 0.9]])}, {})
    assert_array_equal(coin.messages["probability"], die.messages["probabilities"][:, ::-1])
    assert_array_equal(coin.messages["child"], die.messages["child"])
    assert_array_equal(coin.log_z, die.log_z)


def test_known_probabilities_are_a_table() -> None:
    table = N([[0.2, 0.0, 0.8]])
    found = CATEGORICAL.ep({"child": SAID[None]}, {"probabilities": table})
    assert_allclose(np.exp(found.messages["child"]), table)
    assert_allclose(found.log_z, math.log(table[0] @ np.exp(SAID)))
    observed = CATEGORICAL.ep({}, {"probabilities": table, "child": N([1])})
    assert np.isneginf(observed.log_z).all()


def test_forbidden_states_stay_out_of_the_energy() -> None:
    found = CATEGORICAL.vmp({"child": N([[0.25, 0.0, 0.75]])}, {"probabilities": N([[0.2, 0.0, 0.8]])})
    assert_allclose(found.energy, 0.25 * math.log(0.2) + 0.75 * math.log(0.8))


def test_vmp_counts_by_probability() -> None:
    logs = DIRICHLET.expected_statistics(HEARD[None])
    shares = N([[0.2, 0.3, 0.5]])
    found = CATEGORICAL.vmp({"child": shares, "probabilities": logs}, {})
    assert_array_equal(found.messages["child"], logs)
    assert_array_equal(found.messages["probabilities"], shares)
    draws = DIRICHLET.sample(HEARD, np.random.default_rng(1), 200_000)
    values = np.log(draws) @ shares[0]
    assert abs(found.energy[0] - values.mean()) < 4.5 * values.std() / math.sqrt(len(values))


def test_a_dirichlet_prior() -> None:
    alpha = N([0.5, 2.0, 3.0])
    found = PRIOR.ep({"child": HEARD[None]}, {"alpha": alpha[None]})
    normalizer = sum(math.lgamma(a) for a in alpha) - math.lgamma(alpha.sum())
    assert_allclose(found.messages["child"], (alpha - 1)[None])
    assert_allclose(found.log_z, tilted(LOGS @ (alpha - 1) - normalizer, HEARD)[0], rtol=1e-9)
    point = N([0.2, 0.3, 0.5])
    density = np.log(point) @ (alpha - 1) - normalizer
    assert_allclose(PRIOR.ep({}, {"alpha": alpha[None], "child": point[None]}).log_z, density, rtol=1e-12)
    assert_allclose(PRIOR.vmp({}, {"alpha": alpha[None], "child": point[None]}).energy, density, rtol=1e-12)
    logs = DIRICHLET.expected_statistics(HEARD[None])
    vmp = PRIOR.vmp({"child": logs}, {"alpha": alpha[None]})
    assert_allclose(vmp.energy, logs[0] @ (alpha - 1) - normalizer, rtol=1e-12)
    assert_allclose(vmp.messages["child"], (alpha - 1)[None])


@pytest.mark.parametrize(("child", "log_pmf"), [(2.0, math.log(10 * 0.3**2 * 0.7**3)), (6.0, -math.inf)])
def test_a_binomial_of_known_probability(child: float, log_pmf: float) -> None:
    values = {"child": N([child]), "trials": N([5.0]), "probability": N([0.3])}
    rules = KINDS["binomial"].rules
    assert_allclose(rules.ep({}, values).log_z, log_pmf, rtol=1e-12)
    assert_allclose(rules.vmp({}, values).energy, log_pmf, rtol=1e-12)


def test_more_successes_than_trials_cannot_be() -> None:
    rules, values = KINDS["binomial"].rules, {"child": N([6.0, 2.0]), "trials": N([5.0, 5.0])}
    found = rules.ep({"probability": np.ones((2, 2))}, values)
    assert_array_equal(found.is_usable, [False, True])
    assert np.isneginf(found.log_z[0])
    vmp = rules.vmp({"probability": -np.ones((2, 2))}, values)
    assert np.isneginf(vmp.energy[0])
    assert_array_equal(vmp.messages["probability"], [[0, 0], [2, 3]])


def test_a_poisson_of_known_rate() -> None:
    rules, values = KINDS["poisson"].rules, {"child": N([3.0]), "rate": N([2.0]), "exposure": N([1.5])}
    log_pmf = 3 * math.log(3.0) - 3.0 - math.log(6)
    assert_allclose(rules.ep({}, values).log_z, log_pmf, rtol=1e-13)
    assert_allclose(rules.vmp({}, values).energy, log_pmf, rtol=1e-13)


def test_counts_at_twice_the_rate() -> None:
    """dotnet/infer, test/Tests/InferTests.cs, GammaProduct: theta ~ Gamma(3, scale 1/5), x ~ Poisson(2·theta) and
    x = 3 leave Gamma(6, scale 1/7).
    """
    values = {"child": N([3.0]), "exposure": N([2.0])}
    found = KINDS["poisson"].rules.ep({"rate": N([[2.0, -5.0]])}, values)
    assert_array_equal(N([[2.0, -5.0]]) + found.messages["rate"], [[5.0, -7.0]])
