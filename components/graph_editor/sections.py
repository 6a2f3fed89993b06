"""The parts of the page as plain JSON values, each with a revision, so that only what changed is sent.

A revision changes whenever the value a section is made from does. It holds the session's token: what a browser
kept from another session is never taken for this one's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from components.graph_editor.answering import Answer
from components.graph_editor.engines import Beliefs
from components.graph_editor.lesson_section import observation_pairs, plain_lesson
from components.graph_editor.lessons import Sample
from components.graph_editor.origin import Origin
from components.graph_editor.work import Work
from mbml_core.editing import child_of, lesson_of, suspended
from mbml_core.errors import Problem
from mbml_core.factors import KINDS
from mbml_core.model import Factor

Plain: TypeAlias = dict[str, Any] | list[Any] | None

MAX_ENTRIES = 4096
"""Of a factor's parameters. Nobody edits a larger table by hand, and it would slow every other click down."""

LABELS: Mapping[str, str] = {
    "table": "Table",
    "prior": "Prior",
    "noisy_or": "Noisy OR",
    "noisy_and": "Noisy AND",
    "all_true": "AND",
    "any_true": "OR",
    "not": "NOT",
    "xor": "XOR",
    "equal": "Equal",
    "count_true": "Count",
    "add_noise": "Noise",
}
"""Names of the kinds in menus; a kind that is not named here is called by its own name."""


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """All that the page shows.

    Attributes:
        work: the document, its history, the method.
        answer: the beliefs.
        lesson: the sample that the document came from.
        origin: what the session began with.
        samples: the gallery.
    """

    work: Work
    answer: Answer
    lesson: Sample | None
    origin: Origin
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page.

    Attributes:
        source: the values it is made from, which are cheap to compare with those of a moment before.
        plain: the section itself.
    """

    source: Callable[[View], Any]
    plain: Callable[[View], Plain]


@dataclass(frozen=True, eq=False, slots=True)
class Mark:
    """How often the source of a section has changed, and what it is now."""

    count: int
    source: Any


Marks: TypeAlias = Mapping[str, Mark]


def marked(view: View, before: Marks) -> dict[str, Mark]:
    """The marks after a step; a section whose source is the same keeps its own."""
    return {name: _mark(section.source(view), before.get(name)) for name, section in SECTIONS.items()}


def _mark(source: Any, before: Mark | None) -> Mark:
    if before is None:
        return Mark(1, source)
    return before if before.source == source else Mark(before.count + 1, source)


def revisions(marks: Marks, token: str) -> dict[str, str]:
    """The revision of each section."""
    return {name: f"{mark.count}.{token}" for name, mark in marks.items()}


def plain_sections(view: View, names: Sequence[str]) -> dict[str, Plain]:
    """These sections as JSON values, without NaN, infinities and numpy's own types."""
    return {name: SECTIONS[name].plain(view) for name in names}


def _graph(view: View) -> Plain:
    document = view.work.document
    names = document.extras.factors
    return {
        "name": document.graph.name,
        "variables": [{"id": v.id, "name": v.name, "states": list(v.states)} for v in document.graph.variables],
        "factors": [
            _factor(factor, names.get(factor.id, {}).get("name", "")) for factor in document.graph.factors
        ],
    }


def _factor(factor: Factor, name: Any) -> dict[str, Any]:
    entries = _entries([value for key, value in factor.parameters.items() if key != "child"])
    return {
        "id": factor.id,
        "name": name if isinstance(name, str) else "",
        "kind": factor.kind,
        "scope": list(factor.scope),
        "child": child_of(factor),
        "parameters": _parameters(factor) if entries <= MAX_ENTRIES else None,
        "entries": entries,
    }


def _entries(value: Any) -> int:
    """How many numbers a parameter holds; the list of an unsound one may be ragged."""
    if isinstance(value, list | tuple):
        return sum(map(_entries, value))
    return value.size if isinstance(value, np.ndarray) else 1


def _parameters(factor: Factor) -> dict[str, Any]:
    return {key: _finite(value) for key, value in factor.parameters.items() if key != "child"}


def _finite(value: Any) -> Any:
    """A parameter as a JSON value; what JSON cannot hold becomes null."""
    match value:
        case np.ndarray():
            return value.tolist() if np.isfinite(value).all() else _finite(value.tolist())
        case list() | tuple():
            return [_finite(item) for item in value]
        case Mapping():
            return {str(key): _finite(item) for key, item in value.items()}
        case float():
            return float(value) if math.isfinite(value) else None
        case bool() | int() | str() | None:
            return value
    return None


