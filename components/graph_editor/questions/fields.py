"""What the page sends with a question, read strictly."""

from __future__ import annotations

from typing import Any

from components.graph_editor.work import refused
from mbml_core.model import FactorGraph

MAX_NAMED = 1000
"""Variables that a question may name."""


def variable_id(graph: FactorGraph, value: Any) -> str:
    """The id of a variable of the drawing."""
    if not isinstance(value, str) or value not in graph.variable_index:
        raise refused("this question is about a variable that is not drawn", "choose another one")
    return value


def variable_ids(graph: FactorGraph, value: Any) -> tuple[str, ...]:
    """Ids of variables of the drawing, each once."""
    if not isinstance(value, list) or len(value) > MAX_NAMED:
        raise refused("the variables of this question cannot be read", "choose them again")
    return tuple(dict.fromkeys(variable_id(graph, item) for item in value))


def settings(graph: FactorGraph, value: Any) -> dict[str, str]:
    """States by variable id, from [[id, state], …]."""
    if not isinstance(value, list) or len(value) > MAX_NAMED:
        raise refused("what is to be set cannot be read", "choose it again")
    found: dict[str, str] = {}
    for item in value:
        if not isinstance(item, list) or len(item) != 2:
            raise refused("what is to be set cannot be read", "choose it again")
        id, state = variable_id(graph, item[0]), item[1]
        if not isinstance(state, str) or state not in graph.variable(id).domain.position:
            raise refused("a variable cannot be set to a state that it does not have", "choose another state")
        found[id] = state
    return found
