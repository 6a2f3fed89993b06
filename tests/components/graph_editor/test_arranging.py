from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.graph_editor.arranging import arrange, placed
from components.graph_editor.boxes import GRID, Box, Floor, sizes
from mbml_core.document import Document
from mbml_core.files import load_document
from mbml_core.formats import bif
from mbml_core.model import Categorical, Factor, FactorGraph, Variable, boolean
from tests.networks import network_text

SAMPLES = Path(__file__).parents[3] / "sample_graphs"
SPRINKLER = load_document(SAMPLES / "sprinkler.json")
BY_HAND = [path for path in sorted(SAMPLES.glob("*.json")) if path.name.count(".") == 1]


def conditional(id: str, *scope: str) -> Factor:
    """P(last | others), uniform."""
    return Factor(id, "table", scope, {"values": np.full((2,) * len(scope), 0.5), "child": scope[-1]})


def potential(id: str, *scope: str) -> Factor:
    return Factor(id, "table", scope, {"values": np.ones((2,) * len(scope))})


def lattice(rows: int, columns: int, *, with_fields: bool = False) -> FactorGraph:
    def name(i: int, j: int) -> str:
        return f"x{i}_{j}"

    cells = [(i, j) for i in range(rows) for j in range(columns)]
    across = [potential(f"h{i}_{j}", name(i, j), name(i, j + 1)) for i, j in cells if j + 1 < columns]
    down = [potential(f"v{i}_{j}", name(i, j), name(i + 1, j)) for i, j in cells if i + 1 < rows]
    fields = [potential(f"u{i}_{j}", name(i, j)) for i, j in cells if with_fields]
    return FactorGraph(tuple(boolean(name(i, j)) for i, j in cells), (*across, *down, *fields))


def overlapping(graph: FactorGraph, layout: dict[str, tuple[float, float]]) -> list[str]:
    """Nodes that stand on others, which are placed before them."""
    size_of, floor, found = sizes(graph), Floor(gap=1.0), []
    for id, point in layout.items():
        box = Box(*point, *size_of[id])
        found += [] if floor.is_free(box) else [id]
        floor.place(box)
    return found


def assert_well_placed(graph: FactorGraph, layout: dict[str, tuple[float, float]]) -> None:
    assert layout.keys() == {*graph.variable_index, *(factor.id for factor in graph.factors)}
    assert all(math.isfinite(x) and x % GRID == 0 for point in layout.values() for x in point)
    assert not overlapping(graph, layout)


@pytest.mark.parametrize("path", BY_HAND, ids=lambda path: path.stem)
def test_samples_are_arranged_without_overlaps(path: Path) -> None:
    graph = load_document(path).graph
    assert_well_placed(graph, arrange(graph))


@pytest.mark.parametrize("name", ["alarm", "hailfinder", "andes", "pigs", "munin"])
def test_networks_are_arranged_without_overlaps(name: str) -> None:
    graph = bif.read(network_text(name))
    assert_well_placed(graph, arrange(graph))


@pytest.mark.parametrize("name", ["alarm", "hepar2"])
def test_causes_are_above_effects_and_factors_between(name: str) -> None:
    graph = bif.read(network_text(name))
    y = {id: point[1] for id, point in arrange(graph).items()}
    for factor in graph.factors:
        child = factor.parameters["child"]
        assert y[factor.id] < y[child]
        assert all(y[id] < y[factor.id] for id in factor.scope if id != child)


def test_a_prior_stands_right_above_its_variable() -> None:
    layout = arrange(SPRINKLER.graph)
    (prior_x, prior_y), (x, y) = layout["f_cloudy"], layout["cloudy"]
    assert prior_x == x
    assert y - prior_y < 120


def test_a_diamond_is_symmetric() -> None:
    layout = arrange(SPRINKLER.graph)
    assert layout["cloudy"][0] == layout["wet"][0]
    assert layout["sprinkler"][1] == layout["rain"][1]
    middle = (layout["sprinkler"][0] + layout["rain"][0]) / 2
    assert abs(middle - layout["cloudy"][0]) <= GRID


