"""What holds for every drawing and every sequence of edits."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mbml_core import ImpossibleEvidence, infer
from mbml_core.document import Document, read_draft, write_bytes
from mbml_core.editing import CommandRefused, History, apply, child_of, label_of, suspended
from mbml_core.factors import check_graph
from mbml_core.model import FactorGraph
from tests.document.strategies import documents
from tests.editing.drawings import document, gate, lawn
from tests.editing.hand import Hand
from tests.strategies import loopy_graphs

STEPS = 200


def beliefs(graph: FactorGraph) -> dict[str, np.ndarray]:
    result = infer(graph.with_evidence({}), method="enumeration")
    return {id: marginal.probabilities for id, marginal in result.marginals.items()}


def assert_same_beliefs(left: FactorGraph, right: FactorGraph) -> None:
    before, after = beliefs(left), beliefs(right)
    for id in before.keys() & after.keys():
        assert after[id] == pytest.approx(before[id], abs=1e-9), id


def assert_drawable(drawn: Document) -> None:
    graph = drawn.graph
    nodes = [*(v.id for v in graph.variables), *(f.id for f in graph.factors)]
    assert len(nodes) == len(set(nodes))
    assert set(drawn.layout) == set(nodes)
    assert not set(suspended(drawn)) & set(graph.evidence)
    assert len(suspended(drawn)) == len(drawn.extras.top.get("suspended_evidence", {}))
    for factor in graph.factors:
        assert child_of(factor) in (None, *factor.scope)
        if factor.kind == "table":
            assert np.shape(factor.parameters["values"]) == tuple(v.size for v in graph.domains(factor))


@pytest.mark.parametrize("seed", range(12))
def test_drawings_made_by_sound_commands_stay_sound(seed: int) -> None:
    hand, start = Hand(seed), document(lawn() if seed % 2 else gate("xor", {}))
    history, done = History.of(start), 0
    for _ in range(STEPS):
        command = hand.command(history.present)
        try:
            after = apply(history.present, command)
        except CommandRefused:
            continue
        assert check_graph(after.graph) == [], command
        assert_drawable(after)
        history, done = history.commit(after, label_of(command, history.present)), done + 1
    assert done > STEPS / 2
    final, steps = history.present, len(history.past)
    for _ in range(steps):
        history = history.undo()
    assert (history.present, history.undo_label) == (start, "")
    for _ in range(steps):
        history = history.redo()
    assert (history.present, history.redo_label) == (final, "")


@pytest.mark.parametrize("seed", range(4))
def test_drafts_never_break(seed: int) -> None:
    """Unsound numbers stay drawable, editable, and can be written and reopened."""
    hand, drawn = Hand(100 + seed), document(gate("noisy_or", {"probabilities": [0.5, 0.5]}))
    for step in range(STEPS):
        factor = hand.factor(drawn)
        shape = tuple(v.size for v in drawn.graph.domains(factor)) if factor in drawn.graph.factors else ()
        spoil = [
            {
                "kind": "table",
                "parameters": {"values": (np.ones(shape) * hand.random.choice([-1, 0, 7])).tolist()},
            },
            {"kind": "any_true", "parameters": {}},
            {"kind": "noisy_and", "parameters": {"probabilities": [3.0] * max(len(shape) - 1, 0)}},
            {"kind": "equal", "parameters": {"probabilities": "not read"}},
        ]
        setting = {"type": "set_parameters", "factor": factor.id, "child": None, **hand.random.choice(spoil)}
        command = setting if step % 4 == 0 else hand.command(drawn)
        try:
            drawn = apply(drawn, command)
        except CommandRefused:
            continue
        assert_drawable(drawn)
        again, problems = read_draft(write_bytes(drawn))
        assert again == drawn
        assert len(problems) == len(check_graph(drawn.graph))


GATES = [
    ("noisy_or", {"probabilities": [0.125, 0.75], "leak": 0.25}, ("a", "b", "c")),
    ("noisy_and", {"probabilities": [0.125, 0.75], "child": "b"}, ("a", "b", "c")),
    ("all_true", {}, ("a", "b", "c")),
    ("xor", {"child": "a"}, ("a", "b", "c")),
    ("equal", {}, ("a", "b", "c")),
    ("not", {}, ("a", "b")),
    ("add_noise", {"flip": [0.25, 0.5]}, ("a", "b")),
    ("count_true", {}, ("a", "b", "hue")),
]
SEEDS = st.integers(0, 2**32 - 1)


def shuffled(items: tuple[Any, ...], seed: int) -> list[Any]:
    return random.Random(seed).sample(items, len(items))  # noqa: S311


@pytest.mark.parametrize(("kind", "parameters", "scope"), GATES, ids=[kind for kind, _, _ in GATES])
def test_the_order_of_a_scope_means_nothing(kind: str, parameters: dict[str, Any], scope: tuple[str, ...]) -> None:
    drawn = document(gate(kind, parameters, scope))
    for seed in range(6):
        after = apply(drawn, {"type": "set_scope", "factor": "g", "scope": shuffled(scope, seed)})
        assert check_graph(after.graph) == []
        assert_same_beliefs(drawn.graph, after.graph)


@pytest.mark.parametrize(("kind", "parameters", "scope"), GATES, ids=[kind for kind, _, _ in GATES])
def test_turning_the_states_of_a_gate_only_turns_beliefs(
    kind: str, parameters: dict[str, Any], scope: tuple[str, ...]
) -> None:
    drawn = document(gate(kind, parameters, scope))
    for id in scope:
        states = drawn.graph.variable(id).states
        origin = list(reversed(range(len(states))))
        turned = [states[i] for i in origin]
        after = apply(drawn, {"type": "set_states", "id": id, "states": turned, "from": origin})
        assert_turned(drawn.graph, after.graph, id, origin)


def assert_turned(left: FactorGraph, right: FactorGraph, id: str, origin: list[int]) -> None:
    before, after = beliefs(left), beliefs(right)
    before[id] = before[id][origin]
    for key, expected in before.items():
        assert after[key] == pytest.approx(expected, abs=1e-9), key


@pytest.mark.parametrize(("kind", "parameters", "scope"), GATES, ids=[kind for kind, _, _ in GATES])
def test_an_unread_parent_changes_no_belief(kind: str, parameters: dict[str, Any], scope: tuple[str, ...]) -> None:
    """Where the kind goes on, it reads the new parent; where it becomes a table, it does not."""
    drawn = document(gate(kind, parameters, scope))
    newcomer = "hue" if "hue" not in scope else "c"
    after = apply(drawn, {"type": "connect", "factor": "g", "variable": newcomer})
    assert_same_beliefs(drawn.graph, after.graph)


@settings(max_examples=60)
@given(loopy_graphs(with_zeros=True), SEEDS)
def test_laws_of_tables(graph: FactorGraph, seed: int) -> None:
    drawn = Document.of(graph)
    assume(graph.factors and graph_is_possible(graph))
    source = random.Random(seed)  # noqa: S311
    factor = source.choice(graph.factors)
    scope = shuffled(factor.scope, seed)
    assert_same_beliefs(graph, apply(drawn, {"type": "set_scope", "factor": factor.id, "scope": scope}).graph)
    others = [v for v in graph.variables if v.id not in factor.scope]
    for variable in others[:1]:
        edge = {"factor": factor.id, "variable": variable.id}
        connected = apply(drawn, {"type": "connect", **edge})
        assert_same_beliefs(graph, connected.graph)
        assert_equal_tables(apply(connected, {"type": "disconnect", **edge}), drawn)
    variable = source.choice(graph.variables)
    origin = shuffled(tuple(range(variable.size)), seed)
    states = [variable.states[i] for i in origin]
    turned = apply(drawn, {"type": "set_states", "id": variable.id, "states": states, "from": origin})
    assert_turned(graph, turned.graph, variable.id, origin)


def graph_is_possible(graph: FactorGraph) -> bool:
    try:
        beliefs(graph)
    except ImpossibleEvidence:  # by its factors alone
        return False
    return True


def assert_equal_tables(left: Document, right: Document) -> None:
    for ours, theirs in zip(left.graph.factors, right.graph.factors, strict=True):
        assert (ours.id, ours.scope, child_of(ours)) == (theirs.id, theirs.scope, child_of(theirs))
        assert np.asarray(ours.parameters["values"]) == pytest.approx(np.asarray(theirs.parameters["values"]))


@pytest.mark.parametrize(("id", "newcomer"), [("f1", "wet"), ("f1", "hue"), ("f2", "hue"), ("f3", "rain")])
def test_connecting_and_disconnecting_restores_the_drawing(id: str, newcomer: str) -> None:
    drawn = document(lawn())
    edge = {"factor": id, "variable": newcomer}
    after = apply(apply(drawn, {"type": "connect", **edge}), {"type": "disconnect", **edge})
    assert after == drawn


@settings(max_examples=40)
@given(documents(), SEEDS)
def test_any_document_takes_edits(drawn: Document, seed: int) -> None:
    """Every kind, unknown fields anywhere, odd names: edits are refused or leave a sound drawing."""
    hand = Hand(seed, share_of_numbers=0.3)
    for _ in range(15):
        try:
            drawn = apply(drawn, hand.command(drawn))
        except CommandRefused:
            continue
        assert check_graph(drawn.graph) == []
        assert read_draft(write_bytes(drawn)) == (drawn, ())
