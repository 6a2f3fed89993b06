"""What every engine is asked, and how it is told: numpy and the standard library only, so that peers can read it.

A network travels as an .npz file with renormalised tables in double precision, so that all engines compute with
the same numbers. The questions are drawn here, once, and travel beside it. A worker answers with one line of JSON
per question; a worker that is stopped half way has still said what it knew.
"""

from __future__ import annotations

import faulthandler
import json
import random
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Evidence = Mapping[str, int]
Answer = Sequence[NDArray[np.float64]]
Ask = Callable[[Evidence], Answer]
Model = TypeVar("Model")

CLICKS = 10
SETS = 5
"""Evidence sets of each larger kind."""
LEAVES = 3
SHARE = 0.1
FLIP_TRIES = 20
QUESTION_SECONDS = 40.0
"""Longer on one question and an engine has lost it; pyAgrum's variable elimination can come to a standstill where
memory runs out."""
FIRST, WARM_UP, CLICK, FLIP, FEW, MANY = "first", "warm-up", "click", "flip", "3 leaves", "10 %"


@dataclass(frozen=True)
class Network:
    """A Bayesian network of indices.

    Attributes:
        name: of the network.
        ids: of its variables.
        sizes: number of states of each variable.
        scopes: one per conditional table: parents, then the child.
        tables: axes as in the scope; the last axis sums to one.
    """

    name: str
    ids: tuple[str, ...]
    sizes: tuple[int, ...]
    scopes: tuple[tuple[int, ...], ...]
    tables: tuple[NDArray[np.float64], ...]

    def save(self, path: Path) -> None:
        head = json.dumps({"name": self.name, "ids": self.ids, "sizes": self.sizes, "scopes": self.scopes})
        np.savez(path, head=np.array(head), **{f"t{i}": table for i, table in enumerate(self.tables)})

    @classmethod
    def load(cls, path: Path) -> Network:
        with np.load(path) as data:
            head = json.loads(str(data["head"]))
            tables = tuple(data[f"t{i}"] for i in range(len(head["scopes"])))
        return cls(
            head["name"], tuple(head["ids"]), tuple(head["sizes"]), tuple(map(tuple, head["scopes"])), tables
        )


@dataclass(frozen=True)
class Question:
    """Evidence by state index, and which kind of question it is."""

    label: str
    evidence: dict[str, int]


def forward_sample(network: Network, seed: int) -> dict[str, int]:
    """A state of every variable, drawn parents first: evidence taken from it is possible."""
    source = random.Random(seed)  # noqa: S311 - draws evidence
    tables = {scope[-1]: k for k, scope in enumerate(network.scopes)}
    states: dict[int, int] = {}
    for v in parents_first(network):
        k = tables[v]
        row = network.tables[k][tuple(states[parent] for parent in network.scopes[k][:-1])]
        states[v] = source.choices(range(len(row)), weights=row.tolist())[0]
    return {network.ids[v]: states[v] for v in range(len(network.ids))}


def parents_first(network: Network) -> list[int]:
    parents = {scope[-1]: scope[:-1] for scope in network.scopes}
    order: dict[int, None] = {}
    stack = list(reversed(range(len(network.ids))))
    while stack:
        missing = [parent for parent in parents[stack[-1]] if parent not in order]
        if missing:
            stack += missing
        else:
            order.setdefault(stack.pop())
    return list(order)


def questions(network: Network, seed: int = 7) -> list[Question]:
    """All questions in the order in which every engine gets them.

    Clicks and small sets take turns, in case time runs out; large sets come last, because pyAgrum's variable
    elimination spends minutes on one of them (link). No set of variables is observed twice, so that every question
    but a flip finds the engine cold.
    """
    source = random.Random(seed)  # noqa: S311 - picks variables
    sample = forward_sample(network, seed)
    ids = sorted(network.ids)
    parents = {network.ids[v] for scope in network.scopes for v in scope[:-1]}
    leaves = [id for id in ids if id not in parents]
    share = max(1, round(SHARE * len(ids)))
    seen: set[frozenset[str]] = set()

    def drawn(label: str, among: list[str], count: int, sets: int) -> list[Question]:
        chosen = [frozenset(source.sample(among, min(count, len(among)))) for _ in range(sets)]
        new = [variables for variables in dict.fromkeys(chosen) if variables not in seen]
        seen.update(new)
        return [Question(label, {id: sample[id] for id in sorted(variables)}) for variables in new]

    few, many = drawn(FEW, leaves, LEAVES, SETS), drawn(MANY, ids, share, SETS)
    unasked = [id for id in ids if frozenset([id]) not in seen]
    clicked = [{id: sample[id]} for id in source.sample(unasked, min(CLICKS, len(unasked)))]
    seen.update(map(frozenset, clicked))
    clicks = [[Question(CLICK, click), *flips(network, click, seed)] for click in clicked]
    warm_up = [*drawn(WARM_UP, ids, 1, 2), *drawn(WARM_UP, leaves, LEAVES, 1)]
    turns = zip_longest(clicks, ([question] for question in few), fillvalue=[])
    light = chain.from_iterable(chain.from_iterable(turns))
    return [Question(FIRST, {}), *warm_up, *light, *drawn(WARM_UP, ids, share, 1), *many]


def flips(network: Network, click: dict[str, int], seed: int) -> Iterator[Question]:
    """Another possible state of the clicked variable, where some sample has one."""
    ((id, state),) = click.items()
    for other in range(seed + 1, seed + 1 + FLIP_TRIES):
        found = forward_sample(network, other)[id]
        if found != state:
            yield Question(FLIP, {id: found})
            return


def write_case(folder: Path, network: Network) -> None:
    """Network and questions, for all workers."""
    network.save(folder / "network.npz")
    asked = [asdict(question) for question in questions(network)]
    (folder / "questions.json").write_text(json.dumps(asked), encoding="utf-8")


def read_case(folder: Path) -> tuple[Network, list[Question]]:
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    return Network.load(folder / "network.npz"), [Question(**question) for question in asked]


def say(**line: object) -> None:
    """One line to whoever started the worker."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """End the process, wherever it hangs, unless the block is left in time."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def unanswered(lines: Sequence[Mapping[str, object]]) -> int | None:
    """The question at which a worker ended, if it was one."""
    found = lines[-1].get("asking") if lines else None
    return found if isinstance(found, int) else None


def answer_all(
    asked: Sequence[Question],
    load: Callable[[], Model],
    build: Callable[[Model], Ask],
    budget: float,
    rounds: int,
    skipped: Collection[int] = (),
) -> None:
    """Ask everything, round after round, each with a freshly loaded model and a new engine.

    Building the engine and its first answer are one time; loading the model is outside of it. Answers are told in
    the first round only. No round starts that would probably not end within `budget` seconds, and a round is given
    up once it is over. A question that takes QUESTION_SECONDS ends the process.
    """
    start = time.perf_counter()
    for turn in range(rounds):
        model = load()
        ask: Ask | None = None
        for index, question in enumerate(asked):
            if index in skipped:
                continue
            say(asking=index)
            with ended_after(QUESTION_SECONDS):
                before = time.perf_counter()
                ask = ask or build(model)
                answer = ask(question.evidence)
                seconds = time.perf_counter() - before
            told = {"answer": [array.tolist() for array in answer]} if turn == 0 else {}
            say(question=index, turn=turn, seconds=seconds, **told)
            if time.perf_counter() - start > budget:
                return
        del ask, model
        if (time.perf_counter() - start) * (turn + 2) / (turn + 1) > budget:
            return
