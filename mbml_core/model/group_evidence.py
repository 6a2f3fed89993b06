"""From what a caller observes in a grouped graph to indices and states, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from mbml_core.errors import Problem
from mbml_core.model.groups import GroupedGraph, Indices, VariableGroup


def observed_states(
    graph: GroupedGraph, evidence: Mapping[str, Any] | None
) -> tuple[dict[str, tuple[Indices, Indices]], list[Problem]]:
    """({group: (indices, states)}, problems) of evidence: by group an array of states, −1 where not observed, or
    {index: state index or name}.
    """
    found: dict[str, tuple[Indices, Indices]] = {}
    problems: list[Problem] = []
    for id, given in (evidence or {}).items():
        if id not in graph.group_index:
            problems.append(Problem(str(id), f"there is no group of variables '{id}'", "use the id of a group"))
            continue
        group = graph.variable_group(id)
        by_index = isinstance(given, Mapping)
        pairs, misfits = _from_items(group, given.items()) if by_index else _from_array(group, given)
        found[id] = pairs
        problems += misfits
    return found, problems


def _from_items(
    group: VariableGroup, items: Iterable[tuple[Any, Any]]
) -> tuple[tuple[Indices, Indices], list[Problem]]:
    indices, states, problems = [], [], []
    for index, given in items:
        state = group.states.index(given) if given in group.states else given
        if not _is_below(index, group.n):
            what = f"'{group.id}' has no variable number {index!r}"
            problems.append(Problem(group.id, what, f"use 0 to {group.n - 1}"))
        elif not _is_below(state, group.size):
            what = f"'{group.id}' number {index} has no state {given!r}"
            problems.append(Problem(group.id, what, f"use 0 to {group.size - 1}, or a state name"))
        else:
            indices.append(index)
            states.append(state)
    return (np.array(indices, dtype=np.int64), np.array(states, dtype=np.int64)), problems


def _is_below(value: Any, limit: int) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(0 <= value < limit)


def _from_array(group: VariableGroup, given: Any) -> tuple[tuple[Indices, Indices], list[Problem]]:
    states = np.asarray(given)
    nothing = np.zeros(0, dtype=np.int64)
    if states.shape != (group.n,) or states.dtype.kind not in "iu":
        what = f"the evidence for '{group.id}' is an array {states.shape} of {states.dtype}"
        remedy = f"give {group.n} state indices, -1 where not observed, or {{index: state}}"
        return (nothing, nothing), [Problem(group.id, what, remedy)]
    wrong = np.flatnonzero((states < -1) | (states >= group.size))
    if len(wrong):
        what = (
            f"row {wrong[0]} of the evidence for '{group.id}' is state {states[wrong[0]]} ({len(wrong)} such rows)"
        )
        return (nothing, nothing), [Problem(group.id, what, f"use 0 to {group.size - 1}, or -1 for none")]
    seen = np.flatnonzero(states >= 0)
    return (seen, states[seen].astype(np.int64)), []
