"""The evidence of one question as a program reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mbml_core.distributions.semiring import SMALLEST_NORMAL, FloatArray, IntArray
from mbml_core.kernels.arrays import TableArrays


@dataclass(eq=False, slots=True)
class Given:
    """Evidence over the V variables of a network, put together step by step for one question after another.

    Attributes:
        states: (V,) the state of each variable that was cut out of the tree, −1 for the others.
        is_weighted: (V,) whether a variable of the tree has weights.
        weights: linear, largest one, over all states of all variables.
        vectors: the weights of each such variable as they came.
        loses_digits: whether scaling took one of them below the smallest normal double.
    """

    states: IntArray
    is_weighted: NDArray[np.bool_]
    weights: FloatArray
    vectors: dict[int, FloatArray] = field(default_factory=dict)
    loses_digits: bool = False

    @classmethod
    def nothing(cls, n_variables: int, n_states: int) -> Given:
        """No evidence."""
        states = np.empty(n_variables, dtype=np.int64)
        states.fill(-1)
        return cls(states, np.zeros(n_variables, dtype=np.bool_), np.zeros(n_states))

    @classmethod
    def of(
        cls, arrays: TableArrays, hard: Mapping[int, int], soft: Mapping[int, FloatArray]
    ) -> tuple[Given, float]:
        """Hard evidence cut out, soft evidence as weights; and the log of what those were scaled by."""
        given = cls.nothing(len(arrays.n_states), int(arrays.state_start[-1]))
        for variable, state in hard.items():
            given.states[variable] = state
        return given, given.weigh(arrays.state_start, soft)

    def weigh(self, start: IntArray, soft: Mapping[int, FloatArray]) -> float:
        """Weights of variables that stay in the tree, scaled; returns the log of the scales."""
        log_scale = 0.0
        self.loses_digits = False
        for variable, vector in soft.items():
            peak = float(vector.max())
            scaled = vector / peak
            self.is_weighted[variable] = True
            self.weights[start[variable] : start[variable] + len(vector)] = scaled
            self.vectors[variable] = vector
            self.loses_digits |= bool(((scaled < SMALLEST_NORMAL) & (vector > 0)).any())
            log_scale += float(np.log(peak))
        return log_scale

    def is_certain(self, start: IntArray, variable: int, state: int) -> None:
        """All weight on one state of a variable that stays in the tree."""
        first, end = start[variable], start[variable + 1]
        self.weights[first:end] = 0.0
        self.weights[first + state] = 1.0
        self.is_weighted[variable] = True
        self.vectors.pop(variable, None)
