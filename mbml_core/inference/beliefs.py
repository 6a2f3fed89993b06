"""The beliefs of all variables side by side in one array, and where each variable's begin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import overload

import numpy as np

from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.model import FactorGraph


@dataclass(frozen=True, eq=False)
class Layout:
    """What the beliefs of a model have in common from query to query. Made once for each engine.

    Attributes:
        ids: of the variables, in the model's order.
        states: their state names.
        index: position of each id.
        index_by_name: position of each variable whose name no other variable has.
        slices: where each variable's states lie in a flat array over all of them.
    """

    ids: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]
    index: Mapping[str, int]
    index_by_name: Mapping[str, int]
    slices: tuple[slice, ...]

    @classmethod
    def of(cls, model: FactorGraph) -> Layout:
        """The layout of a model's beliefs."""
        ids = tuple([variable.id for variable in model.variables])
        states = tuple([variable.domain.states for variable in model.variables])
        return cls.side_by_side(ids, states, dict(model.variable_index), dict(model.index_by_name))

    @classmethod
    def side_by_side(
        cls,
        ids: tuple[str, ...],
        states: tuple[tuple[str, ...], ...],
        index: Mapping[str, int],
        index_by_name: Mapping[str, int],
    ) -> Layout:
        """Variables laid out one after another."""
        bounds = [0, *accumulate(map(len, states))]
        return cls(ids, states, index, index_by_name, tuple(map(slice, bounds, bounds[1:])))

    @cached_property
    def offsets(self) -> IntArray:
        """(V + 1,) where each variable begins, and the end; read-only."""
        offsets = np.array([0, *(part.stop for part in self.slices)], dtype=np.int64)
        offsets.flags.writeable = False
        return offsets

    def split(self, flat: FloatArray) -> Sequence[FloatArray]:
        """A view for each variable."""
        return self._pick(flat) if len(self.slices) > 1 else [flat[part] for part in self.slices]

    @cached_property
    def _pick(self) -> Callable[[FloatArray], tuple[FloatArray, ...]]:
        """Takes two thirds of the time of a loop; needs two slices."""
        return itemgetter(*self.slices)


class Beliefs(Sequence[FloatArray]):
    """An immutable sequence of (K,) probabilities, one array for each variable.

    Attributes:
        flat: all of them, read-only, in the order of the variables.
        slices: where each variable's stand in it, such as `Layout.slices`.
    """

    __slots__ = ("flat", "slices")

    def __init__(self, flat: FloatArray, slices: Sequence[slice]) -> None:
        flat.flags.writeable = False
        self.flat = flat
        self.slices = slices

    def __len__(self) -> int:
        return len(self.slices)

    @overload
    def __getitem__(self, v: int) -> FloatArray: ...
    @overload
    def __getitem__(self, v: slice) -> Sequence[FloatArray]: ...
    def __getitem__(self, v: int | slice) -> FloatArray | Sequence[FloatArray]:
        chosen = self.slices[v]
        return self.flat[chosen] if isinstance(chosen, slice) else Beliefs(self.flat, chosen)

    def __iter__(self) -> Iterator[FloatArray]:
        return map(self.flat.__getitem__, self.slices)


def flat_beliefs(beliefs: Sequence[FloatArray]) -> FloatArray:
    """(ΣK,) all beliefs in one read-only array; shared with `beliefs` where it holds them like that."""
    if isinstance(beliefs, Beliefs):
        return beliefs.flat
    flat = np.concatenate(beliefs) if beliefs else np.empty(0)
    flat.flags.writeable = False
    return flat
