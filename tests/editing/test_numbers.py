"""Editing drawings with variables of numbers: roles follow, sound drawings stay sound, the rest is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mbml_core.document import Document, domain_fields
from mbml_core.editing import CommandRefused, apply, suspended
from mbml_core.factors import check_graph
from mbml_core.model import Count, Observed, Positive, Probability, Real, Simplex, Value
from tests.editing.drawings import COLOURS, document, drawing, factor, the_factor, variable


def number(id: str, **domain: Any) -> dict[str, Any]:
    return {"id": id, "domain": domain}


LEARNT = {"child": "perf1", "mean": "skill1", "precision": "noise"}


def match() -> dict[str, Any]:
    """Two players: who performs better wins. Beside them a sum and a table."""
    real = [number(id, type="real") for id in ("skill1", "skill2", "perf1", "perf2", "gap", "extra")]
    more = [number("noise", type="positive"), number("rates", type="simplex", size=3)]
    return drawing(
        [*real, *more, variable("win"), variable("hue", COLOURS)],
        [
            factor("p1", "gaussian", ["skill1"], {"mean": 25, "variance": 70}),
            factor("p2", "gaussian", ["skill2"], {"child": "skill2", "mean": 25, "variance": 70}),
            factor("f1", "gaussian", ["perf1", "skill1", "noise"], LEARNT),
            factor("f2", "gaussian", ["skill2", "perf2"], {"mean": "skill2", "variance": 17}),
            factor("s", "sum", ["perf1", "perf2", "gap"], {"weights": [1, -1], "offset": 0.5}),
            factor("g", "greater_than", ["perf1", "perf2", "win"], {"left": "perf1", "right": "perf2"}),
            factor("c", "categorical", ["rates", "hue"], {"probabilities": "rates"}),
            factor("t", "table", ["win", "hue"], {"values": [[1, 2, 3], [4, 5, 6]]}),
        ],
        evidence={"gap": {"value": 1.5}, "win": {"state": "yes"}},
    )


@pytest.fixture
def drawn() -> Document:
    found = document(match())
    assert check_graph(found.graph) == []
    return found


def edited(drawn: Document, type: str, **fields: Any) -> Document:
    after = apply(drawn, {"type": type, **fields})
    assert check_graph(after.graph) == []
    return after


def refused(drawn: Document, type: str, **fields: Any) -> str:
    with pytest.raises(CommandRefused) as caught:
        apply(drawn, {"type": type, **fields})
    assert caught.value.problems
    assert all(problem.remedy for problem in caught.value.problems)
    return caught.value.problems[0].what


# --- variables -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", [Real(), Positive(), Probability(), Count(), Simplex(4)])
def test_a_variable_comes_with_a_domain(drawn: Document, domain: Any) -> None:
    after = edited(drawn, "add_variable", id="x", name="X", domain=domain_fields(domain), x=1.0, y=2.0)
    assert after.graph.variable("x").domain == domain
    assert after.layout["x"] == (1.0, 2.0)


@pytest.mark.parametrize(
    "fields",
    [
        {"domain": {"type": "real"}, "states": ["a"]},
        {"domain": {"type": "real", "unit": "m"}},
        {"domain": {"type": "complex"}},
        {"domain": {"type": "simplex", "size": 1}},
        {"domain": {"type": "simplex", "size": "3"}},
        {"domain": {"type": "simplex"}},
        {"domain": "real"},
        {},
    ],
)
def test_a_domain_that_is_none_is_refused(drawn: Document, fields: dict[str, Any]) -> None:
    refused(drawn, "add_variable", id="x", name="", x=0.0, y=0.0, **fields)


def test_numbers_have_no_states_to_set(drawn: Document) -> None:
    told = refused(drawn, "set_states", id="gap", states=["a"], **{"from": [None]})
    assert told == "'gap' is real and has no states"


def test_numbers_are_observed_switched_off_and_on(drawn: Document) -> None:
    seen = edited(drawn, "observe", id="skill1", observation={"value": 30})
    assert seen.graph.evidence["skill1"] == Value(30.0)
    off = edited(seen, "suspend", ids=["skill1", "gap"])
    assert dict(suspended(off)) == {"skill1": Value(30.0), "gap": Value(1.5)}
    assert dict(off.graph.evidence) == {"win": Observed("yes")}
    assert edited(off, "resume", ids=["skill1", "gap"]).graph.evidence == seen.graph.evidence
    vector = edited(drawn, "observe", id="rates", observation={"value": [0.5, 0.25, 0.25]})
    assert vector.graph.evidence["rates"] == Value((0.5, 0.25, 0.25))


@pytest.mark.parametrize(
    ("id", "observation"),
    [
        ("gap", {"state": "yes"}),
        ("gap", {"value": "1"}),
        ("gap", {"value": [1]}),
        ("noise", {"value": 0}),
        ("rates", {"value": [0.5, 0.5]}),
        ("rates", {"likelihood": [1, 1, 1]}),
        ("win", {"value": 1}),
    ],
)
def test_an_observation_that_does_not_fit_is_refused(
    drawn: Document, id: str, observation: dict[str, Any]
) -> None:
    refused(drawn, "observe", id=id, observation=observation)


# --- factors and their roles ---------------------------------------------------------------------------------


def test_roles_follow_a_copy(drawn: Document) -> None:
    form = match()
    ids = [[node["id"], f"{node['id']}b"] for node in (*form["variables"], *form["factors"])]
    after = edited(drawn, "insert", document=form, ids=ids, dx=0.0, dy=0.0)
    assert the_factor(after, "f1b").scope == ("perf1b", "skill1b", "noiseb")
    assert the_factor(after, "f1b").parameters == {"child": "perf1b", "mean": "skill1b", "precision": "noiseb"}
    assert the_factor(after, "f2b").parameters == {"mean": "skill2b", "variance": 17}
    assert after.graph.evidence["gapb"] == Value(1.5)


def test_what_a_kind_does_not_read_is_no_role(drawn: Document) -> None:
    form = match()
    form["factors"][0]["parameters"]["comment"] = "skill1"
    ids = [[node["id"], f"{node['id']}b"] for node in (*form["variables"], *form["factors"])]
    after = edited(drawn, "insert", document=form, ids=ids, dx=0.0, dy=0.0)
    assert the_factor(after, "p1b").parameters["comment"] == "skill1"


@pytest.mark.parametrize(
    ("gone", "factors"),
    [
        ("skill1", {"p1", "f1"}),  # its prior, and the performance that has it as mean
        ("noise", {"f1"}),
        ("perf1", {"f1", "g"}),
        ("rates", {"c"}),
        ("gap", {"s"}),
        ("extra", set()),
    ],
)
def test_what_makes_no_sense_without_a_variable_goes_with_it(
    drawn: Document, gone: str, factors: set[str]
) -> None:
    after = edited(drawn, "delete", ids=[gone])
    before = {factor.id for factor in drawn.graph.factors}
    assert before - {factor.id for factor in after.graph.factors} == factors


def test_a_sum_loses_and_gains_terms_with_their_weights(drawn: Document) -> None:
    less = edited(drawn, "disconnect", factor="s", variable="perf1")
    assert the_factor(less, "s").scope == ("perf2", "gap")
    assert the_factor(less, "s").parameters["weights"].tolist() == [-1]
    assert the_factor(less, "s").parameters["offset"] == 0.5
    more = edited(drawn, "connect", factor="s", variable="extra")
    assert the_factor(more, "s").scope == ("perf1", "perf2", "extra", "gap")
    assert the_factor(more, "s").parameters["weights"].tolist() == [1, -1, 1]
    assert "s" not in {factor.id for factor in edited(drawn, "delete", ids=["perf1", "perf2"]).graph.factors}


@pytest.mark.parametrize(
    "scope", [["gap", "perf2", "perf1"], ["perf2", "perf1", "gap"], ["perf1", "gap", "perf2"]]
)
def test_weights_follow_their_terms(drawn: Document, scope: list[str]) -> None:
    after = the_factor(edited(drawn, "set_scope", factor="s", scope=scope), "s")
    terms = [id for id in scope if id != "gap"]
    assert dict(zip(terms, after.parameters["weights"].tolist(), strict=True)) == {"perf1": 1, "perf2": -1}
    assert after.parameters.get("child", scope[-1]) == "gap"


def test_the_order_of_roles_means_nothing(drawn: Document) -> None:
    after = the_factor(edited(drawn, "set_scope", factor="f2", scope=["perf2", "skill2"]), "f2")
    assert after.parameters == {"child": "perf2", "mean": "skill2", "variance": 17}


@pytest.mark.parametrize(
    ("factor_id", "gone", "told"),
    [
        ("f1", "skill1", "'gaussian' has 'skill1' as its mean"),
        ("f1", "noise", "'gaussian' has 'noise' as its precision"),
        ("f2", "perf2", "'gaussian' has 'perf2' as its child"),
        ("s", "gap", "'sum' has 'gap' as its child"),
        ("g", "win", "'greater_than' has 'win' as its child"),
        ("c", "hue", "'categorical' has 'hue' as its child"),
    ],
)
def test_a_role_does_not_stay_empty(drawn: Document, factor_id: str, gone: str, told: str) -> None:
    assert refused(drawn, "disconnect", factor=factor_id, variable=gone) == told


def test_a_role_is_given_to_a_number_and_its_variable_let_go(drawn: Document) -> None:
    given = {"mean": 25, "precision": "noise"}
    draft = apply(
        drawn,
        {"type": "set_parameters", "factor": "f1", "kind": "gaussian", "child": "perf1", "parameters": given},
    )
    after = edited(draft, "disconnect", factor="f1", variable="skill1")
    assert the_factor(after, "f1").scope == ("perf1", "noise")


@pytest.mark.parametrize("parameters", [{"mean": "skill2", "variance": 1}, {"mean": "nobody", "variance": 1}])
def test_a_role_names_a_variable_of_the_scope(drawn: Document, parameters: dict[str, Any]) -> None:
    fields = {"factor": "f1", "kind": "gaussian", "child": "perf1", "parameters": parameters}
    assert "not in the scope" in refused(drawn, "set_parameters", **fields)


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("connect", {"factor": "t", "variable": "gap"}),
        ("connect", {"factor": "t", "variable": "gap", "child": True}),
        ("connect", {"factor": "f2", "variable": "gap"}),
        ("connect", {"factor": "g", "variable": "hue"}),
        ("add_factor", {"id": "new", "kind": "table", "scope": ["win", "gap"], "x": 0.0, "y": 0.0}),
        ("add_factor", {"id": "new", "kind": "prior", "scope": ["gap"], "x": 0.0, "y": 0.0}),
        ("add_parent", {"parent": "win", "child": "extra", "factor": "new", "x": 0.0, "y": 0.0}),
        ("add_parent", {"parent": "extra", "child": "perf2", "factor": "new", "x": 0.0, "y": 0.0}),
        ("set_states", {"id": "hue", "states": ["red", "green"], "from": [0, 1]}),
        ("set_states", {"id": "hue", "states": ["red", "blue", "green"], "from": [0, 2, 1]}),
        ("set_states", {"id": "win", "states": ["no"], "from": [0]}),
        ("set_parameters", {"factor": "g", "kind": "xor", "child": None, "parameters": {}}),
        ("set_parameters", {"factor": "s", "kind": "equal", "child": None, "parameters": {}}),
        ("set_parameters", {"factor": "s", "kind": "table", "child": None, "parameters": {"values": []}}),
        ("set_parameters", {"factor": "s", "kind": "sum", "child": "gap", "parameters": {"weights": [1]}}),
    ],
)
def test_what_would_put_numbers_in_a_table_is_refused(drawn: Document, type: str, fields: dict[str, Any]) -> None:
    assert refused(drawn, type, **fields)


def test_states_are_renamed_beside_numbers(drawn: Document) -> None:
    after = edited(drawn, "set_states", id="hue", states=["r", "g", "b"], **{"from": [0, 1, 2]})
    assert after.graph.variable("hue").states == ("r", "g", "b")
    assert np.array_equal(the_factor(after, "t").parameters["values"], the_factor(drawn, "t").parameters["values"])


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("connect", {"factor": "f", "variable": "hue"}),
        ("disconnect", {"factor": "f", "variable": "win"}),
        ("set_states", {"id": "win", "states": ["no", "yes"], "from": [1, 0]}),
    ],
)
@pytest.mark.parametrize(
    ("kind", "parameters"), [("bernoulli", {"probability": 0.25}), ("greater_than", {"left": 1, "right": 2})]
)
def test_a_kind_about_given_numbers_does_not_become_a_table(
    kind: str, parameters: dict[str, Any], type: str, fields: dict[str, Any]
) -> None:
    drawn = document(
        drawing([variable("win"), variable("hue", COLOURS)], [factor("f", kind, ["win"], parameters)])
    )
    assert refused(drawn, type, **fields)
