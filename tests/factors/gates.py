"""Factors of any kind with the child anywhere in the scope, and their tables by the definition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from mbml_core.errors import Problem
from mbml_core.factors import KINDS, to_dense
from mbml_core.model import Categorical, Factor, Variable


class Gate(NamedTuple):
    """A factor "f" with the child "c" and the parents "p0", "p1", … in scope order."""

    factor: Factor
    variables: tuple[Variable, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(variable.size for variable in self.variables)

    @property
    def table(self) -> np.ndarray:
        """What the kind lowers to, written out."""
        return to_dense(KINDS[self.factor.kind].lower(self.factor, self.variables), self.sizes)

    @property
    def problems(self) -> list[Problem]:
        return list(KINDS[self.factor.kind].check(self.factor, self.variables))


def variable(id: str, size: int = 2) -> Variable:
    states = ("no", "yes") if size == 2 else tuple(f"s{k}" for k in range(size))
    return Variable(id, Categorical(states), id.upper())


def gate(kind: str, parents: Sequence[int], child: int = 2, at: int | None = None, **parameters: Any) -> Gate:
    """A gate of parents with these sizes; its child is named unless it stands last and `at` is None."""
    drawn = [variable(f"p{i}", size) for i, size in enumerate(parents)]
    drawn.insert(len(parents) if at is None else at, variable("c", child))
    if at is not None:
        parameters["child"] = "c"
    return Gate(Factor("f", kind, tuple(v.id for v in drawn), parameters), tuple(drawn))


def by_definition(gate: Gate, probability: Callable[[tuple[int, ...], int], float]) -> np.ndarray:
    """The table of P(child | parents), from a function of (states of the parents, state of the child)."""
    at = gate.factor.scope.index("c")
    table = np.empty(gate.sizes)
    for states in product(*(range(size) for size in gate.sizes)):
        table[states] = probability(states[:at] + states[at + 1 :], states[at])
    return table


@st.composite
def boolean_gates(draw: st.DrawFn, kind: str, most: int = 5, is_noisy: bool = False) -> Gate:
    """One to `most` boolean parents, the child anywhere; random parameters for the noisy kinds."""
    parents = [2] * draw(st.integers(1, most))
    at = draw(st.one_of(st.none(), st.integers(0, len(parents))))
    return gate(kind, parents, 2, at, **(draw(noise(len(parents))) if is_noisy else {}))


@st.composite
def noise(draw: st.DrawFn, n_parents: int) -> dict[str, Any]:
    """Probabilities and perhaps a leak, the ends 0 and 1 among them."""
    probability = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0]))
    parameters: dict[str, Any] = {"probabilities": [draw(probability) for _ in range(n_parents)]}
    if draw(st.booleans()):
        parameters["leak"] = draw(probability)
    return parameters


CONNECT = "connect or disconnect variables"
TWO_STATES = "give it two states, the second meaning true, or use a table"


def boolean_problems(kind: str, is_noisy: bool = False) -> list[tuple[Gate, list[Problem]]]:
    """Broken gates of a kind whose variables are all booleans, each with what its check says."""

    def broken(*drawn: Variable, child: str) -> Gate:
        noise = {"probabilities": [0.5] * (len(drawn) - 1)} if is_noisy else {}
        return Gate(Factor("f", kind, tuple(v.id for v in drawn), {"child": child, **noise}), drawn)

    swapped = Variable("p0", Categorical(("True", "FALSE")))
    reorder = "reorder its states to FALSE, True"
    backwards = f"'{kind}' takes the second state as true, but 'p0' has 'FALSE' there"
    return [
        (
            broken(variable("c"), child="c"),
            [Problem("f", f"'{kind}' connects 2 or more variables, this one 1", CONNECT)],
        ),
        (
            broken(variable("p0", 3), variable("p1"), variable("p2", 1), variable("c", 4), child="c"),
            [
                Problem("f", f"'{kind}' needs two states in '{name}', it has {size}", TWO_STATES)
                for name, size in (("P0", 3), ("P2", 1), ("C", 4))
            ],
        ),
        (
            broken(variable("p0"), variable("c"), child="z"),
            [Problem("f", "the child 'z' is not in the scope", "name one of p0, c")],
        ),
        (broken(swapped, variable("c"), child="c"), [Problem("f", backwards, reorder)]),
    ]
