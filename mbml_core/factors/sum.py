"""factors/sum.py — a weighted sum:  child = Σ_k weights[k]·term_k + offset.

Parameters: `child`, real, default the last variable; the terms are the other variables of the scope, real, in
scope order; `weights`, one number per term, default 1; `offset`, a number, default 0. A difference is [1, −1], an
inner product with known numbers has them as weights. The roles of the terms are "term0", "term1", …

EP: the exact messages of the equation Σ weights[k]·term_k + offset − child = 0 (`linear_equation.py`).

VMP: the child is a function of the terms (Winn & Bishop 2005, section 4.2), with the mean Σ w_k⟨x_k⟩ + offset and
the variance Σ w_k² var x_k. From what the child's other factors say, exp(h·child − λ·child²/2), term k hears

    precision = w_k² λ,    precision_mean = w_k (h − λ(offset + Σ_{j≠k} w_j⟨x_j⟩)),    energy = 0
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import Problem
from mbml_core.factors.gaussian_inputs import expected_moments, leave_one_out, natural
from mbml_core.factors.linear_equation import solve
from mbml_core.factors.parameters import check_arity, check_child, child_or_last
from mbml_core.factors.roles import Role, check_number, check_variable, check_vector, continuous_kind
from mbml_core.factors.rules import (
    Argument,
    EpUpdate,
    LinearGaussian,
    Method,
    Quality,
    Rows,
    Rules,
    VmpUpdate,
    refuse,
)
from mbml_core.model import Factor, Real, Variable

CHILD, WEIGHTS, OFFSET = "child", "weights", "offset"
NOISE = "put a 'gaussian' with a variance between the sum and what is observed"


def terms_of(factor: Factor) -> list[str]:
    """The ids of the terms, in scope order."""
    child = child_or_last(factor)
    return [id for id in factor.scope if id != child]


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """Real variables, at least one term, and one finite weight per term that are not all zero."""
    yield from check_arity(factor, 2)
    yield from check_child(factor)
    for variable in variables:
        yield from check_variable(factor, Role("term", Real(), "variable"), variable)
    yield from check_number(factor, OFFSET, factor.parameters.get(OFFSET, 0.0), Real())
    if factor.parameters.get(WEIGHTS) is None:
        return
    found = list(check_vector(factor, WEIGHTS, len(factor.scope) - 1, Real()))
    yield from found
    if not found and not factor.parameters[WEIGHTS].any():
        yield Problem(
            factor.id, "every weight is zero, so the child is a constant", "make one weight another number"
        )


def roles(factor: Factor) -> Mapping[str, Argument]:
    """The child, the terms, the (T,) weights and the offset."""
    terms = terms_of(factor)
    weights = factor.parameters.get(WEIGHTS)
    return {
        CHILD: child_or_last(factor),
        **{f"term{k}": id for k, id in enumerate(terms)},
        WEIGHTS: np.ones(len(terms)) if weights is None else weights,
        OFFSET: float(factor.parameters.get(OFFSET, 0.0)),
    }


def linear(factor: Factor) -> LinearGaussian:
    """Linear, without noise."""
    played = roles(factor)
    weights = np.asarray(played[WEIGHTS]).tolist()
    terms = dict(zip(terms_of(factor), weights, strict=True))
    return LinearGaussian(child_or_last(factor), terms, float(factor.parameters.get(OFFSET, 0.0)), 0.0)


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """EP is exact, with at least two unknown roles; VMP needs an unknown child."""
    if method == "vmp" and CHILD not in unknown:
        raise refuse("sum", CHILD, "VMP cannot observe a sum without noise", NOISE)
    if len(unknown) == 1:
        (role,) = unknown
        raise refuse("sum", role, "all others are known, which makes it a constant", NOISE)
    return "vmp" if method == "vmp" else "exact"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    quality("ep", cavities.keys())
    weights = _weights(values)
    unknown = {role: weights[role] for role in cavities}
    known = (weights[role] * values[role] for role in weights if role in values)
    return solve(unknown, sum(known, start=values[OFFSET]), cavities)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    quality("vmp", statistics.keys())
    weights = _weights(values)
    terms = [role for role in weights if role != CHILD]
    found = [expected_moments(role, statistics, values) for role in terms]
    means = [weights[role] * mean for role, (mean, _) in zip(terms, found, strict=True)]
    variances = [
        weights[role] ** 2 * (square - mean * mean) for role, (mean, square) in zip(terms, found, strict=True)
    ]
    precision = 1.0 / np.sum(variances, axis=0)
    messages = {CHILD: natural(precision * (np.sum(means, axis=0) + values[OFFSET]), precision)}
    heard = statistics[CHILD]
    for role, others in zip(terms, leave_one_out(means), strict=True):
        if role in statistics:
            weight = weights[role]
            gap = heard[:, 0] - heard[:, 1] * (values[OFFSET] + others)
            messages[role] = natural(weight * gap, weight * weight * heard[:, 1])
    return VmpUpdate(messages, np.zeros(len(heard)))


def _weights(values: Rows) -> dict[str, FloatArray]:
    """(N,) the weight of each term, and −1 for the child: the equation Σ weight·role + offset = 0."""
    columns = values[WEIGHTS].T
    return {**{f"term{k}": column for k, column in enumerate(columns)}, CHILD: np.full(len(values[OFFSET]), -1.0)}


KIND = continuous_kind(
    "sum",
    "The child is a weighted sum of the other variables.",
    {CHILD, WEIGHTS, OFFSET},
    check,
    Rules(roles, ep, vmp, quality, linear, derives_child=True),
)
