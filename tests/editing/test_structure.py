"""Adding, connecting, deleting and naming nodes."""

from __future__ import annotations

from typing import Any

import pytest

from mbml_core.document import Document
from mbml_core.editing import CommandRefused, apply, child_of
from mbml_core.factors import check_graph
from tests.editing.drawings import document, drawing, empty, factor, gate, lawn, the_factor, values, variable

AT = {"x": 3.0, "y": 4.0}


def edit(form: dict[str, Any], type: str, **fields: Any) -> Document:
    return apply(document(form), {"type": type, **fields})


def refused(form: dict[str, Any], type: str, **fields: Any) -> str:
    with pytest.raises(CommandRefused) as caught:
        edit(form, type, **fields)
    return str(caught.value)


def test_a_variable_is_added_last_and_placed() -> None:
    drawn = edit(lawn(), "add_variable", id="x1", name="Sun", states=["no", "yes"], **AT)
    assert drawn.graph.variables[-1].label == "Sun"
    assert drawn.layout["x1"] == (3.0, 4.0)


@pytest.mark.parametrize("id", ["rain", "f1"])
def test_an_id_is_taken_by_variables_and_factors_alike(id: str) -> None:
    assert "is taken" in refused(lawn(), "add_variable", id=id, name="", states=["a"], **AT)
    assert "is taken" in refused(lawn(), "add_factor", id=id, kind="table", scope=[], **AT)


@pytest.mark.parametrize(
    "states", [[], ["a", "a"], [""], ["a\u0000"], ["a" * 201], [f"s{i}" for i in range(10_001)]]
)
def test_states_follow_the_rules_of_the_model(states: list[str]) -> None:
    refused(empty(), "add_variable", id="x", name="", states=states, **AT)
    with pytest.raises(CommandRefused):
        apply(
            document(lawn()), {"type": "set_states", "id": "rain", "states": states, "from": [None] * len(states)}
        )


def test_new_factors_say_nothing() -> None:
    assert values(edit(lawn(), "add_factor", id="f", kind="table", scope=[], **AT), "f") == 1.0
    assert (values(edit(lawn(), "add_factor", id="f", kind="table", scope=["hue", "wet"], **AT), "f") == 1).all()
    prior = edit(lawn(), "add_factor", id="f", kind="prior", scope=["hue"], **AT)
    assert values(prior, "f") == pytest.approx([1 / 3] * 3)


def test_a_prior_has_one_variable() -> None:
    assert "one variable" in refused(lawn(), "add_factor", id="f", kind="prior", scope=["hue", "wet"], **AT)


def test_a_scope_names_a_variable_once() -> None:
    assert "stands 2 times" in refused(lawn(), "add_factor", id="f", kind="table", scope=["wet", "wet"], **AT)


def test_a_new_parent_does_not_matter_yet() -> None:
    drawn = edit(lawn(), "connect", factor="f2", variable="hue")
    assert the_factor(drawn, "f2").scope == ("rain", "hue", "wet")
    for hue in range(3):
        assert (values(drawn, "f2")[:, hue] == [[0.9, 0.1], [0.25, 0.75]]).all()


def test_a_new_child_of_a_potential_is_uniform() -> None:
    drawn = edit(lawn(), "connect", factor="f3", variable="rain", child=True)
    assert child_of(the_factor(drawn, "f3")) == "rain"
    assert (values(drawn, "f3") == 0.5).all()


def test_nothing_is_connected_twice() -> None:
    assert "already" in refused(lawn(), "connect", factor="f2", variable="rain")
    assert "already" in refused(lawn(), "add_parent", parent="rain", child="wet", factor="f9", **AT)


def test_a_variable_is_not_its_own_parent() -> None:
    assert "own parent" in refused(lawn(), "add_parent", parent="hue", child="hue", factor="f9", **AT)


def test_a_new_parent_of_a_noisy_or_gets_one_half() -> None:
    drawn = edit(gate("noisy_or", {"probabilities": [0.1, 0.2], "leak": 0.3}), "connect", factor="g", variable="d")
    changed = the_factor(drawn, "g")
    assert (changed.kind, changed.parameters["leak"]) == ("noisy_or", 0.3)
    assert changed.parameters["probabilities"].tolist() == [0.1, 0.2, 0.5]


def test_a_new_parent_stands_before_a_child_in_the_middle() -> None:
    form = gate("noisy_or", {"probabilities": [0.1, 0.2], "child": "b"})
    form["factors"] = form["factors"][-1:]
    changed = the_factor(edit(form, "connect", factor="g", variable="d"), "g")
    assert changed.scope == ("a", "d", "b", "c")
    assert changed.parameters["probabilities"].tolist() == [0.1, 0.5, 0.2]


