"""Variable elimination and the junction tree in sentences, and the three roads to one posterior compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from mbml_core.explain.names import joined, labels
from mbml_core.explain.odds import equals_text
from mbml_core.inference.result import Status
from mbml_core.inference.trace import DrawnGraph, Step, Table, Trace
from mbml_core.inference.trace.roads import Road
from mbml_core.phrases import counted
from mbml_core.wording import probability_text, visible

SAME = 5e-5
"""Beliefs that differ by less are shown with the same digits."""


def summary(trace: Trace) -> tuple[str, ...]:
    """By which rule the algorithm went, and what it made."""
    return (_order_rule(),) if trace.algorithm == "elimination" else (_tree(trace), _reach())


def _order_rule() -> str:
    return (
        "Order by min-fill: next is the variable whose neighbours need the fewest new links. The last one left is "
        "the chosen variable; for the belief of another one, all is done again."
    )


def _tree(trace: Trace) -> str:
    cliques = [step for step in trace.steps if step.kind == "clique"]
    fill = sum(len(step.links) for step in trace.steps if step.kind == "fill_in")
    entries = max((step.operation.result.values.size for step in cliques if step.operation), default=0)
    which = ", those nearest to the chosen variable," if trace.is_part else ""
    return (
        f"{counted(len(cliques), 'clique')}{which} after {counted(fill, 'fill-in link')}; "
        f"the largest table has {counted(entries, 'entry', 'entries')}."
    )


def _reach() -> str:
    return (
        "One walk there and back gives the beliefs of all variables, and other evidence goes into the same tree."
    )


def _barren(graph: DrawnGraph, step: Step) -> str:
    return (
        f"{_names(graph, step.scope)} cannot move the belief of the chosen variable: nothing was observed there, "
        "and summed out, the tables give the same number everywhere. They are left out."
    )


def _separated(graph: DrawnGraph, step: Step) -> str:
    return (
        f"Nothing joins {_names(graph, step.scope)} with the chosen variable but what is known: what happens "
        "there cannot move its belief. They are left out."
    )


def _observe(graph: DrawnGraph, step: Step) -> str:
    names, factor = _names(graph, step.scope), visible(step.sender)
    is_one = len(step.scope) == 1
    return (
        f"{names} {'is' if is_one else 'are'} known: only the entries of {factor} that fit are kept, and {names} "
        f"{'drops' if is_one else 'drop'} out of the table."
    )


def _eliminate(graph: DrawnGraph, step: Step) -> str:
    operation, name = step.operation, _names(graph, step.scope)
    if operation is None:
        return f"{name} stands in no table: there is nothing to be summed."
    inputs, result = operation.inputs, operation.result
    tables = (
        f"{_tables(graph, inputs)} is the only table that holds it; its entries are"
        if len(inputs) == 1
        else f"the tables that hold it, {_tables(graph, inputs)}, are multiplied, and the products are"
    )
    left = _names(graph, result.scope)
    about = (
        f"The result {result.name} is about {left}." if left else f"The result {result.name} is a single number."
    )
    return f"{name} is summed out: {tables} added up over its states. {about}{_filled(graph, step)}"


def _filled(graph: DrawnGraph, step: Step) -> str:
    if not step.links:
        return ""
    pairs = joined([f"{a}–{b}" for a, b in (labels(graph, link) for link in step.links)])
    return f" {'New link' if len(step.links) == 1 else 'New links'}: {pairs}."


def _moral(graph: DrawnGraph, step: Step) -> str:
    return f"{visible(step.sender)} holds {_names(graph, step.scope)}: variables that share a table are linked."


def _fill_in(graph: DrawnGraph, step: Step) -> str:
    name, near = _names(graph, step.scope[:1]), step.scope[1:]
    if not near:
        return f"{name} has no neighbours left: nothing is to be linked."
    if len(near) == 1:
        return f"{name} has one neighbour left, {_names(graph, near)}: nothing is to be linked."
    if not step.links:
        return f"The neighbours of {name} are linked with each other already: {_names(graph, near)}."
    return f"The neighbours of {name} must all be linked: {_names(graph, near)}.{_filled(graph, step)}"


def _clique(graph: DrawnGraph, step: Step) -> str:
    inputs = step.operation.inputs if step.operation else ()
    given = "no table, so it begins with ones"
    if inputs:
        given = f"{_tables(graph, inputs)}{', which are multiplied' if len(inputs) > 1 else ''}"
    names = _names(graph, step.scope)
    if len(step.scope) > 2:
        names += ", which are all linked with each other"
    return f"Clique C{step.neighbours[0]} holds {names}. It is given {given}."


def _separator(graph: DrawnGraph, step: Step) -> str:
    a, b = step.neighbours
    return f"C{a} and C{b} share {_names(graph, step.scope)}: they are joined, and talk about this only."


def _message(graph: DrawnGraph, step: Step) -> str:
    sender, receiver = step.neighbours
    inputs = step.operation.inputs if step.operation else ()
    over = _names(graph, step.operation.over if step.operation else ())
    heard = f" times what it was told, {_tables(graph, inputs[1:])}," if len(inputs) > 1 else ""
    done = f" C{receiver} has now heard all: the bars of its variables are their beliefs." if step.beliefs else ""
    return (
        f"C{sender} tells C{receiver} what it knows about {_names(graph, step.scope)}: its own table{heard} "
        f"added up over {over}.{done}"
    )


def _calibrated(graph: DrawnGraph, step: Step) -> str:
    operation, clique = step.operation, step.neighbours[0]
    inputs = operation.inputs if operation else ()
    names = _names(graph, step.scope)
    name = operation.result.name if operation else ""
    together = " together" if len(step.scope) > 1 else ""
    if len(inputs) < 2:
        return f"C{clique} has no neighbours: its table, scaled, is {name}, the belief of {names}{together}."
    told = _tables(graph, inputs[1:])
    return (
        f"C{clique} multiplies its table with all that it was told, {told}. Scaled to a sum of one, that is "
        f"{name}, the belief of {names}{together}."
    )


def _belief(graph: DrawnGraph, step: Step) -> str:
    name = _names(graph, step.scope)
    inputs = step.operation.inputs if step.operation else ()
    tables = _tables(graph, inputs)
    if step.algorithm == "junction_tree":
        return f"The belief of {name} is read off {tables}, its smallest clique, added up over the others."
    if not inputs:
        return f"No table says anything about {name}: all its states weigh the same."
    product = "the product of what is left" if len(inputs) > 1 else "what is left"
    return f"All others are summed out: {product}, {tables}, divided by its sum is the belief of {name}."


def _tables(graph: DrawnGraph, tables: Sequence[Table]) -> str:
    """Their names; evidence stands in brackets as in the rules, since its name is a sentence."""
    is_evidence = (table.made_by == 0 and table.node not in graph.factors for table in tables)
    names = (visible(table.name) for table in tables)
    return joined([f"[{name}]" if seen else name for name, seen in zip(names, is_evidence, strict=True)])


def _names(graph: DrawnGraph, ids: Sequence[str]) -> str:
    return joined(labels(graph, ids))


SENTENCES: Mapping[str, Callable[[DrawnGraph, Step], str]] = MappingProxyType(
    {
        "barren": _barren,
        "separated": _separated,
        "observe": _observe,
        "eliminate": _eliminate,
        "moral_links": _moral,
        "fill_in": _fill_in,
        "clique": _clique,
        "separator": _separator,
        "collect": _message,
        "distribute": _message,
        "calibrated": _calibrated,
        "belief": _belief,
    }
)
"""What happens in a step of these algorithms, by its kind."""


def verdict(roads: Sequence[Road], name: str, state: str, place: int) -> tuple[str, ...]:
    """Where the roads end for one variable: its `name` and the state at `place` are shown, and what that cost."""
    exact = next((road for road in roads if road.is_exact and road.belief is not None), None)
    loopy = next((road for road in roads if road.belief is not None and not road.is_exact), None)
    what = f"P({visible(name)} = {visible(state)})"
    found = [_end(exact, loopy, what, place), _price(roads)]
    return tuple(text for text in found if text)


def _end(exact: Road | None, loopy: Road | None, what: str, place: int) -> str:
    if exact is None or exact.belief is None:
        return "None of the roads gives the exact posterior here."
    number = f"{what} {equals_text(exact.belief[place])}"
    if loopy is None or loopy.belief is None or loopy.ending is None:
        return f"All roads that can be walked end at the same belief: {number}."
    sweeps = counted(loopy.ending.sweeps, "sweep")
    if loopy.ending.status is Status.OSCILLATING:
        return f"The exact roads end at {number}; belief propagation goes back and forth without an answer."
    if np.abs(loopy.belief - exact.belief).max() < SAME:
        return (
            f"The exact roads end at {number}; after {sweeps} round the loops, belief propagation ends at the "
            "same four digits."
        )
    end = "ends" if loopy.ending.status is Status.CONVERGED else "stops, still moving,"
    return (
        f"The exact roads end at {number}. Belief propagation goes round the loops and {end} after {sweeps} at "
        f"about {probability_text(loopy.belief[place])}: what goes round a loop is counted more than once."
    )


def _price(roads: Sequence[Road]) -> str:
    walked = {road.algorithm: road.cost for road in roads if road.ending is not None}
    if not {"elimination", "junction_tree"} <= walked.keys():
        return ""
    one, all_of_them = walked["elimination"], walked["junction_tree"]
    return (
        f"Variable elimination multiplies {counted(one.multiplications, 'time')} for this one belief, "
        f"the junction tree {counted(all_of_them.multiplications, 'time')} for those of all variables."
    )
