"""The network as kernels see it: every table in one array, variables and tables by number."""

from __future__ import annotations

from typing import NamedTuple

from mbml_core.kernels.kernel import Floats, Ints


class TableArrays(NamedTuple):
    """Tables over V variables of which the first D are the drawing's; the others are auxiliary.

    `x_start` delimits: item i of x lies at x_start[i] … x_start[i + 1] − 1.

    Attributes:
        n_states: (V,).
        state_start: (V + 1,) where each variable's states begin in a vector over all states.
        scope_start, scope: variables of each table, in axis order; none has only one state.
        stride: of each entry of `scope`, the step of its axis in the table.
        value_start, values: the tables, row-major, each with a largest entry of one.
        owner: (T,) the variable of which the table is (part of) the conditional distribution; −1: of none.
        parent_start, parents: of each drawn variable, by the conditional distributions.
        child_start, children: likewise.
    """

    n_states: Ints
    state_start: Ints
    scope_start: Ints
    scope: Ints
    stride: Ints
    value_start: Ints
    values: Floats
    owner: Ints
    parent_start: Ints
    parents: Ints
    child_start: Ints
    children: Ints
