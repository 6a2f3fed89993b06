"""As much of a trace as is to be written out at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, takewhile

from mbml_core.inference.trace.operation import Step
from mbml_core.inference.trace.run import Trace

MOST_NUMBERS = 15_000
"""With nine digits some 170 kB."""
WORDS = 25
"""As many numbers take the place of what is said about a step."""


def shortened(trace: Trace, variable: str, most: int = MOST_NUMBERS) -> Trace:
    """The whole trace where it takes at most so many numbers; else of a junction tree the cliques nearest to
    `variable`, of other algorithms the first steps. At least one clique or step is kept.
    """
    if sum(map(_size, trace.steps)) <= most:
        return trace
    if trace.algorithm == "junction_tree":
        return replace(trace, steps=_nearest(trace.steps, variable, most), is_part=True)
    return replace(trace, steps=trace.steps[: _fitting(list(map(_size, trace.steps)), most)], is_cut=True)


def _size(step: Step) -> int:
    return WORDS + (step.operation.result.values.size if step.operation else 0)


def _fitting(sizes: Sequence[int], most: int) -> int:
    """How many of them, from the first one on, are at most so much together; at least one."""
    return max(sum(1 for _ in takewhile(lambda total: total <= most, accumulate(sizes))), 1)


def _nearest(steps: tuple[Step, ...], variable: str, most: int) -> tuple[Step, ...]:
    """The steps that are about the nearest cliques alone."""
    kept = _nearest_cliques(steps, variable, most)
    inside = {id for step in steps if step.kind == "clique" and step.neighbours[0] in kept for id in step.scope}
    return tuple(
        step
        for step in steps
        if (kept.issuperset(step.neighbours) if step.neighbours else inside.issuperset(step.scope))
    )


def _nearest_cliques(steps: tuple[Step, ...], variable: str, most: int) -> frozenset[int]:
    """Numbers of cliques, by the number of links from the smallest one with `variable`."""
    sizes: dict[int, int] = defaultdict(int)
    near: dict[int, list[int]] = defaultdict(list)
    for step in (step for step in steps if step.neighbours):
        sizes[step.neighbours[0]] += _size(step)
        if step.kind == "separator":
            a, b = step.neighbours
            near[a].append(b)
            near[b].append(a)
    own = [step for step in steps if step.kind == "clique" and variable in step.scope]
    order = dict.fromkeys([min(own, key=_size).neighbours[0]])
    waiting = list(order)
    for clique in waiting:  # grows while it is walked
        fresh = [other for other in near[clique] if other not in order]
        order.update(dict.fromkeys(fresh))
        waiting += fresh
    return frozenset(waiting[: _fitting([sizes[clique] for clique in waiting], most)])
