from __future__ import annotations

import numpy as np
import pytest

from mbml_core.errors import InvalidModel
from mbml_core.formats import FORMATS, bif, losses, uai
from mbml_core.model import (
    Categorical,
    ExcludedState,
    Factor,
    FactorGraph,
    Likelihood,
    Observed,
    Real,
    Value,
    Variable,
    boolean,
)

RAIN = Factor("f_rain", "table", ("rain",), {"values": [0.75, 0.25], "child": "rain"})
WET = Factor("f_wet", "table", ("rain", "wet"), {"values": [[0.9, 0.1], [0.25, 0.75]], "child": "wet"})
PLAIN = FactorGraph((boolean("rain"), boolean("wet")), (RAIN, WET))


def told(graph: FactorGraph, suffix: str) -> list[tuple[str, str]]:
    problems = losses(graph, suffix)
    assert all(problem.remedy for problem in problems)
    return [(problem.where, problem.what) for problem in problems]


def test_nothing_is_lost_where_the_format_holds_everything() -> None:
    assert told(PLAIN, ".bif") == []
    numbered = uai.read(uai.write(PLAIN))
    assert told(numbered, ".uai") == []
    assert told(PLAIN, ".evid") == []
    assert told(PLAIN.with_evidence({"rain": Likelihood((1.0, 2.0))}), ".json") == []


def test_a_bif_file_loses_labels_ids_kinds_axes_and_evidence() -> None:
    labelled = Variable("sun", Categorical(("no", "yes")), "The sun")
    prior = Factor("drawn", "prior", ("sun",), {"probabilities": [0.5, 0.5], "colour": "red"})
    turned = Factor("f_wet", "table", ("wet", "rain"), {"values": [[0.9, 0.25], [0.1, 0.75]], "child": "wet"})
    graph = FactorGraph((*PLAIN.variables, labelled), (RAIN, turned, prior), {"wet": Observed("yes")})
    assert told(graph, ".bif") == [
        ("sun", "the names of sun (1) are left out, only their ids are written"),
        ("drawn", "the ids of drawn (1) are left out; reading makes new ones"),
        ("drawn", "the kinds of drawn (1) are left out; they are written as tables"),
        ("f_wet", "the children of f_wet (1) go to the end of their scopes"),
        ("drawn", "parameters that no kind reads, of drawn (1) are left out"),
        ("wet", "the observations of wet (1) are left out"),
    ]
    assert bif.read(bif.write(graph)).variables[2] == Variable("sun", labelled.domain)


def test_a_uai_file_loses_names_states_and_more() -> None:
    graph = FactorGraph(PLAIN.variables, (RAIN, WET), {"wet": Observed("yes")}, name="garden")
    assert told(graph, ".uai") == [
        ("rain", "the names of rain, wet (2) are left out; they become x0, x1, …"),
        ("rain", "the states of rain, wet (2) are left out; they become 0, 1, …"),
        ("", "the model's name 'garden' is left out"),
        ("f_rain", "the ids of f_rain, f_wet (2) are left out; they become f0, f1, …"),
        ("wet", "the observations of wet (1) are left out"),
    ]
    free = Factor("free", "table", ("rain", "wet"), {"values": np.ones((2, 2))})
    markov = told(FactorGraph(PLAIN.variables, (RAIN, WET, free)), ".uai")
    what = (
        "the conditional distributions f_rain, f_wet (2) become free potentials: "
        "not all factors are distributions of a Bayesian network"
    )
    assert ("f_rain", what) in markov


def test_long_lists_are_shortened() -> None:
    graph = FactorGraph(tuple(boolean(f"v{i}") for i in range(9)))
    assert told(graph, ".uai")[0] == (
        "v0",
        "the names of v0, v1, v2, v3, v4, … (9) are left out; they become x0, x1, …",
    )


def test_what_stops_writing_comes_first() -> None:
    variables = tuple(boolean(f"v{i}") for i in range(22))
    noisy = Factor("n", "noisy_or", tuple(v.id for v in variables), {"probabilities": [0.5] * 21})
    free = Factor("free", "table", ("v0",), {"values": [1.0, 3.0]})
    graph = FactorGraph(variables, (noisy, free))
    for format in FORMATS.values():
        with pytest.raises(InvalidModel) as caught:
            format.write(graph)
        assert tuple(losses(graph, format.suffix))[: len(caught.value.problems)] == caught.value.problems
    assert told(graph, ".uai")[0] == ("n", "as a table, the 'noisy_or' over 22 variables has 4,194,304 numbers")
    assert told(graph, ".bif")[0] == ("free", "a free potential is no distribution of one variable given others")


def test_an_evidence_file_cannot_hold_soft_evidence() -> None:
    graph = PLAIN.with_evidence({"rain": Likelihood((0.3, 0.7)), "wet": ExcludedState("no")})
    assert [where for where, _ in told(graph, ".evid")] == ["rain"]


def test_an_unsound_graph_has_problems_instead() -> None:
    with pytest.raises(InvalidModel):
        losses(FactorGraph((boolean("a"), boolean("a"))), ".bif")


def test_formats_are_found_by_suffix() -> None:
    assert set(FORMATS) == {".bif", ".uai"}
    for suffix, format in FORMATS.items():
        assert format.suffix == suffix
        assert format.read(format.write(PLAIN)).variables[0].size == 2
    assert FORMATS[".bif"].read is bif.read
    assert FORMATS[".uai"].write is uai.write


MIXED = FactorGraph((*PLAIN.variables, Variable("x", Real(), "Height")), PLAIN.factors, {"x": Value(1.8)})


@pytest.mark.parametrize(("suffix", "format"), [(".bif", "a BIF"), (".uai", "a UAI")])
def test_a_number_stops_a_format_of_tables(suffix: str, format: str) -> None:
    expected = ("x", f"'Height' is real; {format} file holds states and tables only")
    assert told(MIXED, suffix) == [expected]
    with pytest.raises(InvalidModel) as caught:
        FORMATS[suffix].write(MIXED)
    assert [(problem.where, problem.what) for problem in caught.value.problems] == [expected]


def test_an_evidence_file_holds_states_only() -> None:
    ((where, what),) = told(MIXED, ".evid")
    assert (where, what.split(",")[0]) == ("x", "the observation of 'Height' is no single state")


def test_a_kind_about_numbers_is_a_table_where_all_of_them_are_given() -> None:
    graph = FactorGraph((boolean("rain"),), (Factor("f_rain", "bernoulli", ("rain",), {"probability": 0.25}),))
    again = bif.read(bif.write(graph))
    assert again.factors[0].parameters["values"].tolist() == [0.75, 0.25]
