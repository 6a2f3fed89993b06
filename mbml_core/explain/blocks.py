"""Which variables of a factor its numbers really tie together.

A table that is a product, f(a, b, c) = g(a) · h(b, c), sends the messages of g and h, each as if the other were
not there. The numbers decide, not the drawing: observing a child often leaves such a product of its parents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mbml_core.compiler.compiled import count_entries
from mbml_core.distributions.semiring import FloatArray
from mbml_core.factors import Automaton, DenseTable, Potential
from mbml_core.factors.potential import step_tables

TOLERANCE = 1e-12
"""Relative, of each entry against the product of its margins. Products of decimals miss each other by roundings of
1e-16, some thousand of which pass; an entry this far off moves a log message by a thousandth of the change below
which messages count as converged."""
MAX_TABLE = 4096
"""Entries up to which a structured factor is written out; a larger one is split where its memory is certain"""
MAX_GROUPS = 12
"""Groups of axes whose subsets are tried, 2^12 at most; more count as tied together, which is never wrong."""

Axes: TypeAlias = tuple[int, ...]
Mask: TypeAlias = NDArray[np.bool_]


class Blocks(NamedTuple):
    """What a factor ties together.

    Attributes:
        axes: blocks of axes of which it is a product; axes with one state left are in none.
        supports: for each axis of the scope the states that the others leave possible.
    """

    axes: tuple[Axes, ...]
    supports: tuple[Mask, ...]


def blocks_of(potential: Potential, allowed: Sequence[Mask]) -> Blocks:
    """The finest product that a factor is on the states that are `allowed`, by axis of its scope."""
    sizes = tuple(len(mask) for mask in allowed)
    if isinstance(potential, DenseTable):
        return _of_table(potential.values[np.ix_(*allowed)], allowed)
    if count_entries(int(mask.sum()) for mask in allowed) > MAX_TABLE:
        return _of_automaton(potential, sizes, allowed)
    return _of_table(_sliced(potential, sizes, allowed), allowed)


def independent_blocks(table: FloatArray) -> tuple[Axes, ...]:
    """The finest partition of the axes into blocks of which a non-negative table is the product.

        f(x) · Σf = Σ_{¬A} f(x) · Σ_A f(x)   for every block A, each entry within TOLERANCE

    There is one finest partition: blocks are the independent groups of the distribution proportional to f.
    """
    peak = float(table.max(initial=0.0))
    if table.ndim < 2 or peak <= 0.0:
        return (tuple(range(table.ndim)),) if table.ndim else ()
    table = table / peak
    rest, found, size = _tied(table), [], 1
    if len(rest) > MAX_GROUPS:
        return (tuple(range(table.ndim)),)
    while size <= len(rest) // 2:
        chosen = next((some for some in combinations(rest, size) if _is_product(table, _joined(some))), None)
        if chosen is None:
            size += 1
        else:
            found.append(_joined(chosen))
            rest = [group for group in rest if group not in chosen]
    return tuple(sorted([*found, _joined(rest)]))


def _tied(table: FloatArray) -> list[Axes]:
    """Groups of axes that are tied together where all others keep the state they have in the largest entry. What
    is tied there is in one block; a block may hold several of these groups.
    """
    at = np.unravel_index(int(np.argmax(table)), table.shape)
    groups: list[Axes] = [(axis,) for axis in range(table.ndim)]
    for pair in combinations(range(table.ndim), 2):
        one, other = (next(group for group in groups if axis in group) for axis in pair)
        here = tuple(slice(None) if axis in pair else at[axis] for axis in range(table.ndim))
        if one is not other and not _is_product(table[here], (0,)):
            groups = [group for group in groups if group not in (one, other)] + [one + other]
    return groups


def _joined(groups: Iterable[Axes]) -> Axes:
    return tuple(sorted(axis for group in groups for axis in group))


def _is_product(table: FloatArray, axes: Axes) -> bool:
    """Whether the table is one of `axes` times one of the others."""
    others = tuple(axis for axis in range(table.ndim) if axis not in axes)
    product = table.sum(axis=others, keepdims=True) * table.sum(axis=axes, keepdims=True)
    return bool((np.abs(table * table.sum() - product) <= TOLERANCE * product).all())


def _of_table(table: FloatArray, allowed: Sequence[Mask]) -> Blocks:
    """Of a table that holds the allowed states only."""
    open_axes = [axis for axis, size in enumerate(table.shape) if size > 1]
    small = table.reshape([table.shape[axis] for axis in open_axes])
    found = tuple(tuple(open_axes[axis] for axis in block) for block in independent_blocks(small))
    every = range(table.ndim)
    supports: list[Mask] = [np.any(table > 0, axis=tuple(set(every) - {axis})) for axis in every]
    return Blocks(found, tuple(_back(mask, part) for mask, part in zip(allowed, supports, strict=True)))


def _back(allowed: Mask, part: Mask) -> Mask:
    """A mask over the allowed states as one over all states."""
    whole = allowed.copy()
    whole[allowed] = part
    return whole


def _sliced(automaton: Automaton, sizes: tuple[int, ...], allowed: Sequence[Mask]) -> FloatArray:
    """The table of an automaton on the allowed states only."""
    total = np.ones(1)
    for table, step in zip(step_tables(automaton, sizes), automaton.steps, strict=True):
        total = np.tensordot(total, table[:, allowed[step.axis], :], axes=1)
    found: FloatArray = total[..., 0].transpose(np.argsort([step.axis for step in automaton.steps]))
    return found


def _of_automaton(automaton: Automaton, sizes: tuple[int, ...], allowed: Sequence[Mask]) -> Blocks:
    """Blocks of an automaton end where its memory can be in one state only."""
    steps = automaton.steps
    moves = [
        table[:, allowed[step.axis], :] > 0
        for table, step in zip(step_tables(automaton, sizes), steps, strict=True)
    ]
    forward: list[Mask] = [np.ones(1, dtype=np.bool_)]
    backward: list[Mask] = [np.ones(1, dtype=np.bool_)]
    for move in moves:
        forward.append(np.any(forward[-1][:, None] & move.any(axis=1), axis=0))
    for move in reversed(moves):
        backward.append(np.any(move.any(axis=1) & backward[-1], axis=1))
    backward.reverse()
    supports = list(allowed)
    blocks: list[list[int]] = [[]]
    for i, (step, move) in enumerate(zip(steps, moves, strict=True)):
        possible: Mask = np.any(forward[i][:, None, None] & move & backward[i + 1], axis=(0, 2))
        supports[step.axis] = _back(allowed[step.axis], possible)
        if allowed[step.axis].sum() > 1:
            blocks[-1].append(step.axis)
        if (forward[i + 1] & backward[i + 1]).sum() == 1:
            blocks.append([])
    return Blocks(tuple(tuple(sorted(block)) for block in blocks if block), tuple(supports))
