"""Sparse Gaussians in information form, J·x = h, eliminated level by level.

Each level eliminates an independent set A of variables with few neighbours, all at once, and leaves the Schur
complement on the others, B (Rue & Held 2005, `Gaussian Markov random fields`, section 2.4):

    G = D⁻¹·J_AB,    J_B ← J_BB − J_BA·G,    h_B ← h_B − Gᵀ·h_A,    D = diag J_AA

Diagonals are kept as row sums, e = J·1, for which e_B ← e_B − Gᵀ·e_A: with negative entries beside the diagonal,
as differences have them, nothing is subtracted and no digit is lost (Grassmann, Taksar & Heyman 1985). A chain or
tree of n variables takes about log n levels of numpy calls, however it is drawn. On the way back

    x_A = D⁻¹·h_A − G·x_B,    Σ_AB = −G·Σ_BB,    Σ_aa = 1/d_a − Σ_aB·G_aᵀ

which needs Σ_BB only between neighbours of one variable, where J_B has entries (the recursion of Takahashi,
Fagan & Chin 1973). What is left when it is small or dense is solved as one table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.family import BoolArray
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.errors import OverBudget
from mbml_core.inference.continuous.sparse import SparseMatrix, pairs_in_runs, summed, sums

SMALL = 48
"""Variables that go level by level, which loses fewer digits, even where a table would be the quicker way."""
DENSE = 0.2
"""Share of the entries that makes a table the quicker way."""
FEW = 0.2
"""Share of the variables, those with the fewest neighbours, from which a level is taken."""
LOST = 1e-14
"""A pivot is zero when it is less than this share of the numbers that cancelled in it: the rest is rounding."""
TABLES = 4
"""Copies of the last table that are held at once."""


class Unpinned(Exception):
    """The information matrix is singular: `variable` is an index with infinite variance."""

    def __init__(self, variable: int) -> None:
        super().__init__(f"variable {variable} has no finite variance")
        self.variable = variable


@dataclass(frozen=True, eq=False)
class _Level:
    """One round of elimination: indices are those of the matrix before it.

    Attributes:
        gone, kept: the variables A and B.
        pivots: (|A|,) D.
        owner, other, gain: of each edge between them its position in A, its position in B, and the entry of G.
        between, between_slot: edges among B, and where they are afterwards.
        left, right, slot: pairs of such edges with one owner, and the edge of B that connects their others.
    """

    gone: IntArray
    kept: IntArray
    pivots: FloatArray
    edges: IntArray
    owner: IntArray
    other: IntArray
    gain: FloatArray
    between: IntArray
    between_slot: IntArray
    left: IntArray
    right: IntArray
    slot: IntArray

    def descend(self, h: FloatArray) -> FloatArray:
        """H of B after A is eliminated."""
        return h[self.kept] - sums(self.other, self.gain * h[self.gone][self.owner], len(self.kept))

    def ascend(self, h: FloatArray, kept_solution: FloatArray) -> FloatArray:
        """The solution of all from that of B."""
        pulled = sums(self.owner, self.gain * kept_solution[self.other], len(self.gone))
        solution = np.empty(len(h))
        solution[self.kept] = kept_solution
        solution[self.gone] = h[self.gone] / self.pivots - pulled
        return solution

    def widen(self, diagonal: FloatArray, values: FloatArray, n_edges: int) -> tuple[FloatArray, FloatArray]:
        """Covariances at the entries of the matrix before the level, from those after it."""
        gain = self.gain
        n_own = len(gain)
        pulled = gain * diagonal[self.other]
        pulled += sums(self.left, gain[self.right] * values[self.slot], n_own)
        pulled += sums(self.right, gain[self.left] * values[self.slot], n_own)
        wide, entries = np.empty(len(self.gone) + len(self.kept)), np.empty(n_edges)
        wide[self.kept] = diagonal
        wide[self.gone] = 1.0 / self.pivots + sums(self.owner, gain * pulled, len(self.gone))
        entries[self.between] = values[self.between_slot]
        entries[self.edges] = -pulled
        return wide, entries


@dataclass(frozen=True, eq=False)
class Elimination:
    """An information matrix made ready for solving.

    Attributes:
        matrix: what was eliminated. log_determinant: of it.
    """

    matrix: SparseMatrix
    log_determinant: float
    _levels: tuple[_Level, ...]
    _edge_counts: tuple[int, ...]
    _rest: SparseMatrix
    _rest_inverse: FloatArray

    def solve(self, h: FloatArray) -> FloatArray:
        """J⁻¹·h."""
        stack = [h]
        for level in self._levels:
            stack.append(level.descend(stack[-1]))
        solution: FloatArray = self._rest_inverse @ stack.pop()
        for level in reversed(self._levels):
            solution = level.ascend(stack.pop(), solution)
        return solution

    def covariances(self) -> tuple[FloatArray, FloatArray]:
        """The diagonal of J⁻¹, and its entries at the edges of J."""
        rest = self._rest
        diagonal = np.diagonal(self._rest_inverse).copy()
        values: FloatArray = self._rest_inverse[rest.first, rest.second]
        for level, n_edges in zip(reversed(self._levels), reversed(self._edge_counts), strict=True):
            diagonal, values = level.widen(diagonal, values, n_edges)
        return diagonal, values


def eliminate(matrix: SparseMatrix, memory: float, deadline: Deadline = UNLIMITED) -> Elimination:
    """Eliminate a positive definite matrix.

    Args:
        matrix: the information of all factors.
        memory: bytes that the last table may take.
        deadline: looked at before each level.

    Raises:
        Unpinned: it is singular, up to rounding.
        OverBudget: what cannot be eliminated sparsely is too large.
    """
    rest, names = matrix, np.arange(matrix.size)
    levels: list[_Level] = []
    counts: list[int] = []
    log_determinant = 0.0
    while rest.size and (rest.size <= SMALL or len(rest.first) < 0.5 * DENSE * rest.size**2):
        deadline.check()
        gone = _independent(rest)
        pivots = rest.diagonal()[gone]
        _require_pinned(pivots, rest.noise_of_diagonal()[gone], names[gone])
        counts.append(len(rest.first))
        level, rest = _eliminate_level(rest, gone, pivots)
        levels.append(level)
        log_determinant += float(np.log(pivots).sum())
        names = names[level.kept]
    inverse, log_rest = _invert(rest, names, memory)
    return Elimination(matrix, log_determinant + log_rest, tuple(levels), tuple(counts), rest, inverse)


def _eliminate_level(matrix: SparseMatrix, gone: IntArray, pivots: FloatArray) -> tuple[_Level, SparseMatrix]:
    is_gone = np.zeros(matrix.size, dtype=bool)
    is_gone[gone] = True
    kept = np.flatnonzero(~is_gone)
    position = np.empty(matrix.size, dtype=np.int64)
    position[gone], position[kept] = np.arange(len(gone)), np.arange(len(kept))
    edges, owner, other = _edges_between(matrix, is_gone, position)
    weights = matrix.values[edges]
    gain = weights / pivots[owner]
    left, right = pairs_in_runs(owner)
    between = np.flatnonzero(~(is_gone[matrix.first] | is_gone[matrix.second]))
    smaller, slots = summed(
        matrix.excess[kept] - sums(other, gain * matrix.excess[gone][owner], len(kept)),
        matrix.noise[kept] + sums(other, np.abs(gain) * matrix.noise[gone][owner], len(kept)),
        np.concatenate((position[matrix.first[between]], other[left])),
        np.concatenate((position[matrix.second[between]], other[right])),
        np.concatenate((matrix.values[between], -weights[left] * gain[right])),
    )
    level = _Level(
        gone, kept, pivots, edges, owner, other, gain,
        between, slots[: len(between)], left, right, slots[len(between) :],
    )  # fmt: skip
    return level, smaller


def _edges_between(
    matrix: SparseMatrix, is_gone: BoolArray, position: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Edges between A and B, with their positions in A, which ascend, and in B."""
    second_gone = is_gone[matrix.second]
    edges = np.flatnonzero(is_gone[matrix.first] | second_gone)
    swap = second_gone[edges]
    owner = position[np.where(swap, matrix.second[edges], matrix.first[edges])]
    other = position[np.where(swap, matrix.first[edges], matrix.second[edges])]
    order = np.argsort(owner, kind="stable")
    return edges[order], owner[order], other[order]


