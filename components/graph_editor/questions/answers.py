"""What students answer: to a question of a lesson, and before an observation is shown to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.work import refused
from mbml_core.errors import InvalidEvidence, InvalidModel
from mbml_core.explain.lesson import Step, misfits, read_question
from mbml_core.explain.marking import mark
from mbml_core.explain.plain import plain
from mbml_core.explain.scoring import score
from mbml_core.model import FactorGraph, Observation, resolve_evidence


def marked(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The mark of an answer: {question, answer, evidence}; `evidence` holds what is observed before it."""
    question = read_question(fields.get("question"))
    problems = misfits(Step("", "", question=question), asked.graph)
    if problems:
        raise InvalidModel(problems)
    present = _evidence(asked.graph, fields.get("evidence"))
    found: Mapping[str, Any] = plain(mark(question, fields.get("answer"), asked.engine, present, asked.limit))
    return found


def predicted(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """The score of a prediction: {target, prediction, evidence}; `evidence` holds what was observed before."""
    target, prediction = fields.get("target"), fields.get("prediction")
    if not isinstance(target, str) or target not in asked.graph.variable_index:
        raise refused("the variable of this prediction is gone", "choose another one")
    if not isinstance(prediction, dict):
        raise refused("there is no prediction", "draw a bar, or choose a direction")
    before = _evidence(asked.graph, fields.get("evidence"))
    after = resolve_evidence(asked.graph, None)
    found: Mapping[str, Any] = plain(score(target, prediction, asked.engine, before, after, asked.limit))
    return found


def _evidence(graph: FactorGraph, pairs: Any) -> dict[str, Observation]:
    """Observations as the page writes them: [[id, form], …]; those of the drawing where there are none."""
    if pairs is None:
        return resolve_evidence(graph, None)
    if not isinstance(pairs, list) or not all(map(_is_pair, pairs)):
        raise refused("the observations cannot be read", "go back a step and try again")
    try:
        return resolve_evidence(graph, dict(pairs))
    except InvalidEvidence as error:
        raise InvalidModel(error.problems) from None


def _is_pair(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)
