"""Which trees are made for a set of observed variables."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from mbml_core.inference.exact.tools import best_tools
from mbml_core.model import FactorGraph
from tests.inference.exact.test_ways import evidence
from tests.inference.exact.ways import KEPT, WAYS, inference_by
from tests.strategies import SEEDS, directed_graph, free_graph, table, variables

every_planned_way = pytest.mark.parametrize("way", [way for way in WAYS if way != KEPT])


def arrows(graph: FactorGraph) -> nx.DiGraph:
    found = nx.DiGraph()
    found.add_nodes_from(range(len(graph.variables)))
    index = graph.variable_index
    for factor in graph.factors:
        child = factor.parameters["child"]
        found.add_edges_from((index[id], index[child]) for id in factor.scope if id != child)
    return found


def sorted_array(items: object) -> np.ndarray:
    return np.array(sorted(items), dtype=np.int64)  # type: ignore[call-overload]


@every_planned_way
@settings(max_examples=40)
@given(seed=SEEDS)
def test_members_are_ancestral_sets_that_hold_the_evidence_and_all_it_reaches(seed: int, way: str) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source)
    hard, soft = evidence(source, graph)
    dag = arrows(graph)
    inference = inference_by(way, graph, best_tools())
    found = inference.relevance.of(sorted_array(hard), sorted_array(soft), np.inf if way == "union" else -1.0)
    held: set[int] = set()
    for unit in found.units:
        members = set(np.flatnonzero(unit.members).tolist())
        assert all(nx.ancestors(dag, v) <= members for v in members)
        assert members >= hard.keys() | soft.keys()
        drawn = {v for v in unit.part.variables.tolist() if v < len(graph.variables)}
        assert drawn <= members - hard.keys()
        held |= drawn
    assert held >= reached_by(dag, set(hard), set(soft))
    known = {u for v in (*hard, *soft) for u in (v, *nx.ancestors(dag, v))}
    assert set(np.flatnonzero(found.known).tolist()) == known


def reached_by(dag: nx.DiGraph, hard: set[int], soft: set[int]) -> set[int]:
    """Unobserved variables that some evidence is not separated from; a likelihood is an observed child."""
    dag = dag.copy()
    dag.add_edges_from((v, ("likelihood", v)) for v in soft)
    seen = hard | {("likelihood", v) for v in soft}
    return {
        v
        for v in dag
        if not isinstance(v, tuple)
        and v not in hard
        and any(not nx.is_d_separator(dag, {v}, {e}, seen - {e}) for e in seen)
    }


@every_planned_way
@settings(max_examples=40)
@given(seed=SEEDS)
def test_components_of_free_potentials_are_asked_once(seed: int, way: str) -> None:
    source = np.random.default_rng(seed)
    graph = free_graph(source)
    hard, soft = evidence(source, graph)
    inference = inference_by(way, graph, best_tools())
    if inference.relevance.is_directed:
        return
    found = inference.relevance.of(sorted_array(hard), sorted_array(soft), np.inf)
    groups = inference.relevance.groups
    held = [v for unit in found.units for v in unit.part.variables.tolist()]
    held += [v for k in found.untouched for v in np.flatnonzero(groups[k].members).tolist()]
    assert sorted(held) == sorted(set(range(len(graph.variables))) - hard.keys())
    for k in found.untouched:
        assert not groups[k].members[[*hard, *soft]].any()


def test_a_single_tree_that_is_given_up_says_what_it_would_have_cost() -> None:
    """Its order is not complete: what was not planned must not be read."""
    source = np.random.default_rng(0)
    sizes = [2] * 12
    graph = dense_graph(sizes, source)
    inference = inference_by("in one piece", graph, best_tools())
    found = inference.relevance.of(sorted_array([0]), sorted_array([]), 1.0)
    (unit,) = found.units
    assert unit.entries == np.inf
    cost = inference._planner.cost(unit)
    assert cost.is_lower_bound
    assert 1 <= len(cost.largest_clique) <= 12
    assert set(cost.largest_clique) <= set(range(1, 12))
    assert cost.largest_entries == 2.0 ** len(cost.largest_clique)


def dense_graph(sizes: list[int], source: np.random.Generator) -> FactorGraph:
    n = len(sizes)
    pairs = [(a, b) for a in range(n) for b in range(a)]
    return FactorGraph(
        variables(sizes),
        tuple(table(f"f{a},{b}", (f"v{a}", f"v{b}"), source.random((sizes[a], sizes[b]))) for a, b in pairs),
    )
