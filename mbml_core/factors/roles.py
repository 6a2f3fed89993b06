"""Roles: which argument of a factor is played by which variable of its scope, or by a number.

The parameter of a role holds a number or the id of a variable; the child may be left out and is then the last
variable of the scope. Every variable of the scope plays exactly one role.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

import numpy as np

from mbml_core.errors import Problem, UnsupportedQuery
from mbml_core.factors.kind import Kind
from mbml_core.factors.parameters import check_boolean, check_child, child_or_last
from mbml_core.factors.rules import Argument, Rules
from mbml_core.model import Factor, Numeric, Simplex, Variable

CHILD = "child"


@dataclass(frozen=True, slots=True)
class Role:
    """One argument of a kind.

    Attributes:
        name: as in the factor's parameters.
        domain: what a variable that plays it ranges over, and where a number must lie; None for the states of a
            boolean.
        may_be: "variable", "number" or "either".
        is_optional: whether it may be left out.
        default: the number that stands for it then; None where another role takes its place.
    """

    name: str
    domain: Numeric | None
    may_be: str = "either"
    is_optional: bool = False
    default: float | None = None


def boolean_child() -> Role:
    """The role of a child with two states, the second meaning true."""
    return Role(CHILD, None, "variable")


def read_roles(factor: Factor, roles: Sequence[Role]) -> dict[str, Argument]:
    """Who plays each role of a checked factor: an id, a number or an array of numbers."""
    found: dict[str, Argument] = {}
    for role in roles:
        value = child_or_last(factor) if role.name == CHILD else factor.parameters.get(role.name, role.default)
        if value is not None:
            found[role.name] = value if isinstance(value, str | np.ndarray) else float(value)
    return found


def reader(roles: Sequence[Role]) -> Callable[[Factor], Mapping[str, Argument]]:
    """`read_roles` of these roles."""
    return partial(read_roles, roles=tuple(roles))


def continuous_kind(
    name: str,
    summary: str,
    parameters: Collection[str],
    check: Callable[[Factor, Sequence[Variable]], Iterator[Problem]],
    rules: Rules,
) -> Kind:
    """A kind that has message rules in place of a table."""
    return Kind(name, summary, frozenset(parameters), check, no_table, rules=rules)


def no_table(factor: Factor, variables: Sequence[Variable]) -> NoReturn:
    """`Kind.lower` of a factor that has message rules only: raises UnsupportedQuery."""
    raise UnsupportedQuery(
        f"'{factor.id}' is a '{factor.kind}', which has no table; ask with the method 'auto', 'ep' or 'vmp'"
    )


def check_roles(
    factor: Factor, variables: Sequence[Variable], roles: Sequence[Role], one_of: Sequence[str] = ()
) -> Iterator[Problem]:
    """Every role is played, by a variable of the right domain or a number in it, and every variable plays one.

    Args:
        factor: the factor; its scope is sound.
        variables: its scope.
        roles: all roles of the kind; those in `one_of` are optional.
        one_of: of these exactly one is given.
    """
    yield from check_child(factor)
    by_id = {variable.id: variable for variable in variables}
    for role in roles:
        value = _given(factor, role)
        if value is not None:
            yield from _argument_problems(factor, role, value, by_id)
        elif not role.is_optional:
            yield Problem(factor.id, f"'{role.name}' is missing", f"give {_wanted(role)}")
    yield from _choice_problems(factor, one_of)
    yield from check_cast(
        factor, by_id, [value for role in roles if isinstance(value := _given(factor, role), str)]
    )


def check_cast(factor: Factor, by_id: Mapping[str, Variable], players: Sequence[str]) -> Iterator[Problem]:
    """Every variable of the scope is named once among the players."""
    for id, variable in by_id.items():
        count = players.count(id)
        if count == 0:
            yield Problem(
                factor.id,
                f"'{variable.label}' is connected but plays no role",
                "name it in a role or disconnect it",
            )
        elif count > 1:
            yield Problem(factor.id, f"'{variable.label}' plays {count} roles", "give each role its own variable")


def check_variable(factor: Factor, role: Role, variable: Variable) -> Iterator[Problem]:
    """The variable's domain is the role's."""
    if role.domain is None and variable.is_categorical:
        yield from check_boolean(factor, variable)
        return
    fits = role.domain is not None and isinstance(variable.domain, type(role.domain))
    if not fits:
        wanted = "a variable with two states" if role.domain is None else f"one that is {role.domain.phrase}"
        yield Problem(
            factor.id,
            f"'{role.name}' is '{variable.label}', which is {variable.domain.phrase}",
            f"connect {wanted}",
        )


def check_number(factor: Factor, name: str, value: Any, domain: Numeric) -> Iterator[Problem]:
    """A number that lies in the domain."""
    number = _float_or_none(value)
    if number is None or not domain.holds(number):
        yield Problem(factor.id, f"'{name}' is {_shown(value)}, expected {domain.wanted}", "correct it")


def check_vector(factor: Factor, name: str, size: int, domain: Numeric) -> Iterator[Problem]:
    """A list of `size` numbers that lie in the domain."""
    values = factor.parameters.get(name)
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        yield Problem(factor.id, f"'{name}' is missing or no list of numbers", f"give {size} numbers")
    elif len(values) != size:
        yield Problem(factor.id, f"'{name}' has {len(values)} numbers, expected {size}", f"give {size} numbers")
    else:
        for value in values.tolist():
            yield from check_number(factor, name, value, domain)


def _given(factor: Factor, role: Role) -> Any:
    value = factor.parameters.get(role.name)
    return factor.scope[-1] if value is None and role.name == CHILD and factor.scope else value


def _argument_problems(factor: Factor, role: Role, value: Any, by_id: Mapping[str, Variable]) -> Iterator[Problem]:
    if isinstance(value, str):
        if role.may_be == "number":
            yield Problem(factor.id, f"'{role.name}' is '{value}', expected a number", f"give {_wanted(role)}")
        elif value in by_id:
            yield from check_variable(factor, role, by_id[value])
        elif role.name != CHILD:  # whose absence has been told
            what = f"'{role.name}' names '{value}', which is not in the scope"
            yield Problem(factor.id, what, f"name one of {', '.join(by_id)}, or give a number")
    elif role.may_be == "variable":
        if role.name != CHILD:
            yield Problem(
                factor.id, f"'{role.name}' is {_shown(value)}, expected a variable", f"give {_wanted(role)}"
            )
    elif role.domain is not None and not isinstance(role.domain, Simplex):
        yield from check_number(factor, role.name, value, role.domain)


def _choice_problems(factor: Factor, one_of: Sequence[str]) -> Iterator[Problem]:
    found = [name for name in one_of if factor.parameters.get(name) is not None]
    names = " or ".join(f"'{name}'" for name in one_of)
    if len(found) > 1:
        yield Problem(factor.id, f"{names}: {len(found)} of them are given, expected one", "keep one of them")
    elif one_of and not found:
        yield Problem(factor.id, f"{names} is missing", "give one of them")


def _wanted(role: Role) -> str:
    number = role.domain.wanted if role.domain is not None else "a number"
    variable = "the id of a variable in the scope"
    return {"variable": variable, "number": number}.get(role.may_be, f"{number}, or {variable}")


def _float_or_none(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:  # an integer with hundreds of digits
        return None


def _shown(value: Any) -> str:
    text = repr(value.tolist() if isinstance(value, np.ndarray) else value)
    return text if len(text) <= 60 else f"{text[:57]}..."
