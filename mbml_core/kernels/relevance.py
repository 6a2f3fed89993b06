"""Which part of a network a question needs.

Source: Shachter (1998), Bayes-Ball; Lauritzen, Dawid, Larsen & Leimer (1990) for ancestral sets.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mbml_core.kernels.arrays import TableArrays
from mbml_core.kernels.kernel import ByteFlags, FlagRows, Flags, Ints, kernel, lean_kernel
from mbml_core.kernels.triangulation import Order, moral_rows, triangulate

FROM_CHILD = np.uint8(1)
FROM_PARENT = np.uint8(2)


class Selection(NamedTuple):
    """Some variables and tables of a network.

    Attributes:
        variables: ascending; local variable i is variables[i].
        local: (V,) the inverse; −1 for the others.
        tables: ascending.
    """

    variables: Ints
    local: Ints
    tables: Ints


@kernel
def ancestors_of(network: TableArrays, topological: Ints) -> FlagRows:
    """Row v: the ancestors of drawn variable v, itself included. Parents come first in `topological`."""
    n = topological.shape[0]
    rows = np.zeros((n, n), np.bool_)
    for v in topological:
        for k in range(network.parent_start[v], network.parent_start[v + 1]):
            u = network.parents[k]
            for w in range(n):
                rows[v, w] |= rows[u, w]
        rows[v, v] = True
    return rows


@kernel
def union_of(rows: FlagRows, chosen: Ints, others: Flags) -> Flags:
    """Union of `others` with the rows of the chosen variables."""
    union = others.copy()
    for v in chosen:
        for w in range(union.shape[0]):
            union[w] |= rows[v, w]
    return union


@kernel
def reached(network: TableArrays, hard: Ints, soft: Ints, is_observed: Flags, is_ancestor: Flags) -> Flags:
    """The unobserved drawn variables that are d-connected to the evidence, by Bayes ball.

    Args:
        network: a directed one.
        hard: variables observed for certain.
        soft: variables with a likelihood, which is like an observed child.
        is_observed: the hard ones as flags.
        is_ancestor: whether a variable or one of its descendants has evidence: there the v-structures are open.
    """
    n = is_observed.shape[0]
    seen = np.zeros(n, np.uint8)
    balls = np.empty(2 * n, np.int64)
    n_balls = 0
    for v in hard:
        n_balls = _to_parents(network, v, seen, balls, n_balls)
        n_balls = _to_children(network, v, seen, balls, n_balls)
    for v in soft:
        n_balls = _throw(v, FROM_CHILD, seen, balls, n_balls)
    found = np.zeros(n, np.bool_)
    while n_balls > 0:
        n_balls -= 1
        v, is_from_parent = balls[n_balls] >> 1, balls[n_balls] & 1
        if not is_observed[v]:
            found[v] = True
            n_balls = _to_children(network, v, seen, balls, n_balls)
        if is_ancestor[v] if is_from_parent else not is_observed[v]:
            n_balls = _to_parents(network, v, seen, balls, n_balls)
    return found


@lean_kernel
def _throw(v: int, direction: np.uint8, seen: ByteFlags, balls: Ints, n_balls: int) -> int:
    """Send a ball to v unless one came from there before; returns how many are on the way."""
    if seen[v] & direction:
        return n_balls
    seen[v] |= direction
    balls[n_balls] = 2 * v + (1 if direction == FROM_PARENT else 0)
    return n_balls + 1


@lean_kernel
def _to_parents(network: TableArrays, v: int, seen: ByteFlags, balls: Ints, n_balls: int) -> int:
    for k in range(network.parent_start[v], network.parent_start[v + 1]):
        n_balls = _throw(network.parents[k], FROM_CHILD, seen, balls, n_balls)
    return n_balls


@lean_kernel
def _to_children(network: TableArrays, v: int, seen: ByteFlags, balls: Ints, n_balls: int) -> int:
    for k in range(network.child_start[v], network.child_start[v + 1]):
        n_balls = _throw(network.children[k], FROM_PARENT, seen, balls, n_balls)
    return n_balls


@kernel
def select(network: TableArrays, is_member: Flags, is_observed: Flags, is_wanted: Flags) -> Selection:
    """The components that hold a wanted variable, once the observed ones are cut out of the members' tables;
    and those of auxiliary variables alone in the tables of wanted ones that are observed, which sum to a number.

    All three are over the drawn variables. The members are an ancestral set: every table that is left out sums to
    one. Tables without an owner always count.
    """
    n_variables = network.n_states.shape[0]
    root = _components(network, is_member, is_observed)
    is_kept = np.zeros(n_variables, np.bool_)
    for v in range(is_member.shape[0]):
        if is_member[v] and is_wanted[v] and not is_observed[v]:
            is_kept[_find(root, v)] = True
    _keep_constants(network, is_member, is_observed, is_wanted, root, is_kept)
    local = np.full(n_variables, -1, np.int64)
    variables = np.empty(n_variables, np.int64)
    n = 0
    for v in range(n_variables):
        if root[v] >= 0 and is_kept[_find(root, v)]:
            local[v] = n
            variables[n] = v
            n += 1
    tables = np.empty(network.owner.shape[0], np.int64)
    n_tables = 0
    for t in range(network.owner.shape[0]):
        if network.owner[t] < 0 or is_member[network.owner[t]]:
            for k in range(network.scope_start[t], network.scope_start[t + 1]):
                if local[network.scope[k]] >= 0:
                    tables[n_tables] = t
                    n_tables += 1
                    break
    return Selection(variables[:n].copy(), local, tables[:n_tables].copy())


@kernel
def _keep_constants(
    network: TableArrays, is_member: Flags, is_observed: Flags, is_wanted: Flags, root: Ints, is_kept: Flags
) -> None:
    n_drawn = is_member.shape[0]
    is_auxiliary = np.ones(root.shape[0], np.bool_)
    for v in range(n_drawn):
        if root[v] >= 0:
            is_auxiliary[_find(root, v)] = False
    for t in range(network.owner.shape[0]):
        touches, auxiliary = False, -1
        for k in range(network.scope_start[t], network.scope_start[t + 1]):
            v = network.scope[k]
            if v >= n_drawn:
                auxiliary = v
            elif is_observed[v] and is_wanted[v]:
                touches = True
        if touches and auxiliary >= 0 and root[auxiliary] >= 0:
            top = _find(root, auxiliary)
            if is_auxiliary[top]:
                is_kept[top] = True


@kernel
def order_of(
    network: TableArrays, part: Selection, is_weighted: bool, limit: float, noise: float, seed: int, stop: Flags
) -> Order:
    """An order to eliminate the selected variables in; see `triangulate`."""
    n = part.variables.shape[0]
    weights = np.empty(n)
    for i in range(n):
        weights[i] = network.n_states[part.variables[i]]
    moral = moral_rows(network.scope_start, network.scope, part.tables, part.local, n)
    return triangulate(moral, weights, is_weighted, limit, noise, seed, stop)


@kernel
def _components(network: TableArrays, is_member: Flags, is_observed: Flags) -> Ints:
    """A union–find forest over the variables of the members' tables; −1 for observed ones and outsiders."""
    n_drawn = is_member.shape[0]
    root = np.full(network.n_states.shape[0], -1, np.int64)
    for v in range(n_drawn):
        if is_member[v] and not is_observed[v]:
            root[v] = v
    for t in range(network.owner.shape[0]):
        if network.owner[t] >= 0 and not is_member[network.owner[t]]:
            continue
        first = -1
        for k in range(network.scope_start[t], network.scope_start[t + 1]):
            v = network.scope[k]
            if v < n_drawn and is_observed[v]:
                continue
            if root[v] < 0:
                root[v] = v
            if first < 0:
                first = _find(root, v)
            else:
                root[_find(root, v)] = first
    return root


@lean_kernel
def _find(root: Ints, v: int) -> int:
    while root[v] != v:
        root[v] = root[root[v]]
        v = root[v]
    return v
