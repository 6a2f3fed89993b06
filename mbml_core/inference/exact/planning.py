"""From a question to the trees that answer it: which variables, in which order to eliminate them, at what cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mbml_core.compiler.budget import Budget
from mbml_core.compiler.compiled import MOST_ENTRIES, count_entries
from mbml_core.compiler.cost import BYTES_PER_FLOAT, FEWEST_PASSES, Cost, tree_cost
from mbml_core.compiler.elimination import Elimination, best_elimination
from mbml_core.compiler.junction_tree import JunctionTree, junction_tree_of
from mbml_core.compiler.table_arrays import NetworkArrays
from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.semiring import IntArray
from mbml_core.inference.exact.tools import Tools
from mbml_core.inference.exact.watch import watched
from mbml_core.kernels.program import END, Program
from mbml_core.kernels.relevance import Selection
from mbml_core.kernels.tree import Tree
from mbml_core.kernels.triangulation import Order

FlagArray = NDArray[np.bool_]

ENTRIES_PER_VARIABLE = 400
"""What a variable costs beside its tables, in table entries: keeps trees from being split into crumbs."""
MAX_BIT_SET_VARIABLES = 20_000
"""Sets of neighbours as bits take n²/8 bytes each way; larger parts are planned on Python's sets."""
WORTH_BOTH_RULES = 150
"""Table entries for each variable below which a second order costs more than it can save."""
RESTART_NOISE = 0.3
"""A further attempt multiplies each cost by 1 + noise · u, u uniform in [0, 1): near ties fall differently."""
RESTART_SHARE = 0.1
"""Of the predicted run that may be spent on better orders."""
MAX_RESTARTS = 200
DESCRIBABLE = 1e15
"""Table entries beyond any memory: positions in such tables are not even counted exactly."""
SECONDS_PER_PAIR = 1e-8
"""Of finding an order by machine code, for each pair of variables: a generous bound, to know what to watch."""
PLENTY = 64
"""A budget of this many times a unit's tables needs no closer look: messages and passes are far fewer."""


class TooLarge(Exception):
    """A question needs more than the budget allows.

    Attributes:
        cost: predicted.
        tree: what would cost it; None where it is beyond description.
    """

    def __init__(self, cost: Cost, tree: JunctionTree | None) -> None:
        super().__init__(f"{cost.n_bytes:.3g} bytes")
        self.cost = cost
        self.tree = tree


@dataclass(frozen=True, eq=False)
class Unit:
    """A part of the network that becomes one tree (or forest).

    Attributes:
        members: over the drawn variables: an ancestral set; the tables of the others sum to one.
        sinks: the variables it was made for; `members` are their ancestors and those of the evidence.
        part: the variables and tables that matter for these.
        order: to eliminate the variables in.
    """

    members: FlagArray
    sinks: IntArray
    part: Selection
    order: Order

    @cached_property
    def entries(self) -> float:
        """Table entries of all elimination cliques; inf where planning was given up."""
        return float(self.order.entries[0])

    @cached_property
    def n_members(self) -> int:
        """How many drawn variables it covers."""
        return int(np.count_nonzero(self.members))

    @property
    def n_variables(self) -> int:
        """How many are eliminated."""
        return len(self.part.variables)

    @property
    def cost(self) -> float:
        """In table entries."""
        return self.entries + ENTRIES_PER_VARIABLE * self.n_variables


@dataclass(frozen=True, eq=False)
class Assembled:
    """A tree with its program.

    Attributes:
        tree, program: over the variables and tables of a network.
        variables: that it eliminates.
        log_peaks: Σ of the logs of what its tables were divided by.
    """

    tree: Tree
    program: Program
    variables: IntArray
    log_peaks: float

    @property
    def n_floats(self) -> int:
        """Length of the buffer."""
        return int(self.program.sections[END])

    @property
    def n_bytes(self) -> int:
        """Of the program itself."""
        return sum(part.nbytes for part in (*self.tree, *self.program))


