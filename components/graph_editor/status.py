"""How far the beliefs on the page can be trusted, always in sight; and what to say when there are none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from mbml_core.errors import DeadlineExceeded, ImpossibleEvidence, MbmlError
from mbml_core.explain.loops import leaves_no_loop
from mbml_core.inference.result import Result, Status
from mbml_core.model import FactorGraph, Observation
from mbml_core.phrases import counted
from mbml_core.wording import has_probability, observation_text, scientific, small_probability_text, visible

Kind: TypeAlias = Literal["exact", "approximate", "unconverged", "impossible", "problems", "empty", "failed"]

TREE = "Tree: exact"
CUT_BY_EVIDENCE = "Loops cut by the evidence: exact"
CUT_BY_TABLES = "Loops cut by the tables: exact"
LOOPY = "Loopy: approximate"

MAX_FACTORS = 40
"""Of a drawing whose tables are looked at with every click, for loops that their numbers cut: two milliseconds."""
MAX_NAMED = 8
"""Observations of a contradiction that are named; the canvas marks all of them."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Badge:
    """The status of what the page shows.

    Attributes:
        kind: chooses sign and colour.
        title: one or two words.
        text: what it means and what to do about it.
        log_evidence: in nats; None where nothing was inferred.
        chance: "P(evidence) = 0.6471"; "" where there is no such probability.
        sweeps, residual: of the message passing; residual is None where there was none.
        method: the algorithm that ran, "exact" or "bp".
    """

    kind: Kind
    title: str
    text: str
    log_evidence: float | None = None
    chance: str = ""
    sweeps: int = 0
    residual: float | None = None
    method: str = "exact"


EMPTY = Badge("empty", "Empty", "Nothing is drawn yet. Add a variable to begin.")


def inferred(result: Result, prior: Result, evidence: Mapping[str, Observation], model: FactorGraph) -> Badge:
    """The badge of a result; `prior` is that without observations. The model may be without its evidence.

    Messages that converged are called exact where the numbers of the tables leave them no loop, which the engine,
    that looks at the drawing alone, cannot know.
    """
    kind, title = _TITLES[result.status]
    text = _trust(result, evidence)
    if result.method == "bp":
        kind, title = _structured(kind, result, prior, evidence, model)
        text = text if kind != "exact" or result.is_exact else _settled(result, evidence)
    return Badge(
        kind,
        title,
        text,
        finite(result.log_evidence),
        _chance(result, prior, evidence),
        result.sweeps,
        finite(result.residual) if result.method == "bp" else None,
        result.method,
    )


_TITLES: Mapping[Status, tuple[Kind, str]] = {
    Status.EXACT: ("exact", "Exact"),
    Status.CONVERGED: ("approximate", "Approximate"),
    Status.MAX_SWEEPS: ("unconverged", "Not converged"),
    Status.OSCILLATING: ("unconverged", "Not converged"),
}


def _structured(
    kind: Kind, result: Result, prior: Result, evidence: Mapping[str, Observation], model: FactorGraph
) -> tuple[Kind, str]:
    """Of belief propagation: why it is exact, or that it is not."""
    if result.is_exact:
        return kind, TREE if prior.is_exact else CUT_BY_EVIDENCE
    if result.status is not Status.CONVERGED:
        return kind, _TITLES[result.status][1]
    if len(model.factors) > MAX_FACTORS or not leaves_no_loop(model, evidence):
        return kind, LOOPY
    return "exact", CUT_BY_TABLES if not evidence or leaves_no_loop(model, {}) else CUT_BY_EVIDENCE


def _settled(result: Result, evidence: Mapping[str, Observation]) -> str:
    """Of messages that go round no loop, though the drawing has some."""
    run = f"The messages stopped changing after {counted(result.sweeps, 'sweep')}."
    return (
        f"With these numbers no message comes back on a loop, so the beliefs are exact. {run} {_count(evidence)}"
    )


def impossible(error: ImpossibleEvidence, graph: FactorGraph, method: str) -> Badge:
    """The contradiction in words, with the observations that make it and the way out."""
    named = [
        f"{visible(graph.variable(id).label)} {observation_text(graph.evidence[id])}"
        for id in error.conflict[:MAX_NAMED]
    ]
    more = len(error.conflict) - len(named)
    listed = "; ".join([*named, *([f"{more:,} more"] if more else [])])
    if not named:
        text = "The factors alone allow nothing: this model has probability zero without any observation. "
        text += "Correct a factor."
    elif len(named) == 1:
        text = f"This cannot happen in this model: {listed}. Take it back; the beliefs shown are from before."
    else:
        text = f"These cannot all be true at once in this model: {listed}. "
        text += "Take one of them back; the beliefs shown are from before."
    return Badge("impossible", "Impossible", text, chance="P(evidence) = 0" if named else "", method=method)


def unsound(problems: int) -> Badge:
    """The drawing has problems, so nothing can be inferred from it."""
    verb, them = ("keeps", "it") if problems == 1 else ("keep", "them")
    text = f"{counted(problems, 'problem')} {verb} the beliefs from being computed. Correct {them} to go on."
    return Badge("problems", "Unfinished", text)


def failed(error: MbmlError, method: str) -> Badge:
    """There is no answer, though the drawing is sound: too large, or too slow."""
    if isinstance(error, DeadlineExceeded):
        remedy = "observe fewer variables, or try again" if method == "bp" else "set the method to bp"
        text = f"The beliefs could not be computed in time; {remedy}."
    elif method == "bp":
        text = _sentence(str(error))
    else:
        text = f"{_sentence(str(error))} Or set the method to bp."
    return Badge("failed", "No answer", visible(text), method=method)


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."


def _trust(result: Result, evidence: Mapping[str, Observation]) -> str:
    count = _count(evidence)
    if result.status is Status.EXACT:
        return count
    if result.status is Status.CONVERGED:
        run = f"The messages stopped changing after {counted(result.sweeps, 'sweep')}."
        lead = f"The graph has loops, and messages that return on them count evidence more than once. {run}"
    else:
        run = f"after {counted(result.sweeps, 'sweep')} they still change by {result.residual:.2g}"
        lead = f"The messages did not settle: {run}. Do not trust these beliefs."
    return f"{lead} {_way_out(result)} {count}"


def _count(evidence: Mapping[str, Observation]) -> str:
    return f"{counted(len(evidence), 'observation')}." if evidence else "Nothing observed."


def _way_out(result: Result) -> str:
    """What makes the numbers exact. The engine says something beside its status only where exact inference was
    wanted and does not fit.
    """
    why = result.message.removeprefix(result.status.sentence).strip()
    return visible(why) or "Set the method to exact, or observe variables that cut the loops."


def _chance(result: Result, prior: Result, evidence: Mapping[str, Observation]) -> str:
    """P(evidence) = Z(evidence) / Z(nothing observed), which holds for free potentials too."""
    if not evidence or not has_probability(evidence):
        return ""
    ratio = min(result.log_evidence - prior.log_evidence, 0.0)
    equals = "=" if result.is_exact and prior.is_exact else "≈"
    return f"P(evidence) {equals} {power(ratio)}" if math.isfinite(ratio) else ""


def power(log_probability: float) -> str:
    """exp(log_probability) with four digits, or as 3.21 · 10⁻⁷."""
    mantissa, exponent = scientific(log_probability)
    if exponent >= -3:
        return small_probability_text(log_probability)
    return f"{mantissa:.2f} · 10{str(exponent).translate(_SUPERSCRIPTS)}"


def finite(number: float) -> float | None:
    """The number, or None where JSON cannot hold it."""
    number = float(number)
    return number if math.isfinite(number) else None
