"""What a factor kind is: a name, a check and a lowering. One file per kind defines one `KIND`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mbml_core.errors import Problem
from mbml_core.factors.parameters import child_or_last
from mbml_core.factors.potential import Potential
from mbml_core.factors.rules import Rules
from mbml_core.model import Factor, Variable


def _no_notes(factor: Factor, variables: Sequence[Variable]) -> Iterable[Problem]:
    return ()


def _unproven(factors: Sequence[Factor], sizes: Mapping[str, int]) -> bool:
    return False


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
        child: the variable of a checked factor given whose parents its values sum to one, by construction: the
            factor is its distribution given the other variables. None where the factor is a free potential.
        table_parameter: the name of the parameter that holds every value, where one does.
        are_sound: a quick proof that `check` finds nothing in any of these factors, given the number of states of
            each variable by id; False proves nothing. Their scopes are sound.
        rules: how its factors pass messages under EP and VMP, where they may connect variables that are not
            categorical; None for kinds whose `lower` always gives a table or an automaton.
    """

    name: str
    summary: str
    parameters: frozenset[str]
    check: Callable[[Factor, Sequence[Variable]], Iterable[Problem]]
    lower: Callable[[Factor, Sequence[Variable]], Potential]
    notes: Callable[[Factor, Sequence[Variable]], Iterable[Problem]] = _no_notes
    child: Callable[[Factor], str | None] = child_or_last
    table_parameter: str | None = None
    are_sound: Callable[[Sequence[Factor], Mapping[str, int]], bool] = _unproven
    rules: Rules | None = None
