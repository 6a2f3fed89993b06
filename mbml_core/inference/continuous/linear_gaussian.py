"""Exact inference where every factor is linear-Gaussian: N(child; Σ a_i·x_i + b, variance) or an equation.

With the equations solved (`equations.py`) the factors are residuals r = R·u + R_o·y + b with variances V, of
unknown u and observed y. Their product is a Gaussian in u with information J = RᵀV⁻¹R and h = −RᵀV⁻¹(R_o·y + b)
(PRML 2.3; Rue & Held 2005, section 2.2), and

    log evidence = ½·n·log 2π − ½ log|J| − ½ Σ log(2π·V) − ½ r*ᵀV⁻¹r* + Σ −log|pivots of the equations|

with r* the residuals at the mean. J depends on which variables are observed, not on what was seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.errors import ImpossibleEvidence, ImproperDistribution
from mbml_core.factors import kind_of
from mbml_core.factors.rules import LinearGaussian
from mbml_core.inference.continuous.equations import CONSTANT, Substitution, Terms, solve, split_sums
from mbml_core.inference.continuous.information import Elimination, Unpinned, eliminate
from mbml_core.inference.continuous.sparse import LinearForms, SparseMatrix, sums
from mbml_core.model import FactorGraph, Real

LOG_TWO_PI = float(np.log(2.0 * np.pi))
CACHED_PLANS = 16
"""Sets of observed variables whose elimination is kept."""
CONTRADICTS = 1e-9
"""An equation of known numbers is wrong when it misses zero by more than this share of them."""

LinearFactors: TypeAlias = tuple[LinearGaussian, ...]


def linear_factors(graph: FactorGraph) -> LinearFactors | None:
    """The factors as linear-Gaussian ones; None where one is not, or a variable is not real."""
    if not all(isinstance(variable.domain, Real) for variable in graph.variables):
        return None
    found = []
    for factor in graph.factors:
        rules = kind_of(factor).rules
        linear = rules.linear(factor) if rules else None
        if linear is None:
            return None
        found.append(linear)
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Moments:
    """What is known of all variables, in the model's order. Observed ones have variance 0.

    Attributes:
        mean, variance: (V,). log_evidence: in nats.
    """

    mean: FloatArray
    variance: FloatArray
    log_evidence: float


@dataclass(frozen=True, eq=False)
class _Plan:
    """Everything that depends only on which variables are observed.

    Attributes:
        unknown: the variables u, numbered among all variables and partial sums.
        residuals: r, all columns. sensitive: R, columns of u. variance: V.
        solved: variables that equations give, and their forms, all columns and columns of u.
        pairs: positions of entries of `solved_by_u` in one row, and the edge of their covariance.
    """

    unknown: IntArray
    residuals: LinearForms
    sensitive: LinearForms
    variance: FloatArray
    solved: IntArray
    solved_forms: LinearForms
    solved_by_u: LinearForms
    pairs: tuple[IntArray, IntArray, IntArray]
    checks: LinearForms
    check_scales: FloatArray
    elimination: Elimination
    variances: FloatArray
    covariances: FloatArray
    log_density: float

    def moments(self, n_variables: int, n_all: int, values: Mapping[int, float]) -> Moments:
        """Given what was seen."""
        x = np.zeros(n_all + 1)
        x[CONSTANT] = 1.0
        x[list(values)] = list(values.values())
        self._require_consistent(x)
        for _ in range(2):  # the second time refines: it solves for what rounding left
            pull = self.residuals.at(x) / self.variance
            sensitive = self.sensitive
            h = -sums(sensitive.column, sensitive.value * pull[sensitive.row], len(self.unknown))
            x[self.unknown] += self.elimination.solve(h)
        x[self.solved] = self.solved_forms.at(x)
        residual = self.residuals.at(x)
        log_evidence = self.log_density - 0.5 * float(np.sum(residual * (residual / self.variance)))
        variance = np.zeros(n_all)
        variance[self.unknown] = self.variances
        variance[self.solved] = self._solved_variances()
        return Moments(x[:n_variables], variance[:n_variables], log_evidence)

    def _solved_variances(self) -> FloatArray:
        forms, (left, right, edge) = self.solved_by_u, self.pairs
        own = forms.value**2 * self.variances[forms.column]
        total = sums(forms.row, own, forms.size)
        mixed = 2.0 * forms.value[left] * forms.value[right] * self.covariances[edge]
        result: FloatArray = np.maximum(total + sums(forms.row[left], mixed, forms.size), 0.0)
        return result

    def _require_consistent(self, x: FloatArray) -> None:
        sizes = sums(self.checks.row, np.abs(self.checks.value * x[self.checks.column]), self.checks.size)
        if np.any(np.abs(self.checks.at(x)) > CONTRADICTS * np.maximum(sizes, self.check_scales)):
            raise ImpossibleEvidence("the equations of the model contradict what was observed")


class LinearGaussianInference:
    """Exact answers for a linear-Gaussian model.

    Args:
        graph: the model. factors: what `linear_factors` found. memory: bytes that a dense part may take.
    """

    def __init__(self, graph: FactorGraph, factors: LinearFactors, memory: float) -> None:
        self._graph = graph
        self._memory = memory
        index = graph.variable_index
        forms = [(_residual(factor, index), factor.variance) for factor in factors]
        self._equations = split_sums((form for form, variance in forms if variance == 0.0), len(index))
        self._noisy = [form for form, variance in forms if variance > 0.0]
        self._variance = np.array([variance for _, variance in forms if variance > 0.0], dtype=np.float64)
        self._n_all = 1 + max((v for e in self._equations for v in e), default=0)
        self._n_all = max(self._n_all, len(index))
        self._mentions = Counter(v for form in self._noisy for v in form)
        self._plans: dict[frozenset[int], _Plan] = {}

    def moments(self, values: Mapping[int, float], deadline: Deadline = UNLIMITED) -> Moments:
        """Means, variances and log evidence given the values of observed variables, by index.

        Raises:
            ImproperDistribution: a variable has no finite variance; names it.
            ImpossibleEvidence: equations contradict the values.
        """
        plan = self._plan(frozenset(values), deadline)
        return plan.moments(len(self._graph.variables), self._n_all, values)

    def _plan(self, observed: frozenset[int], deadline: Deadline) -> _Plan:
        deadline.check()
        if observed not in self._plans:
            if len(self._plans) >= CACHED_PLANS:
                self._plans.pop(next(iter(self._plans)))
            self._plans[observed] = self._made(observed, deadline)
        return self._plans[observed]

    def _made(self, observed: frozenset[int], deadline: Deadline) -> _Plan:
        substitution = solve(self._equations, observed, self._mentions)
        unknown = self._unknown(observed, substitution)
        column = np.full(self._n_all + 1, -1)
        column[unknown] = np.arange(len(unknown))
        residuals = LinearForms.of(map(substitution.applied_to, self._noisy))
        sensitive = residuals.among(column)
        forms = LinearForms.of(substitution.solved.values())
        by_u = forms.among(column)
        elimination = self._eliminated(unknown, sensitive, by_u, deadline)
        variances, covariances = elimination.covariances()
        left, right = by_u.pairs()
        log_density = substitution.log_density + 0.5 * (
            (len(unknown) - len(self._variance)) * LOG_TWO_PI
            - elimination.log_determinant
            - float(np.log(self._variance).sum())
        )
        return _Plan(
            unknown,
            residuals,
            sensitive,
            self._variance,
            np.array(list(substitution.solved), dtype=np.int64),
            forms,
            by_u,
            (left, right, elimination.matrix.find(by_u.column[left], by_u.column[right])),
            LinearForms.of(terms for terms, _ in substitution.checks),
            np.array([scale for _, scale in substitution.checks], dtype=np.float64),
            elimination,
            variances,
            covariances,
            log_density,
        )

    def _unknown(self, observed: frozenset[int], substitution: Substitution) -> IntArray:
        is_unknown = np.ones(self._n_all, dtype=bool)
        is_unknown[list(observed)] = False
        is_unknown[list(substitution.solved)] = False
        return np.flatnonzero(is_unknown)

    def _eliminated(
        self, unknown: IntArray, sensitive: LinearForms, by_u: LinearForms, deadline: Deadline
    ) -> Elimination:
        """J, with an entry wherever the variance of a solved variable needs a covariance."""
        weight = 1.0 / self._variance
        n = len(unknown)
        row_sums = sums(sensitive.row, sensitive.value, sensitive.size)
        shares = sensitive.value * (row_sums * weight)[sensitive.row]
        left, right = sensitive.pairs()
        own = sensitive.value[left] * sensitive.value[right] * weight[sensitive.row[left]]
        more_left, more_right = by_u.pairs()
        matrix = SparseMatrix.of_entries(
            sums(sensitive.column, shares, n),
            sums(sensitive.column, np.abs(shares), n),
            np.concatenate((sensitive.column[left], by_u.column[more_left])),
            np.concatenate((sensitive.column[right], by_u.column[more_right])),
            np.concatenate((own, np.zeros(len(more_left)))),
        )
        try:
            return eliminate(matrix, self._memory, deadline)
        except Unpinned as unpinned:
            raise self._improper(int(unknown[unpinned.variable])) from None

    def _improper(self, variable: int) -> ImproperDistribution:
        variables = self._graph.variables
        if variable >= len(variables):
            sums = [v for e in self._equations if variable in e for v in e if 0 <= v < len(variables)]
            variable = sums[0]
        label = variables[variable].label
        return ImproperDistribution(
            f"nothing in the model pins down '{label}': its posterior has no finite variance; "
            f"give it a prior, or observe more",
            variables[variable].id,
        )


def _residual(factor: LinearGaussian, index: Mapping[str, int]) -> Terms:
    """Child − Σ a_i·x_i − b."""
    terms: Terms = {index[factor.child]: 1.0}
    for id, weight in factor.terms.items():
        terms[index[id]] = terms.get(index[id], 0.0) - weight
    if factor.offset != 0.0:
        terms[CONSTANT] = -factor.offset
    return terms
