"""The junction tree as a flat list of operations on one buffer.

The program is data: an executor binds it to a buffer and runs it, and another executor may run the same program.
Layout of the buffer, in floats:

    potentials | work | messages up | messages down | weights of evidence | marginals | scratch

`potentials` holds the product of the tables assigned to each clique and is filled once; a query copies it into
`work`, multiplies the evidence in, and propagates in two passes (Hugin: Jensen, Lauritzen & Olesen 1990):

    collect    up_i   = Σ_residual work_i,                 work_parent *= up_i
    distribute down_i = (Σ_rest work_parent) / up_i,       work_i      *= down_i

Every message is rescaled to a largest entry of one; the logs of the scales of the upward pass sum to the log
evidence. In every clique the separator leads and all variables keep one global order, so nothing is transposed.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from mbml_core.compiler.junction_tree import JunctionTree
from mbml_core.compiler.tables import TableNetwork


class View(NamedTuple):
    """A block of the buffer, row-major: where it starts and the shape to see it in."""

    offset: int
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of floats."""
        return math.prod(self.shape)


class Code(enum.IntEnum):
    """What an operation does to its target."""

    MULTIPLY = 0
    """target *= source, broadcast."""
    ELIMINATE = 1
    """target = source summed (or maximised) over `axes`."""
    RESCALE = 2
    """target /= max(target); in the upward pass the log of the scale is recorded."""
    DIVIDE = 3
    """target /= source, with 0 / 0 = 0."""


class Operation(NamedTuple):
    """One instruction."""

    code: Code
    target: View
    source: View = View(0, ())
    axes: tuple[int, ...] = ()


class Fill(NamedTuple):
    """potentials[target] *= table, its axes permuted to clique order and broadcast to `target.shape`."""

    table: int
    permutation: tuple[int, ...]
    shape: tuple[int, ...]
    target: View


@dataclass(frozen=True, eq=False)
class Program:
    """What to run for one query.

    Attributes:
        n_floats: length of the buffer.
        potentials, work: the two copies of all clique tables.
        fill: how the tables enter `potentials`.
        evidence: for each drawn variable, the multiplication of its weights into its home clique.
        collect: the upward pass, grouped by clique so that a poll fits between groups.
        distribute: the downward pass, likewise; it ends with the marginals of each clique's residuals.
        weights, marginals: for each drawn variable, where its vector lies.
        cliques: for each clique its table in `work`, one axis per variable.
    """

    n_floats: int
    potentials: View
    work: View
    fill: tuple[Fill, ...]
    evidence: tuple[Operation, ...]
    collect: tuple[tuple[Operation, ...], ...]
    distribute: tuple[tuple[Operation, ...], ...]
    weights: tuple[View, ...]
    marginals: tuple[View, ...]
    cliques: tuple[View, ...]


def build_program(tree: JunctionTree, network: TableNetwork) -> Program:
    """Lay out the buffer and list the operations. Allocates nothing of the size of a table."""
    return _Builder(tree, network).build()


def n_floats(tree: JunctionTree, n_drawn: int) -> int:
    """Length of the buffer that `build_program` will lay out; known without listing any operation."""
    tables = sum(tree.size(clique.variables) for clique in tree.cliques)
    separators = [tree.size(clique.separator) for clique in tree.cliques]
    residuals = [tree.size(clique.residual) for clique in tree.cliques]
    vectors = 2 * sum(tree.n_states[:n_drawn])
    return 2 * tables + 2 * sum(separators) + vectors + max(residuals, default=0)


