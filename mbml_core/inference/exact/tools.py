"""The kernels that plan and run junction trees, in the two forms they come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mbml_core.kernels import loading
from mbml_core.kernels.program import assemble
from mbml_core.kernels.propagation import collect, distribute, propagate, trace_back
from mbml_core.kernels.relevance import ancestors_of, order_of, reached, select, union_of
from mbml_core.kernels.tree import build_tree

KERNELS = (
    ancestors_of, union_of, reached, select, order_of, build_tree, assemble, collect, distribute, propagate,
    trace_back
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rates:
    """What things take, in nanoseconds. They choose between ways to the same numbers.

    Attributes:
        entry: of a table that is filled, summed and read.
        kept_entry: of a table most of whose neighbours keep what they had.
        variable: of a run, for each variable.
        planning: of a unit, for each variable.
    """

    entry: float
    kept_entry: float
    variable: float
    planning: float


MACHINE_RATES = Rates(entry=2.7, kept_entry=1.4, variable=150.0, planning=500.0)
NUMPY_RATES = Rates(entry=12.0, kept_entry=8.0, variable=60_000.0, planning=300_000.0)
"""Measured on two cores of a server of 2024, on the networks of docs/benchmarks.md, to within a factor of two."""


class Tools:
    """Every kernel of `KERNELS` by name.

    Attributes:
        is_machine_code: whether they are; else they are plain Python, good for planning, and numpy runs programs.
        rates: what they take.
    """

    def __init__(self, is_machine_code: bool) -> None:
        self.is_machine_code = is_machine_code
        self.rates = MACHINE_RATES if is_machine_code else NUMPY_RATES
        for kernel in KERNELS:
            setattr(self, kernel.__name__, loading.fast(kernel) if is_machine_code else kernel)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


PLAIN = Tools(is_machine_code=False)


class _Machine:
    """The other form, once it is loaded."""

    tools: Tools | None = None


def best_tools() -> Tools:
    """Machine code where it is loaded, plain kernels until then."""
    if _Machine.tools is None:
        if loading.fast(propagate) is None:
            return PLAIN
        _Machine.tools = Tools(is_machine_code=True)
    return _Machine.tools
