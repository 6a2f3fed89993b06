"""formats/uai_evidence.py — the evidence files of the UAI inference competitions: which variable has which state.

Four spellings are in use, and all are read; line ends never matter:

    (nothing)           nothing is observed
    0                   nothing is observed
    n  v s  v s  ...    n observations: variable v has state s, both counted from 0 (UAI 2014 and later)
    1  n  v s  v s ...  the same after the number of samples (UAI 2008 to 2012)

The first form with a count has an odd number of tokens, the second an even one, so they cannot be mistaken for
each other. A file with several samples is refused, unless it can also be read as the first form.
Source: uaicompetition.github.io/uci-2022/file-formats/evidence-format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mbml_core.errors import InvalidEvidence, InvalidModel, Problem
from mbml_core.formats.tokens import Tokens
from mbml_core.model import (
    AllowedStates,
    ExcludedState,
    FactorGraph,
    Observation,
    Observed,
    resolve_evidence,
    weights,
)
from mbml_core.phrases import counted


def read(text: str, graph: FactorGraph) -> dict[str, Observation]:
    """The observations of an evidence file, by variable id; `v` and `s` are positions in the graph.

    Raises InvalidEvidence with every problem, each with line, column and token number.
    """
    tokens = Tokens(text)
    try:
        numbers = [tokens.count("a whole number") for _ in range(tokens.left)]
    except InvalidModel as error:
        raise InvalidEvidence(error.problems) from None
    start = _first_pair(tokens, numbers)
    found: dict[str, Observation] = {}
    for at in range(start, len(numbers) - 1, 2):
        _observe(tokens, at, numbers[at], numbers[at + 1], graph, found)
    if tokens.problems:
        raise InvalidEvidence(tokens.problems)
    return found


def _first_pair(tokens: Tokens, numbers: list[int]) -> int:
    """Where the pairs begin. Raises InvalidEvidence when the counts do not fit the file."""
    size = len(numbers)
    if size == 0 or size == 1 + 2 * numbers[0]:
        return 1
    if size > 1 and numbers[0] == 1 and size == 2 + 2 * numbers[1]:
        return 2
    if _holds_samples(numbers):
        what, remedy = f"the file holds {numbers[0]} samples, one is expected", "write a file for each sample"
        at = 0
    else:
        at = 1 if numbers[0] == 1 and size % 2 == 0 else 0
        count = numbers[at]
        what = f"{counted(count, 'observation')} would take {2 * count:,} numbers, found {size - at - 1:,}"
        remedy = "correct the count, and give variable and state for each observation"
    tokens.problem(at, what, remedy)
    raise InvalidEvidence(tokens.problems)


def _holds_samples(numbers: list[int]) -> bool:
    at = 1
    for _ in range(min(numbers[0], len(numbers))):
        if at >= len(numbers):
            return False
        at += 1 + 2 * numbers[at]
    return at == len(numbers)


def _observe(
    tokens: Tokens, at: int, variable: int, state: int, graph: FactorGraph, found: dict[str, Observation]
) -> None:
    count = len(graph.variables)
    if variable >= count:
        what = f"there is no variable {variable}, the model has {count}, counted from 0"
        tokens.problem(at, what, "correct the number, or choose the evidence of this model")
        return
    seen = graph.variables[variable]
    if state >= seen.size:
        what = f"'{seen.label}' has no state {state}, it has {seen.size}, counted from 0"
        tokens.problem(at + 1, what, f"use 0 to {seen.size - 1}", seen.id)
    elif seen.id in found:
        tokens.problem(at, f"variable {variable} is observed twice", "keep one of the observations", seen.id)
    else:
        found[seen.id] = Observed(seen.states[state])


def write(evidence: Mapping[str, Any] | None, graph: FactorGraph) -> str:
    """The text of an evidence file, one line in the spelling of 2014, in the order of the model's variables.

    `evidence` is what `mbml_core.model.resolve_evidence` takes; None stands for the evidence drawn with the graph.
    Raises InvalidEvidence when it does not fit the graph, or when an observation leaves several states open: a
    UAI file holds only states.
    """
    observed = resolve_evidence(graph, evidence)
    problems = list(unwritable(observed, graph))
    if problems:
        raise InvalidEvidence(problems)
    pairs = [
        f"{i} {_only_state(observed[variable.id], variable.states)}"
        for i, variable in enumerate(graph.variables)
        if variable.id in observed
    ]
    return " ".join([str(len(pairs)), *pairs]) + "\n"


def unwritable(evidence: Mapping[str, Observation], graph: FactorGraph) -> Iterator[Problem]:
    """The observations of checked evidence that a UAI evidence file cannot hold."""
    for id, observation in evidence.items():
        variable = graph.variable(id)
        if _only_state(observation, variable.states) is None:
            what = (
                f"the observation of '{variable.label}' is no single state, a UAI evidence file holds nothing else"
            )
            yield Problem(id, what, "observe one state, or keep the JSON document")


def _only_state(observation: Observation, states: tuple[str, ...]) -> int | None:
    """The number of the one state an observation leaves; None for several, and for likelihoods and beliefs."""
    if not isinstance(observation, Observed | AllowedStates | ExcludedState):
        return None
    left = weights(observation, states).nonzero()[0]
    return int(left[0]) if len(left) == 1 else None
