"""factors/greater_than.py — a comparison:  child = [left > right].

Parameters: `child`, two states, default the last variable; `left` and `right`, numbers or real variables.

EP: d = left − right cut to d > 0 (`truncation.py`). With t = (m_l − m_r)/√(v_l + v_r), the child hears
(log Φ(−t), log Φ(t)) (Herbrich, Minka & Graepel 2006, `TrueSkill`). VMP has no rule: log [left > right] is −∞ on
half of the plane.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mbml_core.errors import Problem
from mbml_core.factors.roles import Role, boolean_child, check_roles, continuous_kind, reader
from mbml_core.factors.rules import EpUpdate, Rows, Rules
from mbml_core.factors.truncation import cut, no_vmp, quality_of
from mbml_core.model import Factor, Real, Variable

LEFT, RIGHT = "left", "right"
ROLES = (boolean_child(), Role(LEFT, Real()), Role(RIGHT, Real()))


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A boolean child, and two real things of which one is a variable."""
    yield from check_roles(factor, variables, ROLES)


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    return cut({LEFT: 1.0, RIGHT: -1.0}, cavities, values)


KIND = continuous_kind(
    "greater_than",
    "The child is true exactly when the left one is greater than the right one.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, no_vmp("greater_than"), quality_of("greater_than")),
)
