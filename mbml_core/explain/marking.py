"""Marking the answers of students by the engine's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.engine import Engine
from mbml_core.explain.lesson import Question
from mbml_core.explain.prediction import DIRECTIONS, Miss, bits_text, direction, miss_of_state
from mbml_core.explain.scoring import MOVES, Given, inferred, is_number, misanswered, moved_text
from mbml_core.model import resolve_evidence
from mbml_core.wording import probability_text, visible

Answer: TypeAlias = float | str | None
"""A probability, a direction or a choice; None where the student gives up and wants to see it."""

_ROUNDING = 1e-9
"""A number that is off by exactly the tolerance is right, however the difference is rounded."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a student is told about an answer.

    Attributes:
        is_right: whether it was.
        is_shown: whether the answer is given away: it was right, or the student wanted to see it.
        verdict: in words.
        number: the engine's own number in a sentence; "" while it is not shown, and for a choice.
        explanation: why; "" while it is not shown.
        right: what would have been right (a probability, a direction or a choice); None while it is not shown.
        miss: of a predicted probability; None for other answers.
        is_exact: whether the number is exact.
    """

    is_right: bool
    is_shown: bool
    verdict: str
    number: str = ""
    explanation: str = ""
    right: float | str | None = None
    miss: Miss | None = None
    is_exact: bool = True


def mark(
    question: Question, answer: Answer, engine: Engine, present: Given, deadline: Deadline = UNLIMITED
) -> Mark:
    """The mark of an answer.

    Args:
        question: of a lesson; its target, state and evidence fit the engine's model.
        answer: the student's.
        engine: whose numbers are right.
        present: what is observed when the question is asked.
        deadline: to be polled.

    Raises InvalidModel where the answer is of another kind than the question, and what `engine.infer` raises.
    """
    if question.kind == "choice":
        return _mark_choice(question, answer)
    asked = question.evidence
    after = present if asked is None else resolve_evidence(engine.model, asked)
    found = inferred(engine, after, deadline)
    p = found.marginals[question.target][question.state]
    if question.kind == "probability":
        return _mark_probability(question, answer, p, engine, found.is_exact)
    before = inferred(engine, present, deadline)
    p_before = before.marginals[question.target][question.state]
    return _mark_direction(question, answer, (p_before, p), engine, found.is_exact and before.is_exact)


def _mark_choice(question: Question, answer: Answer) -> Mark:
    if answer is not None and answer not in question.choices:
        raise misanswered("this is none of the choices", "choose one of them")
    if answer is not None and answer != question.answer:
        return Mark(False, False, "No, that is not it. Try another one.")
    verdict = "Right." if answer is not None else f"The answer: {visible(question.answer)}."
    return Mark(answer is not None, True, verdict, "", question.explanation, question.answer)


def _mark_probability(question: Question, answer: Answer, p: float, engine: Engine, is_exact: bool) -> Mark:
    if answer is not None and (not is_number(answer) or not 0 <= float(answer) <= 1):
        raise misanswered("a probability is a number from 0 to 1", "drag the bar, or write such a number")
    number = _number_text(engine, question, p, is_exact)
    if answer is None:
        return Mark(False, True, "Here is the answer.", number, question.explanation, p, None, is_exact)
    q = float(answer)
    how_far = miss_of_state(p, q)
    if abs(q - p) <= question.tolerance + _ROUNDING:
        verdict = f"Right: {'spot on' if how_far.words == 'spot on' else 'close enough'}, {bits_text(how_far)}."
        return Mark(True, True, verdict, number, question.explanation, p, how_far, is_exact)
    side = "low" if q < p else "high"
    return Mark(False, False, f"Too {side}: {bits_text(how_far)}. Try again.", miss=how_far, is_exact=is_exact)


def _mark_direction(
    question: Question, answer: Answer, moved: tuple[float, float], engine: Engine, is_exact: bool
) -> Mark:
    if answer is not None and answer not in DIRECTIONS:
        raise misanswered("a direction is up, down or same", "choose one of them")
    right = direction(*moved)
    if answer is not None and answer != right:
        return Mark(False, False, f"No, it does not {_BARE[str(answer)]}. Try again.", is_exact=is_exact)
    verdict = "Right." if answer is not None else f"It {MOVES[right]}."
    place = engine.model.variable(question.target).states.index(question.state)
    number = moved_text(engine, question.target, place, moved, is_exact)
    return Mark(answer is not None, True, verdict, number, question.explanation, right, None, is_exact)


_BARE: Mapping[str, str] = {"up": "go up", "down": "go down", "same": "stay the same"}


def _number_text(engine: Engine, question: Question, p: float, is_exact: bool) -> str:
    name = visible(engine.model.variable(question.target).label)
    about = "" if is_exact else "about "
    return f"{name} = {visible(question.state)} has probability {about}{probability_text(p)}."
