"""What a factor kind is: a name, a check and a lowering. One file per kind defines one `KIND`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mbml_core.errors import Problem
from mbml_core.factors.potential import Potential
from mbml_core.model import Factor, Variable


def _no_notes(factor: Factor, variables: Sequence[Variable]) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of factor.

    Attributes:
        name: as written in documents.
        summary: one sentence for menus and help.
        parameters: the names it reads; others are kept in the document and ignored.
        check: everything wrong with a factor's arity, states and parameters.
        lower: the potential of a factor that passed the check.
        notes: what was tolerated and how, such as a row that was renormalised.
    """

    name: str
    summary: str
    parameters: frozenset[str]
    check: Callable[[Factor, Sequence[Variable]], Iterable[Problem]]
    lower: Callable[[Factor, Sequence[Variable]], Potential]
    notes: Callable[[Factor, Sequence[Variable]], Iterable[Problem]] = _no_notes
