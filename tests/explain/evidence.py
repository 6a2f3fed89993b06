"""Evidence of every form for random models, and what it does to one variable by brute force."""

from __future__ import annotations

import math

import numpy as np

from mbml_core.errors import ImpossibleEvidence
from mbml_core.inference.enumeration import marginals
from mbml_core.model import (
    AllowedStates,
    Evidence,
    ExcludedState,
    FactorGraph,
    Likelihood,
    Observation,
    Observed,
    Variable,
    weights,
)


def some_evidence(source: np.random.Generator, model: FactorGraph, most: int = 4) -> dict[str, Observation]:
    """Up to `most` observations that are possible together, none of them a belief that is set."""
    found: dict[str, Observation] = {}
    for v in source.permutation(len(model.variables))[:most].tolist():
        variable = model.variables[v]
        grown = {**found, variable.id: some_observation(source, variable)}
        if is_possible(model, grown):
            found = grown
    return found


def some_observation(source: np.random.Generator, variable: Variable) -> Observation:
    state = str(source.choice(variable.states))
    match source.integers(4):
        case 0 if variable.size > 1:
            return ExcludedState(state)
        case 1:
            return Likelihood(tuple(source.uniform(0.05, 3.0, variable.size).tolist()))
        case 2:
            return AllowedStates(tuple({state, variable.states[0]}))
    return Observed(state)


def is_possible(model: FactorGraph, evidence: Evidence) -> bool:
    try:
        brute(model, evidence)
    except ImpossibleEvidence:
        return False
    return True


def brute(model: FactorGraph, evidence: Evidence) -> dict[str, np.ndarray]:
    """All marginals, by enumeration."""
    index = model.variable_index
    vectors = {index[id]: weights(seen, model.variable(id).states) for id, seen in evidence.items()}
    found = marginals(model, vectors)
    return dict(zip(index, found.beliefs, strict=True))


def brute_log_evidence(model: FactorGraph, evidence: Evidence) -> float:
    index = model.variable_index
    return marginals(
        model, {index[id]: weights(seen, model.variable(id).states) for id, seen in evidence.items()}
    ).log_evidence


def brute_log_odds(model: FactorGraph, evidence: Evidence, target: str, state: int) -> float:
    """±inf beyond what rounding leaves of a probability."""
    row = brute(model, evidence)[target]
    mine, others = float(row[state]), float(np.delete(row, state).sum())
    if mine == 0:
        return -math.inf
    return math.log(mine / others) if others > 0 else math.inf
