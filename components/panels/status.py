"""How far the numbers can be trusted, always in sight; and what to say when there are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from mbml_core.errors import ImpossibleEvidence, InvalidModel, MbmlError
from mbml_core.inference.result import Result, Status
from mbml_core.model import FactorGraph, Observation
from mbml_core.phrases import counted
from mbml_core.wording import has_probability, observation_text, scientific, small_probability_text, visible

_BADGES = {
    Status.EXACT: ("exact", "Exact"),
    Status.CONVERGED: ("approximate", "Approximate"),
    Status.MAX_SWEEPS: ("approximate", "Approximate, not converged"),
    Status.OSCILLATING: ("approximate", "Approximate, not converged"),
}

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def status_html(result: Result, prior: Result, evidence: Mapping[str, Observation]) -> str:
    """The badge, the probability of the observations and their number.

    P(evidence) = Z(evidence) / Z(nothing observed), which holds for free potentials too.
    """
    kind, name = _BADGES[result.status]
    parts = [_badge(kind, name)]
    if evidence and has_probability(evidence):
        equals = "=" if result.is_exact and prior.is_exact else "≈"
        chance = _power(min(result.log_evidence - prior.log_evidence, 0.0))
        parts.append(f'<span class="fact">P(evidence) {equals} <b>{chance}</b></span>')
    parts.append(f'<span class="fact">{_count(len(evidence))}</span>')
    note = "" if result.is_exact else f'<div class="why">{escape(visible(result.message))}</div>'
    return f'<div class="mbml-status">{"".join(parts)}</div>{note}'


def impossible_html() -> str:
    """The badge where the observations contradict each other."""
    status = f'{_badge("impossible", "Impossible")}<span class="fact">P(evidence) = <b>0</b></span>'
    return f'<div class="mbml-status">{status}</div>'


def conflict_html(error: ImpossibleEvidence, graph: FactorGraph, evidence: Mapping[str, Observation]) -> str:
    """The contradiction in words, with the observations that make it."""
    named = [
        f"<li><b>{escape(visible(graph.variable(id).label))}</b> {escape(observation_text(evidence[id]))}</li>"
        for id in error.conflict
    ]
    if not named:
        lead = "The factors alone allow nothing: this model has probability zero without any observation."
    elif len(named) == 1:
        lead = "This cannot happen in this model:"
    else:
        lead = "These cannot all be true at once in this model:"
    remedy = "Take one of them back. The grey bars are from before." if named else "Correct a factor."
    return f'<div class="mbml-conflict"><p>{lead}</p><ul>{"".join(named)}</ul><p>{remedy}</p></div>'


def problems_html(title: str, error: MbmlError) -> str:
    """Every problem of a model or file, one line each."""
    lines: Iterable[str] = map(str, error.problems) if isinstance(error, InvalidModel) else [str(error)]
    items = "".join(f"<li>{escape(visible(line))}</li>" for line in lines)
    return f'<div class="mbml-conflict"><p>{escape(visible(title))}</p><ul>{items}</ul></div>'


def _badge(kind: str, name: str) -> str:
    return f'<span class="badge {kind}">{name}</span>'


def _count(observations: int) -> str:
    return counted(observations, "observation") if observations else "Nothing observed"


def _power(log_probability: float) -> str:
    mantissa, exponent = scientific(log_probability)
    if exponent >= -3:
        return small_probability_text(log_probability)
    return f"{mantissa:.2f} · 10{str(exponent).translate(_SUPERSCRIPTS)}"
