"""Pasting a fragment of a drawing: its nodes come with new ids, their numbers, observations and places."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mbml_core.document import Document, Extras, read_draft
from mbml_core.editing import commands
from mbml_core.editing.commands import MAX_COORDINATE
from mbml_core.editing.evidence import suspended_records, with_observations
from mbml_core.editing.lookup import node_ids
from mbml_core.editing.refusal import CommandRefused, refusal
from mbml_core.editing.structure import require_sound
from mbml_core.errors import InvalidModel
from mbml_core.factors.names import renamed
from mbml_core.model import FactorGraph


def insert(document: Document, command: commands.Insert) -> Document:
    """The drawing with the fragment beside it, moved by (dx, dy)."""
    fragment = _read(command.document)
    new_ids = _mapping(document, fragment, command.ids)
    graph, added = document.graph, _renamed(fragment.graph, new_ids)
    require_sound(added)
    joined = FactorGraph(
        (*graph.variables, *added.variables),
        (*graph.factors, *added.factors),
        {**graph.evidence, **added.evidence},
        graph.name,
    )
    layout = {**document.layout, **_places(fragment, new_ids, command.dx, command.dy)}
    extras = _joined_extras(document.extras, fragment.extras, new_ids)
    records = {**suspended_records(document), **_by(new_ids, suspended_records(fragment))}
    return with_observations(Document(joined, layout, extras), joined.evidence, records)


def _read(form: Mapping[str, Any]) -> Document:
    try:
        fragment, _ = read_draft(json.dumps(form), "the fragment")
    except InvalidModel as error:
        raise CommandRefused(error.problems) from None
    except (TypeError, ValueError, RecursionError):  # no JSON, or nested without end
        raise refusal("", "the fragment is no JSON value", "copy it again") from None
    return fragment


def _mapping(document: Document, fragment: Document, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """New ids by old ones, for exactly the nodes of the fragment. Raises CommandRefused."""
    listed = list(pairs)
    new_ids = dict(listed)
    if len(new_ids) != len(listed) or new_ids.keys() != node_ids(fragment):
        raise refusal("", "the ids do not name each node of the fragment once", "give each node one new id")
    taken = [id for id, count in Counter((*new_ids.values(), *node_ids(document))).items() if count > 1]
    if taken:
        raise refusal(taken[0], f"the id '{taken[0]}' is taken", "choose another one")
    return new_ids


def _renamed(graph: FactorGraph, new_ids: Mapping[str, str]) -> FactorGraph:
    return FactorGraph(
        tuple(replace(variable, id=new_ids[variable.id]) for variable in graph.variables),
        tuple(renamed(factor, new_ids[factor.id], new_ids) for factor in graph.factors),
        _by(new_ids, graph.evidence),
    )


def _places(
    fragment: Document, new_ids: Mapping[str, str], dx: float, dy: float
) -> dict[str, tuple[float, float]]:
    """Where the nodes come to stand; those without a place in the fragment at (dx, dy). Raises CommandRefused."""
    places = {}
    for old, new in new_ids.items():
        x, y = fragment.layout.get(old, (0.0, 0.0))
        places[new] = (x + dx, y + dy)
        if max(abs(x + dx), abs(y + dy)) > MAX_COORDINATE:
            raise refusal(new, f"the node would stand at ({x + dx:g}, {y + dy:g})", "paste nearer to the middle")
    return places


def _joined_extras(extras: Extras, added: Extras, new_ids: Mapping[str, str]) -> Extras:
    """Unknown fields of the records on both sides; those of the fragment itself belong to another file."""
    return Extras(
        top=extras.top,
        variables={**extras.variables, **_by(new_ids, added.variables)},
        domains={**extras.domains, **_by(new_ids, added.domains)},
        factors={**extras.factors, **_by(new_ids, added.factors)},
        evidence={**extras.evidence, **_by(new_ids, added.evidence)},
    )


def _by(new_ids: Mapping[str, str], mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {new_ids[id]: value for id, value in mapping.items()}
