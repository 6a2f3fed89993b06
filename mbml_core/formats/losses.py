"""What a file format cannot hold of a graph, said before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mbml_core.errors import Problem
from mbml_core.factors import kind_of, require_sound
from mbml_core.formats.network import child_of, not_a_network, not_discrete, parents_of, too_large
from mbml_core.formats.uai import preamble_of
from mbml_core.formats.uai_evidence import unwritable
from mbml_core.model import Factor, FactorGraph, Variable, resolve_evidence

_KEEP = "keep the JSON document beside it"


def losses(graph: FactorGraph, suffix: str) -> list[Problem]:
    """Everything a file with this suffix (.bif, .uai, .evid) would not keep; for another suffix nothing.

    First what stops `write`, because it would change the meaning of the model; then what is written in another
    way or left out. Raises InvalidModel when the graph is not sound.
    """
    require_sound(graph)
    found = {".bif": _bif_losses, ".uai": _uai_losses, ".evid": _evidence_losses}.get(suffix)
    if found is None:
        return []
    beyond = [] if suffix == ".evid" else list(not_discrete(graph, f"a {suffix[1:].upper()}"))
    return beyond or list(found(graph))


def _bif_losses(graph: FactorGraph) -> Iterator[Problem]:
    yield from not_a_network(graph)
    yield from too_large(graph)
    labelled = [variable for variable in graph.variables if variable.name not in ("", variable.id)]
    yield from _summary("the names of", labelled, "are left out, only their ids are written", _KEEP)
    renamed = [f for f in graph.factors if child_of(f) is not None and f.id != f"f_{child_of(f)}"]
    yield from _summary("the ids of", renamed, "are left out; reading makes new ones", _KEEP)
    yield from _kinds(graph)
    yield from _axes(graph)
    yield from _parameters(graph)
    yield from _evidence(graph, _KEEP)


def _uai_losses(graph: FactorGraph) -> Iterator[Problem]:
    yield from too_large(graph)
    named = [v for i, v in enumerate(graph.variables) if (v.id, v.name) != (f"x{i}", "")]
    yield from _summary("the names of", named, "are left out; they become x0, x1, …", _KEEP)
    stated = [v for v in graph.variables if v.states != tuple(map(str, range(v.size)))]
    yield from _summary("the states of", stated, "are left out; they become 0, 1, …", _KEEP)
    if graph.name:
        yield Problem("", f"the model's name '{graph.name}' is left out", _KEEP)
    renamed = [factor for i, factor in enumerate(graph.factors) if factor.id != f"f{i}"]
    yield from _summary("the ids of", renamed, "are left out; they become f0, f1, …", _KEEP)
    yield from _kinds(graph)
    if preamble_of(graph) == "MARKOV":
        children = [factor for factor in graph.factors if child_of(factor) is not None]
        what = "become free potentials: not all factors are distributions of a Bayesian network"
        yield from _summary("the conditional distributions", children, what, _KEEP)
    else:
        yield from _axes(graph)
    yield from _parameters(graph)
    yield from _evidence(graph, "write it to an .evid file")


def _evidence_losses(graph: FactorGraph) -> Iterator[Problem]:
    return unwritable(resolve_evidence(graph, graph.evidence), graph)


def _kinds(graph: FactorGraph) -> Iterator[Problem]:
    structured = [factor for factor in graph.factors if factor.kind != "table"]
    yield from _summary("the kinds of", structured, "are left out; they are written as tables", _KEEP)


def _axes(graph: FactorGraph) -> Iterator[Problem]:
    moved = [f for f in graph.factors if (child := child_of(f)) and list(f.scope) != [*parents_of(f), child]]
    yield from _summary("the children of", moved, "go to the end of their scopes", "nothing to do")


def _parameters(graph: FactorGraph) -> Iterator[Problem]:
    more = [factor for factor in graph.factors if not factor.parameters.keys() <= kind_of(factor).parameters]
    yield from _summary("parameters that no kind reads, of", more, "are left out", _KEEP)


def _evidence(graph: FactorGraph, remedy: str) -> Iterator[Problem]:
    observed = [graph.variable(id) for id in graph.evidence]
    yield from _summary("the observations of", observed, "are left out", remedy)


def _summary(what: str, items: Sequence[Variable] | Sequence[Factor], fate: str, remedy: str) -> Iterator[Problem]:
    """One problem for all items, at the first of them."""
    if items:
        shown = ", ".join(item.id for item in items[:5]) + (", …" if len(items) > 5 else "")
        yield Problem(items[0].id, f"{what} {shown} ({len(items)}) {fate}", remedy)
