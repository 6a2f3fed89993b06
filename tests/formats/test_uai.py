from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.errors import InvalidModel, Problem
from mbml_core.formats import uai
from mbml_core.model import Factor, FactorGraph, boolean

from .strategies import networks, potentials

GOOD = """MARKOV
3
2 2 3
2
1 0
3 2 0 1

2
 0.4 0.6

12
 1 2 3 4
 5 6 7 8
 9 10 11 1e1
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidModel) as caught:
        uai.read(text)
    return caught.value.problems


def test_variables_states_and_factors_are_numbered_in_file_order() -> None:
    graph = uai.read(GOOD)
    assert [(v.id, v.name, v.states) for v in graph.variables] == [
        ("x0", "", ("0", "1")),
        ("x1", "", ("0", "1")),
        ("x2", "", ("0", "1", "2")),
    ]
    assert [(f.id, f.kind, f.scope) for f in graph.factors] == [
        ("f0", "table", ("x0",)),
        ("f1", "table", ("x2", "x0", "x1")),
    ]
    assert not any("child" in factor.parameters for factor in graph.factors)
    assert graph.name == ""


def test_the_last_variable_of_a_scope_varies_fastest() -> None:
    values = uai.read(GOOD).factors[1].parameters["values"]
    assert values.shape == (3, 2, 2)
    assert values[0, 0].tolist() == [1, 2]
    assert values[0, 1].tolist() == [3, 4]
    assert values[2, 1, 1] == 10
    assert not values.flags.writeable


# The example of uaicompetition.github.io/uci-2022/file-formats/model-format
SPECIFICATION = """BAYES
3
2 2 3
3
1 0
2 0 1
2 1 2

2
 0.436 0.564

4
 0.128 0.872
 0.920 0.080

6
 0.210 0.333 0.457
 0.811 0.000 0.189
