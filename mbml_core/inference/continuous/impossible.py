"""Impossible evidence with numbers in it: which observations contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mbml_core.errors import ImpossibleEvidence, ImproperDistribution, UnsupportedQuery
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Posterior

MAX_QUERIES = 400
"""Spent on looking for a small conflict."""


def explained_with_numbers(
    observed: Observations, posterior_of: Callable[[Observations], Posterior]
) -> ImpossibleEvidence:
    """The error that names observations each of which, taken back, makes the others possible; one or two where so
    few suffice. Where a question without one of them has no answer at all, that one is not accused.
    """
    search = _Search(observed, posterior_of)
    everything = sorted(observed.hard.keys() | observed.soft.keys() | observed.values.keys())
    if search.is_impossible(()):
        return ImpossibleEvidence(
            "the factors alone allow nothing: the model has probability zero without evidence"
        )
    alone = None
    if 2 * len(everything) <= MAX_QUERIES:
        alone = next((v for v in everything if search.is_impossible((v,))), None)
    found = search.reduced(everything) if alone is None else [alone]
    variables = observed.model.variables
    labels = ", ".join(f"'{variables[v].label}'" for v in found)
    message = (
        f"the observation of {labels} has probability zero in this model; take it back"
        if len(found) == 1
        else f"the observations of {labels} contradict each other; take one of them back"
    )
    return ImpossibleEvidence(message, [variables[v].id for v in found], is_smallest=len(found) <= 2)


class _Search:
    """Asks about some of the observations, a limited number of times."""

    def __init__(self, observed: Observations, posterior_of: Callable[[Observations], Posterior]) -> None:
        self._observed = observed
        self._posterior_of = posterior_of
        self._queries = 0

    def reduced(self, everything: list[int]) -> list[int]:
        """What is left when everything is dropped that need not be there."""
        kept, accused = list(everything), []
        for v in everything:
            rest = [other for other in kept if other != v]
            is_impossible = self.is_impossible(rest) if self._queries < MAX_QUERIES else False
            if is_impossible:
                kept = rest
            elif is_impossible is not None:
                accused.append(v)
        return accused or kept

    def is_impossible(self, chosen: Iterable[int]) -> bool | None:
        """None where the question has no answer: another trouble, which fewer observations may bring."""
        self._queries += 1
        try:
            self._posterior_of(self._observed.restricted_to(frozenset(chosen)))
        except ImpossibleEvidence:
            return True
        except (ImproperDistribution, UnsupportedQuery):
            return None
        return False
