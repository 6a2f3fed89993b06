"""Odds in words."""

from __future__ import annotations

import math

import pytest

from mbml_core.explain.odds import (
    equals_text,
    factor_text,
    log_odds,
    odds_text,
    shift,
    shift_text,
    standing,
    times_text,
)


@pytest.mark.parametrize(
    ("nats", "text"),
    [(math.log(2.4), "2.4 to 1"), (-math.log(3), "1 to 3"), (0.0, "1 to 1"), (math.inf, "certain"),
     (-math.inf, "impossible"), (math.log(1234), "1,230 to 1"), (1e-12, "1 to 1")],
)  # fmt: skip
def test_odds(nats: float, text: str) -> None:
    assert odds_text(nats) == text


@pytest.mark.parametrize(
    ("nats", "text"), [(math.log(5.14), "5.14"), (math.log(3.1e12), "3.1e12"), (5000.0, "1e2171")]
)
def test_factors(nats: float, text: str) -> None:
    assert factor_text(nats) == text


def test_shifts() -> None:
    assert [shift_text(x) for x in (0.885, -0.35, 0.0123, math.inf, 0.0)] == [
        "+0.89",
        "−0.35",
        "+0.012",
        "+∞",
        "0",
    ]
    assert times_text(math.log(2)) == "multiplied by 2"
    assert times_text(-math.log(2)) == "divided by 2"
    assert shift(math.inf, math.inf) == 0.0
    assert shift(0.0, -math.inf) == -math.inf


def test_certainty_keeps_its_digits() -> None:
    assert log_odds([1e-30, 1.0], 1) == pytest.approx(30 * math.log(10))
    assert log_odds([0.25, 0.25, 0.5], 2) == 0.0


def test_what_is_approximate_says_so() -> None:
    assert standing([0.25, 0.75], 1, is_exact=False).text == "about 0.7500"
    assert standing([0.25, 0.75], 1, is_exact=False).odds_text == "about 3 to 1"
    assert standing([0.0, 1.0], 1).odds_text == "certain"


@pytest.mark.parametrize(
    ("p", "text"), [(0.25, "= 0.2500"), (1.0, "= 1"), (1e-9, "< 0.0001"), (1 - 1e-9, "> 0.9999")]
)
def test_no_number_equals_a_bound(p: float, text: str) -> None:
    assert equals_text(p) == text
