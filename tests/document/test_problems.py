"""Records that do not fit: every problem at once, at its place, with the node it belongs to."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.document import read_bytes
from mbml_core.errors import Problem
from tests.document.sample import broken, paths_of, problems_of


def only(*changes: Any) -> Problem:
    (problem,) = problems_of(broken(*changes))
    return problem


def _variable(**fields: Any) -> Any:
    return lambda d: d["variables"][1].update(fields)


def _factor(**fields: Any) -> Any:
    return lambda d: d["factors"][1].update(fields)


def _parameters(**fields: Any) -> Any:
    return lambda d: d["factors"][1]["parameters"].update(fields)


def _states(states: Any) -> Any:
    return lambda d: d["variables"][1]["domain"].update(states=states)


def _observed(value: Any) -> Any:
    return lambda d: d["evidence"].update(rain=value)


@pytest.mark.parametrize(
    ("change", "path", "what"),
    [
        (lambda d: d.pop("variables"), "$.variables", "the field 'variables' is missing"),
        (lambda d: d.pop("factors"), "$.factors", "the field 'factors' is missing"),
        (lambda d: d.update(name=3), "$.name", "expected text, found the number 3"),
        (lambda d: d.update(name=None), "$.name", "expected text, found null"),
        (lambda d: d.update(variables={}), "$.variables", "expected a list, found an object"),
        (lambda d: d.update(factors="f"), "$.factors", 'expected a list, found the text "f"'),
        (lambda d: d.update(evidence=[]), "$.evidence", "expected an object, found a list of length 0"),
        (lambda d: d.update(plates={}), "$.plates", "expected a list, found an object"),
        (lambda d: d.update(layout=[]), "$.layout", "expected an object, found a list of length 0"),
        (lambda d: d["factors"][1].pop("id"), "$.factors[1].id", "the field 'id' is missing"),
        (lambda d: d["factors"].append(None), "$.factors[2]", "expected an object, found null"),
        (_factor(id=3), "$.factors[1].id", "expected text, found the number 3"),
        (_factor(kind=True), "$.factors[1].kind", "expected text, found true"),
        (_factor(scope="rain"), "$.factors[1].scope", 'expected a list, found the text "rain"'),
        (_factor(scope=["cloudy", 1]), "$.factors[1].scope[1]", "expected text, found the number 1"),
        (_factor(parameters=[0.5]), "$.factors[1].parameters", "expected an object, found a list of length 1"),
        (_factor(name=[]), "$.factors[1].name", "expected text, found a list of length 0"),
    ],
)
def test_a_wrong_type_is_named_with_what_was_found(change: Any, path: str, what: str) -> None:
    problem = only(change)
    assert (problem.path, problem.what) == (path, what)


@pytest.mark.parametrize(
    ("change", "path", "what"),
    [
        (lambda d: d["variables"][1].pop("domain"), "domain", "the field 'domain' is missing"),
        (_variable(name=0.5), "name", "expected text, found the number 0.5"),
        (_variable(domain="categorical"), "domain", 'expected an object, found the text "categorical"'),
        (_variable(domain={"states": ["a"]}), "domain.type", "the field 'type' is missing"),
        (_variable(domain={"type": "categorical"}), "domain.states", "the field 'states' is missing"),
        (_variable(plates="p"), "plates", 'expected a list, found the text "p"'),
        (_states(3), "domain.states", "expected a list, found the number 3"),
        (_states("3"), "domain.states", 'expected a list, found the text "3"'),
        (_states(True), "domain.states", "expected a list, found true"),
        (_states(2.5), "domain.states", "expected a list, found the number 2.5"),
        (_states(-1), "domain.states", "expected a list, found the number -1"),
        (_states(2_000_000_000), "domain.states", "expected a list, found the number 2000000000"),
        (_states([0, "yes"]), "domain.states[0]", "expected text, found the number 0"),
    ],
)
def test_a_broken_variable_is_the_only_problem_although_others_name_it(change: Any, path: str, what: str) -> None:
    problem = only(change)
    assert (problem.where, problem.path, problem.what) == ("rain", f"$.variables[1].{path}", what)


@pytest.mark.parametrize("type", ["gaussian", "", 3, None, [], {}, True])
def test_an_unknown_domain_is_named(type: Any) -> None:
    problem = only(_variable(domain={"type": type, "states": []}))
    assert problem.path == "$.variables[1].domain.type"
    expected = "the type categorical, real, positive, probability, simplex or count"
    assert problem.what.startswith(f"expected {expected}, found ")


@pytest.mark.parametrize(
    ("change", "path", "thing"),
    [
        (_variable(plates=["people"]), "$.variables[1].plates", "a plate"),
        (_factor(plates=["people"]), "$.factors[1].plates", "a plate"),
        (lambda d: d.update(plates=[{"id": "people"}]), "$.plates", "a plate"),
    ],
)
def test_what_belongs_to_a_later_version_of_the_program_is_said_so(change: Any, path: str, thing: str) -> None:
    problem = only(change)
    assert problem.path == path
    assert problem.what == f"{thing} belongs to the format, but this version of mbml does not support it"


@pytest.mark.parametrize(
    ("domain", "path", "what"),
    [
        ({"type": "simplex"}, ".domain.size", "the field 'size' is missing"),
        ({"type": "simplex", "size": "3"}, ".domain.size", 'expected a whole number, found the text "3"'),
        ({"type": "simplex", "size": 2.5}, ".domain.size", "expected a whole number, found the number 2.5"),
        *(
            (
                {"type": "simplex", "size": size},
                "",
                f"'Wind' is a simplex of size {size}, expected a whole number from 2 to 10,000",
            )
            for size in (-1, 0, 1, 10_001)
        ),
    ],
)
def test_a_simplex_has_a_size(domain: Any, path: str, what: str) -> None:
    problem = only(lambda d: d["variables"].append({"id": "wind", "name": "Wind", "domain": domain}))
    assert (problem.where, problem.path, problem.what) == ("wind", f"$.variables[2]{path}", what)


def _with_number(domain: Any, value: Any) -> str:
    variable = {"id": "x", "name": "X", "domain": domain}
    return broken(lambda d: d["variables"].append(variable), lambda d: d["evidence"].update(x={"value": value}))


REAL, PAIR = {"type": "real"}, {"type": "simplex", "size": 2}


@pytest.mark.parametrize(
    ("domain", "value", "path", "what"),
    [
        (REAL, "1.8", ".value", 'expected a number, found the text "1.8"'),
        (REAL, None, ".value", "expected a number, found null"),
        (REAL, True, ".value", "expected a number, found true"),
        (REAL, {}, ".value", "expected a number, found an object"),
        (REAL, [0.5, "a"], ".value[1]", 'expected a number, found the text "a"'),
        (REAL, [0.5, 0.5], "", "'X' is real, (0.5, 0.5) is not"),
        (PAIR, 0.5, "", "'X' is a simplex of size 2, 0.5 is not"),
        (PAIR, [0.5, 0.6], "", "'X' is a simplex of size 2, but the value sums to 1.1"),
        (PAIR, [1], "", "'X' is a simplex of size 2, but the value has 1 numbers"),
        ({"type": "positive"}, 0, "", "'X' is positive, 0 is not"),
        ({"type": "probability"}, 1.5, "", "'X' is a probability, 1.5 is not"),
        ({"type": "count"}, 1.5, "", "'X' is a count, 1.5 is not"),
        ({"type": "categorical", "states": ["a"]}, 1, "", "'X' has states, a value is observed of it"),
    ],
)
def test_an_observed_number_that_fits_no_domain_is_found_at_its_place(
    domain: Any, value: Any, path: str, what: str
) -> None:
    (problem,) = problems_of(_with_number(domain, value))
    assert (problem.where, problem.path) == ("x", f"$.evidence.x{path}")
    assert problem.what.startswith(what)


def test_an_unusable_number_is_one_problem() -> None:
    (problem,) = problems_of(_with_number(REAL, "HUGE").replace('"HUGE"', "1e999"))
    assert problem.path == "$.evidence.x.value"


def test_a_kind_for_states_refuses_numbers() -> None:
    factor = {"id": "f_x", "kind": "table", "scope": ["x"], "parameters": {"values": []}}
    data = broken(
        lambda d: d["variables"].append({"id": "x", "domain": REAL}), lambda d: d["factors"].append(factor)
    )
    (problem,) = problems_of(data)
    assert (problem.where, problem.what) == ("f_x", "'table' connects variables with states, 'x' is real")


def test_empty_plates_are_no_plates() -> None:
    data = broken(_variable(plates=[]), _factor(plates=[]), lambda d: d.update(plates=[]))
    assert read_bytes(data) == read_bytes(broken())


@pytest.mark.parametrize(
    ("value", "path", "what"),
    [
        (3, "", "expected an object, found the number 3"),
        ("yes", "", 'expected an object, found the text "yes"'),
        ({}, "", "the observation says nothing"),
        ({"seen": "yes"}, "", "the observation says nothing"),
        ({"state": "yes", "not": "no"}, "", "the observation gives state and not"),
        ({"state": 1}, ".state", "expected text, found the number 1"),
        ({"state": None}, ".state", "expected text, found null"),
        ({"states": "yes"}, ".states", 'expected a list, found the text "yes"'),
        ({"states": ["yes", 0]}, ".states[1]", "expected text, found the number 0"),
        ({"not": ["no"]}, ".not", "expected text, found a list of length 1"),
        ({"likelihood": [0.5, "0.5"]}, ".likelihood[1]", 'expected a number, found the text "0.5"'),
        ({"likelihood": [True, 1]}, ".likelihood[0]", "expected a number, found true"),
        ({"likelihood": 0.5}, ".likelihood", "expected a list, found the number 0.5"),
        ({"belief": [0.5, None]}, ".belief[1]", "expected a number, found null"),
        ({"belief": [1.5, -0.5]}, ".belief[0]", "expected a probability from 0 to 1, found the number 1.5"),
        ({"belief": [1e308, 0]}, ".belief[0]", "expected a probability from 0 to 1, found the number 1e+308"),
        ({"value": "1.8"}, ".value", 'expected a number, found the text "1.8"'),
        ({"state": "maybe"}, "", "'Rain' has no state 'maybe'"),
        ({"states": []}, "", "no state of 'Rain' is allowed"),
        ({"likelihood": [0, 0]}, "", "the likelihood for 'Rain' is zero everywhere"),
        ({"likelihood": [-1, 2]}, "", "the likelihood for 'Rain' holds -1"),
        ({"likelihood": [1]}, "", "the likelihood for 'Rain' has 1 numbers, it has 2 states"),
        ({"belief": [0.5, 0.4]}, "", "the belief set for 'Rain' sums to 0.9"),
    ],
)
def test_a_broken_observation_is_named(value: Any, path: str, what: str) -> None:
    problems = problems_of(broken(_observed(value)))
    assert problems[0].path == f"$.evidence.rain{path}"
    assert problems[0].where == "rain"
    assert problems[0].what == what


def test_evidence_about_no_variable_is_named() -> None:
    problem = only(lambda d: d["evidence"].update({"no such": {"state": "yes"}}))
    assert (problem.path, problem.where) == ('$.evidence["no such"]', "no such")


@pytest.mark.parametrize(
    ("value", "path", "what"),
    [
        ([1], ".rain", "expected two numbers, x and y, found a list of length 1"),
        ([1, 2, 3], ".rain", "expected two numbers, x and y, found a list of length 3"),
        (["1", 2], ".rain[0]", 'expected a number, found the text "1"'),
        ({"x": 1, "y": 2}, ".rain", "expected a list, found an object"),
        (None, ".rain", "expected a list, found null"),
    ],
)
def test_a_broken_position_is_named(value: Any, path: str, what: str) -> None:
    problem = only(lambda d: d["layout"].update(rain=value))
    assert (problem.path, problem.where, problem.what) == (f"$.layout{path}", "rain", what)


@pytest.mark.parametrize(
    ("values", "path", "what"),
    [
        ([[0.8, "0.2"], [0.2, 0.8]], "[0][1]", 'expected a number, found the text "0.2"'),
        ([[0.8, 0.2], [True, 0.8]], "[1][0]", "expected a number, found true"),
        ([[0.8, 0.2], [0.2, None]], "[1][1]", "expected a number, found null"),
        ([[0.8, 0.2], [0.2, {}]], "[1][1]", "expected a number, found an object"),
        ([[0.8, 0.2], [0.2]], "[1]", "expected a list of length 2 as beside it, found a list of length 1"),
        ([[0.8, 0.2], 0.2], "[1]", "expected a list of length 2 as beside it, found the number 0.2"),
        ([[0.8, 0.2], [0.2, [0.8]]], "[1][1]", "expected the number 0.8 as beside it, found a list of length 1"),
    ],
)
def test_a_broken_entry_of_a_table_is_named(values: Any, path: str, what: str) -> None:
    problem = only(_parameters(values=values))
    assert (problem.path, problem.what) == (f"$.factors[1].parameters.values{path}", what)
    assert problem.where == "f_rain"


def test_of_many_broken_entries_a_handful_is_named_and_the_rest_counted() -> None:
    problems = problems_of(broken(_parameters(values=[["x"] * 100] * 1000)))
    assert [problem.path for problem in problems] == [
        *(f"$.factors[1].parameters.values[0][{i}]" for i in range(5)),
        "$.factors[1].parameters.values",
    ]
    assert problems[-1].what == "99995 more places like the ones before"
    infinite = problems_of(broken(_parameters(values=[[0.0]])).replace("0.0]", "0.0" + ", NaN" * 100 + "]"))
    assert infinite[-1].what == "95 more places like the ones before"


def test_of_many_broken_state_names_a_handful_is_named() -> None:
    assert len(problems_of(broken(_states(list(range(1000)))))) == 6


@pytest.mark.parametrize("child", [3, None, ["rain"], [1.0, 2.0], {}, True])
def test_a_child_that_is_no_text_is_refused(child: Any) -> None:
    problem = only(_parameters(child=child))
    assert problem.path == "$.factors[1].parameters.child"
    assert problem.what.startswith("expected the id of a variable, found ")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            _parameters(values=[[0.8, 0.2]]),
            "the table has shape (1, 2), its scope wants (2, 2) (Cloudy: 2, Rain: 2)",
        ),
        (_parameters(values=[[1.1, -0.1], [0.2, 0.8]]), "entry (Cloudy=no, Rain=yes) is -0.1"),
        (_parameters(values=[[0.9, 0.2], [0.2, 0.8]]), "row (Cloudy=no) sums to 1.1 over 'Rain', expected 1"),
        (_parameters(values=[[0.8, 0.2], [0, 0]]), "row (Cloudy=yes) sums to 0 over 'Rain', expected 1"),
        (_parameters(values=[[1e308, 1e308], [1, 0]]), "row (Cloudy=no) sums to inf over 'Rain', expected 1"),
        (_parameters(values=[[0, 0], [0, 0]]), "every entry is zero, so the factor allows nothing"),
        (_parameters(child="wind"), "the child 'wind' is not in the scope"),
        (_factor(kind="tabel"), "there is no factor kind 'tabel'"),
        (_factor(scope=["cloudy", "wind"]), "the scope names 'wind', which is no variable"),
        (_factor(scope=["rain", "rain"]), "'rain' stands 2 times in the scope"),
    ],
)
def test_a_factor_that_makes_no_sense_has_the_path_of_its_record(change: Any, what: str) -> None:
    problem = problems_of(broken(change))[0]
    assert (problem.where, problem.path, problem.what) == ("f_rain", "$.factors[1]", what)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (_variable(name="x" * 201), "the name has 201 characters, at most 200 are allowed"),
        (_variable(name="x" * 1_000_000), "the name has 1000000 characters, at most 200 are allowed"),
        (_variable(name="a\x00b"), "the name holds the control character U+0000"),
        (_states(["no", "yes\x1b"]), "a state name holds the control character U+001B"),
        (_states(["no", "no"]), "2 states are named 'no'"),
        (_states(["no", ""]), "a state has an empty name"),
    ],
)
def test_a_variable_that_makes_no_sense_has_the_path_of_its_record(change: Any, what: str) -> None:
    problem = next(p for p in problems_of(broken(change)) if p.where == "rain")
    assert (problem.path, problem.what) == ("$.variables[1]", what)


def test_a_domain_may_have_one_state_but_not_none_or_too_many() -> None:
    lonely = {"id": "x", "domain": {"type": "categorical", "states": ["only"]}}
    assert read_bytes(broken(lambda d: d["variables"].append(lonely))).graph.variables[2].size == 1
    for count in (0, 10_001):
        crowd = {**lonely, "domain": {"type": "categorical", "states": [str(i) for i in range(count)]}}
        problem = only(lambda d, crowd=crowd: d["variables"].append(crowd))
        assert (problem.path, problem.where) == ("$.variables[2]", "x")
        assert f"has {count} states" in problem.what


def test_an_id_that_is_too_long_is_found_again_at_its_place() -> None:
    long = {"id": "x" * 1_000, "domain": {"type": "categorical", "states": ["a"]}}
    problem = only(lambda d: d["variables"].append(long))
    assert (problem.path, problem.where) == ("$.variables[2]", "x" * 200)


def test_a_duplicate_id_names_both_places() -> None:
    problem = only(_factor(id="f_cloudy"))
    assert (problem.where, problem.path) == ("f_cloudy", "$.factors[0], $.factors[1]")
    problem = only(_factor(id="rain"))
    assert (problem.where, problem.path) == ("rain", "$.variables[1], $.factors[1]")


def test_an_empty_id_is_found_at_its_place() -> None:
    assert "$.factors[1]" in paths_of(broken(_factor(id="")))


def test_the_name_of_the_model_is_checked() -> None:
    assert only(lambda d: d.update(name="a\x7f")).path == "$"


def test_problems_of_every_stage_come_together() -> None:
    data = broken(
        lambda d: d["variables"].append({"id": "wind", "domain": {"type": "real"}}),
        lambda d: d["variables"].append({"id": "hail", "domain": {"type": "categorical", "states": [1]}}),
        lambda d: d["factors"].append({"id": "f_wind", "kind": "prior", "scope": ["wind"]}),
        lambda d: d["factors"].append({"id": "f_hail", "kind": "prior", "scope": ["hail", "nowhere"]}),
        lambda d: d["factors"].append({"id": "f_nowhere", "kind": "xor", "scope": ["nowhere", "rain"]}),
        lambda d: d["factors"].append({"kind": "xor"}),
        lambda d: d["evidence"].update(wind={"value": "3"}, hail={"state": "1"}, cloudy={"state": "maybe"}),
        lambda d: d["layout"].update(rain=[1]),
        lambda d: d.update(x="TOO LARGE"),
        _parameters(values=[[0.8, 0.2], [0.2, 0.7]]),
    ).replace('"TOO LARGE"', "1e999")
    assert paths_of(data) == [
        "$.x",
        "$.variables[3].domain.states[0]",
        "$.factors[5].id",
        "$.factors[5].scope",
        "$.evidence.wind.value",
        "$.layout.rain",
        "$.factors[4]",
        "$.factors[1]",
        "$.factors[2]",
        "$.evidence.cloudy",
    ]


def test_nobody_is_blamed_for_naming_variables_while_the_list_of_them_is_unreadable() -> None:
    assert paths_of(broken(lambda d: d.update(variables=3))) == ["$.variables"]
    assert paths_of(broken(lambda d: d.pop("variables"), _factor(kind=3))) == ["$.variables", "$.factors[1].kind"]


def test_messages_quote_only_the_start_of_long_values_and_names() -> None:
    entry = only(_parameters(values=[["v" * 9999, 0.2], [0.2, 0.8]]))
    assert entry.what == f'expected a number, found the text "{"v" * 60}…"'
    position = only(lambda d: d["layout"].update({"k" * 9999: 1}))
    assert position.path == f'$.layout["{"k" * 60}…"]'


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("größe", "$.größe"),
        ("two words", '$["two words"]'),
        ("", '$[""]'),
        ("0", '$["0"]'),
        ('"]', '$["\\"]"]'),
        ("\x1b[2J", '$["\\u001b[2J"]'),
        ("\u202etxt", '$["\\u202etxt"]'),
    ],
)
def test_a_path_shows_any_name_without_disturbing_a_terminal(key: str, path: str) -> None:
    assert paths_of(broken(lambda d: d.update({key: "HUGE"})).replace('"HUGE"', "1e999")) == [path]


def test_messages_hold_no_jargon_of_the_validator() -> None:
    data = broken(_factor(kind=3, scope=None), _variable(domain={}), _observed([]), lambda d: d.update(layout=1))
    told = "\n".join(map(str, problems_of(data)))
    assert not any(
        word in told for word in ("pydantic", "http", "Input should", "union", "discriminator", "_type")
    )
