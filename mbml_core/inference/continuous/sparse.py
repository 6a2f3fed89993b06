"""Sparse symmetric matrices and sparse rows of linear forms, as arrays of entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from mbml_core.distributions.semiring import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class SparseMatrix:
    """A symmetric matrix by its row sums and its entries beside the diagonal, at the edges (first[e], second[e]).

    The row sums stand for the diagonal, which is their difference to the entries. Information about differences of
    variables, x_i − x_j, leaves them zero, so that the little that is known of a common level is not lost in it.

    Attributes:
        excess: (V,) row sums. noise: (V,) the size of the numbers that they were summed from.
    """

    excess: FloatArray
    noise: FloatArray
    first: IntArray
    second: IntArray
    values: FloatArray

    @classmethod
    def of_entries(
        cls, excess: FloatArray, noise: FloatArray, first: IntArray, second: IntArray, values: FloatArray
    ) -> SparseMatrix:
        """Entries at distinct pairs in any order; those of one pair are added up."""
        return summed(excess, noise, first, second, values)[0]

    @property
    def size(self) -> int:
        """V."""
        return len(self.excess)

    def diagonal(self) -> FloatArray:
        """(V,) the diagonal."""
        return self.excess - self._beside(self.values)

    def noise_of_diagonal(self) -> FloatArray:
        """(V,) the size of the numbers that may cancel in the diagonal."""
        return self.noise + self._beside(np.maximum(self.values, 0.0))

    def _beside(self, values: FloatArray) -> FloatArray:
        return sums(self.first, values, self.size) + sums(self.second, values, self.size)

    def find(self, first: IntArray, second: IntArray) -> IntArray:
        """The edge of each pair, which must be there."""
        found: IntArray = np.searchsorted(self.first * self.size + self.second, _keys(first, second, self.size))
        return found


@dataclass(frozen=True, eq=False)
class LinearForms:
    """Linear forms Σ value[k]·x[column[k]], each over the entries k of its row.

    Attributes:
        row: ascending. size: number of forms.
    """

    row: IntArray
    column: IntArray
    value: FloatArray
    size: int

    @classmethod
    def of(cls, rows: Iterable[Mapping[int, float]]) -> LinearForms:
        """One form for each mapping from columns to values."""
        listed = list(rows)
        counts = [len(terms) for terms in listed]
        columns = [variable for terms in listed for variable in terms]
        values = [weight for terms in listed for weight in terms.values()]
        return cls(
            np.repeat(np.arange(len(listed)), counts),
            np.array(columns, dtype=np.int64),
            np.array(values, dtype=np.float64),
            len(listed),
        )

    def at(self, x: FloatArray) -> FloatArray:
        """Values of the forms; the column −1 is the last of x."""
        return sums(self.row, self.value * x[self.column], self.size)

    def among(self, column: IntArray) -> LinearForms:
        """The entries of these columns, renumbered: column[j] is the new number of j, or −1."""
        chosen = column[self.column] >= 0
        return LinearForms(self.row[chosen], column[self.column[chosen]], self.value[chosen], self.size)

    def pairs(self) -> tuple[IntArray, IntArray]:
        """Entries (i, j), i < j, of one row."""
        return pairs_in_runs(self.row)


def pairs_in_runs(owner: IntArray) -> tuple[IntArray, IntArray]:
    """All pairs (i, j), i < j, of positions with the same value; equal values stand together."""
    n = len(owner)
    ends = np.searchsorted(owner, owner, side="right")
    counts = ends - np.arange(n) - 1
    left = np.repeat(np.arange(n), counts)
    starts = np.cumsum(counts) - counts
    right = np.arange(len(left)) - starts[left] + left + 1
    return left, right


def summed(
    excess: FloatArray, noise: FloatArray, first: IntArray, second: IntArray, values: FloatArray
) -> tuple[SparseMatrix, IntArray]:
    """The matrix with these entries, and at which edge each of them went."""
    size = max(len(excess), 1)
    keys, slots = np.unique(_keys(first, second, size), return_inverse=True)
    return SparseMatrix(excess, noise, keys // size, keys % size, sums(slots, values, len(keys))), slots


def _keys(first: IntArray, second: IntArray, size: int) -> IntArray:
    result: IntArray = np.minimum(first, second) * size + np.maximum(first, second)
    return result


def sums(index: IntArray, values: FloatArray, size: int) -> FloatArray:
    """(size,) the sum of the values at each index."""
    result: FloatArray = np.bincount(index, values, size).astype(np.float64, copy=False)
    return result
