"""What inference returns: beliefs, and how they came about. No belief without its status."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mbml_core.distributions.semiring import FloatArray


class Status(enum.Enum):
    """How far a result can be trusted."""

    EXACT = "exact"
    CONVERGED = "converged"
    MAX_SWEEPS = "max_sweeps"
    OSCILLATING = "oscillating"

    @property
    def sentence(self) -> str:
        """What to tell people."""
        return _SENTENCES[self]


_SENTENCES = {
    Status.EXACT: "Exact.",
    Status.CONVERGED: "Approximate: the graph has loops. The messages stopped changing.",
    Status.MAX_SWEEPS: "Approximate and not converged: stopped at the largest number of sweeps. "
    "Try damping=0.5, more sweeps, or method='exact'.",
    Status.OSCILLATING: "Approximate and not converged: the messages repeat with period two. "
    "Damping usually cures this: try damping=0.5.",
}


@dataclass(frozen=True, slots=True)
class Posterior:
    """What an algorithm hands to the engine: beliefs by variable index.

    Attributes:
        beliefs: (K,) probabilities for each drawn variable.
        log_evidence: nats; the Bethe estimate where the status is not exact.
        sweeps, residual: of the message passing; 0 where there is none.
    """

    beliefs: Sequence[FloatArray]
    log_evidence: float
    status: Status
    sweeps: int = 0
    residual: float = 0.0


@dataclass(frozen=True, eq=False)
class Marginal:
    """The reported distribution of one variable.

    Attributes:
        states: state names in order.
        probabilities: (K,) read-only float64 in that order, summing to one.
    """

    states: tuple[str, ...]
    probabilities: FloatArray

    def __getitem__(self, state: str) -> float:
        return float(self.probabilities[self.states.index(state)])

    def to_dict(self) -> dict[str, float]:
        """{state: probability}."""
        return dict(zip(self.states, self.probabilities.tolist(), strict=True))


class Marginals(dict[str, Marginal]):
    """Marginals by variable id, in the model's order; a variable's name works too where it is unique."""

    def __init__(self, items: Mapping[str, Marginal], ids_by_name: Mapping[str, str]) -> None:
        super().__init__(items)
        self._ids_by_name = ids_by_name

    def __missing__(self, key: str) -> Marginal:
        return self[self._ids_by_name[key]] if key in self._ids_by_name else self._fail(key)

    def _fail(self, key: str) -> Marginal:
        raise KeyError(f"there is no variable '{key}'")


@dataclass(frozen=True, eq=False)
class Result:
    """Beliefs after some observations.

    Attributes:
        marginals: by variable id.
        log_evidence: log of the normaliser given the observations, in nats: log P(evidence) for a directed
            model, log Z for a free one; an estimate where `is_exact` is False. A belief that was set counts as
            the likelihood that brought it about, scaled to a largest weight of one.
        status: how far to trust it.
        method: the algorithm that ran: "exact", "bp" or "enumeration".
        message: a sentence on how the result came about, for people.
        sweeps, residual: of the message passing; 0 where there is none.
    """

    marginals: Mapping[str, Marginal]
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


@dataclass(frozen=True, slots=True)
class MapResult:
    """A most probable assignment of all variables.

    Attributes:
        assignment: {variable id: state name}, in the model's order.
        log_probability: log P(assignment, evidence) in nats.
        is_exact: False when the search was approximate; the log probability of what it found is right all the
            same.
        method: the algorithm that ran.
        message: a sentence for people.
    """

    assignment: Mapping[str, str]
    log_probability: float
    is_exact: bool
    method: str
    message: str = field(default="")


@dataclass(frozen=True, slots=True)
class Joint:
    """The exact joint distribution of some variables.

    Attributes:
        scope: variable ids, in the order asked for.
        states: their state names.
        probabilities: one axis per variable, in that order; sums to one.
    """

    scope: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]
    probabilities: FloatArray
