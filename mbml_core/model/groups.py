"""Large models from arrays: groups of like variables, groups of like factors, no object for each.

    x[0] … x[n − 1]                  a VariableGroup
    f_r(x[i_r], x[j_r]), r = 0 … R−1  a FactorGroup: one array of indices for each scope position, and its tables

A grouped graph means what the same graph drawn node by node means: P(x) ∝ Π_groups Π_r f_r(x_scope(r)).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mbml_core.errors import InvalidModel, Problem
from mbml_core.model.variable import MAX_STATES

Indices = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class VariableGroup:
    """`n` variables with the same states.

    Attributes:
        id: unique among the groups of the graph; results and evidence use it.
        n: how many.
        states: state names, in order.
    """

    id: str
    n: int
    states: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.states))

    @property
    def size(self) -> int:
        """Number of states."""
        return len(self.states)


@dataclass(frozen=True, eq=False)
class FactorGroup:
    """Factors of one shape, row r over one variable from each scope position.

    Attributes:
        id: unique among the groups of the graph.
        scope: for each position the id of a variable group and (R,) indices into it. None stands for all of its
            variables in order.
        values: (K_1, …, K_d), one table that all factors share, or (R, K_1, …, K_d); non-negative, axes in scope
            order.

    Arrays that can be written to are copied; read-only ones are kept as they are.
    """

    id: str
    scope: tuple[tuple[str, Indices | None], ...]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        scope = tuple((group, None if indices is None else _kept(indices)) for group, indices in self.scope)
        object.__setattr__(self, "scope", scope)
        object.__setattr__(self, "values", _numbers(self.values))

    @property
    def is_shared(self) -> bool:
        """Whether all factors have the same table."""
        return self.values.ndim == len(self.scope)


@dataclass(frozen=True, eq=False)
class GroupedGraph:
    """Variables and factors in groups.

    Attributes:
        variables: groups of variables; their order is that of every result.
        factors: groups of factors.
        name: title.
    """

    variables: tuple[VariableGroup, ...]
    factors: tuple[FactorGroup, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "variables", tuple(self.variables))
        object.__setattr__(self, "factors", tuple(self.factors))

    @cached_property
    def group_index(self) -> Mapping[str, int]:
        """Position of each variable group's id."""
        return MappingProxyType({group.id: i for i, group in enumerate(self.variables)})

    def variable_group(self, id: str) -> VariableGroup:
        """The group with this id. Raises KeyError."""
        return self.variables[self.group_index[id]]

    def n_rows(self, factors: FactorGroup) -> int:
        """How many factors a sound group holds."""
        if not factors.is_shared:
            return len(factors.values)
        for group, indices in factors.scope:
            return self.variable_group(group).n if indices is None else len(indices)
        return 1


def require_sound_groups(graph: GroupedGraph) -> None:
    """Raise InvalidModel with every problem of the graph."""
    problems = [*_id_problems(graph), *_variable_problems(graph)]
    for factors in graph.factors:
        problems += _factor_problems(graph, factors)
    if problems:
        raise InvalidModel(problems)


def _kept(indices: Any) -> NDArray[Any]:
    return _frozen(np.asarray(indices))


def _numbers(values: Any) -> NDArray[Any]:
    try:
        array = np.asarray(values)
        array = array if array.dtype.kind not in "biuf" else array.astype(np.float64, copy=False)
    except (ValueError, OverflowError):  # ragged: kept, so that the check can say so
        array = np.asarray(values, dtype=object)
    return _frozen(array)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    if array.flags.writeable:
        array = array.copy()
        array.flags.writeable = False
    return array


def _id_problems(graph: GroupedGraph) -> Iterator[Problem]:
    ids = [*(group.id for group in graph.variables), *(group.id for group in graph.factors)]
    for id, count in Counter(ids).items():
        if count > 1:
            yield Problem(id, f"{count} groups have the id '{id}'", "give each its own id")
    if "" in ids:
        yield Problem("", "a group has an empty id", "give it an id")


