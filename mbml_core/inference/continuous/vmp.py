"""Variational message passing, fully factorised (Winn & Bishop 2005, `Variational message passing`, section 3).

    q_i ∝ exp Σ_a message_{a→i},    bound = Σ_a E_q[log f_a] + Σ_i entropy(q_i) ≤ log evidence

Variables that share no factor are updated together; each such step raises the bound or leaves it. Where a kind
derives its child (`Rules.derives_child`), the child is a function of the others: its distribution follows them at
once, it adds no entropy, and its factor reads from it what its other factors say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.family import Family
from mbml_core.distributions.semiring import FloatArray
from mbml_core.factors.rules import VmpUpdate
from mbml_core.inference.continuous.groups import Group
from mbml_core.inference.continuous.plan import Plan
from mbml_core.inference.continuous.progress import SweepInfo, residual
from mbml_core.inference.continuous.turns import CHILD, Edges, Turns, turns_of

NOISE = 0.5
"""Standard deviation of what breaks symmetries at the start: enough to tell twins apart, too little to decide."""


@dataclass(frozen=True, eq=False)
class VmpState:
    """Attributes:
    beliefs: (V, P) natural parameters of q for each block.
    heard: of derived variables, (V, P) what their other factors say.
    """

    beliefs: tuple[FloatArray, ...]
    heard: tuple[FloatArray, ...]


def sweeps(
    plan: Plan, *, seed: int | None = None, deadline: Deadline = UNLIMITED
) -> Iterator[tuple[VmpState, SweepInfo]]:
    """The state after each sweep, without end.

    Args:
        plan: the query.
        seed: of noise in the start, which tells apart variables that play the same part; None: no noise.
        deadline: looked at before each step.
    """
    turns = turns_of(plan.groups, [len(block.variables) for block in plan.blocks])
    run = _Run(plan, turns, _start(plan, turns, seed))
    number = 0
    while True:
        number += 1
        before = [belief.copy() for belief in run.beliefs]
        for step in turns.steps:
            deadline.check()
            run.update(step)
        run.hear()
        state = VmpState(tuple(b.copy() for b in run.beliefs), tuple(h.copy() for h in run.heard))
        yield state, SweepInfo(number, residual(plan.blocks, before, run.beliefs))


def bound(plan: Plan, state: VmpState) -> float:
    """The lower bound of the log evidence, in nats. The beliefs are proper."""
    run = _Run(plan, turns_of(plan.groups, [len(block.variables) for block in plan.blocks]), state.beliefs)
    total = plan.log_density
    for group in plan.groups:
        total += float(run.answer(group).energy.sum())
    for b, block in enumerate(plan.blocks):
        own = ~run.turns.is_derived[b]
        total += float(block.family.entropy(state.beliefs[b][own]).sum())
        seen = plan.heard[b]
        total += float(
            np.where(seen != 0.0, _product(_expectations(block.family, state.beliefs[b]), seen), 0.0).sum()
        )
    return total


class _Run:
    """Beliefs under way."""

    def __init__(self, plan: Plan, turns: Turns, beliefs: Sequence[FloatArray]) -> None:
        self.turns = turns
        self._plan = plan
        self.beliefs = [belief.copy() for belief in beliefs]
        self.heard = [heard.copy() for heard in plan.heard]
        self.derive()
        self.hear()

    def update(self, step: Sequence[Edges]) -> None:
        """New beliefs of some variables that share no factor, and of what derives from them."""
        self.hear()
        fresh = {edges.block: self._plan.heard[edges.block].copy() for edges in step}
        for edges in step:
            np.add.at(fresh[edges.block], edges.places, self._message(edges))
        for edges in step:
            self.beliefs[edges.block][edges.places] = fresh[edges.block][edges.places]
        self.derive()

    def hear(self) -> None:
        """What the other factors of derived variables say, those that depend on others later."""
        for level in reversed(self.turns.levels):
            for edges in level.others:
                self.heard[edges.block][edges.places] = self._plan.heard[edges.block][edges.places]
            for edges in level.others:
                np.add.at(self.heard[edges.block], edges.places, self._message(edges))

    def derive(self) -> None:
        """Beliefs of derived variables, those that depend on others later."""
        for level in self.turns.levels:
            for edges in level.own:
                self.beliefs[edges.block][edges.places] = self._message(edges)

    def _message(self, edges: Edges) -> FloatArray:
        return self.answer(self._plan.groups[edges.group].rows(edges.rows)).messages[edges.role]

    def answer(self, group: Group) -> VmpUpdate:
        """The rule's answer to the beliefs of now."""
        statistics = {
            role: self.heard[slot.block][slot.rows]
            if group.rules.derives_child and role == CHILD
            else _expectations(self._plan.blocks[slot.block].family, self.beliefs[slot.block][slot.rows])
            for role, slot in group.slots.items()
        }
        return group.rules.vmp(statistics, group.values)


def _expectations(family: Family, natural: FloatArray) -> FloatArray:
    """E[t(x)]; where a belief is improper, as before its factors had their turn, of a stand-in."""
    proper = family.is_proper(natural)[:, None]
    return family.expected_statistics(np.where(proper, natural, family.stand_in(natural.shape[-1])))


def _product(expectations: FloatArray, seen: FloatArray) -> FloatArray:
    """0·(−∞) = 0: what is forbidden has probability 0."""
    return np.where(expectations > 0.0, expectations * np.where(expectations > 0.0, seen, 0.0), 0.0)


def _start(plan: Plan, turns: Turns, seed: int | None) -> list[FloatArray]:
    """Stand-ins, with noise where natural parameters may be any number: the first of a Gaussian, and logs. What no
    factor mentions keeps what was seen of it.
    """
    source = np.random.default_rng(seed)
    start = [heard.copy() for heard in plan.heard]
    for edges in (edges for step in turns.steps for edges in step):
        block = plan.blocks[edges.block]
        start[edges.block][edges.places] = block.family.stand_in(block.width)
    for block, belief in zip(plan.blocks, start, strict=True):
        if seed is not None and block.family.name == "gaussian":
            belief[:, 0] += NOISE * source.standard_normal(len(belief))
        elif seed is not None and block.family.name == "categorical":
            belief += NOISE * source.standard_normal(belief.shape)
    return start
