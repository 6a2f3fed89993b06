"""What the pairwise kernels need to know about a graph, once: rows in the order of sending, tables side by side.

Factors over one variable send the same message in every sweep: from the second sweep on they are part of the
variables' weights. In the first they take effect when it is their turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mbml_core.compiler.compiled import CompiledGraph, DenseGroup
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import SUM_PRODUCT, FloatArray, IntArray
from mbml_core.kernels import loopy_layout
from mbml_core.kernels.loading import fast
from mbml_core.kernels.loopy_layout import PairRows

RowIndex = slice | IntArray

MOST_PLANES = 64
"""Tables of more entries than this times the number of factors: a loop over rows would be a loop over little."""


@dataclass(frozen=True, slots=True)
class Single:
    """Factors over one variable that send together.

    Attributes:
        variables: (U,) where to.
        logs: (U, K) normalised log messages.
        log_scale: Σ log of the sums they were divided by.
    """

    variables: IntArray
    logs: FloatArray
    log_scale: float


@dataclass(frozen=True, eq=False)
class PairLayout:
    """A graph of variables with K states each and factors over one or two of them, tables without zeros.

    Attributes:
        n_states: K.
        n_variables: V.
        rows: index arrays of the kernels.
        planes: (K · K, T) table entries, each table divided by its largest entry (two states: by its entry 00).
        batches: the pieces that send together.
        singles: for each batch the factors over one variable.
        is_in_turn: whether each batch uses the messages of the batch before it.
        span: largest log ratio within a table.
        load: (V,) largest log ratio that the messages at a variable can have together.
        log_scale: Σ log of what the tables were divided by, and of all constants.
    """

    n_states: int
    n_variables: int
    rows: PairRows
    planes: FloatArray
    batches: tuple[range, ...]
    singles: tuple[tuple[Single, ...], ...]
    is_in_turn: bool
    span: float
    load: FloatArray
    log_scale: float

    @property
    def n_rows(self) -> int:
        """Number of factors over two variables."""
        return len(self.rows.left)

    @cached_property
    def single_planes(self) -> NDArray[np.float32]:
        """The tables in single precision."""
        return self.planes.astype(np.float32)

    @cached_property
    def single_change(self) -> float:
        """By how much the messages of the factors over one variable change in the first sweep."""
        all_logs = [single.logs for batch in self.singles for single in batch if single.logs.size]
        uniform = -np.log(self.n_states)
        changes = [max(float(logs.max()) - uniform, uniform - float(logs.min())) for logs in all_logs]
        return max(changes, default=0.0)


def is_pairwise(graph: CompiledGraph) -> bool:
    """Whether all variables have as many states, all factors at most two variables, and no table of two a zero."""
    sizes = np.unique(graph.n_states)
    if len(sizes) != 1 or sizes[0] < 2:
        return False
    groups = [group for group in graph.groups if isinstance(group, DenseGroup)]
    if len(groups) < len(graph.groups) or any(len(group.shape) > 2 for group in groups):
        return False
    pairs = [group for group in groups if len(group.shape) == 2]
    n_rows = sum(len(group.members) for group in pairs)
    is_narrow = int(sizes[0]) ** 2 <= MOST_PLANES * max(n_rows, 1)
    is_numbered = 2 * n_rows < 1 << 32 and len(graph.n_states) < 1 << 32
    return is_narrow and is_numbered and n_rows > 0 and all(_tables(group).min() > 0 for group in pairs)


def lay_out(graph: CompiledGraph, colours: IntArray | None) -> PairLayout | None:
    """The layout of a graph that `is_pairwise`; None while its kernels are not loaded.

    `colours` gives each factor's batch, None lets all send at once.
    """
    lists = fast(loopy_layout.incoming_lists)
    if lists is None:
        return None
    n_states, n_variables = int(graph.n_states[0]), len(graph.n_states)
    batches = list(_batches(graph, colours))
    pieces = [piece for batch in batches for piece in batch if len(piece[0].shape) == 2]
    scopes = [group.scopes[rows] for group, rows in pieces]
    left = np.concatenate([scope[:, 0].astype(np.uint32) for scope in scopes])
    right = np.concatenate([scope[:, 1].astype(np.uint32) for scope in scopes])
    tables = [_tables(group) if _is_shared(group) else group.values[rows] for group, rows in pieces]
    start, incoming = lists(left, right, n_variables)
    rows = PairRows(
        left,
        right,
        _running([len(scope) for scope in scopes]),
        _running([len(table) for table in tables])[:-1],
        np.array([_is_shared(group) for group, _ in pieces], dtype=np.bool_),
        start,
        incoming,
    )
    planes, scales, spans = _planes(tables)
    sizes = [len(scope) // len(table) for scope, table in zip(scopes, tables, strict=True)]
    singles = tuple(tuple(_singles(batch)) for batch in batches)
    log_scale = sum(size * float(part.sum()) for size, part in zip(sizes, _parts(scales, tables), strict=True))
    row_spans = [
        np.broadcast_to(part, len(scope)) for part, scope in zip(_parts(spans, tables), scopes, strict=True)
    ]
    return PairLayout(
        n_states,
        n_variables,
        rows,
        planes,
        tuple(_piece_ranges(batches)),
        singles,
        colours is not None,
        float(spans.max()),
        _load(scopes, n_variables, row_spans, np.log(n_states)),
        log_scale + _constants(graph) + sum(single.log_scale for batch in singles for single in batch),
    )


def row_extremes(table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Largest and smallest entry of each row; column by column, since rows are short and many."""
    high, low = table[:, 0].copy(), table[:, 0].copy()
    for column in table.T[1:]:
        np.maximum(high, column, out=high)
        np.minimum(low, column, out=low)
    return high, low


