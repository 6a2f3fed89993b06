"""Active paths against independence in the numbers, and against what textbooks say of small graphs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings

from mbml_core.explain.arrows import Arrows, Given
from mbml_core.explain.paths import ActivePath, Collider, active_paths
from mbml_core.inference.enumeration import joint_marginal
from mbml_core.model import Factor, FactorGraph, Likelihood, Observed, boolean
from tests.strategies import SEEDS, any_graph, free_graph, table


def network(**parents: str) -> FactorGraph:
    """Booleans by name, each with the letters of its parents; every conditional table is random."""
    source = np.random.default_rng(7)
    factors = []
    for child, above in parents.items():
        values = source.uniform(0.1, 0.9, (2,) * len(above))
        both = np.stack([values, 1 - values], axis=-1)
        factors.append(Factor(f"f_{child}", "table", (*above, child), {"values": both, "child": child}))
    return FactorGraph(tuple(boolean(name) for name in parents), tuple(factors))


def shown(path: ActivePath) -> str:
    marks = [*path.marks, ""]
    return "".join(f"{variable}{mark}" for variable, mark in zip(path.variables, marks, strict=True))


def found(model: FactorGraph, source: str, target: str, known: str = "", hinted: str = "") -> list[str]:
    given = Given(frozenset(known), frozenset(hinted))
    return [shown(path) for path in active_paths(Arrows.of(model), source, target, given).found]


CHAIN = network(a="", b="a", c="b")
FORK = network(b="", a="b", c="b")
COLLIDER = network(a="", c="", b="ac", d="b")


@pytest.mark.parametrize(
    ("model", "known", "hinted", "paths"),
    [
        (CHAIN, "", "", ["a→b→c"]),
        (CHAIN, "b", "", []),
        (CHAIN, "", "b", ["a→b→c"]),
        (FORK, "", "", ["a←b→c"]),
        (FORK, "b", "", []),
        (COLLIDER, "", "", []),
        (COLLIDER, "b", "", ["a→b←c"]),
        (COLLIDER, "d", "", ["a→b←c"]),
        (COLLIDER, "", "b", ["a→b←c"]),
        (COLLIDER, "", "d", ["a→b←c"]),
    ],
)
def test_chains_forks_and_colliders(model: FactorGraph, known: str, hinted: str, paths: list[str]) -> None:
    assert found(model, "a", "c", known, hinted) == paths


def test_a_collider_says_what_opened_it() -> None:
    (path,) = active_paths(Arrows.of(COLLIDER), "a", "c", Given(frozenset("d"))).found
    assert path.colliders == (Collider("b", ("d",)),)
    assert path.factors == ("f_b", "f_b")


def test_shorter_paths_come_first_and_only_so_many() -> None:
    model = network(s="", a="s", b="s", c="b", d="s", t="acd")
    assert found(model, "s", "t") == ["s→a→t", "s→d→t", "s→b→c→t"]
    few = active_paths(Arrows.of(model), "s", "t", Given(), most=2)
    assert [shown(path) for path in few.found] == ["s→a→t", "s→d→t"]
    assert not few.is_complete
    assert active_paths(Arrows.of(model), "s", "t", Given(), most=3).is_complete


def test_a_free_potential_ties_and_opens_what_is_above_it() -> None:
    tie = table("phi", ("b", "d"), np.array([[1.0, 2.0], [3.0, 1.0]]))
    model = network(a="", c="", b="ac", d="")
    model = FactorGraph(model.variables, (*model.factors, tie))
    assert found(model, "a", "c") == ["a→b←c"]
    assert found(model, "a", "d") == ["a→b—d"]
    (path,) = active_paths(Arrows.of(model), "a", "c", Given()).found
    assert path.colliders == (Collider("b", ()),)


def test_a_variable_is_connected_to_itself() -> None:
    assert found(CHAIN, "a", "a") == ["a"]


def test_two_conditionals_of_one_child_have_no_direction() -> None:
    first, second = network(a="", c="a"), network(b="", c="b")
    factors = (*first.factors, first_as("g_c", second.factors[1]), second.factors[0])
    model = FactorGraph((boolean("a"), boolean("b"), boolean("c")), factors)
    arrows = Arrows.of(model)
    assert not arrows.is_directed
    assert set(arrows.ties) == {"f_c", "g_c"}
    assert found(model, "a", "b") == ["a—c—b"]


def first_as(id: str, factor: Factor) -> Factor:
    return Factor(id, factor.kind, factor.scope, factor.parameters)


def test_a_circle_of_arrows_has_no_direction() -> None:
    model = network(r="", a="br", b="a", z="b")
    arrows = Arrows.of(model)
    assert set(arrows.ties) == {"f_a", "f_b"}
    assert arrows.parents["z"] == ("b",)
    assert arrows.moral["a"] == {"b", "r"}


def test_what_is_known_and_what_is_a_hint() -> None:
    evidence = {
        "a": Observed(CHAIN.variables[0].states[1]),
        "b": Likelihood((0.2, 0.8)),
        "c": Likelihood((0.0, 2.0)),
    }
    assert Given.of(CHAIN, evidence) == Given(frozenset("ac"), frozenset("b"))


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_without_an_active_path_the_numbers_are_independent(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = any_graph(source) if seed % 2 else free_graph(source, 6)
    n = len(model.variables)
    if n < 2:
        return
    ends = source.permutation(n)[:2].tolist()
    rest = [v for v in range(n) if v not in ends and source.random() < 0.4]
    evidence = {v: source.uniform(0.1, 1.0, model.variables[v].size) for v in rest if source.random() < 0.5}
    conditioned = tuple(v for v in rest if v not in evidence)
    ids = [variable.id for variable in model.variables]
    given = Given(frozenset(ids[v] for v in conditioned), frozenset(ids[v] for v in evidence))
    paths = active_paths(Arrows.of(model), ids[ends[0]], ids[ends[1]], given)
    assert bool(paths.found) == paths.is_connected
    if not paths.is_connected:
        joint = joint_marginal(model, evidence, (*ends, *conditioned))
        both = joint * joint.sum(axis=(0, 1), keepdims=True)
        apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
        np.testing.assert_allclose(both, apart, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_found_are_exactly_the_simple_paths_that_no_rule_blocks(seed: int) -> None:
    source = np.random.default_rng(seed)
    n = int(source.integers(3, 7))
    names = "abcdef"[:n]
    model = network(**{c: "".join(p for p in names[:i] if source.random() < 0.45) for i, c in enumerate(names)})
    given = Given(frozenset(c for c in names[1:-1] if source.random() < 0.4))
    found_paths = active_paths(Arrows.of(model), names[0], names[-1], given, most=10_000)
    assert {path.variables for path in found_paths.found} == set(open_paths(model, names[0], names[-1], given))
    lengths = [len(path.variables) for path in found_paths.found]
    assert lengths == sorted(lengths)


def open_paths(model: FactorGraph, start: str, end: str, given: Given) -> list[tuple[str, ...]]:
    """All simple paths, each looked at triple by triple."""
    arrows = Arrows.of(model)
    edges = {(p, c) for c, parents in arrows.parents.items() for p in parents}

    def blocked(a: str, b: str, c: str) -> bool:
        if (a, b) in edges and (c, b) in edges:
            return not arrows.descendants([b]) & given.known
        return b in given.known

    def grown(path: tuple[str, ...]) -> list[tuple[str, ...]]:
        if path[-1] == end:
            return [path]
        after = [v for v in arrows.variables if {(path[-1], v), (v, path[-1])} & edges and v not in path]
        return [whole for v in after for whole in grown((*path, v))]

    triples = [(path, zip(path, path[1:], path[2:], strict=False)) for path in grown((start,))]
    return [path for path, steps in triples if not any(blocked(*step) for step in steps)]


def test_every_pair_of_a_free_model_is_separated_as_in_the_plain_graph() -> None:
    square = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")]
    values = np.array([[2.0, 1.0], [1.0, 2.0]])
    factors = tuple(table(f"f{i}", scope, values) for i, scope in enumerate(square))
    model = FactorGraph(tuple(boolean(name) for name in "abcd"), factors)
    for one, other in combinations("abcd", 2):
        is_edge = {one, other} in [set(edge) for edge in square]
        known = "".join(sorted(set("abcd") - {one, other}))
        assert bool(found(model, one, other, known)) == is_edge
