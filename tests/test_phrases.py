"""Turns of phrase that messages have in common, and what the first bytes of a file say."""

from __future__ import annotations

import pickle

import pytest

from mbml_core.phrases import counted, did_you_mean, rounded
from mbml_core.signatures import binary_kind


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (0, ("number",), "0 numbers"),
        (1, ("number",), "1 number"),
        (2000, ("number",), "2,000 numbers"),
        (1, ("entry", "entries"), "1 entry"),
        (2, ("entry", "entries"), "2 entries"),
    ],
)
def test_a_count_agrees_with_its_noun(number: int, words: tuple[str, ...], text: str) -> None:
    assert counted(number, *words) == text


def test_only_a_similar_word_is_suggested() -> None:
    assert did_you_mean("grean", ["red", "green"]) == "did you mean 'green'?"
    assert did_you_mean("plane", ["red", "green"]) == ""


def test_an_archive_is_to_be_unpacked_and_a_pickle_left_alone() -> None:
    assert binary_kind(b"\x1f\x8b\x08") == ("a gzip archive", "unpack it first, and choose the model in it")
    kind, remedy = binary_kind(pickle.dumps([])) or ("", "")
    assert kind == "a Python pickle"
    assert "neither opened nor run" in remedy
    assert binary_kind(b"network n { }") is None


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (8, 2, "8"),
        (239, 2, "240"),
        (1260.0, 2, "1,300"),
        (27, 3, "27"),
        (1048576, 3, "1.05e6"),
        (2.1e10, 2, "2.1e10"),
        (1e300, 2, "1e300"),
        (float("inf"), 2, "inf"),
    ],
)
def test_sizes_are_rounded_for_reading(number: float, digits: int, text: str) -> None:
    assert rounded(number, digits) == text
