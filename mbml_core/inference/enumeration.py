r"""The oracle: write the whole joint distribution out and sum it. Slow, short and obviously right.

    p(x) = Π_a f_a(x) · Π_i w_i(x_i),   Z = Σ_x p(x),   P(x_i) = Σ_{x \ x_i} p(x) / Z

Every other method is tested against this one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from mbml_core.compiler.compiled import count_entries
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.categorical import log
from mbml_core.distributions.semiring import FloatArray, log_sum_exp
from mbml_core.errors import ImpossibleEvidence, OverBudget
from mbml_core.factors import MAX_AXES, kind_of, to_dense
from mbml_core.inference.result import Posterior, Status
from mbml_core.model import FactorGraph

MAX_JOINT_STATES = 1 << 21
"""Joint states that are still written out: 16 MB, about 20 binary variables."""


def log_joint(graph: FactorGraph, weights: Mapping[int, FloatArray], deadline: Deadline = UNLIMITED) -> FloatArray:
    """Log p(x), one axis per variable; `weights` are the linear evidence vectors by variable index.

    Raises OverBudget beyond MAX_JOINT_STATES.
    """
    shape = tuple(variable.size for variable in graph.variables)
    n_joint = count_entries(shape)
    if n_joint > MAX_JOINT_STATES or len(shape) > MAX_AXES:
        raise OverBudget(
            f"enumeration would write out {n_joint:.3g} joint states of {len(shape)} variables, at most "
            f"{MAX_JOINT_STATES:.3g} of {MAX_AXES} are allowed; use method='exact'",
            needed_bytes=8.0 * n_joint,
            budget_bytes=8.0 * MAX_JOINT_STATES,
            remedies=("use method='exact'",),
        )
    total = np.zeros(shape)
    for factor in graph.factors:
        deadline.check()
        variables = graph.domains(factor)
        table = to_dense(kind_of(factor).lower(factor, variables), tuple(v.size for v in variables))
        total = total + _over_all(log(table), [graph.variable_index[id] for id in factor.scope], len(shape))
    for index, vector in weights.items():
        total = total + _over_all(log(vector), [index], len(shape))
    return total


def _over_all(table: FloatArray, axes: list[int], n_axes: int) -> FloatArray:
    """A table over the variables `axes` as a view that broadcasts over all variables."""
    order = np.argsort(axes)
    shape = np.ones(n_axes, dtype=int)
    shape[np.array(axes, dtype=int)] = table.shape
    return table.transpose(order).reshape(shape)


def marginals(graph: FactorGraph, weights: Mapping[int, FloatArray], deadline: Deadline = UNLIMITED) -> Posterior:
    """All marginals and the log evidence. Raises ImpossibleEvidence when Z = 0."""
    logs = log_joint(graph, weights, deadline)
    every = tuple(range(logs.ndim))
    log_z = float(log_sum_exp(logs, every))
    if log_z == -math.inf:
        raise ImpossibleEvidence("every joint state has probability zero")
    joint = np.exp(logs - log_z)
    beliefs = []
    for i in every:
        deadline.check()
        beliefs.append(joint.sum(axis=every[:i] + every[i + 1 :]))
    return Posterior(beliefs, log_z, Status.EXACT)


def joint_marginal(
    graph: FactorGraph,
    weights: Mapping[int, FloatArray],
    scope: tuple[int, ...],
    deadline: Deadline = UNLIMITED,
) -> FloatArray:
    """P(x_scope), one axis per variable of `scope`. Raises ImpossibleEvidence when Z = 0."""
    logs = log_joint(graph, weights, deadline)
    log_z = float(log_sum_exp(logs, tuple(range(logs.ndim))))
    if log_z == -math.inf:
        raise ImpossibleEvidence("every joint state has probability zero")
    others = tuple(axis for axis in range(logs.ndim) if axis not in scope)
    table = np.exp(logs - log_z).sum(axis=others)
    in_scope_order: FloatArray = table.transpose(np.argsort(np.argsort(scope)))
    return in_scope_order


def most_probable(
    graph: FactorGraph, weights: Mapping[int, FloatArray], deadline: Deadline = UNLIMITED
) -> tuple[tuple[int, ...], float]:
    """(states, log p(states)) of the first of the most probable assignments."""
    logs = log_joint(graph, weights, deadline)
    best = float(np.max(logs))
    if best == -math.inf:
        raise ImpossibleEvidence("every joint state has probability zero")
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(logs)), logs.shape)), best
