"""Equations between variables, Σ a_i·x_i + b = 0, solved by substitution before any inference.

Each equation is solved for one of its unknown variables, which is then replaced everywhere. The variable is the
one that the fewest other equations and factors mention (Markowitz 1957), so that a chain of sums stays a chain.
The integral over a variable x_p of δ(Σ a_i·x_i + b) is 1/|a_p|, which the log evidence accounts for.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Terms: TypeAlias = dict[int, float]
"""Coefficient of each variable; CONSTANT stands for the number 1."""

CONSTANT = -1
WIDE = 4
"""Terms from which on a sum is made of partial sums: what depends on it then stays sparse."""
STEADY = 0.01
"""An equation is not solved for a variable whose coefficient is smaller than this share of the largest."""
VANISHED = 1e-12
"""Share of the numbers it was summed from below which a coefficient is zero up to rounding."""


@dataclass(frozen=True, eq=False)
class Substitution:
    """What the equations say about the variables.

    Attributes:
        solved: what each variable that was solved for is, in terms of others that were not.
        checks: equations without unknown variables: what must be zero, and the scale of its rounding.
        log_density: −Σ log|a_p|.
    """

    solved: Mapping[int, Terms]
    checks: tuple[tuple[Terms, float], ...]
    log_density: float

    def applied_to(self, terms: Terms) -> Terms:
        """The same number in terms of variables that were not solved for."""
        if self.solved.keys().isdisjoint(terms):
            return terms
        result: Terms = {}
        for variable, weight in terms.items():
            _add(result, self.solved.get(variable, {variable: 1.0}), weight)
        return result


def split_sums(equations: Iterable[Terms], first_new: int) -> list[Terms]:
    """The equations with long sums made of partial sums; new variables count from `first_new`."""
    result: list[Terms] = []
    for equation in equations:
        items = list(equation.items())
        while len(items) > WIDE:
            parts = [items[i : i + WIDE - 1] for i in range(0, len(items), WIDE - 1)]
            items = []
            for part in parts:
                if len(part) == 1:
                    items += part
                    continue
                result.append({first_new: -1.0, **dict(part)})
                items.append((first_new, 1.0))
                first_new += 1
        result.append(dict(items))
    return result


def solve(equations: Sequence[Terms], known: frozenset[int], mentions: Counter[int]) -> Substitution:
    """Solve each equation for one variable that is not in `known`.

    `mentions` says how many factors beside the equations mention each variable.
    """
    fixed = known | {CONSTANT}
    waiting = [dict(equation) for equation in equations]
    scales = [_largest(equation.values()) for equation in waiting]
    users: defaultdict[int, set[int]] = defaultdict(set)
    for e, equation in enumerate(waiting):
        for variable in equation:
            users[variable].add(e)
    order: list[tuple[int, Terms]] = []
    checks: list[tuple[Terms, float]] = []
    log_density = 0.0
    for e, equation in enumerate(waiting):
        pivot = _pivot(equation, scales[e], fixed, users, mentions)
        if pivot is None:
            checks.append(({v: a for v, a in equation.items() if v in fixed}, scales[e]))
            continue
        weight = equation.pop(pivot)
        log_density -= math.log(abs(weight))
        definition = {variable: -a / weight for variable, a in equation.items()}
        order.append((pivot, definition))
        for other in users[pivot]:
            if other > e:
                _replace(waiting[other], pivot, definition)
                scales[other] = max(scales[other], _largest(waiting[other].values()))
                for variable in definition:
                    users[variable].add(other)
    return Substitution(_expanded(order), tuple(checks), log_density)


def _pivot(
    equation: Terms,
    scale: float,
    fixed: frozenset[int],
    users: Mapping[int, set[int]],
    mentions: Counter[int],
) -> int | None:
    """The variable to solve for; None where rounding is all that is left of the unknown ones."""
    sizes = {v: abs(a) for v, a in equation.items() if v not in fixed and abs(a) > VANISHED * scale}
    least = STEADY * _largest(sizes.values())
    candidates = [v for v, size in sizes.items() if size >= least]
    return min(candidates, key=lambda v: (len(users[v]), mentions[v], -sizes[v]), default=None)


def _expanded(order: Sequence[tuple[int, Terms]]) -> dict[int, Terms]:
    """Definitions name variables that were solved for later; the last ones name none."""
    solved: dict[int, Terms] = {}
    for pivot, definition in reversed(order):
        terms: Terms = {}
        for variable, weight in definition.items():
            _add(terms, solved.get(variable, {variable: 1.0}), weight)
        solved[pivot] = terms
    return solved


def _replace(terms: Terms, variable: int, definition: Terms) -> None:
    weight = terms.pop(variable)
    _add(terms, definition, weight)


def _add(total: Terms, terms: Terms, weight: float) -> None:
    for variable, a in terms.items():
        total[variable] = total.get(variable, 0.0) + weight * a


def _largest(values: Iterable[float]) -> float:
    return max(map(abs, values), default=0.0)
