"""One probability block of a BIF file as an array."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from lark import Token

from mbml_core.errors import Problem
from mbml_core.factors import MAX_AXES
from mbml_core.formats.bif_syntax import Entry, ProbabilityBlock, Word, list_words, offset
from mbml_core.formats.numbers import floats, number_flaw
from mbml_core.formats.text import Source, shortened
from mbml_core.model import SUM_TOLERANCE, Variable, unknown_state
from mbml_core.model.observation import FloatArray
from mbml_core.phrases import counted

MAX_DEFAULT_ENTRIES = 2**24
"""Entries of a table that `default` may fill (128 MB). Any other table is no larger than its file."""

MAX_LISTED = 5
"""Problems of one sort in one block that are named one by one; the rest is counted."""

_ENTRY_KEYWORDS = frozenset({"table", "default", "property"})
_PLAIN = re.compile(r"[0-9eE+\-.,|\s]*")
_NUMBER_WORD = re.compile(r"[^\s,|]+")


def read_table(
    block: ProbabilityBlock, scope: Sequence[Variable], source: Source
) -> tuple[FloatArray | None, list[Problem]]:
    """P(child | parents) of one block, shape of the scope, and what is wrong with it; None if anything is.

    Args:
        block: the declaration; its names were resolved already.
        scope: parents in file order, then the child.
        source: the file, for places.
    """
    reading = _Reading(block, scope, source)
    values = reading.read()
    return (None if reading.problems else values), reading.problems


class _Reading:
    """One block on its way to an array; `problems` collects what is wrong."""

    def __init__(self, block: ProbabilityBlock, scope: Sequence[Variable], source: Source) -> None:
        self.block = block
        self.scope = scope
        self.child = scope[-1]
        self.parents = scope[:-1]
        self.source = source
        self.problems: list[Problem] = []

    def read(self) -> FloatArray | None:
        tables = [entry for entry in self.block.entries if entry.opening.type == "TABLE"]
        defaults = [entry for entry in self.block.entries if entry.opening.type == "DEFAULT"]
        rows = [entry for entry in self.block.entries if entry.opening.type == "PARENTHESES"]
        for extra in [*tables[1:], *defaults[1:]]:
            self._problem(extra.opening, f"'{extra.opening}' stands here twice", "keep one of them")
        if tables and (defaults or rows):
            what = "'table' and other rows stand in one block"
            self._problem(tables[0].opening, what, "give the whole table, or rows by parent states")
        if len(self.scope) > MAX_AXES:
            what = f"the block has {len(self.scope) - 1} parents, at most {MAX_AXES - 1} can be read"
            self._problem(self.block.header, what, "split the distribution over auxiliary variables")
        if self.problems:
            return None
        return self._whole_table(tables[0]) if tables else self._rows(rows, defaults)

    def _whole_table(self, entry: Entry) -> FloatArray | None:
        """The child varies slowest, the last parent fastest."""
        shape = [self.child.size, *(parent.size for parent in self.parents)]
        numbers = self._numbers(entry, math.prod(shape))
        if numbers is None:
            return None
        values = np.moveaxis(np.array(numbers).reshape(shape), 0, -1)
        self._check_sums(values, {}, entry)
        return values

    def _rows(self, rows: Sequence[Entry], defaults: Sequence[Entry]) -> FloatArray | None:
        shape = [variable.size for variable in self.scope]
        configurations = math.prod(shape[:-1])
        default = self._numbers(defaults[0], self.child.size) if defaults else None
        found = self._rows_by_configuration(rows)
        if not defaults and len(found) < configurations and not self.problems:
            self._missing(found, configurations)
        if defaults and math.prod(shape) > MAX_DEFAULT_ENTRIES:
            what = f"'default' would fill a table of {math.prod(shape):,} numbers"
            self._problem(defaults[0].opening, what, f"stay below {MAX_DEFAULT_ENTRIES:,}")
        numbers = {index: self._numbers(entry, self.child.size) for index, entry in found.items()}
        if self.problems:
            return None
        values = np.empty((configurations, self.child.size))
        if default is not None:
            values[:] = default
        if numbers:
            values[list(numbers)] = list(numbers.values())
        values = values.reshape(shape)
        self._check_sums(values, found, defaults[0] if defaults else None)
        return values

    def _rows_by_configuration(self, rows: Sequence[Entry]) -> dict[int, Entry]:
        """Rows by the flat index of their parent states, last parent fastest."""
        strides = [math.prod(parent.size for parent in self.parents[i + 1 :]) for i in range(len(self.parents))]
        steps = [
            {state: number * stride for number, state in enumerate(parent.states)}
            for parent, stride in zip(self.parents, strides, strict=True)
        ]
        found: dict[int, Entry] = {}
        for entry in rows:
            index = self._configuration(entry.opening, steps)
            if index is not None and index in found:
                first = self.source.place(offset(found[index].opening))
                self._problem(entry.opening, f"the row {shortened(entry.opening)} is given twice", f"see {first}")
            elif index is not None:
                found[index] = entry
        return found

    def _configuration(self, key: Token, steps: Sequence[dict[str, int]]) -> int | None:
        if '"' not in key and "/" not in key and "|" not in key:
            names = key[1:-1].replace(",", " ").split()
            try:
                return sum(step[name] for step, name in zip(steps, names, strict=True))
            except (KeyError, ValueError):
                pass  # quotes left off names with blanks, or a real problem: the slower way tells
        words = list_words(key, len(self.parents))
        if len(words) != len(self.parents):
            named, wanted = counted(len(words), "state"), counted(len(self.parents), "parent")
            what = f"the row {shortened(key)} names {named}, '{self.child.id}' has {wanted}"
            self._problem(key, what, "name one state of each parent, in the order of the header")
            return None
        total = 0
        for word, step, parent in zip(words, steps, self.parents, strict=True):
            if word.text not in step:
                self._unknown_state(word, parent)
                return None
            total += step[word.text]
        return total

    def _unknown_state(self, word: Word, parent: Variable) -> None:
        problem = unknown_state(parent, word.text)
        self._problem(word.at, problem.what, problem.remedy)

    def _missing(self, found: dict[int, Entry], configurations: int) -> None:
        missing = (index for index in range(configurations) if index not in found)
        shown = ", ".join(self._label(index) for index in islice(missing, 3))
        count = configurations - len(found)
        what = f"{count:,} of {configurations:,} rows of '{self.child.id}' are missing: {shown}"
        self._problem(self.block.header, what + (", …" if count > 3 else ""), "add them, or a default row")

    def _label(self, index: int) -> str:
        states = []
        for parent in reversed(self.parents):
            index, state = divmod(index, parent.size)
            states.append(parent.states[state])
        return f"({', '.join(reversed(states))})"

    def _numbers(self, entry: Entry, count: int) -> list[float] | None:
        """The numbers of an entry; None where some are wrong, which is then in `problems`."""
        numbers = _run_of_floats(entry.numbers)
        if numbers is None:
            self._bad_numbers(entry.numbers)
            return None
        if len(numbers) != count:
            what = f"{counted(len(numbers), 'number')} for '{self.child.id}', expected {count:,}"
            self._problem(entry.numbers[0], what, "give one number per state, or complete the table")
            return None
        return numbers

    def _bad_numbers(self, pieces: Sequence[Token]) -> None:
        bad = list(_bad_words(pieces))
        for at, what, remedy in bad[:MAX_LISTED]:
            self._problem(at, what, remedy)
        if len(bad) > MAX_LISTED:
            self._problem(bad[MAX_LISTED][0], f"{len(bad) - MAX_LISTED} more such entries follow", "correct them")

    def _check_sums(self, values: FloatArray, rows: dict[int, Entry], other: Entry | None) -> None:
        """Problems for rows that miss one; `other` is the entry of rows that have none of their own."""
        with np.errstate(over="ignore"):  # an infinite sum is told like any other
            sums = values.sum(axis=-1).ravel()
        bad = np.flatnonzero(~(np.abs(sums - 1) <= SUM_TOLERANCE))
        for index in map(int, bad[:MAX_LISTED]):
            entry = rows.get(index, other)
            row = f"the row {self._label(index)}" if self.parents else "the distribution"
            what = f"{row} of '{self.child.id}' sums to {sums[index]:.9g}, expected 1"
            self._problem(entry.opening if entry else 0, what, "correct or normalise it")
        if len(bad) > MAX_LISTED:
            what = f"{len(bad) - MAX_LISTED} more rows of '{self.child.id}' do not sum to one"
            self._problem(self.block.header, what, "normalise them")

    def _problem(self, at: Token | int, what: str, remedy: str) -> None:
        place = self.source.place(offset(at) if isinstance(at, Token) else at)
        self.problems.append(Problem(self.child.id, what, remedy, place))


def _run_of_floats(pieces: Sequence[Token]) -> list[float] | None:
    """All numbers of an entry, or None where some are wrong."""
    words: list[str] = []
    for piece in pieces:
        if not _PLAIN.fullmatch(piece):
            return None
        words += piece.replace(",", " ").replace("|", " ").split()
    return floats(words)


def _bad_words(pieces: Sequence[Token]) -> Iterator[tuple[int, str, str]]:
    """Offset, what and remedy for each word that is no finite number, zero or more."""
    remedy = "use a finite number, zero or more"
    for piece in pieces:
        for word in _NUMBER_WORD.finditer(piece):
            at = offset(piece) + word.start()
            if word[0] in _ENTRY_KEYWORDS:
                end = offset(piece) + len(piece[: word.start()].rstrip())
                yield end, f"';' is missing before '{word[0]}'", "end the entry with ';'"
                return
            flaw = number_flaw(word[0])
            if flaw:
                yield at, f"'{shortened(word[0])}' {flaw}", remedy
