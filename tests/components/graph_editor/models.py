"""Small drawings for the tests of the editor."""

from __future__ import annotations

from pathlib import Path

from components.graph_editor.lessons import samples
from mbml_core.model import Factor, FactorGraph, Observation, Observed, Variable, boolean

SAMPLES = samples(Path(__file__).parents[3] / "sample_graphs")
SPRINKLER = SAMPLES[0].document.graph


def chain(length: int, **evidence: str) -> FactorGraph:
    """x0 → x1 → …, each the same as the one before with probability 0.9 or 0.8."""
    variables = tuple(boolean(f"x{i}") for i in range(length))
    first = Factor("f0", "prior", ("x0",), {"probabilities": [0.4, 0.6]})
    table = {"values": [[0.9, 0.1], [0.2, 0.8]]}
    rest = (
        Factor(f"f{i}", "table", (f"x{i - 1}", f"x{i}"), {**table, "child": f"x{i}"}) for i in range(1, length)
    )
    return FactorGraph(variables, (first, *rest), seen(**evidence))


def seen(**states: str) -> dict[str, Observation]:
    """Observed states."""
    return {id: Observed(state) for id, state in states.items()}


def frustrated(size: int) -> FactorGraph:
    """Every pair wants to differ, strongly: belief propagation does not settle."""
    variables: tuple[Variable, ...] = tuple(boolean(f"x{i}") for i in range(size))
    values = {"values": [[1e-3, 1.0], [1.0, 1e-3]]}
    bias = (Factor("b", "table", ("x0",), {"values": [1.0, 1.3]}),)
    pairs = tuple(
        Factor(f"f{i}_{j}", "table", (f"x{i}", f"x{j}"), values) for i in range(size) for j in range(i + 1, size)
    )
    return FactorGraph(variables, bias + pairs)
