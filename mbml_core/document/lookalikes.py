"""Labels that people cannot tell apart, although the program can."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from mbml_core.errors import Problem
from mbml_core.model import FactorGraph


def lookalike_notes(graph: FactorGraph) -> Iterator[Problem]:
    """One note for each group of labels that differ only by case or Unicode normalisation, or not at all.

    It is about the last variable of the group.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for position, variable in enumerate(graph.variables):
        groups[_folded(variable.label)].append(position)
    for positions in groups.values():
        if len(positions) < 2:
            continue
        first, last = (graph.variables[i] for i in (positions[0], positions[-1]))
        difference = (
            "are the same" if first.label == last.label else "differ only in case or in how accents are written"
        )
        yield Problem(
            last.id,
            f"the labels '{first.label}' (of '{first.id}') and '{last.label}' (of '{last.id}') {difference}",
            "rename one of them",
        )


def _folded(label: str) -> str:
    """Equal for lookalikes. Case folding may undo normalisation, so that comes last."""
    return unicodedata.normalize("NFC", label.casefold())
