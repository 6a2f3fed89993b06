"""factors/beta.py — a Beta prior:  f = child^(a−1) (1 − child)^(b−1) / B(a, b).

Parameters: `child`, a probability, default the last variable; `a` and `b`, positive numbers (pseudo-counts). EP
and VMP: the message is Beta(a, b) (`fixed_prior.py`; PRML B).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from mbml_core.distributions.beta import BETA
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import Problem
from mbml_core.factors.fixed_prior import prior_ep, prior_vmp
from mbml_core.factors.roles import CHILD, Role, check_roles, continuous_kind, reader
from mbml_core.factors.rules import EpUpdate, Method, Quality, Rows, Rules, VmpUpdate
from mbml_core.model import Factor, Positive, Probability, Variable

A, B = "a", "b"
ROLES = (Role(CHILD, Probability(), "variable"), Role(A, Positive(), "number"), Role(B, Positive(), "number"))


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A probability as child, and two positive numbers."""
    yield from check_roles(factor, variables, ROLES)


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Always exact."""
    return "exact"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    return prior_ep(BETA, _natural(values), cavities, values)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    return prior_vmp(BETA, _natural(values), statistics, values)


def _natural(values: Rows) -> FloatArray:
    return BETA.from_parameters(values[A], values[B])


KIND = continuous_kind(
    "beta",
    "A Beta prior of a probability.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, vmp, quality),
)
