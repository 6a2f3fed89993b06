"""The loop that makes a loopy belief wrong, and what it counts twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mbml_core.deadline import UNLIMITED, Deadline
from mbml_core.explain.cycle import nearest_cycle, outwards
from mbml_core.explain.loops import listed, told
from mbml_core.explain.open_graph import OpenGraph, open_graph
from mbml_core.factors import kind_of
from mbml_core.inference.observations import Observations
from mbml_core.model import FactorGraph, resolve_evidence
from mbml_core.wording import visible

MAX_STATIONS = 8
"""Variables of a loop that a sentence names."""


@dataclass(frozen=True, slots=True)
class Blame:
    """A loop that makes a belief wrong.

    Attributes:
        cycle: ids of variables and factors by turns, a variable first; the last is joined to the first.
        through: ids of the children through which factors of the loop couple two parents: they stand on the loop
            as people draw it, though their messages do not go round.
        gates: ids of those factors, one for each of `through`.
        stations: ids of the variables in the order of the loop, those of `through` among them.
        observation: id of the observed variable whose news is counted more than once; "" where there is none.
        sentence: what is counted more than once.
    """

    cycle: tuple[str, ...]
    through: tuple[str, ...]
    gates: tuple[str, ...]
    stations: tuple[str, ...]
    observation: str
    sentence: str


def blamed(
    model: FactorGraph,
    evidence: Mapping[str, Any] | None,
    worst: str,
    differences: Mapping[str, float],
    deadline: Deadline = UNLIMITED,
) -> Blame | None:
    """The shortest loop through the variable with the largest gap; where it is on none, the one nearest to it.

    The loop is looked for in what the evidence leaves of the graph; of equally short ones it is that with the
    largest gaps. None where no loop can be reached from the variable.

    Args:
        model: a sound factor graph.
        evidence: as for `structure`.
        worst: id of the variable whose belief is to be explained.
        differences: of the beliefs, by variable id.
        deadline: polled.
    """
    observed = Observations.of(model, evidence)
    graph = open_graph(model, observed, deadline)
    start = model.variable_index[worst]

    def weight(node: int) -> float:
        return differences[model.variables[node].id] if node < graph.n_variables else 0.0

    cycle = _turned(nearest_cycle(graph.neighbours, start, weight, deadline), start, graph)
    if not cycle:
        return None
    source = _source(model, graph, cycle, observed)
    cycle = _source_last(cycle, source, model, graph)
    stations, aside = _stations(model, graph, cycle)
    id = "" if source is None else model.variables[source].id
    known = resolve_evidence(model, evidence)
    news = told(model, id, known[id]) if id else ""
    way = _way(model, stations)
    if start not in cycle:
        sentence = _from_afar(model, graph, cycle, start, way)
    elif news:
        sentence = _twice(news, model, graph, cycle, source, worst, way)
    else:
        sentence = _own_news(visible(model.variable(worst).label), way)
    ids = tuple(_id(model, graph, node) for node in cycle)
    return Blame(ids, tuple(aside), tuple(aside.values()), stations, id, sentence)


def _turned(cycle: Sequence[int], start: int, graph: OpenGraph) -> tuple[int, ...]:
    """Beginning with `start`, or with the variable that follows where it begins."""
    if not cycle:
        return ()
    first = start if start in cycle else next(node for node in cycle if node < graph.n_variables)
    place = list(cycle).index(first)
    return (*cycle[place:], *cycle[:place])


def _source_last(
    cycle: tuple[int, ...], source: int | None, model: FactorGraph, graph: OpenGraph
) -> tuple[int, ...]:
    """Turned round so that the factor where the news comes in stands last, if it is next to the first variable."""
    if source is None or not _reads(model, graph, cycle[1], source):
        return cycle
    return (cycle[0], *reversed(cycle[1:]))


def _reads(model: FactorGraph, graph: OpenGraph, node: int, variable: int) -> bool:
    """Whether a part belongs to a factor of the variable."""
    factor = model.factors[graph.parts[node - graph.n_variables].factor]
    return model.variables[variable].id in factor.scope


def _source(model: FactorGraph, graph: OpenGraph, cycle: Sequence[int], observed: Observations) -> int | None:
    """The observed variable nearest to the loop whose news gets onto it.

    News of a variable that is known enters at every part of its factors; that of another one goes along the graph.
    """
    index = model.variable_index
    seen = observed.fixed.keys() | observed.beliefs.keys()
    for node in outwards(graph.neighbours, cycle):
        if node < graph.n_variables:
            if node in seen:
                return node
            continue
        scope = [index[id] for id in model.factors[graph.parts[node - graph.n_variables].factor].scope]
        known = [v for v in scope if v in observed.hard]
        if known:
            return known[0]
    return None


def _stations(
    model: FactorGraph, graph: OpenGraph, cycle: Sequence[int]
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """(variables in the order of the loop, the factor of each child that stands on it between two parents)."""
    found: list[str] = []
    aside: dict[str, str] = {}
    for node in cycle:
        if node < graph.n_variables:
            found.append(model.variables[node].id)
            continue
        factor = model.factors[graph.parts[node - graph.n_variables].factor]
        child = kind_of(factor).child(factor)
        if child is not None and model.variable_index[child] not in cycle and child not in aside:
            found.append(child)
            aside[child] = factor.id
    return tuple(found), aside


def _way(model: FactorGraph, stations: Sequence[str]) -> str:
    """Such as "Rain – Cloudy – Sprinkler – Wet grass – Rain"."""
    names = [visible(model.variable(id).label) for id in stations]
    shown = names if len(names) <= MAX_STATIONS else [*names[: MAX_STATIONS - 1], "…"]
    return " – ".join([*shown, names[0]])


def _twice(
    news: str, model: FactorGraph, graph: OpenGraph, cycle: Sequence[int], source: int | None, worst: str, way: str
) -> str:
    name = visible(model.variable(worst).label)
    is_own = source == cycle[0]
    is_near = source is not None and _reads(model, graph, cycle[-1], source)
    if is_own:
        arrives = f"What was seen of {name} goes out on the loop {way} and comes back to {name}"
        return f"{arrives}; loopy belief propagation takes its own echo for new evidence and counts it twice."
    first = "directly" if is_near else "from one side"
    again = f"and again round the loop {way}"
    return (
        f"The news that {news} reaches {name} {first} {again}; loopy belief propagation takes the second arrival "
        "for new evidence, so the same news is counted twice, and again with every further round."
    )


def _own_news(name: str, way: str) -> str:
    return (
        f"What the factors say about {name} goes out on the loop {way} and comes back to {name}; loopy belief "
        "propagation takes its own echo for new evidence and counts it twice, and again with every further round."
    )


def _from_afar(model: FactorGraph, graph: OpenGraph, cycle: Sequence[int], start: int, way: str) -> str:
    """For a variable that is on no loop itself."""
    name = visible(model.variables[start].label)
    gates = [node for node in cycle if node >= graph.n_variables and start in graph.neighbours[node]]
    if not gates:
        return f"The error arises on the loop {way} and is passed on to {name}, which trusts what it is told."
    ends = [v for v in graph.neighbours[gates[0]] if v in cycle]
    sources = listed([visible(model.variables[v].label) for v in ends])
    return (
        f"{sources} depend on each other round the loop {way}; loopy belief propagation takes what they tell "
        f"{name} for independent news, which it is not: what they share is counted twice."
    )


def _id(model: FactorGraph, graph: OpenGraph, node: int) -> str:
    if node < graph.n_variables:
        return model.variables[node].id
    return model.factors[graph.parts[node - graph.n_variables].factor].id
