"""What a session begins with: a sample, or the file named on the command line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from components.graph_editor.lessons import Sample
from mbml_core.document import Document, require_page, write_bytes


@dataclass(frozen=True, eq=False, slots=True)
class Origin:
    """The document of a session before its first edit.

    Attributes:
        id: tells the browser whether work it has kept belongs to this document.
        name: for people.
        document: the drawing; every node has a place.
        text: its JSON text, for a file; None for a sample.
        sample: name of the sample, if it is one.
        is_explicit: somebody asked for this document, so kept work of another one does not take its place.
    """

    id: str
    name: str
    document: Document
    text: str | None = None
    sample: str | None = None
    is_explicit: bool = False


def sample_origin(sample: Sample) -> Origin:
    """A session that begins with a sample because nobody asked for anything."""
    return Origin(f"sample:{sample.id}", sample.title, sample.document, sample=sample.id)


def file_origin(document: Document, name: str) -> Origin:
    """A session that begins with the document of a file. Raises InvalidModel where it has no form in JSON, or the
    page cannot draw it.
    """
    require_page(document.graph)
    text = write_bytes(document)
    id = f"file:{hashlib.sha256(text).hexdigest()[:16]}"
    return Origin(id, name, document, text=text.decode("utf-8"), is_explicit=True)