def _layout(view: View) -> Plain:
    return [[id, x, y] for id, (x, y) in view.work.document.layout.items()]


def _evidence(view: View) -> Plain:
    document = view.work.document
    return {
        "observed": observation_pairs(document.graph.evidence),
        "suspended": observation_pairs(suspended(document)),
    }


def _evidence_source(view: View) -> Any:
    document = view.work.document
    return (*document.graph.evidence.items(),), (*suspended(document).items(),)  # a dict would not tell the order


def _prior(view: View) -> Plain:
    return _values(view.answer.prior)


def _beliefs(view: View) -> Plain:
    badge = view.answer.badge
    return {
        "values": _values(view.answer.values),
        "status": {
            "kind": badge.kind,
            "title": badge.title,
            "text": badge.text,
            "log_evidence": badge.log_evidence,
            "chance": badge.chance,
            "sweeps": badge.sweeps,
            "residual": badge.residual,
            "method": badge.method,
        },
        "stale": view.answer.is_stale,
        "conflict": list(view.answer.conflict),
    }


def _values(beliefs: Beliefs) -> list[Any]:
    return [[id, list(probabilities)] for id, probabilities in beliefs.items()]


def _problems(view: View) -> Plain:
    return plain_problems(view.answer.problems)


def plain_problems(problems: Sequence[Problem]) -> list[Any]:
    """Problems in the form of the page. Of a file that names nothing, the line and column say where."""
    return [{"where": p.where or p.path, "what": p.what, "remedy": p.remedy} for p in problems]


def _history(view: View) -> Plain:
    undo, redo, undo_label, redo_label = _history_source(view)
    return {"undo": undo, "redo": redo, "undo_label": undo_label, "redo_label": redo_label}


def _history_source(view: View) -> tuple[int, int, str, str]:
    history = view.work.history
    return len(history.past), len(history.future), history.undo_label, history.redo_label


def _lesson(view: View) -> Plain:
    work = view.work
    own = view.lesson.lesson if view.lesson is not None else None
    lesson, problems = plain_lesson(lesson_of(work.document), own, work.arrival, work.document.graph)
    return lesson and {**lesson, "problems": plain_problems(problems)}


def _lesson_source(view: View) -> Any:
    document, arrival = view.work.document, view.work.arrival
    carried = lesson_of(document)
    if carried is None and view.lesson is None:
        return None
    return (
        view.lesson,
        carried,
        arrival,
        document.graph.variables,
        [factor.id for factor in document.graph.factors],
    )


def _gallery(view: View) -> Plain:
    return [_thumbnail(sample) for sample in view.samples]


def _thumbnail(sample: Sample) -> dict[str, Any]:
    graph, layout = sample.document.graph, sample.document.layout
    nodes = [(v.id, "v") for v in graph.variables] + [(f.id, "f") for f in graph.factors]
    position = {id: i for i, (id, _) in enumerate(nodes)}
    return {
        "sample": sample.id,
        "title": sample.title,
        "summary": sample.summary,
        "nodes": [[*layout[id], shape] for id, shape in nodes],
        "edges": [[position[factor.id], position[id]] for factor in graph.factors for id in factor.scope],
    }


def _kinds(view: View) -> Plain:
    return [
        {"kind": kind.name, "summary": kind.summary, "label": LABELS.get(kind.name, kind.name)}
        for kind in KINDS.values()
        if kind.rules is None  # the page draws tables and states only
    ]


def _origin(view: View) -> Plain:
    origin = view.origin
    return {"id": origin.id, "name": origin.name, "text": origin.text, "explicit": origin.is_explicit}


def _graph_source(view: View) -> Any:
    document = view.work.document
    return document.graph.variables, document.graph.factors, document.graph.name, document.extras.factors


SECTIONS: Mapping[str, Section] = {
    "graph": Section(_graph_source, _graph),
    "layout": Section(lambda view: view.work.document.layout, _layout),
    "evidence": Section(_evidence_source, _evidence),
    "prior": Section(lambda view: view.answer.prior, _prior),
    "beliefs": Section(lambda view: view.answer, _beliefs),
    "problems": Section(lambda view: view.answer.problems, _problems),
    "history": Section(_history_source, _history),
    "settings": Section(lambda view: view.work.method, lambda view: {"method": view.work.method}),
    "lesson": Section(_lesson_source, _lesson),
    "gallery": Section(lambda view: view.samples, _gallery),
    "kinds": Section(lambda view: None, _kinds),
    "origin": Section(lambda view: view.origin, _origin),
}
