"""The sample graphs: readable, tidy on the canvas, and right in every number that they or their lessons print."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mbml_core
from mbml_core.document import Document, read_bytes, write_bytes
from mbml_core.explain.intervene import intervene
from mbml_core.factors import check_graph
from mbml_core.model import FactorGraph, Likelihood, Observed, resolve_evidence, weights

FOLDER = Path(__file__).parents[1] / "sample_graphs"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json") if "." not in path.stem)
EXPECTED_NAMES = {
    *("coin", "test_for_a_disease", "murder_mystery", "skills_three_questions", "skills_four_questions"),
    *("sprinkler", "burglar_alarm", "monty_hall", "asia", "student", "cancer", "umbrella", "hamming_7_4"),
    *("ising_grid", "fuel_gauge", "kidney_stones", "saturday", "rumour", "radio_channels"),
}
WITH_LOOPS = {
    *("skills_four_questions", "sprinkler", "asia", "hamming_7_4", "ising_grid", "kidney_stones"),
    *("rumour", "radio_channels"),
}

VARIABLE_BOX = (210, 97)
"""Width and height in px that the layouts leave for a variable; positions are centres."""
FACTOR_BOX = (28, 28)
PAGE = (1800, 900)
GAP = 4
"""Least distance in px between two boxes, or between an edge and a box it does not belong to."""


@cache
def document(name: str) -> Document:
    return read_bytes((FOLDER / f"{name}.json").read_bytes())


@cache
def companion(name: str, part: str) -> Any:
    return json.loads((FOLDER / f"{name}.{part}.json").read_text(encoding="utf-8"))


def cases(*methods: str) -> list[Any]:
    """Every expected case that was computed with one of the methods, one parameter set each."""
    return [
        pytest.param(name, case, id=f"{name}-{i}-{case['method']}")
        for name in NAMES
        for i, case in enumerate(companion(name, "expected")["cases"])
        if case["method"] in methods
    ]


def boxes(name: str) -> dict[str, tuple[float, float, float, float]]:
    """Centre and size (x, y, width, height) of every node."""
    graph, layout = document(name).graph, document(name).layout
    sizes = {v.id: VARIABLE_BOX for v in graph.variables} | {f.id: FACTOR_BOX for f in graph.factors}
    return {id: (*layout[id], *size) for id, size in sizes.items()}


# --- the documents -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_saving_a_sample_changes_no_byte(name: str) -> None:
    assert write_bytes(document(name)) == (FOLDER / f"{name}.json").read_bytes()


def test_the_sample_graphs_are_the_ones_promised() -> None:
    assert set(NAMES) >= EXPECTED_NAMES


@pytest.mark.parametrize("name", NAMES)
def test_reads_without_a_problem_or_a_note(name: str) -> None:
    assert check_graph(document(name).graph) == []
    assert list(document(name).notes) == []
    assert document(name).graph.name
    assert not document(name).graph.evidence


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_short_and_lower_case(name: str) -> None:
    graph = document(name).graph
    ids = [node.id for node in (*graph.variables, *graph.factors)]
    assert [id for id in ids if not re.fullmatch(r"[a-z][a-z0-9_]{0,15}", id)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_node_has_a_place_on_the_page(name: str) -> None:
    graph, layout = document(name).graph, document(name).layout
    assert set(layout) == {node.id for node in (*graph.variables, *graph.factors)}
    for x, y, width, height in boxes(name).values():
        assert width / 2 <= x <= PAGE[0] - width / 2
        assert height / 2 <= y <= PAGE[1] - height / 2


@pytest.mark.parametrize("name", NAMES)
def test_no_two_nodes_overlap(name: str) -> None:
    for (left, a), (right, b) in combinations(boxes(name).items(), 2):
        apart = abs(a[0] - b[0]) - (a[2] + b[2]) / 2, abs(a[1] - b[1]) - (a[3] + b[3]) / 2
        assert max(apart) >= GAP, f"{left} and {right}"


@pytest.mark.parametrize("name", NAMES)
def test_no_edge_runs_under_a_node_it_does_not_belong_to(name: str) -> None:
    placed = boxes(name)
    for factor in document(name).graph.factors:
        for id in factor.scope:
            for other in placed.keys() - {factor.id, id}:
                start, end = placed[factor.id][:2], placed[id][:2]
                assert not crosses(start, end, placed[other]), f"{factor.id}–{id} under {other}"


def crosses(start: tuple[float, ...], end: tuple[float, ...], box: tuple[float, float, float, float]) -> bool:
    """Whether the segment comes within GAP of the box: its part inside each of the two strips, intersected."""
    low, high = 0.0, 1.0
    for axis in (0, 1):
        half = box[axis + 2] / 2 + GAP
        distance, step = box[axis] - start[axis], end[axis] - start[axis]
        if step == 0:
            if abs(distance) > half:
                return False
            continue
        entry, exit = sorted(((distance - half) / step, (distance + half) / step))
        low, high = max(low, entry), min(high, exit)
    return low <= high


def test_crosses_tells_through_from_past() -> None:
    box = (100.0, 100.0, 130.0, 90.0)
    assert crosses((0, 0), (200, 200), box)
    assert crosses((100, 0), (100, 200), box)
    assert not crosses((0, 160), (200, 160), box)
    assert not crosses((0, 0), (20, 20), box)


# --- the lessons -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_lesson_fits_its_graph(name: str) -> None:
    lesson, graph = companion(name, "lesson"), document(name).graph
    assert (lesson["format"], lesson["graph"]) == ("mbml-lesson", name)
    assert lesson["title"]
    assert len(sentences(lesson["summary"])) == 1
    assert 3 <= len(sentences(lesson["text"])) <= 6
    assert 2 <= len(lesson["suggestions"]) <= 4
    for suggestion in lesson["suggestions"]:
        evidence = resolve_evidence(graph, suggestion["evidence"])
        seen = {id for id, observation in evidence.items() if isinstance(observation, Observed)}
        assert suggestion["caption"]
        assert len(sentences(suggestion["says"])) == 1
        assert suggestion["look_at"]
        assert set(suggestion["look_at"]) <= set(graph.variable_index) - seen
    captions = [suggestion["caption"] for suggestion in lesson["suggestions"]]
    assert len(set(captions)) == len(captions)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!]) +(?=[A-Z0-9])", text) if part]


@pytest.mark.parametrize("name", NAMES)
def test_the_lesson_is_exact_about_its_numbers(name: str) -> None:
    """Every number from 0 to 1 in the lesson is one that the graph or its expected results hold, as rounded."""
    lesson = companion(name, "lesson")
    known = [*table_numbers(document(name).graph), *expected_numbers(name), *likelihoods(name)]
    for text in (lesson["text"], *(suggestion["says"] for suggestion in lesson["suggestions"])):
        for printed in re.findall(r"(?<![\d.])(?:0\.\d+|1\.0+)", text):
            digits = len(printed) - 2
            assert any(abs(number - float(printed)) <= 0.5000001 * 10**-digits for number in known), printed


def table_numbers(graph: FactorGraph) -> Iterator[float]:
    for factor in graph.factors:
        for value in factor.parameters.values():
            if isinstance(value, np.ndarray | float | int):
                yield from map(float, np.ravel(value))


def expected_numbers(name: str) -> Iterator[float]:
    for case in companion(name, "expected")["cases"]:
        for states in case["marginals"].values():
            for probability in states.values():
                yield from (probability, 1 - probability)
        yield from (joint["probability"] for joint in case.get("joint", ()))


def likelihoods(name: str) -> Iterator[float]:
    graph = document(name).graph
    for suggestion in companion(name, "lesson")["suggestions"]:
        for observation in resolve_evidence(graph, suggestion["evidence"]).values():
            if isinstance(observation, Likelihood):
                yield from observation.weights


# --- the expected results ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_expected_results_cover_the_lesson(name: str) -> None:
    expected, graph = companion(name, "expected"), document(name).graph
    assert expected["graph"] == name
    exact = [case["evidence"] for case in expected["cases"] if case["method"] == "exact"]
    assert {} in exact
    for suggestion in companion(name, "lesson")["suggestions"]:
        assert suggestion["evidence"] in exact
    for case in expected["cases"]:
        resolve_evidence(graph, case["evidence"])
        assert case["source"]
        assert 0 < case["tolerance"] <= 1e-4
        for id, states in case["marginals"].items():
            assert set(states) <= set(graph.variable(id).states)


def unobserved(graph: FactorGraph, evidence: Mapping[str, Any]) -> Iterable[str]:
    return (v.id for v in graph.variables if "state" not in evidence.get(v.id, {}))


@pytest.mark.parametrize(("name", "case"), cases("exact", "loopy_bp"))
def test_expected_results_name_every_unobserved_variable(name: str, case: dict[str, Any]) -> None:
    assert list(case["marginals"]) == list(unobserved(document(name).graph, case["evidence"]))


def assert_marginals(result: Any, case: dict[str, Any]) -> None:
    for id, states in case["marginals"].items():
        marginal = result.marginals[id]
        for state, probability in states.items():
            found = marginal.probabilities[marginal.states.index(state)]
            assert found == pytest.approx(probability, abs=case["tolerance"]), f"{id}={state}"


@pytest.mark.parametrize(("name", "case"), cases("exact"))
def test_exact_inference_gives_the_expected_results(name: str, case: dict[str, Any]) -> None:
    result = mbml_core.infer(document(name).graph, case["evidence"], method="exact")
    assert result.is_exact
    assert result.log_evidence == pytest.approx(case["log_evidence"], abs=case["tolerance"])
    assert_marginals(result, case)


@pytest.mark.parametrize(("name", "case"), [case for case in cases("exact") if case.values[0] not in WITH_LOOPS])
def test_belief_propagation_is_exact_without_loops(name: str, case: dict[str, Any]) -> None:
    result = mbml_core.infer(document(name).graph, case["evidence"], method="bp")
    assert result.is_exact
    assert result.log_evidence == pytest.approx(case["log_evidence"], abs=case["tolerance"])
    assert_marginals(result, case)


@pytest.mark.parametrize(("name", "case"), cases("do"))
def test_doing_gives_the_expected_results(name: str, case: dict[str, Any]) -> None:
    found = intervene(mbml_core.compile(document(name).graph, "exact"), case["do"], case["evidence"])
    done = {effect.variable: effect.done for effect in found.effects}
    assert list(case["marginals"]) == list(done)
    for id, states in case["marginals"].items():
        for state, probability in states.items():
            place = document(name).graph.variable(id).domain.position[state]
            assert done[id][place] == pytest.approx(probability, abs=case["tolerance"])


@pytest.mark.parametrize(("name", "case"), cases("loopy_bp"))
def test_loopy_belief_propagation_gives_the_known_approximation(name: str, case: dict[str, Any]) -> None:
    engine = mbml_core.compile(document(name).graph, method="bp", tolerance=1e-12, max_sweeps=5000)
    result = engine.infer(case["evidence"])
    assert not result.is_exact
    assert_marginals(result, case)


@pytest.mark.parametrize("name", sorted(WITH_LOOPS))
def test_a_loop_has_an_approximation_that_differs(name: str) -> None:
    loopy = [case for case in companion(name, "expected")["cases"] if case["method"] == "loopy_bp"]
    assert loopy
    for case in loopy:
        exact = mbml_core.infer(document(name).graph, case["evidence"], method="exact")
        with pytest.raises(AssertionError):
            assert_marginals(exact, case)


@pytest.mark.parametrize(("name", "case"), [case for case in cases("exact") if "map" in case.values[1]])
def test_the_most_probable_assignment_is_the_expected_one(name: str, case: dict[str, Any]) -> None:
    best = mbml_core.compile(document(name).graph, method="exact").map(case["evidence"])
    assert dict(best.assignment) == case["map"]["assignment"]
    assert best.log_probability == pytest.approx(case["map"]["log_probability"], abs=case["tolerance"])


@pytest.mark.parametrize(("name", "case"), [case for case in cases("exact") if "joint" in case.values[1]])
def test_whole_words_have_the_expected_probability(name: str, case: dict[str, Any]) -> None:
    engine = mbml_core.compile(document(name).graph, method="exact")
    for joint in case["joint"]:
        fixed = fix(document(name).graph, case["evidence"], joint["assignment"])
        found = math.exp(engine.infer(fixed).log_evidence - case["log_evidence"])
        assert found == pytest.approx(joint["probability"], abs=case["tolerance"])


def fix(graph: FactorGraph, evidence: Mapping[str, Any], assignment: Mapping[str, str]) -> dict[str, Any]:
    """The evidence and the assignment together, so that log_evidence becomes log P(assignment, evidence)."""
    given = resolve_evidence(graph, evidence)
    masks = {id: weights(Observed(state), graph.variable(id).states) for id, state in assignment.items()}
    seen = {id: weights(given[id], graph.variable(id).states) for id in masks.keys() & given.keys()}
    return {**given, **{id: list(mask * seen.get(id, 1.0)) for id, mask in masks.items()}}
