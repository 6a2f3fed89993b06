"""The messages of belief propagation: where we are now.

Only messages from factors to variables are stored. A message from a variable to a factor is the product of all
the others, which is the variable's total divided by the factor's own message: a subtraction of logs, with zeros
(`-inf`) counted beside the finite part so that they can be taken out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from mbml_core.compiler.compiled import CompiledGraph
from mbml_core.distributions import categorical
from mbml_core.distributions.semiring import FloatArray, IntArray
from mbml_core.errors import ImpossibleEvidence

Messages: TypeAlias = tuple[tuple[FloatArray, ...], ...]


@dataclass(frozen=True, eq=False)
class MessageState:
    """A snapshot: `to_variable[g][axis]` holds the (G, K) normalised log messages of group g."""

    to_variable: Messages

    @cached_property
    def flat(self) -> FloatArray:
        """All messages in one array, for comparing states."""
        parts = [message.ravel() for group in self.to_variable for message in group]
        return np.concatenate(parts) if parts else np.zeros(0)


def uniform_messages(graph: CompiledGraph) -> list[list[FloatArray]]:
    """Messages that say nothing: log(1/K) everywhere."""
    return [[np.full((len(group.members), size), -np.log(size)) for size in group.shape] for group in graph.groups]


class Mailbox:
    """The working copy of the messages during a sweep, with every variable's total kept up to date."""

    def __init__(self, graph: CompiledGraph, log_weights: FloatArray, start: MessageState | None) -> None:
        self._log_weights = log_weights
        if start is None:
            self._messages = uniform_messages(graph)
        else:
            self._messages = [[message.copy() for message in group] for group in start.to_variable]
        self._places = [
            [
                graph.offsets[group.scopes[:, axis], None] + np.arange(size, dtype=np.int64)
                for axis, size in enumerate(group.shape)
            ]
            for group in graph.groups
        ]
        self._finite = np.zeros_like(log_weights)
        self._zeros = np.zeros(log_weights.shape, dtype=np.int64)
        self.recount()

    def recount(self) -> None:
        """Add the totals up afresh, so that rounding from many small updates does not build up."""
        self._finite[:], self._zeros[:] = 0.0, 0
        self._add(np.arange(len(self._log_weights)), self._log_weights)
        for places, messages in zip(self._places, self._messages, strict=True):
            for place, message in zip(places, messages, strict=True):
                self._add(place, message)

    def _add(self, place: IntArray, logs: FloatArray, sign: int = 1) -> None:
        is_zero = np.isneginf(logs)
        np.add.at(self._finite, place, sign * np.where(is_zero, 0.0, logs))
        np.add.at(self._zeros, place, sign * is_zero)

    def to_variable(self, group: int, axis: int, rows: IntArray) -> FloatArray:
        """(R, K) messages from factors to their variable at `axis`."""
        return self._messages[group][axis][rows]

    def to_factor(self, group: int, axis: int, rows: IntArray) -> FloatArray:
        """(R, K) messages from the variables at `axis` to the factors, largest entry 0.

        Raises ImpossibleEvidence where one forbids every state.
        """
        place = self._places[group][axis][rows]
        own = self._messages[group][axis][rows]
        is_zero = np.isneginf(own)
        finite = self._finite[place] - np.where(is_zero, 0.0, own)
        logs = np.where(self._zeros[place] > is_zero, -np.inf, finite)
        return logs - _peak(logs)

    def deliver(self, group: int, axis: int, rows: IntArray, new: FloatArray) -> None:
        """Replace messages from factors to variables. `rows` holds no factor twice."""
        place = self._places[group][axis][rows]
        self._add(place, self._messages[group][axis][rows], -1)
        self._add(place, new)
        self._messages[group][axis][rows] = new

    def totals(self) -> FloatArray:
        """Unnormalised log beliefs of all variables, flat."""
        return np.where(self._zeros > 0, -np.inf, self._finite)

    def snapshot(self) -> MessageState:
        """The messages as an immutable value."""
        groups = tuple(tuple(_frozen(message) for message in group) for group in self._messages)
        return MessageState(groups)


def _frozen(array: FloatArray) -> FloatArray:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def _peak(logs: FloatArray) -> FloatArray:
    peak: FloatArray = logs.max(axis=-1, keepdims=True, initial=-np.inf)
    if np.isneginf(peak).any():
        raise ImpossibleEvidence("the messages to a variable exclude all of its states")
    return peak


def split_beliefs(graph: CompiledGraph, totals: FloatArray) -> list[FloatArray]:
    """(K,) probabilities of each variable from flat log totals; errors as in `flat_beliefs`."""
    return split(graph, flat_beliefs(graph, totals))


def split(graph: CompiledGraph, flat: FloatArray) -> list[FloatArray]:
    """The part of each variable of an array over all states of all variables."""
    return [flat[start:end] for start, end in pairwise(graph.offsets.tolist())]


def flat_beliefs(graph: CompiledGraph, totals: FloatArray) -> FloatArray:
    """Probabilities of all variables, one after another, from flat log totals.

    Raises ImpossibleEvidence where every state of a variable is forbidden.
    """
    beliefs = np.empty_like(totals)
    for size in np.unique(graph.n_states).tolist():
        variables = np.flatnonzero(graph.n_states == size)
        places = graph.offsets[variables, None] + np.arange(size)
        logs = totals[places]
        _peak(logs)
        beliefs[places] = categorical.probabilities(logs)
    return beliefs
