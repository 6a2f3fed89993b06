"""What continuous kinds hear from variables with states, and what those hear from them."""

from __future__ import annotations

import numpy as np

from mbml_core.distributions.family import BoolArray
from mbml_core.distributions.semiring import FloatArray
from mbml_core.factors.rules import Rows


def state_logs(role: str, cavities: Rows, values: Rows, size: int) -> FloatArray:
    """(N, size) what is said about the states: the cavity, or 0 and `-inf` where the state is known."""
    if role in cavities:
        return cavities[role]
    return np.where(_is_state(values[role], size), 0.0, -np.inf)


def state_probabilities(role: str, statistics: Rows, values: Rows, size: int) -> FloatArray:
    """(N, size) the probabilities under q, or 0 and 1 where the state is known."""
    if role in statistics:
        return statistics[role]
    return _is_state(values[role], size).astype(np.float64)


def expected_energy(probabilities: FloatArray, states: FloatArray) -> FloatArray:
    """(N,) Σ_k p_k·states_k; a state of probability 0 adds nothing, even where its log is `-inf`."""
    result: FloatArray = (probabilities * np.where(probabilities > 0.0, states, 0.0)).sum(axis=-1)
    return result


def _is_state(states: FloatArray, size: int) -> BoolArray:
    result: BoolArray = np.arange(size) == np.asarray(states)[:, None]
    return result
