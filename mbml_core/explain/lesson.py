"""Lessons: steps beside a drawing, each with something to see and maybe a question. Read strictly, as plain data.

{"format": "mbml-lesson", "version": 2, "title": …, "steps": [{"caption": …, "text": …, "evidence": {…} or null,
"look_at": […], "view": …, "target": …, "question": {…} or null}], …}

What is expected of a question about beliefs is never stored: it is marked by the engine (`marking`). Version 1 has
suggestions and no steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from mbml_core.errors import InvalidEvidence, InvalidModel, Problem
from mbml_core.explain.reading import Reading, items, record
from mbml_core.model import FactorGraph, resolve_evidence
from mbml_core.phrases import did_you_mean

FORMAT = "mbml-lesson"
NEWEST = 2

VIEWS = (
    "steps", "compare", "laboratory", "why", "ladder", "frequencies",
    "independence", "intervene", "next", "sensitivity", "conflict", "modes",
)  # fmt: skip
"""The panels a step can open."""

MAX_STEPS = 100
MAX_CAPTION = 200
MAX_TEXT = 4000
"""Characters. A step is read between two clicks."""
MAX_CHOICES = 6

TOLERANCE = 0.05
"""Of a probability question that names none."""

Kind: TypeAlias = Literal["probability", "direction", "choice"]
KINDS: tuple[Kind, ...] = ("probability", "direction", "choice")

Evidence: TypeAlias = Mapping[str, Any]
"""Observations as they stand in a document, by id or unique name of the variable."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the student is asked.

    Attributes:
        ask: the question in words.
        kind: "probability": P(target = state) as a number; "direction": whether it goes up, down or stays the
            same; "choice": one of `choices`.
        explanation: shown with the answer.
        target, state: what is asked about; "" for a choice.
        evidence: what is observed instead when the question is about another moment than the present one, and
            shown once it is answered; None: the present moment. A direction is from the present moment to it.
        tolerance: how far a number may be off, as a probability.
        choices, answer: of a choice, and the right one of them.
    """

    ask: str
    kind: Kind
    explanation: str
    target: str = ""
    state: str = ""
    evidence: Evidence | None = None
    tolerance: float = TOLERANCE
    choices: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lesson.

    Attributes:
        caption: its title.
        text: what to tell.
        evidence: what is observed from here on; None: as it is.
        look_at: ids of the nodes to look at.
        view: the study panel that is opened, one of VIEWS; "" for none.
        target: id of the variable the panel is about; "" for none.
        question: None for none.
    """

    caption: str
    text: str
    evidence: Evidence | None = None
    look_at: tuple[str, ...] = ()
    view: str = ""
    target: str = ""
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to observe, and what it shows.

    Attributes:
        caption: what one sees.
        evidence: as in a document, by id or unique name of a variable.
        look_at: ids of the variables whose beliefs move.
        says: what they show.
    """

    caption: str
    evidence: Evidence
    look_at: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a drawing teaches.

    Attributes:
        graph: name of the drawing's file without its suffix; "" where the lesson is inside the drawing.
        title, summary, text: what to tell about it.
        suggestions: what to try.
        steps: what to go through, in order.
    """

    graph: str = ""
    title: str = ""
    summary: str = ""
    text: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    steps: tuple[Step, ...] = ()


def read_lesson(plain: Any) -> Lesson:
    """The lesson that a JSON value describes. Raises InvalidModel with every problem, each with its JSON path."""
    problems: list[Problem] = []
    top = record(plain, "$", problems)
    if top.text("format", MAX_CAPTION) != FORMAT and not problems:
        raise InvalidModel([Problem("", f"this is no lesson: its format is not '{FORMAT}'", "open a lesson", "$")])
    version = top.number("version", 1, NEWEST, None)
    lesson = Lesson(
        top.text("graph", MAX_CAPTION, ""),
        top.text("title", MAX_CAPTION, ""),
        top.text("summary", MAX_TEXT, ""),
        top.text("text", MAX_TEXT, ""),
        tuple(_suggestion(item) for item in items(top, "suggestions", MAX_STEPS)),
        tuple(_step(item) for item in items(top, "steps", MAX_STEPS)) if version != 1 else (),
    )
    top.finish()
    if problems:
        raise InvalidModel(problems)
    return lesson


