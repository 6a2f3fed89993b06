"""What inference returns: beliefs, and how they came about. No belief without its status."""

from __future__ import annotations

import enum
from collections.abc import ItemsView, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.inference.beliefs import Layout, flat_beliefs
from mbml_core.model import Categorical, FactorGraph, Variable


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
        beliefs: (K,) probabilities for each drawn variable; `Beliefs` where they lie side by side.
        log_evidence: nats; the Bethe estimate where the status is not exact.
        sweeps, residual: of the message passing; 0 where there is none.
        method, message: of the method that answered, and why, where it was not the one that was asked.
    """

    beliefs: Sequence[FloatArray]
    log_evidence: float
    status: Status
    sweeps: int = 0
    residual: float = 0.0
    method: str = ""
    message: str = ""

    @property
    def sentence(self) -> str:
        """How far to trust it, for people."""
        return self.status.sentence

    def marginals(self, layout: Layout) -> Marginals:
        """The beliefs by variable id; `layout` is the model's."""
        return Marginals(layout, flat_beliefs(self.beliefs))


class Marginal:
    """The reported distribution of one variable: a value, not to be changed. It is a plain class because one is
    made for each variable that is read, and a frozen dataclass takes almost three times as long.

    Attributes:
        states: state names in order.
        probabilities: (K,) read-only float64 in that order, summing to one.
    """

    __slots__ = ("probabilities", "states")

    def __init__(self, states: tuple[str, ...], probabilities: FloatArray) -> None:
        self.states = states
        self.probabilities = probabilities

    def __getitem__(self, state: str) -> float:
        return float(self.probabilities[self.states.index(state)])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Marginal):
            return NotImplemented
        return self.states == other.states and np.array_equal(self.probabilities, other.probabilities)

    def __hash__(self) -> int:
        return hash(self.states)

    def __repr__(self) -> str:
        return f"Marginal({self.to_dict()})"

    def to_dict(self) -> dict[str, float]:
        """{state: probability}."""
        return dict(zip(self.states, self.probabilities.tolist(), strict=True))


class Marginals(Mapping[str, Marginal]):
    """Marginals by variable id, in the model's order; a variable's name works too where it is unique.

    All numbers lie in one array, and a `Marginal` is made only when it is read. Who wants every number at once
    takes `flat` and `offsets`: those of variable i are `flat[offsets[i]:offsets[i + 1]]`.

    Attributes:
        flat: (ΣK,) read-only float64, the probabilities of all variables in the model's order.
    """

    def __init__(self, layout: Layout | Mapping[str, Marginal], flat: Any) -> None:
        if not isinstance(layout, Layout):  # the engine's old call
            layout, flat = _gathered(layout, flat)
        self._layout = layout
        self.flat: FloatArray = flat
        self.flat.flags.writeable = False

    def __reduce__(self) -> tuple[Any, ...]:
        return Marginals, (self._layout, self.flat)  # a pickled view would be a copy, and writable

    @property
    def offsets(self) -> IntArray:
        """(V + 1,) where the numbers of each variable begin in `flat`, and the end; read-only."""
        return self._layout.offsets

    def __getitem__(self, key: str) -> Marginal:
        layout = self._layout
        i = layout.index.get(key)
        if i is None:
            i = layout.index_by_name.get(key)
        if i is None:
            raise KeyError(f"there is no variable '{key}'")
        return Marginal(layout.states[i], self.flat[layout.slices[i]])

    def __contains__(self, key: object) -> bool:
        return key in self._layout.index or key in self._layout.index_by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._layout.ids)

    def __len__(self) -> int:
        return len(self._layout.ids)

    def items(self) -> ItemsView[str, Marginal]:
        """(id, marginal) of every variable, in the model's order."""
        return _Items(self)

    def values(self) -> ValuesView[Marginal]:
        """The marginal of every variable, in the model's order."""
        return _Values(self)

    def made(self) -> Iterator[Marginal]:
        """The marginal of every variable, faster than one by one."""
        return map(Marginal, self._layout.states, self._layout.split(self.flat))

    def __repr__(self) -> str:
        return f"Marginals({ {id: marginal.to_dict() for id, marginal in self.items()} })"


class _Items(ItemsView[str, Marginal]):
    __slots__ = ()
    _mapping: Marginals

    def __iter__(self) -> Iterator[tuple[str, Marginal]]:
        return zip(self._mapping, self._mapping.made(), strict=True)


class _Values(ValuesView[Marginal]):
    __slots__ = ()
    _mapping: Marginals

    def __iter__(self) -> Iterator[Marginal]:
        return self._mapping.made()


def _gathered(items: Mapping[str, Marginal], ids_by_name: Any) -> tuple[Layout, FloatArray]:
    variables = tuple(Variable(id, Categorical(marginal.states)) for id, marginal in items.items())
    layout = Layout.of(FactorGraph(variables))
    names = {name: layout.index[id] for name, id in ids_by_name.items()}
    return replace(layout, index_by_name=names), flat_beliefs([m.probabilities for m in items.values()])


@dataclass(frozen=True, eq=False)
class Result:
    """Beliefs after some observations.

    Attributes:
        marginals: by variable id. Of a variable that is not categorical a distribution such as `Gaussian`, of an
            observed one a `PointMass`.
        log_evidence: log of the normaliser given the observations, in nats: log P(evidence) for a directed
            model, log Z for a free one, a density where numbers were observed; an estimate where `is_exact` is
            False, by "vmp" a lower bound. A belief that was set counts as the likelihood that brought it about,
            scaled to a largest weight of one.
        status: how far to trust it.
        method: the algorithm that ran: "exact", "bp", "ep", "vmp" or "enumeration".
        message: a sentence on how the result came about, for people.
        sweeps, residual: of the message passing; 0 where there is none.
    """

    marginals: Marginals
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
