"""Doing beside seeing: what follows where variables are set from outside, do(X = x), instead of observed.

    P(v | do(x)) = Π_{c ∉ X} P(c | parents(c))  at X = x          the truncated factorisation

Setting a variable puts its causes out of action: the factor whose arrows point at it is replaced by a point, and
the edges from its causes are cut. What is observed besides was seen in the world as it is after the intervention.
Factors without a direction elsewhere stay as they are.
Source: Pearl (2009), Causality, 2nd ed., sections 1.3.1 and 3.2.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.engine import Engine, compile
from mbml_core.errors import ImpossibleEvidence, InvalidModel, Problem
from mbml_core.explain.arrows import Arrows
from mbml_core.explain.intervention_words import (
    Contrast,
    Effect,
    Outcome,
    compared_state,
    contrasted,
    sentence,
    told_effect,
)
from mbml_core.explain.limits import limits
from mbml_core.factors import kind_of
from mbml_core.inference.result import Result
from mbml_core.model import (
    Factor,
    FactorGraph,
    Observation,
    Observed,
    find_indices,
    parse_observation,
    resolve_evidence,
)

MAX_CONTRASTED = 6
"""States of a variable that are still tried one by one."""


@dataclass(frozen=True, slots=True)
class Cut:
    """An edge that an intervention cuts: the one from a cause to the factor it acted through."""

    factor: str
    variable: str


@dataclass(frozen=True, eq=False, slots=True)
class Mutilated:
    """A model after interventions.

    Attributes:
        model: the same variables in the same order, without evidence; the factors keep their ids.
        settings: {id: state} of what was set.
        cuts: the edges that are gone, in the order of the drawing.
        replaced: ids of the factors that became points.
    """

    model: FactorGraph
    settings: Mapping[str, str]
    cuts: tuple[Cut, ...]
    replaced: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Intervention:
    """Beliefs under seeing and under doing.

    Attributes:
        settings: {id: state} of what was set.
        cuts: the edges that are gone.
        effects: of every variable that was not set, in the model's order.
        contrast: all states of what was set beside each other, as far as one result of it goes; None where several
            are set, where it has many states, and where seeing is doing.
        is_seeing_possible: whether the settings could have been observed at all.
        is_exact: whether all beliefs are exact.
        sentence: where seeing and doing part, and why.
    """

    settings: Mapping[str, str]
    cuts: tuple[Cut, ...]
    effects: tuple[Effect, ...]
    contrast: Contrast | None
    is_seeing_possible: bool
    is_exact: bool
    sentence: str


def mutilated(model: FactorGraph, settings: Mapping[str, Any]) -> Mutilated:
    """The model in which each variable of `settings` is set to its state.

    Args:
        model: a sound model.
        settings: {id or unique name: state name or index}.

    Raises InvalidModel, with every problem, for unknown names and states, and for a variable that a factor without
    a direction touches: no arrow says then what makes it.
    """
    states = _states(model, settings)
    arrows = Arrows.of(model)
    problems = [problem for id in states for problem in _obstacles(model, arrows, id)]
    if problems:
        raise InvalidModel(problems)
    made_by = {arrows.made_by[id]: id for id in states if id in arrows.made_by}
    factors = [
        _point(factor.id, model, made_by[factor.id], states) if factor.id in made_by else factor
        for factor in model.factors
    ]
    taken = {*model.variable_index, *(factor.id for factor in factors)}
    for id in states:
        if id not in arrows.made_by:
            fresh = _fresh(f"do_{id}", taken)
            taken.add(fresh)
            factors.append(_point(fresh, model, id, states))
    cuts = [
        Cut(arrows.made_by[id], parent) for id in arrows.variables if id in states for parent in arrows.parents[id]
    ]
    graph = FactorGraph(model.variables, tuple(factors), {}, model.name)
    return Mutilated(graph, states, tuple(cuts), tuple(made_by))


def intervene(
    engine: Engine,
    settings: Mapping[str, Any],
    evidence: Mapping[str, Any] | None = None,
    *,
    deadline: Deadline = UNLIMITED,
) -> Intervention:
    """Beliefs where the variables of `settings` are set, beside those where the same is observed.

    Args:
        engine: of the model; the mutilated model is asked by its method.
        settings: {id or unique name: state name or index}.
        evidence: what else was observed, as in `Engine.infer`. Observations of what is set are left aside.
        deadline: how long it may take.

    Raises InvalidModel as `mutilated`, ImpossibleEvidence where the evidence cannot be under the intervention.
    """
    world = mutilated(engine.model, settings)
    observed = resolve_evidence(engine.model, evidence)
    others = {id: seen for id, seen in observed.items() if id not in world.settings}
    doing = compile(world.model, engine.method, **limits(deadline)).infer(others, **limits(deadline))
    before = _possible(engine, others, deadline)
    seeing = _possible(engine, {**others, **{id: Observed(s) for id, s in world.settings.items()}}, deadline)
    effects = tuple(
        _effect(variable.id, before, seeing, doing)
        for variable in engine.model.variables
        if variable.id not in world.settings
    )
    is_exact = all(result.is_exact for result in (before, seeing, doing) if result is not None)
    aside = [id for id in world.settings if id in observed]
    acted_on = Arrows.of(world.model).descendants(world.settings)
    told = told_effect(effects, acted_on)
    parts = (effects, told, aside, seeing is not None, bool(world.cuts), is_exact)
    said = sentence(engine.model, world.settings, *parts)
    is_result = told is not None and told.variable in acted_on
    contrast = _contrast(engine, world, told, others, is_exact, deadline) if told and is_result else None
    return Intervention(world.settings, world.cuts, effects, contrast, seeing is not None, is_exact, said)


def _states(model: FactorGraph, settings: Mapping[str, Any]) -> dict[str, str]:
    """Checked state names by variable id, in the order of the drawing."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for key, value in settings.items():
        variable = model.variables[find_indices(model, key)[0]]
        outcome = parse_observation(variable, value)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        elif isinstance(outcome, Observed):
            found[variable.id] = outcome.state
        else:
            what = f"'{variable.label}' can only be set to one of its states"
            problems.append(Problem(variable.id, what, "name a state"))
    if problems:
        raise InvalidModel(problems)
    if not found:
        raise InvalidModel([Problem("", "nothing is set", "choose a variable and a state for it")])
    return {variable.id: found[variable.id] for variable in model.variables if variable.id in found}


