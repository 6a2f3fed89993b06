"""Compiled models: one compilation for all who ask, told apart by what their answers depend on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from components.graph_editor.engines import RETRY_SECONDS, Engines, Prepared, content_key, rounded_beliefs
from mbml_core.engine import compile
from mbml_core.errors import DeadlineExceeded, OverBudget
from mbml_core.inference.result import Marginal
from mbml_core.model import Factor, FactorGraph, Variable, boolean
from tests.components.graph_editor.models import SPRINKLER, chain, seen


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The method of every compilation since the test began."""
    return counted_compilations(monkeypatch, compile)


def counted_compilations(monkeypatch: pytest.MonkeyPatch, original: Callable[..., Any]) -> list[str]:
    calls: list[str] = []

    def counted(graph: FactorGraph, method: str, **options: Any) -> Any:
        calls.append(method)
        return original(graph, method, **options)

    monkeypatch.setattr("components.graph_editor.engines.compile", counted)
    return calls


def test_thirty_students_wait_for_one_compilation(compilations: list[str]) -> None:
    shared, found = Engines(), []
    copies = [replace(SPRINKLER, name=f"copy {i}") for i in range(30)]
    threads = [
        threading.Thread(target=lambda graph=graph: found.append(shared.prepared(graph, "auto")))
        for graph in copies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert compilations == ["auto"]
    assert len(found) == 30
    assert len({id(outcome) for outcome in found}) == 1


def test_the_least_recently_used_model_is_forgotten(compilations: list[str]) -> None:
    shared = Engines(capacity=2)
    for length in (1, 2, 1, 3, 1):
        shared.prepared(chain(length), "exact")
    assert len(compilations) == 3
    shared.prepared(chain(2), "exact")
    assert len(compilations) == 4


def test_a_failure_is_told_to_all_and_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(graph: FactorGraph, method: str, **options: Any) -> Any:
        raise DeadlineExceeded("late")

    calls = counted_compilations(monkeypatch, fail)
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    shared = Engines()
    assert isinstance(shared.prepared(SPRINKLER, "exact"), DeadlineExceeded)
    assert isinstance(shared.prepared(SPRINKLER, "exact"), DeadlineExceeded)
    assert len(calls) == 1
    now[0] += RETRY_SECONDS + 1
    shared.prepared(SPRINKLER, "exact")
    assert len(calls) == 2


def test_too_large_a_model_is_an_outcome() -> None:
    size = 60
    variables = tuple(boolean(f"x{i}") for i in range(size))
    pairs = tuple(
        Factor(f"f{i}_{j}", "table", (f"x{i}", f"x{j}"), {"values": np.ones((2, 2))})
        for i in range(size)
        for j in range(i)
    )
    assert isinstance(Engines().prepared(FactorGraph(variables, pairs), "exact"), OverBudget)


@pytest.mark.parametrize(
    "other",
    [
        replace(SPRINKLER, factors=SPRINKLER.factors[1:]),
        replace(SPRINKLER, variables=SPRINKLER.variables[::-1]),
        replace(SPRINKLER, variables=(replace(SPRINKLER.variables[0], name="other"), *SPRINKLER.variables[1:])),
        replace(
            SPRINKLER,
            factors=(
                Factor("f_cloudy", "table", ("cloudy",), {"values": [0.4, 0.6], "child": "cloudy"}),
                *SPRINKLER.factors[1:],
            ),
        ),
    ],
)
def test_models_with_other_answers_have_other_keys(other: FactorGraph) -> None:
    assert content_key(other, "auto") != content_key(SPRINKLER, "auto")


def test_the_key_depends_on_the_method_and_not_on_title_or_evidence() -> None:
    key = content_key(SPRINKLER, "auto")
    assert content_key(SPRINKLER, "bp") != key
    assert content_key(replace(SPRINKLER, name="x").with_evidence(seen(wet="yes")), "auto") == key


def test_entries_do_not_slide_from_one_table_into_the_next() -> None:
    def two(first: list[float], second: list[float]) -> FactorGraph:
        a, b = Variable("a", boolean("a").domain), Variable("b", boolean("b").domain)
        factors = (
            Factor("f", "table", ("a",), {"values": first}),
            Factor("g", "table", ("b",), {"values": second}),
        )
        return FactorGraph((a, b), factors)

    assert content_key(two([1, 2], [3, 4]), "auto") != content_key(two([1, 2, 3], [4]), "auto")


def test_the_prior_is_without_the_drawn_evidence() -> None:
    outcome = Engines().prepared(SPRINKLER.with_evidence(seen(wet="yes")), "auto")
    assert isinstance(outcome, Prepared)
    assert outcome.beliefs["rain"] == (0.5, 0.5)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (0.7079276773296245, 0.707928), (1.0, 1.0), (0.0, 0.0), (1 / 3, 0.333333), (1.23456789e-12, 1.23457e-12),
        (0.9999999, 1.0), (1.5e-300, 1.5e-300), (5e-324, 5e-324),
    ],
)  # fmt: skip
def test_beliefs_have_six_significant_digits(given: float, shown: float) -> None:
    array = np.array([given, 0.25])
    (found,) = rounded_beliefs({"a": Marginal(("x", "y"), array)}).values()
    assert found == (shown, 0.25)
    assert all(type(number) is float for number in found)


def test_rounded_beliefs_stay_with_their_variables() -> None:
    marginals = {"a": Marginal(("x",), np.array([1.0])), "b": Marginal(("x", "y", "z"), np.array([0.5, 0.2, 0.3]))}
    assert dict(rounded_beliefs(marginals)) == {"a": (1.0,), "b": (0.5, 0.2, 0.3)}
    assert dict(rounded_beliefs({})) == {}
