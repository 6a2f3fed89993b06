"""Message rules of discrete factors inside graphs with continuous variables: a dense table of logs per factor.

Roles are the axes whose variables are unknown, "0", "1", …; the value TABLE holds (N, K_0, K_1, …) logs.

EP is sum-product: m_i(x_i) = log Σ_{x∖i} exp(log f(x) + Σ_{j≠i} η_j(x_j)) (Kschischang, Frey & Loeliger 2001).
VMP: m_i(x_i) = Σ_{x∖i} Π_{j≠i} q_j(x_j)·log f(x) (Winn & Bishop 2005); what has probability 0 weighs nothing.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from mbml_core.distributions.semiring import FloatArray, log_sum_exp
from mbml_core.factors.rules import EpUpdate, Method, Quality, Rows, VmpUpdate

TABLE = "table"


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Sum-product is exact; VMP is, where one variable is unknown."""
    return "exact" if method == "ep" or len(unknown) <= 1 else "vmp"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    logs, count = values[TABLE], len(cavities)
    product = logs + sum(_along(cavities[str(axis)], axis, count) for axis in range(count))
    log_z: FloatArray = log_sum_exp(product, tuple(range(1, count + 1)))
    messages = {}
    for axis in range(count):
        others = [_along(cavities[str(other)], other, count) for other in range(count) if other != axis]
        gone = tuple(other + 1 for other in range(count) if other != axis)
        messages[str(axis)] = log_sum_exp(logs + sum(others), gone)
    return EpUpdate(messages, log_z, ~np.isneginf(log_z))


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    logs, count = values[TABLE], len(statistics)
    every = range(count)
    shares = [_along(statistics[str(axis)], axis, count) for axis in every]
    energy = _expectation(logs, [shares[axis] for axis in every], tuple(axis + 1 for axis in every))
    messages = {}
    for axis in every:
        others = [other for other in every if other != axis]
        gone = tuple(other + 1 for other in others)
        messages[str(axis)] = _expectation(logs, [shares[other] for other in others], gone)
    return VmpUpdate(messages, energy)


def _expectation(logs: FloatArray, shares: list[FloatArray], axes: tuple[int, ...]) -> FloatArray:
    weights = np.ones_like(logs)
    for share in shares:
        weights = weights * share
    with np.errstate(invalid="ignore"):  # 0·(−∞), which weighs nothing
        result: FloatArray = np.where(weights > 0.0, weights * logs, 0.0).sum(axis=axes)
    return result


def _along(rows: FloatArray, axis: int, count: int) -> FloatArray:
    """(N, K) rows as an array with K along table axis `axis`."""
    shape = [len(rows)] + [1] * count
    shape[axis + 1] = rows.shape[1]
    return rows.reshape(shape)
