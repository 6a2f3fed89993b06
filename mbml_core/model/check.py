"""Every structural problem of a graph at once: names, ids, states, scopes. Parameters are checked by kind.

Nearly every graph is sound, and a glance at all names together shows it many times faster than looking at one
after the other, which is done only to say what is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from mbml_core.errors import Problem
from mbml_core.model.evidence import parse_observation
from mbml_core.model.graph import Factor, FactorGraph
from mbml_core.model.variable import MAX_STATES, Categorical, Domain, Numeric, Simplex, Variable

MAX_NAME = 200
"""Characters in an id, name or state: longer ones cannot be read on any canvas."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""C0 and C1 controls and lone surrogates: they break files, logs and the page."""


def check_structure(graph: FactorGraph) -> list[Problem]:
    """All problems that need no knowledge of factor kinds; empty when there are none."""
    problems = [] if _is_sound(graph) else _drawing_problems(graph)
    return [*problems, *check_evidence(graph)]


def check_evidence(graph: FactorGraph) -> list[Problem]:
    """Every drawn observation that does not fit its variable."""
    return list(_evidence_problems(graph)) if graph.evidence else []


def text_flaw(text: str) -> str | None:
    """What makes `text` unfit as an id, name or state; None when it is fine."""
    if not isinstance(text, str):
        return f"is {text!r}, expected text"
    if len(text) > MAX_NAME:
        return f"has {len(text)} characters, at most {MAX_NAME} are allowed"
    control = _CONTROL.search(text)
    return f"holds the control character U+{ord(control[0]):04X}" if control else None


def domain_flaw(domain: Domain) -> tuple[str, str] | None:
    """What is wrong with the extent of a domain, and the remedy; None when it is fine."""
    match domain:
        case Categorical(states):
            if not 1 <= len(states) <= MAX_STATES:
                return f"has {len(states)} states, expected 1 to {MAX_STATES:,}", "add or remove states"
        case Simplex(size):
            if isinstance(size, bool) or not isinstance(size, int) or not 2 <= size <= MAX_STATES:
                what = f"is a simplex of size {str(size)[:20]}, expected a whole number from 2 to {MAX_STATES:,}"
                return what, "correct the size"
        case _ if not isinstance(domain, Numeric):
            return f"has the domain {str(domain)[:60]}", "give an instance of a domain, such as Real()"
    return None


def _is_sound(graph: FactorGraph) -> bool:
    """Whether a glance finds no problem. Many variables share their state names."""
    ids = [variable.id for variable in graph.variables]
    names = [variable.name for variable in graph.variables]
    domains = {variable.domain.states for variable in graph.variables}
    if () in domains:  # those of numbers have no states; nor have broken ones
        domains = {variable.domain.states for variable in graph.variables if variable.is_categorical}
        if any(domain_flaw(variable.domain) for variable in graph.variables):
            return False
    scopes = [factor.scope for factor in graph.factors]
    ids += [factor.id for factor in graph.factors]
    return (
        all(ids)
        and not _has_repeated(ids)
        and graph.variable_index.keys() >= set(chain.from_iterable(scopes))
        and not any(map(_has_repeated, scopes))
        and all(1 <= len(states) <= MAX_STATES for states in domains)
        and not any(_has_repeated(states) or "" in states for states in domains)
        and _are_readable([*ids, *names, *chain.from_iterable(domains), graph.name])
    )


def _are_readable(texts: Collection[str]) -> bool:
    """Whether none of the texts has a flaw."""
    if not set(map(type, texts)) <= {str} or max(map(len, texts), default=0) > MAX_NAME:
        return False
    together = "".join(texts)
    return together.isprintable() or not _CONTROL.search(together)


def _drawing_problems(graph: FactorGraph) -> Iterator[Problem]:
    yield from _text_problems("", "the model's name", graph.name)
    yield from _duplicate_ids(graph)
    for variable in graph.variables:
        yield from _variable_problems(variable)
    for factor in graph.factors:
        yield from _scope_problems(graph, factor)


def _text_problems(where: str, what: str, text: str) -> Iterator[Problem]:
    flaw = text_flaw(text)
    if flaw:
        remedy = "shorten it or remove the character" if isinstance(text, str) else "write it as text"
        yield Problem(str(where)[:MAX_NAME], f"{what} {flaw}", remedy)


def _duplicate_ids(graph: FactorGraph) -> Iterator[Problem]:
    ids = [*(variable.id for variable in graph.variables), *(factor.id for factor in graph.factors)]
    for id, count in _repeated(ids):
        yield Problem(id, f"{count} variables or factors have the id '{id}'", "give each its own id")


def _variable_problems(variable: Variable) -> Iterator[Problem]:
    where = variable.id
    if not variable.id:
        yield Problem(where, "a variable has an empty id", "give it an id")
    yield from _text_problems(where, "the id", variable.id)
    yield from _text_problems(where, "the name", variable.name)
    flaw = domain_flaw(variable.domain)
    if flaw:
        yield Problem(where, f"'{variable.label}' {flaw[0]}", flaw[1])
    for state in variable.states:
        yield from _text_problems(where, "a state name", state)
    for state, count in _repeated(variable.states):
        yield Problem(where, f"{count} states are named '{state}'", "give each state its own name")
    if "" in variable.states:
        yield Problem(where, "a state has an empty name", "name it")


def _scope_problems(graph: FactorGraph, factor: Factor) -> Iterator[Problem]:
    if not factor.id:
        yield Problem(factor.id, "a factor has an empty id", "give it an id")
    yield from _text_problems(factor.id, "the id", factor.id)
    for id in factor.scope:
        if id not in graph.variable_index:
            yield Problem(
                factor.id, f"the scope names '{id}', which is no variable", "add the variable or drop the edge"
            )
    for id, count in _repeated(factor.scope):
        yield Problem(factor.id, f"'{id}' stands {count} times in the scope", "connect it once")


def _evidence_problems(graph: FactorGraph) -> Iterator[Problem]:
    for id, observation in graph.evidence.items():
        index = graph.variable_index.get(id)
        if index is None:
            yield Problem(id, f"evidence names '{id}', which is no variable", "remove it or add the variable")
            continue
        outcome = parse_observation(graph.variables[index], observation)
        if isinstance(outcome, Problem):
            yield outcome


def _has_repeated(items: Sequence[str]) -> bool:
    return len(set(items)) < len(items)


def _repeated(items: Sequence[str]) -> Iterable[tuple[str, int]]:
    if not _has_repeated(items):
        return ()
    return ((item, count) for item, count in Counter(items).items() if count > 1)
