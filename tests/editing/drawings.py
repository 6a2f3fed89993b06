"""Small drawings that the tests of editing start from."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from mbml_core.document import Document, read_draft
from mbml_core.model import Factor

COLOURS = ["red", "green", "blue"]


def variable(id: str, states: list[str] | None = None, name: str = "") -> dict[str, Any]:
    named = {"name": name} if name else {}
    return {
        "id": id,
        **named,
        "domain": {"type": "categorical", "states": ["no", "yes"] if states is None else states},
    }


def factor(id: str, kind: str, scope: list[str], parameters: dict[str, Any], name: str = "") -> dict[str, Any]:
    named = {"name": name} if name else {}
    return {"id": id, **named, "kind": kind, "scope": scope, "parameters": parameters}


def drawing(variables: list[dict[str, Any]], factors: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """A document with every node on a grid of its own."""
    nodes = [*variables, *factors]
    layout = {node["id"]: [100.0 * (i % 4), 80.0 * (i // 4)] for i, node in enumerate(nodes)}
    return {
        "format": "mbml-graph",
        "version": 1,
        "name": "Test",
        "variables": variables,
        "factors": factors,
        "evidence": {},
        "plates": [],
        "layout": layout,
        **fields,
    }


def document(form: dict[str, Any]) -> Document:
    return read_draft(json.dumps(form))[0]


def empty() -> dict[str, Any]:
    return drawing([], [])


def lawn(**fields: Any) -> dict[str, Any]:
    """Rain wets the grass: a prior, a conditional table, and a free potential with a colour."""
    return drawing(
        [variable("rain", name="Rain"), variable("wet", name="Wet grass"), variable("hue", COLOURS)],
        [
            factor("f1", "prior", ["rain"], {"probabilities": [0.8, 0.2]}),
            factor("f2", "table", ["rain", "wet"], {"values": [[0.9, 0.1], [0.25, 0.75]], "child": "wet"}, "wets"),
            factor("f3", "table", ["wet", "hue"], {"values": [[1, 2, 3], [4, 0, 6]]}),
        ],
        **fields,
    )


def gate(kind: str, parameters: dict[str, Any], scope: tuple[str, ...] = ("a", "b", "c")) -> dict[str, Any]:
    """One factor of a kind with structure on boolean variables, priors on the rest, and a colour beside it."""
    ids = ["a", "b", "c", "d"]
    priors = [
        factor(f"p{id}", "prior", [id], {"probabilities": [1 - p, p]})
        for id, p in zip(ids, (0.3, 0.6, 0.2, 0.9), strict=True)
        if id != scope[-1]
    ]
    variables = [*(variable(id) for id in ids), variable("hue", COLOURS)]
    return drawing(variables, [*priors, factor("g", kind, list(scope), parameters)])


def the_factor(drawn: Document, id: str) -> Factor:
    (found,) = (factor for factor in drawn.graph.factors if factor.id == id)
    return found


def values(drawn: Document, id: str) -> np.ndarray:
    given = the_factor(drawn, id).parameters
    return np.asarray(given["values"] if "values" in given else given["probabilities"])
