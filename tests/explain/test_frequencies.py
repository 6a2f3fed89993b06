"""Imagined cases: whole numbers that fit together and are as close to the probabilities as they can be."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mbml_core import load
from mbml_core.engine import compile
from mbml_core.errors import UnsupportedQuery
from mbml_core.explain.frequencies import FEWEST_LEFT, Frequencies, frequencies, largest_remainders
from mbml_core.model import Belief, Categorical, Factor, FactorGraph, Likelihood, Variable, boolean
from tests.explain.evidence import brute, brute_log_evidence, is_possible, some_evidence
from tests.strategies import SEEDS, any_graph

SAMPLES = Path(__file__).parents[2] / "sample_graphs"
SPRINKLER = load(SAMPLES / "sprinkler.json")


def require_fit(found: Frequencies) -> None:
    """All counts of all stages fit together exactly."""
    assert found.stages[0].kept == found.cases
    for before, after in zip(found.stages, found.stages[1:], strict=False):
        assert before.kept == after.kept + after.dropped
        assert before.with_claim == after.with_claim + after.dropped_with_claim
        assert 0 <= after.with_claim <= after.kept
        assert 0 <= after.dropped_with_claim <= after.dropped


def test_the_sprinkler_in_a_thousand_cases() -> None:
    found = frequencies(compile(SPRINKLER), {"wet": "yes"}, "rain")
    require_fit(found)
    assert (found.cases, found.stages[1].kept, found.stages[1].with_claim) == (1000, 647, 458)
    assert [stage.sentence for stage in found.stages] == [
        "Imagine 1,000 cases. In 500 of them, Rain = yes.",
        "647 of the 1,000 agree with “Wet grass = yes”. Of these, 458 (71 %) have Rain = yes.",
    ]
    assert found.conclusion == "458 of 647: P(Rain = yes) given all of it is 0.7079."
    assert found.notes == ()


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS)
def test_counts_are_the_probabilities_to_the_case(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = any_graph(source)
    assume(is_possible(model, {}))
    evidence = some_evidence(source, model)
    target = str(source.choice([variable.id for variable in model.variables]))
    found = frequencies(compile(model), evidence, target)
    require_fit(found)
    assert found.stages[-1].kept >= FEWEST_LEFT - 1
    seen: dict[str, object] = {}
    start = brute_log_evidence(model, {})
    for stage in found.stages[1:]:
        seen[stage.id] = evidence[stage.id]
        scale = sum(math.log(max(o.weights)) for o in seen.values() if isinstance(o, Likelihood))
        share = math.exp(brute_log_evidence(model, seen) - start - scale)  # type: ignore[arg-type]
        mine = brute(model, seen)[target][found.claim.index]  # type: ignore[arg-type]
        slack = 2 * len(found.stages)  # every part is rounded once
        assert stage.kept == pytest.approx(share * found.cases, abs=slack)
        assert stage.with_claim == pytest.approx(share * mine * found.cases, abs=slack)


def test_rare_evidence_takes_more_cases_and_says_so() -> None:
    model = load(SAMPLES / "asia.json")
    found = frequencies(compile(model), {"asia": "yes", "tuberculosis": "yes"}, "smoking")
    assert found.cases == 100_000
    assert "100,000 are imagined" in found.notes[0]
    assert found.stages[-1].kept == 50


def test_too_rare_evidence_is_refused() -> None:
    rare = tuple(Factor(f"p{i}", "prior", (f"v{i}",), {"probabilities": [1 - 1e-6, 1e-6]}) for i in range(3))
    model = FactorGraph(tuple(boolean(f"v{i}") for i in range(3)), rare)
    with pytest.raises(UnsupportedQuery, match="so rare together"):
        frequencies(compile(model), {f"v{i}": "yes" for i in range(3)}, "v0")


def test_uncertain_evidence_keeps_cases_in_proportion() -> None:
    found = frequencies(compile(SPRINKLER), {"rain": [0.5, 1.0]}, "rain")
    assert (found.stages[1].kept, found.stages[1].with_claim) == (750, 500)
    assert found.notes == (
        "“Rain has likelihood 0.5 : 1” is uncertain: it keeps cases in proportion (50 % of no, 100 % of yes).",
    )


def test_a_belief_that_is_set_ends_at_that_belief() -> None:
    seen = {"wet": Belief((0.5, 0.5)), "sprinkler": Belief((0.2, 0.8))}
    found = frequencies(compile(SPRINKLER), seen, "wet", "yes")
    require_fit(found)
    last = found.stages[-1]
    assert last.with_claim / last.kept == pytest.approx(0.5, abs=0.01)
    assert found.probability == pytest.approx(0.5, abs=1e-9)


def test_the_order_is_free() -> None:
    seen = {"wet": "yes", "sprinkler": "yes"}
    found = frequencies(compile(SPRINKLER), seen, "rain", order=("sprinkler", "wet"))
    assert [stage.id for stage in found.stages] == ["", "sprinkler", "wet"]
    assert found.stages[1].kept == 300


def test_estimates_are_not_counted() -> None:
    with pytest.raises(UnsupportedQuery, match="exact numbers only"):
        frequencies(compile(SPRINKLER, "bp"), {"wet": "yes"}, "rain")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12).filter(any), st.integers(1, 10**6))
def test_largest_remainders_sum_up_and_stay_close(parts: list[float], total: int) -> None:
    shares = np.array(parts) / sum(parts)
    found = largest_remainders(shares, total)
    assert found.sum() == total
    assert (np.abs(found - shares * total) < 1 + 1e-6).all()


def test_hidden_characters_of_states_are_shown_in_notes() -> None:
    model = FactorGraph((Variable("x", Categorical(("a\u202e", "b"))),), ())
    found = frequencies(compile(model, "exact"), {"x": Likelihood((0.5, 1.0))}, "x")
    assert not any("\u202e" in note for note in found.notes)
    assert "50 % of a\\u202e, 100 % of b" in found.notes[-1]
