"""What becomes of one factor when its scope changes: its meaning is kept as far as the new scope allows.

A factor keeps its kind where the kind still fits; otherwise it is written out as the conditional table it equals,
and the table is changed. A draft, which is not sound and so equals no table, keeps its kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.editing import tables
from mbml_core.editing.refusal import refusal
from mbml_core.factors import KINDS, MAX_AXES, MAX_DENSE_ENTRIES, to_dense
from mbml_core.model import Factor, Variable

_WRITTEN_OUT = frozenset({"table", "prior"})
"""Kinds whose numbers are the values of the factor."""

_PROBABILITIES = "probabilities"
"""One number per state in a prior, one per parent in noisy kinds."""


def child_of(factor: Factor) -> str | None:
    """The variable whose conditional distribution a factor is: where its arrow points. None for a potential."""
    if factor.kind == "prior":
        return factor.scope[0] if len(factor.scope) == 1 else None
    named = factor.parameters.get("child")
    if named is not None:
        return named if named in factor.scope else None
    return factor.scope[-1] if factor.scope and factor.kind != "table" else None


def blank(id: str, variables: Sequence[Variable], child: str | None = None) -> Factor:
    """A table that says nothing: ones, or uniform rows over `child`."""
    scope = tuple(variable.id for variable in variables)
    shape = _shape(variables)
    _require_small(id, shape)
    if child is None:
        return Factor(id, "table", scope, {"values": np.ones(shape)})
    return Factor(id, "table", scope, {"values": tables.uniform(shape, scope.index(child)), "child": child})


def uniform_prior(id: str, variable: Variable) -> Factor:
    """The distribution of a variable of which nothing is known."""
    return Factor(id, "prior", (variable.id,), {_PROBABILITIES: tables.uniform((variable.size,), 0)})


def gain(factor: Factor, variables: Sequence[Variable], newcomer: Variable) -> Factor:
    """The factor with one more variable, before the child where there is one.

    A table does not depend on it yet; a structured kind reads it like its other inputs, a noisy one with strength
    one half.
    """
    at = _child_axis(factor, len(variables))
    grown = (*variables[:at], newcomer, *variables[at:])
    scope = tuple(variable.id for variable in grown)
    if factor.kind not in _WRITTEN_OUT:
        fields = dict(factor.parameters)
        if _has_strengths(factor):
            fields[_PROBABILITIES] = np.insert(fields[_PROBABILITIES], at, 0.5)
        candidate = Factor(factor.id, factor.kind, scope, fields)
        if _is_sound(candidate, grown) or not _is_sound(factor, variables):
            return candidate
    _require_small(factor.id, _shape(grown))
    return _table(factor, scope, tables.repeated(_values(factor, variables), at, newcomer.size))


def lose(factor: Factor, variables: Sequence[Variable], id: str) -> Factor:
    """The factor without a variable: averaged over it, or, for a kind that keeps fitting, with one input less. A
    conditional distribution without its child says nothing.
    """
    axis = factor.scope.index(id)
    left = (*variables[:axis], *variables[axis + 1 :])
    scope = tuple(variable.id for variable in left)
    if id == child_of(factor):
        return blank(factor.id, left)
    if factor.kind not in _WRITTEN_OUT:
        candidate = Factor(factor.id, factor.kind, scope, _without_input(factor, axis))
        if _is_sound(candidate, left) or not _is_sound(factor, variables):
            return candidate
    values = tables.averaged(_values(factor, variables), axis)
    return _as_prior(_table(factor, scope, _allowing_something(values)))


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
    if _has_strengths(factor):
        parents = [id for id in factor.scope if id != child]
        fields[_PROBABILITIES] = fields[_PROBABILITIES][[parents.index(id) for id in scope if id != child]]
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


def _child_axis(factor: Factor, otherwise: int) -> int:
    child = child_of(factor)
    return otherwise if child is None else factor.scope.index(child)


def _shape(variables: Sequence[Variable]) -> tuple[int, ...]:
    return tuple(variable.size for variable in variables)


def _has_strengths(factor: Factor) -> bool:
    """Whether the kind has a number per parent. Without any variable, the first to come is its child."""
    return bool(factor.scope) and _PROBABILITIES in KINDS[factor.kind].parameters


def _is_sound(factor: Factor, variables: Sequence[Variable]) -> bool:
    return next(iter(KINDS[factor.kind].check(factor, variables)), None) is None


def _keeps_meaning(factor: Factor, old: Sequence[Variable], new: Sequence[Variable]) -> bool:
    """Whether states that were only renamed leave the factor as it is: names of truth values may not swap."""
    if _shape(old) != _shape(new):
        return False
    return factor.kind in _WRITTEN_OUT or _is_sound(factor, new) or not _is_sound(factor, old)


def _without_input(factor: Factor, axis: int) -> Mapping[str, Any]:
    fields = dict(factor.parameters)
    if _has_strengths(factor):
        at = axis - (_child_axis(factor, axis) < axis)
        fields[_PROBABILITIES] = np.delete(fields[_PROBABILITIES], at)
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
