"""Independence by the drawing, against networkx; by the numbers, against enumeration."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings

import mbml_core as mb
from mbml_core.errors import ImpossibleEvidence, InvalidEvidence
from mbml_core.explain.arrows import Arrows
from mbml_core.explain.independence import (
    NO_BITS,
    Independence,
    independence,
    markov_blanket,
    mutual_information,
)
from mbml_core.inference import enumeration
from mbml_core.inference.observations import Observations
from mbml_core.model import Categorical, Factor, FactorGraph, Likelihood, Variable, boolean
from tests.strategies import SEEDS, any_graph, directed_graph, free_graph

YES = [[0.7, 0.3], [0.2, 0.8]]


def network(*families: str, ties: tuple[str, ...] = ()) -> FactorGraph:
    """Booleans by letters: "ab→c" is written "abc", a root "a"; `ties` are scopes without a direction."""
    letters = sorted({letter for word in (*families, *ties) for letter in word})
    rng = np.random.default_rng(7)
    factors = []
    for word in families:
        values = rng.uniform(0.1, 0.9, (2,) * (len(word) - 1))
        table = np.stack([values, 1 - values], axis=-1)
        factors.append(Factor(f"f_{word}", "table", tuple(word), {"values": table, "child": word[-1]}))
    for word in ties:
        factors.append(Factor(f"t_{word}", "table", tuple(word), {"values": rng.uniform(1, 9, (2,) * len(word))}))
    return FactorGraph(tuple(boolean(letter, letter.upper()) for letter in letters), tuple(factors))


SPRINKLER = network("c", "cs", "cr", "srw")


def asked(
    graph: FactorGraph, pair: str, evidence: Mapping[str, Any] | None = None, known: str = ""
) -> Independence:
    return independence(graph, *pair, evidence or {}, known, exact=mb.compile(graph, "exact"))


# --- by the drawing ----------------------------------------------------------------------------------------


def augmented(graph: FactorGraph, hinted: frozenset[str]) -> tuple[nx.DiGraph, set[str]]:
    """Arrows with every tie and every hint as an observed child."""
    arrows = Arrows.of(graph)
    drawn = nx.DiGraph()
    drawn.add_nodes_from(arrows.variables)
    drawn.add_edges_from((parent, id) for id in arrows.variables for parent in arrows.parents[id])
    drawn.add_edges_from((id, ("tie", tie)) for tie, scope in arrows.ties.items() for id in scope)
    drawn.add_edges_from((id, ("hint", id)) for id in hinted)
    return drawn, {("tie", tie) for tie in arrows.ties} | {("hint", id) for id in hinted}


def conditioned(
    source: np.random.Generator, graph: FactorGraph, ends: set[str]
) -> tuple[set[str], dict[str, Any]]:
    """Some variables to know, and soft evidence on some."""
    others = [v for v in graph.variables if v.id not in ends]
    known = {v.id for v in others if source.random() < 0.3}
    soft = {
        v.id: Likelihood(tuple(source.uniform(0.1, 1, v.size).tolist()))
        for v in graph.variables
        if v.id not in known and v.size > 1 and source.random() < 0.15
    }
    return known, soft


@settings(max_examples=60)
@given(SEEDS)
def test_separation_in_directed_models_is_that_of_networkx(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source)
    arrows = Arrows.of(graph)
    assert arrows.is_directed
    drawn = nx.DiGraph([(parent, id) for id in arrows.variables for parent in arrows.parents[id]])
    drawn.add_nodes_from(arrows.variables)
    for first, second in combinations(arrows.variables, 2):
        known, _ = conditioned(source, graph, {first, second})
        found = independence(graph, first, second, {}, known)
        assert found.is_separated == nx.is_d_separator(drawn, {first}, {second}, known)
        assert found.reading == "directed"


@settings(max_examples=60)
@given(SEEDS)
def test_separation_in_any_model_is_that_of_ties_and_hints_as_observed_children(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = mixed_graph(source)
    ids = [variable.id for variable in graph.variables]
    for first, second in combinations(ids, 2):
        known, soft = conditioned(source, graph, {first, second})
        drawn, observed = augmented(graph, frozenset(soft))
        found = independence(graph, first, second, soft, known)
        assert found.is_separated == nx.is_d_separator(drawn, {first}, {second}, known | observed)


def mixed_graph(source: np.random.Generator) -> FactorGraph:
    """A directed network with some free potentials on top, or one of these alone."""
    graph = any_graph(source)
    ids = [variable.id for variable in graph.variables]
    extra = []
    for i in range(int(source.integers(0, 3))):
        scope = source.permutation(ids)[: int(source.integers(1, 4))].tolist()
        values = source.uniform(0.5, 2, [graph.variable(id).size for id in scope])
        extra.append(Factor(f"extra{i}", "table", tuple(scope), {"values": values}))
    return FactorGraph(graph.variables, (*graph.factors, *extra))


@settings(max_examples=40)
@given(SEEDS)
def test_free_potentials_are_plain_separation(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = free_graph(source)
    cliques = nx.Graph()
    cliques.add_nodes_from(v.id for v in graph.variables)
    for factor in graph.factors:
        cliques.add_edges_from(combinations(factor.scope, 2))
    for first, second in combinations([v.id for v in graph.variables], 2):
        known, _ = conditioned(source, graph, {first, second})
        left = cliques.subgraph(set(cliques) - known)
        assert independence(graph, first, second, {}, known).is_separated != nx.has_path(left, first, second)


@settings(max_examples=60)
@given(SEEDS)
def test_trails_are_ways_of_the_drawing_and_told_rightly(seed: int) -> None:
    """Every blocked trail has a blocker on it, an open one has none; each hop is an edge; none is told twice."""
    source = np.random.default_rng(seed)
    graph = mixed_graph(source)
    scopes = {factor.id: set(factor.scope) for factor in graph.factors}
    for first, second in list(combinations([v.id for v in graph.variables], 2))[:6]:
        known, soft = conditioned(source, graph, {first, second})
        found = independence(graph, first, second, soft, known, most=4)
        for trails, is_open in ((found.open_trails, True), (found.blocked_trails, False)):
            assert len({trail.nodes for trail in trails}) == len(trails) <= 4
            assert [len(trail.nodes) for trail in trails] == sorted(len(trail.nodes) for trail in trails)
            for trail in trails:
                assert trail.is_open == is_open == (not trail.blockers)
                variables, factors = trail.nodes[::2], trail.nodes[1::2]
                assert (variables[0], variables[-1]) == (first, second)
                assert len(set(variables)) == len(variables)
                assert set(trail.blockers) <= set(variables[1:-1])
                for factor, *hop in zip(factors, variables, variables[1:], strict=False):
                    assert set(hop) <= scopes[factor]
                for blocker, rule in zip(trail.blockers, trail.rules, strict=True):
                    assert (blocker in known) == (rule != "collider")


@settings(max_examples=40)
@given(SEEDS)
def test_all_trails_of_a_small_model_are_told(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = directed_graph(source, most=5)
    arrows = Arrows.of(graph)
    skeleton = nx.Graph([(parent, id) for id in arrows.variables for parent in arrows.parents[id]])
    skeleton.add_nodes_from(arrows.variables)
    for first, second in combinations(arrows.variables, 2):
        known, _ = conditioned(source, graph, {first, second})
        found = independence(graph, first, second, {}, known, most=1000)
        assert found.has_more == (False, False)
        told = {trail.nodes[::2] for trail in (*found.open_trails, *found.blocked_trails)}
        assert told == {tuple(path) for path in nx.all_simple_paths(skeleton, first, second)}


def test_two_ties_between_the_same_variables_are_two_trails() -> None:
    found = asked(network(ties=("ab", "abc")), "ab")
    assert [trail.nodes for trail in found.open_trails] == [("a", "t_ab", "b"), ("a", "t_abc", "b"),
                                                            ("a", "t_abc", "c", "t_abc", "b")]  # fmt: skip


# --- in words ----------------------------------------------------------------------------------------------


def test_a_fork_is_blocked_by_knowing_it_and_a_collider_opened() -> None:
    free = asked(SPRINKLER, "sr")
    assert [trail.text for trail in free.open_trails] == ["S ← C → R"]
    assert [trail.text for trail in free.blocked_trails] == ["S → W ← R"]
    assert free.blocked_trails[0].rules == ("collider",)
    assert "two arrows meet there, it is not observed" in free.blocked_trails[0].sentence
    known = asked(SPRINKLER, "sr", {"c": "yes"})
    assert known.is_separated
    assert known.sentence == "Given C, S and R are independent: every path between them is blocked."
    assert "Blocked at C, which is observed (a fork" in known.blocked_trails[0].sentence
    wet = asked(SPRINKLER, "sr", {"c": "yes", "w": "yes"})
    assert "its causes compete to explain it" in wet.open_trails[0].sentence
    assert "1 open path" in wet.sentence


def test_what_is_only_supposed_to_be_known_is_said_to_be() -> None:
    found = asked(SPRINKLER, "sr", known="c")
    assert found.is_separated
    assert found.known == ("c",)
    assert "which is supposed to be known" in found.blocked_trails[0].sentence


def test_a_collider_is_opened_by_what_is_below_it_and_by_a_hint() -> None:
    graph = network("a", "b", "abc", "cd", "de")
    below = asked(graph, "ab", {"e": "no"})
    assert below.open_trails[0].sentence.startswith("Open at the collider C: E below it tells about it")
    hinted = asked(graph, "ab", {"c": Likelihood((0.3, 0.9))})
    assert hinted.hinted == ("c",)
    assert hinted.known == ()
    assert "there is evidence about it" in hinted.open_trails[0].sentence
    assert "neither is anything below it" in asked(graph, "ab").blocked_trails[0].sentence


def test_a_hint_does_not_block() -> None:
    graph = network("a", "ab", "bc")
    assert not asked(graph, "ac", {"b": Likelihood((0.3, 0.9))}).is_separated
    assert asked(graph, "ac", {"b": Likelihood((0.0, 0.9))}).is_separated
    assert asked(graph, "ac", {"b": {"not": "no"}}).is_separated


def test_undirected_and_mixed_readings_are_said() -> None:
    plain = asked(network(ties=("ab", "bc")), "ac", {"b": "no"})
    assert plain.reading == "undirected"
    assert plain.blocked_trails[0].rules == ("separator",)
    assert plain.blocked_trails[0].text == "A — B — C"
    mixed = asked(network("a", "b", "abc", "d", ties=("cd",)), "ab")
    assert mixed.reading == "mixed"
    assert "a factor without a direction acts as an observation" in mixed.open_trails[0].sentence


def test_nothing_joins_islands() -> None:
    found = asked(network("a", "b"), "ab")
    assert found.is_separated
    assert found.sentence == "Nothing joins A and B: they are independent, whatever is known."
    assert found.bits == 0.0


def test_an_observation_of_one_of_the_two_is_left_aside() -> None:
    found = asked(SPRINKLER, "sr", {"s": "yes"})
    assert found.known == ()
    assert not found.is_separated
    assert found.bits == pytest.approx(asked(SPRINKLER, "sr").bits)
    assert found.sentence.endswith("S is observed; its own observation is left aside, to ask what it would tell.")


@pytest.mark.parametrize(("pair", "known"), [("ss", ""), ("sr", "s"), ("sx", ""), ("sr", "x")])
def test_two_different_variables_are_needed(pair: str, known: str) -> None:
    with pytest.raises(InvalidEvidence):
        asked(SPRINKLER, pair, known=known)


def test_names_are_shown_not_obeyed() -> None:
    graph = FactorGraph(
        (boolean("a", "A\u202e"), boolean("b")), (Factor("t", "table", ("a", "b"), {"values": YES}),)
    )
    found = asked(graph, "ab")
    assert "A\\u202e — b" in found.open_trails[0].text
    assert "\u202e" not in found.sentence + found.check


# --- by the numbers ----------------------------------------------------------------------------------------


def brute_bits(graph: FactorGraph, pair: tuple[str, str], known: set[str], evidence: Mapping[str, Any]) -> float:
    """Σ_w P(w) Σ_xy P(x, y | w) log₂ …, entry by entry."""
    scope = tuple(graph.variable_index[id] for id in (*pair, *sorted(known)))
    table = enumeration.joint_marginal(graph, Observations.of(graph, evidence).fixed, scope)
    total = 0.0
    for rest in np.ndindex(table.shape[2:]):
        joint = table[(slice(None), slice(None), *rest)]
        if joint.sum() > 0:
            within = joint / joint.sum()
            for x, y in np.argwhere(within > 0):
                apart = within[x].sum() * within[:, y].sum()
                total += joint[x, y] * np.log2(within[x, y] / apart)
    return total


@settings(max_examples=60)
@given(SEEDS)
def test_mutual_information_is_that_of_enumeration_and_zero_where_separated(seed: int) -> None:
    source = np.random.default_rng(seed)
    graph = mixed_graph(source)
    ids = [variable.id for variable in graph.variables]
    assume(len(ids) > 1)
    pair = tuple(source.permutation(ids)[:2].tolist())
    known, soft = conditioned(source, graph, set(pair))
    states = {id: str(source.choice(graph.variable(id).states)) for id in sorted(known) if source.random() < 0.5}
    evidence = {**soft, **states}
    try:
        found = independence(graph, *pair, evidence, known, exact=mb.compile(graph, "exact"))
    except ImpossibleEvidence:
        assume(False)
    assert found.bits == pytest.approx(brute_bits(graph, pair, known, evidence), abs=1e-9)
    if found.is_separated:
        assert found.bits is not None
        assert found.bits < NO_BITS
        assert found.check == "The numbers agree, as they must."


def test_the_numbers_may_be_independent_where_the_drawing_is_not() -> None:
    graph = FactorGraph(
        (boolean("a", "A"), boolean("b", "B")),
        (Factor("p", "prior", ("a",), {"probabilities": [0.5, 0.5]}),
         Factor("f", "table", ("a", "b"), {"values": [[0.3, 0.7], [0.3, 0.7]], "child": "b"})),
    )  # fmt: skip
    found = asked(graph, "ab")
    assert not found.is_separated
    assert found.bits == pytest.approx(0, abs=NO_BITS)
    assert "these tables make them independent. Other numbers would not." in found.check


def test_a_noisy_or_that_stayed_off_makes_its_causes_independent() -> None:
    """Independence in one context only: the drawing cannot show it (Pearl 1988, section 4.3.2)."""
    graph = FactorGraph(
        tuple(boolean(id, id.upper()) for id in "abc"),
        (*(Factor(f"p{id}", "prior", (id,), {"probabilities": [0.6, 0.4]}) for id in "ab"),
         Factor("f", "noisy_or", ("a", "b", "c"), {"probabilities": [0.8, 0.7], "leak": 0.1})),
    )  # fmt: skip
    off, on = asked(graph, "ab", {"c": "no"}), asked(graph, "ab", {"c": "yes"})
    assert (off.is_separated, on.is_separated) == (False, False)
    assert "with these observations" in off.check
    assert on.bits is not None
    assert on.bits > 0.01


def test_bits_of_known_tables() -> None:
    assert mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]])) == pytest.approx(1.0)
    assert mutual_information(np.full((2, 4), 1 / 8)) == 0.0
    xor = np.zeros((2, 2, 2))
    for x, y in np.ndindex(2, 2):
        xor[x, y, x ^ y] = 0.25
    assert mutual_information(xor) == pytest.approx(1.0)


def test_a_table_out_of_reach_is_not_guessed() -> None:
    many = tuple(Variable(f"v{i}", Categorical(tuple(map(str, range(50))))) for i in range(4))
    graph = FactorGraph(many)
    found = independence(graph, "v0", "v1", {}, ["v2", "v3"], exact=mb.compile(graph, "exact"))
    assert found.bits is None
    assert "too large" in found.check


# --- the Markov blanket ------------------------------------------------------------------------------------


def test_the_blanket_is_parents_children_and_their_other_parents() -> None:
    found = markov_blanket(network("a", "b", "ax", "bxc", "cd"), "x")
    assert found.members == (("a", "parent"), ("b", "co-parent"), ("c", "child"))
    assert found.sentence.endswith("about X: its parent A, its child C and its co-parent B.")


@settings(max_examples=40)
@given(SEEDS)
def test_a_blanket_separates_from_everything_else(seed: int) -> None:
    graph = mixed_graph(np.random.default_rng(seed))
    ids = [variable.id for variable in graph.variables]
    for id in ids:
        members = [member for member, _ in markov_blanket(graph, id).members]
        for other in set(ids) - {id, *members}:
            assert independence(graph, id, other, {}, members).is_separated


def test_no_other_numbers_make_a_variable_of_one_state_tell_anything() -> None:
    only = Variable("only", Categorical(("on",)))
    model = FactorGraph((only, boolean("b")), (Factor("f", "table", ("only", "b"), {"values": [[0.5, 0.5]]}),))
    found = independence(model, "only", "b", exact=mb.compile(model, "exact"))
    assert found.check.startswith("Yet the numbers say 0 bits: only has one state only")
