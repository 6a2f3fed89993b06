"""The front door for files: the suffix chooses the format.

`.json` is mbml's own document; the suffixes of foreign formats are those of `mbml_core.formats.FORMATS`.
Documents and formats are imported inside the functions: their parsers (pydantic, lark) would more than double
the time it takes to import mbml, and most programs need one of them at most.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from mbml_core.atomic import write_atomically
from mbml_core.errors import InvalidModel, Problem
from mbml_core.model import FactorGraph

if TYPE_CHECKING:
    from mbml_core.document import Document

JSON = ".json"

MAX_BYTES = 256 * 2**20
"""A larger file is refused unread: it would take several gigabytes as a model."""


def load(path: str | PathLike[str]) -> FactorGraph:
    """The model in a file, with the observations drawn in it.

    Raises InvalidModel with every problem, also where the file is missing, unreadable or of an unknown kind.
    """
    return load_document(path).graph


def load_document(path: str | PathLike[str]) -> Document:
    """The document in a file; a foreign format gives one without layout. Errors as in `load`."""
    path = Path(path)
    suffix = suffix_of(path)
    return read_document(read_file(path), suffix, path.name)


def read_document(data: bytes, suffix: str, source: str = "") -> Document:
    """The document in the bytes of a file with this suffix; `source` names it in messages.

    Raises InvalidModel with every problem.
    """
    from mbml_core.document import Document, read_bytes

    if suffix == JSON:
        return read_bytes(data, source)
    from mbml_core.factors import notes
    from mbml_core.formats import FORMATS, decode_text

    graph = FORMATS[suffix].read(decode_text(data))
    return replace(Document.of(graph), notes=tuple(notes(graph)))


def loads_json(text: str) -> FactorGraph:
    """The model in the text of a JSON document. Raises InvalidModel with every problem."""
    from mbml_core.document import read_bytes

    return read_bytes(text).graph


def dumps_json(graph: FactorGraph) -> str:
    """The model as the text of a JSON document; `loads_json(dumps_json(graph)) == graph` for a sound graph.

    Raises InvalidModel where a value has no form in JSON, such as NaN.
    """
    from mbml_core.document import Document, write_bytes

    return write_bytes(Document.of(graph)).decode("utf-8")


def save(model: FactorGraph | Document, path: str | PathLike[str]) -> list[Problem]:
    """Write a model or document to a file; returns what the file's format could not hold of it.

    A failure at any point leaves the file that was there as it was. Raises InvalidModel where the suffix is
    unknown or the format would change the model's meaning, OSError where the file cannot be written.
    """
    from mbml_core.document import Document, write_bytes

    document = Document.of(model) if isinstance(model, FactorGraph) else model
    suffix = suffix_of(Path(path))
    if suffix == JSON:
        write_atomically(path, write_bytes(document))
        return []
    from mbml_core.formats import FORMATS, losses

    lost = [*losses(document.graph, suffix), *_beside_the_graph(document)]
    write_atomically(path, FORMATS[suffix].write(document.graph).encode("utf-8"))
    return lost


def suffix_of(path: Path) -> str:
    """The suffix in lower case. Raises InvalidModel where no format has it."""
    suffix = path.suffix.lower()
    if suffix == JSON:
        return suffix
    from mbml_core.formats import FORMATS

    known = (JSON, *FORMATS)
    if suffix not in known:
        what = f"'{path.name}' has the suffix '{suffix}'" if suffix else f"'{path.name}' has no suffix"
        remedy = f"use a file that ends in {', '.join(known[:-1])} or {known[-1]}"
        raise InvalidModel([Problem("", f"{what}, which tells no format", remedy)])
    return suffix


def read_file(path: str | PathLike[str]) -> bytes:
    """The bytes of a file. Raises InvalidModel where there are none to be had."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable(f"there is no file '{os.fspath(path)}'", "check its path and spelling") from None
    except IsADirectoryError:
        raise _unreadable(f"'{os.fspath(path)}' is a folder", "name a file in it") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        what = f"'{os.fspath(path)}' cannot be read: {reason}"
        raise _unreadable(what, "check the path and its permissions") from None
    if len(data) > MAX_BYTES:
        what = f"'{os.fspath(path)}' is larger than {MAX_BYTES // 2**20} MB"
        raise _unreadable(what, "split the model or shorten its tables")
    return data


def _unreadable(what: str, remedy: str) -> InvalidModel:
    return InvalidModel([Problem("", what, remedy)])


def _beside_the_graph(document: Document) -> Iterator[Problem]:
    """What only a JSON document holds."""
    remedy = "keep the JSON document beside it"
    if document.layout:
        yield Problem("", f"the positions of the nodes ({len(document.layout)}) are left out", remedy)
    if document.extras != type(document.extras)():
        yield Problem("", "the fields of other programs are left out", remedy)
