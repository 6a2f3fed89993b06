"""Exact beside loopy: the published numbers, the loop that is to blame, and what is said about it."""

from __future__ import annotations

import itertools
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.engine import Engine, compile
from mbml_core.errors import ImpossibleEvidence
from mbml_core.explain.blame import blamed
from mbml_core.explain.compare import Comparison, Gap, compare
from mbml_core.explain.cycle import nearest_cycle, shortest_cycle
from mbml_core.explain.gaps import AGREES
from mbml_core.explain.loops import Loops
from mbml_core.explain.plain import plain
from mbml_core.files import load_document
from mbml_core.inference.result import Status
from mbml_core.model import Belief, Factor, FactorGraph, boolean
from tests.strategies import any_graph
from tests.test_sample_graphs import FOLDER

SEEDS = st.integers(0, 2**32 - 1)


def engines(name: str) -> tuple[Engine, Engine]:
    graph = load_document(FOLDER / f"{name}.json").graph
    return compile(graph, "bp"), compile(graph, "exact")


def compared(name: str, evidence: dict[str, Any]) -> Comparison:
    return compare(*engines(name), evidence)


def gap_of(found: Comparison, id: str) -> Gap:
    return next(gap for gap in found.gaps if gap.variable == id)


def test_wet_grass_stands_side_by_side_with_its_loop_and_its_reason() -> None:
    found = compared("sprinkler", {"wet": "yes"})
    rain = gap_of(found, "rain")
    assert rain.exact[1] == pytest.approx(0.7079276773)
    assert rain.loopy[1] == pytest.approx(0.784074259557)
    assert rain.difference == pytest.approx(0.784074259557 - 0.7079276773)
    assert rain.log_odds == pytest.approx(
        np.log(0.784074259557 / 0.215925740443) - np.log(0.7079276773 / 0.2920723227)
    )
    assert rain.state == 1
    assert (found.worst, found.is_exact, found.has_exact) == ("rain", False, True)
    assert found.structure.loops is Loops.LOOPY
    assert [gap.variable for gap in found.gaps] == ["rain", "cloudy", "sprinkler", "wet"]
    blame = found.blame
    assert blame is not None
    assert blame.cycle == ("rain", "f_rain", "cloudy", "f_sprinkler", "sprinkler", "f_wet")
    assert blame.stations == ("rain", "cloudy", "sprinkler", "wet")
    assert (blame.through, blame.gates) == (("wet",), ("f_wet",))
    assert blame.observation == "wet"
    assert found.sentences == (
        "Loopy belief propagation believes Rain = yes with 0.7841; exact is 0.7079. "
        "3 of 4 beliefs differ, this one most.",
        "The news that Wet grass = yes reaches Rain directly and again round the loop Rain – Cloudy – Sprinkler "
        "– Wet grass – Rain; loopy belief propagation takes the second arrival for new evidence, so the same news "
        "is counted twice, and again with every further round.",
    )


def test_dry_grass_has_the_same_numbers_and_nobody_to_blame() -> None:
    found = compared("sprinkler", {"wet": "no"})
    rain = gap_of(found, "rain")
    assert rain.exact[1] == pytest.approx(0.1187305186)
    assert rain.loopy[1] == pytest.approx(0.1187305186)
    assert (found.worst, found.blame, found.is_exact) == ("", None, True)
    assert [gap.variable for gap in found.gaps] == ["cloudy", "sprinkler", "rain", "wet"]
    assert found.structure.badge == "loops cut by the evidence: exact"
    assert found.sentences[0].startswith("Both give the same beliefs. Wet grass = no cuts the loop")


def test_with_nothing_seen_the_error_shows_off_the_loop() -> None:
    found = compared("sprinkler", {})
    wet = gap_of(found, "wet")
    assert wet.exact[1] == pytest.approx(0.6471)
    assert wet.loopy[1] == pytest.approx(0.5985)
    assert found.blame is not None
    assert set(found.blame.cycle) == {"rain", "f_rain", "cloudy", "f_sprinkler", "sprinkler", "f_wet"}
    assert found.sentences[-1].startswith("Sprinkler and Rain depend on each other round the loop")
    assert "what they tell Wet grass for independent news" in found.sentences[-1]


