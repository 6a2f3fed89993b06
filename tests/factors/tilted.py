"""The tilted distribution of a factor by brute force: the reference of every EP rule.

All unknown variables live on one grid of joint points with weights, so that a rule is compared with sums that
know nothing of its algebra.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mbml_core.distributions.families import FAMILIES

Points = Mapping[str, np.ndarray]


class Axis(NamedTuple):
    """Places and log weights of an integral over one variable, and the family of the messages about it."""

    family: str
    x: np.ndarray
    log_weights: np.ndarray


def real(low: float, high: float, n: int = 161) -> Axis:
    """Trapezoidal rule: exact to rounding for what is smooth and ends before the ends."""
    return Axis("gaussian", np.linspace(low, high, n), np.full(n, np.log((high - low) / (n - 1))))


def cut_real(*bounds: float, n: int = 60) -> Axis:
    """Gauss–Legendre between neighbouring bounds, for what jumps there."""
    x, w = np.polynomial.legendre.leggauss(n)
    ends = list(pairwise(bounds))
    places = np.concatenate([0.5 * (b - a) * x + 0.5 * (a + b) for a, b in ends])
    return Axis("gaussian", places, np.log(np.concatenate([0.5 * (b - a) * w for a, b in ends])))


def positive(low: float, high: float, n: int = 301) -> Axis:
    """Trapezoidal rule in log x."""
    u, step = np.linspace(np.log(low), np.log(high), n, retstep=True)
    return Axis("gamma", np.exp(u), u + np.log(step))


def probability(n: int = 401) -> Axis:
    """Trapezoidal rule in the log odds."""
    u, step = np.linspace(-33.0, 33.0, n, retstep=True)
    p = 1.0 / (1.0 + np.exp(-u))
    return Axis("beta", p, np.log(p) + np.log(1.0 / (1.0 + np.exp(u))) + np.log(step))


def states(size: int = 2) -> Axis:
    """A sum."""
    return Axis("categorical", np.arange(size), np.zeros(size))


class Tilted(NamedTuple):
    """Log Z, and per role its mean and variance, or its probabilities."""

    log_z: float
    moments: Mapping[str, tuple[np.ndarray, ...]]


def tilt(axes: Mapping[str, Axis], log_factor: Callable[[Points], np.ndarray], cavities: Points) -> Tilted:
    """∫ f Π exp(η·t), and the moments of its integrand."""
    points = dict(zip(axes, np.meshgrid(*(axis.x for axis in axes.values()), indexing="ij"), strict=True))
    measure = np.meshgrid(*(axis.log_weights for axis in axes.values()), indexing="ij")
    logs = log_factor(points) + np.sum(measure, axis=0)
    for role, axis in axes.items():
        logs = logs + about(axis.family, cavities[role], points[role])
    peak = logs.max()
    weights = np.exp(logs - peak)
    found = {role: _moments(axis, points[role], weights / weights.sum()) for role, axis in axes.items()}
    return Tilted(float(peak + np.log(weights.sum())), found)


def about(family: str, natural: np.ndarray, x: np.ndarray) -> np.ndarray:
    """η·t(x), written out."""
    if family == "categorical":
        return natural[x]
    t = {
        "gaussian": lambda: (x, -0.5 * x * x),
        "gamma": lambda: (np.log(x), x),
        "beta": lambda: (np.log(x), np.log1p(-x)),
    }[family]()
    return natural[0] * t[0] + natural[1] * t[1]


def belief_moments(family: str, natural: np.ndarray) -> tuple[np.ndarray, ...]:
    """What `Tilted.moments` holds, of a belief."""
    if family == "categorical":
        weights = np.exp(natural - natural.max())
        return (weights / weights.sum(),)
    return FAMILIES[family].mean(natural), FAMILIES[family].variance(natural)


def _moments(axis: Axis, x: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, ...]:
    if axis.family == "categorical":
        return (np.array([weights[x == k].sum() for k in axis.x]),)
    mean = (weights * x).sum()
    return mean, (weights * (x - mean) ** 2).sum()
