"""The ways in which exact answers are found, each forced on networks of any size, and the oracle.

By predicted cost, a small network would always take the first one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from mbml_core.compiler.budget import Budget
from mbml_core.compiler.table_arrays import network_arrays
from mbml_core.errors import ImpossibleEvidence
from mbml_core.inference import enumeration
from mbml_core.inference.exact.inference import ExactInference
from mbml_core.inference.exact.plans import Plans
from mbml_core.inference.exact.relevance import Relevance, Unit
from mbml_core.inference.exact.tools import Tools
from mbml_core.model import FactorGraph

Hard = Mapping[int, int]
Soft = Mapping[int, np.ndarray]
Answer = tuple[list[np.ndarray], float] | None
"""Beliefs and the log of the normaliser; None where the evidence is impossible."""

UNBOUNDED = Budget(1e18, 1e18)
GIVEN_UP = -1.0
"""No tree over all affected sinks is as small as this: the finer ones are used."""


class Union(Relevance):
    """One tree over the ancestors of all affected sinks."""

    def _units_for(self, wanted, *rest):  # type: ignore[no-untyped-def]
        return super()._units_for([np.concatenate(wanted)] if wanted else [], *rest)


class OnePerSink(Relevance):
    """A tree for each sink, whatever they share."""

    def _merged(self, units, *_):  # type: ignore[no-untyped-def]
        return list[Unit](units)


RELEVANCE: dict[str, tuple[type[Relevance], bool, float]] = {
    "in one piece": (Relevance, False, math.inf),
    "union": (Union, True, math.inf),
    "merged": (Relevance, True, GIVEN_UP),
    "one per sink": (OnePerSink, True, GIVEN_UP),
}
"""(class, whether to look for anything smaller than everything, cap)."""

KEPT = "kept"
WAYS = (KEPT, *RELEVANCE)


def inference_by(way: str, graph: FactorGraph, tools: Tools) -> ExactInference:
    network = network_arrays(graph)
    inference = ExactInference(tools, network, UNBOUNDED)
    inference._asks_kept_tree = lambda hard, soft, deadline: way == KEPT  # type: ignore[method-assign]
    if way != KEPT:
        kind, is_fine, cap = RELEVANCE[way]
        inference.relevance = kind(inference._planner, inference.whole, is_fine)
        cap = cap if inference.relevance.is_directed else math.inf
        inference._plans = Plans(inference._planner, inference.relevance, UNBOUNDED, cap)
    return inference


def answer(inference: ExactInference, graph: FactorGraph, hard: Hard, soft: Soft) -> Answer:
    return _unless_impossible(lambda: inference.marginals(hard, soft), graph)


def oracle(graph: FactorGraph, hard: Hard, soft: Soft) -> Answer:
    try:
        found = enumeration.marginals(graph, as_vectors(graph, hard, soft))
    except ImpossibleEvidence:
        return None
    return list(found.beliefs), found.log_evidence


def as_vectors(graph: FactorGraph, hard: Hard, soft: Soft) -> dict[int, np.ndarray]:
    return {**{v: np.eye(graph.variables[v].size)[state] for v, state in hard.items()}, **soft}


def _unless_impossible(ask: Callable[[], tuple[np.ndarray, float]], graph: FactorGraph) -> Answer:
    try:
        flat, log_normalizer = ask()
    except ImpossibleEvidence:
        return None
    return np.split(flat, np.cumsum([variable.size for variable in graph.variables])[:-1]), log_normalizer


def assert_same(left: Answer, right: Answer, tolerance: float = 1e-12) -> None:
    assert (left is None) == (right is None)
    if left is None or right is None:
        return
    assert abs(left[1] - right[1]) <= tolerance * max(1.0, abs(right[1]))
    for mine, other in zip(left[0], right[0], strict=True):
        np.testing.assert_allclose(mine, other, atol=tolerance, rtol=0)
