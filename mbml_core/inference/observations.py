"""The evidence of one query as numbers: likelihoods that multiply, and beliefs that are set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mbml_core.distributions.semiring import FloatArray
from mbml_core.model import Belief, FactorGraph, resolve_evidence, weights


@dataclass(frozen=True, slots=True)
class Observations:
    """The evidence of one query, by variable index.

    Attributes:
        fixed: linear likelihood vectors.
        beliefs: distributions that marginals are set to.
    """

    fixed: Mapping[int, FloatArray]
    beliefs: Mapping[int, FloatArray]

    @classmethod
    def of(cls, model: FactorGraph, evidence: Mapping[str, Any] | None) -> Observations:
        """Evidence as a caller writes it; None stands for what was drawn. Raises InvalidEvidence."""
        fixed: dict[int, FloatArray] = {}
        beliefs: dict[int, FloatArray] = {}
        for id, observation in resolve_evidence(model, evidence).items():
            index = model.variable_index[id]
            if isinstance(observation, Belief):
                target = np.array(observation.probabilities, dtype=np.float64)
                beliefs[index] = target / target.sum()
            else:
                fixed[index] = weights(observation, model.variables[index].states)
        return cls(fixed, beliefs)

    def restricted_to(self, chosen: frozenset[int]) -> Observations:
        """Only the observations of these variables."""
        return Observations(
            {v: vector for v, vector in self.fixed.items() if v in chosen},
            {v: target for v, target in self.beliefs.items() if v in chosen},
        )

    def clashes(self, variable: int, possible: NDArray[np.bool_]) -> bool:
        """Whether an observation leaves no possible state, or a belief wants an impossible one."""
        if variable in self.beliefs:
            return bool((~possible & (self.beliefs[variable] > 0)).any())
        return not (possible & (self.fixed[variable] > 0)).any()
