"""Small models as files, and the command run on them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "sample_graphs"
SPRINKLER = str(SAMPLES / "sprinkler.json")
MONTY_HALL = str(SAMPLES / "monty_hall.json")


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
