"""What becomes of one factor when its scope changes: its meaning is kept as far as the new scope allows.

A factor keeps its kind where the kind still fits; otherwise it is written out as the conditional table it equals,
and the table is changed. A draft, which is not sound and so equals no table, keeps its kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.editing import tables
from mbml_core.editing.refusal import refusal
from mbml_core.factors import KINDS, MAX_AXES, MAX_DENSE_ENTRIES, to_dense
from mbml_core.factors.names import role_of
from mbml_core.factors.registry import check_parameters
from mbml_core.model import Factor, Variable

_WRITTEN_OUT = frozenset({"table", "prior"})
"""Kinds whose numbers are the values of the factor."""

_PROBABILITIES = "probabilities"
"""One number per state in a prior, one per parent in noisy kinds."""

_PER_INPUT: Mapping[str, tuple[str, float]] = MappingProxyType(
    {"noisy_or": (_PROBABILITIES, 0.5), "noisy_and": (_PROBABILITIES, 0.5), "sum": ("weights", 1.0)}
)
"""Kinds with a number for each input: the parameter that lists them, and what a new input gets."""


def child_of(factor: Factor) -> str | None:
    """The variable whose conditional distribution a factor is: where its arrow points. None for a potential."""
    if factor.kind == "prior":
        return factor.scope[0] if len(factor.scope) == 1 else None
    named = factor.parameters.get("child")
    if named is not None:
        return named if named in factor.scope else None
    return factor.scope[-1] if factor.scope and factor.kind != "table" else None


def blank(id: str, variables: Sequence[Variable], child: str | None = None) -> Factor:
    """A table that says nothing: ones, or uniform rows over `child`. Refused where a variable has no states."""
    _require_states(id, variables)
    scope = tuple(variable.id for variable in variables)
    shape = _shape(variables)
    _require_small(id, shape)
    if child is None:
        return Factor(id, "table", scope, {"values": np.ones(shape)})
    return Factor(id, "table", scope, {"values": tables.uniform(shape, scope.index(child)), "child": child})


def uniform_prior(id: str, variable: Variable) -> Factor:
    """The distribution of a variable of which nothing is known. Refused where it has no states."""
    _require_states(id, (variable,))
    return Factor(id, "prior", (variable.id,), {_PROBABILITIES: tables.uniform((variable.size,), 0)})


def gain(factor: Factor, variables: Sequence[Variable], newcomer: Variable) -> Factor:
    """The factor with one more variable, before the child where there is one.

    A table does not depend on it yet; a structured kind reads it like its other inputs, a noisy one with strength
    one half, a sum with weight one. Refused where the kind has no place for it and a table could not hold it.
    """
    at = _child_axis(factor, len(variables))
    grown = (*variables[:at], newcomer, *variables[at:])
    scope = tuple(variable.id for variable in grown)
    if factor.kind not in _WRITTEN_OUT:
        fields = dict(factor.parameters)
        listed = _numbers_of_inputs(factor)
        if listed:
            fields[listed] = np.insert(fields[listed], at, _PER_INPUT[factor.kind][1])
        candidate = Factor(factor.id, factor.kind, scope, fields)
        if _is_sound(candidate, grown) or not _is_sound(factor, variables):
            return candidate
    if not _is_tabular(factor, variables):
        what = f"'{factor.kind}' has no place for '{newcomer.label}'"
        raise refusal(factor.id, what, "let its parameters name it, or add another factor")
    _require_states(factor.id, grown)
    _require_small(factor.id, _shape(grown))
    return _table(factor, scope, tables.repeated(_values(factor, variables), at, newcomer.size))


def lose(factor: Factor, variables: Sequence[Variable], id: str) -> Factor:
    """The factor without a variable: averaged over it, or, for a kind that keeps fitting, with one input less. A
    conditional distribution without its child says nothing. Refused where a table cannot take the kind's place.
    """
    axis = factor.scope.index(id)
    left = (*variables[:axis], *variables[axis + 1 :])
    scope = tuple(variable.id for variable in left)
    if not _is_tabular(factor, variables):
        return _with_fewer_terms(factor, variables, id)
    if id == child_of(factor):
        return blank(factor.id, left)
    if factor.kind not in _WRITTEN_OUT:
        candidate = Factor(factor.id, factor.kind, scope, _without_input(factor, axis))
        if _is_sound(candidate, left) or not _is_sound(factor, variables):
            return candidate
    values = tables.averaged(_values(factor, variables), axis)
    return _as_prior(_table(factor, scope, _allowing_something(values)))


def _with_fewer_terms(factor: Factor, variables: Sequence[Variable], id: str) -> Factor:
    """A factor that no table can replace, without a variable that plays no role by name."""
    role = "child" if id == child_of(factor) else role_of(factor, id)
    if role is not None:
        what = f"'{factor.kind}' has '{id}' as its {role}"
        raise refusal(factor.id, what, "give it another one first, or delete the factor")
    axis = factor.scope.index(id)
    left = (*variables[:axis], *variables[axis + 1 :])
    scope = tuple(variable.id for variable in left)
    candidate = Factor(factor.id, factor.kind, scope, _without_input(factor, axis))
    if _is_sound(candidate, left) or not _is_sound(factor, variables):
        return candidate
    raise refusal(factor.id, f"'{factor.kind}' cannot be without '{id}'", "delete the factor instead")


def reorder(factor: Factor, scope: Sequence[str]) -> Factor:
    """The same function with its variables in another order."""
    axes = [factor.scope.index(id) for id in scope]
    fields = dict(factor.parameters)
    if factor.kind in _WRITTEN_OUT:
        name = "values" if factor.kind == "table" else _PROBABILITIES
        fields[name] = np.transpose(fields[name], axes)
        return Factor(factor.id, factor.kind, tuple(scope), fields)
    child = child_of(factor)
    if child is not None and child != scope[-1]:
        fields["child"] = child
    listed = _numbers_of_inputs(factor)
    if listed:
        parents = [id for id in factor.scope if id != child]
        fields[listed] = fields[listed][[parents.index(id) for id in scope if id != child]]
    return Factor(factor.id, factor.kind, tuple(scope), fields)


def restate(
    factor: Factor, variables: Sequence[Variable], changed: Variable, origin: Sequence[int | None]
) -> Factor:
    """The factor after one of its variables got other states: what it says of those that stayed is kept.

    A new state has probability zero in a child; as a parent it gets uniform rows, in a potential the average.
    """
    axis = factor.scope.index(changed.id)
    restated = (*variables[:axis], changed, *variables[axis + 1 :])
    if list(origin) == list(range(variables[axis].size)) and _keeps_meaning(factor, variables, restated):
        return factor
    if factor.kind not in _WRITTEN_OUT and not _is_sound(factor, variables):
        return factor
    if not _is_tabular(factor, variables):
        what = f"'{factor.kind}' does not fit these states of '{changed.label}'"
        raise refusal(factor.id, what, "keep their number and order, or delete the factor")
    if changed.size > variables[axis].size:
        _require_small(factor.id, _shape(restated))
    values = _values(factor, variables)
    child = child_of(factor)
    if child == changed.id:
        values = tables.with_child_states(values, axis, origin)
    elif child is not None:
        values = tables.with_states(values, axis, origin, 1.0 / values.shape[factor.scope.index(child)])
    else:
        average = np.expand_dims(tables.averaged(values, axis), axis)
        values = _allowing_something(tables.with_states(values, axis, origin, average))
    if factor.kind == "prior":
        return Factor(factor.id, "prior", factor.scope, {**factor.parameters, _PROBABILITIES: values})
    return _table(factor, factor.scope, values)


def conditional_on_rest(factor: Factor, variables: Sequence[Variable], newcomer: Variable) -> Factor:
    """The conditional distribution of a new last variable, uniform: nothing is known of it yet."""
    return blank(factor.id, (*variables, newcomer), newcomer.id)


def _is_tabular(factor: Factor, variables: Sequence[Variable]) -> bool:
    """Whether a table can take the factor's place."""
    return KINDS[factor.kind].rules is None and all(variable.is_categorical for variable in variables)


