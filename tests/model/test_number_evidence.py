"""Observed numbers: what counts as one, and what is said of everything else."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.errors import InvalidEvidence, Problem
from mbml_core.model import (
    AllowedStates,
    Belief,
    Categorical,
    Count,
    Domain,
    ExcludedState,
    FactorGraph,
    Likelihood,
    Observed,
    Positive,
    Probability,
    Real,
    Simplex,
    Value,
    Variable,
    boolean,
    parse_observation,
    plainly_observed,
    resolve_evidence,
)

SCALARS: tuple[Domain, ...] = (Real(), Positive(), Probability(), Count())
SUPPORT = {
    "real": math.isfinite,
    "positive": lambda x: math.isfinite(x) and x > 0,
    "probability": lambda x: 0 <= x <= 1,
    "count": lambda x: math.isfinite(x) and x >= 0 and x == int(x),
}
NUMBERS = st.one_of(
    st.floats(), st.integers(-3, 10).map(float), st.sampled_from([0.0, -0.0, 1.0, 5e-324, 1e308, 2.0**60])
)


def seen(domain: Domain, value: Any) -> Value | Problem:
    outcome = parse_observation(Variable("x", domain, "Height"), value)
    assert isinstance(outcome, Value | Problem)
    return outcome


@pytest.mark.parametrize("domain", SCALARS, ids=lambda domain: domain.type_name)
@given(number=NUMBERS)
def test_a_number_is_taken_exactly_where_it_lies_in_the_domain(domain: Domain, number: float) -> None:
    outcome = seen(domain, number)
    assert isinstance(outcome, Value) == SUPPORT[domain.type_name](number)
    if isinstance(outcome, Value):
        assert outcome.value == number
        assert type(outcome.value) is float


@pytest.mark.parametrize("form", [float, int, np.float32, np.int64, np.array, Value, lambda x: {"value": x}])
@pytest.mark.parametrize("domain", SCALARS, ids=lambda domain: domain.type_name)
def test_every_form_of_a_number_is_the_same_observation(domain: Domain, form: Any) -> None:
    outcome = seen(domain, form(1))
    assert outcome == Value(1.0)
    assert type(outcome.value) is float


@given(st.lists(st.floats(0, 1), min_size=2, max_size=5).filter(lambda items: sum(items) > 0))
def test_a_vector_that_sums_to_one_is_taken_as_it_stands(items: list[float]) -> None:
    vector = tuple(item / sum(items) for item in items)
    domain = Simplex(len(vector))
    for form in (vector, list(vector), np.array(vector), Value(vector), {"value": list(vector)}):
        assert seen(domain, form) == Value(vector)


@pytest.mark.parametrize(
    ("domain", "given", "what", "wanted"),
    [
        (Real(), math.nan, "'Height' is real, nan is not", "a finite number"),
        (Real(), math.inf, "'Height' is real, inf is not", "a finite number"),
        (Real(), 10**400, "'Height' is real, inf is not", "a finite number"),
        (Real(), True, "'Height' is real, True is not", "a finite number"),
        (Real(), None, "'Height' is real, None is not", "a finite number"),
        (Real(), [1.0], "'Height' is real, [1.0] is not", "a finite number"),
        (Real(), "tall", "'Height' is real and has no states, found 'tall'", "a finite number"),
        (Real(), "1.8", "'Height' is real and has no states, found '1.8'", "a finite number"),
        (
            Real(),
            Observed("tall"),
            "'Height' is real and has no states, found Observed(state='tall')",
            "a finite number",
        ),
        (Real(), {"state": "t"}, "'Height' is real and has no states, found {'state': 't'}", "a finite number"),
        (Positive(), -1, "'Height' is positive, -1 is not", "a finite number above zero"),
        (Positive(), 0.0, "'Height' is positive, 0 is not", "a finite number above zero"),
        (Probability(), 1.0000001, "'Height' is a probability, 1.0000001 is not", "a number from 0 to 1"),
        (Count(), 2.5, "'Height' is a count, 2.5 is not", "a whole number, 0 or more"),
        (Count(), -1, "'Height' is a count, -1 is not", "a whole number, 0 or more"),
    ],
)
def test_what_lies_outside_is_told_with_what_was_wanted(
    domain: Domain, given: Any, what: str, wanted: str
) -> None:
    assert seen(domain, given) == Problem("x", what, f"give {wanted}")


@pytest.mark.parametrize(
    ("vector", "end"),
    [
        ((0.5, 0.5), "but the value has 2 numbers"),
        ((), "but the value has 0 numbers"),
        ((0.5, 0.7, -0.2), "but the value holds -0.2"),
        ((0.5, math.nan, 0.5), "but the value holds nan"),
        ((math.inf, 0.0, 0.0), "but the value holds inf"),
        ((0.5, 0.25, 0.2), "but the value sums to 0.95"),
    ],
)
def test_a_vector_that_is_no_distribution_is_told_why(vector: tuple[float, ...], end: str) -> None:
    remedy = "give 3 numbers, zero or more, that sum to one"
    assert seen(Simplex(3), vector) == Problem("x", f"'Height' is a simplex of size 3, {end}", remedy)


@pytest.mark.parametrize("given", [0.5, [[0.5, 0.5]], ["a", "b"], None])
def test_what_is_no_vector_is_none_of_a_simplex(given: Any) -> None:
    problem = seen(Simplex(2), given)
    assert isinstance(problem, Problem)
    assert problem.what == f"'Height' is a simplex of size 2, {given!r} is not"


def test_a_simplex_is_no_list_of_likelihoods() -> None:
    assert seen(Simplex(2), [0.2, 0.8]) == Value((0.2, 0.8))
    for other in (Likelihood((0.2, 0.8)), Belief((0.2, 0.8)), AllowedStates(("a",)), ExcludedState("a")):
        assert "has no states" in seen(Simplex(2), other).what  # type: ignore[union-attr]


def test_one_observation_says_one_thing() -> None:
    problem = seen(Real(), {"value": 1.0, "state": "a"})
    assert problem == Problem(
        "x", "evidence for 'Height' has the fields ['state', 'value']", "give only 'value': a finite number"
    )


def test_a_quoted_value_is_short() -> None:
    problem = seen(Real(), "v" * 999)
    assert isinstance(problem, Problem)
    assert len(problem.what) < 120


@pytest.mark.parametrize("given", [Value(1.0), Value((0.5, 0.5)), {"value": 1}, {"value": 1.8}])
def test_a_variable_with_states_has_no_value(given: Any) -> None:
    problem = parse_observation(boolean("rain", "Rain"), given)
    assert problem == Problem("rain", "'Rain' has states, a value is observed of it", "observe a state: no, yes")


def test_a_whole_number_stays_the_index_of_a_state() -> None:
    assert parse_observation(boolean("rain"), 1) == Observed("yes")
    assert isinstance(parse_observation(boolean("rain"), 1.0), Problem)


MODEL = FactorGraph(
    (boolean("rain"), Variable("height", Real()), Variable("p", Simplex(2)), Variable("n", Count()))
)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(InvalidEvidence) as caught:
        resolve_evidence(MODEL, {"rain": 1.8, "height": "tall", "p": [0.5, 0.6], "n": -1, "wind": 3})
    assert [problem.where for problem in caught.value.problems] == ["rain", "height", "p", "n", "wind"]


@pytest.mark.parametrize("given", [0, 1, 2, "a", Observed("a")])
def test_a_number_is_never_plainly_a_state(given: Any) -> None:
    for id in ("height", "p", "n"):
        assert plainly_observed(MODEL, {id: given}) is None


def test_the_broken_domain_holds_nothing() -> None:
    assert isinstance(parse_observation(Variable("x", Categorical(())), 0), Problem)
