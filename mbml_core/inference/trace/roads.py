"""Belief propagation, variable elimination and the junction tree side by side: three roads to one posterior."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mbml_core.distributions.semiring import FloatArray
from mbml_core.errors import UnsupportedQuery
from mbml_core.inference.result import Status
from mbml_core.inference.trace.drawn import DrawnGraph
from mbml_core.inference.trace.operation import Cost, cost_of
from mbml_core.inference.trace.run import ALGORITHMS, recorded
from mbml_core.inference.trace.schedules import Ending, TraceOptions

NO_COST = Cost()


@dataclass(frozen=True, eq=False, slots=True)
class Road:
    """One algorithm on the way to the belief of one variable.

    Attributes:
        algorithm: its name in ALGORITHMS.
        ending: how it ended; None where it cannot be walked.
        steps: how many.
        cost: of all of them; of belief propagation, all its sweeps.
        belief: of the variable, at the end.
        refusal: why it cannot be walked; "" where it can.
    """

    algorithm: str
    ending: Ending | None = None
    steps: int = 0
    cost: Cost = NO_COST
    belief: FloatArray | None = None
    refusal: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether the belief is the posterior itself."""
        return self.ending is not None and self.ending.status is Status.EXACT


def costs(graph: DrawnGraph, options: TraceOptions | None = None) -> tuple[Road, ...]:
    """Each algorithm of ALGORITHMS, walked to the belief of `options.root` (None: the first variable).

    Raises ImpossibleEvidence, and UnsupportedQuery where the drawing has no variable.
    """
    if not graph.model.variables:
        raise UnsupportedQuery("there is no variable whose belief could be computed; draw one first")
    chosen = options or TraceOptions()
    root = chosen.root or graph.model.variables[0].id
    return tuple(_walked(graph, algorithm, replace(chosen, root=root), root) for algorithm in ALGORITHMS)


def _walked(graph: DrawnGraph, algorithm: str, options: TraceOptions, root: str) -> Road:
    try:
        trace = recorded(graph, algorithm, options)
    except UnsupportedQuery as error:
        return Road(algorithm, refusal=str(error))
    belief = next(step.beliefs[root] for step in reversed(trace.steps) if root in step.beliefs)
    return Road(algorithm, trace.ending, trace.taken, cost_of(trace.steps), belief)
