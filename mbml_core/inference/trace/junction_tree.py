r"""The junction tree: moral graph, triangulation, cliques, and messages between them there and back.

    ψ_i = Π tables and evidence given to clique i
    δ(i → j)(S_ij) = Σ_{C_i \ S_ij} ψ_i Π_{k ≠ j} δ(k → i)
    β_i ∝ ψ_i Π_k δ(k → i)

The evidence is a table among the others, so one tree serves any evidence. Cliques are numbered from 1 in a step.
Source: Shafer & Shenoy (1990), Annals of Mathematics and AI 2; Koller & Friedman (2009), §10.2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType

from mbml_core.distributions.semiring import FloatArray
from mbml_core.inference.result import Status
from mbml_core.inference.trace.clique_tree import CliqueTree, clique_tree
from mbml_core.inference.trace.drawn import DrawnGraph
from mbml_core.inference.trace.elimination import SUBSCRIPTS, table_of
from mbml_core.inference.trace.fill_in import Eliminated, Link, eliminated, joined
from mbml_core.inference.trace.operation import Kind, Step, Table
from mbml_core.inference.trace.products import summed
from mbml_core.inference.trace.schedules import Ending, Run, TraceOptions


def calibrating(graph: DrawnGraph, options: TraceOptions) -> Run:
    """A junction tree and its messages, collected to the smallest clique with `options.root`, then every belief.

    Raises UnsupportedQuery where a clique is too large to be written out, ImpossibleEvidence.
    """
    if graph.model.variables:
        yield from _Calibration(graph, options).steps()
    return Ending("junction tree", Status.EXACT, 1, 0.0)


class _Calibration:
    """The tables and messages during a run, and the number of the last step."""

    def __init__(self, graph: DrawnGraph, options: TraceOptions) -> None:
        self._graph = graph
        self._limit = options.limit
        self._root = options.root or graph.model.variables[0].id
        self._sizes = {variable.id: variable.size for variable in graph.model.variables}
        self._tables = [*map(table_of, graph.factors.values()), *graph.evidence.values()]
        self._number = 0
        self._own: list[Table] = []
        self._sent: dict[tuple[int, int], Table] = {}

    def steps(self) -> Iterator[Step]:
        taken: list[Eliminated] = []
        yield from self._moralise()
        yield from self._triangulate(taken)
        tree = clique_tree(taken, self._sizes)
        yield from self._cliques(tree)
        outward = tree.outward(tree.smallest_with([self._root]))
        yield from (self._send(tree, child, parent, "collect") for parent, child in reversed(outward))
        yield from (self._send(tree, parent, child, "distribute") for parent, child in outward)
        yield from self._conclude(tree)

    def _next(self) -> int:
        self._limit.check()
        self._number += 1
        return self._number

    def _moralise(self) -> Iterator[Step]:
        known: set[Link] = set()
        for factor in self._graph.factors.values():
            new = tuple(
                pair for pair in combinations(factor.scope, 2) if not known.intersection((pair, pair[::-1]))
            )
            known.update(new)
            if new:
                kind: Kind = "moral_links"
                yield Step(self._next(), "junction_tree", "moralise", kind, factor.id, "", factor.scope, links=new)

    def _triangulate(self, taken: list[Eliminated]) -> Iterator[Step]:
        """Links as if the variables were eliminated, all of which are added to `taken`."""
        neighbours = joined(self._sizes, (table.scope for table in self._tables))
        for one in eliminated(neighbours, self._sizes, limit=self._limit):
            taken.append(one)
            scope = (one.variable, *one.neighbours)
            yield Step(self._next(), "junction_tree", "triangulate", "fill_in", scope=scope, links=one.fill)

    def _cliques(self, tree: CliqueTree) -> Iterator[Step]:
        """Every clique with the tables that are given to it, then the links between them."""
        given: dict[int, list[Table]] = defaultdict(list)
        for table in self._tables:
            given[tree.smallest_with(table.scope)].append(table)
        for i, clique in enumerate(tree.cliques):
            number = self._next()
            operation = summed(self._graph, tuple(given[i]), clique, (), _indexed("ψ", i), number)
            self._own.append(operation.result)
            yield self._about("cliques", "clique", clique, (i,), operation=operation)
        for a, b in tree.links:
            self._next()
            yield self._about("join", "separator", tree.separator(a, b), (a, b))

    def _send(self, tree: CliqueTree, sender: int, receiver: int, phase: str) -> Step:
        kept = tree.separator(sender, receiver)
        over = [id for id in tree.cliques[sender] if id not in kept]
        inputs = self._told(tree, sender, receiver)
        name = f"δ(C{sender + 1} → C{receiver + 1})"
        operation = summed(self._graph, inputs, kept, over, name, self._next())
        self._sent[sender, receiver] = operation.result
        kind: Kind = "collect" if phase == "collect" else "distribute"
        return self._about(
            phase, kind, kept, (sender, receiver), operation=operation, beliefs=self._heard(tree, receiver)
        )

    def _told(self, tree: CliqueTree, clique: int, but: int = -1) -> tuple[Table, ...]:
        """The table of a clique and what it was told, but not by one of its neighbours."""
        others = [k for k in tree.near[clique] if k != but]
        return (self._own[clique], *(self._sent[k, clique] for k in others))

    def _heard(self, tree: CliqueTree, clique: int) -> Mapping[str, FloatArray]:
        """The beliefs of a clique's variables once all its neighbours have told it what they know."""
        if any((k, clique) not in self._sent for k in tree.near[clique]):
            return MappingProxyType({})
        scope = tree.cliques[clique]
        whole = summed(self._graph, self._told(tree, clique), scope, (), _indexed("β", clique), 0).result
        parts = {
            id: summed(self._graph, (whole,), (id,), [v for v in scope if v != id], "", 0, is_normalised=True)
            for id in scope
        }
        return MappingProxyType({id: part.result.values for id, part in parts.items()})

    def _conclude(self, tree: CliqueTree) -> Iterator[Step]:
        """What every clique believes, then its variables: each read off the smallest clique that holds it."""
        own: dict[int, list[str]] = defaultdict(list)
        for id in self._sizes:
            own[tree.smallest_with([id])].append(id)
        for i, variables in sorted(own.items()):
            scope = tree.cliques[i]
            operation = summed(
                self._graph, self._told(tree, i), scope, (), _indexed("β", i), self._next(), is_normalised=True
            )
            yield self._about("beliefs", "calibrated", scope, (i,), operation=operation)
            yield from (self._belief(operation.result, i, id) for id in variables)

    def _belief(self, whole: Table, clique: int, id: str) -> Step:
        name = f"belief of {self._graph.label(id)}"
        over = [other for other in whole.scope if other != id]
        operation = summed(self._graph, (whole,), (id,), over, name, self._next(), is_normalised=True)
        beliefs = MappingProxyType({id: operation.result.values})
        return self._about("beliefs", "belief", (id,), (clique,), id, operation=operation, beliefs=beliefs)

    def _about(
        self,
        phase: str,
        kind: Kind,
        scope: Sequence[str],
        cliques: Sequence[int],
        receiver: str = "",
        **what: object,
    ) -> Step:
        """The step with the present number, about cliques by index."""
        neighbours = tuple(clique + 1 for clique in cliques)
        return Step(
            self._number,
            "junction_tree",
            phase,
            kind,
            receiver=receiver,
            scope=tuple(scope),
            neighbours=neighbours,
            **what,  # type: ignore[arg-type]
        )


def _indexed(name: str, clique: int) -> str:
    return f"{name}{clique + 1}".translate(SUBSCRIPTS)
