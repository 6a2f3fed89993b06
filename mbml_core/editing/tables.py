"""Surgery on tables of numbers that are never negative: one axis is added, averaged out or given other states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mbml_core.distributions.semiring import FloatArray


def repeated(values: FloatArray, axis: int, size: int) -> FloatArray:
    """The same values for every state of a new variable at position `axis`."""
    result: FloatArray = np.repeat(np.expand_dims(values, axis), size, axis)
    return result


def averaged(values: FloatArray, axis: int) -> FloatArray:
    """The mean over an axis. Of equal values it is exactly that value; of large ones it does not overflow."""
    with np.errstate(over="ignore"):  # by the rounding of the last digit; clipped away like it
        mean = (values / values.shape[axis]).sum(axis)
    result: FloatArray = np.clip(mean, values.min(axis), values.max(axis))
    return result


def uniform(shape: Sequence[int], axis: int) -> FloatArray:
    """The conditional table that says nothing about the variable at position `axis`."""
    return np.full(shape, 1.0 / shape[axis])


def with_states(
    values: FloatArray, axis: int, origin: Sequence[int | None], new: FloatArray | float
) -> FloatArray:
    """The entries of the states `origin` of an axis, in this order, with `new` (one state wide) for None."""
    old = np.take(values, [0 if i is None else i for i in origin], axis)
    is_new = _along(np.array([i is None for i in origin]), axis, values.ndim)
    result: FloatArray = np.where(is_new, new, old)
    return result


def with_child_states(values: FloatArray, axis: int, origin: Sequence[int | None]) -> FloatArray:
    """A conditional table whose child has other states: new ones have probability zero, and what removed ones had
    is shared among the rest in proportion. A row that loses everything becomes uniform.
    """
    kept = with_states(values, axis, origin, 0.0)
    removed = [i for i in range(values.shape[axis]) if i not in origin]
    has_lost = np.take(values, removed, axis).any(axis, keepdims=True)
    return np.where(has_lost, normalised(kept, axis), kept)


def normalised(values: FloatArray, axis: int) -> FloatArray:
    """Rows scaled to sum to one over an axis; one without anything positive becomes uniform."""
    largest = values.max(axis, keepdims=True)
    is_usable = largest > 0
    with np.errstate(over="ignore"):  # a draft's negative entry beside a tiny one: the row becomes uniform
        scaled = np.where(is_usable, values / np.where(is_usable, largest, 1.0), 1.0)  # so that no sum overflows
    total = scaled.sum(axis, keepdims=True)
    result: FloatArray = np.where(total > 0, scaled / np.where(total > 0, total, 1.0), 1.0 / values.shape[axis])
    return result


def _along(vector: np.ndarray, axis: int, n_axes: int) -> np.ndarray:
    shape = [1] * n_axes
    shape[axis] = len(vector)
    return vector.reshape(shape)
