"""Queries about grouped graphs: evidence and marginals as arrays, one row for each variable of a group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from mbml_core.compiler.from_groups import compile_groups, drawn, first_variables
from mbml_core.deadline import CancelToken, Deadline
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import ImpossibleEvidence, InvalidEvidence
from mbml_core.inference.belief_propagation import SweepInfo
from mbml_core.inference.message_passing import BeliefPropagationInference, BpOptions, Solution
from mbml_core.inference.result import Marginal, Result, Status
from mbml_core.kernels import loading
from mbml_core.model import FactorGraph
from mbml_core.model.group_evidence import observed_states
from mbml_core.model.groups import GroupedGraph, Indices, VariableGroup, require_sound_groups

Seen: TypeAlias = Mapping[str, tuple[Indices, Indices]]
"""By group the indices of the observed variables, and their states."""

NOTHING = np.zeros(0, dtype=np.int64)
AUTO_NODES = 2_000
"""A grouped graph of fewer nodes is drawn node by node when the method is left open: a tenth of a second."""

MANY_NODES = 100_000
"""From here on numpy would take longer for a few sweeps than machine code takes to be loaded: it is waited for."""


class GroupMarginals:
    """The marginals of one group. Immutable.

    Attributes:
        states: state names in order.
        probabilities: (n, K) read-only float64, each row summing to one.
    """

    __slots__ = ("probabilities", "states")

    def __init__(self, states: tuple[str, ...], probabilities: FloatArray) -> None:
        self.states = states
        self.probabilities = probabilities
        self.probabilities.flags.writeable = False

    def __len__(self) -> int:
        return len(self.probabilities)

    def __getitem__(self, index: int) -> Marginal:
        return Marginal(self.states, self.probabilities[index])

    def __iter__(self) -> Iterator[Marginal]:
        return (Marginal(self.states, row) for row in self.probabilities)


@dataclass(frozen=True, eq=False)
class GroupedResult:
    """Beliefs after some observations.

    Attributes:
        marginals: by the id of the variable group.
        log_evidence: nats; an estimate where `is_exact` is False.
        status: how far to trust it.
        method: the algorithm that ran.
        message: a sentence on how the result came about, for people.
        sweeps, residual: of the message passing; 0 where there is none.
    """

    marginals: Mapping[str, GroupMarginals]
    log_evidence: float
    status: Status
    method: str
    message: str = ""
    sweeps: int = 0
    residual: float = 0.0

    @property
    def is_exact(self) -> bool:
        """Whether the numbers equal those of enumeration, up to rounding."""
        return self.status is Status.EXACT


class GroupedEngine:
    """A grouped graph made ready for queries; safe to share between threads.

    Attributes:
        model: the graph it answers for.
        method: the algorithm that runs.
        message: why this method, where there was a choice.
    """

    def __init__(
        self, model: GroupedGraph, method: str, message: str, answer: Callable[[Seen, Deadline], Solution]
    ) -> None:
        self.model = model
        self.method = method
        self.message = message
        self._answer = answer

    def infer(
        self,
        evidence: Mapping[str, Any] | None = None,
        *,
        deadline: float | None = None,
        cancel: CancelToken | None = None,
    ) -> GroupedResult:
        """Marginals of all variables given `evidence`, and the log evidence in nats.

        Args:
            evidence: {group: (n,) state indices, -1 where not observed | {index: state index or name}}.
            deadline: seconds the call may take.
            cancel: token that stops it.

        Raises:
            InvalidEvidence: an index, state or array does not fit the model; every problem at once.
            ImpossibleEvidence: the observations have probability zero. Which of them contradict each other is not
                searched for in grouped graphs.
            DeadlineExceeded, Cancelled: the call was stopped; the engine stays usable.
        """
        limit = Deadline.of(deadline, cancel)
        seen, problems = observed_states(self.model, evidence)
        if problems:
            raise InvalidEvidence(problems)
        found = self._answer(seen, limit)
        sentence = " ".join(part for part in (found.status.sentence, self.message) if part)
        return GroupedResult(
            self._split(found.beliefs),
            found.log_evidence,
            found.status,
            self.method,
            sentence,
            found.info.sweep,
            found.info.residual,
        )

    def _split(self, beliefs: FloatArray) -> dict[str, GroupMarginals]:
        found, start = {}, 0
        for group in self.model.variables:
            end = start + group.n * group.size
            found[group.id] = GroupMarginals(group.states, beliefs[start:end].reshape(group.n, group.size))
            start = end
        return found


def compile_grouped(
    model: GroupedGraph, method: str, options: BpOptions, compile_drawing: Callable[[FactorGraph], Any]
) -> GroupedEngine:
    """Check a grouped graph and make it ready for queries; errors as in `compile`.

    "bp" runs on the arrays. "exact" and "enumeration" draw the graph node by node and compile the drawing with
    `compile_drawing`; "auto" does so with up to AUTO_NODES nodes.
    """
    require_sound_groups(model)
    n_nodes = sum(group.n for group in model.variables) + sum(map(model.n_rows, model.factors))
    loading.prefetch()
    if n_nodes >= MANY_NODES:
        loading.wait()
    if method == "bp" or (method == "auto" and n_nodes > AUTO_NODES):
        why = f"The graph has {n_nodes:,} nodes." if method == "auto" else ""
        return GroupedEngine(model, "bp", why, _by_messages(model, options))
    engine = compile_drawing(drawn(model))
    return GroupedEngine(model, engine.method, engine.message, _by_drawing(engine))


def _by_messages(model: GroupedGraph, options: BpOptions) -> Callable[[Seen, Deadline], Solution]:
    inference = BeliefPropagationInference(compile_groups(model), options)
    starts = dict(zip(model.group_index, first_variables(model).tolist(), strict=False))
    inference.prepare()

    def answer(seen: Seen, deadline: Deadline) -> Solution:
        known, parts = set[int](), []
        for group in model.variables:
            indices, states = seen.get(group.id, (NOTHING, NOTHING))
            known.update((indices + starts[group.id]).tolist())
            parts.append(_log_weights(group, indices, states))
        flat = parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0), *parts])
        try:
            return inference.solve(flat, frozenset(known), deadline)
        except ImpossibleEvidence as error:
            raise ImpossibleEvidence(
                "the factors and the observations together allow no joint state; take observations back",
                is_smallest=False,
            ) from error

    return answer


def _log_weights(group: VariableGroup, indices: Indices, states: Indices) -> FloatArray:
    logs = np.zeros((group.n, group.size))
    logs[indices] = -np.inf
    logs[indices, states] = 0.0
    return logs.reshape(-1)


def _by_drawing(engine: Any) -> Callable[[Seen, Deadline], Solution]:
    def answer(seen: Seen, deadline: Deadline) -> Solution:
        observed = {
            f"{id}[{index}]": state
            for id, (indices, states) in seen.items()
            for index, state in zip(indices.tolist(), states.tolist(), strict=True)
        }
        result: Result = engine.infer(observed, deadline=deadline.seconds, cancel=deadline.token)
        rows = [marginal.probabilities for marginal in result.marginals.values()]
        beliefs = np.concatenate([np.zeros(0), *rows])
        return Solution(beliefs, result.log_evidence, result.status, SweepInfo(result.sweeps, result.residual))

    return answer
