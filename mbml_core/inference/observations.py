"""The evidence of one query as numbers: states and values that were seen, likelihoods that multiply, beliefs that
are set.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mbml_core.distributions.semiring import FloatArray
from mbml_core.model import Belief, FactorGraph, Number, Value, plainly_observed, resolve_evidence, weights


@dataclass(frozen=True)
class Observations:
    """The evidence of one query, by variable index. No variable stands in two of the mappings `hard`, `soft`,
    `beliefs` and `values`.

    Attributes:
        model: whose variables they are.
        hard: the state of each variable that is known for certain: the only one its likelihood allows.
        soft: linear likelihood vectors that allow several states.
        beliefs: distributions that marginals are set to.
        hard_weights: likelihood of the state in `hard` where it is not one.
        values: what was seen of variables that are not categorical; a vector of a simplex sums to one.
    """

    model: FactorGraph
    hard: Mapping[int, int] = field(default_factory=dict)
    soft: Mapping[int, FloatArray] = field(default_factory=dict)
    beliefs: Mapping[int, FloatArray] = field(default_factory=dict)
    hard_weights: Mapping[int, float] = field(default_factory=dict)
    values: Mapping[int, Number] = field(default_factory=dict)

    @classmethod
    def of(cls, model: FactorGraph, evidence: Mapping[str, Any] | None) -> Observations:
        """Evidence as a caller writes it; None stands for what was drawn. Raises InvalidEvidence."""
        plain = plainly_observed(model, evidence)
        return cls(model, plain) if plain is not None else cls._of_any_form(model, evidence)

    @classmethod
    def _of_any_form(cls, model: FactorGraph, evidence: Mapping[str, Any] | None) -> Observations:
        vectors: dict[int, FloatArray] = {}
        beliefs: dict[int, FloatArray] = {}
        values: dict[int, Number] = {}
        for id, observation in resolve_evidence(model, evidence).items():
            index = model.variable_index[id]
            if isinstance(observation, Belief):
                target = np.array(observation.probabilities, dtype=np.float64)
                beliefs[index] = target / target.sum()
            elif isinstance(observation, Value):
                values[index] = _renormalised(observation.value)
            else:
                vectors[index] = weights(observation, model.variables[index].states)
        return cls.of_vectors(model, vectors, beliefs, values)

    @classmethod
    def of_vectors(
        cls,
        model: FactorGraph,
        vectors: Mapping[int, FloatArray],
        beliefs: Mapping[int, FloatArray] | None = None,
        values: Mapping[int, Number] | None = None,
    ) -> Observations:
        """Linear likelihood vectors by variable index; those that allow one state only are certain."""
        certain = {v: int(np.argmax(vector)) for v, vector in vectors.items() if np.count_nonzero(vector) == 1}
        seen = {v: float(vectors[v][state]) for v, state in certain.items()}
        return cls(
            model,
            certain,
            {v: vector for v, vector in vectors.items() if v not in certain},
            beliefs or {},
            {v: weight for v, weight in seen.items() if weight != 1.0},
            values or {},
        )

    @property
    def log_scale(self) -> float:
        """What the likelihoods of the states in `hard` add to the log evidence, in nats."""
        return sum(map(math.log, self.hard_weights.values()))

    @cached_property
    def fixed(self) -> Mapping[int, FloatArray]:
        """All linear likelihood vectors, of `hard` and of `soft`."""
        return {**dict(self._hard_vectors()), **self.soft}

    def _hard_vectors(self) -> Iterator[tuple[int, FloatArray]]:
        for variable, state in self.hard.items():
            vector = np.zeros(self.model.variables[variable].size)
            vector[state] = self.hard_weights.get(variable, 1.0)
            yield variable, vector

    def restricted_to(self, chosen: frozenset[int]) -> Observations:
        """Only the observations of these variables."""
        return Observations(
            self.model,
            {v: state for v, state in self.hard.items() if v in chosen},
            {v: vector for v, vector in self.soft.items() if v in chosen},
            {v: target for v, target in self.beliefs.items() if v in chosen},
            {v: weight for v, weight in self.hard_weights.items() if v in chosen},
            {v: value for v, value in self.values.items() if v in chosen},
        )

    def clashes(self, variable: int, possible: NDArray[np.bool_]) -> bool:
        """Whether an observation leaves no possible state, or a belief wants an impossible one."""
        if variable in self.beliefs:
            return bool((~possible & (self.beliefs[variable] > 0)).any())
        if variable in self.hard:
            return not possible[self.hard[variable]]
        return not (possible & (self.soft[variable] > 0)).any()


def _renormalised(value: Number) -> Number:
    if not isinstance(value, tuple):
        return value
    total = math.fsum(value)
    return tuple(entry / total for entry in value)
