"""Networks without tables' numbers, for kernels that read scopes only."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from mbml_core.compiler.elimination import best_elimination
from mbml_core.compiler.table_arrays import NetworkArrays, network_arrays
from mbml_core.kernels.arrays import TableArrays
from mbml_core.kernels.program import Program, assemble
from mbml_core.kernels.relevance import Selection, select
from mbml_core.kernels.tree import Tree, build_tree
from mbml_core.kernels.triangulation import Order
from mbml_core.model import FactorGraph
from tests.compiler.structures import Scopes, drawing, naive_elimination


def ints(items: Sequence[int]) -> np.ndarray:
    return np.array(list(items), dtype=np.int64)


def flags(n: int, chosen: Sequence[int] = ()) -> np.ndarray:
    found = np.zeros(n, dtype=np.bool_)
    found[list(chosen)] = True
    return found


def runs(start: np.ndarray, items: np.ndarray) -> list[list[int]]:
    """Item i is items[start[i] : start[i + 1]]."""
    return [items[a:b].tolist() for a, b in itertools.pairwise(start)]


def network_of(sizes: Sequence[int], scopes: Scopes) -> NetworkArrays:
    return network_arrays(drawing(sizes, scopes))


def part_without(network: NetworkArrays, observed: Sequence[int] = ()) -> Selection:
    """Everything but the observed variables."""
    n = network.n_drawn
    everything = np.ones(n, dtype=np.bool_)
    return select(network.arrays, everything, flags(n, observed), everything)


def scopes_of(arrays: TableArrays, part: Selection) -> Scopes:
    """Local variables of the selected tables."""
    scopes = runs(arrays.scope_start, arrays.scope)
    return [tuple(int(part.local[v]) for v in scopes[t] if part.local[v] >= 0) for t in part.tables.tolist()]


def order_by(order: Sequence[int], sizes: Sequence[int], scopes: Scopes) -> Order:
    """Eliminate in this order, by the definition."""
    found = naive_elimination(sizes, scopes, order)
    start = np.concatenate([[0], np.cumsum([len(joined) for joined in found.neighbours])]).astype(np.int64)
    joined = ints([u for joined in found.neighbours for u in joined])
    return Order(ints(found.order), start, joined, np.array([found.entries]))


def any_order(source: np.random.Generator, network: NetworkArrays) -> list[int]:
    """All variables in a cheap order, which leaves many cliques, or in any, which fills in."""
    sizes = network.arrays.n_states.tolist()
    if source.random() < 0.7:
        return list(best_elimination(sizes, runs(network.arrays.scope_start, network.arrays.scope)).order)
    return source.permutation(len(sizes)).tolist()


def tree_by(network: NetworkArrays, order: Sequence[int], observed: Sequence[int] = ()) -> Tree:
    """The tree of everything but the observed variables, by an order of all variables."""
    part = part_without(network, observed)
    local = [int(part.local[v]) for v in order if part.local[v] >= 0]
    sizes = network.arrays.n_states[part.variables].tolist()
    return build_tree(network.arrays, part, order_by(local, sizes, scopes_of(network.arrays, part)))


def program_of(
    graph: FactorGraph, order: Sequence[int], observed: Sequence[int], keeps_tables: bool
) -> tuple[NetworkArrays, Tree, Program]:
    network = network_arrays(graph)
    tree = tree_by(network, order, observed)
    return network, tree, assemble(tree, network.arrays, keeps_tables)
