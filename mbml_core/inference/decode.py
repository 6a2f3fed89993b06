"""From max-product messages to one assignment, and the exact score of an assignment."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph, DenseGroup
from mbml_core.compiler.schedule import Send
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import SUM_PRODUCT, FloatArray, IntArray
from mbml_core.factors import automaton_rule
from mbml_core.inference.belief_propagation import Propagation
from mbml_core.inference.message_state import Mailbox


def log_score(graph: CompiledGraph, log_weights: FloatArray, states: tuple[int, ...]) -> float:
    """Log p(states) = Σ_a log f_a(states) + Σ_i log w_i(states_i), in nats."""
    chosen = np.array(states, dtype=np.int64)
    total = float(log_weights[graph.offsets[:-1] + chosen].sum())
    for group in graph.groups:
        picked = chosen[group.scopes]
        if isinstance(group, DenseGroup):
            index = (np.arange(len(picked)), *picked.T)
            total += float(group.log_values[index].sum())
        else:
            incoming = [_certain(picked[:, axis], size) for axis, size in enumerate(group.shape)]
            normalizers = automaton_rule.log_normalizer(group.pattern, group.log_weights, incoming, SUM_PRODUCT)
            total += float(normalizers.sum())
    return total


def _certain(states: IntArray, size: int) -> FloatArray:
    """(R, K) log messages that allow one state each."""
    return categorical.log((np.arange(size) == states[:, None]).astype(np.float64))


def decode(propagation: Propagation, box: Mailbox) -> tuple[int, ...]:
    """Read an assignment off max-product messages, breadth first, each variable given those already decided.

    Deciding neighbours together keeps ties consistent: on a tree the result is a maximum even where several are.
    Variables known for certain come first and are not walked through, or they would close loops in that tree.
    """
    graph = propagation.graph
    factors_of: list[list[int]] = [[] for _ in graph.n_states]
    for factor, scope in enumerate(graph.scopes):
        for v in scope:
            factors_of[v].append(factor)
    totals = box.totals()
    states = _known_states(propagation)
    for root in range(len(states)):
        if states[root] >= 0:
            continue
        states[root] = int(np.argmax(totals[graph.offsets[root] : graph.offsets[root + 1]]))
        queue = [root]
        for v in queue:  # grows while it is walked
            for factor in factors_of[v]:
                queue += _decide(propagation, box, factor, states)
    return tuple(states)


def _known_states(propagation: Propagation) -> list[int]:
    """The state of each variable whose evidence leaves only one; -1 for the others."""
    offsets = propagation.graph.offsets.tolist()
    is_allowed = propagation.log_weights > -np.inf
    allowed = [is_allowed[start:end] for start, end in pairwise(offsets)]
    return [int(np.argmax(states)) if np.count_nonzero(states) == 1 else -1 for states in allowed]


def _decide(propagation: Propagation, box: Mailbox, factor: int, states: list[int]) -> list[int]:
    """Choose the undecided variables of one factor, one after another; returns them."""
    graph = propagation.graph
    group, row = graph.locations[factor]
    shape, scope = graph.groups[group].shape, graph.scopes[factor]
    send = Send(group, np.array([row], dtype=np.int64), ())
    incoming = propagation.incoming(box, send)
    for axis, v in enumerate(scope):
        if states[v] >= 0:
            incoming[axis] = _certain(np.array([states[v]]), shape[axis])
    decided = []
    for axis, v in enumerate(scope):
        if states[v] < 0:
            message = propagation.messages(send._replace(axes=(axis,)), incoming)[axis]
            states[v] = int(np.argmax(message[0] + incoming[axis][0]))
            incoming[axis] = _certain(np.array([states[v]]), shape[axis])
            decided.append(v)
    return decided
