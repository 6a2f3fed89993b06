"""Observed numbers: what a caller writes for a variable that is not categorical, checked against its domain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from mbml_core.errors import Problem
from mbml_core.model.observation import AllowedStates, Belief, ExcludedState, Likelihood, Observed, Value
from mbml_core.model.variable import Numeric, Simplex, Variable

_OF_STATES = (Observed, AllowedStates, ExcludedState, Likelihood, Belief, Mapping, str)
_MOST_SHOWN = 60
"""Characters of a value that a message quotes."""


def parse_number(variable: Variable, domain: Numeric, given: Any) -> Value | Problem:
    """The observed value: from a number, a list of numbers for a simplex, {"value": …} or a `Value`."""
    match given:
        case Value(value):
            pass
        case Mapping() if given.keys() == {"value"}:
            value = given["value"]
        case Mapping() if "value" in given:
            what = f"evidence for '{variable.label}' has the fields {sorted(map(str, given))}"
            return Problem(variable.id, what, f"give only 'value': {domain.wanted}")
        case _ if isinstance(given, _OF_STATES):
            what = f"'{variable.label}' is {domain.phrase} and has no states, found {_shown(given)}"
            return Problem(variable.id, what, f"give {domain.wanted}")
        case _:
            value = given
    return _checked(variable, domain, value)


def _checked(variable: Variable, domain: Numeric, value: Any) -> Value | Problem:
    number = _simplex_vector(value) if isinstance(domain, Simplex) else _float_or_none(value)
    if number is not None and domain.holds(number):
        return Value(number)
    if isinstance(number, tuple):
        return Problem(variable.id, _vector_flaw(variable, domain, number), f"give {domain.wanted}")
    found = _shown(value) if number is None else number_text(number)
    return Problem(variable.id, f"'{variable.label}' is {domain.phrase}, {found} is not", f"give {domain.wanted}")


def _vector_flaw(variable: Variable, domain: Numeric, vector: tuple[float, ...]) -> str:
    start = f"'{variable.label}' is {domain.phrase}, but the value"
    if isinstance(domain, Simplex) and len(vector) != domain.size:
        return f"{start} has {len(vector)} numbers"
    bad = [entry for entry in vector if not 0.0 <= entry < math.inf]
    return f"{start} holds {number_text(bad[0])}" if bad else f"{start} sums to {number_text(sum(vector))}"


def is_number(value: Any) -> bool:
    """Whether it is one real number; True and False are none."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def to_float(value: Any) -> float:
    """The number as a float, infinite where it is too large for one: the check of the range will name it."""
    try:
        return float(value)
    except OverflowError:  # an integer with hundreds of digits
        return math.inf


def number_text(value: float) -> str:
    """The shortest text that reads back as the same float, whole numbers without a fraction."""
    return repr(float(value)).removesuffix(".0")


def _float_or_none(value: Any) -> float | None:
    value = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
    return to_float(value) if is_number(value) else None


def _simplex_vector(value: Any) -> tuple[float, ...] | None:
    items = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(items, list | tuple) or not all(map(is_number, items)):
        return None
    return tuple(map(to_float, items))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
