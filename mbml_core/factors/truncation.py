"""Messages of  child = [low < d < high]  with d a signed sum of Gaussians and of noise.

Given the Gaussian N(m, v) heard about d, the tilted distribution is w₁ times that Gaussian cut to the interval
plus w₀ times it cut to the outside, where w₁ and w₀ are what the child says for true and false. Its mean and
variance (Johnson, Kotz & Balakrishnan 1994, section 13.10.1; `distributions/truncated.py`) give the projection,
and the projection divided by N(m, v) is the message about d (Herbrich, Minka & Graepel 2006, `TrueSkill`). For d =
x₁ − x₂, x₁ then hears that message widened by the variance of x₂ (an exact linear message).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, NoReturn

import numpy as np

from mbml_core.distributions.semiring import FloatArray, log_sum_exp
from mbml_core.distributions.truncated import Truncated, truncated
from mbml_core.errors import UnsupportedQuery
from mbml_core.factors.gaussian_inputs import Input, convolve, gaussian_input, leave_one_out, natural
from mbml_core.factors.rules import EpUpdate, Method, Quality, Rows, ep_update, refuse
from mbml_core.factors.states import state_logs

CHILD = "child"


def quality_of(kind: str) -> Callable[[Method, Collection[str]], Quality]:
    """`Rules.quality` of a comparison: exact where only the child is unknown; VMP has no rule."""

    def quality(method: Method, unknown: Collection[str]) -> Quality:
        if method == "vmp":
            raise _no_vmp(kind)
        return "exact" if set(unknown) <= {CHILD} else "ep"

    return quality


def no_vmp(kind: str) -> Callable[[Rows, Rows], NoReturn]:
    """`Rules.vmp` of a comparison: the log of an indicator is −∞ where it is 0, and so is its mean."""

    def refused(statistics: Rows, values: Rows) -> NoReturn:
        raise _no_vmp(kind)

    return refused


def _no_vmp(kind: str) -> UnsupportedQuery:
    return refuse(kind, CHILD, "VMP has none for a comparison without noise", "use 'probit', or the method 'ep'")


def cut(
    signs: Mapping[str, float],
    cavities: Rows,
    values: Rows,
    low: FloatArray | float = 0.0,
    high: FloatArray | float = np.inf,
    noise: FloatArray | float = 0.0,
) -> EpUpdate:
    """Messages of child = [low < Σ sign·x + ε < high], ε ~ N(0, noise), to whatever is unknown."""
    with np.errstate(all="ignore"):  # rows without an answer come out as NaN or inf, and are dealt with by rows
        inputs = [gaussian_input(role, cavities, values) for role in signs]
        means = [sign * heard.mean for sign, heard in zip(signs.values(), inputs, strict=True)]
        variances = [heard.variance for heard in inputs]
        total = Input(
            np.sum(means, axis=0),
            np.sum(variances, axis=0) + noise,
            np.sum([heard.log_z for heard in inputs], axis=0),
            np.all([heard.is_proper for heard in inputs], axis=0),
            np.any([heard.is_flat for heard in inputs], axis=0),
        )
        tilted = _tilt(total, low, high, state_logs(CHILD, cavities, values, 2))
        about_sum = _quotient(tilted, total)
        rest = zip(leave_one_out(means), leave_one_out(variances), strict=True)
        messages = {
            role: _to_term(signs[role], about_sum, mean, variance + noise, total)
            for role, (mean, variance) in zip(signs, rest, strict=True)
            if role in cavities
        }
        if CHILD in cavities:
            messages[CHILD] = np.where(total.is_proper[:, None], tilted.log_masses, 0.0)
        is_usable = (total.is_proper | total.is_flat) & ~np.isneginf(tilted.log_z)
        return ep_update(messages, np.where(total.is_proper, tilted.log_z + total.log_z, np.inf), is_usable)


class _Tilted(NamedTuple):
    """Mean and variance of the tilted d; log Z, and its parts (N, 2) for a child that is false and true."""

    mean: FloatArray
    variance: FloatArray
    log_z: FloatArray
    log_masses: FloatArray


def _tilt(total: Input, low: FloatArray | float, high: FloatArray | float, child: FloatArray) -> _Tilted:
    is_spread = total.is_proper & (total.variance > 0.0)
    mean, variance = np.where(is_spread, total.mean, 0.0), np.where(is_spread, total.variance, 1.0)
    parts = (
        truncated(mean, variance, low, high),
        truncated(mean, variance, -np.inf, low),
        truncated(mean, variance, high, np.inf),
    )
    holds = (total.mean > low) & (total.mean < high)
    known = np.where(np.stack((~holds, holds), axis=-1), 0.0, -np.inf)
    spread = np.stack((np.logaddexp(parts[1].log_mass, parts[2].log_mass), parts[0].log_mass), axis=-1)
    log_masses = np.where((total.variance == 0.0)[:, None], known, spread)
    log_z = log_sum_exp(log_masses + child, -1)
    shares = [child[:, 1] + parts[0].log_mass, *(child[:, 0] + part.log_mass for part in parts[1:])]
    tilted_mean, tilted_variance = _mixture(shares, parts)
    says_nothing = child[:, 0] == child[:, 1]  # then the tilted distribution is the heard one, to the last digit
    return _Tilted(
        np.where(says_nothing, mean, tilted_mean),
        np.where(says_nothing, variance, tilted_variance),
        log_z,
        log_masses,
    )


def _mixture(log_shares: Sequence[FloatArray], parts: Sequence[Truncated]) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of a mixture; parts without a share may have no mean."""
    logs = np.stack(log_shares, axis=-1)
    shares = np.exp(logs - log_sum_exp(logs, -1)[:, None])
    means = np.where(shares > 0.0, np.stack([part.mean for part in parts], axis=-1), 0.0)
    variances = np.stack([part.variance for part in parts], axis=-1)
    mean = (shares * means).sum(axis=-1)
    return mean, (shares * (variances + (means - mean[:, None]) ** 2)).sum(axis=-1)


def _quotient(tilted: _Tilted, total: Input) -> FloatArray:
    """The message about d."""
    precision = 1.0 / tilted.variance - 1.0 / total.variance
    return natural(tilted.mean / tilted.variance - total.mean / total.variance, precision)


def _to_term(
    sign: float, about_sum: FloatArray, mean: FloatArray, variance: FloatArray, total: Input
) -> FloatArray:
    """The message about d, moved by the mean of the rest and widened by its variance."""
    shifted = natural(sign * (about_sum[:, 0] - about_sum[:, 1] * mean), about_sum[:, 1])
    return np.where(total.is_flat[:, None], 0.0, convolve(shifted, variance))
