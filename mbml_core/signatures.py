"""What the first bytes of a file say it is, where that is no text."""

from __future__ import annotations

_UNPACK = "unpack it first, and choose the model in it"
_CHOOSE = "choose the file of the model; this one was neither opened nor run"

_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive", _UNPACK),
    (b"PK\x05\x06", "an empty zip archive", _CHOOSE),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    (b"\x89PNG", "a PNG picture", _CHOOSE),
    (b"\xff\xd8\xff", "a JPEG picture", _CHOOSE),
    (b"GIF8", "a GIF picture", _CHOOSE),
    (b"%PDF", "a PDF file", _CHOOSE),
    (b"SQLite format 3\x00", "an SQLite database", _CHOOSE),
    *((bytes([0x80, protocol]), "a Python pickle", _CHOOSE) for protocol in (2, 3, 4, 5)),
)


def binary_kind(data: bytes) -> tuple[str, str] | None:
    """(what the file is, what to do), or None where it may be text. Nothing is unpacked or run."""
    for start, kind, remedy in _SIGNATURES:
        if data.startswith(start):
            return kind, remedy
    return None
