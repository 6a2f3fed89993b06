"""Factors with unknown roles: their functions, as the head of each kind's file has them, and where they live."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from tests.factors.tilted import Axis, Points, cut_real, positive, probability, real, states


class Case(NamedTuple):
    """One kind and signature: the log of the factor, the axes of what is unknown, and what is known."""

    kind: str
    log_factor: Callable[[Points, Mapping[str, float]], np.ndarray]
    axes: Mapping[str, Axis]
    values: Mapping[str, float]
    tolerance: float = 1e-8

    @property
    def label(self) -> str:
        return f"{self.kind}-{'-'.join(self.axes)}-given-{'-'.join(self.values)}"


def arguments(x: Points, v: Mapping[str, float], *roles: str) -> list[np.ndarray]:
    return [x[role] if role in x else np.asarray(v[role]) for role in roles]


def log_normal(x: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    return -0.5 * (x - mean) ** 2 / variance - 0.5 * np.log(2 * np.pi * variance)


def gaussian(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, mean = arguments(x, v, "child", "mean")
    if "variance" in x or "variance" in v:
        return log_normal(child, mean, *arguments(x, v, "variance"))
    return log_normal(child, mean, 1.0 / arguments(x, v, "precision")[0])


def log_indicator(holds: np.ndarray, child: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log((holds == (child == 1)).astype(float))


def greater_than(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, left, right = arguments(x, v, "child", "left", "right")
    return log_indicator(left > right, child)


def is_positive(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, of = arguments(x, v, "child", "of")
    return log_indicator(of > 0, child)


def between(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, of, low, high = arguments(x, v, "child", "of", "low", "high")
    return log_indicator((low < of) & (of < high), child)


def signed(child: np.ndarray) -> np.ndarray:
    return np.where(child == 1, 1.0, -1.0)


def probit(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, of, variance = arguments(x, v, "child", "of", "variance")
    t = signed(child) * of / math.sqrt(variance)
    return np.log(np.maximum([0.5 * math.erfc(-z / math.sqrt(2)) for z in t.ravel()], 1e-300)).reshape(t.shape)


def logistic(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, of = arguments(x, v, "child", "of")
    return -np.log1p(np.exp(-signed(child) * of))


def gamma(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, shape, rate = arguments(x, v, "child", "shape", "rate")
    return shape * np.log(rate) - math.lgamma(shape) + (shape - 1) * np.log(child) - rate * child


def beta(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, a, b = arguments(x, v, "child", "a", "b")
    log_b = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return (a - 1) * np.log(child) + (b - 1) * np.log1p(-child) - log_b


def bernoulli(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, p = arguments(x, v, "child", "probability")
    return np.log(np.where(child == 1, p, 1 - p))


def poisson(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, rate, exposure = arguments(x, v, "child", "rate", "exposure")
    return child * np.log(exposure * rate) - exposure * rate - math.lgamma(child + 1)


def binomial(x: Points, v: Mapping[str, float]) -> np.ndarray:
    child, trials, p = arguments(x, v, "child", "trials", "probability")
    return child * np.log(p) + (trials - child) * np.log1p(-p) + math.log(math.comb(int(trials), int(child)))


LINE = real(-40, 40, 321)
SHORT = real(-14, 14, 161)
COARSE = 5e-6
"""What the reference keeps where a grid crosses the narrow ridge of a small variance."""
CASES = [
    Case("gaussian", gaussian, {"child": LINE, "mean": LINE}, {"variance": 1.7}),
    Case("gaussian", gaussian, {"child": LINE}, {"mean": 0.3, "precision": 0.4}),
    Case("gaussian", gaussian, {"mean": LINE}, {"child": -1.3, "variance": 0.7}),
    Case("gaussian", gaussian, {"precision": positive(1e-12, 80)}, {"child": 1.0, "mean": -0.5}),
    Case("gaussian", gaussian, {"variance": positive(1e-12, 80)}, {"child": 1.0, "mean": -0.5}),
    Case("gaussian", gaussian, {"mean": LINE, "precision": positive(1e-9, 60)}, {"child": 2.0}),
    Case("gaussian", gaussian, {"child": LINE, "variance": positive(1e-9, 60)}, {"mean": -1.0}, COARSE),
    Case("gaussian", gaussian, {"child": SHORT, "mean": SHORT, "precision": positive(1e-7, 25, 81)}, {}, COARSE),
    Case("gaussian", gaussian, {"child": SHORT, "mean": SHORT, "variance": positive(0.005, 40, 81)}, {}, COARSE),
    Case("is_positive", is_positive, {"of": cut_real(-20, 0, 20), "child": states()}, {}),
    Case("is_positive", is_positive, {"of": cut_real(-20, 0, 20)}, {"child": 1}),
    Case("is_positive", is_positive, {"of": cut_real(-20, 0, 20)}, {"child": 0}),
    Case("between", between, {"of": cut_real(-20, -0.4, 1.1, 20), "child": states()}, {"low": -0.4, "high": 1.1}),
    Case("between", between, {"of": cut_real(-20, -0.4, 1.1, 20)}, {"child": 1, "low": -0.4, "high": 1.1}),
    Case("between", between, {"of": cut_real(-20, -0.4, 1.1, 20)}, {"child": 0, "low": -0.4, "high": 1.1}),
    Case("between", between, {"of": cut_real(-20, 0.6, 20)}, {"child": 1, "low": -math.inf, "high": 0.6}),
    Case("greater_than", greater_than, {"left": cut_real(-20, 0.7, 20), "child": states()}, {"right": 0.7}),
    Case("greater_than", greater_than, {"right": cut_real(-20, 0.7, 20)}, {"left": 0.7, "child": 0}),
    Case("greater_than", greater_than, {"child": states()}, {"left": 0.7, "right": -1.0}),
    Case("probit", probit, {"of": LINE, "child": states()}, {"variance": 0.8}),
    Case("probit", probit, {"of": LINE}, {"variance": 0.8, "child": 0}),
    Case("probit", probit, {"child": states()}, {"variance": 0.8, "of": -0.6}),
    Case("logistic", logistic, {"of": LINE, "child": states()}, {}),
    Case("logistic", logistic, {"of": LINE}, {"child": 1}),
    Case("logistic", logistic, {"of": LINE}, {"child": 0}),
    Case("logistic", logistic, {"child": states()}, {"of": 0.9}),
    Case("gamma", gamma, {"child": positive(1e-12, 200)}, {"shape": 1.6, "rate": 0.7}),
    Case("gamma", gamma, {"rate": positive(1e-12, 200)}, {"shape": 1.6, "child": 0.7}),
    Case("gamma", gamma, {"child": positive(1e-12, 200), "rate": positive(1e-12, 200)}, {"shape": 1.6}),
    Case("beta", beta, {"child": probability()}, {"a": 1.2, "b": 3.0}),
    Case("bernoulli", bernoulli, {"child": states()}, {"probability": 0.3}),
    Case("bernoulli", bernoulli, {"probability": probability()}, {"child": 1}),
    Case("bernoulli", bernoulli, {"probability": probability()}, {"child": 0}),
    Case("bernoulli", bernoulli, {"probability": probability(), "child": states()}, {}),
    Case("poisson", poisson, {"rate": positive(1e-12, 200)}, {"child": 4.0, "exposure": 2.0}),
    Case("binomial", binomial, {"probability": probability()}, {"child": 2.0, "trials": 5.0}),
]


def random_cavities(case: Case, rows: int, seed: int) -> dict[str, np.ndarray]:
    """Proper ones whose mass lies inside the axes of the case."""
    source = np.random.default_rng([seed, len(case.label)])
    draw = {
        "gaussian": lambda: _gaussian(source, rows),
        "gamma": lambda: np.stack((source.uniform(1.5, 4.0, rows), -source.uniform(1.5, 4.0, rows)), -1),
        "beta": lambda: source.uniform(0.0, 4.0, (rows, 2)),
        "categorical": lambda: source.normal(0.0, 1.0, (rows, 2)),
    }
    return {role: draw[axis.family]() for role, axis in case.axes.items()}


def _gaussian(source: np.random.Generator, rows: int) -> np.ndarray:
    mean, precision = source.normal(0.0, 1.5, rows), source.uniform(0.4, 3.0, rows)
    return np.stack((mean * precision, precision), -1)


def rows_of(case: Case, rows: int) -> dict[str, np.ndarray]:
    """The known values, once per row."""
    return {role: np.stack([np.asarray(value, dtype=float)] * rows) for role, value in case.values.items()}
