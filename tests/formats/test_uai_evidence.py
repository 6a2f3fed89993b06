from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.errors import InvalidEvidence
from mbml_core.formats import uai_evidence
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    ExcludedState,
    FactorGraph,
    Likelihood,
    Observed,
    Variable,
    boolean,
)

GRAPH = FactorGraph((boolean("rain"), boolean("wet"), Variable("cloud", Categorical(("none", "some", "full")))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("\n", {}),
        ("0", {}),
        ("0 \n", {}),
        ("1\n0\n", {}),
        ("1 0 1", {"rain": "yes"}),
        ("1 1 0", {"wet": "no"}),
        ("2 2 2 0 0\n", {"cloud": "full", "rain": "no"}),
        ("2\r\n2 2\r\n0 0", {"cloud": "full", "rain": "no"}),
        ("1\n2 2 2 0 0\n", {"cloud": "full", "rain": "no"}),
        ("1 1 0 1", {"rain": "yes"}),
        ("1\n1 1 1\n", {"wet": "yes"}),
        ("\ufeff1 2 1", {"cloud": "some"}),
    ],
)
def test_every_spelling_in_the_wild_is_read(text: str, expected: dict[str, str]) -> None:
    found = uai_evidence.read(text, GRAPH)
    assert found == {id: Observed(state) for id, state in expected.items()}


def test_with_one_sample_the_two_counted_spellings_have_different_parity() -> None:
    for count in range(4):
        pairs = " ".join(f"{i} 0" for i in range(count))
        graph = FactorGraph(tuple(boolean(f"v{i}") for i in range(4)))
        expected = {f"v{i}": Observed("no") for i in range(count)}
        assert uai_evidence.read(f"{count} {pairs}", graph) == expected
        assert uai_evidence.read(f"1\n{count} {pairs}", graph) == expected


@pytest.mark.parametrize(
    ("text", "place", "where", "words"),
    [
        ("1 3 0", "token 2", "", "no variable 3, the model has 3"),
        ("1 2 3", "token 3", "cloud", "'cloud' has no state 3, it has 3"),
        ("2 0 0 0 1", "token 4", "rain", "observed twice"),
        ("1\n2 0 0 0 1", "token 5", "rain", "observed twice"),
        ("3 0 1", "token 1", "", "3 observations would take 6 numbers, found 2"),
        ("1\n3 0 1", "token 2", "", "3 observations would take 6 numbers, found 2"),
        ("1", "token 1", "", "1 observation would take 2 numbers, found 0"),
        ("0 0", "token 1", "", "0 observations would take 0 numbers, found 1"),
        ("2\n1 0 1\n1 0 0\n", "token 1", "", "holds 2 samples"),
        ("1 0 yes", "token 3", "", "found 'yes'"),
        ("1 0 -1", "token 3", "", "found '-1'"),
        ("1 0 1.0", "token 3", "", "found '1.0'"),
        (f"1 0 {'1' * 5000}", "token 3", "", "found '111"),
    ],
)
def test_a_problem_is_told_with_its_token(text: str, place: str, where: str, words: str) -> None:
    with pytest.raises(InvalidEvidence) as caught:
        uai_evidence.read(text, GRAPH)
    [problem] = caught.value.problems
    assert problem.path.startswith("line ")
    assert problem.path.endswith(place)
    assert problem.where == where
    assert words in problem.what
    assert problem.remedy


def test_all_problems_come_at_once() -> None:
    with pytest.raises(InvalidEvidence) as caught:
        uai_evidence.read("3 9 0 2 9 0 9", GRAPH)
    assert [problem.path.split(", ")[2] for problem in caught.value.problems] == ["token 2", "token 5", "token 7"]


@given(st.dictionaries(st.sampled_from(["rain", "wet", "cloud"]), st.integers(0, 1)))
def test_reading_what_was_written_gives_the_same_evidence(given: dict[str, int]) -> None:
    evidence = {id: Observed(GRAPH.variable(id).states[state]) for id, state in given.items()}
    text = uai_evidence.write(evidence, GRAPH)
    assert uai_evidence.read(text, GRAPH) == evidence
    assert uai_evidence.read("1\n" + text, GRAPH) == evidence
    assert uai_evidence.write(None, GRAPH.with_evidence(evidence)) == text


def test_one_line_in_the_order_of_the_model() -> None:
    evidence = {"cloud": "some", "wet": ExcludedState("no"), "rain": AllowedStates(("no",))}
    assert uai_evidence.write(evidence, GRAPH) == "3 0 0 1 1 2 1\n"
    assert uai_evidence.write({}, GRAPH) == "0\n"


def test_what_leaves_several_states_open_is_refused_by_name() -> None:
    soft = {
        "rain": Likelihood((0.0, 1.0)),
        "wet": Belief((0.5, 0.5)),
        "cloud": AllowedStates(("some", "full")),
    }
    with pytest.raises(InvalidEvidence) as caught:
        uai_evidence.write(soft, GRAPH)
    assert [problem.where for problem in caught.value.problems] == ["rain", "wet", "cloud"]


def test_evidence_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InvalidEvidence, match="no state 'snow'"):
        uai_evidence.write({"rain": "snow"}, GRAPH)
