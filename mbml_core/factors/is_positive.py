"""factors/is_positive.py — a sign:  child = [of > 0].

Parameters: `child`, two states, default the last variable; `of`, a real variable.

EP: `of` cut to the positive numbers (`truncation.py`). With t = m/√v, the child hears (log Φ(−t), log Φ(t))
(Minka 2001, section 3.2). VMP has no rule: log [of > 0] is −∞ on half of the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mbml_core.errors import Problem
from mbml_core.factors.roles import Role, boolean_child, check_roles, continuous_kind, reader
from mbml_core.factors.rules import EpUpdate, Rows, Rules
from mbml_core.factors.truncation import cut, no_vmp, quality_of
from mbml_core.model import Factor, Real, Variable

OF = "of"
ROLES = (boolean_child(), Role(OF, Real(), "variable"))


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A boolean child and a real variable."""
    yield from check_roles(factor, variables, ROLES)


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    return cut({OF: 1.0}, cavities, values)


KIND = continuous_kind(
    "is_positive",
    "The child is true exactly when the variable is greater than zero.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, no_vmp("is_positive"), quality_of("is_positive")),
)
