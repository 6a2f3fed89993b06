"""A junction tree to be read: maximal cliques, separators, running intersection.

Source: Lauritzen & Spiegelhalter (1988), JRSS B 50(2); Jensen, Lauritzen & Olesen (1990).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mbml_core.kernels.tree import Tree


@dataclass(frozen=True, slots=True)
class Clique:
    """A node of the junction tree.

    Attributes:
        variables: in reverse elimination order, so that the separator comes first and tables never need to be
            transposed: in every clique and separator the variables stand in the same global order.
        n_shared: how many leading variables form the separator with the parent; the rest are residuals.
        parent: index of the parent clique, -1 for a root.
    """

    variables: tuple[int, ...]
    n_shared: int
    parent: int

    @property
    def separator(self) -> tuple[int, ...]:
        """Variables shared with the parent."""
        return self.variables[: self.n_shared]

    @property
    def residual(self) -> tuple[int, ...]:
        """Variables the parent does not have; each variable is residual in exactly one clique."""
        return self.variables[self.n_shared :]


@dataclass(frozen=True, eq=False)
class JunctionTree:
    """A forest of cliques, children before parents.

    Attributes:
        n_states: number of states of each variable.
        cliques: every variable stands in at least one.
    """

    n_states: tuple[int, ...]
    cliques: tuple[Clique, ...]

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Indices of each clique's children."""
        found: list[list[int]] = [[] for _ in self.cliques]
        for i, clique in enumerate(self.cliques):
            if clique.parent >= 0:
                found[clique.parent].append(i)
        return tuple(tuple(children) for children in found)

    @cached_property
    def home(self) -> dict[int, int]:
        """For each variable the clique in which it is residual."""
        return {v: i for i, clique in enumerate(self.cliques) for v in clique.residual}

    @cached_property
    def cliques_of(self) -> dict[int, list[int]]:
        """For each variable the cliques that hold it."""
        found: dict[int, list[int]] = defaultdict(list)
        for i, clique in enumerate(self.cliques):
            for variable in clique.variables:
                found[variable].append(i)
        return found

    def size(self, variables: Sequence[int]) -> int:
        """Entries of a table over these variables."""
        return math.prod(self.n_states[v] for v in variables)

    def smallest_clique_with(self, scope: Sequence[int]) -> int | None:
        """The clique with the smallest table that holds all of `scope`; None if there is none."""
        if not scope:
            return 0 if self.cliques else None
        rarest = min(scope, key=lambda v: len(self.cliques_of[v]))
        wanted = set(scope)
        fitting = [i for i in self.cliques_of[rarest] if wanted.issubset(self.cliques[i].variables)]
        return min(fitting, key=lambda i: self.size(self.cliques[i].variables), default=None)


def junction_tree_of(tree: Tree, n_states: Sequence[int]) -> JunctionTree:
    """The cliques of a tree that is laid out in arrays. Without any variable there is one empty clique."""
    scope, bounds = tree.scope.tolist(), tree.scope_start.tolist()
    cliques = [
        Clique(tuple(scope[start:end]), n_shared, parent)
        for start, end, n_shared, parent in zip(
            bounds, bounds[1:], tree.n_shared.tolist(), tree.parent.tolist(), strict=False
        )
    ]
    return JunctionTree(tuple(int(size) for size in n_states), tuple(cliques) or (Clique((), 0, -1),))


def has_running_intersection(tree: JunctionTree) -> bool:
    """Whether the cliques that hold any variable hang together: each variable is residual exactly once, and
    every separator is contained in the parent clique.
    """
    residuals = [v for clique in tree.cliques for v in clique.residual]
    is_partition = len(residuals) == len(set(residuals)) == len(tree.cliques_of)
    return is_partition and all(
        clique.parent > i and set(clique.separator) <= set(tree.cliques[clique.parent].variables)
        for i, clique in enumerate(tree.cliques)
        if clique.parent >= 0
    )
