"""From a drawing to the beliefs on the page: what is computed, what is kept, what is said where nothing can be.

Nothing is inferred twice: a session keeps its last answer, and all sessions share compiled models. The page never
loses its beliefs either: where the drawing has no answer, those of the last moment with one stay, marked stale.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from components.graph_editor import status
from components.graph_editor.engines import (
    CLICK_SECONDS,
    NO_BELIEFS,
    Beliefs,
    Engines,
    Outcome,
    Prepared,
    rounded_beliefs,
)
from components.graph_editor.status import Badge
from mbml_core.errors import ImpossibleEvidence, InvalidModel, MbmlError, Problem, UnsupportedQuery
from mbml_core.factors import check_graph
from mbml_core.model import Factor, FactorGraph, Observation, Variable

_DEFECT = UnsupportedQuery(
    "the beliefs could not be computed: something went wrong inside mbml; undo the last step"
)


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """All of a drawing that does not depend on what is observed.

    Attributes:
        variables, factors, method: what it was made of.
        problems: of the drawing.
        outcome: the engine, or why there is none; None where the drawing has problems or is empty.
    """

    variables: tuple[Variable, ...]
    factors: tuple[Factor, ...]
    method: str
    problems: tuple[Problem, ...]
    outcome: Outcome | None

    @property
    def algorithm(self) -> str:
        """The one that runs, "exact" or "bp"; where there is no engine, the one that was wanted first."""
        if isinstance(self.outcome, Prepared):
            return self.outcome.engine.method
        return "bp" if self.method == "bp" else "exact"

    def fits(self, graph: FactorGraph, method: str) -> bool:
        """Whether it is the model of `graph`. Fast: tuples compare records that were not edited by identity."""
        return (self.variables, self.factors, self.method) == (graph.variables, graph.factors, method)


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """What the page shows of inference.

    Attributes:
        model, evidence: the question.
        badge: how far to trust the beliefs, or why there are none.
        values: the beliefs; of the last moment that had any where `is_stale`.
        prior: those with nothing observed; empty where unknown.
        conflict: ids of the variables whose observations contradict each other.
        problems: of the drawing and its evidence.
    """

    model: Model
    evidence: Mapping[str, Observation]
    badge: Badge
    values: Beliefs = field(default_factory=lambda: NO_BELIEFS)
    prior: Beliefs = field(default_factory=lambda: NO_BELIEFS)
    is_stale: bool = False
    conflict: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def answer(graph: FactorGraph, method: str, before: Answer | None, engines: Engines) -> Answer:
    """The answer for a drawing with its evidence; never raises.

    Args:
        graph: the drawing, sound or not.
        method: "auto", "exact" or "bp".
        before: the last answer of the same document: it is returned where nothing relevant changed, and its
            beliefs stay where there are no new ones.
        engines: compiled models.
    """
    known = before.model if before is not None and before.model.fits(graph, method) else None
    if before is not None and known is not None and before.evidence == graph.evidence:
        return before
    try:
        usable = known if known is not None and not isinstance(known.outcome, MbmlError) else None
        return _asked(usable or _model(graph, method, engines), graph, before)
    except Exception:  # memory ran out, or a defect: the page must stay usable, so that the edit can be undone
        logging.getLogger(__name__).exception("the beliefs could not be computed")
        broken = Model(graph.variables, graph.factors, method, (), _DEFECT)
        return _without_answer(_DEFECT, broken, graph, before)


def prepared_of(found: Answer) -> Prepared:
    """The compiled model behind an answer. Raises MbmlError where there is none."""
    if found.problems:
        raise InvalidModel(found.problems)
    if isinstance(found.model.outcome, MbmlError):
        raise found.model.outcome.with_traceback(None)  # it is shared: tracebacks would pile up in it
    if found.model.outcome is None:
        raise InvalidModel([Problem("", "nothing is drawn yet", "add a variable")])
    return found.model.outcome


def _model(graph: FactorGraph, method: str, engines: Engines) -> Model:
    problems = tuple(check_graph(graph.with_evidence({})))
    outcome = engines.prepared(graph, method) if graph.variables and not problems else None
    return Model(graph.variables, graph.factors, method, problems, outcome)


def _asked(model: Model, graph: FactorGraph, before: Answer | None) -> Answer:
    match model.outcome:
        case Prepared() as prepared:
            return _inferred(prepared, model, graph, before)
        case MbmlError() as error:
            return _without_answer(error, model, graph, before)
        case None if model.problems:
            return _without_answer(InvalidModel(model.problems), model, graph, before)
        case None:
            return Answer(model, graph.evidence, status.EMPTY)


def _inferred(prepared: Prepared, model: Model, graph: FactorGraph, before: Answer | None) -> Answer:
    try:
        result = (
            prepared.engine.infer(graph.evidence, deadline=CLICK_SECONDS) if graph.evidence else prepared.prior
        )
    except MbmlError as error:
        found = _without_answer(error, model, graph, before)
        return replace(found, values=found.values or prepared.beliefs, prior=prepared.beliefs)
    values = prepared.beliefs if result is prepared.prior else rounded_beliefs(result.marginals)
    badge = status.inferred(result, prepared.prior, graph.evidence, prepared.engine.model)
    return Answer(model, graph.evidence, badge, values, prepared.beliefs)


def _without_answer(error: MbmlError, model: Model, graph: FactorGraph, before: Answer | None) -> Answer:
    """Why there are no new beliefs, beside the last ones."""
    old = _still_drawn(before.values, graph.variables) if before is not None else NO_BELIEFS
    silent = Answer(model, graph.evidence, status.failed(error, model.algorithm), old, is_stale=True)
    match error:
        case ImpossibleEvidence(conflict=conflict):
            return replace(silent, badge=status.impossible(error, graph, model.algorithm), conflict=conflict)
        case InvalidModel(problems=problems):
            return replace(silent, badge=status.unsound(len(problems)), problems=problems)
    return silent


def _still_drawn(beliefs: Beliefs, variables: tuple[Variable, ...]) -> Beliefs:
    """Those of variables that still have as many states."""
    return {v.id: beliefs[v.id] for v in variables if len(beliefs.get(v.id, ())) == v.size}
