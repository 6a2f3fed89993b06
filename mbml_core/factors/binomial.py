"""factors/binomial.py — successes in n trials:  P(child = k | p) = C(n, k) p^k (1 − p)^(n − k).

Parameters: `child`, a count that is observed, default the last variable; `trials`, n, a whole number;
`probability`, p, a number from 0 to 1 or a variable.

EP and VMP, exactly (conjugacy: Winn & Bishop 2005, section 2.2; PRML 2.1.1): p hears (k, n − k), as counts.

    log Z = A(η + (k, n − k)) + log C(n, k),      energy = k⟨log p⟩ + (n − k)⟨log(1 − p)⟩ + log C(n, k)
A child above n is impossible: both are −∞, and p hears nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from mbml_core.distributions.beta import BETA
from mbml_core.distributions.counts import Binomial
from mbml_core.distributions.semiring import FloatArray
from mbml_core.distributions.special import log_gamma
from mbml_core.errors import Problem
from mbml_core.factors.gaussian_inputs import natural
from mbml_core.factors.roles import CHILD, Role, check_roles, continuous_kind, reader
from mbml_core.factors.rules import EpUpdate, Method, Quality, Rows, Rules, VmpUpdate, ep_update, require_known
from mbml_core.model import Count, Factor, Probability, Variable

TRIALS, PROBABILITY = "trials", "probability"
ROLES = (
    Role(CHILD, Count(), "variable"),
    Role(TRIALS, Count(), "number"),
    Role(PROBABILITY, Probability()),
)


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A count as child, a whole number of trials, and a probability."""
    yield from check_roles(factor, variables, ROLES)


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Exact; the child has to be observed."""
    require_known("binomial", unknown, (CHILD,), "observe the count, or leave it out")
    return "exact"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    quality("ep", cavities.keys())
    counts, is_possible = _counts(values), values[CHILD] <= values[TRIALS]
    if PROBABILITY in values:
        return EpUpdate({}, _log_pmf(values), np.ones(len(counts), dtype=bool))
    log_z = np.where(
        is_possible, BETA.log_normalizer(cavities[PROBABILITY] + counts) + _log_choices(values), -np.inf
    )
    return ep_update({PROBABILITY: counts}, log_z, is_possible)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    quality("vmp", statistics.keys())
    if PROBABILITY in values:
        return VmpUpdate({}, _log_pmf(values))
    counts = _counts(values)
    energy = (counts * statistics[PROBABILITY]).sum(axis=-1) + _log_choices(values)
    return VmpUpdate({PROBABILITY: counts}, np.where(values[CHILD] <= values[TRIALS], energy, -np.inf))


def _counts(values: Rows) -> FloatArray:
    is_possible = values[CHILD] <= values[TRIALS]
    counts = natural(values[CHILD], values[TRIALS] - values[CHILD])
    return np.where(is_possible[:, None], counts, 0.0)


def _log_pmf(values: Rows) -> FloatArray:
    return Binomial(values[TRIALS], values[PROBABILITY]).log_pmf(values[CHILD])


def _log_choices(values: Rows) -> FloatArray:
    """Log C(n, k), with k cut to n."""
    n, k = values[TRIALS], np.minimum(values[CHILD], values[TRIALS])
    return log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0)


KIND = continuous_kind(
    "binomial",
    "The child counts how often a coin comes up true in a number of trials.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, vmp, quality),
)