def test_a_lost_parent_takes_its_probability_along() -> None:
    form = gate("noisy_or", {"probabilities": [0.1, 0.2, 0.3]}, ("a", "b", "c", "d"))
    changed = the_factor(edit(form, "disconnect", factor="g", variable="b"), "g")
    assert changed.parameters["probabilities"].tolist() == [0.1, 0.3]


@pytest.mark.parametrize(
    ("kind", "parameters", "scope", "newcomer"),
    [
        ("not", {}, ("a", "b"), "c"),
        ("add_noise", {"flip": 0.1}, ("a", "b"), "c"),
        ("all_true", {}, ("a", "b", "c"), "hue"),
        ("noisy_and", {"probabilities": [0.5, 0.75]}, ("a", "b", "c"), "hue"),
        ("equal", {}, ("a", "b", "c"), "hue"),
        ("count_true", {}, ("a", "b", "hue"), "c"),
    ],
)
def test_a_kind_that_fits_no_longer_becomes_the_table_it_equals(
    kind: str, parameters: dict[str, Any], scope: tuple[str, ...], newcomer: str
) -> None:
    drawn = edit(gate(kind, parameters, scope), "connect", factor="g", variable=newcomer)
    changed = the_factor(drawn, "g")
    assert (changed.kind, child_of(changed)) == ("table", scope[-1])
    assert check_graph(drawn.graph) == []


def test_disconnecting_a_parent_averages_the_rows() -> None:
    drawn = edit(lawn(), "disconnect", factor="f2", variable="rain")
    assert (the_factor(drawn, "f2").kind, child_of(the_factor(drawn, "f2"))) == ("prior", "wet")
    assert values(drawn, "f2") == pytest.approx([0.575, 0.425])


def test_a_row_that_misses_one_by_its_last_digits_becomes_no_prior() -> None:
    form = lawn()
    form["factors"][1]["parameters"]["values"] = [[1.0000005, 0], [1.0000005, 0]]
    drawn = edit(form, "disconnect", factor="f2", variable="rain")
    assert child_of(the_factor(drawn, "f2")) == "wet"
    assert check_graph(drawn.graph) == []


def test_a_conditional_factor_without_its_child_says_nothing() -> None:
    drawn = edit(lawn(), "disconnect", factor="f2", variable="wet")
    assert child_of(the_factor(drawn, "f2")) is None
    assert values(drawn, "f2").tolist() == [1, 1]


def test_disconnecting_from_a_potential_averages() -> None:
    drawn = edit(lawn(), "disconnect", factor="f3", variable="wet")
    assert values(drawn, "f3").tolist() == [2.5, 1, 4.5]


def test_only_edges_that_are_there_are_cut() -> None:
    assert "not connected" in refused(lawn(), "disconnect", factor="f2", variable="hue")


def test_a_deleted_variable_takes_its_own_factors_along() -> None:
    drawn = edit(lawn(evidence={"wet": {"state": "yes"}}), "delete", ids=["wet"])
    assert [factor.id for factor in drawn.graph.factors] == ["f1", "f3"]
    assert set(drawn.layout) == {"rain", "hue", "f1", "f3"}
    assert not drawn.graph.evidence


def test_a_deleted_parent_leaves_the_conditional_factor() -> None:
    drawn = edit(lawn(), "delete", ids=["rain"])
    assert [factor.id for factor in drawn.graph.factors] == ["f2", "f3"]
    assert values(drawn, "f2") == pytest.approx([0.575, 0.425])


def test_a_constant_factor_stays_when_variables_go() -> None:
    constant = factor("k", "table", [], {"values": 2.0})
    drawn = edit(drawing([variable("a")], [constant]), "delete", ids=["a"])
    assert [factor.id for factor in drawn.graph.factors] == ["k"]


def test_names() -> None:
    assert edit(lawn(), "rename", id="rain", name="Regen").graph.variable("rain").label == "Regen"
    assert edit(lawn(), "rename", id="f1", name="often").extras.factors["f1"] == {"name": "often"}
    assert "f2" not in edit(lawn(), "rename", id="f2", name="").extras.factors
    assert edit(lawn(), "rename_model", name="Lawn").graph.name == "Lawn"
    assert "control character" in refused(lawn(), "rename", id="rain", name="a\nb")
    assert "201 characters" in refused(lawn(), "rename_model", name="a" * 201)