"""


def test_in_a_bayes_file_the_last_variable_is_the_child() -> None:
    graph = uai.read(SPECIFICATION)
    assert [factor.parameters["child"] for factor in graph.factors] == ["x0", "x1", "x2"]
    assert graph.factors[2].parameters["values"][1].tolist() == [0.811, 0.0, 0.189]
    assert (
        uai.write(graph).split()
        == SPECIFICATION.replace("0.920", "0.92")
        .replace("0.080", "0.08")
        .replace("0.210", "0.21")
        .replace("0.000", "0.0")
        .split()
    )


@pytest.mark.parametrize("change", [str.lower, str.split, lambda text: text.replace("\n", "\r\n")])
def test_case_and_line_ends_do_not_matter(change: object) -> None:
    changed = change(SPECIFICATION)  # type: ignore[operator]
    text = " ".join(changed) if isinstance(changed, list) else changed
    assert uai.read(text) == uai.read(SPECIFICATION)
    assert uai.read("\ufeff" + text.replace("\n", "\r")) == uai.read(SPECIFICATION)


def test_entries_of_any_size_and_exact_zeros_are_kept() -> None:
    graph = uai.read("MARKOV 1 4 1 1 0 4 1e308 1e-320 0 5e-324")
    assert graph.factors[0].parameters["values"].tolist() == [1e308, 1e-320, 0.0, 5e-324]


def test_constants_and_empty_models_are_allowed() -> None:
    graph = uai.read("MARKOV 1 2 2  0  1 0  1 2.5  2 1 3")
    assert graph.factors[0].scope == ()
    assert float(graph.factors[0].parameters["values"]) == 2.5
    assert uai.read("MARKOV\n0\n\n0\n") == FactorGraph(())
    bayes = uai.read("BAYES 1 2 2  0  1 0  1 2.5  2 0.25 0.75")
    assert [factor.parameters.get("child") for factor in bayes.factors] == [None, "x0"]
    assert uai.read(uai.write(bayes)) == bayes


@pytest.mark.parametrize(
    ("old", "new", "place", "where", "words"),
    [
        ("MARKOV", "MARKOF", "line 1, column 1, token 1", "", "begins with 'MARKOF'"),
        ("2 2 3", "2 0 3", "line 3, column 3, token 4", "x1", "x1 has 0 states"),
        ("2 2 3", "2 2000000000 3", "line 3, column 3, token 4", "x1", "x1 has 2,000,000,000 states"),
        ("2 2 3", "2 -1 3", "line 3, column 3, token 4", "", "expected the size of x1, found '-1'"),
        ("2 2 3", "2 2.5 3", "line 3, column 3, token 4", "", "found '2.5'"),
        ("2 2 3", "2 true 3", "line 3, column 3, token 4", "", "found 'true'"),
        ("2 2 3", "2 ２ 3", "line 3, column 3, token 4", "", "found '２'"),
        ("2 2 3", f"2 {'9' * 5000} 3", "line 3, column 3, token 4", "", "found '99999"),
        ("2 2 3", "2 2", "line 6, column 1, token 8", "f0", "declares 3 entries, its scope wants 1"),
        ("3 2 0 1", "3 2 0 7", "line 6, column 7, token 12", "f1", "names variable 7, but there are 3"),
        ("3 2 0 1", "3 2 0 0", "line 6, column 3, token 10", "f1", "variable 0 stands 2 times"),
        ("12\n", "11\n", "line 11, column 1, token 16", "f1", "declares 11 entries, its scope wants 12"),
        ("1e1\n", "1e1 7 8\n", "line 14, column 14, token 29", "", "goes on for 2 tokens"),
        ("1e1\n", "\n", "line 14, column 9, after token 27", "f1", "needs 12 numbers, the file ends after 11"),
        (" 0.4 0.6", " 0.4", "line 12, column 2, token 16", "f1", "declares 1 entry, its scope wants 12"),
        ("7 8", "7 eight", "line 13, column 8, token 24", "f1", "'eight' in the table of f1 is not a number"),
        ("7 8", "7 8_0", "line 13, column 8, token 24", "f1", "'8_0' in the table of f1 is not a number"),
        ("7 8", "7 8e", "line 13, column 8, token 24", "f1", "is not a number"),
        ("7 8", "7 -8", "line 13, column 8, token 24", "f1", "'-8' in the table of f1 is negative"),
        ("7 8", "7 nan", "line 13, column 8, token 24", "f1", "is not a number"),
        ("7 8", "7 1e999", "line 13, column 8, token 24", "f1", "is too large"),
        ("7 8", "7 8\x00", "line 13, column 8, token 24", "f1", "is not a number"),
        ("0.4 0.6", "0 0.0", "line 8, column 1, token 13", "f0", "every entry is zero"),
    ],
)
def test_a_problem_is_told_with_its_token(old: str, new: str, place: str, where: str, words: str) -> None:
    at = [problem for problem in problems_of(GOOD.replace(old, new, 1)) if problem.path == place]
    assert [problem.where for problem in at] == [where]
    assert words in at[0].what
    assert at[0].remedy


@pytest.mark.parametrize(
    ("old", "new", "place", "where", "words"),
    [
        ("2 0 1\n", "2 1 0\n", "line 6, column 1, token 9", "f1", "f0 and f1 are both distributions of x0"),
        ("2 0 1\n", "2 1 0\n", "line 3, column 3, token 4", "x1", "no table of this BAYES file"),
        ("0.436 0.564", "1e308 1e308", "line 9, column 1, token 15", "f0", "sums to inf"),
        ("0.457", "0.4569", "line 16, column 1, token 23", "f2", "row (x1=0) sums to 0.9999"),
    ],
)
def test_a_bayes_file_is_held_to_its_word(old: str, new: str, place: str, where: str, words: str) -> None:
    at = [problem for problem in problems_of(SPECIFICATION.replace(old, new, 1)) if problem.path == place]
    assert [problem.where for problem in at] == [where]
    assert words in at[0].what
    if "row" not in words and "sums" not in words:
        uai.read(SPECIFICATION.replace(old, new, 1).replace("BAYES", "MARKOV"))


def test_a_directed_cycle_is_listed() -> None:
    [problem] = problems_of("BAYES 2 2 2  2  2 0 1  2 1 0  4 0.5 0.5 0.5 0.5  4 0.5 0.5 0.5 0.5")
    assert problem.what.endswith(("x0 → x1 → x0", "x1 → x0 → x1"))
    assert problem.path in ("line 1, column 17, token 6", "line 1, column 24, token 9")


def test_all_problems_come_at_once_and_many_are_counted() -> None:
    problems = problems_of(GOOD.replace("3 2 0 1", "3 2 9 1").replace("0.4", "-1").replace("1e1", "1e1 x"))
    assert [problem.path.split(", ")[2] for problem in problems] == ["token 11", "token 14", "token 29"]
    problems = problems_of("MARKOV 1 100 1 1 0 100" + " x" * 100)
    assert len(problems) == 21
    assert "80 more problems" in problems[-1].what


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_file_is_called_empty(text: str) -> None:
    assert problems_of(text)[0].what == "the file is empty"


def test_wide_scopes_are_refused_or_lack_their_numbers() -> None:
    wide = "MARKOV 80 " + "1 " * 80 + "1 80 " + " ".join(map(str, range(80))) + " 1 1"
    assert "80 variables, at most 64" in problems_of(wide)[0].what
    binary = "MARKOV 30 " + "2 " * 30 + "1 30 " + " ".join(map(str, range(30))) + " 1073741824 1 1"
    assert "needs 1,073,741,824 numbers, the file ends after 2" in problems_of(binary)[0].what


@pytest.mark.parametrize(
    "text", ["MARKOV 999999999999999 2", "MARKOV 1 2 999999999999999 1 0", "MARKOV 1 2 1 99999999 0"]
)
def test_a_count_alone_allocates_nothing(text: str) -> None:
    start = time.process_time()
    problems_of(text)
    assert time.process_time() - start < 0.5


TOKENS = GOOD.split()


@pytest.mark.parametrize("end", range(len(TOKENS)))
def test_a_truncated_file_is_refused(end: int) -> None:
    assert all(problem.what and problem.remedy for problem in problems_of(" ".join(TOKENS[:end])))


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(TOKENS)), st.integers(0, 2), st.lists(st.sampled_from(["0", "1", "2", "-1", "x"]))
        ),
        max_size=3,
    )
)
def test_a_damaged_file_gives_problems_or_a_graph_that_can_be_written(
    edits: list[tuple[int, int, list[str]]],
) -> None:
    tokens = TOKENS
    for at, length, new in edits:
        tokens = tokens[:at] + new + tokens[at + length :]
    try:
        graph = uai.read(" ".join(tokens))
    except InvalidModel:
        return  # any other exception fails the test
    assert uai.read(uai.write(graph)) == graph


def bits(graph: FactorGraph) -> list[bytes]:
    return [np.asarray(factor.parameters["values"]).tobytes() for factor in graph.factors]


@given(potentials())
def test_reading_what_was_written_gives_the_same_potentials(graph: FactorGraph) -> None:
    back = uai.read(uai.write(graph))
    assert back == graph
    assert bits(back) == bits(graph)


@given(networks())
def test_a_network_is_written_as_bayes_by_numbers(graph: FactorGraph) -> None:
    text = uai.write(graph)
    back = uai.read(text)
    assert text.startswith("BAYES\n")
    assert bits(back) == bits(graph)
    assert [v.size for v in back.variables] == [v.size for v in graph.variables]
    ids = {variable.id: f"x{i}" for i, variable in enumerate(graph.variables)}
    assert [f.scope for f in back.factors] == [tuple(ids[id] for id in f.scope) for f in graph.factors]
    assert uai.read(uai.write(back)) == back


def test_one_free_potential_makes_it_a_markov_file_in_the_drawn_order() -> None:
    given_b = Factor("f", "table", ("a", "b"), {"values": [[0.9, 0.25], [0.1, 0.75]], "child": "a"})
    free = Factor("g", "table", ("b",), {"values": [1.0, 3.0]})
    text = uai.write(FactorGraph((boolean("a"), boolean("b")), (given_b, free)))
    assert " ".join(text.split()) == "MARKOV 2 2 2 2 2 0 1 1 1 4 0.9 0.25 0.1 0.75 2 1.0 3.0"
    prior = Factor("g", "prior", ("b",), {"probabilities": [0.25, 0.75]})
    text = uai.write(FactorGraph((boolean("a"), boolean("b")), (given_b, prior)))
    assert " ".join(text.split()) == "BAYES 2 2 2 2 2 1 0 1 1 4 0.9 0.1 0.25 0.75 2 0.25 0.75"


def test_structured_factors_become_tables_up_to_a_size() -> None:
    variables = tuple(boolean(f"v{i}") for i in range(41))
    gate = Factor("xor", "xor", ("v0", "v1", "v2"), {})
    back = uai.read(uai.write(FactorGraph(variables, (gate,))))
    np.testing.assert_array_equal(back.factors[0].parameters["values"][..., 1], [[0, 1], [1, 0]])
    noisy = Factor("noisy", "noisy_or", tuple(v.id for v in variables), {"probabilities": [0.5] * 40})
    with pytest.raises(InvalidModel, match=r"\(noisy\).*2,199,023,255,552 numbers"):
        uai.write(FactorGraph(variables, (noisy,)))


def test_drawn_tables_are_written_whatever_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mbml_core.formats.network.MAX_DENSE_ENTRIES", 4)
    variables = (boolean("a"), boolean("b"), boolean("c"))
    drawn = Factor("t", "table", ("a", "b", "c"), {"values": np.ones((2, 2, 2))})
    assert len(uai.read(uai.write(FactorGraph(variables, (drawn,)))).factors) == 1
    with pytest.raises(InvalidModel, match="8 numbers"):
        uai.write(FactorGraph(variables, (Factor("x", "xor", ("a", "b", "c"), {}),)))


def test_a_file_of_some_megabytes_reads_in_time() -> None:
    pairs = 20_000
    scopes = "\n".join(f"2 {i} {i + 1}" for i in range(pairs))
    tables = "4 0.123456 0.876544 0.5 0.5\n" * pairs
    text = f"MARKOV\n{pairs + 1}\n{'2 ' * (pairs + 1)}\n{pairs}\n{scopes}\n{tables}"
    start = time.process_time()
    graph = uai.read(text)
    assert time.process_time() - start < 3.0
    assert len(graph.factors) == pairs
