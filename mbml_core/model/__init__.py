"""What was drawn: variables, factors and evidence, by name and immutable."""

from mbml_core.model.check import check_evidence, check_structure
from mbml_core.model.evidence import (
    SUM_TOLERANCE,
    Evidence,
    find_indices,
    find_variable,
    parse_observation,
    plainly_observed,
    resolve_evidence,
    unknown_state,
    unknown_variable,
)
from mbml_core.model.graph import Factor, FactorGraph
from mbml_core.model.groups import FactorGroup, GroupedGraph, VariableGroup
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
    "FactorGroup",
    "GroupedGraph",
    "Likelihood",
    "Observation",
    "Observed",
    "Variable",
    "VariableGroup",
    "boolean",
    "check_evidence",
    "check_structure",
    "find_indices",
    "find_variable",
    "parse_observation",
    "plainly_observed",
    "resolve_evidence",
    "unknown_state",
    "unknown_variable",
    "weights",
]
