r"""The messages of belief propagation one by one, each as the product and sum that made it.

    μ(x → f)(x) = Π_{g ≠ f} μ(g → x)(x) · evidence(x)
    μ(f → x)(x) = Σ_{y ≠ x} f(x, y) Π_y μ(y → f)(y)

both scaled to a sum of one. A message that was not sent yet counts as one. A variable that is known for certain
sends what was seen of it and nothing else: what others say cannot move it, and no loop closes through it.
Source: Kschischang, Frey & Loeliger (2001), IEEE Trans. Inf. Theory 47(2), eq. 5 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from mbml_core.distributions import categorical
from mbml_core.distributions.categorical import log
from mbml_core.distributions.semiring import SMALLEST_NORMAL, SUM_PRODUCT, FloatArray
from mbml_core.errors import ImpossibleEvidence
from mbml_core.factors import DenseTable, automaton_rule, dense_rule
from mbml_core.inference.trace.drawn import DrawnFactor, DrawnGraph
from mbml_core.inference.trace.operation import Kind, Operation, Step, Table, damped
from mbml_core.inference.trace.products import TOO_SMALL, by_logs, log_sum, multiplied

Messages: TypeAlias = Mapping[tuple[str, str], Table]
"""The newest message of each (sender, receiver)."""

NOTHING_SENT: Messages = MappingProxyType({})


def message(
    graph: DrawnGraph, sent: Messages, sender: str, receiver: str, number: int, damping: float = 0.0
) -> Operation:
    """The message that `sender` would send now, given those `sent`; its result is made by step `number`.

    `damping` is the weight of the old message from a factor to a variable. Raises ImpossibleEvidence when the
    message excludes every state.
    """
    name = graph.message_name(sender, receiver)
    if sender in graph.factors:
        return _to_variable(graph, sent, sender, receiver, Table(name, (receiver,), _NONE, "", number), damping)
    evidence = graph.evidence.get(sender)
    others = () if sender in graph.known else tuple(id for id in graph.neighbours[sender] if id != receiver)
    inputs = _given(evidence, sent, ((id, sender) for id in others))
    return _product(graph, inputs, Table(name, (sender,), _NONE, "", number))


_NONE = np.zeros(0)


def belief(graph: DrawnGraph, sent: Messages, variable: str, number: int) -> Operation:
    """The product of everything that a variable has been told, and its evidence; errors as in `message`."""
    told = ((id, variable) for id in graph.neighbours.get(variable, ()))
    inputs = _given(graph.evidence.get(variable), sent, told)
    return _product(graph, inputs, Table(f"belief of {graph.label(variable)}", (variable,), _NONE, "", number))


def _given(evidence: Table | None, sent: Messages, keys: Iterable[tuple[str, str]]) -> tuple[Table, ...]:
    found = [sent[key] for key in keys if key in sent]
    return (evidence, *found) if evidence is not None else tuple(found)


def _product(graph: DrawnGraph, inputs: tuple[Table, ...], empty: Table) -> Operation:
    id = empty.scope[0]
    made = multiplied(inputs, {id: graph.size(id)}, {})
    hidden = ""
    if made is None:
        made, hidden = by_logs(log_sum(inputs, {id: graph.size(id)}, {})), TOO_SMALL
    return _scaled(made, inputs, (), empty, hidden=hidden)


def _to_variable(
    graph: DrawnGraph, sent: Messages, factor: str, variable: str, empty: Table, damping: float
) -> Operation:
    drawn = graph.factors[factor]
    others = tuple(id for id in drawn.scope if id != variable)
    incoming = tuple(sent[id, factor] for id in others if (id, factor) in sent)
    old = sent.get((factor, variable)) or _unsaid(empty, graph.size(variable))
    old_if_damped = old if damping else None
    if drawn.table is None:
        made = by_logs(_structured(drawn, incoming, variable))
        return _scaled(made, incoming, others, empty, damping, old_if_damped, drawn.hidden)
    inputs = (drawn.table, *incoming)
    kept, over = {variable: graph.size(variable)}, {id: graph.size(id) for id in others}
    found = multiplied(inputs, kept, over)
    if found is not None:
        return _scaled(found, inputs, others, empty, damping, old_if_damped)
    made = by_logs(log_sum(inputs, kept, over))
    return _scaled(made, inputs, others, empty, damping, old_if_damped, TOO_SMALL)


def _unsaid(empty: Table, size: int) -> Table:
    return Table(f"{empty.name} before it was sent", empty.scope, np.full(size, 1 / size))


def _structured(drawn: DrawnFactor, incoming: Sequence[Table], variable: str) -> FloatArray:
    """Unnormalised log message of a factor without a table."""
    told = {table.scope[0]: log(table.values) for table in incoming}
    rows = [told.get(id, np.zeros(size))[None] for id, size in zip(drawn.scope, drawn.sizes, strict=True)]
    axis = drawn.scope.index(variable)
    rows[axis] = np.zeros((1, drawn.sizes[axis]))
    potential = drawn.potential
    if isinstance(potential, DenseTable):
        found = dense_rule.messages(log(potential.values)[None], rows, (axis,), SUM_PRODUCT)
    else:
        weights = [log(step.weights)[None] for step in potential.steps]
        found = automaton_rule.messages(potential, weights, rows, (axis,), SUM_PRODUCT)
    logs: FloatArray = found[axis][0]
    return logs


def _scaled(
    made: FloatArray,
    inputs: tuple[Table, ...],
    over: tuple[str, ...],
    empty: Table,
    damping: float = 0.0,
    old: Table | None = None,
    hidden: str = "",
) -> Operation:
    """The operation with its result normalised."""
    if not made.any():
        raise ImpossibleEvidence(f"{empty.name} excludes every state: what was observed is impossible together")
    if old is not None:
        made = damped(made, old.values, damping)
    scale = float(made.sum())
    values = np.where(made > 0, np.maximum(made / scale, SMALLEST_NORMAL), 0.0)  # a chance never becomes none
    values.flags.writeable = False
    result = Table(empty.name, empty.scope, values, empty.node, empty.made_by)
    return Operation(inputs, over, result, scale, damping=damping, old=old, hidden=hidden)


def residual(graph: DrawnGraph, sent: Messages, sender: str, receiver: str, new: Table) -> float:
    """Largest change of a log entry; a message that was not sent yet was uniform."""
    old = sent.get((sender, receiver))
    before = np.full(new.values.shape, 1 / new.values.size) if old is None else old.values
    return categorical.residual(log(new.values), log(before))


def sending(
    graph: DrawnGraph,
    sent: Messages,
    edge: tuple[str, str],
    number: int,
    phase: str,
    damping: float = 0.0,
) -> Step:
    """The step in which one message is sent, with the belief it leads to; errors as in `message`."""
    sender, receiver = edge
    operation = message(graph, sent, sender, receiver, number, damping)
    moved = residual(graph, sent, sender, receiver, operation.result)
    kind: Kind = "factor_to_variable" if sender in graph.factors else "variable_to_factor"
    if kind == "variable_to_factor":
        return Step(number, "bp", phase, kind, sender, receiver, (sender,), operation, residual=moved)
    told = {(id, receiver): sent[id, receiver] for id in graph.neighbours[receiver] if (id, receiver) in sent}
    after = belief(graph, {**told, edge: operation.result}, receiver, number).result.values
    beliefs = MappingProxyType({receiver: after})
    return Step(number, "bp", phase, kind, sender, receiver, (receiver,), operation, beliefs, residual=moved)


def concluding(graph: DrawnGraph, sent: Messages, variable: str, number: int) -> Step:
    """The step that reads a variable's belief off the messages; errors as in `message`."""
    operation = belief(graph, sent, variable, number)
    beliefs = MappingProxyType({variable: operation.result.values})
    return Step(number, "bp", "beliefs", "belief", "", variable, (variable,), operation, beliefs)


def fire(graph: DrawnGraph, sent: Messages, node: str, number: int = 1) -> tuple[Step, ...]:
    """The messages that a node sends to all its neighbours now, numbered from `number`.

    `sent` are the messages so far; all of the new ones are computed from these. Errors as in `message`; a node
    without neighbours sends nothing.
    """
    return tuple(
        sending(graph, sent, (node, receiver), number + i, "by hand")
        for i, receiver in enumerate(graph.neighbours.get(node, ()))
    )


def delivered(sent: Messages, steps: Iterable[Step]) -> Messages:
    """The messages after some steps."""
    new = {
        (step.sender, step.receiver): step.operation.result
        for step in steps
        if step.operation is not None and step.sender
    }
    return MappingProxyType({**sent, **new})


def first_beliefs(graph: DrawnGraph) -> dict[str, FloatArray]:
    """What is known of each variable before any message: its evidence alone."""
    return {v.id: belief(graph, NOTHING_SENT, v.id, 0).result.values for v in graph.model.variables}
