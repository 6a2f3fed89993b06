"""The compiled graph as plain tables: structured factors split by auxiliary variables for their memory."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Split every automaton a(x_1 … x_n) into n small tables (memory, x_i, memory) over n - 1 new variables.
    Tables and new variables are numbered in the order of the drawing.
    """
    sizes = graph.n_states.tolist()
    scopes: list[tuple[int, ...]] = []
    tables: list[FloatArray] = []
    for factor, (g, row) in enumerate(graph.locations):
        group, scope = graph.groups[g], graph.scopes[factor]
        if isinstance(group, AutomatonGroup):
            automaton = _automaton(group, row)
            parts = split(automaton, group.shape, scope, len(sizes))
            sizes += automaton.memory[1:-1]
        else:
            parts = [(scope, group.values[row])]
        scopes += [part for part, _ in parts]
        tables += [table for _, table in parts]
    scopes = [tuple([v for v in scope if sizes[v] > 1]) for scope in scopes]
    tables = [table.reshape([size for size in table.shape if size > 1]) for table in tables]
    return TableNetwork(np.array(sizes, dtype=np.int64), len(graph.n_states), tuple(scopes), tuple(tables))


def split(
    automaton: Automaton, shape: tuple[int, ...], scope: Sequence[int], first_new: int
) -> list[tuple[tuple[int, ...], FloatArray]]:
    """(scope, table) of each step. The memory between two steps becomes a variable of its own.

    Args:
        automaton: what to split.
        shape: number of states of the variables it reads.
        scope: their numbers.
        first_new: number of the memory after the first step; the others follow.
    """
    parts = []
    for i, (step, table) in enumerate(zip(automaton.steps, step_tables(automaton, shape), strict=True)):
        before = (first_new + i - 1,) if i > 0 else ()
        after = (first_new + i,) if i + 1 < len(automaton.steps) else ()
        used = (bool(before), True, bool(after))  # the ends of the memory stand for no variable
        axes = [size for size, is_used in zip(table.shape, used, strict=True) if is_used]
        parts.append(((*before, scope[step.axis], *after), table.reshape(axes)))
    return parts


def _automaton(group: AutomatonGroup, row: int) -> Automaton:
    steps = tuple(
        Step(step.axis, step.sources, step.states, step.targets, weights[row])
        for step, weights in zip(group.pattern.steps, group.weights, strict=True)
    )
    return Automaton(group.pattern.memory, steps)
