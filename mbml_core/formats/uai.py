"""formats/uai.py — the model files of the UAI inference competitions: numbers only, no names.

    BAYES | MARKOV
    number of variables, then their sizes
    number of factors, then each scope: its length and its variables, counted from 0
    each table: its number of entries and the entries, the last variable of the scope varying fastest

Source: uaicompetition.github.io/uci-2022/file-formats/model-format. In a BAYES file the last variable of each
scope is the child. A scope may be empty: its table is one constant. Blanks and line ends only separate.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mbml_core.errors import InvalidModel, Problem
from mbml_core.factors import MAX_AXES, check_graph, require_sound
from mbml_core.formats.network import as_table, directed_cycle, not_a_network, not_discrete, too_large
from mbml_core.formats.text import shortened
from mbml_core.formats.tokens import Tokens
from mbml_core.model import MAX_STATES, Categorical, Factor, FactorGraph, Variable
from mbml_core.phrases import counted

_FIRST_SIZE = 2
"""The token that holds the size of x0."""


def read(text: str) -> FactorGraph:
    """The model of a UAI file.

    Variables are `x0, x1, …`, their states `0, 1, …`; factors of kind "table" are `f0, f1, …`, in file order. In
    a BAYES file each names its child, and each variable has exactly one table, without directed cycles.

    Raises InvalidModel with every problem, each with line, column and token number, as far as the counts in the
    file can be trusted: where one of them is no whole number, or too few tokens are left, reading stops.
    """
    tokens = Tokens(text)
    if not tokens.left:
        raise InvalidModel([Problem("", "the file is empty", "choose a file that holds a model")])
    is_bayes = _preamble(tokens)
    sizes = _sizes(tokens)
    scopes, scope_at = _scopes(tokens, len(sizes))
    tables, table_at = _tables(tokens, sizes, scopes)
    if tokens.left:
        what = f"the file goes on for {counted(tokens.left, 'token')} behind the last table"
        tokens.problem(tokens.position, what, "remove them, and check the counts in the file")
    if is_bayes and not tokens.problems:
        _check_network(tokens, len(sizes), scopes, scope_at)
    if tokens.problems:
        raise InvalidModel(tokens.problems)
    graph = _graph(sizes, scopes, tables, is_bayes=is_bayes)
    with np.errstate(over="ignore"):  # an infinite sum of a row is told like any other
        problems = check_graph(graph)
    if problems:
        at = {f"f{i}": token for i, token in enumerate(table_at)}
        raise InvalidModel(replace(p, path=tokens.place(at[p.where])) if p.where in at else p for p in problems)
    return graph


def _preamble(tokens: Tokens) -> bool:
    word = tokens.word("MARKOV or BAYES")
    if word.upper() not in ("MARKOV", "BAYES"):
        what = f"the file begins with '{shortened(word)}', expected MARKOV or BAYES"
        tokens.stop(0, what, "choose a UAI model file, or correct its first line")
    return word.upper() == "BAYES"


def _sizes(tokens: Tokens) -> list[int]:
    count = tokens.count("the number of variables")
    sizes = []
    for i in range(count):
        size = tokens.count(f"the size of x{i}")
        if not 1 <= size <= MAX_STATES:
            what = f"x{i} has {size:,} states, expected 1 to {MAX_STATES:,}"
            tokens.problem(tokens.position - 1, what, "correct the size", f"x{i}")
        sizes.append(size)
    if tokens.problems:
        raise InvalidModel(tokens.problems)
    return sizes


def _scopes(tokens: Tokens, variables: int) -> tuple[list[list[int]], list[int]]:
    """The scopes, and the token where each begins."""
    count = tokens.count("the number of factors")
    scopes, starts = [], []
    for i in range(count):
        length = tokens.count(f"the length of the scope of f{i}")
        starts.append(tokens.position - 1)
        scopes.append([tokens.count(f"a variable of f{i}") for _ in range(length)])
        _check_scope(tokens, i, scopes[-1], variables)
    return scopes, starts


def _check_scope(tokens: Tokens, factor: int, scope: Sequence[int], variables: int) -> None:
    first = tokens.position - len(scope)
    for i, variable in enumerate(scope):
        if variable >= variables:
            known = f"there are {variables}, counted from 0"
            what = f"f{factor} names variable {shortened(str(variable))}, but {known}"
            tokens.problem(
                first + i, what, f"use 0 to {variables - 1}" if variables else "remove it", f"f{factor}"
            )
    for variable, times in Counter(scope).items() if len(set(scope)) < len(scope) else ():
        if times > 1:
            what = f"variable {variable} stands {times} times in the scope of f{factor}"
            tokens.problem(first, what, "name it once", f"f{factor}")
    if len(scope) > MAX_AXES:
        what = f"f{factor} has {len(scope)} variables, at most {MAX_AXES} can be read"
        tokens.problem(first, what, "split it into smaller factors", f"f{factor}")


def _tables(
    tokens: Tokens, sizes: Sequence[int], scopes: Sequence[Sequence[int]]
) -> tuple[list[list[float]], list[int]]:
    """The entries of each table, and the token that counts them."""
    tables, starts = [], []
    for i, scope in enumerate(scopes):
        count = tokens.count(f"the number of entries of f{i}")
        starts.append(tokens.position - 1)
        if all(variable < len(sizes) for variable in scope):
            expected = math.prod(sizes[variable] for variable in scope)
            if count != expected:
                what = f"f{i} declares {counted(count, 'entry', 'entries')}, its scope wants {expected:,}"
                remedy = "correct the table; if the number is an entry, the table before has too few or too many"
                tokens.problem(starts[-1], what, remedy, f"f{i}")
        tables.append(tokens.numbers(count, f"the table of f{i}", f"f{i}"))
    return tables, starts


def _check_network(
    tokens: Tokens, variables: int, scopes: Sequence[Sequence[int]], scope_at: Sequence[int]
) -> None:
    """What makes a BAYES file a Bayesian network."""
    remedy = "correct the scopes, or begin the file with MARKOV if the tables are free factors"
    tables: dict[int, int] = {}
    for i, scope in enumerate(scopes):
        if scope and scope[-1] in tables:
            what = f"f{tables[scope[-1]]} and f{i} are both distributions of x{scope[-1]}"
            tokens.problem(scope_at[i], what, remedy, f"f{i}")
        elif scope:
            tables[scope[-1]] = i
    for variable in range(variables):
        if variable not in tables:
            what = f"no table of this BAYES file is the distribution of x{variable}"
            tokens.problem(_FIRST_SIZE + variable, what, remedy, f"x{variable}")
    cycle = directed_cycle({scopes[i][-1]: scopes[i][:-1] for i in tables.values()})
    if cycle:
        arrows = " → ".join(f"x{variable}" for variable in [*cycle, cycle[0]])
        factor = tables[cycle[0]]
        tokens.problem(scope_at[factor], f"the tables form a directed cycle: {arrows}", remedy, f"f{factor}")


def _graph(
    sizes: Sequence[int], scopes: Sequence[Sequence[int]], tables: Sequence[Sequence[float]], *, is_bayes: bool
) -> FactorGraph:
    states = {size: Categorical(tuple(map(str, range(size)))) for size in set(sizes)}
    variables = tuple(Variable(f"x{i}", states[size]) for i, size in enumerate(sizes))
    factors = []
    for i, (scope, table) in enumerate(zip(scopes, tables, strict=True)):
        values = np.array(table).reshape([sizes[variable] for variable in scope])
        values.flags.writeable = False
        child = {"child": f"x{scope[-1]}"} if is_bayes and scope else {}
        ids = tuple(f"x{variable}" for variable in scope)
        factors.append(Factor(f"f{i}", "table", ids, {"values": values, **child}))
    return FactorGraph(variables, tuple(factors))


def write(graph: FactorGraph) -> str:
    """The text of a UAI file.

    It is a BAYES file when the factors are the distributions of a Bayesian network (one for each variable, no
    directed cycle), children last in their scopes; else a MARKOV file. Variables and states become their
    numbers; every number is written so that reading it gives the same float. `mbml_core.formats.losses` lists
    what a UAI file does not keep.

    Raises InvalidModel when the graph is not sound, has a variable without states or a structured factor too large
    for a table.
    """
    require_sound(graph)
    problems = list(not_discrete(graph, "a UAI")) or list(too_large(graph))
    if problems:
        raise InvalidModel(problems)
    preamble = preamble_of(graph)
    tables = [as_table(graph, factor, child_last=preamble == "BAYES") for factor in graph.factors]
    lines = [
        preamble,
        str(len(graph.variables)),
        " ".join(str(variable.size) for variable in graph.variables),
        str(len(graph.factors)),
        *(" ".join(map(str, [len(scope), *(graph.variable_index[id] for id in scope)])) for scope, _ in tables),
    ]
    for _, values in tables:
        lines += ["", str(values.size), " ".join(map(repr, values.ravel().tolist()))]
    return "\n".join(lines) + "\n"


def preamble_of(graph: FactorGraph) -> str:
    """The first word of the file a sound graph is written as: BAYES or MARKOV. Constants count as neither."""
    connected = replace(graph, factors=tuple(factor for factor in graph.factors if factor.scope))
    return "MARKOV" if any(not_a_network(connected)) else "BAYES"
