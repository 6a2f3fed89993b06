"""The states of a variable: renamed, added, removed and reordered in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from mbml_core.document import Document
from mbml_core.editing import commands, kinds
from mbml_core.editing.evidence import followed, with_observations
from mbml_core.editing.lookup import variable_of
from mbml_core.editing.refusal import refusal
from mbml_core.editing.structure import require_sound
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    ExcludedState,
    FactorGraph,
    Likelihood,
    Observation,
    Observed,
    Value,
    Variable,
)


def set_states(document: Document, command: commands.SetStates) -> Document:
    """The drawing with other states in a variable. Tables and observations follow the states that stayed."""
    old = variable_of(document, command.id)
    if not old.is_categorical:
        what = f"'{old.label}' is {old.domain.phrase} and has no states"
        raise refusal(old.id, what, "add another variable that has states")
    _require_origin(old, command)
    new = replace(old, domain=Categorical(tuple(command.states)))
    require_sound(FactorGraph((new,)))
    graph = document.graph
    factors = tuple(
        kinds.restate(factor, graph.domains(factor), new, command.origin) if old.id in factor.scope else factor
        for factor in graph.factors
    )
    variables = tuple(new if variable.id == old.id else variable for variable in graph.variables)
    observed, records = followed(document, old.id, partial(_follow, old=old, new=new, origin=command.origin))
    changed = document.with_graph(replace(graph, variables=variables, factors=factors))
    return with_observations(changed, observed, records)


def _require_origin(old: Variable, command: commands.SetStates) -> None:
    remedy = "send one position for each new state, null for one that is new"
    if len(command.origin) != len(command.states):
        what = f"{len(command.states)} states come from {len(command.origin)} positions"
        raise refusal(old.id, what, remedy)
    kept = [i for i in command.origin if i is not None]
    outside = [i for i in kept if not 0 <= i < old.size]
    if outside:
        raise refusal(old.id, f"'{old.label}' has no state number {str(outside[0])[:20]}", remedy)
    twice = [i for i, count in Counter(kept).items() if count > 1]
    if twice:
        raise refusal(old.id, f"the state '{old.states[twice[0]]}' is kept twice", remedy)


def _follow(
    observation: Observation, old: Variable, new: Variable, origin: Sequence[int | None]
) -> Observation | None:
    """The observation after its variable got other states; None where nothing of it is left."""
    names = {old.states[i]: state for i, state in zip(origin, new.states, strict=True) if i is not None}
    match observation:
        case Observed(state):
            return Observed(names[state]) if state in names else None
        case ExcludedState(state):
            return ExcludedState(names[state]) if state in names else None
        case AllowedStates(states):
            kept = tuple(names[state] for state in states if state in names)
            return AllowedStates(kept) if kept else None
        case Likelihood(weights):
            moved = _moved(weights, origin)
            return Likelihood(moved) if any(moved) else None
        case Belief(probabilities):
            moved = _moved(probabilities, origin)
            total = sum(moved)
            has_lost = len(set(range(old.size)).difference(origin)) > 0
            if has_lost and total > 0:
                moved = tuple(p / total for p in moved)
            return Belief(moved) if total > 0 else None
        case Value():
            return None


def _moved(numbers: Sequence[float], origin: Sequence[int | None]) -> tuple[float, ...]:
    """Nothing was seen of a new state, so an observation gives it zero."""
    return tuple(0.0 if i is None else numbers[i] for i in origin)
