"""{"about": "why", "target", "state"}: why a belief changed, see `mbml_core.explain.why`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components.graph_editor.asking import Asked
from components.graph_editor.protocol import Raw
from components.graph_editor.questions.claim import asked_claim, plain_claim, plain_shift, plain_standing
from mbml_core.explain.paths import ActivePath
from mbml_core.explain.why import Contribution, Pair, why
from mbml_core.explain.why_words import Teller


def answer(asked: Asked, fields: Raw) -> Mapping[str, Any]:
    """Before and after, the contributions with their paths, what is left over, and the pairs."""
    target, state = asked_claim(asked.graph, fields)
    evidence = asked.graph.evidence
    found = why(asked.engine, evidence, target, state, deadline=asked.limit, progress=asked.progress)
    teller = Teller(asked.graph, found)
    left = found.interaction
    return {
        "claim": plain_claim(found.claim),
        "is_exact": found.is_exact,
        "summary": teller.summary(),
        "before": plain_standing(found.before),
        "after": plain_standing(found.after),
        "total": plain_shift(found.total),
        "contributions": [_contribution(teller, part) for part in found.contributions if part.paths is not None],
        "others": _others([part for part in found.contributions if part.paths is None]),
        "interaction": None if left is None else plain_shift(left),
        "left_over": teller.left_over(),
        "pairs": [_pair(teller, pair) for pair in found.pairs],
    }


def _others(parts: Sequence[Contribution]) -> Mapping[str, Any] | None:
    """The smaller contributions in one; all of them are finite or none is traced at all."""
    if not parts:
        return None
    return {"count": len(parts), "shift": plain_shift(sum(part.shift for part in parts))}


def _contribution(teller: Teller, part: Contribution) -> Mapping[str, Any]:
    return {
        "id": part.id,
        "seen": teller.seen(part.id),
        "shift": plain_shift(part.shift),
        "sentence": teller.contribution(part),
        "reach": teller.reach(part),
        "paths": [_path(teller, path) for path in (part.paths.found if part.paths else ())],
    }


def _path(teller: Teller, path: ActivePath) -> Mapping[str, Any]:
    return {
        "text": teller.path(path),
        "variables": list(path.variables),
        "factors": list(path.factors),
        "colliders": [
            {"variable": collider.variable, "sentence": teller.collider(collider)} for collider in path.colliders
        ],
    }


def _pair(teller: Teller, pair: Pair) -> Mapping[str, Any]:
    return {
        "first": pair.first,
        "second": pair.second,
        "alone": plain_shift(pair.alone),
        "together": plain_shift(pair.together),
        "relation": pair.relation.value,
        "is_explaining_away": pair.explained is not None,
        "sentence": teller.pair(pair),
    }
