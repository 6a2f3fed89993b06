from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from mbml_core import factors
from mbml_core.errors import InvalidModel, Problem
from mbml_core.factors import KINDS, check_graph, kind_of, notes, registry, require_sound, to_dense
from mbml_core.model import Categorical, Factor, FactorGraph, Observed, Variable, boolean

A, B, C = boolean("a", "Apple"), boolean("b"), boolean("c")


def graph(*drawn: Factor) -> FactorGraph:
    return FactorGraph((A, B, C), drawn)


SOUND = graph(
    Factor("p", "prior", ("a",), {"probabilities": [0.5, 0.5]}),
    Factor("n", "not", ("a", "b")),
    Factor("o", "noisy_or", ("a", "b", "c"), {"probabilities": [0.1, 0.2], "leak": 0.01}),
)


DEFINITION = re.compile(r"^KIND = (Kind|continuous_kind)\(", re.MULTILINE)
TABLE_KINDS = [name for name, kind in KINDS.items() if kind.rules is None]


def test_every_kind_has_a_file_and_every_file_its_kind() -> None:
    sources = Path(factors.__file__).parent.glob("*.py")
    defining = {path.stem for path in sources if DEFINITION.search(path.read_text(encoding="utf-8"))}
    assert {"negation" if name == "not" else name for name in KINDS} == defining
    assert all(kind.name == name and kind.summary.endswith(".") for name, kind in KINDS.items())


def test_a_factor_has_its_kind() -> None:
    assert kind_of(SOUND.factors[1]) is KINDS["not"]
    with pytest.raises(KeyError):
        kind_of(Factor("f", "nand", ()))


def test_a_sound_graph_has_neither_problems_nor_notes() -> None:
    assert check_graph(SOUND) == []
    assert notes(SOUND) == []
    require_sound(SOUND)


# --- problems ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("nosy_or", "did you mean 'noisy_or'?"),
        ("Table", "did you mean 'table'?"),
        ("alltrue", "did you mean 'all_true'?"),
        ("", f"use one of {', '.join(KINDS)}"),
        ("gausian", "did you mean 'gaussian'?"),
        ("wishart", f"use one of {', '.join(KINDS)}"),
    ],
)
def test_an_unknown_kind_is_named_with_the_nearest_one(kind: str, remedy: str) -> None:
    assert check_graph(graph(Factor("f", kind, ("a", "b")))) == [
        Problem("f", f"there is no factor kind '{kind}'", remedy)
    ]


def test_structure_and_parameters_are_told_at_once() -> None:
    broken = FactorGraph(
        (A, A, Variable("v", Categorical(()))),
        (
            Factor("f", "prior", ("a",), {"probabilities": [0.5, 0.4]}),
            Factor("g", "noisy_or", ("a", "z"), {}),
            Factor("h", "tabel", ()),
            Factor("i", "not", ("a",), {"child": "q"}),
        ),
    )
    assert [(problem.where, problem.what) for problem in check_graph(broken)] == [
        ("a", "2 variables or factors have the id 'a'"),
        ("v", "'v' has 0 states, expected 1 to 10,000"),
        ("g", "the scope names 'z', which is no variable"),
        ("f", "the probabilities of 'Apple' sum to 0.9, expected 1"),
        ("h", "there is no factor kind 'tabel'"),
        ("i", "'not' connects 2 variables, this one 1"),
        ("i", "the child 'q' is not in the scope"),
    ]


@pytest.mark.parametrize("scope", [("a", "z"), ("a", "a")])
def test_parameters_wait_until_the_scope_is_sound(scope: tuple[str, ...]) -> None:
    found = check_graph(graph(Factor("f", "noisy_or", scope, {"probabilities": "nonsense"})))
    assert len(found) == 1
    assert "scope" in found[0].what


def test_an_unsound_graph_raises_all_of_its_problems() -> None:
    broken = graph(Factor("f", "prior", ("a",)), Factor("g", "nott", ("a", "b")))
    with pytest.raises(InvalidModel) as caught:
        require_sound(broken)
    assert list(caught.value.problems) == check_graph(broken)
    assert len(caught.value.problems) == 2
    assert str(caught.value) == "\n".join(map(str, check_graph(broken)))


# --- notes -------------------------------------------------------------------------------------------------


