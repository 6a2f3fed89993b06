"""factors/poisson.py — counts at a rate:  P(child = k | rate) = (e·rate)^k exp(−e·rate)/k!,  e the exposure.

Parameters: `child`, a count that is observed, default the last variable; `rate`, a positive number or variable;
`exposure`, a positive number (how long or how often was counted), default 1.

EP and VMP, exactly (conjugacy: Winn & Bishop 2005, section 2.2; PRML 2.4.2): the rate hears (k, −e).

    log Z = A(η + (k, −e)) + k log e − log k!,      energy = k⟨log rate⟩ − e⟨rate⟩ + k log e − log k!
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from mbml_core.distributions.counts import Poisson
from mbml_core.distributions.gamma import GAMMA
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.special import log_gamma
from mbml_core.errors import Problem
from mbml_core.factors.gaussian_inputs import natural
from mbml_core.factors.roles import CHILD, Role, check_roles, continuous_kind, reader
from mbml_core.factors.rules import EpUpdate, Method, Quality, Rows, Rules, VmpUpdate, ep_update, require_known
from mbml_core.model import Count, Factor, Positive, Variable

RATE, EXPOSURE = "rate", "exposure"
ROLES = (
    Role(CHILD, Count(), "variable"),
    Role(RATE, Positive()),
    Role(EXPOSURE, Positive(), "number", is_optional=True, default=1.0),
)


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A count as child, a positive rate and exposure."""
    yield from check_roles(factor, variables, ROLES)


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Exact; the child has to be observed."""
    require_known("poisson", unknown, (CHILD,), "observe the count, or leave it out")
    return "exact"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    quality("ep", cavities.keys())
    every_row = np.ones(len(values[CHILD]), dtype=bool)
    if RATE in values:
        return EpUpdate({}, _log_pmf(values), every_row)
    message = natural(values[CHILD], -values[EXPOSURE])
    return ep_update({RATE: message}, GAMMA.log_normalizer(cavities[RATE] + message) + _base(values), every_row)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    quality("vmp", statistics.keys())
    if RATE in values:
        return VmpUpdate({}, _log_pmf(values))
    message = natural(values[CHILD], -values[EXPOSURE])
    return VmpUpdate({RATE: message}, (message * statistics[RATE]).sum(axis=-1) + _base(values))


def _log_pmf(values: Rows) -> FloatArray:
    return Poisson(values[EXPOSURE] * values[RATE]).log_pmf(values[CHILD])


def _base(values: Rows) -> FloatArray:
    return values[CHILD] * np.log(values[EXPOSURE]) - log_gamma(values[CHILD] + 1.0)


KIND = continuous_kind(
    "poisson",
    "The child counts events that happen at a given rate.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, vmp, quality),
)
