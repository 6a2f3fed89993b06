"""Expectation propagation, fully factorised (Minka 2001, `A family of algorithms for approximate Bayesian
inference`).

A factor reads the cavity η_i = belief_i − message_i of each unknown variable i, and its rule gives new messages.
Where the rules are exact and the graph is a forest this is the exact sum-product algorithm. The log evidence is

    log Z = Σ_a (log Z_a − Σ_{i∈a} A(belief_i)) + Σ_i A(belief_i),    Z_a = ∫ f_a(x) Π_i exp(η_i·t_i(x_i)) dx

(Minka 2005, `Divergence measures and message passing`, section 4.2; with exact rules on a forest it is exact).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.distributions.family import BoolArray
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.errors import ImpossibleEvidence
from mbml_core.factors.rules import EpUpdate
from mbml_core.inference.continuous.groups import Group
from mbml_core.inference.continuous.plan import Plan
from mbml_core.inference.continuous.progress import SweepInfo, residual

Messages: TypeAlias = Mapping[str, FloatArray]


@dataclass(frozen=True, eq=False)
class EpState:
    """Messages of all factors and the beliefs they make.

    Attributes:
        beliefs: (V, P) for each block. messages: (N, P) to each unknown role, for each group.
    """

    beliefs: tuple[FloatArray, ...]
    messages: tuple[Messages, ...]


def sweeps(
    plan: Plan, *, damping: float = 0.0, at_once: bool = False, deadline: Deadline = UNLIMITED
) -> Iterator[tuple[EpState, SweepInfo]]:
    """The state after each sweep, without end.

    Args:
        plan: the query.
        damping: weight of the old message.
        at_once: whether all factors read before any sends (flooding); else batches take turns, there and back.
        deadline: looked at before each batch.

    Raises ImpossibleEvidence where the messages leave a variable no state.
    """
    messages = [
        {role: np.zeros((len(slot.rows), plan.blocks[slot.block].width)) for role, slot in group.slots.items()}
        for group in plan.groups
    ]
    beliefs = _beliefs(plan, messages)
    turns = _turns(plan, at_once)
    number = 0
    while True:
        number += 1
        before = [belief.copy() for belief in beliefs]
        skipped = 0
        for senders in turns:
            deadline.check()
            skipped += _pass(plan, beliefs, messages, senders, damping)
        beliefs = _beliefs(plan, messages)  # anew, so that rounding does not add up
        state = EpState(
            tuple(b.copy() for b in beliefs), tuple({r: m.copy() for r, m in group.items()} for group in messages)
        )
        yield state, SweepInfo(number, residual(plan.blocks, before, beliefs), skipped)


@dataclass(frozen=True, eq=False)
class _Sender:
    """Rows of the group with this index, by themselves."""

    index: int
    rows: IntArray
    group: Group


def _pass(
    plan: Plan,
    beliefs: Sequence[FloatArray],
    messages: Sequence[Messages],
    senders: Sequence[_Sender],
    damping: float,
) -> int:
    """Have these read, then send; how many rows kept their old messages."""
    sent = [_send(plan, beliefs, messages[sender.index], sender, damping) for sender in senders]
    for sender, (new, _) in zip(senders, sent, strict=True):
        _deliver(beliefs, messages[sender.index], sender, new)
    return sum(n_skipped for _, n_skipped in sent)


def _turns(plan: Plan, at_once: bool) -> list[list[_Sender]]:
    if at_once:
        every = [(g, np.arange(len(group.factors))) for g, group in enumerate(plan.groups) if group.slots]
        return [[_Sender(g, rows, plan.groups[g]) for g, rows in every]]
    there = [[_Sender(b.group, b.rows, plan.groups[b.group].rows(b.rows))] for b in plan.order.batches]
    return there + there[-2::-1]


def _beliefs(plan: Plan, messages: Sequence[Messages]) -> list[FloatArray]:
    beliefs = [heard.copy() for heard in plan.heard]
    for group, sent in zip(plan.groups, messages, strict=True):
        for role, slot in group.slots.items():
            np.add.at(beliefs[slot.block], slot.rows, sent[role])
    for block, belief in zip(plan.blocks, beliefs, strict=True):
        if block.family.name == "categorical" and np.isneginf(belief).all(axis=-1).any():
            raise ImpossibleEvidence("the messages leave a variable no state")
    return beliefs


def _cavities(
    plan: Plan, beliefs: Sequence[FloatArray], messages: Messages, group: Group
) -> dict[str, FloatArray]:
    return {
        role: plan.blocks[slot.block].family.quotient(beliefs[slot.block][slot.rows], messages[role])
        for role, slot in group.slots.items()
    }


def _send(
    plan: Plan, beliefs: Sequence[FloatArray], messages: Messages, sender: _Sender, damping: float
) -> tuple[Messages, int]:
    """New messages, and how many rows keep their old ones."""
    group = sender.group
    old = {role: message[sender.rows] for role, message in messages.items()}
    cavities = _cavities(plan, beliefs, old, group)
    update = group.rules.ep(cavities, group.values)
    if np.any(np.isneginf(update.log_z) & ~update.is_usable):
        raise ImpossibleEvidence("a factor allows nothing of what the others allow")
    usable = update.is_usable & _keeps_proper(plan, group, cavities, old, update)
    new = {
        role: np.where(usable[:, None], _damped(update.messages[role], old[role], damping), old[role])
        for role in group.slots
    }
    return new, int(np.count_nonzero(~usable))


def _keeps_proper(plan: Plan, group: Group, cavities: Messages, old: Messages, update: EpUpdate) -> BoolArray:
    """Rows whose new messages make no proper belief improper."""
    keeps = np.ones(len(group.factors), dtype=bool)
    for role, slot in group.slots.items():
        family = plan.blocks[slot.block].family
        was, becomes = cavities[role] + old[role], cavities[role] + update.messages[role]
        keeps &= family.is_proper(becomes) | ~family.is_proper(was)
    return keeps


def _damped(new: FloatArray, old: FloatArray, damping: float) -> FloatArray:
    """Mixed in natural parameters; a state that is forbidden at once stays so."""
    if damping == 0.0:
        return new
    return np.where(np.isneginf(new), new, (1.0 - damping) * new + damping * np.where(np.isneginf(old), 0.0, old))


def _deliver(beliefs: Sequence[FloatArray], messages: Messages, sender: _Sender, new: Messages) -> None:
    """Put new messages in the place of old ones. What a message forbids (−∞) stays forbidden."""
    for role, slot in sender.group.slots.items():
        belief = beliefs[slot.block]
        np.add.at(belief, slot.rows, _finite(new[role]) - _finite(messages[role][sender.rows]))
        row, state = np.nonzero(np.isneginf(new[role]))
        belief[slot.rows[row], state] = -np.inf
        messages[role][sender.rows] = new[role]


def _finite(message: FloatArray) -> FloatArray:
    return np.where(np.isneginf(message), 0.0, message)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The log evidence of a state, and for how many factors none exists, which it leaves out."""

    log_evidence: float
    left_out: int


def log_evidence(plan: Plan, state: EpState) -> Evidence:
    """See the file's head. Raises ImpossibleEvidence where a factor allows nothing."""
    normalizers = [
        block.family.log_normalizer(belief) for block, belief in zip(plan.blocks, state.beliefs, strict=True)
    ]
    total = plan.log_density + sum(float(normalizer.sum()) for normalizer in normalizers)
    left_out = 0
    for group, messages in zip(plan.groups, state.messages, strict=True):
        log_z = group.rules.ep(_cavities(plan, state.beliefs, messages, group), group.values).log_z.copy()
        if np.isneginf(log_z).any():
            raise ImpossibleEvidence("a factor allows nothing of what the others allow")
        for slot in group.slots.values():
            log_z -= normalizers[slot.block][slot.rows]
        exists = np.isfinite(log_z)
        left_out += int(np.count_nonzero(~exists))
        total += float(log_z[exists].sum())
    return Evidence(total, left_out)
