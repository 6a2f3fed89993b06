"""Tables of evidence in every form callers have them in, and what is said about mistakes in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mbml_core.errors import InvalidEvidence
from mbml_core.model import Categorical, FactorGraph, Likelihood, Real, Variable, boolean
from mbml_core.model.evidence_table import MOST_LISTED, read_evidence_table

GRAPH = FactorGraph(
    (boolean("rain", "Rain"), Variable("sky", Categorical(("clear", "grey", "black")), "Sky"), boolean("wet"))
)


def read(rows: Any) -> list[list[int]]:
    table = read_evidence_table(GRAPH, rows)
    assert not table.others
    return table.states.tolist()


def told(rows: Any) -> list[str]:
    with pytest.raises(InvalidEvidence) as mistake:
        read_evidence_table(GRAPH, rows)
    return [str(problem) for problem in mistake.value.problems]


@pytest.mark.parametrize(
    "column",
    [
        ["grey", None, "black", ""],
        ("grey", float("nan"), 2, -1),
        [np.int64(1), np.float32("nan"), np.str_("black"), None],
        np.array([1, -1, 2, -1]),
        np.array([1, -1, 2, -1], dtype=np.int8),
        np.array([1.0, np.nan, 2.0, -1.0]),
        np.array(["grey", "", "black", ""]),
        np.array(["grey", None, 2, -1], dtype=object),
    ],
    ids=str,
)
def test_columns_of_every_type(column: Any) -> None:
    assert read({"sky": column}) == [[-1, 1, -1], [-1, -1, -1], [-1, 2, -1], [-1, -1, -1]]


def test_a_column_of_unsigned_numbers_or_of_truth_values() -> None:
    assert read({"sky": np.array([0, 2], dtype=np.uint64)}) == [[-1, 0, -1], [-1, 2, -1]]
    assert read({"wet": np.array([True, False])}) == read({"wet": [True, False]}) == [[-1, -1, 1], [-1, -1, 0]]


def test_data_frames_and_series() -> None:
    pd = pytest.importorskip("pandas")
    expected = [[1, 1, -1], [-1, -1, 0]]
    frame = pd.DataFrame({"rain": ["yes", None], "sky": [1.0, np.nan], "wet": pd.array([None, 0], dtype="Int64")})
    assert read(frame) == expected
    assert read({name: frame[name] for name in frame}) == expected
    categories = pd.Series(["grey", None], dtype="category")
    assert read({"sky": categories}) == [[-1, 1, -1], [-1, -1, -1]]
    assert read(pd.DataFrame(index=range(2))) == [[-1, -1, -1]] * 2


def test_names_stand_for_ids_and_missing_columns_for_no_observation() -> None:
    assert read({"Rain": ["yes", "no"]}) == [[1, -1, -1], [0, -1, -1]]
    assert read([{"Rain": "yes"}, {"rain": "no"}]) == [[1, -1, -1], [0, -1, -1]]


def test_mappings_and_matrices() -> None:
    assert read([{"rain": "yes"}, {}, {"sky": 2, "wet": None}]) == [[1, -1, -1], [-1, -1, -1], [-1, 2, -1]]
    assert read(np.array([[1, -1, -1], [-1, 2, 0]])) == [[1, -1, -1], [-1, 2, 0]]
    assert read(np.array([[1, np.nan, -1]])) == [[1, -1, -1]]
    assert read(np.array([{"rain": 1}, {}], dtype=object)) == [[1, -1, -1], [-1, -1, -1]]


def test_no_rows() -> None:
    for nothing in ([], (), {}, {"rain": []}, np.empty((0, 3), dtype=int)):
        assert read(nothing) == []


def test_cells_of_other_kinds_are_kept_apart() -> None:
    table = read_evidence_table(
        GRAPH, {"rain": ["yes", [0.5, 1.0], None], "sky": [{"not": "grey"}, 0, {"state": 1}]}
    )
    assert table.states.tolist() == [[1, -1, -1], [-1, 0, -1], [-1, 1, -1]]
    assert {row: set(cells) for row, cells in table.others.items()} == {0: {"sky"}, 1: {"rain"}}
    assert table.others[1]["rain"] == Likelihood((0.5, 1.0))


def test_a_column_of_likelihoods() -> None:
    table = read_evidence_table(GRAPH, {"rain": np.array([[0.5, 1.0], [1.0, 0.0]])})
    assert table.others[0]["rain"] == Likelihood((0.5, 1.0))
    assert len(table.others) == len(table) == 2


def test_every_mistake_is_told_with_its_rows_and_a_remedy() -> None:
    problems = told({"rain": ["yes", "yess", "yess"], "sky": [0, 3, -2], "wett": [0, 0, 0]})
    assert problems == [
        "(rain): 'Rain' has no state 'yess' (row 1, counted from 0 and 1 more row); "
        "did you mean 'yes'? its states are no, yes",
        "(sky): 'Sky' has no state number 3 (row 1, counted from 0); use 0 to 2, or a state name",
        "(sky): 'Sky' has no state number -2 (row 2, counted from 0); use 0 to 2, or a state name",
        "(wett): there is no variable 'wett'; did you mean 'wet'?",
    ]


def test_arrays_are_checked_like_lists() -> None:
    assert "no state number 7 (row 1" in told({"sky": np.array([0, 7])})[0]
    assert "cannot observe 0.5" in told({"sky": np.array([0.5, 1.0])})[0]
    assert "cannot observe inf" in told({"sky": np.array([np.inf])})[0]
    assert "no state 'gray' (row 0" in told({"sky": np.array(["gray"])})[0]
    assert "has 3 numbers, it has 2 states" in told({"rain": np.ones((2, 3))})[0]


def test_only_a_handful_of_mistakes_is_listed() -> None:
    problems = told({"sky": [f"state {i}" for i in range(50)]})
    assert len(problems) == MOST_LISTED + 1
    assert "42 further problems" in problems[-1]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"rain": "yes"}, "the column of 'rain' is 'yes'; give a list with one value per row"),
        ({"rain": 1}, "the column of 'rain' is 1"),
        ({"rain": {"state": "yes"}}, "the column of 'rain' is {'state': 'yes'}"),
        ({"rain": [0, 1], "wet": [0]}, "the column of 'wet' has 1 row, that of 'rain' has 2"),
        ({"rain": [0, 1], "Rain": [-1, 1]}, "'Rain' is observed twice (row 0, counted from 0 and 1 more row)"),
        ([{"rain": 0}, {"rain": 0, "Rain": 1}], "'Rain' is observed twice (row 1, counted from 0)"),
        ([{"rain": 0}, None], "a row is None, not a mapping (row 1, counted from 0)"),
        ([[0, 1, -1]], "a row is [0, 1, -1], not a mapping"),
        (np.zeros((2, 2), dtype=int), "the matrix has 2 columns, the model has 3 variables"),
        (np.zeros(3, dtype=int), "not a mapping"),
        ("yes", "the rows are 'yes'; give {variable: column}"),
        (None, "the rows are None"),
        (7, "the rows are 7"),
        (np.zeros((1, 1, 1)), "not a mapping"),
    ],
    ids=str,
)
def test_rows_that_are_no_table(rows: Any, expected: str) -> None:
    assert expected in "\n".join(told(rows))


def test_reading_can_be_stopped() -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        raise Stop

    for rows in ({"rain": [0]}, [{}], np.zeros((1, 3), dtype=int)):
        with pytest.raises(Stop):
            read_evidence_table(GRAPH, rows, stop)


@pytest.mark.parametrize("rows", [{"x": [1.8, -1]}, [{"x": 1.8}], np.array([[1, 1.8], [0, -1]])])
def test_rows_hold_states_only(rows: Any) -> None:
    mixed = FactorGraph((boolean("rain"), Variable("x", Real(), "Height")))
    with pytest.raises(InvalidEvidence) as caught:
        read_evidence_table(mixed, rows)
    (problem,) = caught.value.problems
    assert (problem.where, problem.what) == ("x", "'Height' is real; rows of evidence hold states only")
