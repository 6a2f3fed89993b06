"""The compiled graph as plain tables: structured factors split by auxiliary variables for their memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mbml_core.compiler.compiled import AutomatonGroup, CompiledGraph
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.factors.potential import Automaton, Step, step_tables


@dataclass(frozen=True, eq=False)
class TableNetwork:
    """Tables over indexed variables; summing out the auxiliary ones gives the compiled graph back.

    Variables with one state are left out of every scope: they add an axis and no information.

    Attributes:
        n_states: (V',) the drawing's variables first, then the auxiliary ones.
        n_drawn: number of the drawing's variables.
        scopes: variables of each table, in axis order.
        tables: linear values, axes as in the scope.
    """

    n_states: IntArray
    n_drawn: int
    scopes: tuple[tuple[int, ...], ...]
    tables: tuple[FloatArray, ...]


def to_tables(graph: CompiledGraph) -> TableNetwork:
    """Split every automaton a(x_1 … x_n) into n small tables (memory, x_i, memory) over n - 1 new variables."""
    sizes = graph.n_states.tolist()
    scopes: list[tuple[int, ...]] = []
    tables: list[FloatArray] = []
    for group in graph.groups:
        if isinstance(group, AutomatonGroup):
            for row, scope in enumerate(group.scopes.tolist()):
                _split(group, row, scope, sizes, scopes, tables)
        else:
            scopes += [tuple(scope) for scope in group.scopes.tolist()]
            tables += list(group.values)
    scopes = [tuple(v for v in scope if sizes[v] > 1) for scope in scopes]
    tables = [table.reshape([size for size in table.shape if size > 1]) for table in tables]
    return TableNetwork(np.array(sizes, dtype=np.int64), len(graph.n_states), tuple(scopes), tuple(tables))


def _split(
    group: AutomatonGroup,
    row: int,
    scope: list[int],
    sizes: list[int],
    scopes: list[tuple[int, ...]],
    tables: list[FloatArray],
) -> None:
    """Append the tables of one automaton and the sizes of its auxiliary variables."""
    automaton = _automaton(group, row)
    before: tuple[int, ...] = ()
    for i, (step, table) in enumerate(zip(automaton.steps, step_tables(automaton, group.shape), strict=True)):
        is_last = i + 1 == len(automaton.steps)
        after = () if is_last else (len(sizes),)
        if not is_last:
            sizes.append(automaton.memory[i + 1])
        scopes.append((*before, scope[step.axis], *after))
        tables.append(table.reshape([size for size, used in _axes(table, before, after) if used]))
        before = after


def _axes(table: FloatArray, before: tuple[int, ...], after: tuple[int, ...]) -> list[tuple[int, bool]]:
    """Size of each axis of a step table, and whether it stands for a variable (the ends of the memory do not)."""
    return list(zip(table.shape, (bool(before), True, bool(after)), strict=True))


def _automaton(group: AutomatonGroup, row: int) -> Automaton:
    steps = tuple(
        Step(step.axis, step.sources, step.states, step.targets, weights[row])
        for step, weights in zip(group.pattern.steps, group.weights, strict=True)
    )
    return Automaton(group.pattern.memory, steps)
