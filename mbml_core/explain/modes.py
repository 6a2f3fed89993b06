"""The most probable assignment beside the most probable state of each variable alone.

    assignment = argmax_x P(x | evidence)            modes_i = argmax_{x_i} P(x_i | evidence)

The best whole need not be made of the best parts: together the modes may be improbable, or impossible.
Source: Koller & Friedman (2009), Probabilistic Graphical Models, §2.1.5.3.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mbml_core.compiler.compiled import compile_graph
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.categorical import log
from mbml_core.distributions.semiring import FloatArray
from mbml_core.engine import Engine
from mbml_core.explain.limits import limits
from mbml_core.inference.decode import log_score
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import MapResult, Result
from mbml_core.model import FactorGraph
from mbml_core.phrases import counted
from mbml_core.wording import probability_text, small_probability_text, visible

TIE = 1e-9
"""Two probabilities count as equal within this: belief propagation stops there."""
MAX_NAMED = 3
"""Variables that a sentence names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One variable in both answers.

    Attributes:
        variable: its id.
        state: in the most probable assignment.
        mode: its most probable state alone; where several are, that of the assignment if it is one of them.
        probability: P(state | evidence). mode_probability: P(mode | evidence).
        differs: whether the two are different states.
        is_seen: whether the evidence leaves it one state only.
    """

    variable: str
    state: str
    mode: str
    probability: float
    mode_probability: float
    differs: bool
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Modes:
    """A most probable assignment and the marginal modes, side by side.

    Attributes:
        choices: of all variables, in the model's order.
        differing: ids of those whose two states differ.
        assignment_log, modes_log: log P(assignment | evidence) and log P(all modes | evidence), nats; -inf where
            the modes exclude each other.
        assignment_text, modes_text: the two probabilities as they are shown.
        is_exact: False where belief propagation on loops chose the states or the scale.
        sentence: what follows, in words.
    """

    choices: tuple[Choice, ...]
    differing: tuple[str, ...]
    assignment_log: float
    modes_log: float
    assignment_text: str
    modes_text: str
    is_exact: bool
    sentence: str


def modes(engine: Engine, evidence: Mapping[str, Any] | None = None, *, deadline: Deadline = UNLIMITED) -> Modes:
    """Both answers to "what is most probable?"; evidence and errors as in `Engine.infer`."""
    result = engine.infer(evidence, **limits(deadline))
    best = engine.map(evidence, **limits(deadline))
    observed = Observations.of(engine.model, evidence)
    choices = _choices(engine.model, result, best, observed)
    differing = tuple(choice.variable for choice in choices if choice.differs)
    assignment_log = min(best.log_probability - result.log_evidence, 0.0)
    modes_log = assignment_log
    if differing:
        step = _log_ratio(engine.model, engine.likelihoods(evidence, deadline), choices)
        modes_log = min(assignment_log + step, 0.0)
    is_exact = best.is_exact and result.is_exact
    texts = (_chance(assignment_log, is_exact), _chance(modes_log, is_exact))
    lead = modes_log - assignment_log if differing else -math.inf
    sentence = _sentence(engine.model, choices, texts, lead, is_exact)
    return Modes(choices, differing, assignment_log, modes_log, *texts, is_exact, sentence)


def _choices(model: FactorGraph, result: Result, best: MapResult, observed: Observations) -> tuple[Choice, ...]:
    found = []
    for i, variable in enumerate(model.variables):
        belief = result.marginals[variable.id].probabilities
        state = variable.domain.position[best.assignment[variable.id]]
        top = int(np.argmax(belief))
        mode = state if belief[state] >= belief[top] - TIE else top
        names = variable.states[state], variable.states[mode]
        numbers = float(belief[state]), float(belief[mode])
        found.append(Choice(variable.id, *names, *numbers, state != mode, i in observed.hard))
    return tuple(found)


def _log_ratio(model: FactorGraph, observed: Observations, choices: tuple[Choice, ...]) -> float:
    """Log P(modes | evidence) − log P(assignment | evidence): exact even where the scale is not."""
    compiled = compile_graph(model)
    weights = _log_weights(model, observed)

    def score(states: list[str]) -> float:
        pairs = zip(model.variables, states, strict=True)
        return log_score(compiled, weights, tuple(variable.domain.position[state] for variable, state in pairs))

    return score([choice.mode for choice in choices]) - score([choice.state for choice in choices])


def _log_weights(model: FactorGraph, observed: Observations) -> FloatArray:
    """Log likelihood of every state of every variable, side by side."""
    vectors = observed.fixed
    parts = [
        log(vectors[v]) if v in vectors else np.zeros(variable.size) for v, variable in enumerate(model.variables)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _chance(log_probability: float, is_exact: bool) -> str:
    about = "" if is_exact else "about "
    if log_probability == -math.inf:
        return "0"
    return about + small_probability_text(log_probability)


def _sentence(
    model: FactorGraph, choices: tuple[Choice, ...], texts: tuple[str, str], lead: float, is_exact: bool
) -> str:
    """`lead`: log of how many times more probable the modes are than the assignment: positive where that was not
    the best one after all.
    """
    differing = [choice for choice in choices if choice.differs]
    whole, parts = texts
    if not differing:
        best = "the most probable whole" if is_exact else "the whole that belief propagation finds most probable"
        agree = f"Every variable's own most probable state is also its state in {best}"
        return f"{agree}, which has probability {whole}. That need not be so."
    if abs(lead) <= TIE:
        together = "The states that are most probable on their own make a best whole too"
        return f"{together}: both have probability {whole}."
    if lead > 0:
        return (
            f"Belief propagation did not find the best whole: what it found has probability {whole}, the states "
            f"that are most probable on their own have {parts} together. Set the method to exact."
        )
    named = ", ".join(_apart(model, choice, is_exact) for choice in differing[:MAX_NAMED])
    more = len(differing) - MAX_NAMED
    listed = f"{named} and {counted(more, 'more variable')}" if more > 0 else named
    if parts == "0":
        together = f"put together, the best parts exclude each other, while the best whole has probability {whole}"
    else:
        together = f"put together, the best parts have probability {parts} only, the best whole {whole}"
    return f"The best whole is not made of the best parts: {listed}; {together}."


def _apart(model: FactorGraph, choice: Choice, is_exact: bool) -> str:
    about = "" if is_exact else "about "
    label = visible(model.variable(choice.variable).label)
    alone = f"{visible(choice.mode)} on its own ({about}{probability_text(choice.mode_probability)})"
    return f"{label} is {alone} but {visible(choice.state)} in the whole"
