"""Products of tables, summed: in numbers as on paper, and with logarithms where a double cannot hold them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from mbml_core.compiler.compiled import count_entries
from mbml_core.distributions.categorical import log
from mbml_core.distributions.semiring import SMALLEST_NORMAL, SUM_PRODUCT, FloatArray
from mbml_core.errors import ImpossibleEvidence, UnsupportedQuery
from mbml_core.inference.trace.drawn import MAX_SHOWN, DrawnGraph
from mbml_core.inference.trace.operation import Operation, Table, combined, spread
from mbml_core.phrases import rounded

TOO_SMALL = "a product of so many small numbers that a double cannot hold it was computed with logarithms"
COMFORTABLE = (1e-100, 1e100)
"""A table whose largest entry lies outside is scaled: the next products could leave the range of a double."""


def summed(
    graph: DrawnGraph,
    inputs: tuple[Table, ...],
    kept: Sequence[str],
    over: Sequence[str],
    name: str,
    number: int,
    is_normalised: bool = False,
) -> Operation:
    """Σ_over Π inputs as the result of step `number`; to a sum of one where it is to be normalised.

    Raises UnsupportedQuery where the product is too large to be written out, ImpossibleEvidence where all is zero.
    """
    kept_sizes = {id: graph.size(id) for id in kept}
    over_sizes = {id: graph.size(id) for id in over}
    _check_size(graph, (*kept, *over), name)
    hidden = ""
    values = multiplied(inputs, kept_sizes, over_sizes)
    if values is None:
        values, hidden = by_logs(log_sum(inputs, kept_sizes, over_sizes)), TOO_SMALL
    if not values.any():
        raise ImpossibleEvidence(f"{name} excludes every state: what was observed is impossible together")
    scale = float(values.sum()) if is_normalised else _comfortable(float(values.max()))
    if scale != 1.0:
        values = np.where(values > 0, np.maximum(values / scale, SMALLEST_NORMAL), 0.0)
    values.flags.writeable = False
    return Operation(inputs, tuple(over), Table(name, tuple(kept), values, "", number), scale, hidden=hidden)


def _check_size(graph: DrawnGraph, scope: Sequence[str], name: str) -> None:
    entries = count_entries(graph.size(id) for id in scope)
    if entries > MAX_SHOWN:
        raise UnsupportedQuery(
            f"the table for {name} would have {rounded(entries)} entries, too many to be written out step by step "
            f"({MAX_SHOWN:,} at most); observe variables that take it apart, or walk through belief propagation"
        )


def _comfortable(largest: float) -> float:
    return 1.0 if COMFORTABLE[0] <= largest <= COMFORTABLE[1] else largest


def multiplied(inputs: Sequence[Table], kept: Mapping[str, int], over: Mapping[str, int]) -> FloatArray | None:
    """See `combined`; None where numbers became too small or too large for a double."""
    try:
        with np.errstate(under="raise", over="raise"):
            made = np.array(combined(inputs, kept, over, is_max=False))
            return made if math.isfinite(made.sum()) else None
    except FloatingPointError:
        return None


def log_sum(inputs: Iterable[Table], kept: Mapping[str, int], over: Mapping[str, int]) -> FloatArray:
    """The logarithm of what `combined` gives."""
    sizes = {**kept, **over}
    scope = tuple(sizes)
    total: FloatArray = sum((log(spread(table, scope)) for table in inputs), np.zeros(tuple(sizes.values())))
    return np.asarray(SUM_PRODUCT.eliminate(total, tuple(range(len(kept), len(scope)))))


def by_logs(logs: FloatArray) -> FloatArray:
    """Linear numbers up to a common factor. What is possible stays so, however small it is."""
    peak = float(logs.max())
    if peak == -math.inf:
        return np.zeros_like(logs)
    return np.where(np.isneginf(logs), 0.0, np.maximum(np.exp(logs - peak), SMALLEST_NORMAL))
