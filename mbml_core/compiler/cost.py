"""What a junction tree will cost, known before anything is allocated, and the cheapest ways to make it cheaper."""

from __future__ import annotations

from dataclasses import dataclass

from mbml_core.compiler.junction_tree import JunctionTree

BYTES_PER_FLOAT = 8
FEWEST_PASSES, PASSES_PER_CHILD = 4, 2
"""An entry is filled, summed, scaled and read, and for each child multiplied by its message and summed onto it."""


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


def tree_cost(tree: JunctionTree, *, keeps_tables: bool = False) -> Cost:
    """Cost of running the program of this tree (kernels/program.py lists the parts of its buffer)."""
    operations = 0.0
    largest: tuple[int, ...] = ()
    n_floats = longest = 0
    for i, clique in enumerate(tree.cliques):
        size = tree.size(clique.variables)
        operations += float(size) * (FEWEST_PASSES + PASSES_PER_CHILD * len(tree.children[i]))
        largest = max(largest, clique.variables, key=tree.size)
        n_floats += size + 2 * tree.size(clique.separator)
        longest = max(longest, tree.size(clique.residual))
    n_floats += longest + (tree.size(largest) if keeps_tables else 0)
    return Cost(BYTES_PER_FLOAT * float(n_floats), operations, largest, float(tree.size(largest)))


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
    return best, BYTES_PER_FLOAT * (total - saved[best])