def _variable_problems(graph: GroupedGraph) -> Iterator[Problem]:
    for group in graph.variables:
        if isinstance(group.n, bool) or not isinstance(group.n, int | np.integer) or group.n < 0:
            yield Problem(
                group.id, f"the group '{group.id}' has {group.n!r} variables", "give a number, 0 or more"
            )
        if not 1 <= group.size <= MAX_STATES:
            yield Problem(
                group.id,
                f"the variables '{group.id}' have {group.size} states, expected 1 to {MAX_STATES:,}",
                "add or remove states",
            )
        if len(set(group.states)) < group.size:
            yield Problem(group.id, f"two states of '{group.id}' have the same name", "give each its own name")


def _factor_problems(graph: GroupedGraph, factors: FactorGroup) -> list[Problem]:
    problems = [
        Problem(factors.id, f"the scope names '{id}', which is no group of variables", "add it or correct the id")
        for id, _ in factors.scope
        if id not in graph.group_index
    ]
    if problems:
        return problems
    problems = [problem for axis in range(len(factors.scope)) for problem in _index_problems(graph, factors, axis)]
    problems += _length_problems(graph, factors)
    if not problems:
        problems += _repetition_problems(graph, factors)
    return problems + list(_value_problems(graph, factors))


def _index_problems(graph: GroupedGraph, factors: FactorGroup, axis: int) -> Iterator[Problem]:
    id, indices = factors.scope[axis]
    if indices is None:
        return
    if indices.ndim != 1 or (indices.dtype.kind not in "iu" and indices.size):
        what = f"the indices into '{id}' are {indices.ndim}-dimensional {indices.dtype}"
        yield Problem(factors.id, what, "give whole numbers in one dimension, one for each factor")
        return
    n = graph.variable_group(id).n
    if indices.size and (indices.min() < 0 or indices.max() >= n):
        wrong = np.flatnonzero((indices < 0) | (indices >= n))
        row = int(wrong[0])
        yield Problem(
            factors.id,
            f"row {row} points at '{id}' number {indices[row]}, there are {n} ({len(wrong)} such rows)",
            f"use indices from 0 to {n - 1}",
        )


def _length_problems(graph: GroupedGraph, factors: FactorGroup) -> Iterator[Problem]:
    lengths = [graph.variable_group(id).n if at is None else at.size for id, at in factors.scope]
    if factors.values.ndim == len(factors.scope) + 1:
        lengths.append(len(factors.values))
    if len(set(lengths)) > 1:
        listed = ", ".join(map(str, lengths))
        yield Problem(factors.id, f"its indices and tables have {listed} rows", "give as many of each")


def _repetition_problems(graph: GroupedGraph, factors: FactorGroup) -> Iterator[Problem]:
    """A factor that touches one variable twice."""
    scope = factors.scope
    for right in range(len(scope)):
        for left in range(right):
            if scope[left][0] != scope[right][0]:
                continue
            both = [
                np.arange(graph.n_rows(factors)) if at is None else at for _, at in (scope[left], scope[right])
            ]
            same = np.flatnonzero(both[0] == both[1])
            if len(same):
                what = f"row {same[0]} has '{scope[left][0]}' number {both[0][same[0]]} twice in its scope"
                yield Problem(factors.id, f"{what} ({len(same)} such rows)", "connect each variable once")


def _value_problems(graph: GroupedGraph, factors: FactorGroup) -> Iterator[Problem]:
    values = factors.values
    shape = tuple(graph.variable_group(id).size for id, _ in factors.scope)
    if values.dtype != np.float64 or values.shape[max(values.ndim - len(shape), 0) :] != shape:
        found = (
            f"of shape {values.shape}" if values.dtype == np.float64 else f"no array of numbers ({values.dtype})"
        )
        expected = f"{shape} or (rows, {', '.join(map(str, shape))})"
        yield Problem(factors.id, f"the tables are {found}, expected {expected}", "give numbers of that shape")
    elif values.ndim > len(shape) + 1:
        yield Problem(factors.id, f"the tables have shape {values.shape}", "give at most one axis for the rows")
    elif values.size and not (values.min() >= 0 and values.max() < np.inf):
        wrong = np.argwhere(~((values >= 0) & (values < np.inf)))
        at = tuple(wrong[0].tolist())
        place = f"entry {at}" if factors.is_shared else f"row {at[0]}, entry {at[1:]}"
        yield Problem(
            factors.id,
            f"{place} of the tables is {values[at]:g} ({len(wrong)} such entries)",
            "use finite numbers, zero or more",
        )