def test_crossings_are_undone() -> None:
    """Two chains whose lower ends are listed the other way round."""
    variables = tuple(map(boolean, ("root", "a", "b", "b_end", "a_end")))
    factors = (conditional("fa", "root", "a"), conditional("fb", "root", "b"), conditional("ga", "a", "a_end"),
               conditional("gb", "b", "b_end"))  # fmt: skip
    x = {id: point[0] for id, point in arrange(FactorGraph(variables, factors)).items()}
    assert (x["a"] - x["b"]) * (x["a_end"] - x["b_end"]) > 0


def test_an_edge_over_several_rows_passes_beside_the_cards() -> None:
    variables = tuple(map(boolean, "abcd"))
    factors = (conditional("f1", "a", "b"), conditional("f2", "b", "c"), conditional("f3", "a", "c", "d"))
    layout = arrange(FactorGraph(variables, factors))
    (ax, ay), (fx, fy) = layout["a"], layout["f3"]
    for id in ("b", "c"):
        x, y = layout[id]
        on_the_edge = ax + (fx - ax) * (y - ay) / (fy - ay)
        assert abs(on_the_edge - x) > 20


def test_a_lattice_looks_like_a_lattice() -> None:
    graph = lattice(4, 5)
    layout = arrange(graph)
    assert_well_placed(graph, layout)
    for i in range(4):
        row = [layout[f"x{i}_{j}"] for j in range(5)]
        assert max(y for _, y in row) - min(y for _, y in row) <= 30
        assert all(100 < right[0] - left[0] < 500 for left, right in pairwise(row))
    for j in range(5):
        column = [layout[f"x{i}_{j}"] for i in range(4)]
        assert max(x for x, _ in column) - min(x for x, _ in column) <= 30


def test_factors_of_one_variable_hang_on_its_card() -> None:
    layout = arrange(lattice(4, 4, with_fields=True))
    assert all(math.dist(layout[f"u{i}_{j}"], layout[f"x{i}_{j}"]) < 150 for i in range(4) for j in range(4))


def test_a_directed_cycle_is_drawn_too() -> None:
    variables = tuple(map(boolean, "abc"))
    factors = (conditional("f", "a", "b"), conditional("g", "b", "c"), conditional("h", "c", "a"))
    graph = FactorGraph(variables, factors)
    assert_well_placed(graph, arrange(graph))


def test_separate_models_stand_side_by_side() -> None:
    variables = tuple(boolean(f"x{i}") for i in range(40))
    layout = arrange(FactorGraph(variables))
    assert_well_placed(FactorGraph(variables), layout)
    xs, ys = zip(*layout.values(), strict=True)
    assert 0.5 < (max(xs) - min(xs)) / (max(ys) - min(ys)) < 4


def test_tall_cards_get_the_room_they_need_up_to_a_limit() -> None:
    many = Categorical(tuple(map(str, range(60))))
    variables = (Variable("a", many), Variable("b", many))
    factor = Factor("f", "table", ("a", "b"), {"values": np.full((60, 60), 1 / 60), "child": "b"})
    graph = FactorGraph(variables, (factor,))
    layout = arrange(graph)
    assert_well_placed(graph, layout)
    assert 250 < layout["b"][1] - layout["a"][1] < 500


