"""The joint distribution that messages give to the variables of one factor."""

from __future__ import annotations

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph, DenseGroup
from mbml_core.compiler.schedule import Send
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import FloatArray
from mbml_core.inference.belief_propagation import Propagation
from mbml_core.inference.message_state import Mailbox, MessageState


def table_with(graph: CompiledGraph, scope: tuple[int, ...]) -> int | None:
    """The first factor given as a table whose scope holds all of `scope`; None if there is none."""
    for factor, variables in enumerate(graph.scopes):
        group, _ = graph.locations[factor]
        if isinstance(graph.groups[group], DenseGroup) and set(scope) <= set(variables):
            return factor
    return None


def joint_of(propagation: Propagation, state: MessageState, factor: int, scope: tuple[int, ...]) -> FloatArray:
    """b(x_scope) = Σ_rest f_a(x) Π_i μ_{i→a}(x_i) / Z_a, axes in the order of `scope`; exact on trees."""
    graph = propagation.graph
    group, row = graph.locations[factor]
    dense = graph.groups[group]
    if not isinstance(dense, DenseGroup):
        raise TypeError("only factors given as tables have a joint belief")
    send = Send(group, np.array([row], dtype=np.int64), ())
    logs = dense.log_values[row]
    box = Mailbox(graph, propagation.log_weights, state)
    for axis, message in enumerate(propagation.incoming(box, send)):
        logs = logs + message.reshape([-1 if other == axis else 1 for other in range(logs.ndim)])
    belief = categorical.probabilities(logs.reshape(-1)).reshape(logs.shape)
    kept = [v for v in graph.scopes[factor] if v in scope]
    table = belief.sum(axis=tuple(axis for axis, v in enumerate(graph.scopes[factor]) if v not in scope))
    in_order: FloatArray = table.transpose([kept.index(v) for v in scope])
    return in_order
