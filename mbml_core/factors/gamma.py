"""factors/gamma.py — a Gamma distribution.

    f = rate^shape / Γ(shape) · child^(shape − 1) exp(−rate·child),  rate = 1/scale

Parameters: `child`, positive, default the last variable; `shape`, a positive number; and `rate`, a positive number
or variable, or `scale`, a positive number.

With a known rate the message is Gamma(shape, rate) (`fixed_prior.py`; PRML B). With an unknown one:

EP, child known: the rate hears (shape, −child), exactly.
EP, child unknown and heard as Gamma with natural parameters (e, −ρ): integrating it out leaves

    Z(rate) = rate^shape·Γ(S) / (Γ(shape)·(rate + ρ)^S),  S = shape + e,      child | rate ~ Gamma(S, rate + ρ)

and one integral over the rate, taken over u = log rate by quadrature; for ρ = 0 it is a Gamma integral. Child and
rate are projected by mean and variance; one whose tilted distribution has none hears nothing.

VMP (Winn & Bishop 2005, section 2.2):  to child (shape − 1, −⟨rate⟩),  to rate (shape, −⟨child⟩),
    energy = shape⟨log rate⟩ − log Γ(shape) + (shape − 1)⟨log child⟩ − ⟨rate⟩⟨child⟩
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from mbml_core.distributions.gamma import GAMMA
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.special import log_gamma
from mbml_core.errors import Problem
from mbml_core.factors.fixed_prior import prior_ep, prior_vmp
from mbml_core.factors.gaussian_inputs import natural
from mbml_core.factors.quadrature import Quadrature, integrate
from mbml_core.factors.roles import CHILD, Role, check_roles, continuous_kind, read_roles
from mbml_core.factors.rules import Argument, EpUpdate, Method, Quality, Rows, Rules, VmpUpdate, ep_update
from mbml_core.model import Factor, Positive, Variable

SHAPE, RATE, SCALE = "shape", "rate", "scale"
ROLES = (
    Role(CHILD, Positive(), "variable"),
    Role(SHAPE, Positive(), "number"),
    Role(RATE, Positive(), is_optional=True),
    Role(SCALE, Positive(), "number", is_optional=True),
)


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A positive child, a positive shape, and one of a positive rate and scale."""
    yield from check_roles(factor, variables, ROLES, one_of=(RATE, SCALE))


def roles(factor: Factor) -> Mapping[str, Argument]:
    """The child, the shape and the rate; a scale is told as a rate."""
    played = read_roles(factor, ROLES)
    scale = played.pop(SCALE, None)
    return {**played, RATE: 1.0 / scale} if isinstance(scale, float) else played


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Exact with one unknown role."""
    return method if len(unknown) == 2 else "exact"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    if RATE in values:
        return prior_ep(GAMMA, GAMMA.from_parameters(values[SHAPE], values[RATE]), cavities, values)
    with np.errstate(all="ignore"):  # rows without an answer come out as NaN or inf, and are dealt with by rows
        if CHILD in values:
            return _known_child(values[SHAPE], values[CHILD], cavities[RATE])
        return _integrated(values[SHAPE], cavities[CHILD], cavities[RATE])


def _known_child(shape: FloatArray, child: FloatArray, heard: FloatArray) -> EpUpdate:
    message = natural(shape, -child)
    log_z = GAMMA.log_normalizer(heard + message) + (shape - 1.0) * np.log(child) - log_gamma(shape)
    return ep_update({RATE: message}, log_z, np.ones(len(child), dtype=bool))


class _Problem(NamedTuple):
    """∫ rate^(power − 1) exp(−fall·rate) / (rate + rho)^size d rate, one row per factor."""

    power: FloatArray
    fall: FloatArray
    rho: FloatArray
    size: FloatArray


def _integrated(shape: FloatArray, child: FloatArray, rate: FloatArray) -> EpUpdate:
    rho = -child[:, 1]
    problem = _Problem(shape + rate[:, 0] + 1.0, -rate[:, 1], rho, shape + child[:, 0])
    left = np.where(rho == 0.0, problem.power - problem.size, problem.power)
    exists = (left > 0.0) & (problem.fall > 0.0) & (rho >= 0.0) & (problem.size > 0.0)
    quadrature = _integrate(_Problem(*(np.where(exists & (rho > 0.0), field, 1.0) for field in problem)))
    total = np.exp(quadrature.x) + rho[:, None]
    size = problem.size[:, None]
    to_child = GAMMA.from_moments(*quadrature.moments(size / total, size / total / total)) - child
    to_rate = GAMMA.from_moments(*quadrature.moments(np.exp(quadrature.x))) - rate
    is_flat = (rho == 0.0)[:, None]
    messages = {
        CHILD: np.where(is_flat, _child_of_gamma(problem, child), to_child),
        RATE: np.where(is_flat, natural(shape - problem.size, rho), to_rate),
    }
    gamma_integral = GAMMA.log_normalizer(natural(left - 1.0, -problem.fall))
    log_z = np.where(rho == 0.0, gamma_integral, quadrature.log_z) + log_gamma(problem.size) - log_gamma(shape)
    return ep_update(messages, np.where(exists, log_z, np.inf), exists)


def _integrate(problem: _Problem) -> Quadrature:
    """The slope power − fall·r − size·r/(r + rho) is 0 once, between power/(fall + size/rho) and power/fall."""
    power, fall, rho, size = (field[:, None] for field in problem)

    def log_integrand(u: FloatArray) -> FloatArray:
        rate = np.exp(u)
        return power * u - fall * rate - size * np.log(rate + rho)

    def slope(u: FloatArray) -> FloatArray:
        rate = np.exp(u)
        return power - fall * rate - size * rate / (rate + rho)

    low = np.log(problem.power / (problem.fall + problem.size / problem.rho))
    high = np.log(problem.power / problem.fall)
    return integrate(
        log_integrand, slope, low - 1e-3, high + 1e-3, log_moment=lambda u: -2.0 * np.log(np.exp(u) + rho)
    )


def _child_of_gamma(problem: _Problem, heard: FloatArray) -> FloatArray:
    """The message to a child ~ Gamma(S, rate) with rate ~ Gamma(a, b): E[child] = S·b/(a − 1) and E[child²] =
    S(S + 1)·b²/((a − 1)(a − 2)), both finite for a > 2 only; below, it hears nothing.
    """
    a, size, fall = problem.power - problem.size, problem.size, problem.fall
    mean = size * fall / (a - 1.0)
    variance = mean * fall / (a - 1.0) * (a - 1.0 + size) / (a - 2.0)
    return np.where((a > 2.0)[:, None], GAMMA.from_moments(mean, variance) - heard, 0.0)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    if RATE in values:
        return prior_vmp(GAMMA, GAMMA.from_parameters(values[SHAPE], values[RATE]), statistics, values)
    shape, (log_rate, rate) = values[SHAPE], statistics[RATE].T
    log_child, child = (statistics[CHILD] if CHILD in statistics else GAMMA.statistics(values[CHILD])).T
    messages = {CHILD: natural(shape - 1.0, -rate), RATE: natural(shape, -child)}
    energy = shape * log_rate - log_gamma(shape) + (shape - 1.0) * log_child - rate * child
    return VmpUpdate({role: messages[role] for role in statistics}, energy)


KIND = continuous_kind(
    "gamma",
    "A Gamma distribution of something positive.",
    {role.name for role in ROLES},
    check,
    Rules(roles, ep, vmp, quality),
)
