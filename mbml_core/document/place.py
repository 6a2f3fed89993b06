"""Places in a JSON document, and what was found there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from mbml_core.errors import InvalidModel, Problem

Place: TypeAlias = tuple[str | int, ...]
"""Keys and positions from the root: ("factors", 2, "scope")."""

MAX_DEPTH = 100
"""Levels of lists and objects. A table has one per variable of its scope, and numpy ends at 64."""

MAX_LISTED = 5
"""Bad entries of one list named one by one; the rest is counted."""

_CLIP = 60
"""Characters of a value or key that a message quotes."""

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a UTF-16 pair: no character, and no UTF-8 file can hold it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at one place of a document."""

    place: Place
    what: str
    remedy: str


def json_path(place: Place) -> str:
    """`("factors", 2, "my key")` as `$.factors[2]["my key"]`."""
    return "$" + "".join(_step(part) for part in place)


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if part.isidentifier() and len(part) <= _CLIP else f"[{quoted(part)}]"


def quoted(text: str) -> str:
    """`text` in double quotes, cut to a readable length, with nothing in it that disturbs a terminal."""
    cut = text if len(text) <= _CLIP else text[:_CLIP] + "…"
    return json.dumps(cut, ensure_ascii=not cut.isprintable())


def describe(value: Any) -> str:
    """A JSON value in words, for "expected …, found …"."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {quoted(value)}"
        case int() | float():
            return f"the number {str(value)[:_CLIP]}"
        case list():
            return f"a list of length {len(value)}"
        case dict():
            return "an object"
    return "something unusable"


def to_problems(findings: Iterable[Finding], root: Any) -> Iterator[Problem]:
    """The findings as problems, with the node of `root` each one belongs to.

    Of more than MAX_LISTED findings inside one list or object of a record, the rest is counted.
    """
    for parent, group in groupby(findings, key=lambda finding: finding.place[:4]):
        listed = list(group)
        for finding in listed[:MAX_LISTED]:
            yield Problem(_owner(root, finding.place), finding.what, finding.remedy, json_path(finding.place))
        if len(listed) > MAX_LISTED:
            what = f"{len(listed) - MAX_LISTED} more places like the ones before"
            yield Problem(_owner(root, parent), what, "correct them in the same way", json_path(parent))


def _owner(root: Any, place: Place) -> str:
    """The id of the variable or factor a place belongs to; "" where there is none."""
    if len(place) < 2 or not isinstance(root, Mapping):
        return ""
    section, key = place[:2]
    id: Any = key if section in ("evidence", "layout") else _id_of(root.get(section), key)
    return id if isinstance(id, str) else ""


def _id_of(records: Any, position: str | int) -> Any:
    if not isinstance(records, list) or not isinstance(position, int):
        return None
    record = records[position]
    return record.get("id") if isinstance(record, Mapping) else None


def refusal(what: str, remedy: str, path: str = "") -> InvalidModel:
    """The one problem of a text that cannot be read at all."""
    return InvalidModel([Problem("", what, remedy, path)])
