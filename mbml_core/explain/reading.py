"""Reading JSON objects field by field: all that is wrong is noted, with its place, and nothing is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mbml_core.errors import Problem
from mbml_core.phrases import did_you_mean

_MOST_QUOTED = 40
_MISSING: Any = object()


class Reading:
    """One object that is being read. Every getter takes a field; `finish` notes those that nobody took.

    A field that is wrong is noted in `problems` and read as something harmless, so that reading goes on.
    """

    def __init__(self, fields: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        self._fields = fields
        self._known: list[str] = []

    def take(self, name: str) -> Any:
        """The value of a field; null where it is missing."""
        self._known.append(name)
        return self._fields.get(name)

    def wrong(self, name: str, what: str, remedy: str) -> None:
        """Note a problem of one field."""
        self.problems.append(Problem("", what, remedy, f"{self.path}.{name}"))

    def text(self, name: str, most: int, default: str = _MISSING) -> str:
        """A text of at most `most` characters; not empty where it has no default."""
        value = self.take(name)
        if value is None and default is not _MISSING:
            return default
        if not isinstance(value, str) or (default is _MISSING and not value.strip()):
            self.wrong(name, f"'{name}' must be a text", "write one")
            return ""
        if len(value) > most:
            self.wrong(name, f"'{name}' has {len(value):,} characters, at most {most:,} are read", "shorten it")
        return value

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        """A list of at most `most` texts; empty where it is missing."""
        value = self.take(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(name, f"'{name}' must be a list of texts", 'write it as ["…", "…"]')
            return ()
        if len(value) > most:
            self.wrong(name, f"'{name}' has {len(value):,} entries, at most {most} are read", "leave some out")
        return tuple(value)

    def one_of(self, name: str, known: Sequence[str], default: str | None) -> str:
        """A text that is one of `known`; it may be missing where there is a default."""
        value = self.take(name)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value in known:
            return value
        shown = f"'{value[:_MOST_QUOTED]}'" if isinstance(value, str) else "what is there"
        guess = did_you_mean(value[:_MOST_QUOTED], known) if isinstance(value, str) else ""
        self.wrong(name, f"'{name}' cannot be {shown}", guess or f"use one of {', '.join(known)}")
        return ""

    def number(self, name: str, least: float, most: float, default: float | None) -> float:
        """A number between two bounds; it may be missing where there is a default."""
        value = self.take(name)
        if value is None and default is not None:
            return default
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and least <= value <= most:
            return float(value)
        self.wrong(name, f"'{name}' must be a number from {least:g} to {most:g}", "correct it")
        return least

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """An object, kept as it is; None where it is missing or null."""
        value = self.take(name)
        if value is None or isinstance(value, dict):
            return value
        self.wrong(name, f"'{name}' must be an object", 'write it as {"variable": {"state": "…"}}')
        return {}

    def child(self, name: str) -> Reading | None:
        """An object to be read in its turn; None where it is missing or null."""
        value = self.take(name)
        return None if value is None else record(value, f"{self.path}.{name}", self.problems)

    def finish(self) -> None:
        """Note the fields that were not asked for."""
        for name in self._fields:
            if name not in self._known:
                remedy = did_you_mean(name, self._known) or "take it out"
                self.wrong(name[:_MOST_QUOTED], f"there is no field '{name[:_MOST_QUOTED]}'", remedy)


def record(value: Any, path: str, problems: list[Problem]) -> Reading:
    """The reading of one object; of an empty one where it is none, which is noted."""
    if isinstance(value, Mapping):
        return Reading(value, path, problems)
    problems.append(Problem("", "an object was expected here", "write it as {…}", path))
    return Reading({}, path, [])


def items(parent: Reading, name: str, most: int) -> Iterator[Reading]:
    """The objects of a list; none where it is missing."""
    value = parent.take(name)
    if value is None:
        return
    if not isinstance(value, list) or len(value) > most:
        parent.wrong(name, f"'{name}' must be a list of at most {most} objects", "write it as [{…}, {…}]")
        return
    for place, item in enumerate(value):
        yield record(item, f"{parent.path}.{name}[{place}]", parent.problems)
