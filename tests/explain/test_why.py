"""Contributions against brute force, and the sentences that tell them."""

from __future__ import annotations

import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings

from mbml_core import load
from mbml_core.engine import compile
from mbml_core.errors import ImpossibleEvidence, InvalidEvidence, UnsupportedQuery
from mbml_core.explain.ladder import ladder
from mbml_core.explain.why import MOST_TRACED, NOTHING, Pair, Relation, Why, why
from mbml_core.explain.why_words import Teller
from mbml_core.model import Belief, Factor, FactorGraph, boolean
from tests.explain.evidence import brute_log_odds, is_possible, some_evidence
from tests.strategies import SEEDS, any_graph, table

SAMPLES = Path(__file__).parents[2] / "sample_graphs"
SPRINKLER, MURDER = load(SAMPLES / "sprinkler.json"), load(SAMPLES / "murder_mystery.json")


def explained(model: FactorGraph, method: str = "auto", target: str | None = None, **evidence: object) -> Why:
    return why(compile(model, method), evidence, target)  # type: ignore[arg-type]


def same(one: str, other: str) -> Factor:
    return table(f"{one}{other}", (one, other), np.eye(2))


def pair(found: Why, first: str, second: str) -> Pair:
    return next(pair for pair in found.pairs if (pair.first, pair.second) == (first, second))


@settings(max_examples=80, deadline=None)
@given(seed=SEEDS)
def test_every_number_is_that_of_enumeration(seed: int) -> None:
    source = np.random.default_rng(seed)
    model = any_graph(source)
    assume(is_possible(model, {}))
    evidence = some_evidence(source, model)
    target = model.variables[int(source.integers(len(model.variables)))]
    state = str(source.choice(target.states))
    found = why(compile(model), evidence, target.id, state)

    def score(*left_out: str) -> float:
        kept = {id: seen for id, seen in evidence.items() if id not in left_out}
        return brute_log_odds(model, kept, target.id, target.states.index(state))

    def close(one: float, other: float) -> bool:
        return one == other or math.isclose(one, other, abs_tol=1e-8)

    def change(before: float, after: float) -> float:
        return 0.0 if before == after else after - before

    assert close(found.before.log_odds, score(*evidence))
    assert close(found.after.log_odds, score())
    assert close(found.total, change(score(*evidence), score()))
    assert [c.id for c in found.contributions] == list(evidence)
    for part in found.contributions:
        assert close(part.shift, change(score(part.id), score()))
        assert close(part.without.log_odds, score(part.id))
        assert part.paths
        assert part.paths.is_connected or part.shift == pytest.approx(0.0, abs=1e-8)
    assert {(p.first, p.second) for p in found.pairs} == set(permutations(evidence, 2))
    for two in found.pairs:
        assert close(two.alone, change(score(two.first, two.second), score(two.second)))
    if found.interaction is not None:
        assert close(found.interaction + math.fsum(c.shift for c in found.contributions), found.total)
    tell_all(model, found)


def tell_all(model: FactorGraph, found: Why) -> list[str]:
    """Every sentence there is; none may show a number that is none."""
    teller = Teller(model, found)
    paths = [path for part in found.contributions if part.paths for path in part.paths.found]
    texts = [
        teller.summary(),
        teller.left_over(),
        *map(teller.contribution, found.contributions),
        *map(teller.reach, found.contributions),
        *map(teller.pair, found.pairs),
        *map(teller.path, paths),
        *(teller.collider(collider) for path in paths for collider in path.colliders),
    ]
    assert not any("nan" in text.split() or "inf" in text.split() for text in texts)
    return texts


def test_explaining_away_is_named_in_the_sprinkler() -> None:
    found = explained(SPRINKLER, target="rain", wet="yes", sprinkler="yes")
    assert found.after.probability == pytest.approx(0.3204, abs=5e-5)
    assert pair(found, "wet", "sprinkler").explained == "wet"
    assert pair(found, "sprinkler", "wet").explained == "wet"
    told = Teller(SPRINKLER, found)
    assert told.pair(pair(found, "wet", "sprinkler")) == (
        "“Sprinkler = yes” weakens the effect of “Wet grass = yes”: without it, “Wet grass = yes” multiplies the "
        "odds by 2.42; with it, it multiplies the odds by 1.1. This is explaining away: “Sprinkler = yes” already "
        "accounts for “Wet grass = yes”, which then says less about Rain."
    )
    assert found.contributions[1].paths
    paths = found.contributions[1].paths.found
    assert [told.path(path) for path in paths] == ["Sprinkler ← Cloudy → Rain", "Sprinkler → Wet grass ← Rain"]
    assert [told.collider(c) for c in paths[1].colliders] == [
        "Two arrows meet at Wet grass: “Wet grass = yes” ties its causes to each other (explaining away)."
    ]


