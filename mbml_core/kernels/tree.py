"""From an elimination order to a junction tree laid out in memory.

Source: Lauritzen & Spiegelhalter (1988), JRSS B 50(2); Jensen, Lauritzen & Olesen (1990).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mbml_core.kernels.arrays import TableArrays
from mbml_core.kernels.kernel import Ints, kernel
from mbml_core.kernels.relevance import Selection
from mbml_core.kernels.triangulation import Order


class Tree(NamedTuple):
    """A forest of C cliques, children before parents, and where their tables lie.

    `x_start` delimits: item i of x lies at x_start[i] … x_start[i + 1] − 1.

    Attributes:
        parent: (C,) −1 for a root.
        scope_start, scope: the variables of each clique in reverse elimination order. The separator with the
            parent comes first, and every scope keeps one global order, so nothing is ever transposed.
        n_shared: (C,) how many variables form the separator.
        table_start: (C + 1,) entries of the clique tables, one after another.
        message_start: (C + 1,) entries of the separators, one after another.
        row_length: (C,) entries of the table for each state of the separator.
        child_start, children: of each clique.
        factor_start, factors: the tables of the network that are multiplied into each clique.
    """

    parent: Ints
    scope_start: Ints
    scope: Ints
    n_shared: Ints
    table_start: Ints
    message_start: Ints
    row_length: Ints
    child_start: Ints
    children: Ints
    factor_start: Ints
    factors: Ints


@kernel
def build_tree(network: TableArrays, part: Selection, order: Order) -> Tree:
    """Maximal elimination cliques joined along the order.

    The clique of step k is joined to that of its first-eliminated joined variable; where it holds that clique
    whole, the two are one. The order must be complete and its tables must fit into memory.
    """
    n = order.order.shape[0]
    position = np.empty(n, np.int64)
    for k in range(n):
        position[order.order[k]] = k
    next_step, degree = _next_steps(order, position)
    lowest, number, n_cliques = _absorb(next_step, degree)
    parent = np.full(n_cliques, -1, np.int64)
    n_shared = np.zeros(n_cliques, np.int64)
    scope_start = np.zeros(n_cliques + 1, np.int64)
    for k in range(n):  # the highest step of a clique comes last and decides
        i = number[k]
        n_shared[i] = degree[k]
        parent[i] = number[next_step[k]] if next_step[k] >= 0 else -1
    for i in range(n_cliques):
        scope_start[i + 1] = scope_start[i] + degree[lowest[i]] + 1
    scope = _scopes(order, position, lowest, scope_start, part.variables)
    table_start, message_start, row_length = _lay_out(scope_start, scope, n_shared, network.n_states)
    child_start, children = _children_of(parent)
    homes = _homes(part.tables, network, part.local, position, number, parent, scope_start, scope, n_shared,
                   table_start, child_start, children)  # fmt: skip
    factor_start, members = group_by(homes, n_cliques)
    return Tree(parent, scope_start, scope, n_shared, table_start, message_start, row_length,
                child_start, children, factor_start, part.tables[members])  # fmt: skip


@kernel
def _next_steps(order: Order, position: Ints) -> tuple[Ints, Ints]:
    """For each step the first later step that eliminates a joined variable (−1: none), and how many there are."""
    n = position.shape[0]
    next_step = np.full(n, -1, np.int64)
    degree = np.zeros(n, np.int64)
    for k in range(n):
        first = n
        for at in range(order.joined_start[k], order.joined_start[k + 1]):
            first = min(first, position[order.joined[at]])
        degree[k] = order.joined_start[k + 1] - order.joined_start[k]
        if first < n:
            next_step[k] = first
    return next_step, degree


@kernel
def _absorb(next_step: Ints, degree: Ints) -> tuple[Ints, Ints, int]:
    """Runs of steps whose cliques shrink by one variable at a time form one maximal clique.

    Returns the first step of each clique, the clique of each step, and the number of cliques; cliques are
    ordered by their last step, which puts children before parents.
    """
    n = next_step.shape[0]
    first = np.arange(n)
    last = np.arange(n)
    for k in range(n):
        p = next_step[k]
        if p >= 0 and first[p] == p and degree[p] + 1 == degree[k] and last[first[k]] == k:
            first[p] = first[k]
            last[first[k]] = p
    lowest = np.empty(n, np.int64)
    number = np.empty(n, np.int64)
    n_cliques = 0
    for k in range(n):
        if last[first[k]] == k:
            lowest[n_cliques] = first[k]
            number[first[k]] = n_cliques
            n_cliques += 1
    for k in range(n):
        number[k] = number[first[k]]
    return lowest[:n_cliques].copy(), number, n_cliques


@kernel
def _scopes(order: Order, position: Ints, lowest: Ints, scope_start: Ints, variables: Ints) -> Ints:
    """Global variables of each clique, last eliminated first."""
    steps = np.empty(scope_start[-1], np.int64)
    for i in range(lowest.shape[0]):
        start, n_found = scope_start[i], 1
        steps[start] = lowest[i]
        for k in range(order.joined_start[lowest[i]], order.joined_start[lowest[i] + 1]):
            step = position[order.joined[k]]
            at = start + n_found
            while at > start and steps[at - 1] < step:
                steps[at] = steps[at - 1]
                at -= 1
            steps[at] = step
            n_found += 1
    for at in range(steps.shape[0]):
        steps[at] = variables[order.order[steps[at]]]
    return steps


@kernel
def _lay_out(scope_start: Ints, scope: Ints, n_shared: Ints, n_states: Ints) -> tuple[Ints, Ints, Ints]:
    """Where the table of each clique and its message to the parent begin, and the length of a row."""
    n_cliques = n_shared.shape[0]
    table_start = np.zeros(n_cliques + 1, np.int64)
    message_start = np.zeros(n_cliques + 1, np.int64)
    row_length = np.ones(n_cliques, np.int64)
    for i in range(n_cliques):
        first_own = scope_start[i] + n_shared[i]
        shared = 1
        for at in range(scope_start[i], first_own):
            shared *= n_states[scope[at]]
        for at in range(first_own, scope_start[i + 1]):
            row_length[i] *= n_states[scope[at]]
        table_start[i + 1] = table_start[i] + shared * row_length[i]
        message_start[i + 1] = message_start[i] + shared
    return table_start, message_start, row_length


@kernel
def _children_of(parent: Ints) -> tuple[Ints, Ints]:
    return group_by(parent, parent.shape[0])


@kernel
def group_by(keys: Ints, n_keys: int) -> tuple[Ints, Ints]:
    """(start (n_keys + 1,), positions of each key in ascending order); negative keys are left out."""
    start = np.zeros(n_keys + 1, np.int64)
    for key in keys:
        if key >= 0:
            start[key + 1] += 1
    for key in range(n_keys):
        start[key + 1] += start[key]
    found = np.empty(start[n_keys], np.int64)
    at = start[:n_keys].copy()
    for i in range(keys.shape[0]):
        if keys[i] >= 0:
            found[at[keys[i]]] = i
            at[keys[i]] += 1
    return start, found


@kernel
def _homes(tables: Ints, network: TableArrays, local: Ints, position: Ints, number: Ints, parent: Ints,
           scope_start: Ints, scope: Ints, n_shared: Ints, table_start: Ints, child_start: Ints,
           children: Ints) -> Ints:  # fmt: skip
    """The smallest clique that holds each table's scope; −1 where nothing of the scope is left.

    The cliques that hold a scope form a subtree whose top is the clique of its first-eliminated variable.
    """
    homes = np.full(tables.shape[0], -1, np.int64)
    wanted_by = np.full(network.n_states.shape[0], -1, np.int64)
    waiting = np.empty(parent.shape[0] + 1, np.int64)
    for t in range(tables.shape[0]):
        first, n_wanted = position.shape[0], 0
        for k in range(network.scope_start[tables[t]], network.scope_start[tables[t] + 1]):
            v = network.scope[k]
            if local[v] >= 0:
                wanted_by[v] = t
                n_wanted += 1
                first = min(first, position[local[v]])
        if n_wanted == 0:
            continue
        best = number[first]
        waiting[0], n_waiting = best, 1
        while n_waiting > 0:
            n_waiting -= 1
            i = waiting[n_waiting]
            if table_start[i + 1] - table_start[i] < table_start[best + 1] - table_start[best]:
                best = i
            for c in range(child_start[i], child_start[i + 1]):
                child = children[c]
                n_held = 0
                for at in range(scope_start[child], scope_start[child] + n_shared[child]):
                    if wanted_by[scope[at]] == t:
                        n_held += 1
                if n_held == n_wanted:
                    waiting[n_waiting] = child
                    n_waiting += 1
        homes[t] = best
    return homes