def _obstacles(model: FactorGraph, arrows: Arrows, id: str) -> Iterable[Problem]:
    """The factors without a direction at a variable."""
    label = model.variable(id).label
    for tie in (factor for factor in model.factors if id in arrows.ties.get(factor.id, ())):
        what = (
            f"'{label}' cannot be set: no arrow says what makes it, since the factor '{tie.id}' has no direction"
        )
        child = kind_of(tie).child(tie)
        if child is None:
            yield Problem(
                tie.id, what, "name the child of that factor, so that it is a distribution given the rest"
            )
        else:
            yield Problem(
                tie.id, what, f"let one factor only point at '{model.variable(child).label}', not in a circle"
            )


def _point(factor: str, model: FactorGraph, id: str, states: Mapping[str, str]) -> Factor:
    variable = model.variable(id)
    certain = np.zeros(variable.size)
    certain[variable.domain.position[states[id]]] = 1.0
    return Factor(factor, "prior", (id,), {"probabilities": certain})


def _fresh(id: str, taken: set[str]) -> str:
    return id if id not in taken else _fresh(f"{id}_", taken)


def _possible(engine: Engine, evidence: Mapping[str, Observation], deadline: Deadline) -> Result | None:
    """The beliefs; None where the evidence is impossible."""
    try:
        return engine.infer(evidence, **limits(deadline))
    except ImpossibleEvidence:
        return None


def _contrast(
    engine: Engine,
    world: Mutilated,
    told: Effect,
    evidence: Mapping[str, Observation],
    is_exact: bool,
    deadline: Deadline,
) -> Contrast | None:
    """What every state of the one variable that is set leads to."""
    (id, *more) = world.settings
    states = engine.model.variable(id).states
    if more or len(states) > MAX_CONTRASTED:
        return None
    place = compared_state(told)
    even = compile(_evened(world.model, id), engine.method, **limits(deadline))

    def probability(asked: Engine, state: str) -> float | None:
        result = _possible(asked, {**evidence, id: Observed(state)}, deadline)
        return None if result is None else float(result.marginals[told.variable].probabilities[place])

    rows = [Outcome(state, probability(engine, state), probability(even, state)) for state in states]
    return contrasted(engine.model, id, told, rows, is_exact)


def _evened(model: FactorGraph, id: str) -> FactorGraph:
    """A mutilated model whose point at `id` is even: to see a state of it is to do it, since nothing makes it."""
    size = model.variable(id).size
    even = {"probabilities": np.full(size, 1 / size)}
    points = [factor.kind == "prior" and factor.scope == (id,) for factor in model.factors]
    pairs = zip(model.factors, points, strict=True)
    factors = [Factor(factor.id, "prior", (id,), even) if is_point else factor for factor, is_point in pairs]
    return FactorGraph(model.variables, tuple(factors), {}, model.name)


def _effect(id: str, before: Result | None, seeing: Result | None, doing: Result) -> Effect:
    done = doing.marginals[id].probabilities
    seen = None if seeing is None else seeing.marginals[id].probabilities
    difference = 0.0 if seen is None else float(np.abs(done - seen).sum()) / 2
    start = None if before is None else before.marginals[id].probabilities
    return Effect(id, _numbers(start), _numbers(seen), _numbers(done), difference)


def _numbers(belief: FloatArray | None) -> tuple[float, ...]:
    values: Sequence[float] = () if belief is None else belief.tolist()
    return tuple(values)
