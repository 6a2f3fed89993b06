"""All factor kinds, and the check of a whole graph against them. A new kind is one file and one line here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from mbml_core.errors import InvalidModel, Problem
from mbml_core.factors import (
    add_noise,
    all_true,
    any_true,
    bernoulli,
    beta,
    between,
    binomial,
    categorical,
    count_true,
    dirichlet,
    equal,
    gamma,
    gaussian,
    greater_than,
    is_positive,
    logistic,
    negation,
    noisy_and,
    noisy_or,
    poisson,
    prior,
    probit,
    product,
    sum,
    table,
    xor,
)
from mbml_core.factors.kind import Kind
from mbml_core.model import Factor, FactorGraph, Variable, check_evidence, check_structure
from mbml_core.phrases import did_you_mean

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        module.KIND.name: module.KIND
        for module in (
            table,
            prior,
            noisy_or,
            noisy_and,
            all_true,
            any_true,
            negation,
            xor,
            equal,
            count_true,
            add_noise,
            gaussian,
            sum,
            product,
            greater_than,
            is_positive,
            between,
            probit,
            logistic,
            gamma,
            poisson,
            beta,
            bernoulli,
            binomial,
            dirichlet,
            categorical,
        )
    }
)

_IS_SOUND = "is sound"
"""Among a graph's findings: it has no problem, its evidence aside."""


def kind_of(factor: Factor) -> Kind:
    """The kind of a checked factor. Raises KeyError for an unknown one."""
    return KINDS[factor.kind]


def check_graph(graph: FactorGraph) -> list[Problem]:
    """Every problem of a graph, in its structure and in its factors' parameters."""
    if graph.findings.get(_IS_SOUND):
        return check_evidence(graph)
    problems = check_structure(graph)
    proven = _proven_kinds(graph) if not problems and graph.is_discrete else frozenset()
    suspects = [factor for factor in graph.factors if factor.kind not in proven]
    problems += (p for factor in suspects for p in check_factor(graph, factor))
    if not problems:
        graph.findings[_IS_SOUND] = True
    return problems


def _proven_kinds(graph: FactorGraph) -> frozenset[str]:
    """Kinds whose factors are all sound, as a glance at them together shows. Needs a sound structure."""
    factors: defaultdict[str, list[Factor]] = defaultdict(list)
    for factor in graph.factors:
        factors[factor.kind].append(factor)
    sizes = {variable.id: variable.size for variable in graph.variables}
    return frozenset(name for name in factors.keys() & KINDS.keys() if KINDS[name].are_sound(factors[name], sizes))


def require_sound(graph: FactorGraph) -> None:
    """Raise InvalidModel with every problem of the graph, if it has any."""
    problems = check_graph(graph)
    if problems:
        raise InvalidModel(problems)


def check_factor(graph: FactorGraph, factor: Factor) -> Iterator[Problem]:
    """Problems of one factor's kind and parameters; its scope is the structure check's business."""
    kind = KINDS.get(factor.kind)
    if kind is None:
        remedy = did_you_mean(factor.kind, KINDS) or f"use one of {', '.join(KINDS)}"
        yield Problem(factor.id, f"there is no factor kind '{factor.kind}'", remedy)
    elif _scope_is_sound(graph, factor):
        yield from check_parameters(factor, graph.domains(factor))


def check_parameters(factor: Factor, variables: Sequence[Variable]) -> Iterable[Problem]:
    """Problems of a factor of a known kind over these variables, which are its scope."""
    kind = KINDS[factor.kind]
    without_states = [] if kind.rules else list(_without_states(factor, variables))
    return without_states or kind.check(factor, variables)


def _without_states(factor: Factor, variables: Sequence[Variable]) -> Iterator[Problem]:
    """What a kind that works on states only finds in its scope."""
    for variable in variables:
        if not variable.is_categorical:
            found = f"'{variable.label}' is {variable.domain.phrase}"
            what = f"'{factor.kind}' connects variables with states, {found}"
            yield Problem(factor.id, what, "disconnect it, or choose another kind of factor")


def notes(graph: FactorGraph) -> list[Problem]:
    """What was tolerated in a sound graph: renormalised rows, parameters that no kind reads."""
    found: list[Problem] = []
    for factor in graph.factors:
        kind = kind_of(factor)
        found += kind.notes(factor, graph.domains(factor))
        found += [
            Problem(factor.id, f"'{factor.kind}' does not read the parameter '{name}'", "check its spelling")
            for name in factor.parameters
            if name not in kind.parameters
        ]
    return found


def _scope_is_sound(graph: FactorGraph, factor: Factor) -> bool:
    return len(set(factor.scope)) == len(factor.scope) and all(id in graph.variable_index for id in factor.scope)
