"""factors/categorical.py — a die:  P(child = k | probabilities) = probabilities[k].

Parameters: `child`, with K states, default the last variable; `probabilities`, K numbers that sum to one or a
simplex variable of size K. With numbers it is a table. EP and VMP: `dirichlet_states.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from mbml_core.distributions.dirichlet import DIRICHLET
from mbml_core.errors import Problem
from mbml_core.factors.dirichlet_states import expected, known_probabilities, unknown_probabilities
from mbml_core.factors.kind import Kind
from mbml_core.factors.parameters import check_child, check_distribution, check_probabilities, child_or_last
from mbml_core.factors.potential import DenseTable
from mbml_core.factors.roles import CHILD, check_cast, no_table
from mbml_core.factors.rules import Argument, EpUpdate, Method, Quality, Rows, Rules, VmpUpdate
from mbml_core.model import Factor, Simplex, Variable

PROBABILITIES = "probabilities"


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A child with states, and one probability for each."""
    child_problems = list(check_child(factor))
    yield from child_problems
    by_id = {variable.id: variable for variable in variables}
    child = by_id.get(child_or_last(factor)) if by_id and not child_problems else None
    given = factor.parameters.get(PROBABILITIES)
    if child is not None and not child.is_categorical:
        what = f"'{CHILD}' is '{child.label}', which is {child.domain.phrase}"
        yield Problem(factor.id, what, "connect a variable with states")
    elif child is not None:
        yield from _probability_problems(factor, given, child, by_id)
    yield from check_cast(factor, by_id, [id for id in (child and child.id, given) if isinstance(id, str)])


def _probability_problems(
    factor: Factor, given: object, child: Variable, by_id: dict[str, Variable]
) -> Iterator[Problem]:
    if not isinstance(given, str):
        found = list(check_probabilities(factor, PROBABILITIES, child.size, "state"))
        yield from found
        if not found:
            yield from check_distribution(factor, factor.parameters[PROBABILITIES], child)
    elif given not in by_id:
        what = f"'{PROBABILITIES}' names '{given}', which is not in the scope"
        yield Problem(factor.id, what, f"name one of {', '.join(by_id)}, or give numbers")
    elif by_id[given].domain != Simplex(child.size):
        what = f"'{PROBABILITIES}' is '{by_id[given].label}', which is {by_id[given].domain.phrase}"
        yield Problem(factor.id, what, f"connect one that is a simplex of size {child.size}")


def roles(factor: Factor) -> dict[str, Argument]:
    """The child and the simplex, or the (K,) probabilities."""
    given = factor.parameters[PROBABILITIES]
    return {CHILD: child_or_last(factor), PROBABILITIES: given if isinstance(given, str) else given / given.sum()}


def lower(factor: Factor, variables: Sequence[Variable]) -> DenseTable:
    """The renormalised probabilities. Raises UnsupportedQuery where they are a variable."""
    probabilities = roles(factor)[PROBABILITIES]
    if isinstance(probabilities, str):
        no_table(factor, variables)
    return DenseTable(np.asarray(probabilities))


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Exact with one unknown role."""
    return method if len(unknown) == 2 else "exact"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    if PROBABILITIES in values:
        return known_probabilities(DIRICHLET.statistics(values[PROBABILITIES]), cavities, values)
    return unknown_probabilities(PROBABILITIES, cavities[PROBABILITIES], cavities, values)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    is_known = PROBABILITIES in values
    logs = DIRICHLET.statistics(values[PROBABILITIES]) if is_known else statistics[PROBABILITIES]
    return expected(PROBABILITIES, logs, statistics, values)


KIND = Kind(
    "categorical",
    "The child takes each state with a given probability.",
    frozenset({CHILD, PROBABILITIES}),
    check,
    lower,
    rules=Rules(roles, ep, vmp, quality),
)
