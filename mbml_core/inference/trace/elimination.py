"""Variable elimination, one variable after another.

    τ(neighbours) = Σ_x Π (tables that hold x)

The evidence is put into the tables first: a variable that is known for certain drops out of them. At the end the
tables that are left are multiplied; scaled to a sum of one, that is the belief of the target.
Source: Zhang & Poole (1994), Canadian AI; Koller & Friedman (2009), algorithm 9.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from mbml_core.errors import UnsupportedQuery
from mbml_core.inference.result import Status
from mbml_core.inference.trace.drawn import DrawnFactor, DrawnGraph
from mbml_core.inference.trace.fill_in import Eliminated, eliminated, joined
from mbml_core.inference.trace.operation import Operation, Step, Table
from mbml_core.inference.trace.products import summed
from mbml_core.inference.trace.pruning import Pruned, pruned
from mbml_core.inference.trace.schedules import Ending, Run, TraceOptions

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def eliminating(graph: DrawnGraph, options: TraceOptions) -> Run:
    """The elimination of all variables but the target, `options.root` (None: the first), and its belief.

    Raises UnsupportedQuery where a table is too large to be written out, ImpossibleEvidence.
    """
    if graph.model.variables:
        yield from _Elimination(graph, options).steps()
    return Ending("min-fill", Status.EXACT, 1, 0.0)


def table_of(factor: DrawnFactor) -> Table:
    """The table of a factor. Raises UnsupportedQuery where it is not written out."""
    if factor.table is None:
        raise UnsupportedQuery(f"{factor.hidden}; walk through belief propagation, which can do without it")
    return factor.table


class _Elimination:
    """The tables during a run, and the number of the last step."""

    def __init__(self, graph: DrawnGraph, options: TraceOptions) -> None:
        self._graph = graph
        self._limit = options.limit
        self._target = options.root or graph.model.variables[0].id
        self._left = pruned(graph, self._target) if options.is_pruned else Pruned(graph.factors)
        self._tables: list[Table] = []
        self._number = 0

    def steps(self) -> Iterator[Step]:
        yield from self._left_out()
        yield from self._observed()
        for count, taken in enumerate(self._order(), start=1):
            yield self._eliminate(taken, f"τ{count}".translate(SUBSCRIPTS))
        yield self._conclude()

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _left_out(self) -> Iterator[Step]:
        if self._left.barren:
            yield Step(self._next(), "elimination", "leave out", "barren", scope=self._left.barren)
        if self._left.separated:
            yield Step(self._next(), "elimination", "leave out", "separated", scope=self._left.separated)

    def _observed(self) -> Iterator[Step]:
        """Every table without the variables that are known for certain."""
        graph = self._graph
        for factor in self._left.factors.values():
            self._limit.check()
            seen = tuple(id for id in factor.scope if id in graph.known)
            if not seen:
                self._tables.append(table_of(factor))
                continue
            operation = self._sliced(factor, seen)
            self._tables.append(operation.result)
            yield Step(self._number, "elimination", "observe", "observe", factor.id, "", seen, operation)
        gone = {*self._left.barren, *self._left.separated, *graph.known} - {self._target}
        self._tables += [table for id, table in graph.evidence.items() if id not in gone]

    def _sliced(self, factor: DrawnFactor, seen: tuple[str, ...]) -> Operation:
        graph = self._graph
        kept = [id for id in factor.scope if id not in seen]
        inputs = (table_of(factor), *(graph.evidence[id] for id in seen))
        states = ", ".join(f"{graph.label(id)} = {_state(graph, id)}" for id in seen)
        return summed(graph, inputs, kept, seen, f"{factor.id}[{states}]", self._next())

    def _order(self) -> Iterator[Eliminated]:
        graph = self._graph
        gone = {*self._left.barren, *self._left.separated, *graph.known}
        free = [v.id for v in graph.model.variables if v.id not in gone]
        neighbours = joined(free, (tuple(id for id in t.scope if id not in graph.known) for t in self._tables))
        sizes = {id: graph.size(id) for id in free}
        return eliminated(neighbours, sizes, self._target, self._limit)

    def _eliminate(self, taken: Eliminated, name: str) -> Step:
        variable = taken.variable
        number = self._next()
        used = tuple(table for table in self._tables if variable in table.scope)
        operation = summed(self._graph, used, taken.neighbours, (variable,), name, number) if used else None
        if operation is not None:
            self._tables = [table for table in self._tables if variable not in table.scope]
            self._tables.append(operation.result)
        phase = "eliminate"
        return Step(
            number, "elimination", phase, "eliminate", scope=(variable,), operation=operation, links=taken.fill
        )

    def _conclude(self) -> Step:
        target = self._target
        name = f"belief of {self._graph.label(target)}"
        operation = summed(self._graph, tuple(self._tables), (target,), (), name, self._next(), is_normalised=True)
        beliefs = MappingProxyType({target: operation.result.values})
        return Step(self._number, "elimination", "combine", "belief", "", target, (target,), operation, beliefs)


def _state(graph: DrawnGraph, id: str) -> str:
    return graph.model.variable(id).states[int(graph.evidence[id].values.argmax())]
