"""In which order messages are sent: every schedule is a generator of steps that returns how the run ended.

A sweep sends each message that would change; in the first one that is every message.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.categorical import residual as log_change
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import UnsupportedQuery
from mbml_core.inference.result import Status
from mbml_core.inference.trace.drawn import DrawnGraph
from mbml_core.inference.trace.messages import concluding, delivered, sending
from mbml_core.inference.trace.operation import Step, Table

Edge: TypeAlias = tuple[str, str]
"""(sender, receiver)."""

SCHEDULES = ("auto", "two-pass", "flooding", "sequential", "residual", "random")


@dataclass(frozen=True, slots=True)
class TraceOptions:
    """How an algorithm is run; the schedule, damping, tolerance, sweeps and seed are those of belief propagation.

    Attributes:
        schedule: one of SCHEDULES; "auto" takes two-pass where no loop is left, and sequential elsewhere.
        root: id of the variable that is collected to or computed; None: the first of the drawing.
        is_pruned: whether variable elimination leaves out what cannot move that belief.
        damping: weight of the old message from a factor to a variable, 0 = none; ignored by two-pass.
        tolerance: converged once no log message changes by more.
        max_sweeps: stop after this many.
        seed: of the random order.
        limit: polled at every message.
        progress: told after every sweep how many there were and how many there may be.
    """

    schedule: str = "auto"
    root: str | None = None
    is_pruned: bool = False
    damping: float = 0.0
    tolerance: float = 1e-9
    max_sweeps: int = 200
    seed: int = 0
    limit: Deadline = UNLIMITED
    progress: Callable[[int, int], None] | None = None

    def __post_init__(self) -> None:
        if self.schedule not in SCHEDULES:
            raise UnsupportedQuery(f"there is no schedule '{self.schedule}'; use one of {', '.join(SCHEDULES)}")
        if not 0.0 <= self.damping < 1.0:
            raise UnsupportedQuery(f"damping is {self.damping:g}, expected 0 (none) to below 1")
        if not self.tolerance >= 0 or self.max_sweeps < 1:
            raise UnsupportedQuery("the tolerance must not be negative, and at least one sweep is needed")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Attributes:
        schedule: the one that was used.
        status: exact on trees; see `Status`.
        sweeps: how many; two-pass is one.
        residual: largest change of a log message in the last sweep.
    """

    schedule: str
    status: Status
    sweeps: int
    residual: float


Run: TypeAlias = Generator[Step, None, Ending]


def passing(graph: DrawnGraph, options: TraceOptions) -> Run:
    """All messages of a run, then every variable's belief.

    Raises UnsupportedQuery for two-pass where there is a loop, ImpossibleEvidence where a message or belief
    excludes every state, which on loops may go unnoticed.
    """
    tree = collecting(graph, options.root) if options.schedule in ("auto", "two-pass") else None
    if options.schedule == "two-pass" and tree is None:
        raise UnsupportedQuery(
            "the two-pass schedule needs a graph without loops; use another schedule, or observe a variable that "
            "cuts the loop"
        )
    post = _Post(graph, options)
    ending = (yield from _two_pass(post, tree)) if tree is not None else (yield from _sweeps(post))
    for variable in graph.model.variables:
        options.limit.check()
        yield concluding(graph, post.sent, variable.id, post.next_number())
    return ending


