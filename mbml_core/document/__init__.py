"""Documents: the JSON file a drawing is kept in, format "mbml-graph" version 1."""

from __future__ import annotations

from mbml_core.document.document import Document, Extras
from mbml_core.document.migrate import CURRENT, FORMAT
from mbml_core.document.write import save, write_bytes

__all__ = ["CURRENT", "FORMAT", "Document", "Extras", "read_bytes", "save", "write_bytes"]


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
