"""A trace as one JSON value: to be sent to a page, to be kept, to be replayed by any program.

    {"format": "mbml-trace", "version": 1, "algorithm": "bp", "schedule": "two-pass", …,
     "nodes":  [id, …]                      the rest names nodes by their place in this list
     "tables": [{"name", "node", "scope", "values"}, …]     of the model and its evidence; messages from outside
     "texts":  [[sentence, [left, sign, over, right], name of what is made], …]
     "phases": [name, …]
     "steps":  [{"n", "kind", "phase", "from", "to", "scope", "text", "inputs", "over", "values", …}, …]}

An input is ["t", place in `tables`] or ["s", place in `steps`]: what that step gave. A step gives
`values` = Σ_over Π inputs / `scale`; `values` are flat, the last variable of the step's `scope` varying fastest.
Fields that would hold 0, "" or an empty list are left out, and so is a scale of 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.explain.plain import plain
from mbml_core.explain.step_words import Equation, equation, is_unscaled, sentence
from mbml_core.inference.result import Status
from mbml_core.inference.trace import Operation, Step, Table, Trace, cost_of

FORMAT = ("mbml-trace", 1)


def trace_document(trace: Trace, digits: int | None = None) -> dict[str, Any]:
    """The JSON value of a trace; numbers with `digits` significant ones, None: all of them."""
    writing = _Writing(trace, digits)
    steps = [writing.step(step) for step in trace.steps]
    ending = trace.ending
    return {
        "format": FORMAT[0],
        "version": FORMAT[1],
        "algorithm": trace.algorithm,
        "schedule": ending.schedule,
        "is_exact": ending.status is Status.EXACT,
        "status": ending.status.value,
        "sweeps": ending.sweeps,
        "residual": plain(ending.residual),
        "taken": trace.taken,
        "is_part": trace.is_part,
        "is_cut": trace.is_cut,
        "cost": cost_of(trace.steps)._asdict(),
        "nodes": list(writing.nodes),
        "variables": [
            {"id": v.id, "name": v.label, "states": list(v.states)}
            for v in trace.graph.model.variables
            if v.id in writing.nodes
        ],
        "tables": writing.tables,
        "texts": [[words, list(rule), name] for words, rule, name in writing.texts],
        "phases": list(writing.phases),
        "steps": steps,
    }


class _Writing:
    """Lists that steps refer to by place, growing while the steps are written."""

    def __init__(self, trace: Trace, digits: int | None) -> None:
        self.nodes: dict[str, int] = {}
        self.texts: dict[tuple[str, Equation, str], int] = {}
        self.phases: dict[str, int] = {}
        self.tables: list[dict[str, Any]] = []
        self._graph = trace.graph
        self._digits = digits
        self._places: dict[tuple[int, str, int], int] = {}
        self._words: dict[tuple[Any, ...], tuple[str, Equation, str]] = {}
        self._steps = {step.number: place for place, step in enumerate(trace.steps)}

    def step(self, step: Step) -> dict[str, Any]:
        words = self._words_of(step)
        fields = {
            "n": step.number,
            "kind": step.kind,
            "phase": _place(self.phases, step.phase),
            "from": self._node(step.sender),
            "to": self._node(step.receiver),
            "scope": self._ids(step.scope),
            "text": _place(self.texts, words),
            "beliefs": [[self._node(id), self._shown(values)] for id, values in step.beliefs.items()],
            "links": [self._ids(link) for link in step.links],
            "residual": plain(float(f"{step.residual:.3g}")),
            "neighbours": list(step.neighbours),
            **(self._operation(step.operation) if step.operation else {}),
        }
        kept = {"n", "phase", "text", "from", "to"}
        return {name: value for name, value in fields.items() if name in kept or value not in (0, "", [], None)}

    def _words_of(self, step: Step) -> tuple[str, Equation, str]:
        """Sentence, equation and name; the same message of every sweep has the same ones."""
        operation = step.operation
        if operation is None:
            return sentence(self._graph, step), equation(self._graph, step), ""
        tables = (*operation.inputs, operation.result)
        told = tuple((table.name, table.scope, table.made_by > 0) for table in tables)
        key = (step.kind, step.sender, step.receiver, step.scope, step.links, told, operation.over,
               operation.old is None, is_unscaled(step), operation.hidden)  # fmt: skip
        if key not in self._words:
            name = operation.result.name
            self._words[key] = (sentence(self._graph, step), equation(self._graph, step), name)
        return self._words[key]

    def _operation(self, operation: Operation) -> dict[str, Any]:
        old = operation.old
        return {
            "inputs": [self._input(table) for table in operation.inputs],
            "over": self._ids(operation.over),
            "values": self._numbers(operation.result.values),
            "scope": self._ids(operation.result.scope),
            "scale": self._number(operation.scale) if operation.scale != 1.0 else 0,
            "is_max": operation.is_max,
            "damping": operation.damping,
            "old": self._input(old) if old is not None else None,
            "hidden": operation.hidden,
        }

    def _input(self, table: Table) -> list[Any]:
        if table.made_by in self._steps:
            return ["s", self._steps[table.made_by]]
        key = (table.made_by, table.node, 0 if table.made_by else id(table))
        if key not in self._places:
            self._places[key] = len(self.tables)
            self.tables.append(
                {
                    "name": table.name,
                    "node": self._node(table.node),
                    "scope": self._ids(table.scope),
                    "values": self._numbers(table.values),
                }
            )
        return ["t", self._places[key]]

    def _node(self, id: str) -> int | None:
        return _place(self.nodes, id) if id else None

    def _ids(self, ids: Iterable[str]) -> list[int]:
        return [_place(self.nodes, id) for id in ids]

    def _numbers(self, values: FloatArray) -> list[float]:
        return [self._number(value) for value in values.ravel().tolist()]

    def _shown(self, values: FloatArray) -> list[float]:
        """Numbers that nothing is computed from."""
        return self._numbers(values) if self._digits is None else [float(f"{x:.6g}") for x in values.tolist()]

    def _number(self, value: float) -> float:
        return value if self._digits is None else float(f"{value:.{self._digits}g}")


def _place(known: dict[Any, int], item: Any) -> int:
    return known.setdefault(item, len(known))


def replay_document(document: Mapping[str, Any]) -> dict[str, list[float]]:
    """The beliefs at the end of a trace document, by variable id, computed from its tables alone.

    Steps whose inputs are hidden give what was recorded.
    """
    made: list[FloatArray] = []
    scopes: list[list[int]] = []
    nodes = document["nodes"]
    beliefs: dict[str, list[float]] = {}

    def read(reference: list[Any]) -> tuple[FloatArray, list[int]]:
        kind, place = reference
        if kind == "s":
            return made[place], scopes[place]
        table = document["tables"][place]
        return _shaped(table, sizes), table["scope"]

    sizes = _sizes(document)
    for step in document["steps"]:
        beliefs.update({nodes[v]: numbers for v, numbers in step.get("beliefs", [])})
        scopes.append(step.get("scope", []))
        made.append(_values(step, read, sizes))
        if step["kind"] == "belief":
            beliefs[nodes[step["to"]]] = made[-1].tolist()
    return beliefs


def _sizes(document: Mapping[str, Any]) -> dict[int, int]:
    place = {id: i for i, id in enumerate(document["nodes"])}
    return {place[variable["id"]]: len(variable["states"]) for variable in document["variables"]}


def _shaped(table: Mapping[str, Any], sizes: Mapping[int, int]) -> FloatArray:
    return np.array(table["values"], dtype=np.float64).reshape([sizes[v] for v in table["scope"]])


def _values(step: Mapping[str, Any], read: Any, sizes: Mapping[int, int]) -> FloatArray:
    if step.get("hidden") or "values" not in step:
        return np.array(step.get("values", []), dtype=np.float64)
    scope = step.get("scope", [])
    terms: list[Any] = [np.ones([sizes[v] for v in scope]), scope]
    for reference in step.get("inputs", []):
        terms += read(reference)
    if step.get("is_max"):
        every = [*scope, *step.get("over", [])]
        made = np.einsum(*terms, every).max(axis=tuple(range(len(scope), len(every))))
    else:
        made = np.einsum(*terms, scope)
    if "old" in step:
        old, _ = read(step["old"])
        is_open = (made > 0) & (old > 0)
        mixed = np.where(is_open, old, 1) ** step["damping"] * np.where(is_open, made, 1) ** (1 - step["damping"])
        made = np.where(is_open, mixed, made)
    found: FloatArray = made / step.get("scale", 1.0)
    return found
