"""Reading a document: bytes → plain value → current version → records → model, with every problem on the way.

What is wrong in one place must not hide what is wrong elsewhere. So each stage goes on with the records that are
sound so far, and nothing is said about a record that only follows from the flaw of another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from mbml_core.document.convert import to_extras
from mbml_core.document.decode import decode
from mbml_core.document.document import Document
from mbml_core.document.drawable import is_drawable
from mbml_core.document.lookalikes import lookalike_notes
from mbml_core.document.migrate import CURRENT, migrate, version_of
from mbml_core.document.place import Finding, json_path, to_problems
from mbml_core.document.shape import read_records
from mbml_core.document.sift import Sound, sift
from mbml_core.errors import DocumentTooNew, InvalidModel, Problem
from mbml_core.factors import check_graph
from mbml_core.factors import notes as factor_notes
from mbml_core.model import FactorGraph


def read_bytes(data: bytes | str, source: str = "") -> Document:
    """The document in `data`; contract in `mbml_core.document.read_bytes`."""
    sound, of_form, of_meaning = _examined(data, source)
    if of_form or of_meaning:
        raise InvalidModel([*of_form, *of_meaning])
    return _document(sound, sound.graph)


def read_draft(data: bytes | str, source: str = "") -> tuple[Document, tuple[Problem, ...]]:
    """The document in `data` and what is wrong with its numbers; contract in `mbml_core.document.read_draft`."""
    sound, of_form, of_meaning = _examined(data, source)
    if of_form or not is_drawable(sound.graph):
        raise InvalidModel([*of_form, *of_meaning])
    unsound = {problem.where for problem in of_meaning}
    finished = tuple(factor for factor in sound.graph.factors if factor.id not in unsound)
    return _document(sound, replace(sound.graph, factors=finished)), tuple(of_meaning)


def _examined(data: bytes | str, source: str) -> tuple[Sound, list[Problem], list[Problem]]:
    """What is sound in a file, the problems of its form, and those of the meaning of what has a sound form."""
    value, flaws = decode(data, source)
    document = _in_current_version(value, flaws, source)
    record, errors = read_records(document)
    findings = [*flaws, *_beside(flaws, errors)]
    sound = sift(document, record, findings)
    of_form = list(to_problems([*findings, *sound.misfits], document))
    return sound, of_form, list(_graph_problems(sound))


def _document(sound: Sound, finished: FactorGraph) -> Document:
    """The document, with notes about the part of its graph that is `finished`."""
    notes = [*factor_notes(finished), *lookalike_notes(sound.graph)]
    return Document(
        sound.graph,
        {id: (x, y) for id, (x, y) in sound.record.layout.items()},
        to_extras(sound.record),
        tuple(_located(note, sound) for note in notes),
    )


def _in_current_version(value: Any, flaws: list[Finding], source: str) -> dict[str, Any]:
    try:
        version = version_of(value, source)
    except DocumentTooNew:
        raise
    except InvalidModel as refusal:
        raise InvalidModel([*to_problems(flaws, value), *refusal.problems]) from None
    if flaws and version < CURRENT:  # migrations see plain values only
        raise InvalidModel(to_problems(flaws, value))
    return migrate(value, version)


def _beside(flaws: list[Finding], findings: list[Finding]) -> list[Finding]:
    """The findings at other places: an unusable number is no second problem for having the wrong type."""
    known = {flaw.place for flaw in flaws}
    return [finding for finding in findings if finding.place not in known]


def _graph_problems(sound: Sound) -> Iterator[Problem]:
    """Problems of meaning. Those that go away with the evidence are the evidence's."""
    with np.errstate(over="ignore"):  # entries near 1e308 may sum to infinity, which the check reports
        drawn = check_graph(sound.graph.with_evidence({}))
        together = check_graph(sound.graph) if sound.graph.evidence else drawn
    for problem in drawn:
        yield _located(problem, sound)
    for problem in (Counter(together) - Counter(drawn)).elements():
        yield replace(problem, path=json_path(("evidence", problem.where)))


def _located(problem: Problem, sound: Sound) -> Problem:
    """The problem with the path of its record, or of all records that share its id."""
    paths = [json_path(place) for place in sound.places.get(problem.where, ())]
    return replace(problem, path=", ".join(paths) or "$")
