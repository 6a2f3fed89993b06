"""Every structural problem of a graph, each with its place and its remedy; and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.errors import Problem
from mbml_core.model import (
    MAX_STATES,
    Categorical,
    Count,
    Factor,
    FactorGraph,
    Likelihood,
    Observation,
    Observed,
    Positive,
    Real,
    Simplex,
    Value,
    Variable,
    boolean,
    check_structure,
)
from mbml_core.model.check import MAX_NAME, text_flaw

A, B = boolean("a", "Apple"), boolean("b")
SHORTEN = "shorten it or remove the character"


def problems(
    *variables: Variable, factors: tuple[Factor, ...] = (), name: str = "", **evidence: Any
) -> list[Problem]:
    return check_structure(FactorGraph(variables, factors, evidence, name))


def test_a_sound_graph_has_no_problem() -> None:
    factors = (Factor("f", "table", ("a", "b")), Factor("g", "no such kind", ("b",)), Factor("h", "table", ()))
    assert problems(A, B, factors=factors, name="Fine", a=Observed("yes"), b=Likelihood((1, 2))) == []


def test_an_empty_graph_has_no_problem() -> None:
    assert problems() == []


# --- text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b><script>alert(1)</script>",
        "**bold** $x^2$ [link](x)",
        "שלום עולם",
        "\u202eright to left\u202c",
        "👩‍👩‍👧‍👦 family",
        "e\u0301",
        'it\'s "quoted" \\ & %s {} 100%',
        "two words",
        "\u00a0",
        "\U0010ffff",
        "x" * MAX_NAME,
        "🧪" * MAX_NAME,
    ],
    ids=ascii,
)
def test_any_readable_text_will_do(text: str) -> None:
    assert text_flaw(text) is None
    variable = Variable(text, Categorical((text, "other")), text)
    assert problems(variable, factors=(Factor(f"{text[1:]}f", "table", (text,)),), name=text) == []


@pytest.mark.parametrize("code", [0x00, 0x09, 0x0A, 0x0D, 0x1F, 0x7F, 0x80, 0x9F, 0xD800, 0xDFFF])
def test_control_characters_and_lone_surrogates_are_named(code: int) -> None:
    assert text_flaw(f"a{chr(code)}b") == f"holds the control character U+{code:04X}"


@pytest.mark.parametrize("code", [0x20, 0x7E, 0xA0, 0xD7FF, 0xE000])
def test_their_neighbours_are_fine(code: int) -> None:
    assert text_flaw(f"a{chr(code)}b") is None


def test_two_hundred_characters_are_the_limit() -> None:
    assert MAX_NAME == 200
    assert text_flaw("x" * 201) == "has 201 characters, at most 200 are allowed"


@pytest.mark.parametrize("text", [7, None, b"a"])
def test_what_is_no_text_is_named(text: Any) -> None:
    assert text_flaw(text) == f"is {text!r}, expected text"


@pytest.mark.parametrize(
    ("text", "flaw"), [("a\nb", "holds the control character U+000A"), ("é" * 300, "has 300")]
)
def test_every_text_of_a_graph_is_looked_at(text: str, flaw: str) -> None:
    places = {
        "the model's name": problems(name=text),
        "the id": problems(Variable(text, A.domain)),
        "the name": problems(Variable("v", A.domain, text)),
        "a state name": problems(Variable("v", Categorical(("no", text)))),
        "the id of a factor": problems(A, factors=(Factor(text, "table", ("a",)),)),
    }
    for place, found in places.items():
        assert len(found) == 1, place
        assert found[0].what.startswith(f"{place.removesuffix(' of a factor')} {flaw}"), place
        assert found[0].remedy == SHORTEN


def test_a_long_id_is_cut_where_it_names_the_place() -> None:
    assert [problem.where for problem in problems(Variable("i" * 300, A.domain))] == ["i" * 200]


def test_a_text_problem_names_its_variable_and_factor() -> None:
    found = problems(Variable("v", A.domain, "a\0"), factors=(Factor("f\0", "table", ("v",)),))
    assert found == [
        Problem("v", "the name holds the control character U+0000", SHORTEN),
        Problem("f\0", "the id holds the control character U+0000", SHORTEN),
    ]


def test_states_that_are_no_text_are_named() -> None:
    assert problems(Variable("die", Categorical((1, "2")))) == [
        Problem("die", "a state name is 1, expected text", "write it as text")
    ]


def test_an_id_that_is_no_text_is_named() -> None:
    assert problems(Variable(7, A.domain)) == [Problem("7", "the id is 7, expected text", "write it as text")]


# --- variables ---------------------------------------------------------------------------------------------


def test_duplicate_ids_among_variables() -> None:
    assert problems(A, A, A) == [Problem("a", "3 variables or factors have the id 'a'", "give each its own id")]


def test_variables_and_factors_share_one_set_of_ids() -> None:
    factors = (Factor("a", "table", ("a",)), Factor("f", "table", ("a",)), Factor("f", "table", ("a",)))
    assert problems(A, factors=factors) == [
        Problem("a", "2 variables or factors have the id 'a'", "give each its own id"),
        Problem("f", "2 variables or factors have the id 'f'", "give each its own id"),
    ]


def test_equal_names_are_allowed() -> None:
    assert problems(boolean("a", "Twin"), boolean("b", "Twin")) == []


def test_an_empty_id() -> None:
    assert problems(Variable("", A.domain)) == [Problem("", "a variable has an empty id", "give it an id")]


def test_a_variable_without_states() -> None:
    assert problems(Variable("v", Categorical(()), "Void")) == [
        Problem("v", "'Void' has 0 states, expected 1 to 10,000", "add or remove states")
    ]


@pytest.mark.parametrize("count", [1, 2, 10_000])
def test_up_to_ten_thousand_states_are_fine(count: int) -> None:
    assert problems(Variable("v", Categorical(tuple(f"s{i}" for i in range(count))))) == []


def test_ten_thousand_and_one_states_are_too_many() -> None:
    assert problems(Variable("v", Categorical(tuple(f"s{i}" for i in range(10_001))))) == [
        Problem("v", "'v' has 10001 states, expected 1 to 10,000", "add or remove states")
    ]


def test_duplicate_states() -> None:
    assert problems(Variable("v", Categorical(("x", "y", "x", "y", "y", "z")))) == [
        Problem("v", "2 states are named 'x'", "give each state its own name"),
        Problem("v", "3 states are named 'y'", "give each state its own name"),
    ]


def test_states_that_differ_in_case_or_space_are_different() -> None:
    assert problems(Variable("v", Categorical(("x", "X", "x ", " x")))) == []


def test_an_empty_state_name() -> None:
    assert problems(Variable("v", Categorical(("", "x")))) == [
        Problem("v", "a state has an empty name", "name it")
    ]


# --- scopes ------------------------------------------------------------------------------------------------


def test_an_empty_factor_id() -> None:
    assert problems(A, factors=(Factor("", "table", ("a",)),)) == [
        Problem("", "a factor has an empty id", "give it an id")
    ]


def test_a_scope_that_names_no_variable() -> None:
    """A name is no id, and neither is a factor's id."""
    factors = (Factor("f", "table", ("a", "Apple", "f")),)
    remedy = "add the variable or drop the edge"
    assert problems(A, factors=factors) == [
        Problem("f", "the scope names 'Apple', which is no variable", remedy),
        Problem("f", "the scope names 'f', which is no variable", remedy),
    ]