def _require_states(id: str, variables: Sequence[Variable]) -> None:
    for variable in variables:
        if not variable.is_categorical:
            what = f"'{variable.label}' is {variable.domain.phrase}, a table connects variables with states"
            raise refusal(id, what, "choose another kind of factor")


def _child_axis(factor: Factor, otherwise: int) -> int:
    child = child_of(factor)
    return otherwise if child is None else factor.scope.index(child)


def _shape(variables: Sequence[Variable]) -> tuple[int, ...]:
    return tuple(variable.size for variable in variables)


def _numbers_of_inputs(factor: Factor) -> str | None:
    """The parameter with a number per input, where there is one. Without any variable, the first to come is the
    child.
    """
    name, _ = _PER_INPUT.get(factor.kind, ("", 0.0))
    return name if factor.scope and factor.parameters.get(name) is not None else None


def _is_sound(factor: Factor, variables: Sequence[Variable]) -> bool:
    return next(iter(check_parameters(factor, variables)), None) is None


def _keeps_meaning(factor: Factor, old: Sequence[Variable], new: Sequence[Variable]) -> bool:
    """Whether states that were only renamed leave the factor as it is: names of truth values may not swap."""
    if _shape(old) != _shape(new):
        return False
    return factor.kind in _WRITTEN_OUT or _is_sound(factor, new) or not _is_sound(factor, old)


