"""From a plain value to JSON text for people: indented by two, a list of numbers on one line."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from mbml_core.document.place import LONE_SURROGATE, MAX_DEPTH, Finding, Place, describe, quoted

_WIDTH = 100
"""A list of texts longer than this gets a line for each."""

_ARRAYS = (np.ndarray, np.generic)
_LISTS = (list, tuple)
_CONTAINERS = (*_LISTS, dict, MappingProxyType)

_encode = json.JSONEncoder(ensure_ascii=False).encode


def render(value: Any) -> tuple[str, list[Finding]]:
    """The text, ending in a line break, and every value in it that JSON or this format cannot hold.

    Floats are written with the fewest digits that read back to the same float64.
    """
    writer = _Writer()
    return writer.value(value, ()) + "\n", writer.findings


class _Writer:
    """Collects the findings of one rendering. The length of a place is the level of indentation."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def value(self, value: Any, place: Place) -> str:
        if isinstance(value, str):
            return self._text(value, place)
        if isinstance(value, _ARRAYS):
            value = value.tolist()
        if not isinstance(value, _CONTAINERS):
            return self._scalar(value, place)
        if len(place) >= MAX_DEPTH:
            return self._refused(place, f"lists and objects are nested more than {MAX_DEPTH} deep", "flatten them")
        return self._list(value, place) if isinstance(value, _LISTS) else self._object(value, place)

    def _object(self, fields: Mapping[Any, Any], place: Place) -> str:
        lines = []
        for key, item in fields.items():
            if not isinstance(key, str):
                self._refused(place, f"the field name {key!r} is no text", "name fields by text")
                continue
            lines.append(f"{self._text(key, (*place, key))}: {self.value(item, (*place, key))}")
        return _block("{", lines, "}", len(place))

    def _list(self, items: Sequence[Any], place: Place) -> str:
        if set(map(type, items)) == {float}:  # long tables: no place and no call for each entry
            row = ", ".join(map(_number, items))
            if "n" not in row:  # neither nan nor inf
                return f"[{row}]"
        parts = [self.value(item, (*place, index)) for index, item in enumerate(items)]
        if any(isinstance(item, (*_CONTAINERS, np.ndarray)) for item in items):
            return _block("[", parts, "]", len(place))
        row = ", ".join(parts)
        has_text = any(isinstance(item, str) for item in items)
        return _block("[", parts, "]", len(place)) if has_text and len(row) > _WIDTH else f"[{row}]"

    def _scalar(self, value: Any, place: Place) -> str:
        match value:
            case None:
                return "null"
            case bool():
                return "true" if value else "false"
            case int() if abs(value) <= sys.float_info.max:
                return int.__repr__(value)
            case float() if math.isfinite(value):
                return _number(value)
            case int() | float():
                return self._refused(place, f"{describe(value)} cannot be stored", "use a finite number")
        return self._refused(place, f"a {type(value).__name__} is no JSON value", "store text, numbers or lists")

    def _text(self, text: str, place: Place) -> str:
        if not text.isascii() and LONE_SURROGATE.search(text):
            return self._refused(place, f"the text {quoted(text)} holds half a character", "remove it")
        return _encode(text)

    def _refused(self, place: Place, what: str, remedy: str) -> str:
        self.findings.append(Finding(place, what, remedy))
        return "null"


def _number(value: float) -> str:
    """The shortest text that reads back as the same float64: whole numbers without a fraction, -0.0 with one."""
    text = float.__repr__(value)
    return text[:-2] if text.endswith(".0") and text != "-0.0" else text


def _block(start: str, parts: list[str], end: str, level: int) -> str:
    if not parts:
        return start + end
    indent = "\n" + "  " * level
    return f"{start}{indent}  " + f",{indent}  ".join(parts) + f"{indent}{end}"
