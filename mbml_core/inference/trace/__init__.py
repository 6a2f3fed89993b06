"""Algorithms told step by step: every number of a step can be recomputed from the step itself."""

from mbml_core.inference.trace.drawn import DrawnGraph
from mbml_core.inference.trace.messages import fire
from mbml_core.inference.trace.operation import Operation, Step, Table, cost_of, replay, replayed
from mbml_core.inference.trace.part import Part, feeding
from mbml_core.inference.trace.roads import Road, costs
from mbml_core.inference.trace.run import ALGORITHMS, Trace, fired, recorded, steps
from mbml_core.inference.trace.schedules import SCHEDULES, TraceOptions

__all__ = [
    "ALGORITHMS",
    "SCHEDULES",
    "DrawnGraph",
    "Operation",
    "Part",
    "Road",
    "Step",
    "Table",
    "Trace",
    "TraceOptions",
    "cost_of",
    "costs",
    "feeding",
    "fire",
    "fired",
    "recorded",
    "replay",
    "replayed",
    "steps",
]
