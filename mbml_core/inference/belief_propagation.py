"""Sum-product and max-product message passing on any graph. Exact on trees, an estimate on loops.

A sweep is one item of a generator: inference exhausts it, a stepper takes one at a time, tests stop where they
like. Source: Kschischang, Frey & Loeliger (2001); Elidan, McGraw & Koller (2006) for the residual schedule.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph, DenseGroup
from mbml_core.compiler.schedule import Batch, Schedule, Send
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import SUM_PRODUCT, FloatArray, IntArray, Semiring
from mbml_core.errors import ImpossibleEvidence
from mbml_core.factors import automaton_rule, dense_rule
from mbml_core.inference.message_state import Mailbox, MessageState

LOOPY_FLOOR = -1e5
"""On loops a state's log message may double with every sweep until it overflows; e^-100000 is as good as zero, and
sums of such numbers still carry eleven decimals. Forests need no floor: there each message is sent once."""


@dataclass(frozen=True, slots=True)
class SweepInfo:
    """What happened in one sweep.

    Attributes:
        sweep: counted from 1.
        residual: largest change of a normalised log message.
    """

    sweep: int
    residual: float


@dataclass(frozen=True, slots=True)
class Propagation:
    """What stays the same from sweep to sweep.

    Attributes:
        graph: the factors.
        log_weights: flat log evidence over all states of all variables.
        semiring: sum-product or max-product.
        damping: weight of the old message in the new one, 0 = none.
        floor: smallest finite log message; see LOOPY_FLOOR.
    """

    graph: CompiledGraph
    log_weights: FloatArray
    semiring: Semiring = SUM_PRODUCT
    damping: float = 0.0
    floor: float = -math.inf

    def incoming(self, box: Mailbox, send: Send) -> list[FloatArray]:
        """For each scope position the messages from the variables to the sending factors."""
        n_axes = self.graph.groups[send.group].scopes.shape[1]
        return [box.to_factor(send.group, axis, send.rows) for axis in range(n_axes)]

    def messages(self, send: Send, incoming: Sequence[FloatArray]) -> Mapping[int, FloatArray]:
        """Unnormalised new messages of one send, by axis."""
        group = self.graph.groups[send.group]
        if isinstance(group, DenseGroup):
            return dense_rule.messages(group.log_values[send.rows], incoming, send.axes, self.semiring)
        weights = [step[send.rows] for step in group.log_weights]
        return automaton_rule.messages(group.pattern, weights, incoming, send.axes, self.semiring)

    def prepare(self, box: Mailbox, send: Send) -> dict[int, FloatArray]:
        """New messages of one send, normalised and damped, by axis.

        Raises ImpossibleEvidence where a message forbids every state.
        """
        prepared = {}
        for axis, logs in self.messages(send, self.incoming(box, send)).items():
            normal, mass = categorical.normalize(logs, self.semiring)
            if np.isneginf(mass).any():
                raise ImpossibleEvidence("a factor's message excludes every state of a variable")
            old = box.to_variable(send.group, axis, send.rows)
            bounded = np.where(np.isneginf(normal), normal, np.maximum(normal, self.floor))
            prepared[axis] = categorical.damp(bounded, old, self.damping)
        return prepared

    def run_batch(self, box: Mailbox, batch: Batch) -> float:
        """Compute all messages of a batch, then deliver them; returns the residual."""
        prepared = [(send, self.prepare(box, send)) for send in batch]
        return max((self._deliver(box, send, new) for send, new in prepared), default=0.0)

    def _deliver(self, box: Mailbox, send: Send, new: Mapping[int, FloatArray]) -> float:
        change = change_of(box, send, new)
        for axis, message in new.items():
            box.deliver(send.group, axis, send.rows, message)
        return change


def change_of(box: Mailbox, send: Send, new: Mapping[int, FloatArray]) -> float:
    """Residual of messages that are not delivered yet."""
    return max(
        categorical.residual(message, box.to_variable(send.group, axis, send.rows))
        for axis, message in new.items()
    )


def sweeps(
    propagation: Propagation,
    schedule: Schedule,
    start: MessageState | None = None,
    deadline: Deadline = UNLIMITED,
) -> Iterator[tuple[MessageState, SweepInfo]]:
    """Run `schedule` again and again, yielding the state after every sweep."""
    box = Mailbox(propagation.graph, propagation.log_weights, start)
    sweep = 0
    while True:
        sweep += 1
        residual = 0.0
        for batch in schedule.batches:
            deadline.check()
            residual = max(residual, propagation.run_batch(box, batch))
        box.recount()
        yield box.snapshot(), SweepInfo(sweep, residual)


def residual_sweeps(
    propagation: Propagation, start: MessageState | None = None, deadline: Deadline = UNLIMITED
) -> Iterator[tuple[MessageState, SweepInfo]]:
    """Always let the factor send whose messages would change most; a sweep is as many sends as factors.

    The residual reported is the largest change still waiting at the end of the sweep.
    """
    graph = propagation.graph
    box = Mailbox(graph, propagation.log_weights, start)
    queue = _ResidualQueue(propagation, box)
    sweep = 0
    while True:
        sweep += 1
        for _ in range(max(1, len(graph.scopes))):
            deadline.check()
            if not queue.fire_largest():
                break
        box.recount()
        yield box.snapshot(), SweepInfo(sweep, queue.largest())


class _ResidualQueue:
    """Factors by how much their messages would change; entries are renewed when a neighbour has sent."""

    def __init__(self, propagation: Propagation, box: Mailbox) -> None:
        self._propagation = propagation
        self._box = box
        graph = propagation.graph
        self._neighbours: list[set[int]] = [set() for _ in graph.n_states]
        self._sends: dict[int, Send] = {}
        for factor, scope in enumerate(graph.scopes):
            if scope:
                group, row = graph.locations[factor]
                self._sends[factor] = Send(group, np.array([row], dtype=np.int64), tuple(range(len(scope))))
                for v in scope:
                    self._neighbours[v].add(factor)
        self._current: dict[int, float] = {}
        self._heap: list[tuple[float, int]] = []
        for factor in self._sends:
            self._renew(factor)

    def _renew(self, factor: int) -> None:
        send = self._sends[factor]
        change = change_of(self._box, send, self._propagation.prepare(self._box, send))
        self._current[factor] = change
        heapq.heappush(self._heap, (-change, factor))

    def largest(self) -> float:
        """The largest change that waits."""
        return max(self._current.values(), default=0.0)

    def fire_largest(self) -> bool:
        """Let the factor with the largest change send; False when nothing would change."""
        while self._heap and -self._heap[0][0] != self._current[self._heap[0][1]]:
            heapq.heappop(self._heap)
        if not self._heap or self._heap[0][0] == 0.0:
            return False
        factor = self._heap[0][1]
        self._propagation.run_batch(self._box, (self._sends[factor],))
        scope = self._propagation.graph.scopes[factor]
        for neighbour in sorted(set().union(*(self._neighbours[v] for v in scope))):
            self._renew(neighbour)
        return True


def bethe_log_evidence(propagation: Propagation, state: MessageState) -> float:
    """Bethe estimate of the log evidence in nats; exact on trees.

        Σ_a log Z_a + Σ_i log Z_i − Σ_{(a,i)} log Z_ai
        Z_a = Σ_x f_a(x) Π_i μ_{i→a}(x_i),  Z_i = Σ_x w_i(x) Π_a μ_{a→i}(x),  Z_ai = Σ_x μ_{i→a}(x) μ_{a→i}(x)

    w_i are the weights of the evidence. At a fixed point this equals the Bethe free energy with its sign turned;
    the scale of every message cancels. Raises ImpossibleEvidence when a term is zero.
    Source: Yedidia, Freeman & Weiss (2005), IEEE Trans. Inf. Theory 51(7); Koller & Friedman (2009), §11.3.
    """
    graph = propagation.graph
    box = Mailbox(graph, propagation.log_weights, state)
    total = _log_z_of_variables(graph, box.totals())
    for g, group in enumerate(graph.groups):
        rows: IntArray = np.arange(len(group.members))
        incoming = [box.to_factor(g, axis, rows) for axis in range(group.scopes.shape[1])]
        if isinstance(group, DenseGroup):
            total += float(dense_rule.log_normalizer(group.log_values, incoming, SUM_PRODUCT).sum())
        else:
            total += float(
                automaton_rule.log_normalizer(group.pattern, group.log_weights, incoming, SUM_PRODUCT).sum()
            )
        for axis, message in enumerate(incoming):
            total -= float(SUM_PRODUCT.eliminate(message + box.to_variable(g, axis, rows), -1).sum())
    if not np.isfinite(total):
        raise ImpossibleEvidence("the messages exclude every joint state of a factor")
    return total


def _log_z_of_variables(graph: CompiledGraph, totals: FloatArray) -> float:
    total = 0.0
    for size in np.unique(graph.n_states).tolist():
        variables = np.flatnonzero(graph.n_states == size)
        logs = totals[graph.offsets[variables, None] + np.arange(size)]
        total += float(SUM_PRODUCT.eliminate(logs, -1).sum())
    return total
