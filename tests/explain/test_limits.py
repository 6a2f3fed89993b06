"""Long answers can be stopped: every question hands its deadline on to the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import mbml_core as mb
from mbml_core.deadline import UNLIMITED, CancelToken, Deadline
from mbml_core.errors import Cancelled, DeadlineExceeded
from mbml_core.explain.independence import independence
from mbml_core.explain.intervene import intervene
from mbml_core.explain.limits import limits
from mbml_core.explain.modes import modes
from mbml_core.model import Factor, FactorGraph, boolean

PAIR = FactorGraph(
    (boolean("a"), boolean("b")),
    (Factor("f", "table", ("a", "b"), {"values": [[0.3, 0.7], [0.6, 0.4]], "child": "b"}),),
)
ENGINE = mb.compile(PAIR, "exact")

QUESTIONS: list[Callable[[Deadline], Any]] = [
    lambda limit: independence(PAIR, "a", "b", exact=ENGINE, deadline=limit),
    lambda limit: intervene(ENGINE, {"a": "yes"}, deadline=limit),
    lambda limit: modes(ENGINE, deadline=limit),
]


@pytest.mark.parametrize("ask", QUESTIONS)
def test_a_cancelled_question_stops(ask: Callable[[Deadline], Any]) -> None:
    token = CancelToken()
    assert ask(Deadline(60.0, token)) is not None
    token.cancel()
    with pytest.raises(Cancelled):
        ask(Deadline(60.0, token))


@pytest.mark.parametrize("ask", QUESTIONS)
def test_a_question_out_of_time_stops(ask: Callable[[Deadline], Any]) -> None:
    with pytest.raises(DeadlineExceeded):
        ask(Deadline(0.0))


def test_what_is_left_of_a_deadline() -> None:
    token = CancelToken()
    left = limits(Deadline(60.0, token))
    assert left["deadline"] is not None
    assert 0 < left["deadline"] <= 60
    assert left["cancel"] is token
    assert limits(UNLIMITED) == {"deadline": None, "cancel": None}
