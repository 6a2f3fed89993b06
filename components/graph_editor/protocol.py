"""What the browser says, read strictly: a log of numbered commands, each applied once.

Everything here comes from outside. What cannot be read is refused by its number and never raised, so that one
broken command can neither stop the commands around it nor come back with every later message.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from mbml_core.errors import Problem

MAX_BYTES = 8 * 2**20
"""Of all commands of one message together: a file of 5 MB in base64 and room beside it."""
MAX_COMMANDS = 5_000
"""Read from one message; the browser sends the rest again, as it does with everything not acknowledged."""

_MAX_TEXT = 8 * MAX_BYTES
"""Longer ones are not even decoded. (Up to here a command that is too large is refused alone, by its number.)"""
_LARGEST = 2**53
"""Beyond it a number of JavaScript is no longer exact."""

Raw: TypeAlias = Mapping[str, Any]
"""One command as plain JSON values; nothing but its `n` and `type` has been checked. It is never changed."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """One entry of the log: a command, or why it cannot be read."""

    n: int
    content: Raw | Problem


@dataclass(frozen=True, slots=True)
class Message:
    """What the browser said last.

    Attributes:
        page: number of the page load, which starts its own numbering; None: nothing (readable) was said.
        have: revision of each section the browser holds.
        commands: those not yet acknowledged, by rising number.
        refused: why the message as a whole could not be read.
    """

    page: int | None = None
    have: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    commands: tuple[Numbered, ...] = ()
    refused: tuple[Problem, ...] = ()


_Short: TypeAlias = Annotated[str, Field(max_length=80)]


class _Envelope(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    page: Annotated[int, Field(ge=0, le=_LARGEST)]
    have: Any = None
    commands: list[Any] = Field(default_factory=list)


_STRICT = ConfigDict(strict=True)
_HAVE = TypeAdapter(Annotated[dict[_Short, _Short], Field(max_length=50)], config=_STRICT)
_NUMBER = TypeAdapter(Annotated[int, Field(ge=1, le=_LARGEST)], config=_STRICT)
_TYPE = TypeAdapter(Annotated[str, Field(min_length=1, max_length=40)], config=_STRICT)

_UNREADABLE = Problem("", "the page sent a message that cannot be read", "reload the page")
_NO_COMMAND = Problem("", "the page sent something that is no command", "reload the page")
_NO_JSON = Problem(
    "", "a command holds a number or value that cannot be stored", "do it again with finite numbers"
)
_TOO_LARGE = Problem(
    "", f"this is larger than the {MAX_BYTES // 2**20} MB that can be sent at a time", "use a smaller file or part"
)


def read_message(value: Any) -> Message:
    """The message in the state value of the component, a JSON text or its value; None is an empty one."""
    if value is None:
        return Message()
    try:
        envelope = _Envelope.model_validate(_decoded(value))
    except (ValueError, RecursionError):  # pydantic's errors and those of json are ValueErrors
        return Message(refused=(_UNREADABLE,))
    entries = {entry.n: entry for entry in _entries(envelope.commands[:MAX_COMMANDS])}
    commands = tuple(entries[n] for n in sorted(entries))
    return Message(envelope.page, _revisions(envelope.have), commands)


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if len(value) > _MAX_TEXT:
        raise ValueError("too large to be decoded")
    return json.loads(value)


def _revisions(value: Any) -> Mapping[str, str]:
    """Unreadable ones count as none: the browser is then sent everything."""
    try:
        return MappingProxyType(_HAVE.validate_python(value))
    except ValidationError:
        return MappingProxyType({})


def _entries(values: list[Any]) -> Iterator[Numbered]:
    """The readable entries; one without a number cannot be answered and is left out."""
    left = MAX_BYTES
    for value in values:
        n = _number(value)
        if n is None:
            continue
        size = _size(value)
        if size is None:
            yield Numbered(n, _NO_JSON)
        elif size > left:
            yield Numbered(n, _TOO_LARGE)
        else:
            left -= size
            yield Numbered(n, _command(value))


def _number(value: Any) -> int | None:
    try:
        return _NUMBER.validate_python(value["n"])
    except (ValidationError, TypeError, LookupError):
        return None


def _command(value: dict[str, Any]) -> Raw | Problem:
    try:
        _TYPE.validate_python(value.get("type"))
    except ValidationError:
        return _NO_COMMAND
    return value


def _size(value: Any) -> int | None:
    """Length of the value as JSON text; None where it has none: NaN, an infinity, a value of another kind."""
    try:
        return len(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        return None
