"""From what a caller writes ({"wet": "yes"}) to checked observations by variable id."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from mbml_core.errors import InvalidEvidence, Problem
from mbml_core.model.graph import FactorGraph
from mbml_core.model.number_evidence import is_number, parse_number, to_float
from mbml_core.model.observation import (
    AllowedStates,
    Belief,
    ExcludedState,
    Likelihood,
    Observation,
    Observed,
    Value,
)
from mbml_core.model.variable import SUM_TOLERANCE, Domain, Numeric, Variable
from mbml_core.phrases import did_you_mean

Evidence: TypeAlias = Mapping[str, Observation]


def resolve_evidence(graph: FactorGraph, given: Mapping[str, Any] | None) -> dict[str, Observation]:
    """Checked observations by variable id.

    `given` maps a variable (id, or name where that is unique) to a state name, a state index, a likelihood
    vector, an observation, or one of the document's forms: {"state": s}, {"states": [...]}, {"not": s},
    {"likelihood": [...]}, {"belief": [...]}; a variable that is not categorical to its value, a number (of a
    simplex a list of numbers), or {"value": x}. None stands for the evidence drawn with the graph.
    Raises InvalidEvidence with every problem at once.
    """
    if given is None:
        given = graph.evidence
    found: dict[str, Observation] = {}
    problems: list[Problem] = []
    for key, value in given.items():
        variable = find_variable(graph, key)
        if variable is None:
            problems.append(unknown_variable(graph, key))
            continue
        if variable.id in found:
            problems.append(
                Problem(variable.id, f"'{variable.label}' is observed twice", "keep one of the observations")
            )
            continue
        outcome = parse_observation(variable, value)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            found[variable.id] = outcome
    if problems:
        raise InvalidEvidence(problems)
    return found


def plainly_observed(graph: FactorGraph, given: Mapping[str, Any] | None) -> dict[int, int] | None:
    """The observed state of each variable, by their indices, where every observation is of the plainest form: a
    variable's id and the name or index of one of its states. None where one is not, or where one does not fit:
    `resolve_evidence` then reads them all, in any form, and says what is wrong.
    """
    if given is None:
        given = graph.evidence
    found: dict[int, int] = {}
    variables, indices = graph.variables, graph.variable_index
    for key, value in given.items():
        index = indices.get(key)
        if index is None:
            return None
        state = _plain_state(variables[index].domain, value)
        if state is None:
            return None
        found[index] = state
    return found


def _plain_state(domain: Domain, value: Any) -> int | None:
    form = type(value)
    if form is Observed:
        value = value.state
        form = type(value)
    elif form is int:
        return value if 0 <= value < len(domain.states) else None
    return domain.position.get(value) if form is str else None


def find_variable(graph: FactorGraph, key: str) -> Variable | None:
    """The variable with this id or, failing that, the only one with this name."""
    index = graph.variable_index.get(key)
    if index is not None:
        return graph.variables[index]
    index = graph.index_by_name.get(key)
    return None if index is None else graph.variables[index]


def find_indices(graph: FactorGraph, keys: str | Iterable[str]) -> list[int]:
    """Indices of the variables with these ids or unique names. Raises InvalidEvidence with every unknown one."""
    wanted = [keys] if isinstance(keys, str) else list(keys)
    found = [(key, find_variable(graph, key)) for key in wanted]
    unknown = [unknown_variable(graph, key) for key, variable in found if variable is None]
    if unknown:
        raise InvalidEvidence(unknown)
    return [graph.variable_index[variable.id] for _, variable in found if variable is not None]


def parse_observation(variable: Variable, value: Any) -> Observation | Problem:
    """What `value` says about `variable`, checked against its domain; a Problem where it cannot."""
    domain = variable.domain
    if isinstance(domain, Numeric):
        return parse_number(variable, domain, value)
    try:
        observation = _from_value(variable, value)
        _check(variable, observation)
    except _Misfit as misfit:
        return Problem(variable.id, misfit.what, misfit.remedy)
    return observation


class _Misfit(Exception):
    """Carries one problem from a nested check to `parse_observation`."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def _from_value(variable: Variable, value: Any) -> Observation:
    match value:
        case Observed() | ExcludedState():
            return value
        case AllowedStates(states):
            return AllowedStates(tuple(_sequence(variable, states)))
        case Likelihood(weights):
            return Likelihood(_numbers(variable, weights))
        case Belief(probabilities):
            return Belief(_numbers(variable, probabilities))
        case str():
            return Observed(value)
        case bool() | int() | np.integer() | np.bool_():
            return Observed(_state_at(variable, int(value)))
        case Mapping():
            return _from_mapping(variable, value)
        case np.ndarray() | list() | tuple():
            return Likelihood(_numbers(variable, value))
        case Value():
            raise _number_of_states(variable)
    raise _Misfit(
        f"cannot observe {value!r} for '{variable.label}'",
        "give a state name, a state index or a likelihood vector",
    )


