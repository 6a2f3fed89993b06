"""Which method answers for a model with variables that are not categorical, and why."""

from __future__ import annotations

from mbml_core.errors import UnsupportedQuery
from mbml_core.inference.continuous.linear_gaussian import linear_factors
from mbml_core.inference.continuous.methods import (
    ExactByRules,
    ExpectationPropagation,
    LinearGaussianMethod,
    VariationalMessagePassing,
)
from mbml_core.inference.message_passing import BpOptions
from mbml_core.inference.methods import Method
from mbml_core.model import FactorGraph

NOT_LINEAR = "The model is not linear-Gaussian: by expectation propagation."


def continuous_method(
    graph: FactorGraph, method: str, memory: float, options: BpOptions, seed: int | None
) -> tuple[Method, str]:
    """The method for a name in `METHODS`, and why it was chosen where there was a choice.

    Raises UnsupportedQuery for methods that pass tables.
    """
    if method == "ep":
        return ExpectationPropagation(graph, options), ""
    if method == "vmp":
        return VariationalMessagePassing(graph, options, seed), ""
    if method not in ("auto", "exact"):
        first = next(variable for variable in graph.variables if not variable.is_categorical)
        raise UnsupportedQuery(
            f"'{method}' works on tables, and '{first.label}' is {first.domain.phrase}; use 'auto', 'ep' or 'vmp'"
        )
    factors = linear_factors(graph)
    if factors is not None:
        return LinearGaussianMethod(graph, factors, memory), "The model is linear-Gaussian." * (method == "auto")
    if method == "exact":
        return ExactByRules(graph, options), ""
    return ExpectationPropagation(graph, options, NOT_LINEAR), NOT_LINEAR
