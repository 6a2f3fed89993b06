"""The cliques of a triangulated graph and the tree that joins them: sets and links only, no numbers.

Source: Lauritzen & Spiegelhalter (1988), JRSS B 50(2); Jensen & Jensen (1994), UAI, for the spanning tree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import prod

from mbml_core.inference.trace.fill_in import Eliminated


@dataclass(frozen=True)
class CliqueTree:
    """A junction forest.

    Attributes:
        cliques: ids of the variables of each, in drawing order.
        links: pairs of cliques that share variables, by index; no loop.
        sizes: number of states of each variable.
    """

    cliques: tuple[tuple[str, ...], ...]
    links: tuple[tuple[int, int], ...]
    sizes: Mapping[str, int]

    @cached_property
    def near(self) -> Mapping[int, tuple[int, ...]]:
        """The cliques that each clique is linked with."""
        found: dict[int, list[int]] = defaultdict(list)
        for a, b in self.links:
            found[a].append(b)
            found[b].append(a)
        return {i: tuple(found[i]) for i in range(len(self.cliques))}

    def separator(self, a: int, b: int) -> tuple[str, ...]:
        """What two cliques share."""
        other = set(self.cliques[b])
        return tuple(id for id in self.cliques[a] if id in other)

    def entries(self, clique: int) -> int:
        """Of the table of a clique."""
        return prod(self.sizes[id] for id in self.cliques[clique])

    def smallest_with(self, scope: Iterable[str]) -> int:
        """The clique with the smallest table that holds all of `scope`, which some clique does."""
        wanted = set(scope)
        return min((i for i, own in enumerate(self.cliques) if wanted.issubset(own)), key=self.entries)

    def outward(self, root: int) -> list[tuple[int, int]]:
        """The links as (nearer, farther) from `root`, nearest first; in other trees from their first clique."""
        seen: set[int] = set()
        found: list[tuple[int, int]] = []
        for start in (root, *range(len(self.cliques))):
            if start in seen:
                continue
            seen.add(start)
            queue = [start]
            for clique in queue:  # grows while it is walked
                fresh = [other for other in self.near[clique] if other not in seen]
                seen.update(fresh)
                queue += fresh
                found += [(clique, other) for other in fresh]
        return found


def clique_tree(taken: Sequence[Eliminated], sizes: Mapping[str, int]) -> CliqueTree:
    """The largest cliques that an elimination of all variables made, joined by a spanning tree of most shared
    variables, which has running intersection. `sizes` are in drawing order.
    """
    cliques = _largest(taken, sizes)
    return CliqueTree(cliques, _spanning(cliques), sizes)


def _largest(taken: Sequence[Eliminated], sizes: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Only an earlier clique can hold a later one: the variable of the earlier is gone from the later."""
    place = {id: i for i, id in enumerate(sizes)}
    kept: list[frozenset[str]] = []
    holding: dict[str, list[frozenset[str]]] = defaultdict(list)
    for one in taken:
        clique = frozenset((one.variable, *one.neighbours))
        if any(clique <= other for other in holding[one.variable]):
            continue
        kept.append(clique)
        for id in clique:
            holding[id].append(clique)
    return tuple(tuple(sorted(clique, key=place.__getitem__)) for clique in kept)


def _spanning(cliques: Sequence[tuple[str, ...]]) -> tuple[tuple[int, int], ...]:
    """Kruskal's rule with the number of shared variables; cliques that share none stay apart."""
    of_variable: dict[str, list[int]] = defaultdict(list)
    for i, clique in enumerate(cliques):
        for id in clique:
            of_variable[id].append(i)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for own in of_variable.values():
        for pair in combinations(own, 2):
            shared[pair] += 1
    tree_of = list(range(len(cliques)))

    def found(clique: int) -> int:
        while tree_of[clique] != clique:
            tree_of[clique] = clique = tree_of[tree_of[clique]]
        return clique

    links = []
    for a, b in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if found(a) != found(b):
            tree_of[found(a)] = found(b)
            links.append((a, b))
    return tuple(links)
