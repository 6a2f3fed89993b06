"""The part of a document that is sound so far, so that the rest can still be checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mbml_core.document.convert import misfits, plate_findings, to_factor, to_observation, to_variable
from mbml_core.document.migrate import CURRENT, FORMAT
from mbml_core.document.place import Finding, Place
from mbml_core.document.schema import DocumentRecord, FactorRecord, Record, VariableRecord
from mbml_core.model import FactorGraph
from mbml_core.model.check import MAX_NAME


@dataclass(frozen=True)
class Sound:
    """What is left of a document without its broken records.

    Attributes:
        record: all well-formed records.
        graph: the model of those that it can take and that do not depend on a broken one.
        places: where the records of each id stand. (Problems name ids cut to MAX_NAME, so these do, too.)
        misfits: what in well-formed records the model cannot take.
    """

    record: DocumentRecord
    graph: FactorGraph
    places: Mapping[str, list[Place]]
    misfits: list[Finding]


def sift(document: dict[str, Any], record: DocumentRecord | None, findings: Iterable[Finding]) -> Sound:
    """What remains of `document` without the parts that `findings` are about; `record` is all of it, where it is
    well-formed.
    """
    broken = {_record_of(finding.place) for finding in findings}
    positions = {name: _sound_positions(document, name, broken) for name in ("variables", "factors")}
    if record is None or broken:
        record = DocumentRecord.model_validate(_without(document, broken, positions))
    found = list(plate_findings(record.plates, ("plates",)))
    usable: list[tuple[Place, Record]] = []
    for place, item in _placed(record, positions):
        wrong = list(misfits(item, place))
        found += wrong
        if not wrong:
            usable.append((place, item))
    has_variables = ("variables",) not in broken
    return Sound(
        record,
        _graph(record.name, usable if has_variables else [], _broken_ids(document, usable)),
        _places(usable),
        found,
    )


def _record_of(place: Place) -> Place:
    """The variable, factor, observation, position or top-level field that a place lies in."""
    is_inside = place[0] in ("variables", "factors", "evidence", "layout")
    return place[:2] if is_inside else place[:1]


def _sound_positions(document: dict[str, Any], name: str, broken: set[Place]) -> list[int]:
    if (name,) in broken:
        return []
    return [i for i in range(len(document[name])) if (name, i) not in broken]


def _without(document: dict[str, Any], broken: set[Place], positions: Mapping[str, list[int]]) -> dict[str, Any]:
    kept = {name: value for name, value in document.items() if (name,) not in broken}
    for name in ("evidence", "layout"):
        if name in kept:
            kept[name] = {key: value for key, value in kept[name].items() if (name, key) not in broken}
    lists = {name: [document[name][i] for i in indices] for name, indices in positions.items()}
    return {**kept, **lists, "format": FORMAT, "version": CURRENT}


def _placed(record: DocumentRecord, positions: Mapping[str, list[int]]) -> Iterable[tuple[Place, Record]]:
    yield from ((("variables", i), v) for i, v in zip(positions["variables"], record.variables, strict=True))
    yield from ((("factors", i), f) for i, f in zip(positions["factors"], record.factors, strict=True))
    yield from ((("evidence", id), observation) for id, observation in record.evidence.items())


def _broken_ids(document: dict[str, Any], usable: list[tuple[Place, Record]]) -> set[str]:
    """Ids of variables that are drawn but cannot be used: nobody is blamed for naming them."""
    sound = {place for place, item in usable if isinstance(item, VariableRecord)}
    records = document.get("variables")
    return {
        record["id"]
        for i, record in enumerate(records if isinstance(records, list) else [])
        if ("variables", i) not in sound and isinstance(record, dict) and isinstance(record.get("id"), str)
    }


def _graph(name: str, usable: list[tuple[Place, Record]], broken_ids: set[str]) -> FactorGraph:
    variables = [to_variable(item) for _, item in usable if isinstance(item, VariableRecord)]
    factors = [
        to_factor(item)
        for _, item in usable
        if isinstance(item, FactorRecord) and broken_ids.isdisjoint(item.scope)
    ]
    evidence = {
        str(place[1]): to_observation(item)
        for place, item in usable
        if place[0] == "evidence" and place[1] not in broken_ids
    }
    return FactorGraph(tuple(variables), tuple(factors), evidence, name)


def _places(usable: list[tuple[Place, Record]]) -> Mapping[str, list[Place]]:
    places: dict[str, list[Place]] = defaultdict(list)
    for place, item in usable:
        if isinstance(item, VariableRecord | FactorRecord):
            places[item.id[:MAX_NAME]].append(place)
    return places
