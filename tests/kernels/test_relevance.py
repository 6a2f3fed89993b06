"""What a question needs, against networkx and plain sets."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbml_core.compiler.table_arrays import NetworkArrays, network_arrays
from mbml_core.kernels.relevance import ancestors_of, reached, select, union_of
from mbml_core.model import Factor, FactorGraph, boolean
from tests.kernels.networks import flags, ints, network_of, runs
from tests.strategies import SEEDS, any_graph, directed_graph


def arrows(network: NetworkArrays) -> nx.DiGraph:
    arrays = network.arrays
    found = nx.DiGraph()
    found.add_nodes_from(range(network.n_drawn))
    parents = runs(arrays.parent_start, arrays.parents)
    found.add_edges_from((u, v) for v, above in enumerate(parents) for u in above)
    return found


def ancestral_rows(network: NetworkArrays) -> np.ndarray:
    return ancestors_of(network.arrays, ints(nx.topological_sort(arrows(network))))


def directed_case(seed: int) -> tuple[NetworkArrays, list[int], list[int]]:
    """(network, variables observed for certain, weighed ones)."""
    source = np.random.default_rng(seed)
    network = network_arrays(directed_graph(source))
    kinds = source.choice(3, size=network.n_drawn, p=[0.5, 0.3, 0.2])
    return network, np.flatnonzero(kinds == 1).tolist(), np.flatnonzero(kinds == 2).tolist()


def directed() -> st.SearchStrategy[tuple[NetworkArrays, list[int], list[int]]]:
    return SEEDS.map(directed_case)


Directed = tuple[NetworkArrays, list[int], list[int]]


@given(directed())
def test_ancestors(drawn: Directed) -> None:
    network, _, _ = drawn
    dag, rows = arrows(network), ancestral_rows(network)
    for v in dag:
        assert set(np.flatnonzero(rows[v]).tolist()) == {v, *nx.ancestors(dag, v)}


@given(directed())
def test_the_union_of_rows_leaves_what_it_is_made_of(drawn: Directed) -> None:
    network, some, others = drawn
    rows, start = ancestral_rows(network), flags(network.n_drawn, others)
    before = rows.copy(), start.copy()
    expected = start | rows[some].any(axis=0)
    assert np.array_equal(union_of(rows, ints(some), start), expected)
    assert np.array_equal(rows, before[0])
    assert np.array_equal(start, before[1])


@settings(max_examples=200)
@given(directed())
def test_the_ball_reaches_what_the_evidence_is_not_separated_from(drawn: Directed) -> None:
    """A likelihood is an observed child of its variable."""
    network, hard, soft = drawn
    dag, n = arrows(network), network.n_drawn
    rows = ancestral_rows(network)
    is_ancestor = union_of(rows, ints([*hard, *soft]), flags(n))
    found = reached(network.arrays, ints(hard), ints(soft), flags(n, hard), is_ancestor)
    dag.add_edges_from((v, n + v) for v in soft)
    seen = {*hard, *(n + v for v in soft)}
    for v in range(n):
        is_reached = v not in hard and any(not nx.is_d_separator(dag, {v}, {e}, seen - {e}) for e in seen)
        assert found[v] == is_reached


def a_line(arrow_ends: str) -> NetworkArrays:
    """Variables 0, 1, 2 and an arrow for each of two characters, such as ">" from 0 to 1."""
    parents: dict[int, list[int]] = {0: [], 1: [], 2: []}
    for (a, b), end in zip(pairwise(range(3)), arrow_ends, strict=True):
        parents[b if end == ">" else a].append(a if end == ">" else b)
    factors = [
        Factor(f"f{v}", "table", (*(f"v{u}" for u in above), f"v{v}"),
               {"values": np.full((2,) * (len(above) + 1), 0.5), "child": f"v{v}"})
        for v, above in parents.items()
    ]  # fmt: skip
    return network_arrays(FactorGraph(tuple(boolean(f"v{i}") for i in range(3)), tuple(factors)))


@pytest.mark.parametrize(
    ("arrow_ends", "observed", "expected"),
    [
        (">>", [0], [1, 2]), (">>", [0, 1], [2]), ("<>", [0], [1, 2]), ("<>", [0, 1], [2]),
        ("><", [0], [1]), ("><", [0, 1], [2]), ("><", [1], [0, 2]), ("><", [], []),
    ],
)  # fmt: skip
def test_chains_forks_and_colliders(arrow_ends: str, observed: list[int], expected: list[int]) -> None:
    network = a_line(arrow_ends)
    is_ancestor = union_of(ancestral_rows(network), ints(observed), flags(3))
    found = reached(network.arrays, ints(observed), ints([]), flags(3, observed), is_ancestor)
    assert np.flatnonzero(found).tolist() == expected


# --- selections --------------------------------------------------------------------------------------------


def selected(network: NetworkArrays, members: set[int], observed: set[int], wanted: set[int]) -> tuple[set, set]:
    """(variables, tables) by the definition."""
    arrays = network.arrays
    scopes = runs(arrays.scope_start, arrays.scope)
    counting = [t for t in range(len(scopes)) if arrays.owner[t] < 0 or int(arrays.owner[t]) in members]
    together = nx.Graph()
    together.add_nodes_from(members - observed)
    for t in counting:
        left = [v for v in scopes[t] if v not in observed]
        together.add_nodes_from(left)
        together.add_edges_from(pairwise(left))
    kept = {v for part in nx.connected_components(together) if part & (wanted - observed) & members for v in part}
    return kept, {t for t in counting if kept & set(scopes[t])}


@settings(max_examples=150)
@given(SEEDS)
def test_the_components_that_hold_a_wanted_variable(seed: int) -> None:
    source = np.random.default_rng(seed)
    network = network_arrays(any_graph(source))
    n = network.n_drawn
    observed, wanted = (set(np.flatnonzero(source.random(n) < share).tolist()) for share in (0.3, 0.5))
    members = set(range(n))
    if network.is_directed:
        chosen = source.permutation(n)[: source.integers(1, n + 1)]
        members = set(np.flatnonzero(ancestral_rows(network)[chosen].any(axis=0)).tolist())
    found = select(network.arrays, flags(n, members), flags(n, observed), flags(n, wanted))
    kept, tables = selected(network, members, observed, wanted)
    drawn = {v for v in found.variables.tolist() if v < n}
    assert drawn == {v for v in kept if v < n}
    assert kept <= set(found.variables.tolist())
    assert tables <= set(found.tables.tolist())
    for array in (found.variables, found.tables):
        assert array.tolist() == sorted(set(array.tolist()))
    assert [found.local[v] for v in found.variables] == list(range(len(found.variables)))
    assert (found.local >= 0).sum() == len(found.variables)


def test_nothing_wanted_selects_nothing() -> None:
    network = network_of([2, 2], [(0, 1)])
    found = select(network.arrays, flags(2, [0, 1]), flags(2), flags(2))
    assert found.variables.size == found.tables.size == 0
