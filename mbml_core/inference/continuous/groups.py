"""Factors of one kind and signature side by side, and unknown variables of one family side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mbml_core.distributions.categorical import log
from mbml_core.distributions.families import FAMILIES
from mbml_core.distributions.family import Family
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.errors import UnsupportedQuery
from mbml_core.factors import kind_of
from mbml_core.factors.potential import MAX_DENSE_ENTRIES, to_dense
from mbml_core.factors.rules import Argument, EpUpdate, Method, Quality, Rows, VmpUpdate
from mbml_core.inference.continuous import table_rules
from mbml_core.model import (
    Categorical,
    Factor,
    FactorGraph,
    Number,
    Positive,
    Probability,
    Real,
    Simplex,
    Variable,
)

Known: TypeAlias = Mapping[int, Number | int]
"""Values and state indices of observed variables, by variable index."""

_ALL = slice(None)
_FAMILY_NAMES = {Categorical: "categorical", Real: "gaussian", Positive: "gamma", Probability: "beta"}


@dataclass(frozen=True, eq=False)
class Block:
    """Unknown variables of one family and width, whose natural parameters are rows of one array.

    Attributes:
        variables: (V,) their indices in the model.
    """

    family: Family
    width: int
    variables: IntArray


@dataclass(frozen=True, eq=False)
class Slot:
    """Who plays an unknown role: row `rows[n]` of block `block` in factor n."""

    block: int
    rows: IntArray


@dataclass(frozen=True, eq=False)
class RuleSet:
    """What sweeps need to know of a kind; see `Rules`."""

    name: str
    ep: Callable[[Rows, Rows], EpUpdate]
    vmp: Callable[[Rows, Rows], VmpUpdate]
    quality: Callable[[Method, Collection[str]], Quality]
    derives_child: bool


@dataclass(frozen=True, eq=False)
class Group:
    """Factors of one kind whose unknown roles are the same.

    Attributes:
        factors: (N,) their indices in the model.
        slots: who plays each unknown role.
        values: (N, …) arrays of the known roles.
    """

    rules: RuleSet
    factors: IntArray
    slots: Mapping[str, Slot]
    values: Rows

    def rows(self, chosen: IntArray) -> Group:
        """Only these rows."""
        return Group(
            self.rules,
            self.factors[chosen],
            {role: Slot(slot.block, slot.rows[chosen]) for role, slot in self.slots.items()},
            {role: array[chosen] for role, array in self.values.items()},
        )


@dataclass(frozen=True, eq=False)
class Casting:
    """One factor before anything is observed: who plays each role. Of a discrete one, roles are table axes."""

    factor: Factor
    rules: RuleSet
    roles: Mapping[str, Argument]
    logs: FloatArray | None


def cast(graph: FactorGraph) -> list[Casting]:
    """The castings of all factors of a sound graph."""
    sets: dict[str, RuleSet] = {}
    return [_cast_one(graph, factor, sets) for factor in graph.factors]


def _cast_one(graph: FactorGraph, factor: Factor, sets: dict[str, RuleSet]) -> Casting:
    kind = kind_of(factor)
    rules = kind.rules
    if rules is None:
        roles = {str(axis): id for axis, id in enumerate(factor.scope)}
        return Casting(factor, _TABLES, roles, _logs(graph, factor))
    if factor.kind not in sets:
        sets[factor.kind] = RuleSet(factor.kind, rules.ep, rules.vmp, rules.quality, rules.derives_child)
    return Casting(factor, sets[factor.kind], rules.roles(factor), None)


_TABLES = RuleSet("table", table_rules.ep, table_rules.vmp, table_rules.quality, False)


def _logs(graph: FactorGraph, factor: Factor) -> FloatArray:
    domains = graph.domains(factor)
    sizes = tuple(variable.size for variable in domains)
    if np.prod(sizes, dtype=float) > MAX_DENSE_ENTRIES:
        raise UnsupportedQuery(
            f"the table of '{factor.id}' would have {np.prod(sizes, dtype=float):.3g} entries; in a model with "
            f"continuous variables a factor may have {MAX_DENSE_ENTRIES}; connect fewer variables"
        )
    return log(to_dense(kind_of(factor).lower(factor, domains), sizes))


def family_of(variable: Variable) -> tuple[Family, int]:
    """The family of messages about a variable, and their width. Raises UnsupportedQuery where there is none."""
    domain = variable.domain
    if isinstance(domain, Simplex):
        return FAMILIES["dirichlet"], domain.size
    name = _FAMILY_NAMES.get(type(domain))
    if name is None:
        raise UnsupportedQuery(
            f"'{variable.label}' is {domain.phrase} and not observed; observe it, or give it states"
        )
    family = FAMILIES[name]
    return family, family.width(variable.size)


def blocks_of(
    graph: FactorGraph, unknown: Sequence[int]
) -> tuple[tuple[Block, ...], Mapping[int, tuple[int, int]]]:
    """The blocks of the unknown variables, and the (block, row) of each."""
    members: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for v in unknown:
        family, width = family_of(graph.variables[v])
        members[family.name, width].append(v)
    blocks = tuple(
        Block(FAMILIES[name], width, np.array(found, dtype=np.int64)) for (name, width), found in members.items()
    )
    places = {v: (b, row) for b, found in enumerate(members.values()) for row, v in enumerate(found)}
    return blocks, places


def groups_of(
    graph: FactorGraph,
    castings: Iterable[tuple[int, Casting]],
    known: Known,
    places: Mapping[int, tuple[int, int]],
) -> tuple[Group, ...]:
    """Group factors, by their indices in the model, given what is known of their other variables."""
    rows: defaultdict[tuple[object, ...], list[_Row]] = defaultdict(list)
    for f, casting in castings:
        row = _row(graph, f, casting, known, places)
        rows[row.signature].append(row)
    return tuple(_grouped(found) for found in rows.values())


@dataclass(frozen=True, eq=False)
class _Row:
    factor: int
    rules: RuleSet
    unknown: Mapping[str, tuple[int, int]]
    values: Mapping[str, FloatArray | float]

    @property
    def signature(self) -> tuple[object, ...]:
        """Equal for factors that go into one group."""
        players = tuple(sorted((role, block) for role, (block, _) in self.unknown.items()))
        shapes = tuple(sorted((role, np.shape(value)) for role, value in self.values.items()))
        return self.rules.name, players, shapes


def _row(
    graph: FactorGraph, f: int, casting: Casting, known: Known, places: Mapping[int, tuple[int, int]]
) -> _Row:
    unknown: dict[str, tuple[int, int]] = {}
    values: dict[str, FloatArray | float] = {}
    for role, argument in casting.roles.items():
        if not isinstance(argument, str):
            values[role] = argument
            continue
        v = graph.variable_index[argument]
        if v in places:
            unknown[role] = places[v]
        else:
            values[role] = _as_value(known[v])
    if casting.logs is None:
        return _Row(f, casting.rules, unknown, values)
    taken = tuple(np.asarray(values[role], dtype=np.int64) if role in values else _ALL for role in casting.roles)
    renumbered = {str(axis): place for axis, place in enumerate(unknown.values())}
    return _Row(f, casting.rules, renumbered, {table_rules.TABLE: casting.logs[taken]})


def _as_value(known: Number | int) -> FloatArray | float:
    return np.array(known, dtype=np.float64) if isinstance(known, tuple) else float(known)


def _grouped(rows: Sequence[_Row]) -> Group:
    first = rows[0]
    slots = {
        role: Slot(block, np.array([row.unknown[role][1] for row in rows], dtype=np.int64))
        for role, (block, _) in first.unknown.items()
    }
    values = {role: np.array([row.values[role] for row in rows], dtype=np.float64) for role in first.values}
    return Group(first.rules, np.array([row.factor for row in rows], dtype=np.int64), slots, values)