def _without_input(factor: Factor, axis: int) -> Mapping[str, Any]:
    fields = dict(factor.parameters)
    listed = _numbers_of_inputs(factor)
    if listed:
        at = axis - (_child_axis(factor, axis) < axis)
        fields[listed] = np.delete(fields[listed], at)
    return fields


def _values(factor: Factor, variables: Sequence[Variable]) -> FloatArray:
    """The values of a factor, as they are written or, for a structured kind, as they come out."""
    if factor.kind in _WRITTEN_OUT:
        return np.asarray(
            factor.parameters["values" if factor.kind == "table" else _PROBABILITIES], dtype=np.float64
        )
    shape = _shape(variables)
    _require_small(factor.id, shape)
    return to_dense(KINDS[factor.kind].lower(factor, variables), shape)


def _allowing_something(values: FloatArray) -> FloatArray:
    """The values, or ones where none of them is left above zero: a factor that allows nothing is unsound."""
    return values if values.any() else np.ones_like(values)


def _table(factor: Factor, scope: tuple[str, ...], values: FloatArray) -> Factor:
    """The factor as a table with the same child. Parameters that no kind reads stay."""
    others = {
        name: value
        for name, value in factor.parameters.items()
        if name not in KINDS[factor.kind].parameters | KINDS["table"].parameters
    }
    child = child_of(factor)
    named = {} if child is None else {"child": child}
    return Factor(factor.id, "table", scope, {**others, "values": values, **named})


def _as_prior(factor: Factor) -> Factor:
    """A conditional table of nothing but its child is a prior; every other factor stays what it is."""
    if len(factor.scope) != 1 or child_of(factor) is None:
        return factor
    fields = {name: value for name, value in factor.parameters.items() if name not in KINDS["table"].parameters}
    values = factor.parameters["values"]
    if not ((values >= 0) & (values <= 1)).all():  # past one by the last digits of a file, or a draft
        return factor
    return Factor(factor.id, "prior", factor.scope, {**fields, _PROBABILITIES: values})


def _require_small(id: str, shape: Sequence[int]) -> None:
    if len(shape) > MAX_AXES or math.prod(shape) > MAX_DENSE_ENTRIES:
        most = f"{MAX_DENSE_ENTRIES:,} entries and {MAX_AXES} variables"
        raise refusal(
            id,
            f"the table would be too large: expected at most {most}, found the sizes {_clipped(shape)}",
            "connect fewer variables or ones with fewer states, or delete the factor",
        )


def _clipped(shape: Sequence[int]) -> str:
    shown = " × ".join(map(str, shape[:8]))
    return shown + " × …" if len(shape) > 8 else shown