def _independent(matrix: SparseMatrix) -> IntArray:
    """A maximal set, no two of them neighbours, of variables with few neighbours (Luby 1986, with the number of
    neighbours before the random key).
    """
    n = matrix.size
    degree = np.bincount(matrix.first, minlength=n) + np.bincount(matrix.second, minlength=n)
    few = max(2.0, float(np.quantile(degree, FEW)))
    rank = degree + np.random.default_rng(0).permutation(n) / n  # always the same: queries are repeatable
    is_open = degree <= few
    is_chosen = np.zeros(n, dtype=bool)
    first, second = matrix.first, matrix.second
    while is_open.any():
        both = is_open[first] & is_open[second]
        first, second = first[both], second[both]
        chosen = is_open.copy()
        chosen[np.where(rank[first] > rank[second], first, second)] = False
        is_chosen |= chosen
        is_open &= ~chosen
        is_open[second[chosen[first]]] = False
        is_open[first[chosen[second]]] = False
    return np.flatnonzero(is_chosen)


def _require_pinned(pivots: FloatArray, noise: FloatArray, names: IntArray) -> None:
    lost = ~(pivots > LOST * noise)
    if lost.any():
        raise Unpinned(int(names[np.argmax(lost)]))


def _invert(matrix: SparseMatrix, names: IntArray, memory: float) -> tuple[FloatArray, float]:
    """Inverse and log determinant of the last, dense part; scaled, so that no unit of measurement matters."""
    n = matrix.size
    needed = 8.0 * TABLES * n * n
    if needed > memory:
        raise OverBudget(
            f"{n} variables depend on each other too densely: {needed:.3g} bytes needed, {memory:.3g} allowed",
            needed_bytes=needed,
            budget_bytes=memory,
            remedies=("use method='ep'", "allow more memory"),
        )
    if n == 0:
        return np.empty((0, 0)), 0.0
    diagonal = matrix.diagonal()
    _require_pinned(diagonal, matrix.noise_of_diagonal(), names)
    scale = 1.0 / np.sqrt(diagonal)
    table = np.zeros((n, n))
    table[matrix.first, matrix.second] = matrix.values * scale[matrix.first] * scale[matrix.second]
    table += table.T
    np.fill_diagonal(table, 1.0)
    pivots = _cholesky_pivots(table)
    if pivots is None or pivots.min() < LOST:
        raise Unpinned(int(names[np.argmax(np.abs(np.linalg.eigh(table)[1][:, 0]))]))
    inverse = np.linalg.inv(table)
    log_determinant = float(np.log(pivots).sum() - 2.0 * np.log(scale).sum())
    return 0.5 * (inverse + inverse.T) * scale[:, None] * scale, log_determinant


def _cholesky_pivots(table: FloatArray) -> FloatArray | None:
    """What is left of each diagonal entry when its turn comes; None where the table is not positive definite."""
    try:
        result: FloatArray = np.diagonal(np.linalg.cholesky(table)) ** 2
    except np.linalg.LinAlgError:
        return None
    return result
