"""A Bayesian network as the text of a BIF file."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from mbml_core.errors import InvalidModel
from mbml_core.factors import require_sound
from mbml_core.formats.network import as_table, not_a_network, not_discrete, too_large
from mbml_core.model import Factor, FactorGraph, Variable

_PLAIN = re.compile(r"\w[\w.\-]*")
_KEYWORDS = frozenset({"network", "variable", "probability", "property", "type", "discrete", "table", "default"})


def write(graph: FactorGraph) -> str:
    """The text of a BIF file.

    `read(write(graph))` has the same variables, states, name and numbers to the last bit. Not kept are: factor
    ids, which reading makes anew; axis order, the child goes last; factor kinds, which become tables; labels
    and evidence. `mbml_core.formats.losses` lists what applies.

    Raises InvalidModel when the graph is not sound, has a variable without states, is no Bayesian network (a free
    potential, two distributions of one variable or none, a directed cycle), or has a structured factor too large
    for a table.
    """
    require_sound(graph)
    problems = list(not_discrete(graph, "a BIF")) or [*not_a_network(graph), *too_large(graph)]
    if problems:
        raise InvalidModel(problems)
    blocks = [
        f"network {quote(graph.name)} {{\n}}\n",
        *(_variable(variable) for variable in graph.variables),
        *(_probability(graph, factor) for factor in graph.factors),
    ]
    return "".join(blocks)


def quote(name: str) -> str:
    r"""A name as BIF spells it: plain where every reader takes it so, else quoted with `\"` and `\\`."""
    if _PLAIN.fullmatch(name) and name not in _KEYWORDS:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _variable(variable: Variable) -> str:
    states = ", ".join(map(quote, variable.states))
    return f"variable {quote(variable.id)} {{\n  type discrete [ {variable.size} ] {{ {states} }};\n}}\n"


def _probability(graph: FactorGraph, factor: Factor) -> str:
    scope, values = as_table(graph, factor, child_last=True)
    *parents, child = scope
    given = f" | {', '.join(map(quote, parents))}" if parents else ""
    rows = values.reshape(-1, values.shape[-1]).tolist()
    entries = (
        f"  {key} {', '.join(map(repr, row))};\n" for key, row in zip(_keys(graph, parents), rows, strict=True)
    )
    return f"probability ( {quote(child)}{given} ) {{\n{''.join(entries)}}}\n"


def _keys(graph: FactorGraph, parents: list[str]) -> Iterator[str]:
    """What stands in front of each row, last parent fastest."""
    if not parents:
        return iter(["table"])
    states = [[quote(state) for state in graph.variable(parent).states] for parent in parents]
    return (f"({', '.join(key)})" for key in itertools.product(*states))
