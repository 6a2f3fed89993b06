"""Impossible evidence, said in the drawing's words: which observations contradict each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mbml_core.errors import ImpossibleEvidence, UnsupportedQuery
from mbml_core.inference.conflict import Support, smallest_conflict
from mbml_core.inference.jeffrey import MAX_ROUNDS
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Posterior

CONFLICT_OPERATIONS = 2e9
"""Work spent on looking for a smallest conflict, in operations of the method: about a second."""
CONFLICT_QUERIES = (8, 500)
"""Least and most queries spent on it, however cheap or dear one is."""


def explained(
    observed: Observations, posterior_of: Callable[[Observations], Posterior], operations: float
) -> ImpossibleEvidence:
    """The error that names a smallest conflict among the observations, as far as the search could tell.

    Args:
        observed: the evidence that was found impossible.
        posterior_of: asks the method; raises ImpossibleEvidence.
        operations: predicted work of one question.
    """
    variables = observed.model.variables

    def support(chosen: frozenset[int]) -> Support | None:
        try:
            posterior = posterior_of(observed.restricted_to(chosen))
        except ImpossibleEvidence:
            return None
        except UnsupportedQuery:  # a belief beyond the range of doubles: possible, and excludes nothing
            return [np.ones(variable.size, dtype=np.bool_) for variable in variables]
        return [belief > 0 for belief in posterior.beliefs]

    least, most = CONFLICT_QUERIES
    rounds = MAX_ROUNDS * len(observed.beliefs) if observed.beliefs else 1
    affordable = CONFLICT_OPERATIONS / max(operations * rounds, 1.0)
    everything = observed.fixed.keys() | observed.beliefs.keys()
    max_queries = int(min(max(affordable, least), most))
    found, is_smallest = smallest_conflict(support, observed.clashes, everything, max_queries)
    ids = [variables[v].id for v in found]
    return ImpossibleEvidence(_message(found, observed), ids, is_smallest=is_smallest)


def _message(found: tuple[int, ...], observed: Observations) -> str:
    labels = ", ".join(f"'{observed.model.variables[v].label}'" for v in found)
    if not found:
        return "the factors alone allow no joint state: the model has probability zero without evidence"
    if len(found) == 1:
        return f"the observation of {labels} has probability zero in this model; take it back"
    hint = " (a belief may only give weight to states that the others leave possible)"
    is_belief = not observed.beliefs.keys().isdisjoint(found)
    return f"the observations of {labels} contradict each other{hint * is_belief}; take one of them back"