def test_far_from_the_loop_the_error_is_passed_on() -> None:
    graph = load_document(FOLDER / "rumour.json").graph
    tail = Factor("t", "table", ("cleo", "dora"), {"values": [[0.9, 0.1], [0.1, 0.9]]})
    longer = FactorGraph((*graph.variables, boolean("dora", "Dora")), (*graph.factors, tail))
    found = blamed(longer, {}, "dora", dict.fromkeys(("ann", "bob", "cleo", "dora"), 0.1))
    assert found is not None
    assert found.cycle[0] == "cleo"
    assert found.sentence.startswith("The error arises on the loop Cleo believes it – ")
    assert "is passed on to Dora" in found.sentence


def test_an_echo_of_a_prior_and_of_an_observation_are_told_apart() -> None:
    prior = compared("rumour", {})
    assert prior.worst == "ann"
    assert prior.sentences[-1].startswith("What the factors say about Ann believes it goes out on the loop")
    assert prior.blame is not None
    assert prior.blame.observation == ""
    hint = compared("rumour", {"ann": [0.1, 0.9]})
    assert hint.sentences[-1].startswith("What was seen of Ann believes it goes out on the loop")


def test_news_that_comes_from_afar_is_not_called_direct() -> None:
    found = compared("asia", {"dyspnoea": "yes"})
    assert found.worst == "lung_cancer"
    assert "reaches Lung cancer from one side and again round the loop" in found.sentences[-1]


def test_where_the_exact_method_does_not_fit_it_says_so() -> None:
    bp, _ = engines("sprinkler")
    found = compare(bp, "exact inference needs 9 GiB", {"wet": "yes"})
    assert (found.worst, found.blame, found.has_exact) == ("", None, False)
    assert {gap.exact for gap in found.gaps} == {()}
    assert found.sentences == ("Only loopy belief propagation answers here: exact inference needs 9 GiB",)


def test_messages_that_do_not_settle_are_said_to() -> None:
    graph = load_document(FOLDER / "radio_channels.json").graph
    swinging = compile(graph, "bp", schedule="flooding", max_sweeps=1000)
    found = compare(swinging, compile(graph, "exact"), {})
    assert found.status is Status.OSCILLATING
    assert "repeat with period two: they give no belief" in found.sentences[1]
    short = compare(compile(graph, "bp", max_sweeps=3), compile(graph, "exact"), {})
    assert "they have not settled" in short.sentences[1]


def test_a_loop_may_do_no_harm() -> None:
    found = compared("ising_grid", {})
    assert (found.worst, found.is_exact) == ("", False)
    assert "With these numbers it does no harm" in found.sentences[0]


def test_soft_evidence_and_beliefs_are_compared_too() -> None:
    found = compared("sprinkler", {"wet": Belief((0.2, 0.8))})
    assert gap_of(found, "wet").difference < 1e-9
    assert found.worst == "rain"


def test_impossible_evidence_is_named() -> None:
    with pytest.raises(ImpossibleEvidence) as caught:
        compared("sprinkler", {"sprinkler": "no", "rain": "no", "wet": "yes"})
    assert set(caught.value.conflict) == {"sprinkler", "rain", "wet"}


def test_the_comparison_is_plain() -> None:
    shown = plain(compared("sprinkler", {"wet": "yes"}))
    assert shown["structure"]["loops"] == "loopy"
    assert shown["gaps"][3]["log_odds"] == 0
    assert shown["blame"]["cycle"][0] == "rain"