@pytest.mark.parametrize(
    "graph",
    [
        FactorGraph(()),
        FactorGraph((boolean("x"),)),
        FactorGraph((), (Factor("f", "table", (), {"values": 1.0}),)),
        FactorGraph((boolean("x"),), (potential("f", "x"), potential("g", "x"), potential("h", "x"))),
        FactorGraph((boolean("x"),), (Factor("f", "table", ("nobody", "x"), {"child": "nobody"}),)),
        FactorGraph((boolean("x"),), (Factor("f", "no such kind", ("x", "x"), {}),)),
        FactorGraph((boolean("__proto__"),), (conditional("constructor", "__proto__"),)),
    ],
    ids=["nothing", "one variable", "a constant", "three on one", "unknown variable", "unknown kind", "odd ids"],
)
def test_small_and_unsound_drawings(graph: FactorGraph) -> None:
    assert_well_placed(graph, arrange(graph))


def test_a_lattice_of_a_thousand_variables_does_not_overlap() -> None:
    graph = lattice(32, 32)
    assert_well_placed(graph, arrange(graph))


def test_a_thousand_neighbours_of_one_node_do_not_overlap() -> None:
    variables = tuple(boolean(f"x{i}") for i in range(1000))
    graph = FactorGraph(variables, tuple(potential(f"f{i}", "x0", f"x{i}") for i in range(1, 1000)))
    assert_well_placed(graph, arrange(graph))


@st.composite
def any_graphs(draw: st.DrawFn) -> FactorGraph:
    names = [f"x{i}" for i in range(draw(st.integers(1, 12)))]
    scopes = draw(st.lists(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True), max_size=12))
    directed = draw(st.lists(st.booleans(), min_size=len(scopes), max_size=len(scopes)))
    makers = [conditional if is_directed else potential for is_directed in directed]
    factors = [make(f"f{i}", *scope) for i, (make, scope) in enumerate(zip(makers, scopes, strict=True))]
    states = draw(st.lists(st.integers(2, 12), min_size=len(names), max_size=len(names)))
    variables = [Variable(id, Categorical(tuple(map(str, range(n))))) for id, n in zip(names, states, strict=True)]
    return FactorGraph(tuple(variables), tuple(factors))


@settings(max_examples=60, deadline=None)
@given(any_graphs())
def test_any_drawing_is_well_placed_and_always_the_same_way(graph: FactorGraph) -> None:
    layout = arrange(graph)
    assert_well_placed(graph, layout)
    assert arrange(graph) == layout


def without(document: Document, *ids: str) -> Document:
    return replace(document, layout={id: p for id, p in document.layout.items() if id not in ids})


def test_a_complete_layout_is_left_alone() -> None:
    assert placed(SPRINKLER) is SPRINKLER


def test_a_document_without_layout_is_arranged() -> None:
    assert placed(Document.of(SPRINKLER.graph)).layout == arrange(SPRINKLER.graph)


def test_missing_nodes_come_near_their_neighbours_and_the_others_stay() -> None:
    document = placed(without(SPRINKLER, "rain", "f_rain"))
    assert_well_placed_beside(document)
    assert all(document.layout[id] == SPRINKLER.layout[id] for id in ("cloudy", "sprinkler", "wet", "f_wet"))
    assert math.dist(document.layout["rain"], SPRINKLER.layout["rain"]) < 300


def test_a_part_without_any_position_comes_below() -> None:
    more = replace(
        SPRINKLER.graph,
        variables=(*SPRINKLER.graph.variables, boolean("p"), boolean("q")),
        factors=(*SPRINKLER.graph.factors, conditional("f_q", "p", "q")),
    )
    document = placed(replace(SPRINKLER, graph=more))
    assert_well_placed_beside(document)
    assert document.layout["p"][1] > SPRINKLER.layout["wet"][1]
    assert document.layout["p"][1] < document.layout["q"][1]


def test_many_missing_nodes_are_placed_too() -> None:
    graph = lattice(20, 20)
    document = placed(Document.of(graph, {"x0_0": (0.0, 0.0)}))
    assert_well_placed_beside(document)


def assert_well_placed_beside(document: Document) -> None:
    graph = document.graph
    assert document.layout.keys() >= {*graph.variable_index, *(factor.id for factor in graph.factors)}
    assert not overlapping(graph, dict(document.layout))
