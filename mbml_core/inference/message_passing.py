"""Belief propagation run to its end: which schedule, when to stop, and what the outcome is called."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph
from mbml_core.compiler.schedule import Schedule, colouring, flooding, sequential, two_pass
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import MAX_PRODUCT, SUM_PRODUCT, FloatArray, IntArray, Semiring
from mbml_core.errors import UnsupportedQuery
from mbml_core.inference.belief_propagation import (
    LOOPY_FLOOR,
    Propagation,
    SweepInfo,
    bethe_log_evidence,
    residual_sweeps,
    sweeps,
)
from mbml_core.inference.decode import decode, log_score
from mbml_core.inference.factor_belief import joint_of, table_with
from mbml_core.inference.loopy_factors import FactorLayout, lay_out_factors
from mbml_core.inference.loopy_factors_run import FactorSweeper, ResidualSweeper
from mbml_core.inference.loopy_pairs import PairLayout, is_pairwise, lay_out
from mbml_core.inference.loopy_pairs_run import PairSweeper, sweeper_of
from mbml_core.inference.loopy_sweeps import iterate
from mbml_core.inference.message_state import Mailbox, MessageState, flat_beliefs, split
from mbml_core.inference.result import Posterior, Status
from mbml_core.kernels.loading import fast
from mbml_core.kernels.loopy_general import sweep_factors

SCHEDULES = ("auto", "two-pass", "flooding", "sequential", "residual")
MAX_COLOURS = 256
"""The factors of one variable send one after another in the sequential schedule; beyond this many a sweep would
take longer than the extra sweeps of flooding."""
PRECISIONS = ("float64", "float32")
SINGLE_TOLERANCE = 2e-6
"""Messages in single precision keep changing by their rounding, 6e-8 for each of the numbers multiplied."""
CACHED_SCHEDULES = 64
"""Sets of observed variables whose two-pass schedule is kept: a lecture clicks through fewer."""


@dataclass(frozen=True, slots=True)
class BpOptions:
    """How messages are passed.

    Attributes:
        schedule: "two-pass" (forests only), "flooding", "sequential", "residual"; "auto" takes two-pass where
            the graph, without the variables known for certain, is a forest; elsewhere sequential, or flooding
            where a variable has more than MAX_COLOURS factors.
        damping: weight of the old message, 0 = none; ignored by two-pass.
        tolerance: converged once no normalised log message changes by more.
        max_sweeps: stop after this many.
        precision: "float64", or "float32" to halve the memory that large pairwise graphs move; where single
            precision could lose more than digits, double is used all the same. The tolerance is then at least
            SINGLE_TOLERANCE.
    """

    schedule: str = "auto"
    damping: float = 0.0
    tolerance: float = 1e-9
    max_sweeps: int = 200
    precision: str = "float64"

    def __post_init__(self) -> None:
        if self.schedule not in SCHEDULES:
            raise UnsupportedQuery(f"there is no schedule '{self.schedule}'; use one of {', '.join(SCHEDULES)}")
        if not 0.0 <= self.damping < 1.0:
            raise UnsupportedQuery(f"damping is {self.damping:g}, expected 0 (none) to below 1")
        if self.tolerance < 0 or self.max_sweeps < 1:
            raise UnsupportedQuery("the tolerance must not be negative, and at least one sweep is needed")
        if self.precision not in PRECISIONS:
            raise UnsupportedQuery(f"there is no precision '{self.precision}'; use one of {', '.join(PRECISIONS)}")


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: MessageState
    status: Status
    info: SweepInfo


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What message passing ended at: `beliefs` of all variables in one array, and how they came about."""

    beliefs: FloatArray
    log_evidence: float
    status: Status
    info: SweepInfo


