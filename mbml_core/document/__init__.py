"""Documents: the JSON file a drawing is kept in, format "mbml-graph" version 1."""

from __future__ import annotations

from mbml_core.document.document import Document, Extras
from mbml_core.document.drawable import fits, is_drawable, require_page
from mbml_core.document.migrate import CURRENT, FORMAT
from mbml_core.document.write import domain_fields, observation_fields, save, write_bytes
from mbml_core.errors import Problem

__all__ = [
    "CURRENT",
    "FORMAT",
    "Document",
    "Extras",
    "domain_fields",
    "fits",
    "is_drawable",
    "observation_fields",
    "read_bytes",
    "read_draft",
    "require_page",
    "save",
    "write_bytes",
]


def read_bytes(data: bytes | str, source: str = "") -> Document:
    """The document in the bytes or text of a file; `source` names the file in messages.

    Ids, names and states come exactly as written, and numbers to the last bit. `read_bytes(write_bytes(d)) == d`
    for every sound document whose unknown fields are JSON values.

    Raises InvalidModel with every problem at once, each with its JSON path ("$.factors[2].scope") or, where the
    text is no JSON, its line and column; DocumentTooNew where a newer mbml made it. Nothing is ever guessed,
    unpacked or run.
    """
    from mbml_core.document.read import read_bytes as read  # brings pydantic, a third of mbml's import time

    return read(data, source)


def read_draft(data: bytes | str, source: str = "") -> tuple[Document, tuple[Problem, ...]]:
    """Like `read_bytes`, for a drawing that is not finished: where only its meaning is unsound (rows that do not
    sum to one, a kind that wants other variables), the document and these problems, as `check_graph` finds them.

    Raises InvalidModel with every problem where the drawing cannot be drawn: an id twice, a scope that names no
    variable, states or observations the model cannot take, a table of another shape than its scope.
    """
    from mbml_core.document.read import read_draft as read  # see read_bytes

    return read(data, source)
