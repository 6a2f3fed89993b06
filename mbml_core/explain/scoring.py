"""Scoring predictions that were made before an observation was shown."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.engine import Engine
from mbml_core.errors import InvalidModel, Problem
from mbml_core.explain.gaps import told_apart
from mbml_core.explain.prediction import DIRECTIONS, Direction, Miss, bits_text, direction, miss
from mbml_core.inference.result import Result
from mbml_core.model import Observation
from mbml_core.wording import probability_text, visible

Given: TypeAlias = Mapping[str, Observation]

MOVES: Mapping[Direction, str] = {"up": "goes up", "down": "goes down", "same": "stays the same"}


@dataclass(frozen=True, slots=True)
class Score:
    """What a student is told about a prediction of a whole distribution, or of where one state goes.

    Attributes:
        miss: of a distribution; None where only the direction was predicted.
        is_right: of a direction: whether it was; of a distribution: whether its largest move went the right way.
        verdict: in words.
        number: what the engine says, in a sentence.
        before, after: the beliefs, in state order.
        is_exact: whether they are exact.
    """

    miss: Miss | None
    is_right: bool
    verdict: str
    number: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    is_exact: bool


def score(
    target: str,
    predicted: Mapping[str, Any],
    engine: Engine,
    before: Given,
    after: Given,
    deadline: Deadline = UNLIMITED,
) -> Score:
    """The score of a prediction made before an observation was shown.

    Args:
        target: id of the variable.
        predicted: {"probabilities": [one for each state]} or {"state": name, "direction": "up" | "down" | "same"}.
        engine: whose numbers are right.
        before: what was observed.
        after: what is observed now.
        deadline: to be polled.

    Raises InvalidModel where this is no prediction of that variable, and what `engine.infer` raises.
    """
    old, new = inferred(engine, before, deadline), inferred(engine, after, deadline)
    p, q = (result.marginals[target].probabilities.tolist() for result in (old, new))
    is_exact = old.is_exact and new.is_exact
    if "direction" in predicted:
        return _score_direction(target, predicted, engine, (p, q), is_exact)
    probabilities = predicted.get("probabilities")
    if not isinstance(probabilities, list) or not all(map(is_number, probabilities)):
        raise misanswered("a prediction is a list of probabilities", "draw a bar for each state")
    how_far = miss(q, probabilities)
    largest = max(range(len(q)), key=lambda state: abs(q[state] - p[state]))
    said = direction(p[largest], probabilities[largest] / sum(probabilities))
    right = direction(p[largest], q[largest])
    return Score(
        how_far,
        said == right,
        f"{_capitalised(how_far.words)}: {bits_text(how_far)}{_way_text(said, right)}.",
        moved_text(engine, target, largest, (p[largest], q[largest]), is_exact),
        tuple(p),
        tuple(q),
        is_exact,
    )


def _way_text(said: Direction, right: Direction) -> str:
    """Whether the prediction went the right way, as the end of a sentence."""
    if said == right:
        return ", and it went the right way" if right != "same" else ""
    if said == "same":
        return ", and expected no change"
    return ", and it did not move at all" if right == "same" else ", and it went the other way"


def _score_direction(
    target: str,
    predicted: Mapping[str, Any],
    engine: Engine,
    beliefs: tuple[list[float], list[float]],
    is_exact: bool,
) -> Score:
    said, state = predicted.get("direction"), predicted.get("state")
    states = engine.model.variable(target).states
    if said not in DIRECTIONS or state not in states:
        raise misanswered("a direction is up, down or same, of one state", "choose one of them")
    place = states.index(str(state))
    p, q = beliefs[0][place], beliefs[1][place]
    is_right = direction(p, q) == said
    verdict = "Right." if is_right else f"No: it {MOVES[direction(p, q)]}."
    number = moved_text(engine, target, place, (p, q), is_exact)
    return Score(None, is_right, verdict, number, tuple(beliefs[0]), tuple(beliefs[1]), is_exact)


def inferred(engine: Engine, given: Given, deadline: Deadline) -> Result:
    """The beliefs under some observations, in the time that is left."""
    deadline.check()
    return engine.infer(given, deadline=deadline.seconds, cancel=deadline.token)


def moved_text(engine: Engine, target: str, state: int, moved: tuple[float, float], is_exact: bool) -> str:
    """How one state's probability moved, in a sentence."""
    variable = engine.model.variable(target)
    what = f"{visible(variable.label)} = {visible(variable.states[state])}"
    about = "" if is_exact else "about "
    old, new = (min(max(p, 0.0), 1.0) for p in moved)
    if direction(*moved) == "same":
        return f"{what} stays at {about}{probability_text(new)}."
    before, after = (about + text for text in told_apart(old, new))
    return f"{what} {MOVES[direction(*moved)]} from {before} to {after}."


def is_number(value: Any) -> bool:
    """Whether it is a finite number; an int may be larger than any double."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def misanswered(what: str, remedy: str) -> InvalidModel:
    """An answer that is none to this question."""
    return InvalidModel([Problem("", what, remedy)])
