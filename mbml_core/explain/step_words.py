"""A step of a trace in words and in the textbook's notation, with the names of the drawing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mbml_core.explain.names import joined, labels, listed
from mbml_core.explain.road_words import SENTENCES
from mbml_core.inference.trace import DrawnGraph, Step, Table
from mbml_core.wording import visible


def sentence(graph: DrawnGraph, step: Step) -> str:
    """What happens in a step, for people who see the drawing."""
    bp = {"variable_to_factor": _to_factor, "factor_to_variable": _to_variable, "belief": _belief}
    words = bp if step.algorithm == "bp" else SENTENCES
    return words[step.kind](graph, step) if step.kind in words else ""


class Equation(NamedTuple):
    """The rule of a step: `left` = or ∝ `sign` over `over` of `right`.

    Attributes:
        left: what is made, such as "μ(f_wet → Rain)(Rain) ∝ ".
        sign: "Σ" or "max", "" where nothing is summed out.
        over: names of the variables that are, to be written under the sign.
        right: what is multiplied.
    """

    left: str
    sign: str
    over: str
    right: str


def equation(graph: DrawnGraph, step: Step) -> Equation:
    """The rule of a step; empty where nothing is computed. Arguments are the variables' names."""
    operation = step.operation
    if operation is None:
        return Equation("", "", "", "")
    is_belief = step.kind == "belief"
    left = f"b({_names(graph, step.scope)})" if is_belief else _applied(graph, operation.result)
    left = f"{left} {'=' if is_unscaled(step) else '∝'} "
    if operation.old is not None:
        left += f"(old message)^{operation.damping:g} × (what follows)^{1 - operation.damping:g}: "
    sign = ("max" if operation.is_max else "Σ") if operation.over else ""
    right = " · ".join(_applied(graph, table) for table in operation.inputs) or "1"
    return Equation(left, sign, _names(graph, operation.over), right)


def is_unscaled(step: Step) -> bool:
    """Whether nothing was divided, so that an equation holds as it stands."""
    return step.operation is not None and abs(step.operation.scale - 1.0) < 1e-12


def _applied(graph: DrawnGraph, table: Table) -> str:
    """A table with its arguments; evidence stands in brackets, since its name is a sentence."""
    is_evidence = table.made_by == 0 and table.node not in graph.factors
    name = f"[{visible(table.name)}]" if is_evidence else visible(table.name)
    return f"{name}({_names(graph, table.scope)})" if table.scope else name


def _names(graph: DrawnGraph, ids: Iterable[str]) -> str:
    return ", ".join(labels(graph, ids))


def _label(graph: DrawnGraph, id: str) -> str:
    return visible(graph.label(id))


def _to_factor(graph: DrawnGraph, step: Step) -> str:
    sender, receiver = _label(graph, step.sender), _label(graph, step.receiver)
    inputs = step.operation.inputs if step.operation else ()
    if step.sender in graph.known:
        return f"{sender} is known, so it tells {receiver} what was seen, whatever the others say."
    if not inputs:
        return f"{sender} has heard nothing else: it tells {receiver} that all its states weigh the same."
    told = listed(inputs)
    if len(inputs) == 1:
        return f"{sender} passes on to {receiver} what it knows from elsewhere: {told}."
    return f"{sender} multiplies all it knows from elsewhere, state by state, and tells {receiver}: {told}."


def _to_variable(graph: DrawnGraph, step: Step) -> str:
    sender, receiver = _label(graph, step.sender), _label(graph, step.receiver)
    operation = step.operation
    over = operation.over if operation else ()
    if not over:
        return f"{sender} has no other variable: it tells {receiver} its own numbers."
    heard = [table for table in (operation.inputs if operation else ()) if table.made_by]
    times = f", times {listed(heard)}" if heard else ""
    silent = "" if heard else " Its other variables have not told it anything yet."
    return (
        f"{sender} tells {receiver} how well each of its states fits: the numbers of {sender}{times}, "
        f"added up over {joined(labels(graph, over))}.{silent}"
    )


def _belief(graph: DrawnGraph, step: Step) -> str:
    receiver = _label(graph, step.receiver)
    inputs = step.operation.inputs if step.operation else ()
    if not inputs:
        return f"No factor says anything about {receiver}: all its states weigh the same."
    return f"The belief of {receiver} is the product of all that it was told: {listed(inputs)}."
