"""Compiled models, shared by all sessions: thirty students who open the same drawing wait for one compilation."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from mbml_core.engine import Engine, compile
from mbml_core.errors import MbmlError
from mbml_core.inference.result import Marginal, Result
from mbml_core.model import FactorGraph

PLANNING_SECONDS = 10.0
"""A new drawing may take this long to be made ready; then the page says so and stays usable."""
CLICK_SECONDS = 2.0
"""Of one query. A lecture does not wait longer."""
CAPACITY = 64
RETRY_SECONDS = 30.0
"""A failure is told to everybody who asks for the same model in this time, before it is tried again."""

Beliefs: TypeAlias = Mapping[str, tuple[float, ...]]
"""Probabilities of the states by variable id, rounded for the page."""

NO_BELIEFS: Beliefs = MappingProxyType({})

_DIGITS = 6
_LEAST = 1e-290
"""Smaller probabilities are not rounded: the power of ten that scales them would overflow."""


@dataclass(frozen=True, eq=False, slots=True)
class Prepared:
    """A model made ready for clicks, with its beliefs before anything was observed."""

    engine: Engine
    prior: Result
    beliefs: Beliefs


Outcome: TypeAlias = Prepared | MbmlError
"""What came of preparing a model: errors are kept as values, since many sessions are told the same one."""


@dataclass(eq=False, slots=True)
class _Entry:
    """A place in the cache; its lock is held while the outcome is being made."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    outcome: Outcome | None = None
    made_at: float = 0.0

    def is_outdated(self) -> bool:
        """Whether it failed so long ago that it is worth another try."""
        return isinstance(self.outcome, MbmlError) and time.monotonic() - self.made_at > RETRY_SECONDS


class Engines:
    """The most recently used models, by their content. Safe to share between threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def prepared(self, graph: FactorGraph, method: str) -> Outcome:
        """The model of a sound graph without its evidence, or why there is none."""
        entry = self._entry(content_key(graph, method))
        with entry.lock:
            if entry.outcome is None or entry.is_outdated():
                entry.outcome = _prepare(graph, method)
                entry.made_at = time.monotonic()
            return entry.outcome

    def _entry(self, key: str) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > self._capacity:
                self._entries.popitem(last=False)
        return entry


def engine_of(outcome: Outcome) -> Engine:
    """The engine, or the error that came in its place, raised."""
    if isinstance(outcome, MbmlError):
        raise outcome.with_traceback(None)  # it is shared: tracebacks would pile up in it
    return outcome.engine


def _prepare(graph: FactorGraph, method: str) -> Outcome:
    bare = graph.with_evidence({})
    try:
        engine = compile(bare, method, deadline=PLANNING_SECONDS)
        prior = engine.infer({}, deadline=CLICK_SECONDS)
    except MbmlError as error:
        return error.with_traceback(None)  # the frames would keep the half-made engine alive
    return Prepared(engine, prior, rounded_beliefs(prior.marginals))


def content_key(graph: FactorGraph, method: str) -> str:
    """Digest of all that the answers of an engine depend on: not the evidence and not the title, but the names of
    variables too, which its messages quote.
    """
    digest = hashlib.sha256()
    variables = [(variable.id, variable.name, variable.states) for variable in graph.variables]
    factors = [
        (
            factor.id,
            factor.kind,
            factor.scope,
            [(name, _shape(value)) for name, value in factor.parameters.items()],
        )
        for factor in graph.factors
    ]
    digest.update(json.dumps([method, variables, factors]).encode())
    for factor in graph.factors:
        for value in factor.parameters.values():
            if isinstance(value, np.ndarray):
                digest.update(value.data)
    return digest.hexdigest()


def _shape(value: Any) -> Any:
    """Arrays are told apart by their shape here and by their bytes later; everything else by its text."""
    return value.shape if isinstance(value, np.ndarray) else repr(value)


def rounded_beliefs(marginals: Mapping[str, Marginal]) -> Beliefs:
    """The marginals with 6 significant digits: all that is drawn, in half of the bytes."""
    if not marginals:
        return NO_BELIEFS
    arrays = [marginal.probabilities for marginal in marginals.values()]
    numbers = _significant(np.concatenate(arrays)).tolist()
    found: dict[str, tuple[float, ...]] = {}
    start = 0
    for id, array in zip(marginals, arrays, strict=True):
        found[id] = tuple(numbers[start : start + len(array)])
        start += len(array)
    return MappingProxyType(found)


def _significant(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    safe = np.where(values > _LEAST, values, 1.0)
    scale = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(safe)))
    return np.where(values > _LEAST, np.round(safe * scale) / scale, values)
