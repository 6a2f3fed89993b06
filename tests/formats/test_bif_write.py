from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from mbml_core.errors import InvalidModel
from mbml_core.formats import bif
from mbml_core.formats.bif_write import quote
from mbml_core.model import Categorical, Factor, FactorGraph, Variable, boolean

from .strategies import networks


def without_ids(graph: FactorGraph) -> tuple[object, ...]:
    factors = [(f.kind, f.scope, f.parameters["child"], f.parameters["values"].tobytes()) for f in graph.factors]
    return (graph.name, graph.variables, factors)


@given(networks())
def test_reading_what_was_written_gives_the_same_graph_up_to_factor_ids(graph: FactorGraph) -> None:
    text = bif.write(graph)
    back = bif.read(text)
    assert without_ids(back) == without_ids(graph)
    assert bif.read(bif.write(back)) == back
    assert bif.read(text.replace("\n", "\r\n")) == back


def prior(id: str, *values: float) -> Factor:
    return Factor(f"p_{id}", "table", (id,), {"values": list(values), "child": id})


RAIN, WET = boolean("rain"), boolean("wet")
GIVEN_RAIN = Factor("w", "table", ("rain", "wet"), {"values": [[0.9, 0.1], [0.25, 0.75]], "child": "wet"})


def test_a_network_is_written_for_people() -> None:
    graph = FactorGraph((RAIN, WET), (prior("rain", 0.8, 0.2), GIVEN_RAIN), name="garden")
    assert bif.write(graph) == (
        "network garden {\n}\n"
        "variable rain {\n  type discrete [ 2 ] { no, yes };\n}\n"
        "variable wet {\n  type discrete [ 2 ] { no, yes };\n}\n"
        "probability ( rain ) {\n  table 0.8, 0.2;\n}\n"
        "probability ( wet | rain ) {\n  (no) 0.9, 0.1;\n  (yes) 0.25, 0.75;\n}\n"
    )


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("rain", "rain"),
        ("6_0mmol.kg-1", "6_0mmol.kg-1"),
        ("größe", "größe"),
        ("", '""'),
        ("table", '"table"'),
        ("-1", '"-1"'),
        ("very high", '"very high"'),
        ('say "x"', r'"say \"x\""'),
        ("c:\\", r'"c:\\"'),
        ("//", '"//"'),
    ],
)
def test_names_stay_plain_where_every_reader_takes_them(name: str, spelling: str) -> None:
    assert quote(name) == spelling


def test_a_child_goes_to_the_end_of_its_scope() -> None:
    turned = Factor("w", "table", ("wet", "rain"), {"values": [[0.9, 0.25], [0.1, 0.75]], "child": "wet"})
    back = bif.read(bif.write(FactorGraph((RAIN, WET), (prior("rain", 0.8, 0.2), turned))))
    assert back.factors[1].scope == ("rain", "wet")
    np.testing.assert_array_equal(back.factors[1].parameters["values"], GIVEN_RAIN.parameters["values"])


def test_structured_factors_are_written_as_their_tables() -> None:
    causes = [boolean(f"c{i}") for i in range(3)]
    noisy = Factor("n", "noisy_or", ("c0", "c1", "wet"), {"probabilities": [0.5, 0.8], "leak": 0.1})
    gate = Factor("g", "any_true", ("c2", "c0", "c1"), {"child": "c2"})
    priors = [Factor(f"p{i}", "prior", (f"c{i}",), {"probabilities": [0.75, 0.25]}) for i in range(2)]
    back = bif.read(bif.write(FactorGraph((*causes, WET), (*priors, noisy, gate))))
    tables = {factor.parameters["child"]: factor for factor in back.factors}
    assert tables["c0"].parameters["values"].tolist() == [0.75, 0.25]
    # P(wet = no | c0, c1) = 0.9 · 0.5^c0 · 0.2^c1
    np.testing.assert_allclose(tables["wet"].parameters["values"][..., 0], [[0.9, 0.18], [0.45, 0.09]], rtol=1e-12)
    assert tables["c2"].scope == ("c0", "c1", "c2")
    np.testing.assert_array_equal(tables["c2"].parameters["values"][..., 1], [[0, 1], [1, 1]])


@pytest.mark.parametrize(
    ("factors", "where", "words"),
    [
        (
            (prior("rain", 0.8, 0.2), replace(GIVEN_RAIN, parameters={"values": [[1, 2], [3, 4]]})),
            "w",
            "potential",
        ),
        ((prior("rain", 0.8, 0.2), GIVEN_RAIN, prior("wet", 0.5, 0.5)), "p_wet", "w, p_wet are all distributions"),
        ((GIVEN_RAIN,), "rain", "no factor is the distribution of 'rain'"),
        ((Factor("r", "table", ("wet", "rain"), {"values": np.eye(2), "child": "rain"}), GIVEN_RAIN), "", "→"),
        (
            (prior("rain", 0.8, 0.2), GIVEN_RAIN, Factor("k", "table", (), {"values": np.array(2.0)})),
            "k",
            "potential",
        ),
        ((prior("rain", 0.8, 0.3), GIVEN_RAIN), "p_rain", "sums to 1.1"),
    ],
)
def test_what_is_no_bayesian_network_is_refused_by_name(
    factors: tuple[Factor, ...], where: str, words: str
) -> None:
    with pytest.raises(InvalidModel) as caught:
        bif.write(FactorGraph((RAIN, WET), factors))
    [problem] = [problem for problem in caught.value.problems if words in problem.what]
    assert problem.where == where or (not where and problem.where in ("r", "w"))
    assert problem.remedy


def test_all_obstacles_come_at_once() -> None:
    variables = tuple(boolean(f"v{i}") for i in range(41))
    noisy = Factor("n", "noisy_or", tuple(v.id for v in variables), {"probabilities": [0.5] * 40})
    free = Factor("free", "table", ("v0", "v1"), {"values": np.ones((2, 2))})
    with pytest.raises(InvalidModel) as caught:
        bif.write(FactorGraph(variables, (noisy, free)))
    wheres = [problem.where for problem in caught.value.problems]
    assert wheres == ["free", *(f"v{i}" for i in range(40)), "n"]
    assert "2,199,023,255,552 numbers" in caught.value.problems[-1].what


def test_an_unsound_graph_is_never_written() -> None:
    bad = Variable("a", Categorical(("x", "x")))
    with pytest.raises(InvalidModel, match="2 states are named 'x'"):
        bif.write(FactorGraph((bad,), (prior("a", 0.5, 0.5),)))
