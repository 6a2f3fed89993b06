"""From JSON text to a plain value, strictly.

Refused, each with its place: what is no JSON or nested too deep; NaN, infinities and numbers that float64 cannot
hold; the same key twice in one object; half a surrogate pair.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from mbml_core.document.place import LONE_SURROGATE, MAX_DEPTH, Finding, Place, quoted, refusal
from mbml_core.errors import InvalidModel

MAX_NUMBER = 400
"""Characters of one number. No float64 needs more than 345, written out with the 17 digits that identify it and
without an exponent; Python itself refuses whole numbers from 4,300 digits on."""

_CHUNK = 2**20

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
"""A JSON string, also one the file ends in. It matches from every quote, so scanning never goes back."""

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

_NESTING = np.zeros(256, dtype=np.int8)
_NESTING[[ord("["), ord("{")]] = 1
_NESTING[[ord("]"), ord("}")]] = -1

_SYNTAX = (
    ("Unterminated string", "a text starts here and never ends", "close it with a double quote"),
    ("Expecting property name", "a field name in double quotes is expected here", 'write "name": value'),
    ("Illegal trailing comma", "a comma stands before a closing bracket", "remove the comma"),
    ("Expecting ','", "a comma or a closing bracket is missing here", "add it"),
    ("Expecting ':'", "a colon is missing after the field name", "add it"),
    ("Expecting value", "a value is expected here", "write a value, or remove the comma before it"),
    ("Extra data", "the document is complete here, but more text follows", "remove what follows"),
    ("Invalid control", "a text holds a bare line break, tab or control character", "write \\n, \\t or \\u00XX"),
    ("Invalid \\", "a backslash starts no known escape", "write \\\\ for a backslash"),
)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands in a parsed value where something was that cannot be used."""

    what: str
    remedy: str


class _Repeating(dict[str, Any]):
    """An object some of whose keys stood more than once; the last value of each won."""

    repeated: dict[str, int]


def parse(text: str) -> tuple[Any, list[Finding]]:
    """The value, and what in it cannot be used; there, the value holds `Unusable` or a replacement.

    Raises InvalidModel where there is no value at all.
    """
    _check_depth(text)
    hooks = _Hooks()
    try:
        value = json.loads(
            text,
            object_pairs_hook=hooks.read_object,
            parse_float=hooks.read_float,
            parse_int=hooks.read_int,
            parse_constant=hooks.read_constant,
        )
    except json.JSONDecodeError as error:
        raise _syntax_error(text, error) from None
    is_suspect = hooks.has_flaws or LONE_SURROGATE.search(text) or _ESCAPED_SURROGATE.search(text)
    found: list[Finding] = []
    return _cleaned(value, (), found) if is_suspect else value, found


def line_and_column(text: str, index: int) -> str:
    """Where the character at `index` stands, both counted from one."""
    line = text.count("\n", 0, index) + 1
    return f"line {line}, column {index - text.rfind(chr(10), 0, index)}"


def _check_depth(text: str) -> None:
    """Count brackets outside strings before the parser recurses into them."""
    raw = text.encode("utf-8", "surrogatepass")
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH or _too_deep_at(_STRING.sub(b"", raw)) is None:
        return
    end = _too_deep_at(_STRING.sub(lambda match: b" " * len(match[0]), raw))
    before = raw[:end].decode("utf-8", "surrogatepass")
    place = line_and_column(before, len(before))
    raise refusal(f"lists and objects are nested more than {MAX_DEPTH} deep", "flatten them", place)


def _too_deep_at(brackets: bytes) -> int | None:
    """Index of the first bracket beyond MAX_DEPTH, in text without strings."""
    depth = 0
    for start in range(0, len(brackets), _CHUNK):
        piece = np.frombuffer(brackets[start : start + _CHUNK], dtype=np.uint8)
        levels = depth + np.cumsum(_NESTING[piece], dtype=np.int64)
        if levels.max() > MAX_DEPTH:
            return start + int(np.argmax(levels > MAX_DEPTH))
        depth = int(levels[-1])
    return None


