"""From the bytes of a file to a plain JSON value, strictly. Nothing is unpacked or run."""

from __future__ import annotations

import json
from typing import Any

from mbml_core.document.parse import line_and_column, parse
from mbml_core.document.place import Finding, refusal
from mbml_core.errors import InvalidModel
from mbml_core.signatures import binary_kind

MAX_BYTES = 64 * 2**20
"""Larger files are refused before they are decoded: a drawing has kilobytes, a large table a few megabytes."""


def decode(data: bytes | str, source: str = "") -> tuple[Any, list[Finding]]:
    """The JSON value of a file, and what in it cannot be used.

    Raises InvalidModel where there is no value at all: not UTF-8, not JSON, too large, nested too deep.
    """
    subject = source or "the file"
    if len(data) > MAX_BYTES:
        raise refusal(
            f"{subject} has {len(data) / 2**20:,.0f} MB, at most {MAX_BYTES // 2**20} MB are read",
            "split the model or shorten its tables",
        )
    text = data if isinstance(data, str) else _decode_utf8(data, subject)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise refusal(f"{subject} is empty", "choose a saved model")
    if text.lstrip().startswith("<"):
        raise refusal(f"{subject} is an HTML or XML page, not JSON text", "choose the JSON file")
    return parse(text)


def _decode_utf8(data: bytes, subject: str) -> str:
    binary = binary_kind(data)
    if binary:
        kind, remedy = binary
        raise refusal(f"{subject} is {kind}, not JSON text", remedy)
    encoding = json.detect_encoding(data)
    if not encoding.startswith("utf-8"):
        name = encoding.upper().replace("-SIG", "")
        raise refusal(f"{subject} is {name} text or binary data, expected UTF-8", "save it as UTF-8 text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad_byte(error, subject) from None


def _bad_byte(error: UnicodeDecodeError, subject: str) -> InvalidModel:
    before = error.object[: error.start].decode("utf-8")
    place = line_and_column(before, len(before))
    if error.end == len(error.object) and error.reason == "unexpected end of data":
        return refusal(f"{subject} ends in the middle of a character", "get a complete copy of it", place)
    byte = error.object[error.start]
    hint = f"; in Latin-1 it would be '{chr(byte)}'" if byte >= 0xA0 else ""
    return refusal(
        f"the byte 0x{byte:02X} is not valid UTF-8{hint}", "save the file with the encoding UTF-8", place
    )
