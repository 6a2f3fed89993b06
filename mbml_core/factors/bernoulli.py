"""factors/bernoulli.py — a coin:  P(child = true | probability) = probability.

Parameters: `child`, two states, default the last variable; `probability`, a number from 0 to 1 or a variable. With
a number it is a table. EP and VMP: `dirichlet_states.py`, a probability being heard as Beta(a, b).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from mbml_core.distributions.beta import BETA
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import Problem
from mbml_core.factors.dirichlet_states import expected, known_probabilities, unknown_probabilities
from mbml_core.factors.kind import Kind
from mbml_core.factors.potential import DenseTable
from mbml_core.factors.roles import Role, boolean_child, check_roles, no_table, reader
from mbml_core.factors.rules import EpUpdate, Method, Quality, Rows, Rules, VmpUpdate
from mbml_core.model import Factor, Probability, Variable

PROBABILITY = "probability"
ROLES = (boolean_child(), Role(PROBABILITY, Probability()))


def check(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """A boolean child and a probability."""
    yield from check_roles(factor, variables, ROLES)


def lower(factor: Factor, variables: Sequence[Variable]) -> DenseTable:
    """The two probabilities. Raises UnsupportedQuery where they are a variable."""
    probability = factor.parameters[PROBABILITY]
    if isinstance(probability, str):
        no_table(factor, variables)
    return DenseTable(np.array([1.0 - probability, probability]))


def quality(method: Method, unknown: Collection[str]) -> Quality:
    """Exact with one unknown role."""
    return method if len(unknown) == 2 else "exact"


def ep(cavities: Rows, values: Rows) -> EpUpdate:
    """See the file's head."""
    if PROBABILITY in values:
        return known_probabilities(_logs(values), cavities, values)
    update = unknown_probabilities(PROBABILITY, _by_state(cavities[PROBABILITY]), cavities, values)
    return EpUpdate(_by_count(update.messages), update.log_z, update.is_usable)


def vmp(statistics: Rows, values: Rows) -> VmpUpdate:
    """See the file's head."""
    logs = _logs(values) if PROBABILITY in values else _by_state(statistics[PROBABILITY])
    update = expected(PROBABILITY, logs, statistics, values)
    return VmpUpdate(_by_count(update.messages), update.energy)


def _logs(values: Rows) -> FloatArray:
    return _by_state(BETA.statistics(values[PROBABILITY]))


def _by_state(counts: FloatArray) -> FloatArray:
    """Beta's (true, false) as (false, true), and back."""
    return counts[:, ::-1]


def _by_count(messages: Rows) -> Rows:
    return {role: _by_state(message) if role == PROBABILITY else message for role, message in messages.items()}


KIND = Kind(
    "bernoulli",
    "The child is true with a given probability.",
    frozenset(role.name for role in ROLES),
    check,
    lower,
    rules=Rules(reader(ROLES), ep, vmp, quality),
)
