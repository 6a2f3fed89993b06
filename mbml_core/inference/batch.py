"""What many rows of evidence get for an answer: arrays with one entry for each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.inference.beliefs import Layout
from mbml_core.inference.result import Status


@dataclass(frozen=True, eq=False)
class BatchMarginal:
    """The distributions of one variable, row by row.

    Attributes:
        states: state names in order.
        probabilities: (N, K) read-only; zeros where the row is impossible.
    """

    states: tuple[str, ...]
    probabilities: FloatArray

    def __getitem__(self, state: str) -> FloatArray:
        """(N,) the probability of a state."""
        if state not in self.states:
            raise KeyError(f"there is no state '{state}', only {', '.join(self.states)}")
        return self.probabilities[:, self.states.index(state)]

    def __len__(self) -> int:
        return len(self.probabilities)


class BatchMarginals(Mapping[str, BatchMarginal]):
    """Marginals by variable id, in the model's order; a variable's name works too where it is unique.

    Attributes:
        flat: (N, ΣK) read-only, all variables side by side; those of variable i are
            `flat[:, offsets[i]:offsets[i + 1]]`.
    """

    def __init__(self, layout: Layout, flat: FloatArray) -> None:
        self._layout = layout
        self.flat = flat
        self.flat.flags.writeable = False

    def __reduce__(self) -> tuple[type[BatchMarginals], tuple[Layout, FloatArray]]:
        return BatchMarginals, (self._layout, self.flat)  # a pickled view would be a copy, and writable

    @property
    def offsets(self) -> IntArray:
        """(V + 1,) where the numbers of each variable begin in a row of `flat`, and the end; read-only."""
        return self._layout.offsets

    def __getitem__(self, key: str) -> BatchMarginal:
        i = self._layout.index.get(key, self._layout.index_by_name.get(key))
        if i is None:
            raise KeyError(f"there is no variable '{key}' among those that were asked for")
        return BatchMarginal(self._layout.states[i], self.flat[:, self._layout.slices[i]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._layout.ids)

    def __len__(self) -> int:
        return len(self._layout.ids)


@dataclass(frozen=True, eq=False)
class BatchResult:
    """Beliefs for N rows of evidence. No two rows know of each other.

    Attributes:
        marginals: by variable id.
        log_evidence: (N,) read-only, in nats, as in `Result`; −inf: the row is impossible.
        status: the worst of all rows.
        is_exact_row: (N,) read-only, whether the numbers of a row are exact.
        method: the algorithm that ran; "bp" where it had to answer for some rows.
        message: on how the result came about, for people.
    """

    marginals: BatchMarginals
    log_evidence: FloatArray
    status: Status
    is_exact_row: NDArray[np.bool_]
    method: str
    message: str = ""

    def __len__(self) -> int:
        return len(self.log_evidence)

    @property
    def is_exact(self) -> bool:
        """Whether all rows are."""
        return self.status is Status.EXACT

    @property
    def is_possible(self) -> NDArray[np.bool_]:
        """(N,) False where the observations of a row have probability zero."""
        return self.log_evidence > -np.inf


def layout_of(layout: Layout, chosen: Sequence[int]) -> Layout:
    """The layout of some of the variables, side by side."""
    place = {v: i for i, v in enumerate(chosen)}
    return Layout.side_by_side(
        tuple(layout.ids[v] for v in chosen),
        tuple(layout.states[v] for v in chosen),
        {layout.ids[v]: i for v, i in place.items()},
        {name: place[v] for name, v in layout.index_by_name.items() if v in place},
    )
