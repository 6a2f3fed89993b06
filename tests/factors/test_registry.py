from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mbml_core import factors
from mbml_core.errors import InvalidModel, Problem
from mbml_core.factors import KINDS, check_graph, kind_of, notes, require_sound
from mbml_core.model import Categorical, Factor, FactorGraph, Variable, boolean

A, B, C = boolean("a", "Apple"), boolean("b"), boolean("c")


def graph(*drawn: Factor) -> FactorGraph:
    return FactorGraph((A, B, C), drawn)


SOUND = graph(
    Factor("p", "prior", ("a",), {"probabilities": [0.5, 0.5]}),
    Factor("n", "not", ("a", "b")),
    Factor("o", "noisy_or", ("a", "b", "c"), {"probabilities": [0.1, 0.2], "leak": 0.01}),
)


def test_every_kind_has_a_file_and_every_file_its_kind() -> None:
    sources = Path(factors.__file__).parent.glob("*.py")
    defining = {path.stem for path in sources if "\nKIND = Kind(" in path.read_text(encoding="utf-8")}
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
        ("gaussian", f"use one of {', '.join(KINDS)}"),
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


@pytest.mark.parametrize("kind", KINDS)
def test_the_parameters_a_kind_reads_are_not_noted(kind: str) -> None:
    everything = {name: [0.5, 0.5] for name in KINDS[kind].parameters - {"child"}}
    scope = ("a",) if kind == "prior" else ("a", "b")
    values = {"values": [[0.5, 0.5], [0.5, 0.5]]} if kind == "table" else {}
    drawn = Factor("f", kind, scope, {**everything, **values, "child": "b"})
    assert [n.what for n in notes(graph(drawn)) if "child" not in n.what or kind != "prior"] == []
