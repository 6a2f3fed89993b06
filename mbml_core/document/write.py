"""From a document to the bytes of its file, and safely onto the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any

from mbml_core.atomic import write_atomically
from mbml_core.document.document import Document, Fields
from mbml_core.document.migrate import CURRENT, FORMAT
from mbml_core.document.place import to_problems
from mbml_core.document.render import render
from mbml_core.errors import InvalidModel
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    Domain,
    ExcludedState,
    Factor,
    Likelihood,
    Observation,
    Observed,
    Simplex,
    Value,
    Variable,
)


def write_bytes(document: Document) -> bytes:
    """The document as UTF-8 JSON of the current version, with a line break at its end.

    Variables and factors keep their order; evidence and layout follow it, so that equal drawings give equal
    files. A drawing that is not sound yet is written as it is. Raises InvalidModel, naming every place, where a
    value has no form in JSON: NaN, an infinity, half a surrogate pair, an object that is no JSON value.
    """
    plain = to_plain(document)
    text, findings = render(plain)
    if findings:
        raise InvalidModel(to_problems(findings, plain))
    return text.encode("utf-8")


def save(document: Document, path: str | PathLike[str]) -> None:
    """Write the document to `path`; a failure at any point leaves the file that was there as it was.

    Raises InvalidModel like `write_bytes`, and OSError where the file cannot be written.
    """
    write_atomically(path, write_bytes(document))


def to_plain(document: Document) -> dict[str, Any]:
    """The document as the fields of its file. Arrays stay arrays."""
    graph, extras = document.graph, document.extras
    nodes = [*(variable.id for variable in graph.variables), *(factor.id for factor in graph.factors)]
    return _with_extras(
        {
            "format": FORMAT,
            "version": CURRENT,
            "name": graph.name,
            "variables": [_variable(variable, document) for variable in graph.variables],
            "factors": [_factor(factor, document) for factor in graph.factors],
            "evidence": {
                id: _with_extras(observation_fields(graph.evidence[id]), extras.evidence.get(id, {}))
                for id in _in_order(graph.evidence, nodes)
            },
            "plates": [],
            "layout": {id: list(document.layout[id]) for id in _in_order(document.layout, nodes)},
        },
        extras.top,
    )


def _with_extras(fields: dict[str, Any], extras: Fields) -> dict[str, Any]:
    return {**fields, **{name: value for name, value in extras.items() if name not in fields}}


def _in_order(mapping: Mapping[str, Any], ids: list[str]) -> Iterator[str]:
    """The keys of `mapping` in the order of `ids`; those that are not among them last, sorted."""
    known = dict.fromkeys(ids)
    yield from (id for id in known if id in mapping)
    yield from sorted(mapping.keys() - known)


def _variable(variable: Variable, document: Document) -> dict[str, Any]:
    fields = {
        "id": variable.id,
        **({"name": variable.name} if variable.name else {}),
        "domain": _with_extras(domain_fields(variable.domain), document.extras.domains.get(variable.id, {})),
    }
    return _with_extras(fields, document.extras.variables.get(variable.id, {}))


def domain_fields(domain: Domain) -> dict[str, Any]:
    """A domain in the form it has in a file."""
    match domain:
        case Categorical(states):
            return {"type": domain.type_name, "states": list(states)}
        case Simplex(size):
            return {"type": domain.type_name, "size": size}
    return {"type": domain.type_name}


def _factor(factor: Factor, document: Document) -> dict[str, Any]:
    extras = document.extras.factors.get(factor.id, {})
    fields = {
        "id": factor.id,
        **({"name": extras["name"]} if "name" in extras else {}),
        "kind": factor.kind,
        "scope": list(factor.scope),
        "parameters": factor.parameters,
    }
    return _with_extras(fields, extras)


def observation_fields(observation: Observation) -> dict[str, Any]:
    """An observation in the form it has in a file."""
    match observation:
        case Observed(state):
            return {"state": state}
        case AllowedStates(states):
            return {"states": list(states)}
        case ExcludedState(state):
            return {"not": state}
        case Likelihood(weights):
            return {"likelihood": list(weights)}
        case Belief(probabilities):
            return {"belief": list(probabilities)}
        case Value(value):
            return {"value": list(value) if isinstance(value, tuple) else value}
