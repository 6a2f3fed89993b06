from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest

from mbml_core.model import Categorical, Factor, FactorGraph, Observed, Real, Variable, boolean

RAIN, WET = boolean("rain"), Variable("wet", Categorical(("dry", "damp", "wet")))
PRIOR = Factor("p", "prior", ("rain",), {"probabilities": [0.8, 0.2]})
TABLE = Factor("t", "table", ("rain", "wet"), {"values": [[1, 0, 0], [0, 0.5, 0.5]], "child": "wet"})
GRAPH = FactorGraph((RAIN, WET), (PRIOR, TABLE), {"wet": Observed("damp")}, "Weather")


def stored(value: Any) -> Any:
    return Factor("f", "table", (), {"x": value}).parameters["x"]


# --- parameters are frozen ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        [1, 2.5],
        (1, 2.5),
        [np.float32(1), np.float64(2.5)],
        np.array([1, 2.5]),
        np.array([1, 2.5], dtype=np.float16),
        np.array([1, 9, 2.5, 9])[::2],
    ],
    ids=repr,
)
def test_numbers_become_a_read_only_array(value: Any) -> None:
    found = stored(value)
    assert isinstance(found, np.ndarray)
    assert (found.dtype, found.flags.writeable, found.flags.c_contiguous) == (np.float64, False, True)
    assert found.tolist() == [1, 2.5]
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 3


def test_nested_lists_become_one_array() -> None:
    assert stored([[1, 2, 3], [4, 5, 6]]).shape == (2, 3)
    assert stored([]).shape == (0,)
    assert stored([[[7]]]).shape == (1, 1, 1)


def test_column_order_is_turned_to_row_order() -> None:
    found = stored(np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]))
    assert found.flags.c_contiguous
    assert found.tolist() == [[1, 2], [3, 4]]


def test_whole_numbers_and_booleans_in_arrays_become_floats() -> None:
    assert stored(np.array([3, 4], dtype=np.int8)).dtype == np.float64
    assert stored(np.array([True, False])).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("value", [np.array(0.5), np.float32(0.5), np.float64(0.5)], ids=repr)
def test_a_single_number_becomes_a_plain_float(value: Any) -> None:
    assert (type(stored(value)), stored(value)) == (float, 0.5)


def test_a_single_whole_number_stays_whole() -> None:
    assert (type(stored(np.int64(3))), stored(np.int64(3))) == (int, 3)


@pytest.mark.parametrize(
    "value",
    [
        "text",
        0.25,
        True,
        None,
        [True, False],
        ["a", "b"],
        [[1, 2], [3]],
        [1, [2]],
        [10**400, 1],
        {"a": [1, 2]},
        [None],
    ],
    ids=repr,
)
def test_everything_else_is_kept_as_it_is(value: Any) -> None:
    assert stored(value) is value


@pytest.mark.parametrize(
    "value",
    [
        np.array(["a", "b"]),
        np.array([1, None], dtype=object),
        np.array([1j, 2]),
        np.array(["2026-01-01"], "M8[D]"),
    ],
    ids=repr,
)
def test_arrays_of_anything_but_numbers_become_lists(value: Any) -> None:
    assert stored(value) == value.tolist()


def test_the_callers_array_is_not_shared() -> None:
    given = np.array([0.8, 0.2])
    factor = Factor("p", "prior", ("rain",), {"probabilities": given})
    given[0] = 99
    assert factor == PRIOR


def test_a_frozen_array_is_not_copied_again() -> None:
    again = Factor("other", "prior", ("rain",), PRIOR.parameters)
    assert again.parameters["probabilities"] is PRIOR.parameters["probabilities"]


# --- nothing can be changed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("thing", "field"),
    [
        *((PRIOR, field) for field in ("id", "kind", "scope", "parameters")),
        *((GRAPH, field) for field in ("variables", "factors", "evidence", "name")),
    ],
)
def test_fields_cannot_be_set(thing: object, field: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(thing, field, ())


@pytest.mark.parametrize("mapping", [PRIOR.parameters, GRAPH.evidence, GRAPH.variable_index])
def test_mappings_cannot_be_changed(mapping: Any) -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        mapping["new"] = 1


def test_the_callers_lists_and_dicts_are_not_shared() -> None:
    parameters: dict[str, Any] = {"probabilities": [0.8, 0.2]}
    scope, variables, factors, evidence = ["rain"], [RAIN, WET], [PRIOR, TABLE], {"wet": Observed("damp")}
    factor = Factor("p", "prior", scope, parameters)
    graph = FactorGraph(variables, factors, evidence, "Weather")
    parameters["leak"] = 1
    scope.append("wet")
    variables.clear()
    factors.clear()
    evidence.clear()
    assert factor == PRIOR
    assert graph == GRAPH


# --- equality ----------------------------------------------------------------------------------------------


def test_equal_factors_hash_alike() -> None:
    again = Factor("p", "prior", ["rain"], {"probabilities": np.array([0.8, 0.2])})
    assert again == PRIOR
    assert hash(again) == hash(PRIOR)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "q"},
        {"kind": "table"},
        {"scope": ("wet",)},
        {"parameters": {"probabilities": [0.8, 0.3]}},
        {"parameters": {"probabilities": [[0.8, 0.2]]}},
        {"parameters": {"probabilities": 0.8}},
        {"parameters": {"values": [0.8, 0.2]}},
        {"parameters": {}},
        {"parameters": {"probabilities": [0.8, 0.2], "child": "rain"}},
    ],
    ids=repr,
)
def test_factors_that_differ_anywhere_are_unequal(changed: dict[str, Any]) -> None:
    assert dataclasses.replace(PRIOR, **changed) != PRIOR
    assert dataclasses.replace(PRIOR, **changed) != dataclasses.replace(PRIOR, id="x")


