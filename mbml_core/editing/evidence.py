"""What is observed, and observations that are switched off for now.

The latter travel with the drawing as one of its unknown fields, in the form that observations have in a file. A
variable is observed, or its observation suspended, never both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeAlias

from mbml_core.document import Document, observation_fields
from mbml_core.document.schema import EVIDENCE_FORMS
from mbml_core.editing import commands
from mbml_core.editing.lookup import require_variables, variable_of
from mbml_core.editing.refusal import CommandRefused, refusal
from mbml_core.errors import Problem
from mbml_core.model import Evidence, FactorGraph, Observation, Variable, parse_observation

SUSPENDED = "suspended_evidence"
"""The document's field for them: objects as in `evidence`, by variable id."""

Records: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Suspended observations as they stand in a file, by variable id. Other programs' fields are among theirs."""


def suspended(document: Document) -> Mapping[str, Observation]:
    """The observations that are switched off, by variable id, in the order in which they were.

    Whatever else a file has in their place is passed over: variables it does not have or that are observed, and
    observations that do not fit their variable.
    """
    records = suspended_records(document)
    return MappingProxyType(
        {id: _observation(document.graph.variable(id), record) for id, record in records.items()}
    )


def suspended_records(document: Document) -> Records:
    """The same as they stand in the file."""
    given = document.extras.top.get(SUSPENDED)
    if not isinstance(given, Mapping):
        return {}
    return {id: record for id, record in given.items() if _is_usable(document.graph, id, record)}


def _is_usable(graph: FactorGraph, id: str, record: Any) -> bool:
    if id not in graph.variable_index or id in graph.evidence or not isinstance(record, Mapping):
        return False
    return not isinstance(parse_observation(graph.variable(id), record), Problem)


def _observation(variable: Variable, form: Mapping[str, Any]) -> Observation:
    """The observation in its written form. Raises CommandRefused where it does not fit the variable."""
    observation = parse_observation(variable, form)
    if isinstance(observation, Problem):
        raise CommandRefused([observation])
    return observation


def read_observation(variable: Variable, form: Mapping[str, Any]) -> Observation:
    """The observation a command brings: exactly what would be written for it. Raises CommandRefused."""
    observation = _observation(variable, form)
    if observation_fields(observation) != form:
        what = f"the observation of '{variable.label}' is not written as in a file"
        raise refusal(variable.id, what, "name states in text, and give nothing beside the observation")
    return observation


def with_observations(document: Document, observed: Mapping[str, Observation], records: Records) -> Document:
    """The drawing with these observations, and these suspended."""
    top = {name: value for name, value in document.extras.top.items() if name != SUSPENDED}
    if records:
        top[SUSPENDED] = dict(records)
    extras = replace(document.extras, top=top)
    return replace(document, extras=extras).with_graph(document.graph.with_evidence(observed))


def tidied(document: Document) -> Document:
    """The drawing without suspended observations of variables that it no longer has."""
    if SUSPENDED not in document.extras.top:
        return document
    return with_observations(document, document.graph.evidence, suspended_records(document))


def observe(document: Document, command: commands.Observe) -> Document:
    """The drawing with a variable observed, in place of any observation that it had."""
    variable = variable_of(document, command.id)
    observed = {**document.graph.evidence, variable.id: read_observation(variable, command.observation)}
    return with_observations(document, observed, _without(suspended_records(document), [variable.id]))


def observe_all(document: Document, command: commands.ObserveAll) -> Document:
    """The drawing with these observations and no others, not even suspended ones."""
    observed: dict[str, Observation] = {}
    for id, form in command.evidence:
        variable = variable_of(document, id)
        if id in observed:
            raise refusal(id, f"'{variable.label}' is observed twice", "keep one of the observations")
        observed[id] = read_observation(variable, form)
    return with_observations(document, observed, {})


def retract(document: Document, command: commands.Retract) -> Document:
    """The drawing with some variables neither observed nor suspended."""
    require_variables(document, command.ids)
    left = _without(document.graph.evidence, command.ids)
    return with_observations(document, left, _without(suspended_records(document), command.ids))


def suspend(document: Document, command: commands.Suspend) -> Document:
    """The drawing with some observations switched off; variables without one stay as they are."""
    require_variables(document, command.ids)
    observed = document.graph.evidence
    off = {id: _record(document, id) for id in command.ids if id in observed}
    return with_observations(document, _without(observed, off), {**suspended_records(document), **off})


def resume(document: Document, command: commands.Resume) -> Document:
    """The drawing with some suspended observations counting again."""
    require_variables(document, command.ids)
    records, off = suspended_records(document), suspended(document)
    on = [id for id in dict.fromkeys(command.ids) if id in off]
    fields = {id: _other_fields(records[id]) for id in on}
    extras = replace(document.extras, evidence={**document.extras.evidence, **fields})
    observed = {**document.graph.evidence, **{id: off[id] for id in on}}
    return with_observations(replace(document, extras=extras), observed, _without(records, on))


def _record(document: Document, id: str) -> dict[str, Any]:
    return {**observation_fields(document.graph.evidence[id]), **document.extras.evidence.get(id, {})}


def followed(
    document: Document, id: str, change: Callable[[Observation], Observation | None]
) -> tuple[Evidence, Records]:
    """What is observed and what is suspended once the observation of one variable changed; None drops it."""
    observed = {key: change(value) if key == id else value for key, value in document.graph.evidence.items()}
    records = {
        key: _changed(record, change(suspended(document)[id])) if key == id else record
        for key, record in suspended_records(document).items()
    }
    return (
        {key: value for key, value in observed.items() if value is not None},
        {key: record for key, record in records.items() if record is not None},
    )


def _changed(record: Mapping[str, Any], observation: Observation | None) -> Mapping[str, Any] | None:
    return None if observation is None else {**observation_fields(observation), **_other_fields(record)}


def _other_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in EVIDENCE_FORMS}


def _without(mapping: Mapping[str, Any], ids: Iterable[str]) -> dict[str, Any]:
    gone = set(ids)
    return {id: value for id, value in mapping.items() if id not in gone}
