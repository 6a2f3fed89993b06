"""What the kinds share. Their own tests say which check belongs to which kind."""

from __future__ import annotations

import pytest

from mbml_core.factors.parameters import check_arity, check_boolean, child_axis, parent_axes
from mbml_core.model import Categorical, Factor, Variable


def factor(*scope: str, **parameters: str) -> Factor:
    return Factor("f", "gate", scope, parameters)


@pytest.mark.parametrize(
    ("drawn", "child", "parents"),
    [
        (factor("a", "b", "c"), 2, [0, 1]),
        (factor("a", "b", "c", child="a"), 0, [1, 2]),
        (factor("a", "b", "c", child="b"), 1, [0, 2]),
        (factor("a"), 0, []),
    ],
)
def test_the_child_is_the_one_that_is_named_or_else_the_last(
    drawn: Factor, child: int, parents: list[int]
) -> None:
    assert child_axis(drawn) == child
    assert parent_axes(drawn) == parents


@pytest.mark.parametrize(
    ("least", "most", "wanted"), [(2, 2, None), (1, 3, None), (2, None, None), (3, None, "3 or more"), (1, 1, "1")]
)
def test_arity_has_a_lower_and_an_upper_end(least: int, most: int | None, wanted: str | None) -> None:
    found = [problem.what for problem in check_arity(factor("a", "b"), least, most)]
    assert found == ([f"'gate' connects {wanted} variables, this one 2"] if wanted else [])


def test_a_range_of_arities_is_named_with_both_ends() -> None:
    (found,) = check_arity(factor("a"), 2, 4)
    assert found.what == "'gate' connects 2 to 4 variables, this one 1"


# --- which of two states is the true one -------------------------------------------------------------------

PAIRS = [
    *(("yes", "no"), ("true", "false"), ("t", "f"), ("1", "0")),
    *(("on", "off"), ("present", "absent"), ("positive", "negative")),
]


def is_turned_round(first: str, second: str) -> bool:
    found = list(check_boolean(factor("v"), Variable("v", Categorical((first, second)))))
    assert all(problem.remedy == f"reorder its states to {second}, {first}" for problem in found)
    return bool(found)


@pytest.mark.parametrize(("true", "false"), PAIRS)
def test_a_true_state_before_a_false_one_is_turned_round(true: str, false: str) -> None:
    assert is_turned_round(true, false)
    assert is_turned_round(true.upper(), false.title())
    assert not is_turned_round(false, true)


@pytest.mark.parametrize(
    ("first", "second"), [("yes", "maybe"), ("maybe", "no"), ("left", "right"), ("yes", "on"), ("no", "off")]
)
def test_states_that_do_not_clearly_mean_true_and_false_are_left_alone(first: str, second: str) -> None:
    assert not is_turned_round(first, second)
