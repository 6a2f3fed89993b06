"""factors/between.py — a range:  child = [low < of < high].

Parameters: `child`, two states, default the last variable; `of`, a real variable; `low` and `high`, numbers or
real variables, default −∞ and ∞.

EP: `of` cut to the interval, or to what lies outside of it (`truncation.py`); the child hears the logs of the two
masses (Herbrich, Minka & Graepel 2006, the draw of `TrueSkill`). There is a rule for known bounds only: an unknown
bound makes the two cuts depend on each other. VMP has no rule: log [low < of < high] is −∞ outside.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

from mbml_core.errors import Problem
from mbml_core.factors.roles import Role, boolean_child, check_roles, continuous_kind, reader
from mbml_core.factors.rules import EpUpdate, Method, Quality, Rows, Rules, require_known
from mbml_core.factors.truncation import cut, no_vmp, quality_of
from mbml_core.model import Factor, Real, Variable

OF, LOW, HIGH = "of", "low", "high"
ROLES = (
    boolean_child(),
    Role(OF, Real(), "variable"),
    Role(LOW, Real(), is_optional=True, default=-math.inf),
    Role(HIGH, Real(), is_optional=True, default=math.inf),
)


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A boolean child, a real variable, and at least one bound; numbers in order."""
    yield from check_roles(factor, variables, ROLES)
    low, high = factor.parameters.get(LOW), factor.parameters.get(HIGH)
    if low is None and high is None:
        yield Problem(factor.id, "'low' and 'high' are both missing", "give at least one bound")
    elif isinstance(low, int | float) and isinstance(high, int | float) and low >= high:
        yield Problem(factor.id, f"'low' is {low:g} and 'high' is {high:g}", "make 'low' the smaller one")


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Exact where only the child is unknown; VMP has no rule, nor has EP for unknown bounds."""
    found = quality_of("between")(method, unknown)
    require_known("between", unknown, (LOW, HIGH), "use two 'greater_than' and an 'all_true'")
    return found


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    quality("ep", cavities.keys())
    return cut({OF: 1.0}, cavities, values, values[LOW], values[HIGH])


KIND = continuous_kind(
    "between",
    "The child is true exactly when the variable lies between two bounds.",
    {role.name for role in ROLES},
    check,
    Rules(reader(ROLES), ep, no_vmp("between"), quality),
)
