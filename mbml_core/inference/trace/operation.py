"""What one step of an algorithm computes, as plain data.

Belief propagation, variable elimination and the junction tree all do one thing again and again: multiply tables,
then sum some of the variables out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from mbml_core.distributions.semiring import FloatArray

Algorithm: TypeAlias = Literal["bp", "elimination", "junction_tree"]
Kind: TypeAlias = Literal[
    "factor_to_variable", "variable_to_factor", "belief",
    "barren", "separated", "observe", "eliminate",
    "moral_links", "fill_in", "clique", "separator", "collect", "distribute", "calibrated",
]  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Non-negative numbers over the joint states of some variables.

    Attributes:
        name: what it is called in the drawing, such as "f_rain" or "μ(f_rain → Rain)"; names may occur twice.
        scope: ids of the variables, one per axis.
        values: linear, the last axis varies fastest.
        node: id of the factor it belongs to, or of the variable whose evidence it is; "" where a step made it.
        made_by: number of the step that made it; 0 where it belongs to the model or its evidence.
    """

    name: str
    scope: tuple[str, ...]
    values: FloatArray
    node: str = ""
    made_by: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Operation:
    """What one step computes.

        made = Σ_over Π inputs, or with max in the place of Σ;   result = made / scale

    With damping the result is old^damping · made^(1 − damping) / scale where both are positive, made / scale
    elsewhere: a state that is excluded is excluded at once.

    Attributes:
        inputs: tables that are multiplied; none: the number one.
        over: ids of the variables that are summed (maximised) out.
        result: over the variables that are left.
        scale: what the numbers were divided by, so that the result is normalised; 1 where it is not.
        is_max: whether the largest entry is taken, not the sum.
        damping: weight of the old message, 0 = none.
        old: the message before, where it is damped.
        hidden: why the result cannot be recomputed from the inputs shown, such as a table that is too large to be
            written out; "" where it can.
    """

    inputs: tuple[Table, ...]
    over: tuple[str, ...]
    result: Table
    scale: float = 1.0
    is_max: bool = False
    damping: float = 0.0
    old: Table | None = None
    hidden: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """One step of an algorithm.

    Attributes:
        number: counted from 1.
        algorithm: which one.
        phase: the part of the run it belongs to, such as "sweep 2" or "collect".
        kind: what it does.
        sender, receiver: ids of the nodes between which a message goes; "" where there are none.
        scope: ids of the variables it is about: of a clique, a separator, the variable that is eliminated.
        operation: its arithmetic; None where nothing is computed.
        beliefs: those that it changes, by variable id: linear, normalised.
        links: pairs of variables that it connects in the moral or triangulated graph.
        residual: how far the log message moved; 0 where nothing is sent, infinite where a state was excluded.
        neighbours: the cliques it is about, by number; of a message the sender, then the receiver.
    """

    number: int
    algorithm: Algorithm
    phase: str
    kind: Kind
    sender: str = ""
    receiver: str = ""
    scope: tuple[str, ...] = ()
    operation: Operation | None = None
    beliefs: Mapping[str, FloatArray] = field(default_factory=lambda: MappingProxyType({}))
    links: tuple[tuple[str, str], ...] = ()
    residual: float = 0.0
    neighbours: tuple[int, ...] = ()


def combined(
    tables: Sequence[Table], kept: Mapping[str, int], over: Mapping[str, int], is_max: bool
) -> FloatArray:
    """Σ_over Π tables, over the variables `kept`, in that order; both map ids to numbers of states.

    Not normalised. Tables are multiplied in the order given.
    """
    sizes = {**kept, **over}
    scope = tuple(sizes)
    product = np.ones(tuple(sizes.values()))
    for table in tables:
        product = product * spread(table, scope)
    if not over:
        return product
    axes = tuple(range(len(kept), len(scope)))
    found: FloatArray = product.max(axis=axes) if is_max else product.sum(axis=axes)
    return found


def spread(table: Table, scope: tuple[str, ...]) -> FloatArray:
    """The table with one axis for every variable of `scope`, in that order; one long where it has none."""
    values = table.values
    if table.scope == scope:
        return values
    places = [scope.index(id) for id in table.scope]
    shape = [1] * len(scope)
    for place, size in zip(places, values.shape, strict=True):
        shape[place] = size
    if len(places) > 1:
        values = values.transpose(sorted(range(len(places)), key=places.__getitem__))
    return values.reshape(shape)


def damped(made: FloatArray, old: FloatArray, damping: float) -> FloatArray:
    """old^damping · made^(1 − damping) where both are positive, made elsewhere."""
    is_open = (made > 0) & (old > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mixed = old**damping * made ** (1.0 - damping)
    return np.where(is_open, mixed, made)


def replayed(operation: Operation) -> FloatArray:
    """The result computed anew from the inputs alone. Raises ValueError where they are hidden."""
    if operation.hidden:
        raise ValueError(f"the step does not show all it rests on: {operation.hidden}")
    sizes = sizes_of(operation)
    kept = {id: sizes[id] for id in operation.result.scope}
    over = {id: sizes[id] for id in operation.over}
    made = combined(operation.inputs, kept, over, operation.is_max)
    if operation.old is not None:
        made = damped(made, operation.old.values, operation.damping)
    return made / operation.scale


def sizes_of(operation: Operation) -> dict[str, int]:
    """Number of states of each variable of an operation."""
    tables = (*operation.inputs, operation.result)
    return {id: n for table in tables for id, n in zip(table.scope, table.values.shape, strict=True)}


def replay(steps: Iterable[Step]) -> dict[str, FloatArray]:
    """The beliefs at the end of a whole run, by variable id, with every operation computed anew.

    What an operation reads from earlier steps is what they gave in this replay, not what was recorded: only the
    tables of the model and the evidence are taken over, and the results of operations that are hidden.
    """
    made: dict[int, Table] = {}
    beliefs: dict[str, FloatArray] = {}
    for step in steps:
        beliefs.update(step.beliefs)
        if step.operation is None:
            continue
        values = _again(step.operation, made)
        made[step.number] = replace(step.operation.result, values=values)
        if step.kind == "belief":
            beliefs[step.scope[0]] = values
    return beliefs


def _again(operation: Operation, made: Mapping[int, Table]) -> FloatArray:
    if operation.hidden:
        return operation.result.values
    inputs = tuple(made.get(table.made_by, table) for table in operation.inputs)
    old = operation.old
    return replayed(replace(operation, inputs=inputs, old=old and made.get(old.made_by, old)))


class Cost(NamedTuple):
    """What some steps cost, counted as on paper: one table entry after another.

    Attributes:
        results: messages or tables that were made.
        multiplications, additions: of two numbers each; a maximum counts as an addition.
        largest: entries of the largest product.
        hidden: operations that are not counted, as not all of their inputs are shown.
    """

    results: int = 0
    multiplications: int = 0
    additions: int = 0
    largest: int = 0
    hidden: int = 0


def cost_of(steps: Iterable[Step]) -> Cost:
    """The cost of some steps; normalising is left out."""
    results = multiplications = additions = largest = hidden = 0
    for step in steps:
        operation = step.operation
        if operation is None:
            continue
        results += 1
        if operation.hidden:
            hidden += 1
            continue
        entries = 1
        for size in sizes_of(operation).values():
            entries *= size
        multiplications += entries * max(len(operation.inputs) - 1, 0)
        additions += entries - operation.result.values.size
        largest = max(largest, entries)
    return Cost(results, multiplications, additions, largest, hidden)