def read_question(plain: Any) -> Question:
    """One question of a lesson, alone. Raises InvalidModel with every problem."""
    problems: list[Problem] = []
    question = _question(record(plain, "$", problems))
    if problems:
        raise InvalidModel(problems)
    return question


def _suggestion(fields: Reading) -> Suggestion:
    found = Suggestion(
        fields.text("caption", MAX_CAPTION),
        fields.mapping("evidence") or {},
        fields.texts("look_at", MAX_STEPS),
        fields.text("says", MAX_TEXT, ""),
    )
    fields.finish()
    return found


def _step(fields: Reading) -> Step:
    question = fields.child("question")
    found = Step(
        fields.text("caption", MAX_CAPTION),
        fields.text("text", MAX_TEXT, ""),
        fields.mapping("evidence"),
        fields.texts("look_at", MAX_STEPS),
        fields.one_of("view", VIEWS, ""),
        fields.text("target", MAX_CAPTION, ""),
        None if question is None else _question(question),
    )
    fields.finish()
    return found


def _question(fields: Reading) -> Question:
    kind = fields.one_of("kind", KINDS, None)
    ask, explanation = fields.text("ask", MAX_TEXT), fields.text("explanation", MAX_TEXT, "")
    found = Question(ask, "choice", explanation)
    if kind == "choice":
        found = _choice(fields, ask, explanation)
    elif kind:
        found = Question(
            ask,
            cast("Kind", kind),
            explanation,
            fields.text("target", MAX_CAPTION),
            fields.text("state", MAX_CAPTION),
            fields.mapping("evidence"),
            fields.number("tolerance", 0, 1, TOLERANCE) if kind == "probability" else TOLERANCE,
        )
        if kind == "direction" and found.evidence is None:
            fields.wrong("evidence", "a direction needs what is observed next", "give the observations after")
    fields.finish()
    return found


def _choice(fields: Reading, ask: str, explanation: str) -> Question:
    choices = fields.texts("choices", MAX_CHOICES)
    answer = fields.text("answer", MAX_TEXT)
    evidence = fields.mapping("evidence")
    if len(choices) < 2 or len(set(choices)) < len(choices):
        fields.wrong("choices", "a choice needs two or more different answers", "write each of them once")
    elif answer not in choices:
        fields.wrong("answer", "the right answer is not among the choices", "copy it from them")
    return Question(ask, "choice", explanation, evidence=evidence, choices=choices, answer=answer)


def misfits(step: Step, graph: FactorGraph) -> list[Problem]:
    """What in a step does not fit the drawing: variables and states that it does not have."""
    known = {*graph.variable_index, *(factor.id for factor in graph.factors)}
    unknown = [id for id in (*step.look_at, *filter(None, [step.target])) if id not in known]
    return [
        *_unresolved(step.evidence, graph),
        *(_unknown(id, known) for id in unknown),
        *(_question_misfits(step.question, graph) if step.question is not None else ()),
    ]


def _question_misfits(question: Question, graph: FactorGraph) -> Iterator[Problem]:
    yield from _unresolved(question.evidence, graph)
    if question.kind == "choice":
        return
    if question.target not in graph.variable_index:
        yield _unknown(question.target, graph.variable_index)
    elif question.state not in graph.variable(question.target).states:
        states = graph.variable(question.target).states
        remedy = did_you_mean(question.state, states) or f"choose one of {', '.join(states[:MAX_CHOICES])}"
        yield Problem(question.target, f"'{question.state}' is no state of '{question.target}'", remedy)


def _unresolved(evidence: Evidence | None, graph: FactorGraph) -> tuple[Problem, ...]:
    try:
        resolve_evidence(graph, evidence or {})
    except InvalidEvidence as error:
        return error.problems
    return ()


def _unknown(id: str, known: Any) -> Problem:
    return Problem("", f"the drawing has no '{id}'", did_you_mean(id, known) or "choose a node of the drawing")