def test_unknown_fields_of_other_records_survive() -> None:
    form = lawn(author="me")
    form["variables"][0]["colour"] = "blue"
    drawn = edit(form, "delete", ids=["wet"])
    assert (drawn.extras.top["author"], drawn.extras.variables["rain"]) == ("me", {"colour": "blue"})


def test_parameters_may_be_unsound_but_fit() -> None:
    def setting(**fields: Any) -> dict[str, Any]:
        return {"factor": "f2", "kind": "table", "child": "wet", "parameters": {}} | fields

    drawn = edit(lawn(), "set_parameters", **setting(parameters={"values": [[0.5, 0.4], [1, 0]]}))
    assert [problem.where for problem in check_graph(drawn.graph)] == ["f2"]
    assert "shape" in refused(lawn(), "set_parameters", **setting(parameters={"values": [1, 2]}))
    assert "ragged" in refused(lawn(), "set_parameters", **setting(parameters={"values": [[1, 2], [3]]}))
    assert "missing" in refused(lawn(), "set_parameters", **setting())
    assert "not in the scope" in refused(lawn(), "set_parameters", **setting(child="hue"))
    assert "no factor kind" in refused(lawn(), "set_parameters", **setting(kind="tabel"))
    assert "connects 1" in refused(lawn(), "set_parameters", **setting(kind="prior"))
    for number in (float("nan"), float("inf"), 10**400, object()):
        refused(lawn(), "set_parameters", **setting(parameters={"values": [[number, 1], [1, 1]]}))
        refused(lawn(), "set_parameters", **setting(parameters={"values": [[1, 1], [1, 1]], "else": number}))


def test_another_kind_names_its_child_where_it_reads_one() -> None:
    noise = {"factor": "f2", "kind": "add_noise", "parameters": {"flip": 0.1}}
    assert child_of(the_factor(edit(lawn(), "set_parameters", child="rain", **noise), "f2")) == "rain"
    prior = {"factor": "f1", "kind": "prior", "parameters": {"probabilities": [0.5, 0.5]}}
    assert "child" not in the_factor(edit(lawn(), "set_parameters", child="rain", **prior), "f1").parameters


def test_reordering_turns_the_table() -> None:
    drawn = edit(lawn(), "set_scope", factor="f3", scope=["hue", "wet"])
    assert values(drawn, "f3").tolist() == [[1, 4], [2, 0], [3, 6]]
    assert "each variable" in refused(lawn(), "set_scope", factor="f3", scope=["hue", "rain"])


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("connect", {"factor": "g", "variable": "big"}),
        ("connect", {"factor": "g", "variable": "big", "child": True}),
        ("add_factor", {"id": "f", "kind": "table", "scope": ["big", "wide"], **AT}),
        ("add_parent", {"parent": "big", "child": "wide", "factor": "f", **AT}),
        ("set_states", {"id": "a", "states": [f"s{i}" for i in range(300)], "from": [None] * 300}),
    ],
)
def test_tables_have_an_end(type: str, fields: dict[str, Any]) -> None:
    wide = [variable("big", [f"s{i}" for i in range(2000)]), variable("wide", [f"s{i}" for i in range(2000)])]
    rest = [variable("a"), variable("c", [f"s{i}" for i in range(5000)])]
    uniform = factor("g", "table", ["a", "c"], {"values": [[1.0] * 5000] * 2})
    assert "too large" in refused(drawing([*wide, *rest], [uniform]), type, **fields)


def test_a_gate_of_forty_parents_is_never_written_out() -> None:
    ids = [f"v{i}" for i in range(41)]
    form = drawing([*map(variable, ids), variable("hue", ["r", "g", "b"])], [factor("g", "any_true", ids, {})])
    assert the_factor(edit(form, "disconnect", factor="g", variable="v3"), "g").kind == "any_true"
    assert "too large" in refused(form, "connect", factor="g", variable="hue")
    assert "too large" in refused(form, "disconnect", factor="g", variable="v40")
    assert "too large" in refused(form, "set_states", id="v3", states=["yes", "no"], **{"from": [1, 0]})
    assert not edit(form, "delete", ids=["v40"]).graph.factors


def test_a_batch_is_applied_as_a_whole_or_not_at_all() -> None:
    add = {"type": "add_variable", "id": "x", "name": "", "states": ["a"], **AT}
    assert (
        "x" in edit(lawn(), "batch", label="", commands=[add, {"type": "rename", "id": "x", "name": "X"}]).layout
    )
    assert "is taken" in refused(lawn(), "batch", label="", commands=[add, add])