class BeliefPropagationInference:
    """Belief propagation on a compiled graph. `weights` map variable indices to linear evidence vectors (K,)."""

    def __init__(self, graph: CompiledGraph, options: BpOptions) -> None:
        self.graph = graph
        self.options = options
        self._forest_schedule = lru_cache(CACHED_SCHEDULES)(lambda cut: two_pass(graph, cut))
        self._layout: PairLayout | None = None

    def prepare(self) -> None:
        """Do now what the first query would do first: lay the graph out for the kernels, if they are loaded."""
        if self._is_pairwise and self._layout is None:
            self._layout = lay_out(self.graph, self._colours)

    def marginals(self, weights: Mapping[int, FloatArray], deadline: Deadline = UNLIMITED) -> Posterior:
        """Beliefs and the Bethe log evidence; exact, and called so, where the evidence leaves no loop.

        Raises ImpossibleEvidence when the messages prove the evidence impossible, which on loops they may miss.
        """
        found = self.solve(self._log_weights(weights), _known(weights), deadline)
        beliefs = split(self.graph, found.beliefs)
        return Posterior(beliefs, found.log_evidence, found.status, found.info.sweep, found.info.residual)

    def solve(self, log_weights: FloatArray, known: frozenset[int], deadline: Deadline = UNLIMITED) -> Solution:
        """As `marginals`, from flat log evidence over all states, and the variables that leave one state."""
        forest = self._forest_schedule(known)
        pairs = self._pairs(log_weights) if forest is None else None
        if pairs is not None:
            return self._solve_pairs(pairs, deadline)
        propagation = self._propagation(log_weights, SUM_PRODUCT)
        outcome = self._run(propagation, forest, deadline)
        beliefs = flat_beliefs(self.graph, Mailbox(self.graph, log_weights, outcome.state).totals())
        log_evidence = bethe_log_evidence(propagation, outcome.state)
        return Solution(beliefs, log_evidence, outcome.status, outcome.info)

    def _pairs(self, log_weights: FloatArray) -> PairSweeper | None:
        """The query in the kernels for pairwise graphs, where they answer it."""
        self.prepare()
        return sweeper_of(self._layout, log_weights, self.options.precision) if self._layout else None

    @cached_property
    def _is_pairwise(self) -> bool:
        is_plain = self.options.damping == 0.0 and self.options.schedule in ("auto", "flooding", "sequential")
        return is_plain and is_pairwise(self.graph)

    @cached_property
    def _colours(self) -> IntArray | None:
        """The batch of each factor; None where all send at once."""
        if self.options.schedule == "flooding":
            return None
        most = MAX_COLOURS if self.options.schedule == "auto" else self.graph.n_factors
        colours, n_colours = colouring(self.graph, most)
        return colours if n_colours <= most else None

    def _solve_pairs(self, pairs: PairSweeper, deadline: Deadline) -> Solution:
        least = SINGLE_TOLERANCE if pairs.precision == "float32" else 0.0
        tolerance = max(self.options.tolerance, least)
        status, info = iterate(pairs, tolerance, self.options.max_sweeps, deadline)
        return Solution(pairs.beliefs().reshape(-1), pairs.log_evidence(deadline), status, info)

    def most_probable(
        self, weights: Mapping[int, FloatArray], deadline: Deadline = UNLIMITED
    ) -> tuple[tuple[int, ...], float, bool]:
        """(states, log p(states), is exact) by max-product; needs a graph compiled with `unambiguous=True`.

        Raises UnsupportedQuery when, on loops, the states found have probability zero together.
        """
        propagation = self._propagation(self._log_weights(weights), MAX_PRODUCT)
        outcome = self._run(propagation, self._forest_schedule(_known(weights)), deadline)
        box = Mailbox(self.graph, propagation.log_weights, outcome.state)
        states = decode(propagation, box)
        log_probability = log_score(self.graph, propagation.log_weights, states)
        if log_probability == -np.inf:
            raise UnsupportedQuery(
                "max-product on this loopy graph found no possible assignment; use method='exact'"
            )
        return states, log_probability, outcome.status is Status.EXACT

    def joint(
        self, scope: tuple[int, ...], weights: Mapping[int, FloatArray], deadline: Deadline = UNLIMITED
    ) -> FloatArray:
        """P(x_scope), axes in its order, from a table that holds all of `scope`.

        Raises UnsupportedQuery where no table does, or where loops make the messages approximate.
        """
        propagation = self._propagation(self._log_weights(weights), SUM_PRODUCT)
        outcome = self._run(propagation, self._forest_schedule(_known(weights)), deadline)
        factor = table_with(self.graph, scope)
        if factor is None or outcome.status is not Status.EXACT:
            raise UnsupportedQuery(
                "belief propagation gives a joint distribution only on trees, and only of variables that share a "
                "table; use method='exact'"
            )
        return joint_of(propagation, outcome.state, factor, scope)

    def _log_weights(self, weights: Mapping[int, FloatArray]) -> FloatArray:
        """Flat log evidence over all states of all variables."""
        log_weights = np.zeros(int(self.graph.offsets[-1]))
        for variable, vector in weights.items():
            start = int(self.graph.offsets[variable])
            log_weights[start : start + len(vector)] = categorical.log(vector)
        return log_weights

    def _propagation(self, log_weights: FloatArray, semiring: Semiring) -> Propagation:
        return Propagation(self.graph, log_weights, semiring, self.options.damping, LOOPY_FLOOR)

    def _run(self, propagation: Propagation, forest: Schedule | None, deadline: Deadline) -> _Outcome:
        name = self.options.schedule
        if name == "two-pass" and forest is None:
            raise UnsupportedQuery("the graph has loops: 'two-pass' needs a tree; use schedule='sequential'")
        if forest is not None and name in ("auto", "two-pass"):
            return _Outcome(self._two_pass(propagation, forest, deadline), Status.EXACT, SweepInfo(1, 0.0))
        outcome = self._pass(propagation, deadline)
        if forest is not None and outcome.status is Status.CONVERGED:
            return _Outcome(self._two_pass(propagation, forest, deadline), Status.EXACT, outcome.info)
        return outcome

    def _two_pass(self, propagation: Propagation, forest: Schedule, deadline: Deadline) -> MessageState:
        """Exact messages of a forest. After other schedules too: what converged to a tolerance, or with damping,
        may be farther from the end than its last change tells.
        """
        undamped = Propagation(self.graph, propagation.log_weights, propagation.semiring)
        state, _ = next(sweeps(undamped, forest, deadline=deadline))
        return state

    def _pass(self, propagation: Propagation, deadline: Deadline) -> _Outcome:
        """Sweeps in machine code where it is loaded, else by numpy."""
        if fast(sweep_factors) is None:
            return self._iterate(self._sweeps(propagation, deadline))
        kind = ResidualSweeper if self.options.schedule == "residual" else FactorSweeper
        sweeper = kind(self._factors, propagation)
        status, info = iterate(sweeper, self.options.tolerance, self.options.max_sweeps, deadline)
        return _Outcome(sweeper.state(), status, info)

    @cached_property
    def _factors(self) -> FactorLayout:
        in_turn = self.options.schedule not in ("flooding", "residual")
        return lay_out_factors(self.graph, self._colours if in_turn else None)

    def _sweeps(self, propagation: Propagation, deadline: Deadline) -> Iterator[tuple[MessageState, SweepInfo]]:
        if self.options.schedule == "residual":
            return residual_sweeps(propagation, deadline=deadline)
        return sweeps(propagation, self._looping_schedule, deadline=deadline)

    @cached_property
    def _looping_schedule(self) -> Schedule:
        return flooding(self.graph) if self._colours is None else sequential(self.graph)

    def _iterate(self, states: Iterator[tuple[MessageState, SweepInfo]]) -> _Outcome:
        """Take sweeps until they converge, repeat with period two, or reach the limit."""
        before: deque[MessageState] = deque(maxlen=2)
        for state, info in states:
            if info.residual <= self.options.tolerance:
                return _Outcome(state, Status.CONVERGED, info)
            if len(before) == 2 and categorical.residual(state.flat, before[0].flat) <= self.options.tolerance:
                return _Outcome(state, Status.OSCILLATING, info)
            if info.sweep >= self.options.max_sweeps:
                return _Outcome(state, Status.MAX_SWEEPS, info)
            before.append(state)
        raise AssertionError("sweeps never end by themselves")


def _known(weights: Mapping[int, FloatArray]) -> frozenset[int]:
    """Variables whose evidence leaves one state."""
    return frozenset(v for v, vector in weights.items() if np.count_nonzero(vector) == 1)
