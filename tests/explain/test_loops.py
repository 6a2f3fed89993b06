"""Trees, cut loops and loops that are left: exact is said only where belief propagation equals enumeration."""

from __future__ import annotations

from collections import Counter
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.deadline import CancelToken, Deadline
from mbml_core.engine import compile
from mbml_core.errors import Cancelled, ImpossibleEvidence
from mbml_core.explain.loops import Loops, Split, Structure, leaves_no_loop, structure
from mbml_core.explain.open_graph import as_drawn, open_graph
from mbml_core.files import load_document
from mbml_core.inference.observations import Observations
from mbml_core.inference.result import Status
from mbml_core.model import (
    Belief,
    Categorical,
    ExcludedState,
    Factor,
    FactorGraph,
    Likelihood,
    Observation,
    Observed,
    Variable,
    boolean,
)
from tests.strategies import any_graph, directed_graph
from tests.test_sample_graphs import FOLDER

SPRINKLER = load_document(FOLDER / "sprinkler.json").graph
SEEDS = st.integers(0, 2**32 - 1)


def test_a_tree_is_exact_whatever_is_seen() -> None:
    murder = load_document(FOLDER / "murder_mystery.json").graph
    for evidence in ({}, {"weapon": "revolver"}):
        found = structure(murder, evidence)
        assert (found.loops, found.badge, found.is_exact) == (Loops.TREE, "tree: exact", True)


@pytest.mark.parametrize("evidence", [{}, {"wet": "yes"}, {"wet": [0.2, 0.8]}], ids=str)
def test_the_loop_of_the_sprinkler_is_left(evidence: dict[str, Any]) -> None:
    found = structure(SPRINKLER, evidence)
    assert (found.loops, found.n_drawn, found.n_left) == (Loops.LOOPY, 1, 1)
    assert found.badge == "loopy: approximate"
    assert not found.is_exact


def test_dry_grass_cuts_the_loop_because_its_table_becomes_a_product() -> None:
    found = structure(SPRINKLER, {"wet": "no"})
    assert found == Structure(
        Loops.CUT,
        1,
        0,
        ("wet",),
        (Split("f_wet", (("sprinkler",), ("rain",))),),
        "loops cut by the evidence: exact",
        "Wet grass = no cuts the loop: what is left of the table of Wet grass is a product of one part for "
        "Sprinkler and one part for Rain, which ties them no longer. So belief propagation is exact here.",
    )


def test_a_known_variable_on_the_loop_cuts_it() -> None:
    found = structure(SPRINKLER, {"wet": "yes", "cloudy": "no"})
    assert (found.loops, found.cutting, found.splits) == (Loops.CUT, ("cloudy",), ())
    assert "Cloudy = no cuts the loop: nothing passes through a variable that is known" in found.sentence


def test_it_says_which_observations_cut_and_names_no_other() -> None:
    grid = load_document(FOLDER / "ising_grid.json").graph
    middle = {f"x_{i}{j}": "up" for i in (2, 3) for j in (2, 3)}
    found = structure(grid, {"x_11": "up", **middle, "x_44": "down"})
    assert found.loops is Loops.CUT
    chosen = {id: Observed("up") for id in found.cutting}
    assert leaves_no_loop(grid, {**chosen, **({"x_44": Observed("down")} if "x_44" in chosen else {})})
    for id in found.cutting:
        assert not leaves_no_loop(grid, {other: seen for other, seen in chosen.items() if other != id})


def test_of_several_loops_it_says_how_many_are_left() -> None:
    grid = load_document(FOLDER / "ising_grid.json").graph
    found = structure(grid, {"x_22": "up"})
    assert (found.n_drawn, found.n_left) == (9, 6)
    assert found.sentence.startswith("Of the 9 loops of the drawing 6 loops are left")


def test_tables_that_are_products_cut_a_loop_with_nothing_seen() -> None:
    graph = FactorGraph(
        (boolean("a"), boolean("b")),
        (
            Factor("f", "table", ("a", "b"), {"values": [[1.0, 2.0], [3.0, 4.0]]}),
            Factor("g", "table", ("a", "b"), {"values": [[0.1, 0.2], [0.3, 0.6]]}),
        ),
    )
    found = structure(graph, {})
    assert (found.loops, found.cutting, found.splits) == (Loops.CUT, (), (Split("g", (("a",), ("b",))),))
    assert found.badge == "loops cut by the tables: exact"
    assert "the factor g" in found.sentence


def test_what_a_gate_forces_is_known_too() -> None:
    """a AND b = yes makes both known, and with them the loop through the other factor."""
    graph = FactorGraph(
        (boolean("a"), boolean("b"), boolean("c")),
        (
            Factor("g", "all_true", ("a", "b", "c"), {"child": "c"}),
            Factor("f", "table", ("a", "b"), {"values": [[1.0, 2.0], [3.0, 4.0]]}),
        ),
    )
    assert structure(graph, {"c": "yes"}).cutting == ("c",)
    assert structure(graph, {"c": "no"}).loops is Loops.LOOPY


