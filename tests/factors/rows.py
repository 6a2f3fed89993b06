"""Single messages in natural parameters, for tests of one factor."""

from __future__ import annotations

import numpy as np

from mbml_core.factors import KINDS
from mbml_core.factors.rules import Rules


def rules(kind: str) -> Rules:
    """The rules of a kind."""
    return KINDS[kind].rules


def row(mean: float, variance: float) -> np.ndarray:
    """One Gaussian in natural parameters."""
    return np.array([[mean / variance, 1.0 / variance]])


def gamma_row(shape: float, rate: float) -> np.ndarray:
    """One Gamma in natural parameters."""
    return np.array([[shape - 1.0, -rate]])
