"""What a question is about: one state of one variable, and what is believed of it under parts of the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.engine import Engine
from mbml_core.errors import ImpossibleEvidence, InvalidEvidence, UnsupportedQuery
from mbml_core.explain.arrows import is_known
from mbml_core.explain.limits import limits
from mbml_core.model import Evidence, FactorGraph, Observation, find_variable, unknown_state, unknown_variable
from mbml_core.wording import observation_text, visible

Progress: TypeAlias = Callable[[int, int], None]

SAME = 1e-9
"""Moves that differ by less are equal: both states of a boolean move by the same amount."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That a variable is in a state.

    Attributes:
        variable, state: id and name of the state.
        index: of the state.
        name: of the variable, for people.
        text: "Rain = yes".
    """

    variable: str
    state: str
    index: int
    name: str
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Believed:
    """Beliefs under several sets of observations.

    Attributes:
        rows: (N, K) probabilities of the states of one variable.
        log_evidence: (N,) nats.
        is_exact: whether all of them are.
    """

    rows: FloatArray
    log_evidence: FloatArray
    is_exact: bool


def named(model: FactorGraph, id: str) -> str:
    """A variable's label, for people."""
    return visible(model.variable(id).label)


def seen_text(model: FactorGraph, id: str, observation: Observation) -> str:
    """An observation, for people: "Wet grass = yes"."""
    return f"{named(model, id)} {observation_text(observation)}"


def claim_of(model: FactorGraph, target: str, state: str | None, moves: FloatArray | None = None) -> Claim:
    """The claim that `target` is in `state`; without one, the state that moves most, of equal ones the last (of
    "no" and "yes" that is "yes"). Raises InvalidEvidence for unknown names.
    """
    variable = find_variable(model, target)
    if variable is None:
        raise InvalidEvidence([unknown_variable(model, target)])
    if state is not None and state not in variable.states:
        raise InvalidEvidence([unknown_state(variable, state)])
    index = variable.states.index(state) if state is not None else _largest(moves, variable.size)
    name = variable.states[index]
    return Claim(variable.id, name, index, visible(variable.label), f"{visible(variable.label)} = {visible(name)}")


def moved_most(engine: Engine, evidence: Evidence, deadline: Deadline = UNLIMITED) -> str:
    """The variable whose belief the evidence moved most (by its largest change of a probability), of those not
    known themselves. Raises UnsupportedQuery where there is none.
    """
    model = engine.model
    free = [v for v in model.variables if v.id not in evidence or not is_known(model, v.id, evidence[v.id])]
    if not free:
        raise UnsupportedQuery("every variable is observed; take one back to ask about it")
    before = engine.infer({}, **limits(deadline)).marginals
    after = engine.infer(evidence, **limits(deadline)).marginals
    return max(free, key=lambda v: float(np.abs(after[v.id].probabilities - before[v.id].probabilities).max())).id


def believed(
    engine: Engine,
    subsets: Sequence[Evidence],
    variable: str,
    deadline: Deadline = UNLIMITED,
    progress: Progress | None = None,
) -> Believed:
    """Beliefs of a variable under each subset of the observations. Raises ImpossibleEvidence as `Engine.infer`."""
    found = engine.infer_many(list(subsets), variables=[variable], progress=progress, **limits(deadline))
    for row in np.flatnonzero(found.log_evidence == -np.inf).tolist():
        engine.infer(subsets[row], **limits(deadline))  # says which observations contradict each other
        raise ImpossibleEvidence("the observations are all but impossible together")
    return Believed(found.marginals[variable].probabilities, found.log_evidence, found.is_exact)


def without(evidence: Evidence, *ids: str) -> Mapping[str, Observation]:
    """The observations of all others."""
    return {id: seen for id, seen in evidence.items() if id not in ids}


def _largest(moves: FloatArray | None, size: int) -> int:
    if moves is None:
        return size - 1
    return int(np.flatnonzero(np.abs(moves) >= np.abs(moves).max() - SAME)[-1])
