from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from mbml_core.errors import Problem
from mbml_core.factors import KINDS
from mbml_core.factors.table import MAX_LISTED, lower
from mbml_core.model import Factor
from tests.factors.gates import Gate, variable

TABLE = KINDS["table"]
LISTS = "give nested lists of numbers, one level per variable"
RESIZE = "reorder or resize it; axes follow the scope"
FINITE = "use a finite number, zero or more"
DROP = "correct or normalise the row, or drop 'child' to make it a free potential"
NO_NUMBERS = "'values' is ragged or holds something that is not a number"
INF, HUGE = math.inf, 10**400


def table(sizes: tuple[int, ...], **parameters: Any) -> Gate:
    """A table over the variables a (A), b (B), … of these sizes."""
    drawn = tuple(variable(id, size) for id, size in zip("abcdefgh", sizes, strict=False))
    return Gate(Factor("f", "table", tuple(v.id for v in drawn), parameters), drawn)


def notes(drawn: Gate) -> list[Problem]:
    return list(TABLE.notes(drawn.factor, drawn.variables))


# --- what it means -----------------------------------------------------------------------------------------


def test_a_free_potential_is_its_values_as_they_are() -> None:
    values = np.arange(6.0).reshape(2, 3)
    drawn = table((2, 3), values=values.tolist())
    assert drawn.problems == []
    assert notes(drawn) == []
    assert_array_equal(drawn.table, values)


@pytest.mark.parametrize("child", ["a", "b", "c"])
def test_a_conditional_table_sums_to_one_over_its_child(child: str) -> None:
    axis = "abc".index(child)
    values = np.random.default_rng(0).random((2, 3, 4))
    values /= values.sum(axis=axis, keepdims=True)
    drawn = table((2, 3, 4), values=values, child=child)
    assert drawn.problems == []
    assert_allclose(drawn.table, values, rtol=1e-15)


@pytest.mark.parametrize(("child", "rounded"), [("a", [[0.333333], [0.666666]]), ("b", [[0.333333, 0.666666]])])
def test_rounded_rows_are_renormalised_with_a_note(child: str, rounded: list[list[float]]) -> None:
    drawn = table(np.shape(rounded), values=rounded, child=child)
    assert drawn.problems == []
    assert_allclose(drawn.table.ravel(), [0.333333 / 0.999999, 0.666666 / 0.999999], rtol=1e-15)
    assert notes(drawn) == [
        Problem(
            "f",
            "rows miss a sum of one by up to 1e-06 and were renormalised",
            "nothing to do, or write more digits",
        )
    ]


def test_rounding_in_the_last_digits_deserves_no_note() -> None:
    assert notes(table((10,), values=[0.1] * 10, child="a")) == []


@pytest.mark.parametrize("value", [2, 2.5, np.float64(2.5), np.int64(2), np.array(2.5)], ids=repr)
def test_a_table_without_variables_is_one_number(value: Any) -> None:
    drawn = table((), values=value)
    assert drawn.problems == []
    assert drawn.table.shape == ()
    assert float(drawn.table) == float(value)


def test_a_child_of_none_is_no_child() -> None:
    drawn = table((2,), values=[3, 4], child=None)
    assert drawn.problems == []
    assert_array_equal(drawn.table, [3, 4])


