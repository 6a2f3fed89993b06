"""The text of a BIF file, cut into declarations by the grammar in bif.lark; nothing is looked up yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from mbml_core.errors import InvalidModel
from mbml_core.formats.bif_errors import syntax_problem
from mbml_core.formats.text import Source

_PIECE = re.compile(
    r'//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/|\s+|(?P<gap>[,|])|"(?P<string>(?:[^"\\\n]|\\[^\n])*+)"'
    r'|(?P<word>(?:[^\s,|"/]|/(?![/*]))+)'
)
_ESCAPED = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class Word:
    """A name in a list.

    Attributes:
        text: without quotes, escapes resolved.
        at: offset in the source.
        gap: the `,` or `|` in front of it; "" where only blanks are.
    """

    text: str
    at: int
    gap: str


@dataclass(frozen=True, slots=True)
class Domain:
    """The entry `type discrete [ count ] { states };`."""

    count: Token
    states: Token


@dataclass(frozen=True, slots=True)
class VariableBlock:
    """The block `variable name { ... }`."""

    name: str
    at: int
    domains: Sequence[Domain]


@dataclass(frozen=True, slots=True)
class Entry:
    """`table numbers;`, `default numbers;` or `(states) numbers;`: `opening` is what stands in front.

    A comment cuts the numbers into several tokens.
    """

    opening: Token
    numbers: Sequence[Token]


@dataclass(frozen=True, slots=True)
class ProbabilityBlock:
    """The block `probability ( child | parents ) { ... }`."""

    header: Token
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class BifFile:
    """All declarations, in file order."""

    name: str
    variables: Sequence[VariableBlock]
    probabilities: Sequence[ProbabilityBlock]


def parse(source: Source) -> BifFile:
    """The declarations of a BIF file. Raises InvalidModel with the first syntax error, in plain words."""
    try:
        found: Any = _parser().parse(source.text)
    except UnexpectedInput as error:
        raise InvalidModel([syntax_problem(source, error)]) from None
    result: BifFile = found
    return result


def list_words(token: Token, count: int | None = None) -> list[Word]:
    """The names in `{a, b}` or `(a | b, c)`, with comments left out.

    Blanks, commas and bars all separate names. Where that gives another number than `count`, but commas
    alone give just that one, the blanks belong to the names: some writers leave the quotes off `very high`.
    """
    words = []
    gap = ""
    for piece in _PIECE.finditer(token, 1, len(token) - 1):
        if piece["gap"]:
            gap = piece["gap"]
        elif piece["word"] is not None or piece["string"] is not None:
            text = piece["word"] if piece["word"] is not None else unquote(piece["string"])
            words.append(Word(text, offset(token) + piece.start(), gap))
            gap = ""
    if count is None or len(words) == count or '"' in token:
        return words
    joined = _joined(words)
    return joined if len(joined) == count else words


def _joined(words: Sequence[Word]) -> list[Word]:
    joined: list[Word] = []
    for word in words:
        if word.gap or not joined:
            joined.append(word)
        else:
            joined[-1] = Word(f"{joined[-1].text} {word.text}", joined[-1].at, joined[-1].gap)
    return joined


def unquote(text: str) -> str:
    r"""What stands between quotes, with `\"` and `\\` resolved; any other backslash means itself."""
    return _ESCAPED.sub(r"\1", text)


def offset(token: Token) -> int:
    """Where a token begins in the source."""
    return token.start_pos or 0


@cache
def _parser() -> Lark:
    return Lark.open("bif.lark", rel_to=__file__, parser="lalr", transformer=_Declarations())


_Items: TypeAlias = list[Any]


class _Declarations(Transformer[Token, BifFile]):
    """One method per rule of the grammar; `items` are the tokens and results of its parts."""

    def start(self, items: _Items) -> BifFile:
        variables = [item for item in items if isinstance(item, VariableBlock)]
        return BifFile(items[0], variables, [item for item in items if isinstance(item, ProbabilityBlock)])

    def network(self, items: _Items) -> str:
        return _name(items[0])

    def variable(self, items: _Items) -> VariableBlock:
        return VariableBlock(_name(items[0]), offset(items[0]), items[1:])

    def domain(self, items: _Items) -> Domain:
        return Domain(*items)

    def probability(self, items: _Items) -> ProbabilityBlock:
        return ProbabilityBlock(items[0], items[1:])

    def row(self, items: _Items) -> Entry:
        return Entry(items[0], items[1:])

    table = default = row


def _name(token: Token) -> str:
    return unquote(token[1:-1]) if token.type == "STRING" else str(token)
