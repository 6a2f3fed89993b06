"""What was observed: drawn in the file, given in a second file, typed on the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from mbml_core.cli.failures import MistypedEvidence, UsageError
from mbml_core.document import Document
from mbml_core.document.decode import decode
from mbml_core.document.place import describe, json_path
from mbml_core.document.write import to_plain
from mbml_core.errors import InvalidEvidence, InvalidModel, Problem
from mbml_core.files import read_file
from mbml_core.formats import decode_text, uai_evidence
from mbml_core.model import FactorGraph, Observation, Variable, find_variable, resolve_evidence

_INDEX = re.compile("-?[0-9]{1,9}")
_NUMBER = re.compile(r" *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)? *", re.IGNORECASE)


def gather(graph: FactorGraph, arguments: argparse.Namespace) -> dict[str, Observation]:
    """All observations by variable id, in the model's order. Later sources go over earlier ones, per variable:
    drawn in the model, --evidence, --observe.

    Raises InvalidEvidence with the problems of all sources (MistypedEvidence where only --observe has any),
    UsageError for what cannot be read as NAME=VALUE and for two different observations of one variable.
    """
    found = {} if arguments.no_drawn_evidence else dict(graph.evidence)
    in_file: tuple[Problem, ...] = ()
    typed: tuple[Problem, ...] = ()
    is_uai = Path(arguments.file).suffix.lower() == ".uai"
    try:
        found |= _from_file(graph, arguments.evidence, is_uai=is_uai)
    except InvalidEvidence as error:
        in_file = error.problems
    try:
        found |= _from_command_line(graph, arguments.observe)
    except InvalidEvidence as error:
        typed = error.problems
    if in_file:
        raise InvalidEvidence(in_file + typed)
    if typed:
        raise MistypedEvidence(typed)
    return {variable.id: found[variable.id] for variable in graph.variables if variable.id in found}


def plain_evidence(graph: FactorGraph, evidence: dict[str, Observation]) -> Any:
    """Observations in the document's form: {"rain": {"state": "yes"}}."""
    return to_plain(Document.of(graph.with_evidence(evidence)))["evidence"]


def _from_file(graph: FactorGraph, path: str | None, *, is_uai: bool) -> dict[str, Observation]:
    if path is None:
        return {}
    try:
        data = read_file(path)
        if is_uai and not _looks_like_json(data):
            return uai_evidence.read(decode_text(data), graph)
        return _from_json(graph, data, path)
    except InvalidModel as error:
        name = Path(path).name
        raise InvalidEvidence(replace(p, path=f"{name} {p.path}".rstrip()) for p in error.problems) from None


def _looks_like_json(data: bytes) -> bool:
    """Whether an evidence file is JSON: a UAI evidence file holds nothing but digits and blanks."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[", b'"')


def _from_json(graph: FactorGraph, data: bytes, path: str) -> dict[str, Observation]:
    value, findings = decode(data, Path(path).name)
    if findings:
        raise InvalidEvidence(Problem("", f.what, f.remedy, json_path(f.place)) for f in findings)
    if not isinstance(value, dict):
        what = f"expected an object of observations, found {describe(value)}"
        raise InvalidEvidence([Problem("", what, 'write it like {"rain": "yes"}', "$")])
    found: dict[str, Observation] = {}
    problems: list[Problem] = []
    for place, id, observation in _checked(graph, ((json_path((key,)), key, item) for key, item in value.items())):
        if id in found:
            what = f"'{graph.variable(id).label}' is observed twice"
            problems.append(Problem(id, what, "keep one of the observations", place))
        found[id] = observation
    if problems:
        raise InvalidEvidence(problems)
    return found


def _checked(graph: FactorGraph, items: Iterable[tuple[str, str, Any]]) -> list[tuple[str, str, Observation]]:
    """(place, id, observation) from (place, name, value); raises InvalidEvidence with every problem."""
    found: list[tuple[str, str, Observation]] = []
    problems: list[Problem] = []
    for place, name, value in items:
        try:
            found += [(place, *item) for item in resolve_evidence(graph, {name: value}).items()]
        except InvalidEvidence as error:
            problems += [replace(problem, path=place) for problem in error.problems]
    if problems:
        raise InvalidEvidence(problems)
    return found


def _from_command_line(graph: FactorGraph, given: list[str]) -> dict[str, Observation]:
    found: dict[str, Observation] = {}
    places: dict[str, str] = {}
    for place, id, observation in _checked(graph, [_assignment(graph, text) for text in given]):
        if found.setdefault(id, observation) != observation:
            raise UsageError(f"{places[id]} and {place} are about one variable; keep one of them")
        places[id] = place
    return found


def _assignment(graph: FactorGraph, text: str) -> tuple[str, str, Any]:
    """(place, name, value) of NAME=VALUE or NAME!=VALUE."""
    name, is_not, value = _split(graph, text)
    seen = _seen(find_variable(graph, name), value)
    return f"--observe {text}", name, {"not": seen} if is_not else seen


def _split(graph: FactorGraph, text: str) -> tuple[str, bool, str]:
    """(name, whether the sign is `!=`, value). Names may hold `=` themselves: the longest one that fits counts."""
    fitting = [cut for name in _names(graph) if (cut := _cut(text, name))]
    if fitting:
        return max(fitting, key=lambda cut: len(cut[0]))
    match = re.fullmatch("(?!!=)(.+?)(!?)=(.*)", text, re.DOTALL)
    if not match:
        raise UsageError(f"--observe {text}: expected NAME=VALUE, such as --observe rain=yes")
    return match[1], bool(match[2]), match[3]


def _cut(text: str, name: str) -> tuple[str, bool, str] | None:
    for sign in ("=", "!="):
        if text.startswith(name + sign):
            return name, sign == "!=", text[len(name + sign) :]
    return None


def _names(graph: FactorGraph) -> Iterator[str]:
    for variable in graph.variables:
        yield from {variable.id, variable.label}


def _seen(variable: Variable | None, text: str) -> str | int | float | list[float]:
    """A state by its name or, where no state has that name, by its number; of a variable without states its value:
    a number, or for a simplex numbers with commas between them.
    """
    if variable is None:
        return text
    if variable.is_categorical:
        return int(text) if text not in variable.states and _INDEX.fullmatch(text) else text
    parts = text.split(",")
    if not all(map(_NUMBER.fullmatch, parts)):
        return text
    numbers = list(map(float, parts))
    return numbers if len(numbers) > 1 else numbers[0]
