"""Which version a document is, and how an older one becomes the current one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from mbml_core.document.place import describe, refusal
from mbml_core.errors import DocumentTooNew, Problem

FORMAT = "mbml-graph"

CURRENT = 1
"""The version this program writes, and the newest it reads."""

Migration: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]

MIGRATIONS: Mapping[int, Migration] = MappingProxyType({})
"""From version k to k + 1, for every k below CURRENT. A migration is a pure function that keeps unknown fields and
leaves what it does not understand as it is: it sees documents before their records are checked. `version` is
set by `migrate`."""


def version_of(value: Any, source: str = "", current: int = CURRENT) -> int:
    """The version of a plain JSON value.

    Raises InvalidModel where the value is no mbml graph or has no usable version, and DocumentTooNew where the
    version is above `current`.
    """
    subject = source or "the file"
    if not isinstance(value, dict):
        what = f"{subject} is not an mbml graph: expected an object at the top, found {describe(value)}"
        raise refusal(what, "choose a saved model", "$")
    if "format" not in value:
        what = f"{subject} is not an mbml graph: the field 'format' is missing"
        raise refusal(what, f'choose a saved model, or add "format": "{FORMAT}"', "$.format")
    if value["format"] != FORMAT:
        what = f"{subject} is not an mbml graph: expected the format '{FORMAT}', found"
        raise refusal(f"{what} {describe(value['format'])}", "choose a saved model", "$.format")
    return _checked_version(value, current)


def migrate(
    document: dict[str, Any],
    version: int,
    migrations: Mapping[int, Migration] = MIGRATIONS,
    current: int = CURRENT,
) -> dict[str, Any]:
    """The document in the current version; the argument is left as it is."""
    for step in range(version, current):
        document = {**migrations[step](document), "version": step + 1}
    return document


def _checked_version(document: dict[str, Any], current: int) -> int:
    if "version" not in document:
        raise refusal("the field 'version' is missing", f'add "version": {current}', "$.version")
    version = document["version"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        what = f"expected a version number, 1 or more, found {describe(version)}"
        raise refusal(what, f'write "version": {current}', "$.version")
    if version > current:
        what = f"made with a newer version of mbml (version {version}; this program reads up to {current})"
        raise DocumentTooNew([Problem("", what, "update mbml; the file is left as it is", "$.version")])
    return version
