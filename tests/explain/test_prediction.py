"""The miss of a prediction."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.errors import InvalidModel
from mbml_core.explain.prediction import CAP_BITS, SAME, bits_text, direction, miss, miss_of_state

PROBABILITY = st.floats(0, 1)
WEIGHTS = st.lists(st.floats(1e-6, 1), min_size=3, max_size=3)


def test_a_fair_coin_predicted_where_one_side_is_certain_misses_by_one_bit() -> None:
    assert miss_of_state(1.0, 0.5).bits == pytest.approx(1.0)
    assert miss((0.0, 1.0), (0.5, 0.5)).bits == pytest.approx(1.0)
    assert miss((0.0, 0.0, 0.0, 1.0), (1, 1, 1, 1)).bits == pytest.approx(2.0)


def test_the_miss_is_the_kullback_leibler_divergence() -> None:
    p, q = (0.66, 0.34), (0.9, 0.1)
    expected = sum(a * math.log2(a / b) for a, b in zip(p, q, strict=True))
    assert miss(p, q).bits == pytest.approx(expected)


@given(WEIGHTS, WEIGHTS)
def test_a_miss_is_never_negative_and_nothing_only_for_the_truth(p: list[float], q: list[float]) -> None:
    found = miss(p, q)
    assert 0 <= found.bits <= CAP_BITS
    assert miss(p, p).bits == pytest.approx(0, abs=1e-12)
    assert miss(p, p).words == "spot on"


@given(PROBABILITY, PROBABILITY)
def test_one_state_is_the_distribution_of_it_and_all_others(p: float, q: float) -> None:
    assert miss_of_state(p, q) == miss((p, 1 - p), (q, 1 - q))


def test_ruling_out_what_happens_is_capped_and_said_so() -> None:
    found = miss_of_state(0.3, 0.0)
    assert (found.bits, found.is_capped, found.words) == (CAP_BITS, True, "far off")
    assert bits_text(found) == "you miss by more than 10 bits"
    assert not miss_of_state(0.0, 0.0).is_capped
    assert miss_of_state(0.0, 0.0).bits == 0


@pytest.mark.parametrize(("q", "words"), [(0.65, "spot on"), (0.6, "close"), (0.5, "off"), (0.1, "far off")])
def test_a_miss_in_words(q: float, words: str) -> None:
    assert miss_of_state(0.66, q).words == words


def test_weights_count_as_the_distribution_they_stand_for() -> None:
    assert miss((2, 6), (1, 1)) == miss((0.25, 0.75), (0.5, 0.5))


@pytest.mark.parametrize("wrong", [(), (0.0, 0.0), (-0.1, 1.1), (math.nan, 1.0), (math.inf, 1.0), (1.0, 1.0, 1.0)])
def test_what_is_no_distribution_over_the_states_is_refused(wrong: tuple[float, ...]) -> None:
    with pytest.raises(InvalidModel) as caught:
        miss((0.5, 0.5), wrong)
    assert caught.value.problems[0].remedy


def test_directions_are_told_as_far_as_the_digits_shown() -> None:
    assert direction(0.3, 0.66) == "up"
    assert direction(0.66, 0.3) == "down"
    assert direction(0.5, 0.5 + SAME / 2) == "same"
    assert direction(0.001, 0.0012) == "up"
