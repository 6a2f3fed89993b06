"""EP rules far in the tails, where integrals have two peaks or none, and beside numbers that others published."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate

from mbml_core.distributions.gamma import GAMMA
from mbml_core.distributions.gaussian import GAUSSIAN
from tests.factors.rows import gamma_row, row, rules

N, INF = np.array, math.inf


# --- corners -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["is_positive", "greater_than", "between"])
def test_what_cannot_be_has_no_mass(kind: str) -> None:
    known = {"of": N([-1.0]), "left": N([-1.0]), "right": N([0.0]), "low": N([0.0]), "high": N([1.0])}
    true = rules(kind).ep({}, {**known, "child": N([1])})
    assert np.isneginf(true.log_z).all()
    assert not true.is_usable.any()
    false = rules(kind).ep({}, {**known, "child": N([0])})
    assert_array_equal(false.log_z, 0.0)
    open_child = rules(kind).ep({"child": np.zeros((1, 2))}, known)
    assert_array_equal(open_child.messages["child"], [[0.0, -INF]])


def test_a_forbidden_state_is_as_good_as_known() -> None:
    forbidding = rules("greater_than").ep({"left": row(0.0, 1.0), "child": N([[-INF, 0.0]])}, {"right": N([0.5])})
    known = rules("greater_than").ep({"left": row(0.0, 1.0)}, {"right": N([0.5]), "child": N([1])})
    assert_allclose(forbidding.messages["left"], known.messages["left"], rtol=1e-13)
    assert_array_equal(forbidding.log_z, known.log_z)


@pytest.mark.parametrize("z", [1e1, 1e2, 1e3, 1e4, 1e5])
def test_a_great_surprise_keeps_its_digits(z: float) -> None:
    """Far below zero the positive part of N(−z, 1) has the mean 1/z and the variance 1/z² to first order."""
    found = rules("is_positive").ep({"of": row(-z, 1.0)}, {"child": N([1])})
    belief = row(-z, 1.0) + found.messages["of"]
    assert found.is_usable.all()
    assert_allclose(GAUSSIAN.mean(belief)[0] * z, 1.0, rtol=3 / z**2)
    assert_allclose(GAUSSIAN.variance(belief)[0] * z * z, 1.0, rtol=7 / z**2)


def test_wide_gaussians_see_the_logistic_function_as_a_step() -> None:
    for mean in (-2e6, 0.0, 3e6):
        soft = rules("logistic").ep({"of": row(mean, 1e12)}, {"child": N([1])})
        hard = rules("is_positive").ep({"of": row(mean, 1e12)}, {"child": N([1])})
        assert_allclose(soft.log_z, hard.log_z, rtol=1e-5)
        assert_allclose(soft.messages["of"], hard.messages["of"], rtol=1e-4)


FAR_OUT = [(-30.0, 1.0), (-30.0, 400.0), (5.0, 1e-6), (40.0, 100.0), (-900.0, 9.0)]


@pytest.mark.parametrize(("mean", "variance"), FAR_OUT)
def test_logistic_far_out_against_adaptive_quadrature(mean: float, variance: float) -> None:
    peak = mean + variance if mean + variance < 0 else max(mean, 0.0)

    def integrand(x: float, power: int) -> float:
        log = -np.logaddexp(0, -x) - 0.5 * (x - mean) ** 2 / variance
        return x**power * math.exp(log - shift)

    shift = -np.logaddexp(0, -peak) - 0.5 * (peak - mean) ** 2 / variance
    reach = 12 * math.sqrt(variance)
    bounds = {"a": peak - reach, "b": peak + reach, "points": [0.0] if abs(peak) < reach else None}
    digits = {"epsabs": 0, "epsrel": 1e-12, "limit": 400}
    z, first, second = (integrate.quad(integrand, args=(k,), **bounds, **digits)[0] for k in range(3))
    found = rules("logistic").ep({"of": row(mean, variance)}, {"child": N([1])})
    belief = row(mean, variance) + found.messages["of"]
    assert_allclose(GAUSSIAN.mean(belief)[0], first / z, rtol=1e-9)
    assert_allclose(GAUSSIAN.variance(belief)[0], second / z - (first / z) ** 2, rtol=1e-5)
    heard = GAUSSIAN.log_normalizer(row(mean, variance))[0] - 0.5 * math.log(2 * math.pi * variance)
    assert_allclose(found.log_z[0], heard + shift + math.log(z), rtol=1e-10)


HARD = [
    (0.3, 0.1, 1.0, 1.0, 0.0),
    (0.05, 1e-4, 1.0, 1e-3, 30.0),
    (2.0, 1.0, 1e6, 1e6, 50.0),
    (40.0, 0.1, 1e-3, 1e-3, 100.0),
    (
        40.0,
        0.1,
        0.25,
        0.25,
        16.915525431521,
    ),  # two equal peaks: the prior's, and the one that explains the distance
    (1e4, 1e4, 1.0, 1.0, 3.0),
    (6.0, 1e-6, 1.0, 2.0, 1.0),
    (3.0, 1e6, 1.0, 1.0, 20.0),
]


@pytest.mark.parametrize("power", [-1, 1], ids=["precision", "variance"])
@pytest.mark.parametrize(("shape", "rate", "child", "mean", "distance"), HARD)
def test_an_unknown_scale_against_adaptive_quadrature(
    shape: float, rate: float, child: float, mean: float, distance: float, power: int
) -> None:
    def log_integrand(u: float) -> float:
        total = child + mean + math.exp(power * u)
        return shape * u - rate * math.exp(u) - 0.5 * distance**2 / total - 0.5 * math.log(2 * math.pi * total)

    grid = np.linspace(-200, 60, 260_001)
    with np.errstate(over="ignore", under="ignore"):
        logs = np.array([log_integrand(u) if u < 100 else -INF for u in grid[::26]])
    peak = grid[::26][logs.argmax()]
    shift = logs.max()

    def moment(k: int) -> float:
        pieces = np.concatenate(([-200.0], peak + np.array([-60, -20, -8, -3, -1, 0, 1, 3, 8]), [60.0]))
        pieces = np.unique(np.clip(pieces, -200, 60))

        def value(u: float) -> float:
            return math.exp(max(log_integrand(u) - shift + k * (u - peak), -700.0))

        with np.errstate(all="ignore"):
            return sum(
                integrate.quad(value, a, b, epsabs=0, epsrel=1e-11, limit=500)[0] for a, b in pairwise(pieces)
            )

    role = "precision" if power < 0 else "variance"
    heard = {"child": row(distance, child), "mean": row(0.0, mean), role: gamma_row(shape, rate)}
    found = rules("gaussian").ep(heard, {})
    assert found.is_usable.all()
    belief = heard[role] + found.messages[role]
    z, first, second = (moment(k) for k in range(3))
    wanted = first / z * math.exp(peak)
    assert_allclose(GAMMA.mean(belief)[0], wanted, rtol=1e-7)
    spread = (second / z - (first / z) ** 2) * math.exp(2 * peak)
    assert_allclose(GAMMA.variance(belief)[0], spread, rtol=1e-5)
    gaussians = sum(GAUSSIAN.log_normalizer(heard[name])[0] for name in ("child", "mean"))
    assert_allclose(found.log_z[0], gaussians + shift + math.log(z), rtol=1e-9, atol=1e-8)


# --- published numbers -------------------------------------------------------------------------------------


def test_the_cyclist() -> None:
    """InferNET101 (Infer.NET's introduction), the cyclist with ten trips: EP with an unknown Gamma precision gives
    averageTime N(14.65, 0.4459) and trafficNoise Gamma(5.33, scale 0.05399); the digits are this scheme's own.
    """
    times = N([13, 17, 16, 12, 13, 12, 14, 18, 16, 16.0])
    beliefs = {"mean": row(1.0, 100.0)[0], "precision": gamma_row(2.0, 2.0)[0]}
    sent = {role: np.zeros((10, 2)) for role in beliefs}
    for _ in range(60):
        for i, time in enumerate(times):
            cavities = {role: (beliefs[role] - sent[role][i])[None] for role in beliefs}
            found = rules("gaussian").ep(cavities, {"child": N([time])})
            assert found.is_usable.all()
            for role, message in found.messages.items():
                beliefs[role] = cavities[role][0] + message[0]
                sent[role][i] = message[0]
    assert_allclose(GAUSSIAN.mean(beliefs["mean"]), 14.651578, rtol=2e-6)
    assert_allclose(GAUSSIAN.variance(beliefs["mean"]), 0.445889, rtol=2e-6)
    assert_allclose(beliefs["precision"][0] + 1, 5.330146, rtol=2e-6)
    assert_allclose(-1 / beliefs["precision"][1], 0.05399, rtol=2e-5)


def test_two_player_trueskill() -> None:
    """Winn, Model-Based Machine Learning, chapter 3: Jill N(120, 1600) beats Fred N(100, 25), with performance
    variance 25; Infer.NET prints N(140.1, 810) and N(99.69, 24.81).
    """
    perf = {"left": row(120.0, 1625.0), "right": row(100.0, 50.0)}
    found = rules("greater_than").ep(perf, {"child": N([1])})
    for role, skill, wanted in (
        ("left", row(120, 1600), (140.133345, 810.011362)),
        ("right", row(100, 25), (99.685416, 24.807132)),
    ):
        heard = rules("gaussian").ep({"mean": skill, "child": found.messages[role]}, {"variance": N([25.0])})
        belief = skill + heard.messages["mean"]
        assert_allclose((GAUSSIAN.mean(belief)[0], GAUSSIAN.variance(belief)[0]), wanted, rtol=1e-7)
    open_child = rules("greater_than").ep({**perf, "child": np.zeros((1, 2))}, {})
    assert_allclose(np.exp(open_child.messages["child"][0, 1]), 0.687465080435, rtol=1e-11)


def test_a_logistic_observation() -> None:
    """dotnet/infer, test/Tests/EpTests.cs, BernoulliFromLogOddsCRTest: N(1.2, precision 0.4), observed true."""
    found = rules("logistic").ep({"of": row(1.2, 2.5)}, {"child": N([1])})
    belief = row(1.2, 2.5) + found.messages["of"]
    assert_allclose(GAUSSIAN.mean(belief), 1.735711683643876, rtol=1e-6)
    assert_allclose(GAUSSIAN.variance(belief), 1.897040876799618, rtol=1e-6)
    assert_allclose(found.log_z - GAUSSIAN.log_normalizer(row(1.2, 2.5)), math.log(0.697305276585867), atol=1e-9)


def test_a_gaussian_above_one_half() -> None:
    """Infer.NET user guide, `Truncated Gaussian tutorial`: x ~ N(0, 1) constrained to x > 0.5."""
    found = rules("between").ep({"of": row(0.0, 1.0)}, {"child": N([1]), "low": N([0.5]), "high": N([INF])})
    belief = row(0.0, 1.0) + found.messages["of"]
    assert_allclose(GAUSSIAN.mean(belief), 1.1410777703680648, rtol=1e-12)
    assert_allclose(GAUSSIAN.variance(belief), 0.26848040715587884, rtol=1e-12)
    assert_allclose(found.log_z - 0.5 * math.log(2 * math.pi), -1.1759117615936183, rtol=1e-12)
