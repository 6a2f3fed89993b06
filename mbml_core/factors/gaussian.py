"""factors/gaussian.py — a Gaussian with a given mean and variance.

    f = N(child; mean, variance) = √(1/(2π·variance)) exp(−(child − mean)²/(2·variance)),  variance = 1/precision

Parameters: `child`, real, default the last variable; `mean`, a number or a real variable; and `variance` or
`precision`, a positive number or variable.

EP with the variance v known: the exact linear messages (Kschischang, Frey & Loeliger 2001; PRML 8.4), the child
hears N(mean of the mean, its variance + v) and the mean likewise; in natural parameters divided by 1 +
v·precision. EP with the variance unknown: `gaussian_scale.py`.

VMP (Winn & Bishop 2005, section 2.3), with ⟨·⟩ an expectation under q and r the precision:

    to child: (⟨r⟩⟨mean⟩, ⟨r⟩)      to mean: (⟨r⟩⟨child⟩, ⟨r⟩)      to r: (½, −½⟨(child − mean)²⟩)
    energy = ½⟨log r⟩ − ½ log 2π − ½⟨r⟩⟨(child − mean)²⟩
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from mbml_core.distributions.gaussian import GAUSSIAN
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.special import HALF_LOG_TWO_PI
from mbml_core.errors import Problem
from mbml_core.factors import gaussian_scale
from mbml_core.factors.gaussian_inputs import convolve, expected_moments, natural
from mbml_core.factors.roles import Role, check_roles, continuous_kind, read_roles, reader
from mbml_core.factors.rules import (
    EpUpdate,
    LinearGaussian,
    Method,
    Quality,
    Rows,
    Rules,
    VmpUpdate,
    ep_update,
    refuse,
)
from mbml_core.model import Factor, Positive, Real, Variable

CHILD, MEAN, VARIANCE, PRECISION = "child", "mean", "variance", "precision"
ROLES = (
    Role(CHILD, Real(), "variable"),
    Role(MEAN, Real()),
    Role(VARIANCE, Positive(), is_optional=True),
    Role(PRECISION, Positive(), is_optional=True),
)


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A real child and mean, and one of a positive variance and precision."""
    yield from check_roles(factor, variables, ROLES, one_of=(VARIANCE, PRECISION))


def linear(factor: Factor) -> LinearGaussian | None:
    """Linear-Gaussian where the variance is a number."""
    roles = read_roles(factor, ROLES)
    scale = roles.get(VARIANCE, roles.get(PRECISION))
    if not isinstance(scale, float):
        return None
    variance = scale if VARIANCE in roles else 1.0 / scale
    mean = roles[MEAN]
    terms = {mean: 1.0} if isinstance(mean, str) else {}
    return LinearGaussian(str(roles[CHILD]), terms, mean if isinstance(mean, float) else 0.0, variance)


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """EP is exact with a known variance, or with nothing unknown but the precision. VMP wants the precision."""
    if method == "vmp":
        if VARIANCE in unknown:
            raise refuse(
                "gaussian", VARIANCE, "VMP has none for an unknown variance", "make its precision a variable"
            )
        return "vmp" if len(unknown) > 1 else "exact"
    is_scale_known = not {VARIANCE, PRECISION} & set(unknown)
    return "exact" if is_scale_known or set(unknown) == {PRECISION} else "ep"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    if VARIANCE in values:
        return _fixed(cavities, values, values[VARIANCE])
    if PRECISION in values:
        return _fixed(cavities, values, 1.0 / values[PRECISION])
    return gaussian_scale.update(cavities, values)


def _fixed(cavities: Rows, values: Rows, variance: FloatArray) -> EpUpdate:
    """Exact messages.

    With (h, λ) heard from one and growth = 1 + v·λ: log Z = −½ log growth + ½ h²v/growth + A(η_other + message).
    """
    unknown = [role for role in (MEAN, CHILD) if role in cavities]
    known = [role for role in (MEAN, CHILD) if role in values]
    with np.errstate(all="ignore"):  # rows without an answer come out as NaN or inf, and are dealt with by rows
        if not unknown:
            log_z = GAUSSIAN.log_density_at(values[CHILD], values[MEAN], variance)
            return EpUpdate({}, log_z, np.ones(len(log_z), dtype=bool))
        if known:
            value = values[known[0]]
            message = natural(value / variance, 1.0 / variance)
            both = GAUSSIAN.log_normalizer(message + cavities[unknown[0]])
            log_z = both - 0.5 * value * value / variance - HALF_LOG_TWO_PI - 0.5 * np.log(variance)
            return ep_update({unknown[0]: message}, log_z, np.ones(len(log_z), dtype=bool))
        heard = cavities[MEAN]
        messages = {CHILD: convolve(heard, variance), MEAN: convolve(cavities[CHILD], variance)}
        growth = 1.0 + variance * heard[:, 1]
        log_z = (
            GAUSSIAN.log_normalizer(messages[CHILD] + cavities[CHILD])
            - 0.5 * np.log(growth)
            + 0.5 * heard[:, 0] * (heard[:, 0] * variance / growth)
        )
        return ep_update(messages, log_z, np.ones(len(log_z), dtype=bool))


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    quality("vmp", statistics.keys())
    mean, mean_square = expected_moments(MEAN, statistics, values)
    child, child_square = expected_moments(CHILD, statistics, values)
    square = np.maximum(child_square - 2.0 * child * mean + mean_square, 0.0)  # rounding may leave less than 0
    log_precision, precision = _precision(statistics, values)
    messages = {
        CHILD: natural(precision * mean, precision),
        MEAN: natural(precision * child, precision),
        PRECISION: natural(np.full_like(square, 0.5), -0.5 * square),
    }
    energy = 0.5 * log_precision - HALF_LOG_TWO_PI - 0.5 * precision * square
    return VmpUpdate({role: messages[role] for role in statistics}, energy)


def _precision(statistics: Rows, values: Rows) -> tuple[FloatArray, FloatArray]:
    """⟨log r⟩ and ⟨r⟩."""
    if PRECISION in statistics:
        return statistics[PRECISION][:, 0], statistics[PRECISION][:, 1]
    precision = values[PRECISION] if PRECISION in values else 1.0 / values[VARIANCE]
    return np.log(precision), precision


KIND = continuous_kind(
    "gaussian",
    "A Gaussian with a given mean and variance.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, vmp, quality, linear),
)
