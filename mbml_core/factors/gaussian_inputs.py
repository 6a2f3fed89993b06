"""Gaussian messages into a factor, and linear combinations of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mbml_core.distributions.family import BoolArray
from mbml_core.distributions.gaussian import GAUSSIAN
from mbml_core.distributions.semiring import FloatArray
from mbml_core.factors.rules import Rows


class Input(NamedTuple):
    """What N factors hear from one role, known or not.

    Attributes:
        mean: (N,) 0 where nothing is heard.
        variance: (N,) 0 where known, `inf` where nothing is heard, negative where the message is improper.
        log_z: (N,) log normaliser of the message; 0 where known.
        is_proper: (N,) known, or normalisable.
        is_flat: (N,) nothing is heard.
    """

    mean: FloatArray
    variance: FloatArray
    log_z: FloatArray
    is_proper: BoolArray
    is_flat: BoolArray


def gaussian_input(role: str, cavities: Rows, values: Rows) -> Input:
    """The input of one role."""
    if role in values:
        value = np.asarray(values[role], dtype=np.float64)
        zeros = np.zeros_like(value)
        return Input(value, zeros, zeros, np.ones(value.shape, dtype=bool), np.zeros(value.shape, dtype=bool))
    natural = cavities[role]
    precision = natural[:, 1]
    is_flat = (natural == 0.0).all(axis=-1)
    safe = np.where(precision == 0.0, 1.0, precision)
    mean = np.where(precision == 0.0, 0.0, natural[:, 0] / safe)
    variance = np.where(precision == 0.0, np.inf, 1.0 / safe)
    return Input(mean, variance, GAUSSIAN.log_normalizer(natural), GAUSSIAN.is_proper(natural), is_flat)


def known_log_density(child: Input, mean: FloatArray, variance: FloatArray) -> FloatArray:
    """Log N(child; mean, variance) of a known child."""
    return GAUSSIAN.log_density_at(child.mean, mean, variance)


def convolve(natural: FloatArray, variance: FloatArray) -> FloatArray:
    """The message about x + ε, from one about x, with ε ~ N(0, variance).

        precision' = precision/growth,  precision_mean' = precision_mean/growth,  growth = 1 + variance·precision

    NaN where the integral diverges: growth ≤ 0.
    """
    growth = 1.0 + variance * natural[:, 1]
    result: FloatArray = (
        np.where(growth > 0.0, 1.0 / np.where(growth > 0.0, growth, 1.0), np.nan)[:, None] * natural
    )
    return result


def leave_one_out(parts: Sequence[FloatArray]) -> list[FloatArray]:
    """For each part the sum of the others, without subtraction."""
    before = [np.zeros_like(parts[0])]
    for part in parts[:-1]:
        before.append(before[-1] + part)
    after = [np.zeros_like(parts[0])]
    for part in reversed(parts[1:]):
        after.append(after[-1] + part)
    return [left + right for left, right in zip(before, reversed(after), strict=True)]


def moments(statistics: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(N,) E[x] and E[x²] from the expected statistics (E[x], −E[x²]/2)."""
    return statistics[:, 0], -2.0 * statistics[:, 1]


def expected_moments(role: str, statistics: Rows, values: Rows) -> tuple[FloatArray, FloatArray]:
    """(N,) E[x] and E[x²] of a role, known or not."""
    if role in values:
        value = np.asarray(values[role], dtype=np.float64)
        return value, value * value
    return moments(statistics[role])


def natural(precision_mean: FloatArray, precision: FloatArray) -> FloatArray:
    """(N, 2) rows of a Gaussian."""
    return np.stack(np.broadcast_arrays(precision_mean, precision), axis=-1)
