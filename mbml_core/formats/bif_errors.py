"""What a syntax error of the BIF grammar means to the person who wrote the file."""

from __future__ import annotations

import re

from lark.exceptions import UnexpectedInput, UnexpectedToken

from mbml_core.errors import Problem
from mbml_core.formats.text import Source
from mbml_core.phrases import did_you_mean

_KEYWORDS = {
    "_NETWORK": "network",
    "_VARIABLE": "variable",
    "_PROBABILITY": "probability",
    "_PROPERTY": "property",
    "_TYPE": "type",
    "_DISCRETE": "discrete",
    "TABLE": "table",
    "DEFAULT": "default",
}
_MARKS = {"LBRACE": "{", "RBRACE": "}", "LSQB": "[", "RSQB": "]", "SEMICOLON": ";"}
_END = "the end of the file"
_PHRASES = {
    "WORD": "a name",
    "STRING": "a name",
    "COUNT": "the number of states",
    "BRACES": "the list of states in braces",
    "PARENTHESES": "a list in parentheses",
    "NUMBERS": "numbers",
    "_TEXT": "the text of the property",
    "$END": _END,
}
_WORD = re.compile(r'[^\s,;|(){}\[\]"/]{1,40}|"[^"\n]{0,40}"')
_LIST_PIECES = re.compile(
    r'(?:[^(){}\[\];"/]++|"(?:[^"\\\n]|\\[^\n])*+"|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|/(?![/*]))*+'
)


def syntax_problem(source: Source, error: UnexpectedInput) -> Problem:
    """The problem at the first place where the text stops being BIF."""
    text = source.text
    if not text.strip():
        return Problem("", "the file is empty", "choose a file that holds a network")
    at = _offset(text, error)
    expected = _expected(error)
    list_at = _list_error(text, at, expected)
    return _unclosed(source, list_at) or (
        _bad_list(source, at, list_at) if list_at != at else _misplaced(source, at, expected, error)
    )


def _offset(text: str, error: UnexpectedInput) -> int:
    if isinstance(error, UnexpectedToken):
        return len(text.rstrip()) if error.token.type == "$END" else error.token.start_pos or 0
    return error.pos_in_stream or 0


def _expected(error: UnexpectedInput) -> set[str]:
    if isinstance(error, UnexpectedToken):
        return set(error.accepts or error.expected)
    return set(getattr(error, "allowed", ()) or ())


def _list_error(text: str, at: int, expected: set[str]) -> int:
    """Where a list that begins at `at` goes wrong; `at` itself where no list is meant."""
    opening = {"BRACES": "{", "PARENTHESES": "("}
    if not any(name in expected and text.startswith(mark, at) for name, mark in opening.items()):
        return at
    pieces = _LIST_PIECES.match(text, at + 1)
    return pieces.end() if pieces else at


def _unclosed(source: Source, at: int) -> Problem | None:
    text = source.text
    if text.startswith("/*", at):
        what, remedy = "this comment is never closed", "close it with */"
    elif text.startswith('"', at) and '"' not in text[at + 1 :].partition("\n")[0].replace('\\"', ""):
        what, remedy = "this name has no closing quotation mark on its line", 'close it with "'
    else:
        return None
    return Problem("", what, remedy, source.place(at))


def _bad_list(source: Source, at: int, list_at: int) -> Problem:
    closing = {"{": "}", "(": ")"}[source.text[at]]
    what = f"{_found(source.text, list_at)} stands in the list that begins at {source.place(at)}"
    remedy = f"close the list with {closing}, or put names with special characters in quotation marks"
    return Problem("", what, remedy, source.place(list_at))


def _misplaced(source: Source, at: int, expected: set[str], error: UnexpectedInput) -> Problem:
    text = source.text
    found = _found(text, at)
    wanted = _listed(expected)
    if "SEMICOLON" in expected:
        end = _end_of_previous(text, at, error)
        return Problem("", f"';' is missing before {found}", "end the entry with ';'", source.place(end))
    keywords = sorted(_KEYWORDS[name] for name in expected if name in _KEYWORDS)
    word = _WORD.match(text, at)
    remedy = (did_you_mean(word[0].lower(), keywords) if word else "") or _remedy(expected, found)
    return Problem("", f"expected {wanted}, found {found}", remedy, source.place(at))


def _end_of_previous(text: str, at: int, error: UnexpectedInput) -> int:
    """Right behind the last token before the error: there the semicolon belongs."""
    history = getattr(error, "token_history", None)
    end = history[-1].end_pos if history and history[-1] is not None else at
    return len(text[:end].rstrip())


def _remedy(expected: set[str], found: str) -> str:
    if "RBRACE" in expected and found == _END:
        return "close the block with }"
    if {"WORD", "STRING"} & expected:
        return "write a name, in quotation marks if it holds special characters"
    if "_NETWORK" in expected:
        return "begin the file with: network name { }"
    if "_VARIABLE" in expected:
        return "write only variable and probability blocks here, anything else in // comments"
    if "_DISCRETE" in expected:
        return "only discrete variables can be read"
    return "correct it; names with blanks or special characters need quotation marks"


def _found(text: str, at: int) -> str:
    if not text[at:].strip():
        return _END
    word = _WORD.match(text, at)
    return f"'{word[0] if word else text[at]}'"


def _listed(expected: set[str]) -> str:
    quoted = [f"'{_KEYWORDS.get(name) or _MARKS[name]}'" for name in expected if name in _KEYWORDS | _MARKS]
    phrases = {_PHRASES[name] for name in expected if name in _PHRASES}
    items = [*sorted(phrases), *sorted(quoted)]
    if len(items) < 2:
        return items[0] if items else "something else"
    return f"{', '.join(items[:-1])} or {items[-1]}"
