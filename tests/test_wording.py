"""What people read: names that cannot disturb anything, numbers that do not lie."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.model import AllowedStates, Belief, ExcludedState, Likelihood, Observed, Value
from mbml_core.wording import (
    display_width,
    has_probability,
    observation_text,
    probability_text,
    shortened,
    small_probability_text,
    visible,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Wet grass", "Wet grass"),
        ("Größe 日本 🎲", "Größe 日本 🎲"),
        ("שלום", "שלום"),
        ("a\u202eb", r"a\u202eb"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("a\x1b[31m\n", r"a\u001b[31m\u000a"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("\ufffe\u3164", r"\ufffe\u3164"),
    ],
)
def test_hidden_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(), st.integers(min_value=1, max_value=30))
def test_a_shortened_name_fits_its_width(text: str, width: int) -> None:
    assert display_width(shortened(text, width)) <= width


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert display_width("日本") == 4
    assert display_width("e\u0301") == 1
    assert shortened("日本語日本語", 5) == "日本…"


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.70792767, "0.7079"),
        (1e-300, "<0.0001"),
        (0.00004999, "<0.0001"),
        (0.00005001, "0.0001"),
        (1 - 1e-12, ">0.9999"),
    ],
)
def test_four_digits_never_turn_possible_into_impossible_or_certain(probability: float, text: str) -> None:
    assert probability_text(probability) == text


@pytest.mark.parametrize(
    ("log_probability", "text"),
    [
        (0.0, "1"),
        (math.log(0.6471), "0.6471"),
        (math.log(3.214e-7), "3.21e-7"),
        (math.log(9.999e-7), "1.00e-6"),
        (-5000.0, "3.37e-2172"),  # 5000 / ln 10 = 2171.47…, 10^0.5276 = 3.37
    ],
)
def test_small_probabilities_keep_their_size_where_floats_underflow(log_probability: float, text: str) -> None:
    assert small_probability_text(log_probability) == text


@pytest.mark.parametrize(
    ("observation", "text"),
    [
        (Observed("yes"), "= yes"),
        (ExcludedState("\u202eyes"), r"is not \u202eyes"),
        (AllowedStates(("a", "b")), "is a or b"),
        (Likelihood((0.25, 0.75)), "has likelihood 0.25 : 0.75"),
        (Likelihood((1.0,) * 9), "has likelihood 1 : 1 : 1 : 1 : 1 : 1 : 1 : 1 : …"),
        (Belief((0.4, 0.6)), "is set to 0.4 : 0.6"),
    ],
)
def test_observations_in_words(observation: Observed, text: str) -> None:
    assert observation_text(observation) == text


def test_only_likelihoods_up_to_one_have_a_probability() -> None:
    assert has_probability({"a": Observed("yes"), "b": Likelihood((0.3, 1.0))})
    assert not has_probability({"a": Observed("yes"), "b": Likelihood((1.0, 2.0))})
    assert not has_probability({"a": Belief((0.5, 0.5))})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.8, "= 1.8"),
        (-3.0, "= -3"),
        (1 / 3, "= 0.333333"),
        (2.5e-9, "= 2.5e-09"),
        ((0.2, 0.3, 0.5), "= (0.2, 0.3, 0.5)"),
        ((0.1,) * 10, "= (0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, …)"),
    ],
)
def test_an_observed_number_is_told(value: float | tuple[float, ...], shown: str) -> None:
    assert observation_text(Value(value)) == shown


def test_an_observed_number_has_a_density_and_no_probability() -> None:
    assert has_probability({"a": Observed("yes")})
    assert not has_probability({"a": Observed("yes"), "x": Value(1.8)})