class _Post:
    """The newest messages during a run, and the number of the next step."""

    def __init__(self, graph: DrawnGraph, options: TraceOptions) -> None:
        self.graph = graph
        self.options = options
        self.sent: dict[Edge, Table] = {}
        self._number = 0

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def made(self, edge: Edge, phase: str, ahead: int = 0) -> Step:
        """The step that would send a message, `ahead` of others that wait."""
        self.options.limit.check()
        damping = 0.0 if phase in ("collect", "distribute") else self.options.damping
        return sending(self.graph, self.sent, edge, self._number + 1 + ahead, phase, damping)

    def deliver(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if step.operation is not None:
                self.sent[step.sender, step.receiver] = step.operation.result
                self._number = step.number

    def is_news(self, step: Step) -> bool:
        """Whether a message says anything that the one before did not."""
        return step.residual > 0.0 or (step.sender, step.receiver) not in self.sent

    def one_by_one(self, edges: Iterable[Edge], phase: str) -> Iterator[Step]:
        """Send the messages in turn, each from the newest ones."""
        for edge in edges:
            step = self.made(edge, phase)
            if self.is_news(step):
                self.deliver([step])
                yield step

    def at_once(self, edges: Iterable[Edge], phase: str) -> Iterator[Step]:
        """Send the messages together, each from those before."""
        waiting: list[Step] = []
        for edge in edges:
            step = self.made(edge, phase, len(waiting))
            if self.is_news(step):
                waiting.append(step)
        self.deliver(waiting)
        yield from waiting


def collecting(graph: DrawnGraph, root: str | None) -> list[Edge] | None:
    """Every edge of the forest in the direction of the roots, leaves first; None where there is a loop.

    A variable known for certain is a leaf of each of its factors. The root is that of its own tree; in the others,
    and where it is known itself, it is the first variable, or the first factor that has known variables only.
    """
    open_variables = [variable.id for variable in graph.model.variables if variable.id not in graph.known]
    first = [root] if root is not None and root not in graph.known else []
    seen: set[str] = set()
    away: list[Edge] = []
    for start in (*first, *open_variables, *graph.factors):
        if start in seen:
            continue
        found = edges_away_from(graph, start, seen)
        if found is None:
            return None
        away += found
    return [(child, parent) for parent, child in reversed(away)]


def edges_away_from(graph: DrawnGraph, start: str, seen: set[str]) -> list[Edge] | None:
    """The edges of the tree round `start` in the direction away from it, breadth first; its nodes are added to
    `seen`. A variable known for certain is a leaf. None where another node is reached twice.
    """
    seen.add(start)
    queue = [(start, "")]
    found: list[Edge] = []
    for node, parent in queue:  # grows while it is walked
        for neighbour in graph.neighbours.get(node, ()):
            if neighbour == parent:
                continue
            if neighbour not in graph.known:
                if neighbour in seen:
                    return None
                seen.add(neighbour)
                queue.append((neighbour, node))
            found.append((node, neighbour))
    return found


def _two_pass(post: _Post, collect: Sequence[Edge]) -> Run:
    """From the leaves to the roots and back, each message once."""
    yield from post.one_by_one(collect, "collect")
    yield from post.one_by_one([(parent, child) for child, parent in reversed(collect)], "distribute")
    return Ending("two-pass", Status.EXACT, 1, 0.0)


def _sweeps(post: _Post) -> Run:
    """Sweeps until they converge, repeat with period two, or reach the limit."""
    options = post.options
    name = "sequential" if options.schedule == "auto" else options.schedule
    sweep_of = _Sweeps(post, name)
    before: deque[FloatArray] = deque(maxlen=2)
    for sweep in range(1, options.max_sweeps + 1):
        start = sweep_of.state()
        yield from sweep_of.sweep(f"sweep {sweep}")
        state = sweep_of.state()
        residual = sweep_of.residual(state, start)
        if options.progress is not None:
            options.progress(sweep, options.max_sweeps)
        if residual <= options.tolerance:
            status = Status.CONVERGED if collecting(post.graph, None) is None else Status.EXACT
            return Ending(name, status, sweep, residual)
        if len(before) == 2 and log_change(state, before[0]) <= options.tolerance:
            return Ending(name, Status.OSCILLATING, sweep, residual)
        before.append(state)
    return Ending(name, Status.MAX_SWEEPS, options.max_sweeps, residual)


class _Sweeps:
    """What one sweep of each schedule sends."""

    def __init__(self, post: _Post, name: str) -> None:
        graph = post.graph
        self._post = post
        self._factors = [factor.id for factor in graph.factors.values() if factor.scope]
        self._to_factors = [(id, f) for f in self._factors for id in graph.factors[f].scope]
        self._to_variables = [(f, id) for id, f in self._to_factors]
        self._random = np.random.default_rng(post.options.seed)
        self._run = {
            "flooding": self._flooding,
            "sequential": self._sequential,
            "residual": self._largest_first,
            "random": self._shuffled,
        }[name]

    def sweep(self, phase: str) -> Iterator[Step]:
        """The steps of the next sweep."""
        return self._run(phase)

    def state(self) -> FloatArray:
        """All log messages to variables, one after another; uniform where none was sent."""
        graph, sent = self._post.graph, self._post.sent
        parts = [
            sent[edge].values if edge in sent else np.full(graph.size(edge[1]), 1 / graph.size(edge[1]))
            for edge in self._to_variables
        ]
        with np.errstate(divide="ignore"):
            return np.log(np.concatenate(parts)) if parts else np.zeros(0)

    def residual(self, state: FloatArray, start: FloatArray) -> float:
        """How far the sweep from `start` to `state` moved the messages. Where the order is free, one that moved
        none may still leave news waiting: then it is the largest change that could be sent next.
        """
        if self._run in (self._flooding, self._sequential):
            return log_change(state, start)
        return max((self._change(factor) for factor in self._factors), default=0.0)

    def _flooding(self, phase: str) -> Iterator[Step]:
        yield from self._post.at_once(self._to_factors, phase)
        yield from self._post.at_once(self._to_variables, phase)

    def _sequential(self, phase: str) -> Iterator[Step]:
        for factor in self._factors:
            yield from self._send_all(factor, phase)

    def _send_all(self, factor: str, phase: str) -> Iterator[Step]:
        """A factor's variables tell it the newest; then it tells them."""
        scope = self._post.graph.factors[factor].scope
        yield from self._post.at_once([(id, factor) for id in scope], phase)
        yield from self._post.at_once([(factor, id) for id in scope], phase)

    def _shuffled(self, phase: str) -> Iterator[Step]:
        edges = self._to_factors + self._to_variables
        yield from self._post.one_by_one([edges[k] for k in self._random.permutation(len(edges))], phase)

    def _largest_first(self, phase: str) -> Iterator[Step]:
        """As many times as there are factors: the one whose messages would change most sends.

        Source: Elidan, McGraw & Koller (2006), UAI.
        """
        graph = self._post.graph
        changes = {factor: self._change(factor) for factor in self._factors}
        for _ in self._factors:
            factor = max(changes, key=changes.__getitem__)
            if changes[factor] == 0.0 and (factor, graph.factors[factor].scope[0]) in self._post.sent:
                break
            yield from self._send_all(factor, phase)
            near = {f for id in graph.factors[factor].scope for f in graph.neighbours[id]}
            changes.update({f: self._change(f) for f in near})

    def _change(self, factor: str) -> float:
        """How far the messages of a factor would move if its variables told it the newest."""
        post = self._post
        scope = post.graph.factors[factor].scope
        told = [sending(post.graph, post.sent, (id, factor), 0, "") for id in scope]
        newest = delivered(post.sent, told)
        damping = post.options.damping
        return max(sending(post.graph, newest, (factor, id), 0, "", damping).residual for id in scope)