def _from_mapping(variable: Variable, value: Mapping[str, Any]) -> Observation:
    if value.keys() == {"value"}:
        raise _number_of_states(variable)
    readers: dict[str, Callable[[Any], Observation]] = {
        "state": lambda v: Observed(_state(variable, v)),
        "states": lambda v: AllowedStates(tuple(_state(variable, s) for s in _sequence(variable, v))),
        "not": lambda v: ExcludedState(_state(variable, v)),
        "likelihood": lambda v: Likelihood(_numbers(variable, v)),
        "belief": lambda v: Belief(_numbers(variable, v)),
    }
    forms = [key for key in readers if key in value]
    if len(forms) != 1:
        raise _Misfit(
            f"evidence for '{variable.label}' has the fields {sorted(map(str, value))}",
            f"give exactly one of {', '.join(readers)}",
        )
    return readers[forms[0]](value[forms[0]])


def _number_of_states(variable: Variable) -> _Misfit:
    listed = _listed_states(variable)
    return _Misfit(f"'{variable.label}' has states, a value is observed of it", f"observe a state: {listed}")


def _state(variable: Variable, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return _state_at(variable, int(value))
    raise _Misfit(f"{value!r} is not a state of '{variable.label}'", "give a state name or a state index")


def _state_at(variable: Variable, index: int) -> str:
    if not 0 <= index < variable.size:
        raise _Misfit(
            f"'{variable.label}' has no state number {index}",
            f"use 0 to {variable.size - 1}, or a state name",
        )
    return variable.states[index]


def _sequence(variable: Variable, value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    raise _Misfit(f"allowed states of '{variable.label}' are {value!r}", "give a list of state names")


def _numbers(variable: Variable, value: Any) -> tuple[float, ...]:
    items = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(items, list | tuple) or not all(is_number(item) for item in items):
        raise _Misfit(f"{value!r} is not a list of numbers", f"give {variable.size} numbers, one per state")
    return tuple(to_float(item) for item in items)


def _check(variable: Variable, observation: Observation) -> None:
    match observation:
        case Observed(state) | ExcludedState(state):
            _check_states(variable, [state])
        case AllowedStates(states):
            _check_states(variable, states)
            if not states:
                raise _Misfit(f"no state of '{variable.label}' is allowed", "allow at least one state")
        case Likelihood(weights):
            _check_vector(variable, weights, "likelihood")
        case Belief(probabilities):
            _check_vector(variable, probabilities, "belief")
            total = sum(probabilities)  # not fsum, which raises where large numbers overflow
            if abs(total - 1) > SUM_TOLERANCE:
                raise _Misfit(
                    f"the belief set for '{variable.label}' sums to {total:g}",
                    "make it sum to one, or give it as a likelihood",
                )


def _check_states(variable: Variable, states: Iterable[str]) -> None:
    for state in states:
        if not isinstance(state, str):
            raise _Misfit(f"{state!r} is not a state of '{variable.label}'", "give the name of a state")
        if state not in variable.states:
            problem = unknown_state(variable, state)
            raise _Misfit(problem.what, problem.remedy)


def _check_vector(variable: Variable, vector: tuple[float, ...], what: str) -> None:
    if len(vector) != variable.size:
        raise _Misfit(
            f"the {what} for '{variable.label}' has {len(vector)} numbers, it has {variable.size} states",
            "give one number per state, in state order",
        )
    bad = [x for x in vector if not (math.isfinite(x) and x >= 0)]
    if bad:
        raise _Misfit(f"the {what} for '{variable.label}' holds {bad[0]:g}", "use finite numbers, zero or more")
    if not any(vector):
        raise _Misfit(f"the {what} for '{variable.label}' is zero everywhere", "make one number positive")


def unknown_variable(graph: FactorGraph, key: str) -> Problem:
    """Why `find_variable` found none."""
    if key and sum(variable.name == key for variable in graph.variables) > 1:
        return Problem(key, f"several variables are named '{key}'", "use the variable's id")
    known = [v.id for v in graph.variables] + [v.name for v in graph.variables if v.name]
    remedy = did_you_mean(str(key), known) or "use the id of a variable of this model"
    return Problem(str(key), f"there is no variable '{key}'", remedy)


def unknown_state(variable: Variable, state: str) -> Problem:
    """That the variable has no such state, and which ones it has."""
    remedy = f"{did_you_mean(state, variable.states)} its states are {_listed_states(variable)}".lstrip()
    return Problem(variable.id, f"'{variable.label}' has no state '{state}'", remedy)


def _listed_states(variable: Variable) -> str:
    return ", ".join(variable.states[:8]) + (", …" if variable.size > 8 else "")
