"""An algorithm run step by step, by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mbml_core.errors import UnsupportedQuery
from mbml_core.inference.result import Status
from mbml_core.inference.trace.drawn import DrawnGraph
from mbml_core.inference.trace.elimination import eliminating
from mbml_core.inference.trace.junction_tree import calibrating
from mbml_core.inference.trace.messages import delivered, fire
from mbml_core.inference.trace.operation import Step
from mbml_core.inference.trace.part import Part
from mbml_core.inference.trace.schedules import Ending, Run, TraceOptions, passing

ALGORITHMS: Mapping[str, Callable[[DrawnGraph, TraceOptions], Run]] = MappingProxyType(
    {"bp": passing, "elimination": eliminating, "junction_tree": calibrating}
)
"""What can be walked step by step. Each raises UnsupportedQuery where a factor is too large to be written out and
the algorithm cannot do without its table.
"""


@dataclass(frozen=True, eq=False, slots=True)
class Trace:
    """A run that is over.

    Attributes:
        graph: the model and the evidence.
        algorithm: its name.
        steps: those that were kept.
        ending: how it ended.
        taken: number of steps of the whole run.
        is_part: whether steps further away were left out, on which the beliefs rest too.
        is_cut: whether the last steps were left out.
    """

    graph: DrawnGraph
    algorithm: str
    steps: tuple[Step, ...]
    ending: Ending
    taken: int
    is_part: bool = False
    is_cut: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the steps kept are all that the beliefs at the end rest on."""
        return not (self.is_part or self.is_cut)


def steps(graph: DrawnGraph, algorithm: str = "bp", options: TraceOptions | None = None) -> Run:
    """The steps of a run, lazily; the generator returns its `Ending`.

    Raises UnsupportedQuery for an unknown algorithm, and what the algorithm raises.
    """
    run = ALGORITHMS.get(algorithm)
    if run is None:
        raise UnsupportedQuery(
            f"there is no algorithm '{algorithm}' with steps; use one of {', '.join(ALGORITHMS)}"
        )
    return run(graph, options or TraceOptions())


def recorded(
    graph: DrawnGraph,
    algorithm: str = "bp",
    options: TraceOptions | None = None,
    part: Part | None = None,
    most: int | None = None,
) -> Trace:
    """A whole run, of which the steps of a `part` are kept, and of these the first `most`. Errors as in `steps`.

    What comes into the part from outside is what the whole run sent.
    """
    run = steps(graph, algorithm, options)
    kept: list[Step] = []
    taken = left_out = 0
    while True:
        try:
            step = next(run)
        except StopIteration as end:
            ending: Ending = end.value
            break
        taken += 1
        if part is not None and not part.has(step):
            continue
        if most is None or len(kept) < most:
            kept.append(step)
        else:
            left_out += 1
    is_part = part is not None and not part.is_whole
    return Trace(graph, algorithm, tuple(kept), ending, taken, is_part, left_out > 0)


def fired(graph: DrawnGraph, nodes: Iterable[str]) -> Trace:
    """Nodes that send their messages one after another, by hand. Errors as in `fire`."""
    sent = delivered({}, ())
    kept: list[Step] = []
    for node in nodes:
        new = fire(graph, sent, node, len(kept) + 1)
        sent = delivered(sent, new)
        kept += new
    return Trace(graph, "bp", tuple(kept), Ending("by hand", Status.MAX_SWEEPS, 0, 0.0), len(kept))
