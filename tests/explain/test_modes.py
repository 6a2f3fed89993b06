"""The most probable assignment beside the marginal modes, against enumeration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import mbml_core as mb
from mbml_core.errors import ImpossibleEvidence
from mbml_core.explain.modes import Modes, modes
from mbml_core.explain.plain import plain
from mbml_core.inference import enumeration
from mbml_core.inference.observations import Observations
from mbml_core.model import Belief, Factor, FactorGraph, boolean
from tests.strategies import SEEDS, any_graph, evidence_for


def two(values: list[list[float]]) -> FactorGraph:
    pair = (boolean("a", "A"), boolean("b", "B"))
    return FactorGraph(pair, (Factor("f", "table", ("a", "b"), {"values": values}),))


APART = two([[0.36, 0.04], [0.30, 0.30]])
"""A is more probably yes (0.6), B more probably no (0.66); the best whole is (no, no)."""


def asked(graph: FactorGraph, evidence: dict[str, object] | None = None, method: str = "exact") -> Modes:
    return modes(mb.compile(graph, method), evidence)


def joint(graph: FactorGraph, evidence: dict[str, object]) -> np.ndarray:
    logs = enumeration.log_joint(graph, Observations.of(graph, evidence).fixed)
    total = np.exp(logs - logs.max())
    return total / total.sum()


def test_the_best_whole_is_not_made_of_the_best_parts() -> None:
    found = asked(APART)
    assert [(choice.state, choice.mode) for choice in found.choices] == [("no", "yes"), ("no", "no")]
    assert found.differing == ("a",)
    assert math.exp(found.assignment_log) == pytest.approx(0.36)
    assert math.exp(found.modes_log) == pytest.approx(0.30)
    assert "A is yes on its own (0.6000) but no in the whole" in found.sentence
    assert "0.3000 only, the best whole 0.3600" in found.sentence


def test_modes_that_exclude_each_other_are_said_to() -> None:
    found = asked(two([[0.0, 0.4], [0.3, 0.3]]).with_evidence({}))
    assert found.modes_log == pytest.approx(math.log(0.3))
    three = mb.FactorGraph(
        (mb.Variable("x", mb.Categorical(("0", "1", "2"))), mb.Variable("y", mb.Categorical(("0", "1", "2")))),
        (Factor("f", "table", ("x", "y"), {"values": [[0, 0.2, 0.25], [0.3, 0, 0], [0.25, 0, 0]]}),),
    )
    apart = asked(three)
    assert apart.modes_log == -math.inf
    assert "exclude each other" in apart.sentence
    assert plain(apart)["modes_log"] is None


def test_where_both_agree_one_probability_is_said() -> None:
    found = asked(APART, {"a": "yes", "b": "no"})
    assert found.differing == ()
    assert found.assignment_log == found.modes_log == pytest.approx(0.0)
    assert [choice.is_seen for choice in found.choices] == [True, True]
    assert "probability 1" in found.sentence


def test_a_tie_is_no_difference() -> None:
    assert asked(two([[0.25, 0.25], [0.25, 0.25]])).differing == ()


@given(SEEDS, st.data())
def test_probabilities_are_those_of_enumeration(seed: int, data: st.DataObject) -> None:
    graph = any_graph(np.random.default_rng(seed))
    evidence = data.draw(evidence_for(graph))
    try:
        found = asked(graph, evidence)
    except ImpossibleEvidence:
        assume(False)
    table = joint(graph, evidence)
    whole, parts = (
        table[tuple(v.domain.position[name] for v, name in zip(graph.variables, names, strict=True))]
        for names in ([c.state for c in found.choices], [c.mode for c in found.choices])
    )
    assert math.exp(found.assignment_log) == pytest.approx(whole, abs=1e-12)
    assert math.exp(found.modes_log) == pytest.approx(parts, abs=1e-12)
    assert whole == pytest.approx(table.max(), rel=1e-9)
    for axis, choice in enumerate(found.choices):
        others = tuple(i for i in range(table.ndim) if i != axis)
        assert choice.mode_probability == pytest.approx(table.sum(axis=others).max(), rel=1e-9)


def test_a_belief_that_is_set_counts_as_what_brings_it_about() -> None:
    found = asked(APART, {"b": Belief((0.5, 0.5))})
    # P(a, b) = P(a | b) · 0.5: (no, no) 0.36/0.66/2, (yes, yes) 0.30/0.34/2
    assert math.exp(found.assignment_log) == pytest.approx(0.30 / 0.34 / 2)
    assert found.differing == ()
    tilted = asked(APART, {"b": Belief((0.62, 0.38))})
    assert math.exp(tilted.assignment_log) == pytest.approx(max(0.36 / 0.66 * 0.62, 0.30 / 0.34 * 0.38))
    assert tilted.differing == ("a",)
    assert math.exp(tilted.modes_log) == pytest.approx(0.30 / 0.66 * 0.62)


def test_on_loops_belief_propagation_says_about() -> None:
    rng = np.random.default_rng(3)
    drawn = tuple(boolean(f"v{i}") for i in range(4))
    ring = FactorGraph(
        drawn,
        tuple(
            Factor(f"f{i}", "table", (f"v{i}", f"v{(i + 1) % 4}"), {"values": 10 ** rng.uniform(-1, 1, (2, 2))})
            for i in range(4)
        ),
    )
    found = asked(ring, method="bp")
    assert not found.is_exact
    assert "about" in found.sentence


def test_names_are_shown_not_obeyed() -> None:
    graph = FactorGraph(
        (boolean("a", "A\u202e"), boolean("b", "B")),
        (Factor("f", "table", ("a", "b"), {"values": [[0.36, 0.04], [0.30, 0.30]]}),),
    )
    assert "A\\u202e" in asked(graph).sentence


def test_a_whole_that_belief_propagation_missed_is_not_called_the_best() -> None:
    source = np.random.default_rng(0)
    for _ in range(300):
        values = [{"values": 10.0 ** source.uniform(-1, 1, (2, 2))} for _ in range(3)]
        ring = tuple(
            Factor(a + b, "table", (a, b), v) for (a, b), v in zip(("ab", "bc", "ca"), values, strict=True)
        )
        found = asked(FactorGraph(tuple(map(boolean, "abc")), ring), method="bp")
        is_missed = found.modes_log > found.assignment_log + 1e-9
        assert ("did not find the best whole" in found.sentence) == is_missed


def test_the_best_parts_may_make_another_best_whole() -> None:
    found = asked(two([[0.4, 0.0], [0.4, 0.2]]))
    assert found.differing
    assert found.sentence == (
        "The states that are most probable on their own make a best whole too: both have probability 0.4000."
    )
