"""BIF files that are wrong: every problem with its place and a remedy, and never another exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbml_core.errors import InvalidModel, Problem
from mbml_core.formats import bif

GOOD = """network n {
}
variable a {
  type discrete [ 2 ] { no, yes };
}
variable b {
  type discrete [ 2 ] { no, yes };
}
probability ( a ) {
  table 0.4, 0.6;
}
probability ( b | a ) {
  (no) 0.1, 0.9;
  (yes) 0.5, 0.5;
}
"""
HEADER = "network n {\n}\n"
"""The only proper beginning of GOOD that is a complete file, with or without its last line end."""

B_ROWS = "  (no) 0.1, 0.9;\n  (yes) 0.5, 0.5;\n"


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidModel) as caught:
        bif.read(text)
    return caught.value.problems


def test_the_text_that_the_others_are_made_from_is_good() -> None:
    assert len(bif.read(GOOD).factors) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "words"),
    [
        ("yes };\n}\nvariable b", "yes }\n}\nvariable b", 4, 34, "';' is missing before '}'"),
        ("0.1, 0.9;", "0.1, 0.9", 13, 16, "';' is missing before '('"),
        ("0.5, 0.5;", "0.5, 0.5 // end", 14, 17, "';' is missing before '}'"),
        ("0.6;", "0.6\n  property x = 1;", 10, 17, "';' is missing before"),
        ("probability ( b", "probabilty ( b", 12, 1, "did you mean 'probability'?"),
        ("table", "tabel", 10, 3, "did you mean 'table'?"),
        ("variable b", "decision b", 6, 1, "found 'decision'"),
        ("discrete", "continuous", 4, 8, "only discrete"),
        ("network n {\n}\n", "", 1, 1, "begin the file with: network"),
        ("network n {\n}\n", "<!DOCTYPE html>\n", 1, 1, "found '<!DOCTYPE'"),
        ("table", "/* table", 10, 3, "comment is never closed"),
        ("yes };\n}\nvariable b", "yes /* };\n}\nvariable b", 4, 33, "comment is never closed"),
        ("variable b", 'variable "b', 6, 10, "no closing quotation mark"),
        ("{ no, yes };\n}\nvariable b", '{ "no, yes };\n}\nvariable b', 4, 25, "no closing quotation mark"),
        ("(no)", "(no", 13, 15, "list that begins at line 13, column 3"),
        ("{ no, yes };\n}\nvariable b", "{ no, yes;\n}\nvariable b", 4, 32, "close the list with }"),
        ("{ no, yes };\n}\nvariable b", "{ n(o), yes };\n}\nvariable b", 4, 26, "quotation marks"),
        ("[ 2 ]", '[ "2" ]', 4, 19, "the number of states"),
        ("variable b", "variable my b", 6, 13, "quotation marks"),
    ],
)
def test_a_syntax_error_is_told_with_its_place(old: str, new: str, line: int, column: int, words: str) -> None:
    [problem] = problems_of(GOOD.replace(old, new, 1))
    assert problem.path == f"line {line}, column {column}"
    assert words in str(problem)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_file_is_called_empty(text: str) -> None:
    [problem] = problems_of(text)
    assert problem.what == "the file is empty"


@pytest.mark.parametrize("text", ["// only a comment\n", GOOD.rstrip()[:-1], GOOD[:27]])
def test_a_file_that_ends_too_early_says_so(text: str) -> None:
    [problem] = problems_of(text)
    assert "the end of the file" in problem.what


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "where", "words"),
    [
        ("( b | a )", "( b | c )", 12, 19, "b", "'c' is never declared"),
        ("[ 2 ]", "[ 3 ]", 4, 19, "a", "declares 3 states and lists 2"),
        ("[ 2 ]", "[ 2.5 ]", 4, 19, "a", "declares 2.5 states"),
        ("[ 2 ]", f"[ {'9' * 5000} ]", 4, 19, "a", "states and lists 2"),
        ("{ no, yes };\n}\nvariable b", "{ no, no };\n}\nvariable b", 3, 10, "a", "2 states are named 'no'"),
        ("  type discrete [ 2 ] { no, yes };\n", "", 3, 10, "a", "has 0 'type' entries"),
        ("variable a", "variable a\u0007", 3, 10, "a\u0007", "control character"),
        ("{ no, yes };\n}\nvariable b", '{ "no" "yes" "or" };\n}\nvariable b', 4, 19, "a", "2 states and lists 3"),
        ("[ 2 ] { no, yes }", '[ 1 ] { "no" "yes" }', 4, 19, "a", "1 states and lists 2"),
        ("(yes)", "(yse)", 14, 4, "b", "did you mean 'yes'?"),
        ("(no)", '("no" maybe)', 13, 3, "b", "names 2 states, 'b' has 1 parent;"),
        ("(no)", "(what)", 13, 4, "b", "its states are no, yes"),
        ("  (yes) 0.5, 0.5;\n", "", 12, 13, "b", "1 of 2 rows of 'b' are missing: (yes)"),
        ("(yes)", "(no)", 14, 3, "b", "the row (no) is given twice; see line 13, column 3"),
        ("0.1, 0.9", "0.1", 13, 8, "b", "1 number for 'b', expected 2"),
        ("0.4, 0.6", "0.4, 0.3, 0.3", 10, 9, "a", "3 numbers for 'a', expected 2"),
        ("0.1, 0.9", "0.1, zero", 13, 13, "b", "'zero' is not a number"),
        ("0.1, 0.9", "0.1, 0.9e", 13, 13, "b", "'0.9e' is not a number"),
        ("0.1, 0.9", "0.1, 0_9", 13, 13, "b", "'0_9' is not a number"),
        ("0.1, 0.9", "0.1, ٠.٩", 13, 13, "b", "is not a number"),
        ("0.1, 0.9", "nan, 1", 13, 8, "b", "'nan' is not a number"),
        ("0.1, 0.9", "Infinity, 1", 13, 8, "b", "'Infinity' is not a number"),
        ("0.1, 0.9", "-0.1, 1.1", 13, 8, "b", "'-0.1' is negative"),
        ("0.1, 0.9", "0.1, 1e999", 13, 13, "b", "'1e999' is too large"),
        ("0.1, 0.9", "0.1, 0.8", 13, 3, "b", "the row (no) of 'b' sums to 0.9, expected 1"),
        ("0.4, 0.6", "0.4, 0.600002", 10, 3, "a", "sums to 1.000002"),
        ("0.4, 0.6", "1e308, 1e308", 10, 3, "a", "sums to inf, expected 1"),
        ("0.4, 0.6", "0, 0", 10, 3, "a", "sums to 0, expected 1"),
        ("(no) 0.1, 0.9;", "default 0.1, 0.8;", 13, 3, "b", "the row (no) of 'b' sums to 0.9"),
        ("  table 0.4, 0.6;\n", "", 9, 13, "a", "1 of 1 rows of 'a' are missing"),
        ("(no)", "table 0.1 0.2 0.9 0.8; (no)", 13, 3, "b", "'table' and other rows"),
        (B_ROWS, "  table 0.1 0.9;", 13, 9, "b", "2 numbers for 'b', expected 4"),
        ("(no)", "default 0.5 0.5; default 0.5 0.5; (no)", 13, 20, "b", "'default' stands here twice"),
        ("( b | a )", "( )", 12, 13, "", "names no child"),
        ("( b | a )", "( | a )", 12, 13, "", "names no child"),
        ("( b | a )", "( b a | a )", 12, 21, "b", "2 variables stand before '|'"),
        ("( b | a )", "( b | a, a )", 12, 22, "b", "'a' stands twice in the header"),
        ("( b | a )", "( b | b )", 12, 19, "b", "'b' stands twice in the header"),
    ],
)
def test_a_problem_of_meaning_is_told_with_its_place(
    old: str, new: str, line: int, column: int, where: str, words: str
) -> None:
    problems = problems_of(GOOD.replace(old, new, 1))
    at = [problem for problem in problems if words in str(problem)]
    assert [(p.path, p.where) for p in at] == [(f"line {line}, column {column}", where)]
    assert all(problem.remedy for problem in problems)


def test_a_variable_without_distribution_is_named() -> None:
    [problem] = problems_of(GOOD.replace("probability ( a ) {\n  table 0.4, 0.6;\n}\n", ""))
    assert (problem.where, problem.path) == ("a", "line 3, column 10")
    assert "no probability block" in problem.what


def test_a_second_distribution_or_declaration_names_the_first() -> None:
    [problem] = problems_of(GOOD + "probability ( a ) { table 0.4, 0.6; }\n")
    assert (problem.where, problem.path) == ("a", "line 16, column 15")
    assert "first at line 9, column 15" in problem.what
    [problem] = problems_of(GOOD + "variable a { type discrete [ 2 ] { no, yes }; }\n")
    assert (problem.where, problem.path) == ("a", "line 16, column 10")
    assert "first at line 3, column 10" in problem.what


def test_a_directed_cycle_is_listed_once_in_the_direction_of_its_arrows() -> None:
    cycle = GOOD.replace("( a )", "( a | b )").replace("table 0.4, 0.6", "table 0.5 0.5 0.5 0.5")
    [problem] = problems_of(cycle)
    assert problem.what.endswith(("a → b → a", "b → a → b"))
    assert problem.path in ("line 9, column 15", "line 12, column 15")


def test_a_long_chain_that_closes_is_found_without_recursion() -> None:
    n = 3000
    variables = "".join(f"variable v{i} {{ type discrete [1] {{ s }}; }}" for i in range(n))
    blocks = "".join(f"probability ( v{i} | v{(i + 1) % n} ) {{ (s) 1; }}" for i in range(n))
    [problem] = problems_of("network n { }" + variables + blocks)
    assert problem.what.count("→") == n


def test_all_problems_come_at_once() -> None:
    text = (
        GOOD.replace("0.1, 0.9", "-0.1, nan")
        .replace("0.4, 0.6", "0.4, 0.7")
        .replace("variable b", "variable c { type discrete [ 3 ] { x, y }; }\nvariable b")
    )
    told = [(problem.where, problem.path) for problem in problems_of(text)]
    assert told == [
        ("c", "line 6, column 30"),
        ("a", "line 11, column 3"),
        ("b", "line 14, column 8"),
        ("b", "line 14, column 14"),
        ("c", "line 6, column 10"),
    ]


def test_problems_of_one_sort_are_counted_after_the_first_few() -> None:
    states = ", ".join(f"s{i}" for i in range(20))
    text = f"network n {{ }} variable a {{ type discrete [ 20 ] {{ {states} }}; }}\n"
    problems = problems_of(text + f"probability ( a ) {{ table {'x ' * 20}; }}")
    assert len(problems) == 6
    assert "15 more" in problems[-1].what
    parent = f"probability ( a ) {{ table {'0.05 ' * 20}; }} variable b {{ type discrete [ 1 ] {{ s }}; }}"
    rows = "".join(f"(s{i}) 0.5;" for i in range(20))
    problems = problems_of(text + parent + f"probability ( b | a ) {{ {rows} }}")
    assert len(problems) == 6
    assert "15 more rows" in problems[-1].what
    problems = problems_of(text + parent + "probability ( b | a ) { (s7) 1; }")
    assert "19 of 20 rows of 'b' are missing: (s0), (s1), (s2), …" in problems[0].what


def test_a_default_row_cannot_ask_for_a_table_that_fills_the_memory() -> None:
    names = [f"v{i}" for i in range(30)]
    variables = "".join(f"variable {n} {{ type discrete [2] {{ f, t }}; }}" for n in names)
    priors = "".join(f"probability ( {n} ) {{ table 0.5 0.5; }}" for n in names[1:])
    text = f"network n {{ }}{variables}{priors}probability ( v0 | {', '.join(names[1:])} )"
    [problem] = problems_of(text + "{ default 0.5 0.5; }")
    assert "1,073,741,824 numbers" in problem.what
    [problem] = problems_of(text + "{ table 0.5 0.5; }")
    assert "expected 1,073,741,824" in problem.what
    [problem] = problems_of(text + "{ (" + "f " * 29 + ") 0.5 0.5; }")
    assert "536,870,911 of 536,870,912 rows" in problem.what


def test_more_parents_than_an_array_has_axes_are_refused() -> None:
    names = [f"v{i}" for i in range(80)]
    variables = "".join(f"variable {n} {{ type discrete [1] {{ s }}; }}" for n in names)
    priors = "".join(f"probability ( {n} ) {{ table 1; }}" for n in names[1:])
    header = f"probability ( v0 | {', '.join(names[1:])} )"
    [problem] = problems_of(f"network n {{ }}{variables}{priors}{header} {{ default 1; }}")
    assert "79 parents, at most 63" in problem.what


@pytest.mark.parametrize(
    "text",
    [
        *("network " + mark * 300_000 for mark in ('"', "(", "{", "/*", "\\", "a ", "/")),
        *("network n { property " + mark * 300_000 for mark in ('"', "a", "x=1 ", '"a" ')),
        *("network n { } probability (" + mark * 300_000 for mark in ("a", "a,", '"a"', "/", "/*", "\\")),
        *("network n { } probability (a) { table " + mark * 100_000 for mark in ("1", "1 ", "1 //\n", "-", "x ")),
    ],
    ids=lambda text: text[:44],
)
def test_hostile_texts_are_refused_in_linear_time(text: str) -> None:
    start = time.process_time()
    problems_of(text)
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize("end", sorted({*range(len(GOOD) - 1)} - {len(HEADER) - 1, len(HEADER)}))
def test_a_truncated_file_is_refused(end: int) -> None:
    problems = problems_of(GOOD[:end])
    assert all(problem.what and problem.remedy for problem in problems)
    assert all(problem.path.startswith("line ") for problem in problems) or not GOOD[:end].strip()


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(GOOD)), st.integers(0, 3), st.text(st.sampled_from('"(){}[];,|/*\\ \na0.-e'))
        ),
        max_size=4,
    )
)
def test_a_damaged_file_gives_problems_or_a_graph_that_can_be_written(edits: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for at, length, new in edits:
        text = text[:at] + new + text[at + length :]
    try:
        graph = bif.read(text)
    except InvalidModel:
        return  # any other exception fails the test
    assert bif.read(bif.write(graph)) == graph