def _syntax_error(text: str, error: json.JSONDecodeError) -> InvalidModel:
    place = line_and_column(text, error.pos)
    if _ends_early(text, error):
        return refusal("the text ends before the document is complete", "get a complete copy of it", place)
    for start, what, remedy in _SYNTAX:
        if error.msg.startswith(start):
            return refusal(f"this is no valid JSON: {what}", remedy, place)
    return refusal(f"this is no valid JSON ({error.msg})", "correct the text at this place", place)


def _ends_early(text: str, error: json.JSONDecodeError) -> bool:
    rest = text[error.pos :]
    is_word = error.msg.startswith("Expecting value") and any(
        word.startswith(rest) for word in ("true", "false", "null", "-")
    )
    return is_word or not rest.strip()


class _Hooks:
    """What the JSON parser calls for numbers and objects. It knows no places, so flaws are marked and found
    in a second walk, which sound files are spared.
    """

    def __init__(self) -> None:
        self.has_flaws = False

    def _unusable(self, what: str, remedy: str) -> Unusable:
        self.has_flaws = True
        return Unusable(what, remedy)

    def read_float(self, token: str) -> float | Unusable:
        if len(token) > MAX_NUMBER:
            return self._too_long(token)
        value = float(token)
        if math.isinf(value):
            return self._unusable(f"the number {token} is too large", "use a number below 1e308")
        if value == 0 and re.match("-?[0.]*[1-9]", token):
            return self._unusable(
                f"the number {token} is so small that it would be read as zero",
                "write 0, or multiply the whole list by a constant where only ratios count",
            )
        return value

    def read_int(self, token: str) -> int | Unusable:
        if len(token) > MAX_NUMBER:
            return self._too_long(token)
        if len(token) > 308 and math.isinf(float(token)):
            return self._unusable(f"the number {token[:20]}… is too large", "use a number below 1e308")
        return int(token)

    def read_constant(self, token: str) -> Unusable:
        return self._unusable(f"{token} is no number that JSON knows", "write a finite number")

    def read_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) == len(pairs):
            return fields
        self.has_flaws = True
        repeating = _Repeating(fields)
        repeating.repeated = {key: n for key, n in Counter(key for key, _ in pairs).items() if n > 1}
        return repeating

    def _too_long(self, token: str) -> Unusable:
        what = f"the number {token[:20]}… has {len(token):,} characters, at most {MAX_NUMBER} are read"
        return self._unusable(what, "write fewer digits")


def _cleaned(value: Any, place: Place, found: list[Finding]) -> Any:
    """The value with lone surrogates replaced (by U+FFFD) and every object with each key once; adds to `found`."""
    if isinstance(value, Unusable):
        found.append(Finding(place, value.what, value.remedy))
    if isinstance(value, str):
        return _cleaned_text(value, place, found)
    if isinstance(value, list):
        return [_cleaned(item, (*place, index), found) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return _cleaned_object(value, place, found)
    return value


def _cleaned_object(fields: dict[str, Any], place: Place, found: list[Finding]) -> dict[str, Any]:
    names = {name: _whole(name) for name in fields}
    for name in names:
        _cleaned_text(name, (*place, names[name]), found)
    repeated = fields.repeated if isinstance(fields, _Repeating) else {}
    for name, count in repeated.items():
        what = f"the field {quoted(name)} stands {count} times in one object"
        found.append(Finding((*place, names[name]), what, "keep one of them"))
    return {names[name]: _cleaned(item, (*place, names[name]), found) for name, item in fields.items()}


def _cleaned_text(text: str, place: Place, found: list[Finding]) -> str:
    lone = LONE_SURROGATE.search(text)
    if not lone:
        return text
    what = f"the text {quoted(text)} holds half a character (\\u{ord(lone[0]):04x} without its partner)"
    found.append(Finding(place, what, "remove it or write the whole character"))
    return _whole(text)


def _whole(text: str) -> str:
    return LONE_SURROGATE.sub("\ufffd", text)
