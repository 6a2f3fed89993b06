"""Small models as files, and the command run on them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "sample_graphs"
SPRINKLER = str(SAMPLES / "sprinkler.json")
MONTY_HALL = str(SAMPLES / "monty_hall.json")


MIXED: Mapping[str, Any] = {
    "format": "mbml-graph",
    "version": 1,
    "variables": [
        {"id": "rain", "name": "Rain", "domain": {"type": "categorical", "states": ["no", "yes"]}},
        {"id": "height", "name": "Height", "domain": {"type": "real"}},
        {"id": "rate", "domain": {"type": "positive"}},
        {"id": "p", "domain": {"type": "simplex", "size": 3}},
    ],
    "factors": [],
    "evidence": {"rate": {"value": 2.5}},
}
"""A variable with states beside variables of numbers."""


CHAIN: Mapping[str, Any] = {
    "format": "mbml-graph",
    "version": 1,
    "variables": [
        {"id": "x", "name": "Height", "domain": {"type": "real"}},
        {"id": "y", "domain": {"type": "real"}},
    ],
    "factors": [
        {"id": "f", "kind": "gaussian", "scope": ["x"], "parameters": {"mean": 0, "variance": 4}},
        {"id": "g", "kind": "gaussian", "scope": ["x", "y"], "parameters": {"mean": "x", "variance": 1}},
    ],
}
"""A height, and a measurement of it."""


def write_chain(path: Path) -> str:
    """CHAIN in a file."""
    path.write_text(json.dumps(CHAIN), encoding="utf-8")
    return str(path)


def write_mixed(path: Path) -> str:
    """MIXED in a file."""
    path.write_text(json.dumps(MIXED), encoding="utf-8")
    return str(path)


def write_model(
    path: Path,
    variables: Mapping[str, Sequence[str]],
    *,
    names: Mapping[str, str] | None = None,
    evidence: Mapping[str, Any] | None = None,
    factors: Sequence[Mapping[str, Any]] | None = None,
) -> str:
    """A document with these variables (id → states); without factors, each has a uniform prior."""
    if factors is None:
        factors = [
            {
                "id": f"f{i}",
                "kind": "prior",
                "scope": [id],
                "parameters": {"probabilities": [1 / max(len(s), 1)] * len(s)},
            }
            for i, (id, s) in enumerate(variables.items())
        ]
    document = {
        "format": "mbml-graph",
        "version": 1,
        "variables": [
            {
                "id": id,
                "name": (names or {}).get(id, ""),
                "domain": {"type": "categorical", "states": list(states)},
            }
            for id, states in variables.items()
        ],
        "factors": list(factors),
        "evidence": dict(evidence or {}),
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)
