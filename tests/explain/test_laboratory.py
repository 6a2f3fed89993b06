"""Sweep by sweep: the same sweeps as the engine's, the right verdict, and the stories of the samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mbml_core.deadline import CancelToken, Deadline
from mbml_core.engine import compile
from mbml_core.errors import Cancelled, ImpossibleEvidence, InvalidEvidence, UnsupportedQuery
from mbml_core.explain.laboratory import SCHEDULES, Run, laboratory
from mbml_core.files import load_document
from mbml_core.inference.result import Status
from mbml_core.model import Belief, FactorGraph
from tests.test_sample_graphs import FOLDER


def sample(name: str) -> FactorGraph:
    return load_document(FOLDER / f"{name}.json").graph


def run(name: str, evidence: dict[str, Any] | None = None, **options: Any) -> Run:
    graph = sample(name)
    evidence = evidence or {}
    exact = compile(graph, "exact").infer(evidence)
    return laboratory(graph, evidence, exact=exact, **{"max_sweeps": 200, **options})


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_sprinkler_converges_to_the_known_approximation(schedule: str) -> None:
    found = run("sprinkler", {"wet": "yes"}, schedule=schedule)
    assert found.status is Status.CONVERGED
    assert found.beliefs["rain"][-1, 1] == pytest.approx(0.784074259557, abs=1e-8)
    assert found.exact["rain"][1] == pytest.approx(0.7079276773)
    assert found.distances[-1] == pytest.approx(0.784074259557 - 0.7079276773, abs=1e-8)
    assert not found.is_exact
    assert found.sentences[1].startswith(
        "It converged to a wrong answer: Rain = yes is believed with 0.7841, exact is 0.7079."
    )


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_dry_grass_ends_at_the_exact_beliefs(schedule: str) -> None:
    found = run("sprinkler", {"wet": "no"}, schedule=schedule, damping=0.3)
    assert found.is_exact
    assert found.distances[-1] < 1e-8
    assert found.sentences[-1] == "No loop is left here, so this is exact."


@pytest.mark.parametrize("schedule", ["flooding", "sequential", "residual"])
@pytest.mark.parametrize("damping", [0.0, 0.4])
def test_the_sweeps_are_those_of_the_engine(schedule: str, damping: float) -> None:
    # In a grid many changes are equally large, and any order of them is a residual one.
    has_ties = schedule == "residual"
    name, seen, shown = ("sprinkler", "wet", "rain") if has_ties else ("ising_grid", "x_11", "x_22")
    graph, evidence = sample(name), {seen: "yes" if has_ties else "up"}
    found = laboratory(graph, evidence, schedule=schedule, damping=damping, max_sweeps=200)
    for sweeps in (1, 3):
        engine = compile(graph, "bp", schedule=schedule, damping=damping, max_sweeps=sweeps)
        result = engine.infer(evidence)
        assert found.residuals[sweeps - 1] == pytest.approx(result.residual)
        assert found.beliefs[shown][sweeps] == pytest.approx(result.marginals[shown].probabilities)
    whole = compile(graph, "bp", schedule=schedule, damping=damping).infer(evidence)
    assert (len(found.residuals), found.status) == (whole.sweeps, whole.status)


def test_four_stations_swing_until_they_are_damped() -> None:
    swinging = run("radio_channels", schedule="flooding")
    assert swinging.status is Status.OSCILLATING
    assert len(swinging.residuals) == 200
    assert "swings between" in swinging.sentences[0]
    belief = swinging.beliefs["harbour"][:, 1]
    assert abs(belief[-1] - belief[-2]) > 0.5
    assert abs(belief[-1] - belief[-3]) < 0.01
    damped = run("radio_channels", schedule="flooding", damping=0.5)
    in_turn = run("radio_channels", schedule="sequential")
    for found in (damped, in_turn):
        assert found.status is Status.CONVERGED
        assert found.beliefs["harbour"][-1, 1] == pytest.approx(0.4661, abs=1e-4)


def test_a_swing_shows_within_the_sweeps_of_the_panel() -> None:
    assert run("radio_channels", schedule="flooding", max_sweeps=60).status is Status.OSCILLATING


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("damping", [0.0, 0.5])
def test_the_rumour_converges_to_the_same_wrong_answer_however_it_is_run(schedule: str, damping: float) -> None:
    found = run("rumour", schedule=schedule, damping=damping)
    assert found.status is Status.CONVERGED
    assert found.beliefs["ann"][-1, 1] == pytest.approx(0.7673, abs=1e-4)
    assert found.exact["ann"][1] == pytest.approx(0.6)


def test_a_random_order_can_be_had_again_by_its_seed() -> None:
    one, same, other = (run("ising_grid", {"x_11": "up"}, schedule="random", seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.beliefs["x_44"], same.beliefs["x_44"])
    assert not np.array_equal(one.beliefs["x_44"][:3], other.beliefs["x_44"][:3])
    assert one.beliefs["x_44"][-1] == pytest.approx(other.beliefs["x_44"][-1], abs=1e-8)


def test_before_the_first_sweep_only_what_was_seen_is_known() -> None:
    found = run("sprinkler", {"wet": "yes", "rain": [0.2, 0.6]})
    assert found.beliefs["wet"][0].tolist() == [0.0, 1.0]
    assert found.beliefs["rain"][0] == pytest.approx([0.25, 0.75])
    assert found.beliefs["cloudy"][0].tolist() == [0.5, 0.5]
    assert len(found.distances) == len(found.beliefs["wet"]) == len(found.residuals) + 1


def test_only_what_was_asked_for_is_kept_and_distances_are_over_all() -> None:
    part = run("sprinkler", {"wet": "yes"}, variables=["cloudy"])
    assert list(part.beliefs) == list(part.exact) == ["cloudy"]
    assert part.distances == run("sprinkler", {"wet": "yes"}).distances


def test_without_exact_beliefs_there_is_no_distance() -> None:
    found = laboratory(sample("sprinkler"), {"wet": "yes"})
    assert (found.distances, dict(found.exact)) == ((), {})
    assert len(found.sentences) == 1


def test_what_did_not_settle_is_said_to() -> None:
    found = run("rumour", max_sweeps=3)
    assert found.status is Status.MAX_SWEEPS
    assert found.sentences[0].startswith("After 3 sweeps the messages still change by")


def test_a_lucky_end_is_called_luck() -> None:
    assert "though the graph has loops" in run("ising_grid").sentences[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"schedule": "two-pass"}, "there is no schedule"),
        ({"damping": 1.0}, "damping is 1"),
        ({"damping": float("nan")}, "damping is nan"),
        ({"max_sweeps": 0}, "0 sweeps"),
        ({"max_sweeps": 100_000}, "100,000 sweeps"),
        ({"evidence": {"wet": Belief((0.5, 0.5))}}, "take it back, or use a likelihood"),
    ],
    ids=str,
)
def test_questions_that_make_no_sense_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(UnsupportedQuery, match=words):
        laboratory(sample("sprinkler"), **options)


def test_an_answer_that_is_too_long_is_refused_with_a_way_out() -> None:
    with pytest.raises(UnsupportedQuery, match="ask for fewer variables or sweeps"):
        laboratory(
            sample("ising_grid"), {}, max_sweeps=1000, variables=[f"x_{i}{j}" for i in "1234" for j in "1234"] * 2
        )


def test_unknown_variables_and_impossible_evidence_are_errors() -> None:
    with pytest.raises(InvalidEvidence):
        laboratory(sample("sprinkler"), {}, variables=["snow"])
    with pytest.raises(ImpossibleEvidence):
        laboratory(sample("sprinkler"), {"sprinkler": "no", "rain": "no", "wet": "yes"})


def test_it_tells_how_far_it_is_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []
    laboratory(sample("rumour"), {}, max_sweeps=5, progress=lambda done, all: told.append((done, all)))
    assert told == [(i, 5) for i in range(1, 6)]
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        laboratory(sample("rumour"), {}, deadline=Deadline(None, token))


def test_a_model_of_nothing_but_constants_runs() -> None:
    assert laboratory(FactorGraph(()), {}).status is Status.CONVERGED
