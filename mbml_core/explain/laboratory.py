"""Loopy belief propagation sweep by sweep: how the order of the messages and damping change what it ends at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph, compile_graph
from mbml_core.compiler.schedule import Schedule, Send, flooding, sequential
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import SUM_PRODUCT, FloatArray
from mbml_core.errors import ImpossibleEvidence, UnsupportedQuery
from mbml_core.explain.lab_words import told_run
from mbml_core.explain.loops import leaves_no_loop
from mbml_core.inference.belief_propagation import LOOPY_FLOOR, Propagation, SweepInfo, residual_sweeps, sweeps
from mbml_core.inference.message_state import Mailbox, MessageState, flat_beliefs
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Result, Status
from mbml_core.model import FactorGraph, find_indices

SCHEDULES = ("flooding", "sequential", "residual", "random")
TOLERANCE = 1e-9
"""Messages stand still where none changes by more, in nats: as in the engine."""
STANDSTILL = 1e-3
"""Messages repeat with period two where two sweeps together move them by less than this share of what one moves
them: an oscillation comes nearer to its final form with every sweep and is shown long before it is perfect."""
MAX_SWEEPS = 1000
MAX_NUMBERS = 24_000
"""Probabilities in the answer: some 240 kB of text with six digits each."""

Sweeps = Iterator[tuple[MessageState, SweepInfo]]
Report = Callable[[int, int], None]


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """One run of loopy belief propagation. Sweep 0 is the moment before any message was sent.

    Attributes:
        schedule, damping, seed: how it was run.
        residuals: largest change of a (damped) log message in each sweep, in nats, from sweep 1 on; in the
            residual schedule the largest change that still waits.
        distances: largest |belief − exact belief| over all variables after each sweep, from sweep 0 on; empty
            where the exact beliefs are unknown.
        beliefs: for each variable that was asked for (S + 1, K) probabilities, from sweep 0 on.
        exact: for each of them its exact belief; empty where unknown.
        status: how it ended: CONVERGED, OSCILLATING (with period two) or MAX_SWEEPS.
        is_exact: whether the last beliefs are exact: the evidence leaves no loop, and the messages stand still.
        sentences: what happened.
    """

    schedule: str
    damping: float
    seed: int
    residuals: tuple[float, ...]
    distances: tuple[float, ...]
    beliefs: Mapping[str, FloatArray]
    exact: Mapping[str, FloatArray]
    status: Status
    is_exact: bool
    sentences: tuple[str, ...]


def laboratory(
    model: FactorGraph,
    evidence: Mapping[str, Any] | None = None,
    *,
    schedule: str = "flooding",
    damping: float = 0.0,
    max_sweeps: int = 60,
    seed: int = 0,
    variables: Iterable[str] | None = None,
    exact: Result | None = None,
    deadline: Deadline = UNLIMITED,
    progress: Report | None = None,
) -> Run:
    """Run belief propagation and keep what every sweep did.

    Args:
        model: a sound factor graph.
        evidence: as for `Engine.infer`; None stands for what is drawn.
        schedule: "flooding": all messages at once; "sequential": factor after factor; "residual": always the
            factor whose messages would change most, as many sends a sweep as there are factors; "random": factor
            after factor in an order shuffled anew for every sweep.
        damping: the weight of the old log message in the new one, 0 = none.
        max_sweeps: stop after this many where the messages do not stand still before.
        seed: of the random schedule.
        variables: whose beliefs are kept; None: all of them.
        exact: the exact result for the same evidence, where there is one.
        deadline: polled.
        progress: called as progress(sweeps done, max_sweeps).

    Raises:
        InvalidEvidence: the evidence or a variable does not fit the model.
        UnsupportedQuery: there is no such schedule, damping or number of sweeps; the answer would be too long; or
            a belief is set, whose likelihood takes many runs to find.
        ImpossibleEvidence: the messages prove the evidence impossible.
    """
    chosen = find_indices(model, model.variable_index if variables is None else variables)
    _require(schedule, damping, max_sweeps, sum(model.variables[v].size for v in chosen))
    observed = Observations.of(model, evidence)
    if observed.beliefs:
        raise UnsupportedQuery(
            "a belief that is set is fitted by many runs, and this shows one; take it back, or use a likelihood"
        )
    graph = compile_graph(model)
    propagation = Propagation(graph, _log_weights(graph, observed), SUM_PRODUCT, damping, LOOPY_FLOOR)
    right = exact.marginals.flat if exact is not None else None
    kept, residuals, status = _recorded(
        propagation, _sweeps(propagation, schedule, seed, deadline), max_sweeps, progress
    )
    distances = () if right is None else tuple(float(np.abs(flat - right).max(initial=0.0)) for flat in kept)
    slices = [slice(start, end) for start, end in pairwise(graph.offsets.tolist())]
    history = np.array(kept)
    beliefs = {model.variables[v].id: history[:, slices[v]] for v in chosen}
    is_exact = status is Status.CONVERGED and leaves_no_loop(model, evidence, deadline)
    shown = {} if right is None else {model.variables[v].id: right[slices[v]] for v in chosen}
    sentences = told_run(model, history, slices, residuals, status, right, is_exact)
    return Run(schedule, damping, seed, residuals, distances, beliefs, shown, status, is_exact, sentences)


def _require(schedule: str, damping: float, max_sweeps: int, n_numbers: int) -> None:
    if schedule not in SCHEDULES:
        raise UnsupportedQuery(f"there is no schedule '{schedule}'; use one of {', '.join(SCHEDULES)}")
    if not 0.0 <= damping < 1.0:
        raise UnsupportedQuery(f"damping is {damping:g}, expected 0 (none) to below 1")
    if not 1 <= max_sweeps <= MAX_SWEEPS:
        raise UnsupportedQuery(f"{max_sweeps:,} sweeps were asked for, expected 1 to {MAX_SWEEPS:,}")
    if n_numbers * (max_sweeps + 1) > MAX_NUMBERS:
        raise UnsupportedQuery(
            f"{max_sweeps:,} sweeps of the beliefs in {n_numbers:,} states are too much to show; ask for fewer "
            "variables or sweeps"
        )


def _log_weights(graph: CompiledGraph, observed: Observations) -> FloatArray:
    """Flat log evidence over all states of all variables."""
    weights = np.zeros(int(graph.offsets[-1]))
    for v, vector in observed.fixed.items():
        weights[graph.offsets[v] : graph.offsets[v + 1]] = categorical.log(vector)
    return weights


def _sweeps(propagation: Propagation, schedule: str, seed: int, deadline: Deadline) -> Sweeps:
    graph = propagation.graph
    if schedule == "residual":
        return residual_sweeps(propagation, deadline=deadline)
    if schedule == "random":
        return _random_sweeps(propagation, seed, deadline)
    return sweeps(propagation, flooding(graph) if schedule == "flooding" else sequential(graph), deadline=deadline)


def _random_sweeps(propagation: Propagation, seed: int, deadline: Deadline) -> Sweeps:
    """Factor after factor, each using the newest messages, in an order drawn anew for every sweep."""
    source = np.random.default_rng(seed)
    batches = _one_by_one(propagation.graph)
    state: MessageState | None = None
    sweep = 0
    while True:
        sweep += 1
        order = source.permutation(len(batches))
        shuffled = Schedule("random", tuple(batches[i] for i in order))
        state, info = next(sweeps(propagation, shuffled, state, deadline))
        yield state, SweepInfo(sweep, info.residual)


def _one_by_one(graph: CompiledGraph) -> list[tuple[Send, ...]]:
    """A batch for every factor that has a variable."""
    return [
        (Send(group, np.array([row], dtype=np.int64), tuple(range(len(scope)))),)
        for (group, row), scope in zip(graph.locations, graph.scopes, strict=True)
        if scope
    ]


def _recorded(
    propagation: Propagation, states: Sweeps, max_sweeps: int, progress: Report | None
) -> tuple[Sequence[FloatArray], tuple[float, ...], Status]:
    """(flat beliefs from sweep 0 on, residuals from sweep 1 on, how it ended).

    Messages that repeat go on to the last sweep: that they do is what the plot shows.
    """
    kept = [_beliefs(propagation, None)]
    residuals: list[float] = []
    last: list[FloatArray] = []
    status = Status.MAX_SWEEPS
    while len(residuals) < max_sweeps and status is not Status.CONVERGED:
        state, info = next(states)
        kept.append(_beliefs(propagation, state))
        residuals.append(info.residual)
        last = [*last[-2:], state.flat]
        status = _status(last, info.residual)
        if progress is not None:
            progress(len(residuals), max_sweeps)
    return kept, tuple(residuals), status


def _status(last: Sequence[FloatArray], residual: float) -> Status:
    if residual <= TOLERANCE:
        return Status.CONVERGED
    if len(last) == 3 and categorical.residual(last[2], last[0]) <= STANDSTILL * residual:
        return Status.OSCILLATING
    return Status.MAX_SWEEPS


def _beliefs(propagation: Propagation, state: MessageState | None) -> FloatArray:
    graph = propagation.graph
    found = flat_beliefs(graph, Mailbox(graph, propagation.log_weights, state).totals())
    if not np.isfinite(found).all():
        raise ImpossibleEvidence("the messages exclude every state of a variable")
    return found
