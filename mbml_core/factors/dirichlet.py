"""factors/dirichlet.py — a Dirichlet prior:  f = Π child_k^(alpha_k − 1) · Γ(Σ alpha_k)/Π Γ(alpha_k).

Parameters: `child`, a simplex, default the last variable; `alpha`, one positive number per component
(pseudo-counts). EP and VMP: the message is Dirichlet(alpha) (`fixed_prior.py`; PRML B).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mbml_core.distributions.dirichlet import DIRICHLET
from mbml_core.errors import Problem
from mbml_core.factors.fixed_prior import prior_ep, prior_vmp
from mbml_core.factors.parameters import check_arity, check_child, child_or_last
from mbml_core.factors.roles import CHILD, check_vector, continuous_kind
from mbml_core.factors.rules import Argument, EpUpdate, Method, Quality, Rows, Rules, VmpUpdate
from mbml_core.model import Factor, Positive, Simplex, Variable

ALPHA = "alpha"


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A simplex as only variable, and one positive number per component."""
    yield from check_arity(factor, 1, 1)
    yield from check_child(factor)
    for variable in variables[:1]:
        if isinstance(variable.domain, Simplex):
            yield from check_vector(factor, ALPHA, variable.domain.size, Positive())
        else:
            what = f"'{CHILD}' is '{variable.label}', which is {variable.domain.phrase}"
            yield Problem(factor.id, what, "connect one that is a simplex")


def roles(factor: Factor) -> Mapping[str, Argument]:
    """The child and the (K,) alpha."""
    return {CHILD: child_or_last(factor), ALPHA: factor.parameters[ALPHA]}


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Always exact."""
    return "exact"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    return prior_ep(DIRICHLET, DIRICHLET.from_parameters(values[ALPHA]), cavities, values)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    return prior_vmp(DIRICHLET, DIRICHLET.from_parameters(values[ALPHA]), statistics, values)


KIND = continuous_kind(
    "dirichlet",
    "A Dirichlet prior of the probabilities of several states.",
    {CHILD, ALPHA},
    check,
    Rules(roles, ep, vmp, quality),
)
