"""Three roads to one posterior side by side, and how much of a long trace is kept."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import mbml_core as mb
from mbml_core.errors import UnsupportedQuery
from mbml_core.inference import enumeration
from mbml_core.inference.observations import Observations
from mbml_core.inference.trace import ALGORITHMS, DrawnGraph, Trace, TraceOptions, recorded, replay
from mbml_core.inference.trace.extent import shortened
from mbml_core.inference.trace.roads import Road, costs
from mbml_core.model import Belief, FactorGraph
from tests.inference.trace.test_elimination import chain
from tests.strategies import loopy_graphs, table, variables

SAMPLES = Path(__file__).parents[3] / "sample_graphs"


def drawn(model: FactorGraph, evidence: Mapping[str, object] | None = None) -> DrawnGraph:
    return DrawnGraph.of(model, Observations.of(model, evidence or {}))


def roads(graph: DrawnGraph, root: str | None = None) -> dict[str, Road]:
    return {road.algorithm: road for road in costs(graph, TraceOptions(root=root))}


def test_sprinkler_two_roads_are_exact_and_one_is_loopy() -> None:
    found = roads(drawn(mb.load(SAMPLES / "sprinkler.json"), {"wet": "yes"}), "rain")
    assert list(found) == list(ALGORITHMS)
    beliefs = {name: float(road.belief[1]) for name, road in found.items() if road.belief is not None}
    assert beliefs == pytest.approx({"bp": 0.784074, "elimination": 0.707928, "junction_tree": 0.707928}, abs=1e-6)
    assert {name for name, road in found.items() if road.is_exact} == {"elimination", "junction_tree"}
    cost = found["elimination"].cost
    assert (cost.multiplications, cost.additions, cost.largest) == (28, 10, 8)
    assert found["elimination"].steps == 4
    assert cost.multiplications < found["junction_tree"].cost.multiplications < found["bp"].cost.multiplications


@given(loopy_graphs())
@settings(max_examples=40, deadline=None)
def test_what_is_called_exact_is(model: FactorGraph) -> None:
    root = model.variables[-1].id
    expected = enumeration.marginals(model, {}).beliefs[-1]
    for road in roads(drawn(model), root).values():
        assert road.belief is not None
        if road.is_exact:
            np.testing.assert_allclose(road.belief, expected, atol=1e-9)
        else:
            assert road.algorithm == "bp"


def test_a_road_that_cannot_be_walked_says_why() -> None:
    pairs = [table(f"g{i}_{k}", (f"v{i}", f"v{k}"), np.ones((2, 2))) for i, k in combinations(range(14), 2)]
    found = roads(drawn(FactorGraph(variables([2] * 14), tuple(pairs))))
    assert "entries" in found["junction_tree"].refusal
    assert found["junction_tree"].ending is None
    assert found["bp"].refusal == ""


def test_without_variables_there_is_no_road() -> None:
    with pytest.raises(UnsupportedQuery, match="no variable"):
        costs(drawn(FactorGraph((), ())))


def walked(algorithm: str, model: FactorGraph, root: str) -> Trace:
    return recorded(drawn(model), algorithm, TraceOptions(root=root))


def test_a_trace_that_fits_is_kept_whole() -> None:
    trace = walked("junction_tree", chain(6), "v2")
    assert shortened(trace, "v2") is trace


def test_of_a_long_junction_tree_the_nearest_cliques_are_kept() -> None:
    trace = walked("junction_tree", chain(40), "v20")
    part = shortened(trace, "v20", most=1000)
    kept = [step.scope for step in part.steps if step.kind == "clique"]
    assert part.is_part
    assert part.taken == len(trace.steps)
    assert ("v20", "v21") in kept
    assert 3 <= len(kept) <= 6
    places = sorted(int(scope[0][1:]) for scope in kept)
    assert all(b - a == 1 for a, b in pairwise(places))
    whole, some = replay(trace.steps), replay(part.steps)
    assert "v20" in some
    for id, belief in some.items():
        np.testing.assert_allclose(belief, whole[id])
    assert shortened(trace, "v20", most=1).steps


def test_of_a_long_elimination_the_first_steps_are_kept() -> None:
    trace = walked("elimination", chain(40), "v20")
    part = shortened(trace, "v20", most=275)
    assert part.is_cut
    assert part.steps == trace.steps[: len(part.steps)]
    assert len(part.steps) == 10


@pytest.mark.parametrize("algorithm", ["elimination", "junction_tree"])
def test_any_engine_walks_the_exact_roads(algorithm: str) -> None:
    engine = mb.compile(mb.load(SAMPLES / "sprinkler.json"), method="bp")
    found = replay(engine.steps({"wet": "yes"}, algorithm=algorithm, root="rain"))
    assert found["rain"][1] == pytest.approx(0.707927677, abs=1e-9)
    believed = replay(engine.steps({"rain": Belief((0.25, 0.75))}, algorithm=algorithm, root="rain"))
    assert believed["rain"][1] == pytest.approx(0.75, abs=1e-9)
