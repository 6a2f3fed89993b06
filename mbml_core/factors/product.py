"""factors/product.py — a product:  child = left · right.

Parameters: `child`, real, default the last variable; `left` and `right`, numbers or real variables.

EP: with one of the two known, the exact messages of known·unknown − child = 0 (`linear_equation.py`). Two unknown
factors have no rule: no Gaussian describes their product well.

VMP (the building block of Stern, Herbrich & Graepel 2009, `Matchbox`): the child is a function of the two,

    ⟨child⟩ = ⟨l⟩⟨r⟩,  var child = ⟨l²⟩⟨r²⟩ − ⟨l⟩²⟨r⟩²

and from exp(h·child − λ·child²/2), what the child's other factors say, left hears

    precision = λ⟨r²⟩,  precision_mean = h⟨r⟩,      and right likewise;  energy = 0
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from mbml_core.errors import Problem
from mbml_core.factors.gaussian_inputs import expected_moments, natural
from mbml_core.factors.linear_equation import solve
from mbml_core.factors.roles import Role, check_roles, continuous_kind, read_roles, reader
from mbml_core.factors.rules import (
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

CHILD, LEFT, RIGHT = "child", "left", "right"
ROLES = (Role(CHILD, Real(), "variable"), Role(LEFT, Real()), Role(RIGHT, Real()))


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """Real variables, and no number that is zero."""
    yield from check_roles(factor, variables, ROLES)
    for name in (LEFT, RIGHT):
        if factor.parameters.get(name) == 0:
            yield Problem(
                factor.id, f"'{name}' is 0, so the child is 0 whatever the other is", "give another number"
            )


def linear(factor: Factor) -> LinearGaussian | None:
    """Linear, without noise, where one of the two is a number."""
    played = read_roles(factor, ROLES)
    number, term = sorted((played[LEFT], played[RIGHT]), key=lambda argument: isinstance(argument, str))
    if not isinstance(number, float) or not isinstance(term, str):
        return None
    return LinearGaussian(str(played[CHILD]), {term: number}, 0.0, 0.0)


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """EP is exact, with one of the two known and the child unknown; VMP needs an unknown child."""
    if method == "vmp":
        if CHILD not in unknown:
            raise refuse(
                "product", CHILD, "VMP cannot observe a product without noise", "add a 'gaussian' after it"
            )
        if len(unknown) == 1:
            raise refuse("product", CHILD, "both factors are known", "observe their product instead")
        return "vmp"
    if LEFT in unknown and RIGHT in unknown:
        raise refuse(
            "product", RIGHT, "EP needs 'left' or 'right' to be a number or observed", "use the method 'vmp'"
        )
    if len(unknown) == 1:
        (role,) = unknown
        raise refuse(
            "product", role, "all others are known, which makes it a constant", "add a 'gaussian' after it"
        )
    return "exact"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    quality("ep", cavities.keys())
    term, known = (LEFT, RIGHT) if LEFT in cavities else (RIGHT, LEFT)
    factor = values[known]
    if not np.all(factor):
        raise refuse("product", known, "it is observed to be 0, which makes the child 0", "leave this factor out")
    return solve({term: factor, CHILD: np.full(len(factor), -1.0)}, np.zeros(len(factor)), cavities)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    quality("vmp", statistics.keys())
    found = {role: expected_moments(role, statistics, values) for role in (LEFT, RIGHT)}
    (left, left_square), (right, right_square) = found[LEFT], found[RIGHT]
    precision = 1.0 / (left_square * right_square - (left * right) ** 2)
    heard = statistics[CHILD]
    messages = {
        CHILD: natural(precision * left * right, precision),
        LEFT: natural(heard[:, 0] * right, heard[:, 1] * right_square),
        RIGHT: natural(heard[:, 0] * left, heard[:, 1] * left_square),
    }
    return VmpUpdate({role: messages[role] for role in statistics}, np.zeros(len(heard)))


KIND = continuous_kind(
    "product",
    "The child is the product of two variables, or of a variable and a number.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, vmp, quality, linear, derives_child=True),
)
