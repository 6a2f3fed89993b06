"""Online updates: what one batch of observations taught is the prior of the next (Bayes' theorem, taken twice).

With exact inference, batch after batch gives what all of them give at once; with EP and VMP, and where a belief is
about several variables, the factorised prior forgets how they depend on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mbml_core.distributions.values import Beta, Dirichlet, Gamma, Gaussian
from mbml_core.errors import InvalidModel, Problem, UnsupportedQuery
from mbml_core.factors import kind_of
from mbml_core.inference.result import Marginal, Result
from mbml_core.model import Factor, FactorGraph

_PARAMETERS: Mapping[type, tuple[str, Callable[[Any], dict[str, Any]]]] = MappingProxyType(
    {
        Gaussian: ("gaussian", lambda belief: {"mean": belief.mean, "variance": belief.variance}),
        Gamma: ("gamma", lambda belief: {"shape": belief.shape, "rate": belief.rate}),
        Beta: ("beta", lambda belief: {"a": belief.a, "b": belief.b}),
        Dirichlet: ("dirichlet", lambda belief: {"alpha": belief.alpha}),
        Marginal: ("prior", lambda belief: {"probabilities": belief.probabilities}),
    }
)


def with_priors(model: FactorGraph, result: Result, variables: Iterable[str]) -> FactorGraph:
    """The model with the beliefs of `variables` as their priors, in the place of the ones they have.

    Raises:
        InvalidModel: a variable has no prior: no factor that gives it a distribution by itself.
        UnsupportedQuery: a belief is a point mass; observe the variable instead.
    """
    places = {id: _place_of_prior(model, id) for id in variables}
    factors = list(model.factors)
    for id, place in places.items():
        belief = result.marginals[id]
        if type(belief) not in _PARAMETERS:
            raise UnsupportedQuery(f"'{model.variable(id).label}' is known for certain: observe it")
        kind, parameters_of = _PARAMETERS[type(belief)]
        child = {} if kind == "prior" else {"child": id}
        factors[place] = Factor(factors[place].id, kind, (id,), {**child, **parameters_of(belief)})
    return replace(model, factors=tuple(factors))


def _place_of_prior(model: FactorGraph, id: str) -> int:
    found = [
        f
        for f, factor in enumerate(model.factors)
        if factor.scope == (id,) and kind_of(factor).child(factor) == id
    ]
    if len(found) == 1:
        return found[0]
    what = "no prior" if not found else f"{len(found)} priors"
    raise InvalidModel([Problem(id, f"'{model.variable(id).label}' has {what}", "give it one factor of its own")])
