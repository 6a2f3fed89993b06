"""Forward samples of Bayesian networks: evidence that is certainly possible."""

from __future__ import annotations

import random
import sys

from mbml_core.model import FactorGraph


def forward_sample(graph: FactorGraph, seed: int) -> dict[str, int]:
    """A state index for every variable, drawn parents first. Tables have their child last."""
    tables = {factor.scope[-1]: factor for factor in graph.factors}
    source = random.Random(seed)  # noqa: S311 - draws evidence
    states: dict[str, int] = {}

    def draw(id: str) -> int:
        if id not in states:
            factor = tables[id]
            row = factor.parameters["values"][tuple(draw(parent) for parent in factor.scope[:-1])]
            states[id] = source.choices(range(len(row)), weights=row.tolist())[0]
        return states[id]

    sys.setrecursionlimit(10_000)
    return {variable.id: draw(variable.id) for variable in graph.variables}