class Planner:
    """Plans with one set of tools for one network.

    Attributes:
        is_weighted: which of the two fill rules suits the network; relevance.py finds out.
    """

    def __init__(self, tools: Tools, network: NetworkArrays) -> None:
        self.tools = tools
        self.network = network
        self.arrays = network.arrays
        self.is_weighted = False

    def unit(
        self,
        members: FlagArray,
        sinks: IntArray,
        observed: FlagArray,
        wanted: FlagArray,
        limit: float = np.inf,
        deadline: Deadline = UNLIMITED,
    ) -> Unit:
        """The part of the members that the wanted variables need, with the observed ones cut out."""
        part = self.tools.select(self.arrays, members, observed, wanted)
        return Unit(members, sinks, part, self._order(part, limit, deadline))

    def whole(self, budget: Budget, deadline: Deadline) -> Unit:
        """One unit of everything, in the better order of two; of all there are where nothing else may fit."""
        n = self.network.n_drawn
        everything, nothing = np.ones(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        none = np.empty(0, dtype=np.int64)
        unit = self.unit(everything, none, nothing, everything, deadline=deadline)
        unit = self.by_other_rule(unit) if unit.entries > WORTH_BOTH_RULES * n else unit
        has_other_ways = self.network.is_directed or not self.tools.is_machine_code
        if has_other_ways or self.fits(unit, budget, keeps_tables=True):
            return unit
        order = _order_of(self._best_elimination(unit.part, deadline), unit.entries)
        return replace(unit, order=order) if order.entries[0] < unit.entries else unit

    def _order(self, part: Selection, limit: float, deadline: Deadline) -> Order:
        if self.tools.is_machine_code and len(part.variables) <= MAX_BIT_SET_VARIABLES:
            return self._another(part, self.is_weighted, limit, deadline=deadline)
        return _order_of(self._best_elimination(part, deadline), limit)

    def _another(
        self, part: Selection, is_weighted: bool, limit: float, seed: int = 0, deadline: Deadline = UNLIMITED
    ) -> Order:
        noise = RESTART_NOISE if seed else 0.0
        with watched(deadline, SECONDS_PER_PAIR * len(part.variables) ** 2) as stop:
            order: Order = self.tools.order_of(self.arrays, part, is_weighted, limit, noise, seed, stop)
        if stop[0]:
            deadline.check()
        return order

    def _best_elimination(self, part: Selection, deadline: Deadline) -> Elimination:
        arrays = self.arrays
        scopes = []
        for t in part.tables.tolist():
            local = part.local[arrays.scope[arrays.scope_start[t] : arrays.scope_start[t + 1]]]
            scopes.append(local[local >= 0].tolist())
        sizes = arrays.n_states[part.variables].tolist()
        return best_elimination(sizes, scopes, deadline)

    def by_other_rule(self, unit: Unit) -> Unit:
        """The unit in the better of the orders by the two fill rules."""
        return self._better(unit, not self.is_weighted, 0)

    def restarted(self, unit: Unit, seed: int) -> Unit:
        """The unit in the better of its order and one with noise."""
        return self._better(unit, self.is_weighted ^ bool(seed & 1), seed)

    def _better(self, unit: Unit, is_weighted: bool, seed: int) -> Unit:
        if not self.tools.is_machine_code or unit.n_variables > MAX_BIT_SET_VARIABLES:
            return unit
        order = self._another(unit.part, is_weighted, unit.entries, seed)
        return replace(unit, order=order) if order.entries[0] < unit.entries else unit

    def assembled(self, unit: Unit, *, keeps_tables: bool = False) -> Assembled:
        """The tree of a unit whose tables fit into memory."""
        tree = self.tools.build_tree(self.arrays, unit.part, unit.order)
        program = self.tools.assemble(tree, self.arrays, keeps_tables)
        log_peaks = float(np.add.reduce(self.network.log_peaks[unit.part.tables]))
        return Assembled(tree, program, unit.part.variables, log_peaks)

    def junction_tree(self, unit: Unit) -> JunctionTree | None:
        """The tree of a unit, to be read; None where it is beyond description."""
        if unit.entries > DESCRIBABLE:
            return None
        tree = self.tools.build_tree(self.arrays, unit.part, unit.order)
        return junction_tree_of(tree, self.arrays.n_states.tolist())

    def cost(self, unit: Unit, *, keeps_tables: bool = False) -> Cost:
        """Predicted cost of a unit; a bound from its elimination cliques where they are far beyond any memory.

        Beside a tree that keeps its tables there is scratch memory for a second one, smaller or in logarithms.
        """
        tree = self.junction_tree(unit)
        if tree is None:
            return _bound(unit, self.arrays.n_states)
        cost = tree_cost(tree)
        kept = tree_cost(tree, keeps_tables=True).n_bytes if keeps_tables else 0.0
        return replace(cost, n_bytes=cost.n_bytes + kept)

    def fits(self, unit: Unit, budget: Budget, *, keeps_tables: bool = False) -> bool:
        """Whether its tables and the work of running them are inside the budget."""
        if PLENTY * BYTES_PER_FLOAT * unit.entries <= min(budget.n_bytes, budget.operations):
            return True
        return budget.allows(self.cost(unit, keeps_tables=keeps_tables))

    def require(self, unit: Unit, budget: Budget) -> None:
        """Raise TooLarge where a unit is not inside the budget."""
        if not self.fits(unit, budget):
            raise TooLarge(self.cost(unit), self.junction_tree(unit))

    def restarts_worth(self, unit: Unit) -> int:
        """How many further orders to try before running the unit once: they may take a tenth of the run."""
        if unit.entries == np.inf:
            return 0
        rates = self.tools.rates
        affordable = RESTART_SHARE * rates.entry * unit.entries
        return min(int(affordable / (rates.planning * max(unit.n_variables, 1))), MAX_RESTARTS)


def _bound(unit: Unit, n_states: IntArray) -> Cost:
    """Cost of the elimination cliques, each with all its entries; a lower bound where planning stopped."""
    order, start = unit.order, unit.order.joined_start.tolist()
    sizes = np.log(n_states[unit.part.variables])
    steps = [np.append(order.joined[start[k] : start[k + 1]], v) for k, v in enumerate(order.order.tolist())]
    largest = max(steps, key=lambda step: float(sizes[step].sum()))
    entries = count_entries(n_states[unit.part.variables[largest]].tolist())
    total = min(unit.entries, MOST_ENTRIES)
    variables = tuple(unit.part.variables[largest].tolist())
    return Cost(BYTES_PER_FLOAT * total, FEWEST_PASSES * total, variables, entries, is_lower_bound=True)


def _order_of(elimination: Elimination, limit: float) -> Order:
    """The arrays of a Python elimination."""
    counts = [len(joined) for joined in elimination.neighbours]
    start = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
    joined = np.fromiter((u for joined in elimination.neighbours for u in joined), np.int64, int(start[-1]))
    is_given_up = not elimination.is_complete or elimination.entries > limit
    entries = np.array([np.inf if is_given_up else elimination.entries])
    return Order(np.array(elimination.order, dtype=np.int64), start, joined, entries)
