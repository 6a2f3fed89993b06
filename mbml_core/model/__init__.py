"""What was drawn: variables, factors and evidence, by name and immutable."""

from mbml_core.model.check import check_structure
from mbml_core.model.evidence import (
    SUM_TOLERANCE,
    Evidence,
    find_variable,
    parse_observation,
    resolve_evidence,
    unknown_state,
    unknown_variable,
)
from mbml_core.model.graph import Factor, FactorGraph
from mbml_core.model.observation import (
    AllowedStates,
    Belief,
    ExcludedState,
    Likelihood,
    Observation,
    Observed,
    weights,
)
from mbml_core.model.variable import MAX_STATES, Categorical, Variable, boolean

__all__ = [
    "MAX_STATES",
    "SUM_TOLERANCE",
    "AllowedStates",
    "Belief",
    "Categorical",
    "Evidence",
    "ExcludedState",
    "Factor",
    "FactorGraph",
    "Likelihood",
    "Observation",
    "Observed",
    "Variable",
    "boolean",
    "check_structure",
    "find_variable",
    "parse_observation",
    "resolve_evidence",
    "unknown_state",
    "unknown_variable",
    "weights",
]
