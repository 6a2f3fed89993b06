"""Nested lists of numbers: tables are too large to check entry by entry unless something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from mbml_core.document.place import Finding, Place, describe


def array_findings(value: list[Any], place: Place) -> list[Finding]:
    """Entries that are no numbers or, where all are, lists that differ in length from those beside them."""
    if _is_regular(value):
        return []
    return list(_entry_findings(value, place)) or _ragged_findings(value, place)


def _is_regular(value: list[Any]) -> bool:
    level = [value]
    while True:
        items = list(chain.from_iterable(level))
        types = set(map(type, items))
        if len(set(map(len, level))) > 1:
            return False
        if types != {list}:
            return types <= {int, float}
        level = items


def _entry_findings(value: Any, place: Place) -> Iterator[Finding]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _entry_findings(item, (*place, index))
    elif type(value) not in (int, float):
        remedy = "write it without quotes" if isinstance(value, str) else "write a number"
        yield Finding(place, f"expected a number, found {describe(value)}", remedy)


def _ragged_findings(value: list[Any], place: Place) -> list[Finding]:
    """On the first level whose items differ: those unlike the first."""
    level: list[tuple[Place, Any]] = [(place, value)]
    while True:
        first = level[0][1]
        odd = [(where, item) for where, item in level if _length(item) != _length(first)]
        if odd:
            remedy = "make the lists of one level equally long"
            return [
                Finding(where, f"expected {describe(first)} as beside it, found {describe(item)}", remedy)
                for where, item in odd
            ]
        level = [((*where, i), entry) for where, item in level for i, entry in enumerate(item)]


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else -1
