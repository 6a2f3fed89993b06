"""Names of the drawing in sentences about a trace."""

from __future__ import annotations

from collections.abc import Iterable

from mbml_core.inference.trace import DrawnGraph, Table
from mbml_core.wording import visible


def labels(graph: DrawnGraph, ids: Iterable[str]) -> list[str]:
    """What nodes are called on the page, to be shown."""
    return [visible(graph.label(id)) for id in ids]


def listed(tables: Iterable[Table]) -> str:
    """The names of some tables."""
    return joined([visible(table.name) for table in tables])


def joined(names: list[str], most: int = 6) -> str:
    """`a, b and c`; of more than `most` how many there are beside the first; "" for none."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
