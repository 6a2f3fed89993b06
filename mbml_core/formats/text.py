"""From the bytes of a file to text, and from an offset in a text to a place that people can find."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from functools import cached_property

from mbml_core.errors import InvalidModel, Problem
from mbml_core.signatures import binary_kind

_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
"""Byte order marks. That of UTF-32 little-endian begins like that of UTF-16, so it stands before it."""


def decode_text(data: bytes) -> str:
    """The text of a UTF-8 file, without a byte order mark; line ends stay as they are.

    Raises InvalidModel for anything else, and says what it looks like: other encodings, archives, pictures.
    Nothing is ever unpacked or executed.
    """
    foreign = binary_kind(data) or _other_encoding(data)
    if foreign:
        what, remedy = foreign
        raise InvalidModel([Problem("", f"the file is {what}, not UTF-8 text", remedy)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {error.start + 1} (0x{data[error.start]:02x}) is not UTF-8 text"
        remedy = "save the file as UTF-8 (it may be Latin-1 or no text at all)"
        raise InvalidModel([Problem("", what, remedy, f"line {line}")]) from None
    if "\x00" in text:
        place = Source(text).place(text.index("\x00"))
        what = "the file holds NUL bytes, so it is no UTF-8 text"
        raise InvalidModel([Problem("", what, "save it as UTF-8 (it may be UTF-16 or binary)", place)])
    return text


def _other_encoding(data: bytes) -> tuple[str, str] | None:
    names = (name for mark, name in _ENCODINGS if data.startswith(mark))
    return next(((f"{name} text", "save it as UTF-8") for name in names), None)


def shortened(text: str) -> str:
    """A token as messages show it."""
    return text if len(text) <= 60 else text[:60] + "…"


class Source:
    """The text of a file with uniform line ends, and where its lines begin.

    Attributes:
        text: without byte order mark; CRLF and CR are line feeds.
    """

    def __init__(self, text: str) -> None:
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def place(self, offset: int) -> str:
        """`line L, column C` of an offset, both from 1, columns in characters."""
        line = bisect_right(self._line_starts, offset)
        return f"line {line}, column {offset - self._line_starts[line - 1] + 1}"
