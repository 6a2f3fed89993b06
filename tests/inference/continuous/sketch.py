"""Models in a few lines: the scope of a factor is whoever plays one of its roles."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mbml_core.model import Factor, FactorGraph, Variable, boolean
from mbml_core.model.variable import Categorical, Count, Positive, Probability, Real, Simplex

_NUMBERS = itertools.count()


def real(*ids: str) -> list[Variable]:
    return [Variable(id, Real()) for id in ids]


def positive(*ids: str) -> list[Variable]:
    return [Variable(id, Positive()) for id in ids]


def probability(*ids: str) -> list[Variable]:
    return [Variable(id, Probability()) for id in ids]


def simplex(id: str, size: int) -> list[Variable]:
    return [Variable(id, Simplex(size))]


def count(*ids: str) -> list[Variable]:
    return [Variable(id, Count()) for id in ids]


def yes_no(*ids: str) -> list[Variable]:
    return [boolean(id) for id in ids]


def states(id: str, *names: str) -> list[Variable]:
    return [Variable(id, Categorical(names))]


def factor(kind: str, child: str, **roles: Any) -> Factor:
    """The scope is every variable that plays a role, the child last; `terms` are in scope order."""
    terms = list(roles.pop("terms", ()))
    scope = [*terms, *(id for id in roles.values() if isinstance(id, str)), child]
    return Factor(f"f{next(_NUMBERS)}", kind, tuple(scope), {"child": child, **roles})


def table(*scope: str, values: Any, child: str | None = None) -> Factor:
    parameters = {"values": values} if child is None else {"values": values, "child": child}
    return Factor(f"f{next(_NUMBERS)}", "table", scope, parameters)


def gaussian(child: str, mean: Any, variance: Any) -> Factor:
    return factor("gaussian", child, mean=mean, variance=variance)


def graph(*parts: Sequence[Variable] | Factor) -> FactorGraph:
    variables = [variable for part in parts if not isinstance(part, Factor) for variable in part]
    return FactorGraph(tuple(variables), tuple(part for part in parts if isinstance(part, Factor)))


def shuffled(model: FactorGraph, seed: int) -> FactorGraph:
    """The same model, drawn in another order and under other ids: those of `renamed`."""
    source = np.random.default_rng(seed)
    new = renamed(model)
    variables = [Variable(new[v.id], v.domain) for v in model.variables]
    factors = [
        Factor(
            f"g{f.id}",
            f.kind,
            tuple(new[id] for id in f.scope),
            {name: new.get(v, v) if isinstance(v, str) else v for name, v in f.parameters.items()},
        )
        for f in model.factors
    ]
    return FactorGraph(
        tuple(variables[i] for i in source.permutation(len(variables))),
        tuple(factors[i] for i in source.permutation(len(factors))),
    )


def renamed(model: FactorGraph) -> Mapping[str, str]:
    return {v.id: f"new_{v.id}" for v in model.variables}


def moments(result: Any, *ids: str) -> list[tuple[float, float]]:
    return [(result.marginals[id].mean, result.marginals[id].variance) for id in ids]


def close(found: Any, expected: Any, **tolerance: float) -> None:
    np.testing.assert_allclose(np.array(found, dtype=float), expected, **{"rtol": 0.0, "atol": 0.0, **tolerance})
