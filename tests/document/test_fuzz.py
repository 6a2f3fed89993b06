"""Whatever stands in a file: it is read, or refused with a reason; never anything else."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbml_core.document import read_bytes
from mbml_core.errors import InvalidModel
from tests.document.sample import SAMPLE, text
from tests.document.strategies import JSON_VALUES

TEXT = text({**SAMPLE, "name": "Regen é 🎲"})
DATA = TEXT.encode()

TOKENS = [
    "NaN",
    "-Infinity",
    "1e999",
    "1e-999",
    '"\\ud800"',
    '{"a": 1, "a": 2}',
    "[]",
    "{}",
    "null",
    "true",
    '"0.5"',
    "-1",
]
HOLE = "A hole that a token is put into."


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) inside a JSON value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


def survives(data: bytes | str) -> bool:
    """Whether `data` is read; a refusal must say why."""
    try:
        read_bytes(data)
    except InvalidModel as refusal:
        problems = refusal.problems
    else:
        return True
    assert problems
    assert all(problem.what and problem.remedy for problem in problems)
    "\n".join(map(str, problems)).encode("utf-8")
    return False


def test_any_token_in_any_place() -> None:
    read = 0
    for index in range(len(places(json.loads(TEXT)))):
        for token in TOKENS:
            value = json.loads(TEXT)
            container, key = places(value)[index]
            container[key] = HOLE
            read += survives(text(value).replace(f'"{HOLE}"', token))
    assert 0 < read < 100


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(JSON_VALUES, min_size=1, max_size=3))
def test_any_values_in_any_places(chance: random.Random, values: list[Any]) -> None:
    document = json.loads(TEXT)
    for value in values:
        container, key = chance.choice(places(document))
        container[key] = value
    survives(text(document))


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_field_missing_or_repeated(chance: random.Random, count: int) -> None:
    document = json.loads(TEXT)
    for _ in range(count):
        container, key = chance.choice(places(document))
        if isinstance(container, list) and chance.random() < 0.5:
            container.append(container[key])
        else:
            del container[key]
    survives(text(document))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(DATA)), st.integers(0, 3), st.binary(max_size=4))
def test_any_bytes_spliced_in(start: int, length: int, piece: bytes) -> None:
    survives(DATA[:start] + piece + DATA[start + length :])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 3), st.text(st.characters(), max_size=3))
def test_any_characters_spliced_in(start: int, length: int, piece: str) -> None:
    survives(TEXT[:start] + piece + TEXT[start + length :])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=50))
def test_any_bytes(data: bytes) -> None:
    assert not survives(data)


@pytest.mark.parametrize("field", ["variables", "factors", "evidence", "layout", "plates", "name"])
@pytest.mark.parametrize("token", TOKENS)
def test_any_token_for_a_whole_field(field: str, token: str) -> None:
    survives(text({**SAMPLE, field: HOLE}).replace(f'"{HOLE}"', token))
