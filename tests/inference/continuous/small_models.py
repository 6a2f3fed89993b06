"""Models small enough for sums and grids, and what these say of them."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from mbml_core.model import FactorGraph
from mbml_core.model.variable import Categorical, Variable

from .sketch import (
    factor,
    gaussian,
    graph,
    positive,
    real,
    simplex,
    states,
    table,
    yes_no,
)


def duel() -> FactorGraph:
    return graph(
        real("a", "b", "pa", "pb"), yes_no("won"), gaussian("a", 1, 4), gaussian("b", 0, 1),
        gaussian("pa", "a", 0.5), gaussian("pb", "b", 0.5), factor("greater_than", "won", left="pa", right="pb"),
    )  # fmt: skip


def learner(n: int) -> FactorGraph:
    return graph(
        real("mean", *(f"x{i}" for i in range(n))), positive("precision"), gaussian("mean", 0, 10),
        factor("gamma", "precision", shape=2, rate=1),
        *(factor("gaussian", f"x{i}", mean="mean", precision="precision") for i in range(n)),
    )  # fmt: skip


def mixture(n: int) -> FactorGraph:
    """Every point is heads or tails of one of two coins."""
    zs, xs = [f"z{i}" for i in range(n)], [f"x{i}" for i in range(n)]
    values = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.4, 0.6], [0.7, 0.3]]])  # side, z → x
    return graph(
        simplex("weights", 2), yes_no("side", *zs, *xs), factor("dirichlet", "weights", alpha=[2, 1]),
        *(factor("categorical", z, probabilities="weights") for z in zs),
        *(table("side", z, x, values=values, child=x) for z, x in zip(zs, xs, strict=True)),
        table("side", values=[0.3, 0.7]),
    )  # fmt: skip


SEEN = {"x0": 0.3, "x1": 1.9, "x2": -0.4}


def product() -> tuple[FactorGraph, dict[str, Any]]:
    model = graph(
        real("a", "b", "ab", "y"), gaussian("a", 1, 1), gaussian("b", 2, 3), gaussian("y", "ab", 0.5),
        factor("product", "ab", left="a", right="b"),
    )  # fmt: skip
    return model, {"y": 7.0}


def sums() -> tuple[FactorGraph, dict[str, Any]]:
    """t is a sum of a sum."""
    model = graph(
        real("a", "b", "c", "s", "t", "y", "z"), gaussian("a", 0, 1), gaussian("b", 1, 2), gaussian("c", 1, 2),
        factor("sum", "s", terms=["a", "b"]), factor("sum", "t", terms=["s", "c"], weights=[3, -1], offset=1),
        gaussian("y", "s", 0.5), gaussian("z", "t", 2),
    )  # fmt: skip
    return model, {"y": 2.0, "z": -1.0}


def biased_coins(n: int) -> FactorGraph:
    """Toss i is of coin one or two; each coin has a low or a high bias."""
    levels = Categorical(("low", "high"))
    biases = [Variable("one_bias", levels), Variable("two_bias", levels)]
    heads = np.array([0.05, 0.95])
    chance = np.stack([np.broadcast_to(heads[:, None], (2, 2)), np.broadcast_to(heads[None, :], (2, 2))])
    values = np.stack([1 - chance, chance], axis=-1)  # coin, bias of one, bias of two → side
    parts: list[Any] = [biases, simplex("shares", 2), factor("dirichlet", "shares", alpha=[1, 1])]
    for i in range(n):
        parts += [
            states(f"z{i}", "one", "two"),
            yes_no(f"x{i}"),
            factor("categorical", f"z{i}", probabilities="shares"),
        ]
        parts += [table(f"z{i}", "one_bias", "two_bias", f"x{i}", values=values, child=f"x{i}")]
    return graph(*parts)


def grid_of_learner(*seen: float) -> tuple[float, float, float]:
    """Posterior means and log evidence of `learner`, from 1200² points."""
    mean, precision = np.linspace(-12, 12, 1201)[:, None], np.linspace(1e-6, 15, 1200)[None, :]
    log_joint = -0.5 * mean**2 / 10 - 0.5 * math.log(2 * math.pi * 10) + np.log(precision) - precision
    for x in seen:
        log_joint = log_joint + 0.5 * np.log(precision / (2 * math.pi)) - 0.5 * precision * (x - mean) ** 2
    joint = np.exp(log_joint)
    total = joint.sum()
    cell = 24 / 1200 * (15 / 1199)
    return float((joint * mean).sum() / total), float((joint * precision).sum() / total), math.log(total * cell)


def evidence_of_mixture(evidence: dict[str, str]) -> float:
    """Sum over side and all z; the weights integrate to a Dirichlet-multinomial."""
    values = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.4, 0.6], [0.7, 0.3]]])
    tosses = [int(state == "yes") for state in evidence.values()]
    total = 0.0
    for side, zs in itertools.product((0, 1), itertools.product((0, 1), repeat=len(tosses))):
        ones = sum(zs)
        counts = math.gamma(2 + len(zs) - ones) * math.gamma(1 + ones) / math.gamma(3 + len(zs)) * 2
        total += (0.3, 0.7)[side] * counts * math.prod(values[side, z, x] for z, x in zip(zs, tosses, strict=True))
    return math.log(total)
