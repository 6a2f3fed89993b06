"""Messages of the equation  Σ_i a_i·x_i + b = 0  between Gaussians (Kschischang, Frey & Loeliger 2001; PRML 8.4).

With m_j and v_j the mean and variance heard from x_j, x_i hears

    mean_i = −(b + Σ_{j≠i} a_j·m_j) / a_i,    variance_i = Σ_{j≠i} a_j²·v_j / a_i²

in natural parameters, so that one that hears nothing (v_j = ∞) makes the others hear nothing. A message may be
improper (v_j < 0): the integral over the x_j still exists if it is one of them only and Σ_{j≠i} a_j²·v_j < 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mbml_core.distributions.gaussian import GAUSSIAN
from mbml_core.distributions.semiring import FloatArray
from mbml_core.factors.gaussian_inputs import gaussian_input, leave_one_out, natural
from mbml_core.factors.rules import EpUpdate, Rows, ep_update


def solve(weights: Mapping[str, FloatArray], offset: FloatArray, cavities: Rows) -> EpUpdate:
    """Messages and log ∫ δ(Σ a_i·x_i + b)·Π exp(η_i·t_i) dx, for two or more unknown roles.

    Args:
        weights: (N,) a_i of each unknown role; rows of zeros take no part.
        offset: (N,) b, with what is known.
        cavities: (N, 2) per unknown role.
    """
    with np.errstate(all="ignore"):  # rows without an answer come out as NaN or inf, and are dealt with by rows
        inputs = {role: gaussian_input(role, cavities, {}) for role in weights}
        takes_part = {role: a != 0.0 for role, a in weights.items()}
        means = [weights[role] * inputs[role].mean for role in weights]
        spreads = [np.where(takes_part[role], a * a * inputs[role].variance, 0.0) for role, a in weights.items()]
        improper = [(spread < 0.0).astype(np.float64) for spread in spreads]
        rest = zip(leave_one_out(means), leave_one_out(spreads), leave_one_out(improper), strict=True)
        messages = {
            role: _message(weights[role], offset + mean, variance, count)
            for role, (mean, variance, count) in zip(weights, rest, strict=True)
        }
        usable = np.ones(len(offset), dtype=bool)
        for role in weights:  # a tilt without curvature, exp(c·x), has no mean and variance
            usable &= inputs[role].is_flat | (cavities[role][:, 1] != 0.0)
        return ep_update(messages, _log_z(weights, messages, cavities), usable)


def _message(weight: FloatArray, mean: FloatArray, variance: FloatArray, improper: FloatArray) -> FloatArray:
    """NaN where the integral over the others diverges, or where nothing but this role is unknown."""
    exists = (improper == 0.0) & (variance > 0.0) | (improper == 1.0) & (variance < 0.0)
    precision = np.where(exists, weight * weight / variance, np.nan)
    precision_mean = np.where(np.isinf(variance), 0.0, -weight * mean / variance)
    return np.where((weight == 0.0)[:, None], 0.0, natural(precision_mean, precision))


def _log_z(weights: Mapping[str, FloatArray], messages: Rows, cavities: Rows) -> FloatArray:
    """The role of the flattest message is solved for; the others are integrated out, which needs them proper.

    log Z = Σ_{i≠p} A(η_i) − log|a_p| + A(η_p + message_p) − A(message_p)
    """
    roles = list(weights)
    a = np.stack([weights[role] for role in roles], axis=-1)
    heard = np.stack([cavities[role] for role in roles], axis=1)
    said = np.stack([messages[role] for role in roles], axis=1)
    pivot = np.where(a != 0.0, heard[..., 1], np.inf).argmin(axis=-1)
    rows = np.arange(len(pivot))
    alone = GAUSSIAN.log_normalizer(heard)
    alone[rows, pivot] = 0.0
    back = said[rows, pivot]
    log_z: FloatArray = (
        alone.sum(axis=-1)
        - np.log(np.abs(a[rows, pivot]))
        + GAUSSIAN.log_normalizer(back + heard[rows, pivot])
        - np.where(GAUSSIAN.is_proper(back), GAUSSIAN.log_normalizer(back), 0.0)
        + np.where(GAUSSIAN.is_proper(back), 0.0, np.inf)
    )
    return log_z
