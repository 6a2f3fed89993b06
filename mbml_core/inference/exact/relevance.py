"""Which trees a set of observed variables needs. States play no part: flipping one changes no plan.

In a directed network the distribution of a variable depends on the ancestors of it and of the evidence only:
the tables of all others sum to one. One tree over everything would pay for marrying the parents of leaves that
nobody asked about; a few trees over ancestral sets, chosen by predicted cost, are up to a thousand times
smaller. Variables that the evidence does not reach keep the marginals they had without it. A network with free
potentials falls into connected components instead, and the untouched ones keep theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mbml_core.compiler.table_arrays import topological_order
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import IntArray
from mbml_core.inference.exact.planning import FlagArray, Planner, Unit

MAX_DIRECTED_VARIABLES = 5_000
"""The ancestors of every variable take n² bytes."""
MERGE_TRIES = 2
"""Trees that a further ancestral set is tried to be merged with: those it shares most with."""
LEAST_OVERLAP = 0.3
"""Share of the smaller set below which two are not even tried."""
CLEARLY_LESS = 0.98
"""The other fill rule is taken over where it leaves less than this share of the entries."""
MAX_COMPONENTS = 64
"""More connected components than this are one forest, asked as a whole."""
CRUMB = 0.02
"""Share of the whole cost below which a tree is left alone."""


@dataclass(frozen=True, eq=False)
class Relevant:
    """What a set of observed variables needs.

    Attributes:
        units: trees that together hold every variable whose marginal changes.
        known: over the drawn variables: those whose tables count, the ancestors of the evidence, or all of them.
        untouched: groups, by number, that keep what they had; of a network with free potentials.
    """

    units: tuple[Unit, ...]
    known: FlagArray
    untouched: tuple[int, ...] = ()

    @property
    def entries(self) -> float:
        """Of all trees; inf where one was given up."""
        return sum(unit.entries for unit in self.units)

    @property
    def n_variables(self) -> int:
        """Of all trees."""
        return sum(unit.n_variables for unit in self.units)


class Relevance:
    """The units of one network for any evidence.

    Attributes:
        groups: the units without evidence.
        is_directed: whether they are ancestral sets, which overlap, or connected components, which do not.

    Args:
        planner: of the network.
        whole: one unit of everything.
        is_fine: whether to look for anything smaller without evidence.
        deadline: of the planning.
        most: table entries from which on that is given up.
    """

    def __init__(
        self, planner: Planner, whole: Unit, is_fine: bool, deadline: Deadline = UNLIMITED, most: float = np.inf
    ) -> None:
        self._planner = planner
        self._n = planner.network.n_drawn
        self._nothing = np.zeros(self._n, dtype=np.bool_)
        self._everything = np.ones(self._n, dtype=np.bool_)
        self.is_directed = planner.network.is_directed and self._n <= MAX_DIRECTED_VARIABLES
        self._ancestors = self._ancestral_sets() if self.is_directed else None
        self.groups: tuple[Unit, ...]
        if not is_fine:
            self.groups = (self._of_everything(whole),)
        elif self.is_directed:
            self.groups = self._ancestral_groups(most, deadline) or (self._of_everything(whole),)
        else:
            self.groups = self._components(whole, deadline)

    @property
    def entries(self) -> float:
        """Of the groups."""
        return sum(group.entries for group in self.groups)

    def _of_everything(self, whole: Unit) -> Unit:
        sinks = np.flatnonzero(np.diff(self._planner.arrays.child_start) == 0)
        return Unit(whole.members, sinks, whole.part, whole.order)

    def without(self, hard: IntArray, deadline: Deadline) -> Unit:
        """One unit of everything but the observed variables, for the most probable assignment."""
        return self._planner.unit(
            self._everything, hard[:0], self._flags(hard), self._everything, deadline=deadline
        )

    def around(
        self, planner: Planner, scope: IntArray, hard: IntArray, soft: IntArray, deadline: Deadline
    ) -> Unit:
        """One unit, of a planner for the same drawing, in which all of `scope` can be asked for together."""
        members = self._everything
        if self.is_directed:
            members = self._ancestors_of(np.concatenate([scope, hard, soft]), self._nothing)
        return planner.unit(members, hard[:0], self._flags(hard), members, deadline=deadline)

    def of(self, hard: IntArray, soft: IntArray, cap: float, deadline: Deadline = UNLIMITED) -> Relevant:
        """The units for evidence on these variables; `cap` bounds the entries of one tree."""
        if not self.is_directed:
            return self._touched(hard, soft, cap, deadline)
        observed = self._flags(hard)
        known = self._ancestors_of(np.concatenate([hard, soft]), self._nothing)
        reached = self._planner.tools.reached(self._planner.arrays, hard, soft, observed, known)
        wanted = [sinks for group in self.groups if len(sinks := group.sinks[reached[group.sinks]])]
        units = self._units_for(wanted, known, observed, reached, cap, deadline)
        return Relevant(tuple(self._improved(unit) for unit in units), known)

    def _units_for(
        self,
        wanted: Sequence[IntArray],
        known: FlagArray,
        observed: FlagArray,
        reached: FlagArray,
        cap: float,
        deadline: Deadline,
    ) -> list[Unit]:
        """Either one tree over all affected sinks, taken at once when anything finer costs more to plan than it
        could save, or one for each group they belong to, merged where that is cheaper.
        """
        needed = reached | observed

        def unit(members: FlagArray, sinks: IntArray, limit: float = np.inf) -> Unit:
            return self._planner.unit(members, sinks, observed, needed, limit, deadline)

        sinks = np.concatenate(wanted) if wanted else np.empty(0, dtype=np.int64)
        everybody = self._ancestors_of(sinks, known)
        if len(wanted) < 2:
            return [unit(everybody, sinks)]
        rates = self._planner.tools.rates
        sets = [self._ancestors_of(some, known) for some in wanted]
        at_once = rates.planning * sum(map(np.count_nonzero, sets)) / rates.entry
        together = unit(everybody, sinks, min(at_once, cap))
        if together.entries < np.inf:
            return [together]
        units = [unit(members, some) for members, some in zip(sets, wanted, strict=True)]
        if self._run_time(units) > MERGE_TRIES * rates.planning * sum(unit.n_variables for unit in units):
            units = self._merged(units, observed, needed, deadline)
        together = unit(everybody, sinks, min(sum(unit.cost for unit in units), cap))
        return [together] if together.entries < np.inf else units

    def _run_time(self, units: Iterable[Unit]) -> float:
        """Predicted nanoseconds."""
        rates = self._planner.tools.rates
        return sum(rates.entry * unit.entries + rates.variable * unit.n_variables for unit in units)

    def _improved(self, unit: Unit) -> Unit:
        for seed in range(1, 1 + self._planner.restarts_worth(unit)):
            unit = self._planner.restarted(unit, seed)
        return unit

    def _merged(
        self,
        units: Iterable[Unit],
        observed: FlagArray,
        wanted: FlagArray,
        deadline: Deadline,
        most: float = np.inf,
    ) -> list[Unit]:
        """Fewer units: each is joined with one it overlaps, as long as the union costs no more than the two. Those
        that are left out once they have more than `most` entries would not make them fewer.
        """
        ordered = sorted(units, key=lambda unit: -unit.cost)
        total = sum(unit.cost for unit in ordered)
        found: list[Unit] = []
        entries = 0.0
        has_evidence = bool(observed.any())
        for unit in ordered:
            deadline.check()
            if entries > most:
                break
            is_crumb = bool(found) and unit.cost < CRUMB * total and has_evidence
            union = None if is_crumb else self._best_union(unit, found, observed, wanted, deadline)
            if union is None:
                found.append(unit)
                entries += unit.entries
            else:
                k, joined = union
                entries += joined.entries - found[k].entries
                found[k] = joined
        return found

    def _best_union(
        self, unit: Unit, others: Sequence[Unit], observed: FlagArray, wanted: FlagArray, deadline: Deadline
    ) -> tuple[int, Unit] | None:
        shared = []
        for k, other in enumerate(others):
            overlap = int(np.count_nonzero(unit.members & other.members))
            if overlap >= LEAST_OVERLAP * min(unit.n_members, other.n_members):
                shared.append((-overlap, k))
        best: tuple[float, int, Unit] | None = None
        for _, k in sorted(shared)[:MERGE_TRIES]:
            union = self._union(unit, others[k], observed, wanted, deadline)
            gain = union.cost - unit.cost - others[k].cost
            if gain <= 0 and (best is None or gain < best[0]):
                best = gain, k, union
        return None if best is None else best[1:]

    def _union(self, left: Unit, right: Unit, observed: FlagArray, wanted: FlagArray, deadline: Deadline) -> Unit:
        sinks = np.concatenate([right.sinks, left.sinks])
        if not (left.members & ~right.members).any():
            return Unit(right.members, sinks, right.part, right.order)
        limit = left.cost + right.cost
        return self._planner.unit(left.members | right.members, sinks, observed, wanted, limit, deadline)

    def _touched(self, hard: IntArray, soft: IntArray, cap: float, deadline: Deadline) -> Relevant:
        """Each connected component with evidence, without the observed variables."""
        evidence = self._flags(np.concatenate([hard, soft]))
        observed = self._flags(hard)
        units: list[Unit] = []
        untouched: list[int] = []
        for number, group in enumerate(self.groups):
            if (group.members & evidence).any():
                unit = self._planner.unit(self._everything, group.sinks, observed, group.members, cap, deadline)
                units.append(self._improved(unit))
            else:
                untouched.append(number)
        return Relevant(tuple(units), self._everything, tuple(untouched))

    def _flags(self, variables: IntArray) -> FlagArray:
        flags = np.zeros(self._n, dtype=np.bool_)
        flags[variables] = True
        return flags

    def _ancestors_of(self, variables: IntArray, others: FlagArray) -> FlagArray:
        union: FlagArray = self._planner.tools.union_of(self._ancestors, variables, others)
        return union

    def _ancestral_sets(self) -> FlagArray:
        arrays = self._planner.arrays
        sets: FlagArray = self._planner.tools.ancestors_of(
            arrays, topological_order(arrays.parent_start, arrays.child_start, arrays.children)
        )
        return sets

    def _ancestral_groups(self, most: float, deadline: Deadline) -> tuple[Unit, ...]:
        """Units over ancestral sets; none where they have more than `most` entries."""
        units = []
        for sinks in self._sinks_by_parents():
            deadline.check()
            members = self._ancestors_of(sinks, self._nothing)
            units.append(self._planner.unit(members, sinks, self._nothing, self._everything, deadline=deadline))
        merged = self._merged(units, self._nothing, self._everything, deadline, most)
        return tuple(self._settled(merged)) if sum(unit.entries for unit in merged) <= most else ()

    def _sinks_by_parents(self) -> list[IntArray]:
        """The sinks; together those with the same parents, since one tree never costs more than two that share all
        but a leaf.
        """
        arrays = self._planner.arrays
        bounds, parents = arrays.parent_start.tolist(), arrays.parents.tolist()
        alike: defaultdict[frozenset[int], list[int]] = defaultdict(list)
        for sink in np.flatnonzero(arrays.child_start[1:] == arrays.child_start[:-1]).tolist():
            alike[frozenset(parents[bounds[sink] : bounds[sink + 1]])].append(sink)
        return [np.array(sinks, dtype=np.int64) for sinks in alike.values()]

    def _settled(self, units: Sequence[Unit]) -> list[Unit]:
        """Choose the fill rule that suits these units better; it is used from then on."""
        others = [self._planner.by_other_rule(unit) for unit in units]
        if sum(unit.entries for unit in others) < CLEARLY_LESS * sum(unit.entries for unit in units):
            self._planner.is_weighted = not self._planner.is_weighted
        return others

    def _components(self, whole: Unit, deadline: Deadline) -> tuple[Unit, ...]:
        """One unit for each connected component of the drawing, unless they are very many."""
        left = self._everything.copy()
        units: list[Unit] = []
        while left.any() and len(units) < MAX_COMPONENTS:
            deadline.check()
            only = np.flatnonzero(left)[:1]
            unit = self._planner.unit(self._everything, only, self._nothing, self._flags(only), deadline=deadline)
            members = self._flags(unit.part.variables[unit.part.variables < self._n])
            left &= ~members
            units.append(Unit(members, only, unit.part, unit.order))
        return (self._of_everything(whole),) if left.any() else tuple(self._settled(units))