def test_independent_witnesses_add_up_and_explain_nothing_away() -> None:
    found = explained(MURDER, target="murderer", weapon="revolver", hair="yes")
    assert found.interaction == pytest.approx(0.0, abs=1e-12)
    assert {two.relation for two in found.pairs} == {Relation.UNCHANGED}
    assert Teller(MURDER, found).left_over().startswith("Nothing is left over")


def test_a_known_variable_that_blocks_every_path_is_the_reason() -> None:
    found = explained(SPRINKLER, target="rain", cloudy="yes", sprinkler="yes")
    two = pair(found, "sprinkler", "cloudy")
    assert (two.relation, two.is_blocked, two.explained) == (Relation.REMOVES, True, None)
    assert "Knowing “Cloudy = yes” blocks every path" in Teller(SPRINKLER, found).pair(two)
    reach = Teller(SPRINKLER, found).reach(found.contributions[1])
    assert reach == "No path from Sprinkler to Rain is open, so it cannot change anything."


def test_without_evidence_it_tells_the_prior() -> None:
    found = explained(SPRINKLER, target="rain")
    assert (found.total, found.contributions, found.pairs, found.interaction) == (0.0, (), (), 0.0)
    assert tell_all(SPRINKLER, found)[0] == "Nothing is observed yet: P(Rain = yes) is 0.5000, its prior."


def test_certainty_is_named_and_never_summed_up() -> None:
    model = FactorGraph(tuple(boolean(name) for name in "abc"), (same("a", "b"), same("a", "c")))
    one = explained(model, target="a", b="yes")
    assert (one.total, one.contributions[0].shift, one.interaction) == (math.inf, math.inf, None)
    assert Teller(model, one).summary() == "The observation makes a = yes certain (without it: 0.5000)."
    both = explained(model, target="a", b="yes", c="yes")
    assert [c.shift for c in both.contributions] == [0.0, 0.0]
    assert both.interaction == math.inf
    assert pair(both, "b", "c").relation is Relation.REMOVES
    assert "stays settled" in tell_all(model, both)[1]


def test_a_state_that_is_ruled_out() -> None:
    model = FactorGraph((boolean("a"), boolean("b")), (same("a", "b"),))
    found = why(compile(model), {"b": "no"}, "a", "yes")
    assert found.total == -math.inf
    assert Teller(model, found).summary() == "The observation rules a = yes out (without it: 0.5000)."


def test_the_target_may_be_observed_itself() -> None:
    found = explained(SPRINKLER, target="rain", rain=[0.2, 0.6], wet="yes")
    assert found.contributions[0].shift == pytest.approx(math.log(3))
    assert Teller(SPRINKLER, found).reach(found.contributions[0]) == "It is an observation of Rain itself."


def test_by_default_the_variable_that_moved_most_is_explained() -> None:
    found = explained(SPRINKLER, wet="yes")
    moves = {v.id: abs(explained(SPRINKLER, target=v.id, wet="yes").after.probability
                       - explained(SPRINKLER, target=v.id).after.probability)
             for v in SPRINKLER.variables if v.id != "wet"}  # fmt: skip
    assert found.claim.variable == max(moves, key=moves.__getitem__)


def test_of_many_states_the_one_that_moved_most_is_explained() -> None:
    model = load(SAMPLES / "monty_hall.json")
    found = why(compile(model), {"guest": "door 1", "host": "door 3"}, "prize")
    assert found.claim.state == "door 3"
    assert found.after.probability == 0.0


def test_a_belief_that_is_set_is_an_observation_like_others() -> None:
    found = explained(SPRINKLER, target="rain", wet=Belief((0.5, 0.5)), cloudy="yes")
    assert found.contributions[0].shift < 0
    assert found.interaction is not None
    tell_all(SPRINKLER, found)


def test_an_approximate_answer_says_about() -> None:
    found = explained(SPRINKLER, "bp", target="rain", wet="yes")
    assert not found.is_exact
    summary = Teller(SPRINKLER, found).summary()
    assert "to about 0.7841" in summary
    assert "multiplied by about 3.63" in summary


