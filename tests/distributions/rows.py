"""Rows of natural parameters to try every family with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from hypothesis import strategies as st

from mbml_core.distributions.families import FAMILIES

Rows = np.ndarray

NAMES = tuple(FAMILIES)
SCALAR = ("gaussian", "gamma", "beta")


def positive(low: float = 1e-3, high: float = 1e3) -> st.SearchStrategy[float]:
    """Numbers spread evenly over the powers of ten."""
    return st.floats(math.log(low), math.log(high)).map(math.exp)


@st.composite
def _gaussian(draw: st.DrawFn) -> Rows:
    return FAMILIES["gaussian"].from_parameters(np.array(draw(st.floats(-50, 50))), np.array(draw(positive())))


@st.composite
def _gamma(draw: st.DrawFn) -> Rows:
    return FAMILIES["gamma"].from_parameters(np.array(draw(positive(0.01))), np.array(draw(positive())))


@st.composite
def _beta(draw: st.DrawFn) -> Rows:
    return FAMILIES["beta"].from_parameters(np.array(draw(positive(0.01))), np.array(draw(positive(0.01))))


@st.composite
def _dirichlet(draw: st.DrawFn) -> Rows:
    return np.array(draw(st.lists(positive(0.01), min_size=3, max_size=3))) - 1.0


@st.composite
def _categorical(draw: st.DrawFn) -> Rows:
    return np.array(draw(st.lists(st.floats(-20, 20), min_size=3, max_size=3)))


@st.composite
def _vector_gaussian(draw: st.DrawFn) -> Rows:
    root = np.array(draw(st.lists(st.floats(-2, 2), min_size=4, max_size=4))).reshape(2, 2)
    mean = np.array(draw(st.lists(st.floats(-5, 5), min_size=2, max_size=2)))
    return FAMILIES["vector_gaussian"].from_parameters(mean, root @ root.T + 0.1 * np.eye(2))


PROPER: Mapping[str, Callable[[], st.SearchStrategy[Rows]]] = {
    "gaussian": _gaussian,
    "gamma": _gamma,
    "beta": _beta,
    "dirichlet": _dirichlet,
    "categorical": _categorical,
    "vector_gaussian": _vector_gaussian,
}
"""A strategy of proper rows for each family; vectors have three components, vector Gaussians two."""

IMPROPER: Mapping[str, list[list[float]]] = {
    "gaussian": [[0, 0], [1, -1], [math.nan, 1], [0, math.inf], [math.inf, 1], [0, 1e-320]],
    "gamma": [[0, 0], [-1, -1], [3, 1], [math.inf, -1], [0, -1e-320], [math.nan, -1]],
    "beta": [[-1, 0], [0, -2], [math.inf, 1], [0, math.nan]],
    "dirichlet": [[0, 0, -1], [-3, 5, 5], [0, math.inf, 0], [math.nan, 0, 0]],
    "categorical": [[0, 0, math.inf], [math.nan, 0, 0]],
    "vector_gaussian": [
        [0] * 6,
        [0, 0, 1, 2, 2, 1],
        [0, 0, 1, 1, 1, 1],
        [math.inf, 0, 1, 0, 0, 1],
        [math.nan] * 6,
    ],
}
"""Rows that cannot be normalised."""
