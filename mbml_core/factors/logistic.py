"""factors/logistic.py — a logistic regression:  P(child = true | of) = 1/(1 + exp(−of)).

Parameters: `child`, two states, default the last variable; `of`, a real variable.

EP: with σ(x) = 1/(1 + exp(−x)), and w₁ and w₀ what the child says for true and false, the tilted distribution is

    N(of; m, v)·(w₁σ(of) + w₀σ(−of))

Each of its two parts has one peak and is integrated by quadrature; their mixture is projected by mean and variance
(Minka 2001, section 3.2, with the integrals taken numerically). The child hears (log E[σ(−of)], log E[σ(of)]).

VMP (Jaakkola & Jordan 2000, `Bayesian parameter estimation via variational methods`): with s = ±1, ξ² = ⟨of²⟩ and
λ(ξ) = tanh(ξ/2)/(4ξ),

    log σ(s·x) ≥ log σ(ξ) + (s·x − ξ)/2 − λ(ξ)(x² − ξ²)      (its mean is the energy, and what each state hears)
    to of: precision_mean = ⟨s⟩/2,  precision = 2λ(ξ)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from mbml_core.distributions.gaussian import GAUSSIAN
from mbml_core.distributions.semiring import FloatArray, log_sum_exp
from mbml_core.distributions.special import HALF_LOG_TWO_PI, expit, log_expit
from mbml_core.errors import Problem
from mbml_core.factors.gaussian_inputs import Input, expected_moments, gaussian_input, natural
from mbml_core.factors.quadrature import Quadrature, integrate
from mbml_core.factors.roles import CHILD, Role, boolean_child, check_roles, continuous_kind, reader
from mbml_core.factors.rules import EpUpdate, Method, Quality, Rows, Rules, VmpUpdate, ep_update
from mbml_core.factors.states import expected_energy, state_logs, state_probabilities
from mbml_core.model import Factor, Real, Variable

OF = "of"
ROLES = (boolean_child(), Role(OF, Real(), "variable"))
SIGNS = (-1.0, 1.0)
"""Of a child that is false and true."""


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A boolean child and a real variable."""
    yield from check_roles(factor, variables, ROLES)


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Exact where only the child is unknown."""
    return "exact" if set(unknown) <= {CHILD} else method


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    said = state_logs(CHILD, cavities, values, 2)
    with np.errstate(all="ignore"):  # rows without an answer come out as NaN or inf, and are dealt with by rows
        if OF in values:
            heard = np.stack([log_expit(sign * values[OF]) for sign in SIGNS], axis=-1)
            messages = {CHILD: heard} if CHILD in cavities else {}
            return ep_update(messages, log_sum_exp(heard + said, -1), np.ones(len(heard), dtype=bool))
        return _integrated(gaussian_input(OF, cavities, values), said, cavities)


def _integrated(of: Input, said: FloatArray, cavities: Rows) -> EpUpdate:
    mean, variance = np.where(of.is_proper, of.mean, 0.0), np.where(of.is_proper, of.variance, 1.0)
    parts = [_part(mean, variance, sign) for sign in SIGNS]
    heard = np.stack([part.log_z for part in parts], axis=-1)
    log_z = log_sum_exp(heard + said, -1)
    shares = np.exp(heard + said - log_z[:, None])
    moments = [part.moments(part.x) for part in parts]
    means = np.stack([mean for mean, _ in moments], axis=-1)
    variances = np.stack([variance for _, variance in moments], axis=-1)
    tilted = (shares * means).sum(axis=-1)
    spread = (shares * (variances + (means - tilted[:, None]) ** 2)).sum(axis=-1)
    says_nothing = (said[:, 0] == said[:, 1]) | of.is_flat
    message = GAUSSIAN.from_moments(tilted, spread) - cavities[OF]
    messages = {OF: np.where(says_nothing[:, None], 0.0, message)}
    if CHILD in cavities:
        messages[CHILD] = np.where(of.is_proper[:, None], heard, 0.0)
    is_usable = (of.is_proper | of.is_flat) & ~np.isneginf(log_z)
    return ep_update(messages, np.where(of.is_proper, log_z + of.log_z, np.inf), is_usable)


def _part(mean: FloatArray, variance: FloatArray, sign: float) -> Quadrature:
    """N(x; mean, variance)·σ(sign·x), whose slope −(x − mean)/variance + sign·σ(−sign·x) is 0 once, between the
    mean and mean + sign·variance.
    """
    m, v = mean[:, None], variance[:, None]

    def log_integrand(x: FloatArray) -> FloatArray:
        return log_expit(sign * x) - 0.5 * (x - m) ** 2 / v - 0.5 * np.log(v) - HALF_LOG_TWO_PI

    def slope(x: FloatArray) -> FloatArray:
        return sign * expit(-sign * x) - (x - m) / v

    ends = np.stack((mean, mean + sign * variance), axis=-1)
    return integrate(log_integrand, slope, ends.min(axis=-1), ends.max(axis=-1), kink=0.0)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    mean, square = expected_moments(OF, statistics, values)
    xi = np.sqrt(square)
    signs = np.array(SIGNS)
    states = 0.5 * signs * mean[:, None] + (log_expit(xi) - 0.5 * xi)[:, None]
    child = state_probabilities(CHILD, statistics, values, 2)
    precision = _twice_lambda(xi)
    messages = {CHILD: states, OF: natural(0.5 * (child * signs).sum(axis=-1), precision)}
    return VmpUpdate({role: messages[role] for role in statistics}, expected_energy(child, states))


def _twice_lambda(xi: FloatArray) -> FloatArray:
    """tanh(ξ/2)/(2ξ), which is 1/4 at ξ = 0."""
    safe = np.where(xi == 0.0, 1.0, xi)
    return np.where(xi == 0.0, 0.25, np.tanh(0.5 * safe) / (2.0 * safe))


KIND = continuous_kind(
    "logistic",
    "The child is true with the probability that the logistic function gives.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, vmp, quality),
)