def test_refusals() -> None:
    engine = compile(SPRINKLER)
    with pytest.raises(InvalidEvidence, match="there is no variable"):
        why(engine, {}, "snow")
    with pytest.raises(InvalidEvidence, match="no state"):
        why(engine, {}, "rain", "maybe")
    with pytest.raises(UnsupportedQuery, match="every variable is observed"):
        why(engine, {v.id: "yes" for v in SPRINKLER.variables})


def test_impossible_evidence_names_its_conflict() -> None:
    model = FactorGraph((boolean("a"), boolean("b"), boolean("c")), (same("a", "b"),))
    with pytest.raises(ImpossibleEvidence) as caught:
        why(compile(model), {"a": "yes", "b": "no"}, "c")
    assert set(caught.value.conflict) == {"a", "b"}


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_explaining_away_is_claimed_only_where_one_takes_back_what_the_other_said(seed: int) -> None:
    source = np.random.default_rng(seed)
    values = source.uniform(0.02, 0.98, (2, 2))
    both = np.stack([1 - values, values], axis=-1)
    priors = [Factor(f"p_{c}", "prior", (c,), {"probabilities": [0.5, 0.5]}) for c in "ab"]
    effect = Factor("f", "table", ("a", "b", "e"), {"values": both, "child": "e"})
    model = FactorGraph(tuple(boolean(name) for name in "abe"), (*priors, effect))
    found = explained(model, target="a", b="yes", e="yes")
    alone = brute_log_odds(model, {"e": found.evidence["e"]}, "a", 1)
    takes_back = found.contributions[0].shift
    assume(min(abs(alone), abs(takes_back)) > 1e-6)
    is_named = pair(found, "e", "b").explained == "e"
    assert is_named == (alone * takes_back < 0)


def test_pairs_are_told_for_few_observations_only() -> None:
    source = np.random.default_rng(3)
    names = [f"v{i}" for i in range(8)]
    factors = tuple(table(f"f{i}", (f"v{i}", "v7"), source.uniform(1, 2, (2, 2))) for i in range(7))
    model = FactorGraph(tuple(boolean(name) for name in names), factors)
    many = explained(model, target="v7", **dict.fromkeys(names[:7], "yes"))
    assert many.pairs == ()
    assert len(many.contributions) == 7
    assert abs(many.interaction or 0.0) < NOTHING


def test_what_pulls_the_other_way_is_no_reason() -> None:
    """Neighbours of a grid that disagree: one weakens the other, and tells nothing of what it says."""
    model = load(SAMPLES / "ising_grid.json")
    found = why(compile(model), {"x_11": 1, "x_22": 0}, "x_21")
    two = pair(found, "x_11", "x_22")
    assert two.relation is Relation.WEAKENS
    assert "already known" not in Teller(model, found).pair(two)


def test_of_very_many_observations_the_largest_are_traced() -> None:
    source = np.random.default_rng(3)
    names = [f"v{i}" for i in range(MOST_TRACED + 3)]
    factors = tuple(table(f"f_{name}", (name, "hub"), np.exp(source.normal(size=(2, 2)))) for name in names)
    model = FactorGraph((*map(boolean, names), boolean("hub")), factors)
    found = explained(model, target="hub", **dict.fromkeys(names, "yes"))
    traced = [part for part in found.contributions if part.paths is not None]
    others = [part for part in found.contributions if part.paths is None]
    assert (len(traced), len(others)) == (MOST_TRACED, 3)
    assert min(abs(part.shift) for part in traced) >= max(abs(part.shift) for part in others)
    assert "were not looked for" in Teller(model, found).reach(others[0])
    tell_all(model, found)


def test_a_move_too_small_for_the_digits_is_a_hair() -> None:
    nearly = {"values": [[0.5, 0.5], [0.49999, 0.50001]], "child": "b"}
    model = FactorGraph(
        (boolean("a"), boolean("b")),
        (Factor("f", "prior", ("a",), {"probabilities": [0.5, 0.5]}), Factor("g", "table", ("a", "b"), nearly)),
    )
    found = why(compile(model, "exact"), {"a": "yes"}, "b", "yes")
    said = "“a = yes” raises P(b = yes) by a hair only: it is 0.5000 either way."
    assert Teller(model, found).contribution(found.contributions[0]) == said
    rung = ladder(compile(model, "exact"), {"a": "yes"}, "b", "yes").rungs[1]
    assert rung.sentence == "“a = yes” raises it by a hair only: still 0.5000."