def test_a_variable_twice_in_a_scope() -> None:
    assert problems(A, B, factors=(Factor("f", "table", ("a", "b", "a", "a")),)) == [
        Problem("f", "'a' stands 3 times in the scope", "connect it once")
    ]


# --- drawn evidence ----------------------------------------------------------------------------------------


def test_evidence_on_no_variable() -> None:
    remedy = "remove it or add the variable"
    assert problems(A, z=Observed("yes"), y=Observed("yes")) == [
        Problem("z", "evidence names 'z', which is no variable", remedy),
        Problem("y", "evidence names 'y', which is no variable", remedy),
    ]


@pytest.mark.parametrize(
    ("observation", "what"),
    [
        (Observed("yess"), "'Apple' has no state 'yess'"),
        (Likelihood((1,)), "the likelihood for 'Apple' has 1 numbers"),
    ],
)
def test_evidence_that_does_not_fit(observation: Observation, what: str) -> None:
    (found,) = problems(A, a=observation)
    assert found.where == "a"
    assert found.what.startswith(what)


def test_all_problems_come_at_once() -> None:
    factors = (Factor("f", "table", ("a", "a", "z")), Factor("f", "table", ()))
    found = problems(Variable("a", Categorical(())), factors=factors, name="\a", q=Observed("x"))
    assert [problem.where for problem in found] == ["", "f", "a", "f", "f", "q"]


# --- domains of numbers --------------------------------------------------------------------------------------


def test_numbers_beside_states_are_sound() -> None:
    numbers = [Variable("x", Real(), "X"), Variable("p", Simplex(3)), Variable("n", Count())]
    evidence = {"a": Observed("yes"), "x": Value(1.8), "p": Value((0.2, 0.3, 0.5)), "n": Value(3)}
    assert problems(A, *numbers, **evidence) == []


@pytest.mark.parametrize("size", [-1, 0, 1, MAX_STATES + 1, 2.5, True, None, "3", [3]])
def test_a_simplex_has_at_least_two_numbers(size: Any) -> None:
    expected = f"expected a whole number from 2 to {MAX_STATES:,}"
    (problem,) = problems(Variable("p", Simplex(size), "P"))
    assert problem == Problem("p", f"'P' is a simplex of size {size}, {expected}", "correct the size")


def test_a_domain_without_brackets_is_no_domain() -> None:
    (problem,) = problems(Variable("x", Real, "X"))
    assert problem.where == "x"
    assert problem.remedy == "give an instance of a domain, such as Real()"


def test_an_empty_categorical_beside_numbers_is_found() -> None:
    (problem,) = problems(Variable("x", Real()), Variable("c", Categorical(()), "C"))
    assert problem.what == f"'C' has 0 states, expected 1 to {MAX_STATES:,}"


def test_states_are_checked_beside_numbers() -> None:
    (problem,) = problems(Variable("x", Real()), Variable("c", Categorical(("a", "a"))))
    assert problem.what == "2 states are named 'a'"


def test_every_value_outside_its_domain_is_found() -> None:
    drawn = [Variable("x", Positive()), Variable("n", Count()), Variable("y", Real())]
    found = problems(*drawn, A, x=Value(-1.0), n=Value(0.5), y=Observed("tall"), a=Value(1.0))
    assert [problem.where for problem in found] == ["x", "n", "y", "a"]
