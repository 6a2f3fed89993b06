"""A text of blank-separated numbers, read one token or one run at a time: what UAI files are made of."""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import NoReturn

from mbml_core.errors import InvalidModel, Problem
from mbml_core.formats.numbers import floats, number_flaw
from mbml_core.formats.text import Source, shortened
from mbml_core.phrases import counted

_TOKEN = re.compile(r"\S+")
_COUNT = re.compile(r"[0-9]{1,15}")
_ODD = re.compile(r"[^0-9eE+\-.\s]")

MAX_LISTED = 20
"""Problems of one file that are listed one by one."""


class Tokens:
    """The tokens of a text, a position in them, and the problems found so far."""

    def __init__(self, text: str) -> None:
        self._source = Source(text)
        self._words = self._source.text.split()
        self.position = 0
        self._problems: list[Problem] = []
        self._unlisted = 0

    @property
    def left(self) -> int:
        """How many tokens are not read yet."""
        return len(self._words) - self.position

    def word(self, what: str) -> str:
        """The next token; `what` says what it should be. Raises InvalidModel at the end of the file."""
        if not self.left:
            self.stop(self.position, f"the file ends where {what} should stand", "complete the file")
        self.position += 1
        return self._words[self.position - 1]

    def count(self, what: str) -> int:
        """The next token, a whole number. Raises InvalidModel for anything else: no later token has a meaning."""
        word = self.word(what)
        if not _COUNT.fullmatch(word):
            what = f"expected {what}, found '{shortened(word)}'"
            self.stop(
                self.position - 1,
                what,
                "write a whole number, and check that the counts and tables before it are complete",
            )
        return int(word)

    def numbers(self, count: int, what: str, where: str) -> list[float]:
        """The next `count` tokens as finite non-negative numbers; nan and a problem for each that is none."""
        if self.left < count:
            what = f"{what} needs {counted(count, 'number')}, the file ends after {self.left:,}"
            remedy = "complete the table, and check the counts before it"
            self.stop(self.position + self.left, what, remedy, where)
        start, self.position = self.position, self.position + count
        words = self._words[start : self.position]
        numbers = None if self._is_odd else floats(words)
        if numbers is not None:
            return numbers
        return [self._number(start + i, word, what, where) for i, word in enumerate(words)]

    def problem(self, index: int, what: str, remedy: str, where: str = "") -> None:
        """Note what is wrong at a token."""
        if len(self._problems) < MAX_LISTED:
            self._problems.append(Problem(where, what, remedy, self.place(index)))
        else:
            self._unlisted += 1

    def stop(self, index: int, what: str, remedy: str, where: str = "") -> NoReturn:
        """Note what is wrong and raise InvalidModel with everything found so far."""
        self.problem(index, what, remedy, where)
        raise InvalidModel(self.problems)

    @property
    def problems(self) -> list[Problem]:
        """Everything found so far; past a number of them they are only counted."""
        if not self._unlisted:
            return self._problems
        more = Problem("", f"{self._unlisted:,} more problems follow", "correct the first ones and try again")
        return [*self._problems, more]

    def place(self, index: int) -> str:
        """`line L, column C, token T`, all from 1; one past the end is the end of the file."""
        if index >= len(self._words):
            return f"{self._source.place(len(self._source.text.rstrip()))}, after token {len(self._words)}"
        return f"{self._source.place(self._starts[index])}, token {index + 1}"

    def _number(self, index: int, word: str, what: str, where: str) -> float:
        flaw = number_flaw(word)
        if flaw is None:
            return float(word)
        remedy = "use a finite number, zero or more"
        self.problem(index, f"'{shortened(word)}' in {what} {flaw}", remedy, where)
        return math.nan

    @cached_property
    def _is_odd(self) -> bool:
        """Whether characters occur that float() might take in spite of UAI: nan, 1_000, other scripts."""
        start = _TOKEN.search(self._source.text)
        return bool(start and _ODD.search(self._source.text, start.end()))

    @cached_property
    def _starts(self) -> list[int]:
        return [match.start() for match in _TOKEN.finditer(self._source.text)]
