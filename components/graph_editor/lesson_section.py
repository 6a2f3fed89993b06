"""The lesson as the page gets it: what still fits the drawing can be played, the rest says why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from components.graph_editor.lessons import story
from mbml_core.document import observation_fields
from mbml_core.errors import InvalidEvidence, InvalidModel, Problem
from mbml_core.explain.lesson import Lesson, Question, Step, misfits, read_lesson
from mbml_core.model import FactorGraph, Observation, resolve_evidence
from mbml_core.wording import visible

if TYPE_CHECKING:
    from components.graph_editor.work import Arrival

_UNREADABLE = Lesson(title="This lesson cannot be read")


def plain_lesson(
    carried: Any, of_sample: Lesson | None, arrival: Arrival, graph: FactorGraph
) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """The lesson that the drawing carries, else that of the sample it came from; and why it cannot be read.

    Args:
        carried: as it stands in the document; None where there is none.
        of_sample: None where the drawing comes from elsewhere.
        arrival: how the drawing came here.
        graph: the drawing.
    """
    lesson, problems = of_sample, tuple[Problem, ...]()
    if carried is not None:
        lesson, problems = _carried(carried)
    if lesson is None:
        return None, ()
    plain = {
        "id": f"{arrival.step} {arrival.sample or ''}",
        "sample": arrival.sample,
        "own": carried is not None,
        "title": lesson.title,
        "summary": lesson.summary,
        "text": lesson.text,
        "story": [{"verb": verb, "text": text} for verb, text in story(lesson.text)],
        "suggestions": _suggestions(lesson, graph),
        "steps": [_step(step, graph) for step in lesson.steps],
    }
    return plain, problems


def _carried(plain: Any) -> tuple[Lesson, tuple[Problem, ...]]:
    try:
        return read_lesson(plain), ()
    except InvalidModel as error:
        return _UNREADABLE, error.problems


def observation_pairs(evidence: Mapping[str, Observation]) -> list[Any]:
    """Observations in the form of the page: [[id, form], …]."""
    return [[id, observation_fields(observation)] for id, observation in evidence.items()]


def _suggestions(lesson: Lesson, graph: FactorGraph) -> list[Any]:
    """Those that still make sense: an edit may have taken a variable or state away."""
    found = []
    for suggestion in lesson.suggestions:
        try:
            evidence = resolve_evidence(graph, suggestion.evidence)
        except InvalidEvidence:
            continue
        look_at = [id for id in suggestion.look_at if id in graph.variable_index]
        fields = {"caption": suggestion.caption, "look_at": look_at, "says": suggestion.says}
        found.append({**fields, "evidence": observation_pairs(evidence)})
    return found


def _step(step: Step, graph: FactorGraph) -> dict[str, Any]:
    """One step; `problem` says why it cannot be played where an edit took away what it is about."""
    wrong = misfits(step, graph)
    return {
        "caption": step.caption,
        "text": step.text,
        "evidence": _pairs(step.evidence, graph),
        "look_at": list(step.look_at),
        "view": step.view,
        "target": step.target,
        "question": _question(step.question, graph),
        "problem": "; ".join(visible(f"{problem.what}: {problem.remedy}") for problem in wrong),
    }


def _question(question: Question | None, graph: FactorGraph) -> dict[str, Any] | None:
    if question is None:
        return None
    fields: dict[str, Any] = {name: getattr(question, name) for name in _QUESTION_FIELDS[question.kind]}
    if question.kind == "choice":
        fields["choices"] = list(question.choices)
    return {**fields, "evidence": _pairs(question.evidence, graph)}


_QUESTION_FIELDS: Mapping[str, tuple[str, ...]] = {
    "probability": ("ask", "kind", "target", "state", "tolerance", "explanation"),
    "direction": ("ask", "kind", "target", "state", "explanation"),
    "choice": ("ask", "kind", "answer", "explanation"),
}


def _pairs(evidence: Mapping[str, Any] | None, graph: FactorGraph) -> list[Any] | None:
    """Observations by variable id; as they were written where they do not fit the drawing."""
    if evidence is None:
        return None
    try:
        return observation_pairs(resolve_evidence(graph, evidence))
    except InvalidEvidence:
        return [[key, value] for key, value in evidence.items()]
