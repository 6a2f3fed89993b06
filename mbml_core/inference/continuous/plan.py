"""What a query means for message passing: who is known, who is not, and which groups send in which order."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mbml_core.distributions.categorical import log
from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import ImpossibleEvidence, UnsupportedQuery
from mbml_core.factors import kind_of
from mbml_core.factors.rules import LinearGaussian, Method
from mbml_core.inference.continuous.groups import Block, Group, blocks_of, cast, groups_of
from mbml_core.inference.continuous.schedule import Order, order_of
from mbml_core.inference.observations import Observations
from mbml_core.model import FactorGraph, Number

CACHED_ORDERS = 16
"""Sets of observed variables whose order of sending is kept."""
CONTRADICTS = 1e-9
"""An equation of known numbers is wrong when it misses zero by more than this share of them."""


@dataclass(frozen=True, eq=False)
class Plan:
    """One query.

    Attributes:
        known: value or state index of each variable that was observed, or that equations of observed ones give.
        blocks: the unknown variables. heard: what was seen of each of them, in natural parameters (V, P).
        groups: all factors but solved equations. order: in which they send.
        log_density: what known things that no group mentions add to the log evidence.
    """

    known: Mapping[int, Number | int]
    blocks: tuple[Block, ...]
    heard: tuple[FloatArray, ...]
    groups: tuple[Group, ...]
    order: Order
    log_density: float


class Planner:
    """Makes plans for the queries about one model by one method."""

    def __init__(self, graph: FactorGraph, method: Method) -> None:
        self._graph = graph
        self._method = method
        self._castings = cast(graph)
        self._equations = _equations(graph)
        self._users: defaultdict[int, list[int]] = defaultdict(list)
        for f, equation in self._equations.items():
            for id in (equation.child, *equation.terms):
                self._users[graph.variable_index[id]].append(f)
        self._orders: dict[frozenset[int], Order] = {}

    def plan(self, observed: Observations) -> Plan:
        """The plan of one query. Raises UnsupportedQuery where a kind has no rule for what is unknown."""
        known: dict[int, Number | int] = {**observed.hard, **observed.values}
        solved, log_density = self._determine(known)
        unknown = [v for v in range(len(self._graph.variables)) if v not in known]
        blocks, places = blocks_of(self._graph, unknown)
        rest = [(f, casting) for f, casting in enumerate(self._castings) if f not in solved]
        groups = groups_of(self._graph, rest, known, places)
        for group in groups:
            self._require_rule(group)
        return Plan(
            known,
            blocks,
            tuple(_heard(block, observed.soft) for block in blocks),
            groups,
            self._order(frozenset(known), groups, blocks),
            log_density + observed.log_scale,
        )

    def _require_rule(self, group: Group) -> None:
        """Raise UnsupportedQuery, naming a factor, where there is no rule for these unknown roles."""
        try:
            if group.slots:
                group.rules.quality(self._method, group.slots.keys())
        except UnsupportedQuery as refused:
            raise UnsupportedQuery(f"at '{self._graph.factors[int(group.factors[0])].id}': {refused}") from None

    def _order(self, known: frozenset[int], groups: Sequence[Group], blocks: Sequence[Block]) -> Order:
        if known not in self._orders:
            if len(self._orders) >= CACHED_ORDERS:
                self._orders.pop(next(iter(self._orders)))
            self._orders[known] = order_of(groups, [len(block.variables) for block in blocks])
        return self._orders[known]

    def _determine(self, known: dict[int, Number | int]) -> tuple[set[int], float]:
        """Add to `known` what equations with one unknown variable give; the equations that have none left, and the
        log density of the values they were seen at.
        """
        solved: set[int] = set()
        log_density = 0.0
        waiting = list(self._equations)
        while waiting:
            f = waiting.pop()
            terms = self._terms(f)
            unknown = [v for v in terms if v not in known]
            if f in solved or len(unknown) > 1:
                continue
            solved.add(f)
            parts = [self._equations[f].offset, *(terms[v] * float(known[v]) for v in terms if v in known)]  # type: ignore[arg-type]
            if unknown:
                (v,) = unknown
                known[v] = -math.fsum(parts) / terms[v]
                log_density -= math.log(abs(terms[v]))
                waiting += self._users[v]
            elif abs(math.fsum(parts)) > CONTRADICTS * max(map(abs, parts)):
                raise ImpossibleEvidence(f"'{self._graph.factors[f].id}' contradicts what was observed")
        return solved, log_density

    def _terms(self, f: int) -> dict[int, float]:
        equation, index = self._equations[f], self._graph.variable_index
        return {index[equation.child]: -1.0, **{index[id]: a for id, a in equation.terms.items() if a != 0.0}}


def _equations(graph: FactorGraph) -> dict[int, LinearGaussian]:
    found = {}
    for f, factor in enumerate(graph.factors):
        rules = kind_of(factor).rules
        linear = rules.linear(factor) if rules else None
        if linear is not None and linear.variance == 0.0:
            found[f] = linear
    return found


def _heard(block: Block, soft: Mapping[int, FloatArray]) -> FloatArray:
    heard = np.zeros((len(block.variables), block.width))
    for row, v in enumerate(block.variables.tolist()):
        if v in soft:
            heard[row] = log(soft[v])
    return heard
