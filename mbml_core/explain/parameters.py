"""The numbers in a model that one can change one by one, and what the factor's table becomes then.

Every value of the factor is linear in each of them:  f_θ(x) = (constant + slope · θ)(x).

A row of a conditional table still has to sum to one: the other entries of the row keep their proportions (of zeros
alone: share equally), which is called proportional covariation.
Source: Castillo, Gutiérrez & Hadi (1997), IEEE Trans. SMC-A 27(4); Laskey (1995), IEEE Trans. SMC 25(6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mbml_core.distributions.semiring import FloatArray
from mbml_core.explain.claims import named
from mbml_core.factors import MAX_AXES, kind_of, to_dense
from mbml_core.model import Factor, FactorGraph, Variable
from mbml_core.wording import visible

MAX_ENTRIES = 4096
"""Of a factor whose numbers are varied: nobody reads a chart of more bars."""

STRENGTHS = ("noisy_or", "noisy_and")


@dataclass(frozen=True, eq=False, slots=True)
class Parameter:
    """One number of a factor.

    Attributes:
        factor: its id.
        text: what it is, for people: "P(Wet grass = yes | Rain = no)".
        value: as drawn.
        most: the largest it can be: 1, or +inf in a free potential.
        constant, slope: the factor's table at θ is constant + slope · θ; axes as in its scope.
    """

    factor: str
    text: str
    value: float
    most: float
    constant: FloatArray
    slope: FloatArray

    def table(self, theta: float) -> FloatArray:
        """The factor's table where this number is `theta`."""
        return self.constant + self.slope * theta


def is_too_large(model: FactorGraph, factor: Factor) -> bool:
    """Whether the numbers of a factor are passed over."""
    sizes = [variable.size for variable in model.domains(factor)]
    return len(sizes) > MAX_AXES or bool(np.prod(sizes, dtype=np.float64) > MAX_ENTRIES)


def parameters_of(model: FactorGraph, factor: Factor) -> Iterator[Parameter]:
    """The numbers of a sound factor; none of kinds without any, nor of those that are too large."""
    if is_too_large(model, factor):
        return
    variables = model.domains(factor)
    kind = kind_of(factor)
    if kind.table_parameter is not None:
        child = kind.child(factor)
        values = _dense(factor, variables)
        if child is None:
            yield from _free_entries(model, factor, values)
        else:
            yield from _conditional_entries(model, factor, values, factor.scope.index(child))
    elif factor.kind in STRENGTHS:
        yield from _strengths(model, factor, variables)
    elif factor.kind == "add_noise":
        yield from _flips(model, factor, variables)


def _free_entries(model: FactorGraph, factor: Factor, values: FloatArray) -> Iterator[Parameter]:
    for at in np.ndindex(values.shape):
        slope = np.zeros(values.shape)
        slope[at] = 1.0
        constant = values.copy()
        constant[at] = 0.0
        where = ", ".join(_state_texts(model, factor.scope, at))
        yield Parameter(
            factor.id, f"{visible(factor.id)}({where})", float(values[at]), float("inf"), constant, slope
        )


def _conditional_entries(model: FactorGraph, factor: Factor, values: FloatArray, axis: int) -> Iterator[Parameter]:
    """Of two states the second stands for both: one number cannot be changed without the other."""
    n_states = values.shape[axis]
    first = n_states - 1 if n_states == 2 else 0
    if n_states == 1:
        return
    for outer in np.ndindex(values.shape[:axis] + values.shape[axis + 1 :]):
        row = (*outer[:axis], slice(None), *outer[axis:])
        for state in range(first, n_states):
            constant, slope = values.copy(), np.zeros(values.shape)
            constant[row], slope[row] = _covaried(values[row], state)
            at = (*outer[:axis], state, *outer[axis:])
            text = _conditional_text(model, factor, axis, at)
            yield Parameter(factor.id, text, float(values[at]), 1.0, constant, slope)


def _covaried(row: FloatArray, state: int) -> tuple[FloatArray, FloatArray]:
    """Row at θ = constant + slope · θ, with row[state] = θ."""
    others = np.delete(row, state)
    rest = float(others.sum())
    shares = others / rest if rest > 0 else np.full(len(others), 1.0 / len(others))
    return np.insert(shares, state, 0.0), np.insert(-shares, state, 1.0)


def _conditional_text(model: FactorGraph, factor: Factor, axis: int, at: Sequence[int]) -> str:
    texts = _state_texts(model, factor.scope, at)
    parents = [text for place, text in enumerate(texts) if place != axis]
    given = f" | {', '.join(parents)}" if parents else ""
    return f"P({texts[axis]}{given})"


def _state_texts(model: FactorGraph, scope: Sequence[str], at: Sequence[int]) -> list[str]:
    return [
        f"{named(model, id)} = {visible(model.variable(id).states[k])}" for id, k in zip(scope, at, strict=True)
    ]


def _strengths(model: FactorGraph, factor: Factor, variables: Sequence[Variable]) -> Iterator[Parameter]:
    child = kind_of(factor).child(factor)
    parents = [id for id in factor.scope if id != child]
    child_name = named(model, child or factor.scope[-1])
    strengths = [float(p) for p in factor.parameters["probabilities"]]
    for k, id in enumerate(parents):
        changed = [[*strengths[:k], theta, *strengths[k + 1 :]] for theta in (0.0, 1.0)]
        text = f"strength of {named(model, id)} on {child_name}"
        yield _between(factor, variables, text, strengths[k], [{"probabilities": value} for value in changed])
    leak = float(factor.parameters.get("leak", 0.0))
    yield _between(factor, variables, f"leak of {child_name}", leak, [{"leak": 0.0}, {"leak": 1.0}])


def _flips(model: FactorGraph, factor: Factor, variables: Sequence[Variable]) -> Iterator[Parameter]:
    child = kind_of(factor).child(factor)
    parent = next(id for id in factor.scope if id != child)
    flip, name = factor.parameters["flip"], named(model, child or factor.scope[-1])
    if not isinstance(flip, np.ndarray):
        yield _between(factor, variables, f"chance that {name} flips", float(flip), [{"flip": 0.0}, {"flip": 1.0}])
        return
    for k, state in enumerate(model.variable(parent).states):
        ends = []
        for theta in (0.0, 1.0):
            changed = flip.copy()
            changed[k] = theta
            ends.append({"flip": changed})
        text = f"chance that {name} flips where {named(model, parent)} = {visible(state)}"
        yield _between(factor, variables, text, float(flip[k]), ends)


def _between(
    factor: Factor, variables: Sequence[Variable], text: str, value: float, ends: Sequence[Mapping[str, Any]]
) -> Parameter:
    """A number in which the table is linear, from the tables at 0 and at 1."""
    low, high = (
        _dense(replace(factor, parameters={**factor.parameters, **changed}), variables) for changed in ends
    )
    return Parameter(factor.id, text, value, 1.0, low, high - low)


def _dense(factor: Factor, variables: Sequence[Variable]) -> FloatArray:
    table: FloatArray = to_dense(kind_of(factor).lower(factor, variables), tuple(v.size for v in variables))
    return np.array(table, dtype=np.float64)
