"""Files from outside: from bytes and a name to a drawing in which every node has a place."""

from __future__ import annotations

import re
import unicodedata

from components.graph_editor.arranging import placed
from mbml_core.document import Document, read_draft
from mbml_core.errors import InvalidModel, Problem
from mbml_core.files import JSON, read_document
from mbml_core.formats import FORMATS
from mbml_core.wording import shortened

MAX_BYTES = 5 * 2**20
"""Of an opened file. Larger ones make a page nobody can work in; the command line takes them."""

_MOST_SHOWN = 60
_MOST_SLUG = 60

_FIRST_WORDS = (
    (JSON, re.compile(rb"\s*\{")),
    (".uai", re.compile(rb"\s*(MARKOV|BAYES)\s", re.IGNORECASE)),
    (".bif", re.compile(rb"(\s|//[^\n]*\n|/\*.*?\*/)*(network|variable|probability)\s", re.DOTALL)),
)
"""How files of each format begin, for names that do not tell."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$")
"""Names that Windows keeps for devices."""


def open_bytes(data: bytes, name: str) -> Document:
    """The drawing in a file. Its name only chooses the format and stands in messages; it is never used as a path.

    A drawing that is not finished opens too; `check_graph` finds what is left to do.

    Raises InvalidModel with every problem where the file is too large, of no known format, or no drawing.
    """
    shown = _shown(name)
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 2**20:.1f} MB"
        remedy = "use 'mbml infer' on the command line, or leave out part of the model"
        raise _refused(f"{shown} has {size}; the editor opens files of up to {MAX_BYTES // 2**20} MB", remedy)
    if not data.strip():
        raise _refused(f"{shown} is empty", "choose another file")
    suffix = _suffix(data, name, shown)
    document = read_draft(data, shown)[0] if suffix == JSON else read_document(data, suffix, shown)
    return placed(document)


def safe_file_name(title: str, suffix: str) -> str:
    """A file name made from the title of a drawing that every system takes: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title[: 10 * _MOST_SLUG]).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:_MOST_SLUG].strip("-")
    if not slug or _RESERVED.match(slug):
        slug = f"model-{slug}".rstrip("-")
    return slug + suffix


def _shown(name: str) -> str:
    """The last component of a name, in quotes, for messages."""
    last = re.split(r"[/\\]", name)[-1].strip()
    return f"'{shortened(last, _MOST_SHOWN)}'" if last.strip(".") else "the file"


def _suffix(data: bytes, name: str, shown: str) -> str:
    """The format by the name's suffix, else by how the content begins."""
    named = "." + name.rsplit(".", 1)[-1].lower()
    if named == JSON or named in FORMATS:
        return named
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    for suffix, first_words in _FIRST_WORDS:
        if first_words.match(start):
            return suffix
    known = f"{', '.join([JSON, *list(FORMATS)[:-1]])} or {list(FORMATS)[-1]}"
    raise _refused(f"{shown} is no model that can be opened here", f"choose a {known} file")


def _refused(what: str, remedy: str) -> InvalidModel:
    return InvalidModel([Problem("", what, remedy)])