@dataclass
class _Builder:
    """Walks the tree once and collects operations; thrown away afterwards."""

    tree: JunctionTree
    network: TableNetwork
    _used: int = 0
    _up: list[View] = field(default_factory=list)
    _down: list[View] = field(default_factory=list)
    _work: list[View] = field(default_factory=list)

    def build(self) -> Program:
        tree, cliques = self.tree, self.tree.cliques
        sizes = [tree.size(clique.variables) for clique in cliques]
        potentials = self._take([sum(sizes)])
        work = self._take([sum(sizes)])
        starts = list(accumulate(sizes, initial=0))[:-1]
        self._work = [View(work.offset + start, (size,)) for start, size in zip(starts, sizes, strict=True)]
        self._up = [self._take([tree.size(clique.separator)]) for clique in cliques]
        self._down = [self._take([tree.size(clique.separator)]) for clique in cliques]
        drawn = tree.n_states[: self.network.n_drawn]
        weights = tuple(self._take([size]) for size in drawn)
        marginals = tuple(self._take([size]) for size in drawn)
        scratch = self._take([max((tree.size(clique.residual) for clique in cliques), default=0)])
        return Program(
            n_floats=self._used,
            potentials=potentials,
            work=work,
            fill=tuple(self._fill(table, scope, starts) for table, scope in enumerate(self.network.scopes)),
            evidence=tuple(self._observe(v, view) for v, view in enumerate(weights)),
            collect=tuple(self._collect(i) for i in range(len(cliques))),
            distribute=tuple(self._distribute(i, marginals, scratch) for i in reversed(range(len(cliques)))),
            weights=weights,
            marginals=marginals,
            cliques=tuple(
                View(self._work[i].offset, tuple(tree.n_states[v] for v in clique.variables))
                for i, clique in enumerate(cliques)
            ),
        )

    def _take(self, shape: Iterable[int]) -> View:
        view = View(self._used, tuple(shape))
        self._used += view.size
        return view

    def _fill(self, table: int, scope: tuple[int, ...], starts: Sequence[int]) -> Fill:
        clique = self.tree.smallest_clique_with(scope)
        if clique is None:
            raise AssertionError(f"no clique holds the scope {scope}: the tree was built for other tables")
        variables = self.tree.cliques[clique].variables
        permutation = tuple(sorted(range(len(scope)), key=lambda axis: variables.index(scope[axis])))
        shape, kept = self._merged(variables, scope)
        return Fill(table, permutation, _kept_shape(shape, kept), View(starts[clique], shape))

    def _observe(self, variable: int, weights: View) -> Operation:
        clique = self.tree.home[variable]
        return self._multiply(clique, (variable,), weights.offset)

    def _collect(self, i: int) -> tuple[Operation, ...]:
        clique = self.tree.cliques[i]
        absorb = [
            self._multiply(i, self.tree.cliques[c].separator, self._up[c].offset) for c in self.tree.children[i]
        ]
        rows = View(self._work[i].offset, (self._up[i].size, self.tree.size(clique.residual)))
        return (
            *absorb,
            Operation(Code.ELIMINATE, self._up[i], rows, (1,)),
            Operation(Code.RESCALE, self._up[i]),
        )

    def _distribute(self, i: int, marginals: Sequence[View], scratch: View) -> tuple[Operation, ...]:
        clique = self.tree.cliques[i]
        operations: list[Operation] = []
        if clique.parent >= 0:
            operations.append(self._multiply(i, clique.separator, self._down[i].offset))
        operations += self._marginals(i, marginals, scratch)
        for child in self.tree.children[i]:
            shape, kept = self._merged(clique.variables, self.tree.cliques[child].separator)
            target = View(self._down[child].offset, tuple(n for n, keep in zip(shape, kept, strict=True) if keep))
            axes = tuple(axis for axis, keep in enumerate(kept) if not keep)
            flat = self._down[child]
            operations += [
                Operation(Code.ELIMINATE, target, View(self._work[i].offset, shape), axes),
                Operation(Code.RESCALE, flat),
                Operation(Code.DIVIDE, flat, self._up[child]),
            ]
        return tuple(operations)

    def _marginals(self, i: int, marginals: Sequence[View], scratch: View) -> list[Operation]:
        clique = self.tree.cliques[i]
        drawn = [v for v in clique.residual if v < self.network.n_drawn]
        if not drawn:
            return []
        size = self.tree.size(clique.residual)
        rows = View(self._work[i].offset, (self.tree.size(clique.separator), size))
        operations = [Operation(Code.ELIMINATE, View(scratch.offset, (size,)), rows, (0,))]
        for v in drawn:
            at = clique.residual.index(v)
            before = self.tree.size(clique.residual[:at])
            after = self.tree.size(clique.residual[at + 1 :])
            shape = (before, self.tree.n_states[v], after)
            operations.append(Operation(Code.ELIMINATE, marginals[v], View(scratch.offset, shape), (0, 2)))
        return operations

    def _multiply(self, clique: int, scope: Sequence[int], offset: int) -> Operation:
        """work_clique *= the message over `scope` that starts at `offset`."""
        shape, kept = self._merged(self.tree.cliques[clique].variables, scope)
        source = View(offset, _kept_shape(shape, kept))
        return Operation(Code.MULTIPLY, View(self._work[clique].offset, shape), source)

    def _merged(self, variables: Sequence[int], scope: Sequence[int]) -> tuple[tuple[int, ...], tuple[bool, ...]]:
        """Shape of a clique table with neighbouring axes merged where both are, or both are not, in `scope`;
        and which of the merged axes are. Keeps the number of axes far below numpy's limit of 64.
        """
        shape: list[int] = []
        kept: list[bool] = []
        for variable in variables:
            is_kept, size = variable in scope, self.tree.n_states[variable]
            if size == 1:
                continue
            if kept and kept[-1] == is_kept:
                shape[-1] *= size
            else:
                shape.append(size)
                kept.append(is_kept)
        return tuple(shape), tuple(kept)


def _kept_shape(shape: Sequence[int], kept: Sequence[bool]) -> tuple[int, ...]:
    """`shape` with length one where an axis is not kept, so that it broadcasts."""
    return tuple(size if keep else 1 for size, keep in zip(shape, kept, strict=True))