def test_where_one_of_them_is_certain_the_log_odds_have_no_gap_that_is_a_number() -> None:
    graph = FactorGraph(
        (boolean("a"), boolean("b")),
        (
            Factor("f", "table", ("a", "b"), {"values": [[1.0, 0.0], [1.0, 1.0]]}),
            Factor("g", "table", ("a", "b"), {"values": [[0.0, 1.0], [1.0, 1.0]]}),
        ),
    )
    found = compare(compile(graph, "bp"), compile(graph, "exact"), {})
    assert gap_of(found, "a").exact == (0.0, 1.0)
    if found.worst:
        assert plain(found.gaps[0])["log_odds"] is None or found.gaps[0].log_odds > 0


@given(SEEDS)
def test_the_gaps_are_those_to_enumeration(seed: int) -> None:
    graph = any_graph(np.random.default_rng(seed))
    try:
        right = compile(graph, "enumeration").infer({})
        found = compare(compile(graph, "bp"), compile(graph, "exact"), {})
    except ImpossibleEvidence:
        return
    for gap in found.gaps:
        exact = right.marginals[gap.variable].probabilities
        assert np.allclose(gap.exact, exact)
        assert gap.difference == pytest.approx(np.abs(np.array(gap.loopy) - exact).max(), abs=1e-9)
    sizes = [gap.difference for gap in found.gaps if gap.difference > AGREES]
    assert sizes == sorted(sizes, reverse=True)
    if found.blame is not None:
        assert_is_cycle(graph, found.blame.cycle)


def assert_is_cycle(graph: FactorGraph, cycle: tuple[str, ...]) -> None:
    scopes = {factor.id: factor.scope for factor in graph.factors}
    assert len(set(cycle)) == len(cycle) >= 4
    for variable, factor, following in zip(cycle[::2], cycle[1::2], [*cycle[2::2], cycle[0]], strict=True):
        assert {variable, following} <= set(scopes[factor])


# --- cycles against networkx -------------------------------------------------------------------------------


def random_neighbours(seed: int) -> tuple[nx.Graph, list[list[int]]]:
    source = np.random.default_rng(seed)
    n = int(source.integers(2, 12))
    graph = nx.gnm_random_graph(n, int(source.integers(0, 2 * n)), seed=seed % 1000)
    return graph, [sorted(graph[node]) for node in range(n)]


def shortest_length(graph: nx.Graph, node: int) -> int:
    """Through a pair of neighbours and a way between them that avoids the node; 0 where there is none."""
    without = graph.subgraph(set(graph) - {node})
    lengths = [
        nx.shortest_path_length(without, one, other) + 2
        for one, other in itertools.combinations(graph[node], 2)
        if nx.has_path(without, one, other)
    ]
    return min(lengths, default=0)


@given(SEEDS)
def test_the_shortest_cycle_is_as_short_as_networkx_finds_it(seed: int) -> None:
    graph, neighbours = random_neighbours(seed)
    for node in graph:
        cycle = shortest_cycle(neighbours, node)
        assert len(cycle) == shortest_length(graph, node)
        assert len(set(cycle)) == len(cycle)
        assert not cycle or cycle[0] == node
        assert all(graph.has_edge(*pair) for pair in zip(cycle, (*cycle[1:], *cycle[:1]), strict=True))


@given(SEEDS)
def test_the_nearest_cycle_goes_through_the_nearest_node_that_has_one(seed: int) -> None:
    graph, neighbours = random_neighbours(seed)
    cycle = nearest_cycle(neighbours, 0, lambda node: 0.0)
    distances = nx.single_source_shortest_path_length(graph, 0)
    on_one = [distance for node, distance in distances.items() if shortest_length(graph, node)]
    assert bool(cycle) == bool(on_one)
    if cycle:
        assert min(distances[node] for node in cycle) == min(on_one)


def test_of_equally_short_cycles_the_heavier_one_is_taken() -> None:
    two_triangles = [[1, 2, 3, 4], [0, 2], [0, 1], [0, 4], [0, 3]]
    assert set(shortest_cycle(two_triangles, 0, lambda node: float(node in (3, 4)))) == {0, 3, 4}
    assert set(shortest_cycle(two_triangles, 0, lambda node: float(node in (1, 2)))) == {0, 1, 2}