# --- what can be wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "parameters", "expected"),
    [
        ((2,), {}, [("'values' is missing", LISTS)]),
        ((2, 2), {"values": [[1, 2], [3]]}, [(NO_NUMBERS, LISTS)]),
        ((2,), {"values": ["a", 1]}, [(NO_NUMBERS, LISTS)]),
        ((2,), {"values": "ab"}, [(NO_NUMBERS, LISTS)]),
        ((2,), {"values": None}, [(NO_NUMBERS, LISTS)]),
        ((2,), {"values": [True, False]}, [(NO_NUMBERS, LISTS)]),
        ((2,), {"values": np.array(["a", "b"])}, [(NO_NUMBERS, LISTS)]),
        ((2,), {"values": np.array([1j, 2])}, [(NO_NUMBERS, LISTS)]),
        ((2,), {"values": [HUGE, 1]}, [(NO_NUMBERS, LISTS)]),
        ((), {"values": HUGE}, [(NO_NUMBERS, LISTS)]),
        ((), {"values": True}, [(NO_NUMBERS, LISTS)]),
        (
            (2, 3),
            {"values": [[1, 2], [3, 4], [5, 6]]},
            [("the table has shape (3, 2), its scope wants (2, 3) (A: 2, B: 3)", RESIZE)],
        ),
        ((2,), {"values": 1}, [("the table has shape (), its scope wants (2,) (A: 2)", RESIZE)]),
        ((2,), {"values": []}, [("the table has shape (0,), its scope wants (2,) (A: 2)", RESIZE)]),
        ((), {"values": [1]}, [("the table has shape (1,), its scope wants () (no variables)", RESIZE)]),
        ((), {"values": -2}, [("entry () is -2", FINITE)]),
        ((), {"values": 0}, [("every entry is zero, so the factor allows nothing", "make one positive")]),
        (
            (2, 3),
            {"values": [[1, -0.5, 1], [INF, 1, math.nan]]},
            [
                ("entry (A=no, B=s1) is -0.5", FINITE),
                ("entry (A=yes, B=s0) is inf", FINITE),
                ("entry (A=yes, B=s2) is nan", FINITE),
            ],
        ),
        (
            (2, 2),
            {"values": [[0, 0], [0, 0]]},
            [("every entry is zero, so the factor allows nothing", "make one positive")],
        ),
        (
            (2, 3),
            {"values": [[1, 0, 0], [0.5, 0.25, 0.5]], "child": "b"},
            [("row (A=yes) sums to 1.25 over 'B', expected 1", DROP)],
        ),
        (
            (2, 3),
            {"values": [[1, 0, 0], [0.5, 0.25, 1]], "child": "a"},
            [
                ("row (B=s0) sums to 1.5 over 'A', expected 1", DROP),
                ("row (B=s1) sums to 0.25 over 'A', expected 1", DROP),
            ],
        ),
        (
            (2,),
            {"values": [0.5, 0.4], "child": "a"},
            [("the distribution sums to 0.9 over 'A', expected 1", DROP)],
        ),
        (
            (2,),
            {"values": [0.5, 0.500002], "child": "a"},
            [("the distribution sums to 1.000002 over 'A', expected 1", DROP)],
        ),
        (
            (2,),
            {"values": [1e308, 1e308], "child": "a"},
            [("the distribution sums to inf over 'A', expected 1", DROP)],
        ),
        ((2,), {"values": [0.5, 0.4], "child": "z"}, [("the child 'z' is not in the scope", "name one of a")]),
        ((2,), {"values": [0.5, 0.4], "child": 0}, [("the child '0' is not in the scope", "name one of a")]),
        (
            (2, 2),
            {"values": [[1, 2], [3, -4]], "child": "z"},
            [
                ("the child 'z' is not in the scope", "name one of a, b"),
                ("entry (A=yes, B=yes) is -4", FINITE),
            ],
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_every_problem_is_named(
    sizes: tuple[int, ...], parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert table(sizes, **parameters).problems == [Problem("f", what, remedy) for what, remedy in expected]


@pytest.mark.parametrize("child", [[0, 1], ["a"], {"id": "a"}], ids=repr)
def test_a_child_that_is_no_name(child: Any) -> None:
    (found,) = table((2,), values=[0.5, 0.4], child=child).problems
    assert found.what.endswith("is not in the scope")


@pytest.mark.parametrize("total", [1 - 9e-7, 1 + 9e-7])
def test_a_sum_within_a_millionth_of_one_will_do(total: float) -> None:
    assert table((2,), values=[0.5, total - 0.5], child="a").problems == []


def test_of_many_bad_entries_the_first_are_listed_and_the_rest_counted() -> None:
    found = table((3, 4), values=-np.ones((3, 4))).problems
    assert len(found) == MAX_LISTED + 1
    assert found[0].what == "entry (A=s0, B=s0) is -1"
    assert found[-1] == Problem("f", "7 more entries are negative or not finite", "correct them")


def test_of_many_bad_rows_the_first_are_listed_and_the_rest_counted() -> None:
    found = table((2, 8), values=np.ones((2, 8)), child="a").problems
    assert len(found) == MAX_LISTED + 1
    assert found[-1] == Problem("f", "3 more rows do not sum to one", "normalise them")


def test_exactly_as_many_as_are_listed_leave_nothing_to_count() -> None:
    assert len(table((MAX_LISTED,), values=[-1] * MAX_LISTED).problems) == MAX_LISTED
    assert len(table((2, MAX_LISTED), values=np.ones((2, MAX_LISTED)), child="a").problems) == MAX_LISTED


def test_lowering_what_was_never_checked_says_so() -> None:
    with pytest.raises(TypeError, match=r"^the table of 'f' was lowered without a check$"):
        lower(*table((2,), values="text"))
