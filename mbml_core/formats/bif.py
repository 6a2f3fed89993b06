r"""formats/bif.py — the Bayesian Interchange Format, BIF 0.15: Bayesian networks over discrete variables.

    network name { }
    variable x { type discrete [ 2 ] { no, yes }; }
    probability ( x | a, b ) { (low, on) 0.1, 0.9; ... }

Sources: Cozman, The Interchange Format for Bayesian Networks (cs.washington.edu/dm/vfml/appendixes/bif.htm), and
the programs named below.

What the format leaves open, and what is done here:

- **`table` of a conditional distribution**: the child varies slowest and the last parent fastest, so all parent
  configurations of the child's first state come first. JavaBayes 0.346 (ConvertInterchangeFormat), pgmpy 1.1 and
  aGrUM (rawConditionalTable) read it so, and the dog-problem that comes with JavaBayes makes sense only so.
- **`default`** fills the rows that are not given; it may stand anywhere in its block.
- **`,` and `|`** only separate. In a header the first name is the child; a `|` may stand only behind it.
- **Order of blocks** is free: JavaBayes looks names up after the whole file is read.
- **Names** are plain words or quoted. Between quotes `\"` and `\\` stand for `"` and `\`, any other backslash
  for itself. Blanks in unquoted state names, as pgmpy writes them, are understood where commas and the declared
  number of states leave no doubt.
- **Properties** are skipped: nothing in the model stands for them. So is a comment.
- **Free text between blocks**, which the specification permits, is refused: it hides misspelt keywords.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mbml_core.errors import InvalidModel, Problem
from mbml_core.factors import check_graph
from mbml_core.formats.bif_syntax import (
    BifFile,
    ProbabilityBlock,
    VariableBlock,
    Word,
    list_words,
    offset,
    parse,
)
from mbml_core.formats.bif_table import read_table
from mbml_core.formats.bif_write import write
from mbml_core.formats.network import directed_cycle
from mbml_core.formats.text import Source
from mbml_core.model import Categorical, Factor, FactorGraph, Variable
from mbml_core.model.check import MAX_NAME

__all__ = ["read", "write"]

_COUNT = re.compile("[0-9]{1,9}")


def read(text: str) -> FactorGraph:
    """The network of a BIF file.

    One variable per `variable` block (its id is the name), one factor of kind "table" per `probability` block:
    scope = parents in file order, then the child; `values` have that shape; `child` is named; the id is
    `f_<child>`, made unique. Rows may miss a sum of one by 1e-6 and are kept as they stand.

    Raises InvalidModel: with the first syntax error, or else with every problem of meaning at once, each with
    its line and column.
    """
    source = Source(text)
    file = parse(source)
    draft = _Draft(source)
    _read_variables(file, draft)
    _read_probabilities(file, draft)
    graph = FactorGraph(tuple(draft.variables.values()), tuple(draft.factors), name=file.name)
    draft.problems += [_placed(problem, draft) for problem in check_graph(graph)]
    if draft.problems:
        raise InvalidModel(draft.problems)
    return graph


@dataclass
class _Draft:
    """What was read so far.

    Attributes:
        declared: offset of each variable's name.
        usable: variables whose states are sound; the tables of others would only repeat their problems.
        headers: offset of each distribution's header, by child.
        parents: ids of the parents, by child.
        factor_at: offset of the header, by factor id.
    """

    source: Source
    variables: dict[str, Variable] = field(default_factory=dict)
    factors: list[Factor] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    declared: dict[str, int] = field(default_factory=dict)
    usable: set[str] = field(default_factory=set)
    headers: dict[str, int] = field(default_factory=dict)
    parents: dict[str, list[str]] = field(default_factory=dict)
    factor_at: dict[str, int] = field(default_factory=dict)

    def problem(self, where: str, what: str, remedy: str, at: int) -> None:
        self.problems.append(Problem(where, what, remedy, self.source.place(at)))


def _placed(problem: Problem, draft: _Draft) -> Problem:
    at = draft.factor_at.get(problem.where, draft.declared.get(problem.where))
    return problem if at is None else replace(problem, path=draft.source.place(at))


def _read_variables(file: BifFile, draft: _Draft) -> None:
    for block in file.variables:
        if block.name in draft.declared:
            first = draft.source.place(draft.declared[block.name])
            what = f"variable '{block.name}' is declared twice, first at {first}"
            draft.problem(block.name, what, "remove or rename one of them", block.at)
            continue
        draft.declared[block.name] = block.at
        before = len(draft.problems)
        states = _states(block, draft)
        if states:
            draft.variables[block.name] = Variable(block.name, Categorical(states))
        if len(draft.problems) == before and len(set(states)) == len(states):
            draft.usable.add(block.name)


def _states(block: VariableBlock, draft: _Draft) -> tuple[str, ...]:
    """The states of a variable; none where it does not say."""
    name = block.name
    if len(block.domains) != 1:
        what = f"variable '{name}' has {len(block.domains)} 'type' entries, expected one"
        draft.problem(name, what, "write one: type discrete [ 2 ] { no, yes };", block.at)
        return ()
    domain = block.domains[0]
    count = int(domain.count) if _COUNT.fullmatch(domain.count) else None
    words = list_words(domain.states, count)
    if count != len(words):
        what = f"variable '{name}' declares {domain.count} states and lists {len(words)}"
        draft.problem(name, what, "correct the number or the list", offset(domain.count))
    return tuple(word.text for word in words)


def _read_probabilities(file: BifFile, draft: _Draft) -> None:
    for block in file.probabilities:
        words = _header(block, draft)
        if not words:
            continue
        child = words[0].text
        if child in draft.headers:
            first = draft.source.place(draft.headers[child])
            what = f"the distribution of '{child}' is given twice, first at {first}"
            draft.problem(child, what, "remove one of them", words[0].at)
            continue
        draft.headers[child] = words[0].at
        if not _names_are_sound(words, draft):
            continue
        draft.parents[child] = [word.text for word in words[1:]]
        _read_table(block, [word.text for word in words], draft)
    draft.problems += _missing(draft)
    draft.problems += _cycles(draft)


def _header(block: ProbabilityBlock, draft: _Draft) -> list[Word]:
    """Child, then parents; empty where they cannot be told apart."""
    words = list_words(block.header)
    if not words or words[0].gap:
        draft.problem("", "the header names no child", "write (child | parents)", offset(block.header))
        return []
    bars = [i for i, word in enumerate(words) if word.gap == "|"]
    if bars and bars[0] > 1:
        what = f"{bars[0]} variables stand before '|' in the header of '{words[0].text}'"
        draft.problem(words[0].text, what, "write one block for each child", words[bars[0]].at)
    return words


def _names_are_sound(words: list[Word], draft: _Draft) -> bool:
    child = words[0].text
    before = len(draft.problems)
    seen: set[str] = set()
    for word in words:
        if word.text in seen:
            what = f"'{word.text}' stands twice in the header of '{child}'"
            draft.problem(child, what, "name it once", word.at)
        elif word.text not in draft.declared:
            what = f"the variable '{word.text}' is never declared"
            draft.problem(child, what, "add a variable block, or correct the name", word.at)
        seen.add(word.text)
    return len(draft.problems) == before


def _read_table(block: ProbabilityBlock, names: list[str], draft: _Draft) -> None:
    child, *parents = names
    scope = [*parents, child]
    if not all(name in draft.usable for name in scope):
        return
    values, problems = read_table(block, [draft.variables[name] for name in scope], draft.source)
    draft.problems += problems
    if values is None:
        return
    values.flags.writeable = False
    id = _factor_id(child, draft)
    draft.factor_at[id] = offset(block.header)
    draft.factors.append(Factor(id, "table", tuple(scope), {"values": values, "child": child}))


def _factor_id(child: str, draft: _Draft) -> str:
    id = base = f"f_{child}"[: MAX_NAME - 8]
    number = 2
    while id in draft.declared or id in draft.factor_at:
        id, number = f"{base}_{number}", number + 1
    return id


def _missing(draft: _Draft) -> Iterator[Problem]:
    for name, at in draft.declared.items():
        if name not in draft.headers:
            what = f"'{name}' has no probability block"
            yield Problem(name, what, f"add one: probability ( {name} ) {{ ... }}", draft.source.place(at))


def _cycles(draft: _Draft) -> Iterator[Problem]:
    cycle = directed_cycle(draft.parents)
    if cycle:
        what = f"the network has a directed cycle: {' → '.join([*cycle, cycle[0]])}"
        yield Problem(
            cycle[0], what, "turn or remove one of these arrows", draft.source.place(draft.headers[cycle[0]])
        )
