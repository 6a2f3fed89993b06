"""Drawings as files to take away: documents, formats of other programs, and a page that needs no server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.graph_editor.arranging import placed
from components.graph_editor.offline_page import offline_page
from components.graph_editor.opening import safe_file_name
from mbml_core.document import Document, write_bytes
from mbml_core.errors import InvalidModel, Problem
from mbml_core.formats import FORMATS, losses
from mbml_core.phrases import counted

_MIME = {"json": "application/json", "bif": "text/plain", "uai": "text/plain", "html": "text/html"}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was made from a drawing.

    Attributes:
        name: safe as a file name on every system.
        mime: its media type.
        text: its content; UTF-8 when written.
        lost: sentences on what the format could not hold.
    """

    name: str
    mime: str
    text: str
    lost: tuple[str, ...] = ()


def export(document: Document, format: str) -> Exported:
    """The drawing as a file of a format: "json", "bif", "uai" or "html".

    Raises InvalidModel where the format is unknown, or would change what the drawing means.
    """
    if format not in _MIME:
        remedy = f"use one of {', '.join(_MIME)}"
        raise InvalidModel([Problem("", f"there is no format '{format}'", remedy)])
    suffix = f".{format}"
    name = safe_file_name(document.graph.name, suffix)
    if format == "json":
        return Exported(name, _MIME[format], write_bytes(document).decode("utf-8"))
    if format == "html":
        lost = ("this page shows the drawing and cannot be opened again; keep the JSON document beside it",)
        return Exported(name, _MIME[format], offline_page(placed(document)), lost)
    sentences = tuple(f"{loss.what}; {loss.remedy}" for loss in _losses(document, suffix))
    return Exported(name, _MIME[format], FORMATS[suffix].write(document.graph), sentences)


def _losses(document: Document, suffix: str) -> Iterator[Problem]:
    yield from losses(document.graph, suffix)
    if document.layout:
        where = counted(len(document.layout), "node")
        yield Problem("", f"the positions of {where} are left out", "keep the JSON document beside it")
