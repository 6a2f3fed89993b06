"""Factor kinds: what each one says about its variables, and what it lowers to."""

from mbml_core.factors.kind import Kind
from mbml_core.factors.potential import (
    MAX_AXES,
    MAX_DENSE_ENTRIES,
    Automaton,
    DenseTable,
    Potential,
    Step,
    to_dense,
)
from mbml_core.factors.registry import KINDS, check_graph, kind_of, notes, require_sound

__all__ = [
    "KINDS",
    "MAX_AXES",
    "MAX_DENSE_ENTRIES",
    "Automaton",
    "DenseTable",
    "Kind",
    "Potential",
    "Step",
    "check_graph",
    "kind_of",
    "notes",
    "require_sound",
    "to_dense",
]