def _parts(rows: FloatArray, tables: list[FloatArray]) -> list[FloatArray]:
    """An array over all tables, cut into pieces."""
    return np.split(rows, np.cumsum([len(table) for table in tables])[:-1])


def _tables(group: DenseGroup) -> FloatArray:
    """The group's tables; one only, where all factors share it."""
    return group.values[:1] if _is_shared(group) else group.values


def _is_shared(group: DenseGroup) -> bool:
    return group.values.strides[0] == 0


def _running(counts: list[int]) -> IntArray:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _batches(graph: CompiledGraph, colours: IntArray | None) -> Iterator[list[tuple[DenseGroup, RowIndex]]]:
    """For each batch the groups with a scope and their rows in it."""
    groups = [group for group in graph.groups if isinstance(group, DenseGroup) and group.shape]
    if colours is None:
        yield [(group, slice(None)) for group in groups]
        return
    sorted_rows = [np.argsort(colours[group.members], kind="stable") for group in groups]
    counts = [np.bincount(colours[group.members], minlength=int(colours.max()) + 1) for group in groups]
    ends = [np.cumsum(count) for count in counts]
    for colour in range(int(colours.max()) + 1):
        found = [
            (group, rows[end[colour] - count[colour] : end[colour]])
            for group, rows, count, end in zip(groups, sorted_rows, counts, ends, strict=True)
        ]
        yield [(group, rows) for group, rows in found if len(rows)]


def _piece_ranges(batches: list[list[tuple[DenseGroup, RowIndex]]]) -> Iterator[range]:
    start = 0
    for batch in batches:
        end = start + sum(len(group.shape) == 2 for group, _ in batch)
        yield range(start, end)
        start = end


def _planes(tables: list[FloatArray]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(K · K, T) entries of all tables, the log of what each was divided by, its largest log ratio."""
    stacked = tables[0] if len(tables) == 1 else np.concatenate(tables)
    n_tables, n_states = stacked.shape[:2]
    entries = stacked.reshape(n_tables, -1)
    high, low = row_extremes(entries)
    scale = entries[:, 0].copy() if n_states == 2 else high
    planes = np.empty((n_states * n_states, n_tables))
    with np.errstate(over="ignore"):  # an infinite span is refused by `fits`
        for plane, entry in zip(planes, entries.T, strict=True):
            np.divide(entry, scale, out=plane)
    spans = np.log(high, out=high) if high is not scale else np.log(high)
    spans -= np.log(low, out=low)
    return planes, np.log(scale, out=scale), spans


def _load(scopes: list[IntArray], n_variables: int, row_spans: list[FloatArray], per_message: float) -> FloatArray:
    total = np.zeros(n_variables)
    for scope, spans in zip(scopes, row_spans, strict=True):
        for axis in range(2):
            total += np.bincount(scope[:, axis], weights=spans, minlength=n_variables)
            total += per_message * np.bincount(scope[:, axis], minlength=n_variables)
    return total


def _singles(batch: list[tuple[DenseGroup, RowIndex]]) -> Iterator[Single]:
    for group, rows in batch:
        if len(group.shape) == 1:
            logs, masses = categorical.normalize(categorical.log(group.values[rows]), SUM_PRODUCT)
            yield Single(group.scopes[rows, 0], logs, float(masses.sum()))


def _constants(graph: CompiledGraph) -> float:
    groups = [group for group in graph.groups if isinstance(group, DenseGroup) and not group.shape]
    return float(sum(group.log_values.sum() for group in groups))
