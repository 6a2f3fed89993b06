"""A small sound document as plain values, for tests that break it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from mbml_core.document import read_bytes
from mbml_core.errors import InvalidModel, Problem

SAMPLE: dict[str, Any] = {
    "format": "mbml-graph",
    "version": 1,
    "name": "Sprinkler",
    "variables": [
        {"id": "cloudy", "name": "Cloudy", "domain": {"type": "categorical", "states": ["no", "yes"]}},
        {"id": "rain", "name": "Rain", "domain": {"type": "categorical", "states": ["no", "yes"]}},
    ],
    "factors": [
        {"id": "f_cloudy", "kind": "prior", "scope": ["cloudy"], "parameters": {"probabilities": [0.5, 0.5]}},
        {
            "id": "f_rain",
            "kind": "table",
            "scope": ["cloudy", "rain"],
            "parameters": {"values": [[0.8, 0.2], [0.2, 0.8]], "child": "rain"},
        },
    ],
    "evidence": {"rain": {"state": "yes"}},
    "plates": [],
    "layout": {"rain": [120, 80]},
}


def sample() -> dict[str, Any]:
    """A copy that may be changed."""
    return copy.deepcopy(SAMPLE)


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def broken(*changes: Callable[[dict[str, Any]], Any]) -> str:
    """The sample with changes, as text."""
    document = sample()
    for change in changes:
        change(document)
    return text(document)


def problems_of(data: bytes | str, source: str = "") -> tuple[Problem, ...]:
    """What is wrong with `data`; every problem says what and what to do."""
    with pytest.raises(InvalidModel) as caught:
        read_bytes(data, source)
    assert all(problem.what and problem.remedy for problem in caught.value.problems)
    return caught.value.problems


def paths_of(data: bytes | str) -> list[str]:
    return [problem.path for problem in problems_of(data)]