def test_what_was_tolerated_is_noted_in_drawing_order() -> None:
    drawn = graph(
        Factor("t", "table", ("a", "b"), {"values": [[1, 0], [0.333333, 0.666666]], "child": "b", "colour": 1}),
        Factor("p", "prior", ("a",), {"probabilities": [0.2500005, 0.75]}),
        Factor("x", "xor", ("a", "b"), {"leak": 0.1, "kid": "a"}),
    )
    assert check_graph(drawn) == []
    spelling = "check its spelling"
    digits = "nothing to do, or write more digits"
    assert notes(drawn) == [
        Problem("t", "rows miss a sum of one by up to 1e-06 and were renormalised", digits),
        Problem("t", "'table' does not read the parameter 'colour'", spelling),
        Problem("p", "the sum misses one by 5e-07 and was renormalised", digits),
        Problem("x", "'xor' does not read the parameter 'leak'", spelling),
        Problem("x", "'xor' does not read the parameter 'kid'", spelling),
    ]


def test_free_tables_need_no_sum() -> None:
    assert notes(graph(Factor("t", "table", ("a",), {"values": np.array([3.0, 4.0])}))) == []


@pytest.mark.parametrize("kind", TABLE_KINDS)
def test_the_parameters_a_kind_reads_are_not_noted(kind: str) -> None:
    everything = {name: [0.5, 0.5] for name in KINDS[kind].parameters - {"child"}}
    scope = ("a",) if kind == "prior" else ("a", "b")
    values = {"values": [[0.5, 0.5], [0.5, 0.5]]} if kind == "table" else {}
    drawn = Factor("f", kind, scope, {**everything, **values, "child": "b"})
    assert [n.what for n in notes(graph(drawn)) if "child" not in n.what or kind != "prior"] == []


# --- the check is quick and done once ----------------------------------------------------------------------


def refuse(graph: FactorGraph, factor: Factor) -> list[Problem]:
    raise AssertionError(f"'{factor.id}' was checked again")


def test_a_graph_found_sound_is_not_checked_again_whatever_its_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    known, unknown = graph(*SOUND.factors), graph(*SOUND.factors)
    require_sound(known)
    monkeypatch.setattr(registry, "check_factor", refuse)
    with pytest.raises(AssertionError, match="checked again"):
        require_sound(unknown)
    require_sound(known)
    require_sound(known.with_evidence({"a": Observed("yes")}))
    assert [problem.where for problem in check_graph(known.with_evidence({"a": Observed("maybe")}))] == ["a"]


def test_a_graph_found_sound_under_other_evidence_is_not_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = graph(*SOUND.factors).with_evidence({"a": Observed("yes")})
    require_sound(drawn.with_evidence({}))
    monkeypatch.setattr(registry, "check_factor", refuse)
    require_sound(drawn)


def test_bad_evidence_does_not_hide_what_is_wrong_with_the_drawing() -> None:
    broken = graph(Factor("f", "prior", ("a",))).with_evidence({"a": Observed("maybe")})
    assert [problem.where for problem in check_graph(broken)] == ["a", "f"]
    assert [problem.where for problem in check_graph(broken)] == ["a", "f"]
    assert [problem.where for problem in check_graph(broken.with_evidence({}))] == ["f"]


ROWS = np.array([[0.25, 0.75], [1.0, 0.0]])
NOT_SOUND = {
    "missing": None,
    "no array": "text",
    "negative": [[1.25, -0.25], [1, 0]],
    "not a number": [[np.nan, 1], [1, 0]],
    "infinite": [[np.inf, 1], [1, 0]],
    "row too large": [[0.25, 0.75], [1, 2e-6]],
    "row too small": [[0.25, 0.75], [1 - 2e-6, 0]],
    "beyond one": [[2, 0], [1, 0]],
    "overflowing": [[1e308, 1e308], [1e308, 1e308]],
    "wrong shape": [[1, 0]],
    "too many axes": [ROWS.tolist(), ROWS.tolist()],
}


@pytest.mark.parametrize("values", NOT_SOUND.values(), ids=NOT_SOUND)
@pytest.mark.parametrize("size", [2, 300])
def test_one_unsound_table_among_many_is_found(values: object, size: int) -> None:
    """Also in tables large enough to be looked at alone: one row of many is then wrong."""
    if isinstance(values, list) and size > 2 and len(values) == 2 and len(np.shape(values)) == 2:
        values = [*([[1, 0] + [0] * (size - 2)] * (size - 2)), *([*row, *[0] * (size - 2)] for row in values)]
    states = Categorical(tuple(f"s{k}" for k in range(size)))
    drawn = (Variable("x", states), Variable("y", states), A, B)
    good = Factor("good", "table", ("a", "b"), {"values": ROWS, "child": "b"})
    bad = Factor("bad", "table", ("x", "y"), {"values": values, "child": "y"})
    assert {problem.where for problem in check_graph(FactorGraph(drawn, (good, bad)))} == {"bad"}


