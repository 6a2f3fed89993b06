"""Random graphs with hostile names and awkward numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from mbml_core.model import Categorical, Factor, FactorGraph, Variable

HOSTILE = (
    *('"', "\\", '\\"', "\\\\", "\\n", "a,b", "{", "}", "(a)", "[2]", "a|b", ";", "//", "/*", "*/", "a//b", "a/b"),
    *("table", "default", "probability", "variable", "network", "property", "type", "discrete"),
    *(" ", " x", "x ", "a  b", "very high", "é", "e\u0301", "🎲", "日本", "\u200d", "\u202e", "\u2028", "\u00a0"),
    *("0", "-1", "1e3", "nan", "<5", ">=7", "x=y", "'", "`", "#", "%s", "\ufeff", "unknown", "_", "f_a", "x0"),
)
NAMES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12),
    st.sampled_from(["a" * 200, '"' * 200, "\\" * 200]),
)
NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, 1 / 3, 5e-324, 1e-320, 1e-300, 0.1, 1e308, 2.0]),
    st.floats(0, 1e6, allow_nan=False),
)


@st.composite
def networks(draw: Any) -> FactorGraph:
    """Bayesian networks of up to 5 variables, children last, factors in any order."""
    ids = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    variables = [Variable(id, Categorical(draw(states()))) for id in ids]
    factors = []
    for i, variable in enumerate(variables):
        parents = draw(st.lists(st.sampled_from(range(i)), max_size=3, unique=True)) if i else []
        scope = [*(variables[parent] for parent in parents), variable]
        factors.append(conditional(draw, scope, f"factor {i}"))
    order = draw(st.permutations(range(len(ids))))
    name = draw(st.one_of(st.just(""), NAMES))
    return FactorGraph(tuple(variables), tuple(factors[i] for i in order), name=name)


@st.composite
def potentials(draw: Any) -> FactorGraph:
    """Graphs of free potentials as UAI files name them, constants included."""
    sizes = draw(st.lists(st.integers(1, 4), max_size=5))
    variables = [Variable(f"x{i}", Categorical(tuple(map(str, range(size))))) for i, size in enumerate(sizes)]
    factors = []
    for i in range(draw(st.integers(0, 4))):
        picks = draw(st.lists(st.sampled_from(range(len(sizes))), max_size=3, unique=True)) if sizes else []
        scope = [variables[pick] for pick in picks]
        shape = [variable.size for variable in scope]
        values = np.array(draw(st.lists(NUMBERS, min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))))
        if not values.any():
            values[0] = 1.0
        ids = tuple(variable.id for variable in scope)
        factors.append(Factor(f"f{i}", "table", ids, {"values": values.reshape(shape)}))
    return FactorGraph(tuple(variables), tuple(factors))


def states() -> Any:
    return st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple)


def conditional(draw: Any, scope: list[Variable], id: str) -> Factor:
    shape = [variable.size for variable in scope]
    seed = draw(st.integers(0, 2**32 - 1))
    values = np.random.default_rng(seed).dirichlet(np.full(shape[-1], 0.3), size=shape[:-1])
    if draw(st.booleans()):
        values = np.eye(shape[-1])[np.argmax(values, axis=-1)]
    ids = tuple(variable.id for variable in scope)
    return Factor(id, "table", ids, {"values": values, "child": ids[-1]})
