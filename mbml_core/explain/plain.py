"""Explanations as plain JSON values."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """The value as JSON can hold it.

    A dataclass becomes an object, a tuple, list or array a list, a number that is not finite null. A mapping
    becomes a list of pairs, since ids may be any text. Raises TypeError for anything else.
    """
    match value:
        case None | bool() | str():
            return value
        case enum.Enum():
            return plain(value.value)
        case int() | np.integer():
            return int(value)
        case float() | np.floating():
            return float(value) if math.isfinite(value) else None
        case np.ndarray():
            return plain(value.tolist())
        case Mapping():
            return [[plain(key), plain(item)] for key, item in value.items()]
        case tuple() | list() | frozenset():
            return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form")