@pytest.mark.parametrize("size", [2, 300])
def test_large_and_small_tables_are_sound_along_any_axis(size: int) -> None:
    states = Categorical(tuple(f"s{k}" for k in range(size)))
    rows = np.random.default_rng(1).dirichlet(np.ones(size), size=size)
    rows[0, 0] += 9e-7
    by_column = Factor("column", "table", ("x", "y"), {"values": rows.T.copy(), "child": "x"})
    by_row = Factor("row", "table", ("x", "y"), {"values": rows, "child": "y"})
    free = Factor("free", "table", ("x", "y"), {"values": rows * 1e300})
    drawn = FactorGraph((Variable("x", states), Variable("y", states)), (by_column, by_row, free))
    assert check_graph(drawn) == []


@pytest.mark.parametrize("values", [[0, 0], [1, -1], [np.inf, 1], [np.nan, 1]])
def test_a_free_table_is_looked_at_too(values: list[float]) -> None:
    good = Factor("good", "table", ("a",), {"values": [3, 0]})
    bad = Factor("bad", "table", ("b",), {"values": values})
    assert [problem.where for problem in check_graph(graph(good, bad))] == ["bad"]


@pytest.mark.parametrize("child", ["c", "z", 7])
def test_a_child_outside_the_scope_is_found_among_sound_tables(child: object) -> None:
    bad = Factor("bad", "table", ("a", "b"), {"values": ROWS, "child": child})
    assert [problem.where for problem in check_graph(graph(bad))] == ["bad"]


@pytest.mark.parametrize("values", [[0.5, 0.4], [1.5, -0.5], [1 + 5e-7, 0], [0.5, 0.25, 0.25], [np.nan, 1]])
def test_an_unsound_prior_among_sound_ones_is_found(values: list[float]) -> None:
    good = Factor("good", "prior", ("a",), {"probabilities": [0.5, 0.5]})
    bad = Factor("bad", "prior", ("b",), {"probabilities": values})
    assert {problem.where for problem in check_graph(graph(good, bad))} == {"bad"}


# --- whose distribution a factor is ------------------------------------------------------------------------

FOUR = Variable("n", Categorical(("0", "1", "2", "3")))
CHILDREN = {
    "table": ({"values": np.full((2, 2, 2), 0.5), "child": "b"}, ("a", "b", "c")),
    "prior": ({"probabilities": [0.25, 0.75]}, ("b",)),
    "noisy_or": ({"probabilities": [0.1, 0.7], "leak": 0.3, "child": "b"}, ("a", "b", "c")),
    "noisy_and": ({"probabilities": [0.1, 0.7], "leak": 0.3, "child": "b"}, ("a", "b", "c")),
    "all_true": ({"child": "b"}, ("a", "b", "c")),
    "any_true": ({"child": "b"}, ("a", "b", "c")),
    "not": ({"child": "b"}, ("b", "a")),
    "xor": ({"child": "b"}, ("a", "b", "c")),
    "equal": ({"child": "b"}, ("a", "b", "c")),
    "count_true": ({"child": "n"}, ("a", "n", "b", "c")),
    "add_noise": ({"flip": [0.1, 0.3], "child": "b"}, ("b", "a")),
}


@pytest.mark.parametrize("kind", TABLE_KINDS)
def test_values_sum_to_one_over_the_child(kind: str) -> None:
    parameters, scope = CHILDREN[kind]
    factor = Factor("f", kind, scope, parameters)
    drawn = FactorGraph((A, B, C, FOUR), (factor,))
    assert check_graph(drawn) == []
    child = kind_of(factor).child(factor)
    assert child == parameters.get("child", "b")
    domains = drawn.domains(factor)
    values = to_dense(kind_of(factor).lower(factor, domains), tuple(variable.size for variable in domains))
    np.testing.assert_allclose(values.sum(axis=scope.index(child)), 1.0, rtol=1e-15)


@pytest.mark.parametrize("parameters", [{}, {"child": None}])
def test_without_a_named_child_it_is_the_last_variable(parameters: dict[str, object]) -> None:
    factor = Factor("f", "xor", ("c", "a", "b"), parameters)
    assert kind_of(factor).child(factor) == "b"


@pytest.mark.parametrize("parameters", [{}, {"child": None}])
def test_a_table_without_a_named_child_is_nobodys_distribution(parameters: dict[str, object]) -> None:
    factor = Factor("f", "table", ("a", "b"), {"values": ROWS, **parameters})
    assert kind_of(factor).child(factor) is None


def test_a_prior_reads_no_child() -> None:
    factor = Factor("f", "prior", ("a",), {"probabilities": [0.5, 0.5], "child": "b"})
    assert kind_of(factor).child(factor) == "a"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_written_out_says_in_which_parameter(kind: str) -> None:
    found = KINDS[kind].table_parameter
    assert found == {"table": "values", "prior": "probabilities"}.get(kind)
    assert found is None or found in KINDS[kind].parameters
