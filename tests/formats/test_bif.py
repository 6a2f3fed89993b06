"""BIF files that are right: what they mean."""

from __future__ import annotations

import time

import numpy as np
import pytest

from mbml_core.formats import bif
from mbml_core.model import FactorGraph

DOG_PROBLEM = """
// Charniak (1991), Bayesian Networks without Tears, in the spelling of JavaBayes 0.3
network "Dog-Problem" { //5 variables and 5 probability distributions
        property "credal-set constant-density-bounded 1.1" ;
}
variable  "light-on" { //2 values
        type discrete[2] {  "true"  "false" };
        property "position = (218, 195)" ;
}
variable  "bowel-problem" { type discrete[2] {  "true"  "false" }; }
variable  "dog-out" { property "position; {odd}" ; type discrete[2] {  "true"  "false" }; }
variable  "family-out" { type discrete[2] {  "true"  "false" }; }
probability (  "light-on"  "family-out" ) { table 0.6 0.05 0.4 0.95 ; }
probability (  "bowel-problem" ) { table 0.01 0.99 ; }
probability (  "dog-out"  "bowel-problem"  "family-out" ) { //3 variable(s) and 8 values
        table 0.99 0.97 0.9 0.3 0.01 0.03 0.1 0.7 ;
}
probability (  "family-out" ) { property p = 1; table 0.15 0.85 ; }
"""
HEAD = """network n { }
variable a { type discrete [ 2 ] { no, yes }; }
variable b { type discrete [ 3 ] { low, mid, high }; }
variable c { type discrete [ 2 ] { off, on }; }
probability ( a ) { table 0.25, 0.75; }
probability ( b ) { table 0.5, 0.25, 0.25; }
"""
ROWS = (
    "(no, low) 0.1, 0.9; (no, mid) 0.2, 0.8; (no, high) 0.3, 0.7;"
    "(yes, low) 0.4, 0.6; (yes, mid) 0.5, 0.5; (yes, high) 0.6, 0.4;"
)
ON = np.array([[0.9, 0.8, 0.7], [0.6, 0.5, 0.4]])
"""P(c = on | a, b), by a and b."""


def table(graph: FactorGraph, child: str) -> np.ndarray:
    [factor] = [factor for factor in graph.factors if factor.parameters["child"] == child]
    return factor.parameters["values"]


def test_a_network_becomes_variables_and_one_table_for_each() -> None:
    graph = bif.read(HEAD + "probability ( c | a, b ) {" + ROWS + "}")
    assert graph.name == "n"
    assert [(v.id, v.states, v.name) for v in graph.variables] == [
        ("a", ("no", "yes"), ""),
        ("b", ("low", "mid", "high"), ""),
        ("c", ("off", "on"), ""),
    ]
    assert [(f.id, f.kind, f.scope) for f in graph.factors] == [
        ("f_a", "table", ("a",)),
        ("f_b", "table", ("b",)),
        ("f_c", "table", ("a", "b", "c")),
    ]
    values = table(graph, "c")
    np.testing.assert_array_equal(values[..., 1], ON)
    np.testing.assert_allclose(values[..., 0], 1 - ON, rtol=1e-12)
    assert values.dtype == np.float64
    assert not values.flags.writeable
    assert not graph.evidence


def test_a_table_lists_the_first_state_of_the_child_for_all_parents_first() -> None:
    graph = bif.read(DOG_PROBLEM)
    assert graph.name == "Dog-Problem"
    np.testing.assert_array_equal(table(graph, "light-on"), [[0.6, 0.4], [0.05, 0.95]])
    # Charniak: P(do | fo bp) = .99, P(do | fo ¬bp) = .90, P(do | ¬fo bp) = .97, P(do | ¬fo ¬bp) = .3
    np.testing.assert_array_equal(table(graph, "dog-out")[..., 0], [[0.99, 0.97], [0.9, 0.3]])
    assert graph.factors[2].scope == ("bowel-problem", "family-out", "dog-out")


@pytest.mark.parametrize(
    "block",
    [
        "probability ( c | a, b ) {" + ROWS + "}",
        "probability(c|a b){" + ROWS + "}",
        "probability ( c, a, b ) {" + ROWS.replace(",", " ") + "}",
        "probability ( c | a | b ) {" + ROWS.replace(",", " | ") + "}",
        "probability ( c | a, b ) {" + "".join(reversed([r + ";" for r in ROWS.split(";")[:-1]])) + "}",
        'probability ( "c" | "a", b ) {' + ROWS.replace("no", '"no"').replace("low", '"low"') + "}",
        "probability ( c | a, b ) {" + ROWS.replace(", ", ",\n\t") + "}",
        "probability /* x; { */ ( c /* | */ | a, // )\n b ) {" + ROWS.replace("0.1,", "0.1, // 7;\n") + "}",
        "probability ( c | a, b ) { default 0.1, 0.9;" + ROWS.partition(";")[2] + "}",
        "probability ( c | a, b ) {" + ROWS.partition(";")[2] + " default 0.1 /* 3 */ 0.9; property x = y; }",
        "probability ( c | a, b ) { table 0.1 .2 3e-1 0.4 +0.5 6.0E-01, 0.9 0.8 0.7 0.6 0.5 0.4; }",
    ],
)
def test_spellings_seen_in_the_wild_give_the_same_table(block: str) -> None:
    graph = bif.read(HEAD + block)
    np.testing.assert_allclose(table(graph, "c"), np.stack([1 - ON, ON], axis=-1), rtol=1e-15)


