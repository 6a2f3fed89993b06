from __future__ import annotations

import gzip
import io
import pickle
import zipfile

import pytest

from mbml_core.errors import InvalidModel
from mbml_core.formats import decode_text
from mbml_core.formats.text import Source


def zip_bytes() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("model.bif", "network n { }")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("größe 🎲".encode(), "größe 🎲"),
        (b"\xef\xbb\xbfMARKOV", "MARKOV"),
        (b"a\r\nb\rc", "a\r\nb\rc"),
    ],
)
def test_utf8_is_decoded_without_its_byte_order_mark(data: bytes, text: str) -> None:
    assert decode_text(data) == text


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("network n { }".encode("utf-16"), "UTF-16"),
        ("network n { }".encode("utf-16-be"), "NUL"),
        (b"\xfe\xff" + "network".encode("utf-16-be"), "UTF-16"),
        ("network n { }".encode("utf-32"), "UTF-32"),
        ("größe".encode("latin-1"), "Latin-1"),
        (b"network \xff { }", "not UTF-8"),
        (gzip.compress(b"network n { }", mtime=0), "gzip"),
        (zip_bytes(), "zip"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (pickle.dumps({"a": 1}), "pickle"),
        (b"MARKOV\x00", "NUL"),
    ],
)
def test_everything_else_is_refused_by_what_it_looks_like(data: bytes, word: str) -> None:
    with pytest.raises(InvalidModel, match=word) as caught:
        decode_text(data)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].remedy


def test_a_wrong_byte_is_found_by_its_line() -> None:
    with pytest.raises(InvalidModel) as caught:
        decode_text(b"one\ntwo\nthr\xe9e\n")
    assert caught.value.problems[0].path == "line 3"
    assert "byte 12 (0xe9)" in caught.value.problems[0].what


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_places_count_lines_of_every_kind_and_characters(newline: str) -> None:
    source = Source(f"\ufeffab{newline}{newline}ü🎲x")
    assert source.place(source.text.index("x")) == "line 3, column 3"
    assert source.place(0) == "line 1, column 1"
    assert source.place(2) == "line 1, column 3"
    assert source.place(len(source.text)) == "line 3, column 4"