def test_plain_parameters_are_compared_as_well() -> None:
    assert Factor("f", "noisy_or", (), {"leak": 0.1}) == Factor("f", "noisy_or", (), {"leak": np.array(0.1)})
    assert Factor("f", "noisy_or", (), {"leak": 0.1}) != Factor("f", "noisy_or", (), {"leak": 0.2})
    assert Factor("f", "noisy_or", (), {"leak": 0.1}) != Factor("f", "noisy_or", (), {"leak": [0.1]})


def test_a_factor_equals_nothing_but_a_factor() -> None:
    assert PRIOR != ("p", "prior", ("rain",))


def test_equal_graphs_hash_alike() -> None:
    again = FactorGraph((RAIN, WET), (PRIOR, TABLE), {"wet": Observed("damp")}, "Weather")
    assert again == GRAPH
    assert hash(again) == hash(GRAPH)


@pytest.mark.parametrize(
    "changed",
    [{"variables": (WET, RAIN)}, {"factors": (PRIOR,)}, {"evidence": {}}, {"name": "Other"}],
    ids=repr,
)
def test_graphs_that_differ_anywhere_are_unequal(changed: dict[str, Any]) -> None:
    assert dataclasses.replace(GRAPH, **changed) != GRAPH


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])  # noqa: S301
def test_copies_are_equal_and_frozen(clone: Any) -> None:
    assert GRAPH.variable_index  # cached, which must not get in the way
    again = clone(GRAPH)
    assert again == GRAPH
    assert again.variable_index == GRAPH.variable_index
    assert not again.factors[1].parameters["values"].flags.writeable


def test_a_graph_may_be_nameless_and_have_neither_factors_nor_evidence() -> None:
    assert FactorGraph((RAIN,)) == FactorGraph((RAIN,), (), {}, "")


# --- looking things up -------------------------------------------------------------------------------------


def test_variables_are_found_by_id() -> None:
    assert GRAPH.variable_index == {"rain": 0, "wet": 1}
    assert GRAPH.variable("wet") is WET
    with pytest.raises(KeyError):
        GRAPH.variable("snow")


def test_domains_follow_the_scope() -> None:
    assert GRAPH.domains(Factor("f", "table", ("wet", "rain"))) == (WET, RAIN)
    assert GRAPH.domains(Factor("f", "table", ())) == ()


def test_other_evidence_is_another_graph() -> None:
    other = GRAPH.with_evidence({"rain": Observed("no")})
    assert other.evidence == {"rain": Observed("no")}
    assert GRAPH.evidence == {"wet": Observed("damp")}
    assert (other.variables, other.factors, other.name) == (GRAPH.variables, GRAPH.factors, GRAPH.name)


# --- what is found out once --------------------------------------------------------------------------------


def test_names_that_only_one_variable_has_lead_to_it() -> None:
    drawn = FactorGraph((boolean("a", "Twin"), boolean("b", "Bell"), boolean("c", "Twin"), boolean("d")))
    assert dict(drawn.index_by_name) == {"Bell": 1}


def test_findings_are_shared_with_other_evidence_and_with_nothing_else() -> None:
    drawn = FactorGraph((RAIN, WET), (PRIOR, TABLE))
    drawn.findings["tested"] = True
    observed = drawn.with_evidence({"wet": Observed("damp")})
    assert observed.findings == {"tested": True}
    assert observed.variable_index == drawn.variable_index == {"rain": 0, "wet": 1}
    assert FactorGraph((RAIN, WET), (PRIOR, TABLE)).findings == {}
    assert dataclasses.replace(drawn, name="Other").findings == {}
    assert pickle.loads(pickle.dumps(drawn)).findings == {}  # noqa: S301
    assert drawn == FactorGraph((RAIN, WET), (PRIOR, TABLE))


def test_a_graph_is_discrete_where_every_variable_has_states() -> None:
    states, mixed = FactorGraph((boolean("a"),)), FactorGraph((boolean("a"), Variable("x", Real())))
    assert FactorGraph(()).is_discrete
    assert states.is_discrete
    assert states.with_evidence({"a": Observed("yes")}).is_discrete
    assert not mixed.is_discrete
    assert not mixed.with_evidence({}).is_discrete