def test_parents_stand_in_any_order() -> None:
    swapped = "".join(f"({b}, {a}) {rest};" for a, b, rest in split_rows())
    graph = bif.read(HEAD + "probability ( c | b, a ) {" + swapped + "}")
    np.testing.assert_array_equal(table(graph, "c")[..., 1], ON.T)


def split_rows() -> list[tuple[str, str, str]]:
    rows = []
    for row in ROWS.split(";")[:-1]:
        key, numbers = row.split(")")
        a, b = key.strip(" (").split(", ")
        rows.append((a, b, numbers))
    return rows


def test_blocks_stand_in_any_order() -> None:
    lines = (HEAD + "probability ( c | a, b ) {" + ROWS + "}").splitlines()
    graph = bif.read("\n".join([lines[0], *reversed(lines[1:])]))
    assert [variable.id for variable in graph.variables] == ["c", "b", "a"]
    np.testing.assert_array_equal(table(graph, "c")[..., 1], ON)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_do_not_matter(newline: str) -> None:
    assert bif.read(DOG_PROBLEM.replace("\n", newline)) == bif.read(DOG_PROBLEM)
    assert bif.read("\ufeff" + DOG_PROBLEM.rstrip()) == bif.read(DOG_PROBLEM)


def test_quoted_names_hold_anything() -> None:
    text = r"""network "a \"b\" \\ c:\dir; {" { }
    variable "x, y" { type discrete [ 3 ] { "a, {b}", "// no comment", "\"" }; }
    probability ( "x, y" ) { table 0.5, 0.25, 0.25; }"""
    graph = bif.read(text)
    assert graph.name == 'a "b" \\ c:\\dir; {'
    assert graph.variables[0].id == "x, y"
    assert graph.variables[0].states == ("a, {b}", "// no comment", '"')


def test_blanks_belong_to_unquoted_states_where_commas_and_count_say_so() -> None:
    text = """network n { }
    variable a { type discrete [ 2 ] { not at all, very high }; }
    variable b { type discrete [ 2 ] { no yes }; }
    probability ( a ) { table 0.5, 0.5; }
    probability ( b | a ) { ( very high ) 0.1, 0.9; (not   at all) 0.2, 0.8; }"""
    graph = bif.read(text)
    assert graph.variables[0].states == ("not at all", "very high")
    assert graph.variables[1].states == ("no", "yes")
    np.testing.assert_array_equal(table(graph, "b"), [[0.2, 0.8], [0.1, 0.9]])


def test_words_may_hold_marks_and_be_keywords() -> None:
    text = """network network { }
    variable table { type discrete [ 4 ] { <5, 5-12, Asy/Patchy, type }; }
    probability ( table ) { default 0.25 0.25 0.25 0.25; }"""
    graph = bif.read(text)
    assert graph.variables[0].id == "table"
    assert graph.variables[0].states == ("<5", "5-12", "Asy/Patchy", "type")


def test_factor_ids_are_unique_among_variables_and_never_too_long() -> None:
    long = "f_" + "x" * 198
    names = ["f_a", "a", "f_f_a", long, long[2:] + "yy"]
    blocks = "".join(
        f"variable {n} {{ type discrete [1] {{ s }}; }} probability({n}) {{ table 1; }}" for n in names
    )
    graph = bif.read("network n { }" + blocks)
    ids = [factor.id for factor in graph.factors]
    assert len({*ids, *names}) == 10
    assert max(map(len, ids)) <= 200


def test_rounded_rows_are_kept_as_they_stand() -> None:
    graph = bif.read(
        "network n {} variable a { type discrete [2] {x, y}; } probability(a) { table 0.3333333 0.6666666; }"
    )
    assert table(graph, "a").tolist() == [0.3333333, 0.6666666]


def test_a_network_without_variables_is_empty() -> None:
    assert bif.read("network n {\n}\n") == FactorGraph((), name="n")


def test_a_long_line_of_numbers_reads_in_bounded_time() -> None:
    states = f"type discrete [ 400 ] {{ {', '.join(f's{i}' for i in range(400))} }};"
    row, numbers = (", ".join(["0.0025"] * count) for count in (400, 160_000))
    text = (
        f"network n {{ }} variable a {{ {states} }} variable b {{ {states} }}"
        f"probability ( a ) {{ default {row}; }} probability ( b | a ) {{ table {numbers}; }}"
    )
    start = time.process_time()
    graph = bif.read(text)
    assert time.process_time() - start < 2.0
    assert table(graph, "b").shape == (400, 400)