def test_names_are_shown_not_obeyed() -> None:
    graph = FactorGraph(
        (boolean("a", "A\u202e"), boolean("b")),
        tuple(Factor(f, "table", ("a", "b"), {"values": [[1.0, 2.0], [3.0, 4.0]]}) for f in "fg"),
    )
    assert r"A\u202e = yes cuts the loop" in structure(graph, {"a": "yes"}).sentence


def test_evidence_that_a_factor_excludes_is_an_error() -> None:
    three = tuple(Variable(id, Categorical(("x", "y", "z"))) for id in "ab")
    only_z = np.zeros((3, 3))
    only_z[2, 2] = 1.0
    tables = (only_z, np.ones((3, 3)))
    graph = FactorGraph(
        three, tuple(Factor(id, "table", ("a", "b"), {"values": t}) for id, t in zip("fg", tables, strict=True))
    )
    with pytest.raises(ImpossibleEvidence):
        structure(graph, {"a": ExcludedState("z"), "b": ExcludedState("z")})


def test_it_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        structure(SPRINKLER, {"wet": "no"}, Deadline(None, token))


# --- against enumeration and networkx ----------------------------------------------------------------------


def some_evidence(graph: FactorGraph, source: np.random.Generator) -> dict[str, Observation]:
    found: dict[str, Observation] = {}
    for variable in graph.variables:
        kind = source.random()
        if kind < 0.3:
            found[variable.id] = Observed(str(source.choice(variable.states)))
        elif kind < 0.4:
            found[variable.id] = Likelihood(tuple((0.1 + source.random(variable.size)).tolist()))
    return found


def product_heavy(source: np.random.Generator) -> FactorGraph:
    """A random network in which half of the free tables are products."""
    graph = any_graph(source)
    factors = []
    for factor in graph.factors:
        is_free = factor.kind == "table" and "child" not in factor.parameters and factor.scope
        if is_free and source.random() < 0.5:
            values = np.ones(())
            for variable in graph.domains(factor):
                values = np.multiply.outer(values, 0.1 + source.random(variable.size))
            factor = Factor(factor.id, "table", factor.scope, {"values": values})
        factors.append(factor)
    return FactorGraph(graph.variables, tuple(factors))


@given(SEEDS)
def test_where_it_says_exact_belief_propagation_equals_enumeration(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = product_heavy(source)
    evidence = some_evidence(graph, source)
    try:
        right = compile(graph, "enumeration").infer(evidence)
    except ImpossibleEvidence:
        return
    found = structure(graph, evidence)
    about = compile(graph, "bp").infer(evidence)
    if found.is_exact:
        assert about.status in (Status.EXACT, Status.CONVERGED)
        assert np.abs(about.marginals.flat - right.marginals.flat).max(initial=0.0) < 1e-8
    if about.status is Status.EXACT:
        assert found.is_exact


def test_the_random_models_above_are_worth_it() -> None:
    """All three answers come, and cuts that the engine does not know of."""
    seen: Counter[str] = Counter()
    for seed in range(400):
        source = np.random.default_rng(seed)
        graph = product_heavy(source)
        evidence = some_evidence(graph, source)
        try:
            found = structure(graph, evidence)
            about = compile(graph, "bp").infer(evidence)
        except ImpossibleEvidence:
            continue
        seen[found.loops.value] += 1
        seen["numbers"] += found.is_exact and about.status is not Status.EXACT
    assert min(seen[kind] for kind in ("tree", "cut", "loopy", "numbers")) >= 10, seen


@given(SEEDS)
def test_loops_are_counted_as_networkx_counts_them(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source)
    drawn = nx.Graph()
    drawn.add_nodes_from(range(len(graph.variables)))
    for factor in graph.factors:
        drawn.add_edges_from((factor.id, graph.variable_index[id]) for id in factor.scope)
    assert as_drawn(graph).n_loops == len(nx.cycle_basis(drawn))
    assert (structure(graph, {}).loops is Loops.TREE) == nx.is_forest(drawn)


@given(SEEDS)
def test_the_open_graph_is_a_part_of_the_drawing(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = any_graph(source)
    observed = Observations.of(graph, some_evidence(graph, source))
    try:
        left = open_graph(graph, observed)
    except ImpossibleEvidence:
        return
    scopes = as_drawn(graph).parts
    for part in left.parts:
        assert set(part.scope) <= set(scopes[part.factor].scope)
        assert not set(part.scope) & observed.hard.keys()
    assert left.n_loops <= as_drawn(graph).n_loops


def test_a_belief_that_is_set_cuts_where_it_leaves_one_state() -> None:
    assert structure(SPRINKLER, {"cloudy": Belief((0.0, 1.0))}).cutting == ("cloudy",)
    assert structure(SPRINKLER, {"cloudy": Belief((0.5, 0.5))}).loops is Loops.LOOPY


def test_one_loop_that_a_table_cuts_is_a_loop() -> None:
    product = {"values": [[0.3, 0.6], [0.1, 0.2]]}
    ring = (
        Factor("f", "table", ("a", "b"), product),
        Factor("g", "table", ("a", "b"), {"values": [[1, 2], [3, 4]]}),
    )
    found = structure(FactorGraph((boolean("a"), boolean("b")), ring))
    assert found.sentence.startswith("The drawing has a loop, but ")
