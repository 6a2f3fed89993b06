"""What a junction tree will cost, known before anything is allocated, and the cheapest ways to make it cheaper."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mbml_core.compiler.compiled import MOST_ENTRIES, count_entries
from mbml_core.compiler.elimination import Elimination
from mbml_core.compiler.junction_tree import JunctionTree
from mbml_core.compiler.program import n_floats

BYTES_PER_FLOAT = 8


@dataclass(frozen=True, slots=True)
class Cost:
    """Predicted cost of exact inference.

    Attributes:
        n_bytes: memory of the whole buffer.
        operations: multiplications and additions of one query.
        largest_clique: variables of the largest table.
        largest_entries: its number of entries.
        is_lower_bound: True when planning was given up because the cost was beyond any budget.
    """

    n_bytes: float
    operations: float
    largest_clique: tuple[int, ...]
    largest_entries: float
    is_lower_bound: bool = False


def tree_cost(tree: JunctionTree, n_drawn: int) -> Cost:
    """Cost of running the program of this tree.

    Each clique table is copied, multiplied by each child's message and the parent's, and summed for each child,
    for the parent and for its marginals.
    """
    operations = 0.0
    largest: tuple[int, ...] = ()
    for i, clique in enumerate(tree.cliques):
        operations += tree.size(clique.variables) * (4 + 2 * len(tree.children[i]))
        largest = max(largest, clique.variables, key=tree.size)
    n_bytes = BYTES_PER_FLOAT * n_floats(tree, n_drawn)
    return Cost(n_bytes, operations, largest, float(tree.size(largest)))


def hopeless_cost(n_states: tuple[int, ...], elimination: Elimination) -> Cost:
    """Lower bound from a planning that was given up."""
    cliques = [(v, *joined) for v, joined in zip(elimination.order, elimination.neighbours, strict=True)]
    largest = max(cliques, key=lambda clique: math.prod(n_states[v] for v in clique))
    total = min(elimination.entries, MOST_ENTRIES)
    entries = count_entries(n_states[v] for v in largest)
    return Cost(2 * BYTES_PER_FLOAT * total, 4 * total, largest, entries, True)


def best_observation(tree: JunctionTree, candidates: tuple[int, ...]) -> tuple[int, float]:
    """Which of `candidates` would, once observed, shrink the tables most; and the bytes that would remain.

    An observed variable drops out of every table that holds it.
    """
    saved = dict.fromkeys(candidates, 0.0)
    total = 0.0
    for clique in tree.cliques:
        size = float(tree.size(clique.variables))
        total += size
        for v in saved.keys() & set(clique.variables):
            saved[v] += size * (1 - 1 / tree.n_states[v])
    best = max(saved, key=lambda v: saved[v])
    return best, 2 * BYTES_PER_FLOAT * (total - saved[best])
