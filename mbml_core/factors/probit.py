"""factors/probit.py — a noisy sign:  P(child = true | of) = Φ(of/√variance).

It is child = [of + ε > 0] with ε ~ N(0, variance). Parameters: `child`, two states, default the last variable;
`of`, a real variable; `variance`, a positive number, default 1.

EP: `of` + ε cut to the positive numbers (`truncation.py`; Minka 2001, section 3.2, the Bayes point machine).

VMP (Albert & Chib 1993; Girolami & Rogers 2006): with the noisy value z = of + ε as a hidden variable whose q
given the child is N(⟨of⟩, v) cut to its side, s = ±1 and t = s⟨of⟩/√v,

    E_q[log f] ≥ log Φ(t) − var(of)/(2v)          (the energy, averaged over the child; what each state hears)
    to of: precision = 1/v,  precision_mean = ⟨z⟩/v,  ⟨z⟩ = ⟨of⟩ + s√v φ(t)/Φ(t)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from mbml_core.distributions.special import log_ndtr
from mbml_core.distributions.truncated import v_win
from mbml_core.errors import Problem
from mbml_core.factors.gaussian_inputs import expected_moments, natural
from mbml_core.factors.roles import Role, boolean_child, check_roles, continuous_kind, reader
from mbml_core.factors.rules import EpUpdate, Method, Quality, Rows, Rules, VmpUpdate
from mbml_core.factors.states import expected_energy, state_probabilities
from mbml_core.factors.truncation import CHILD, cut
from mbml_core.model import Factor, Positive, Real, Variable

OF, VARIANCE = "of", "variance"
ROLES = (
    boolean_child(),
    Role(OF, Real(), "variable"),
    Role(VARIANCE, Positive(), "number", is_optional=True, default=1.0),
)


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A boolean child, a real variable, and a positive number."""
    yield from check_roles(factor, variables, ROLES)


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Exact where only the child is unknown."""
    return "exact" if set(unknown) <= {CHILD} else method


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    return cut({OF: 1.0}, cavities, values, noise=values[VARIANCE])


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    mean, square = expected_moments(OF, statistics, values)
    sd = np.sqrt(values[VARIANCE])
    signs = np.array([-1.0, 1.0])
    t = signs * (mean / sd)[:, None]
    states = log_ndtr(t) - (0.5 * (square - mean * mean) / values[VARIANCE])[:, None]
    child = state_probabilities(CHILD, statistics, values, 2)
    hidden = mean + sd * (child * signs * v_win(t)).sum(axis=-1)
    messages = {CHILD: states, OF: natural(hidden / values[VARIANCE], 1.0 / values[VARIANCE])}
    return VmpUpdate({role: messages[role] for role in statistics}, expected_energy(child, states))


KIND = continuous_kind(
    "probit",
    "The child is true when the variable and Gaussian noise together are greater than zero.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, vmp, quality),
)
