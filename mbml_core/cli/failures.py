"""From an error to an exit code and to words: for people on stderr, with --json as one object on stdout."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mbml_core.cli.screen import write
from mbml_core.errors import (
    DeadlineExceeded,
    DocumentTooNew,
    ImpossibleEvidence,
    InvalidEvidence,
    InvalidModel,
    MbmlError,
    OverBudget,
    Problem,
    UnsupportedQuery,
)
from mbml_core.phrases import counted
from mbml_core.wording import visible

FINE = 0
USAGE = 2
PROBLEMS = 3
IMPOSSIBLE = 4
OVER_BUDGET = 5
INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""
READER_GONE = 141
"""128 + SIGPIPE."""


class UsageError(Exception):
    """The command was called in a way that has no meaning."""


class MistypedEvidence(InvalidEvidence):
    """Observations typed on the command line do not fit the model: a matter of usage, not of any file."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    error: type[Exception]
    kind: str
    code: int


_OUTCOMES = (
    _Outcome(UsageError, "usage", USAGE),
    _Outcome(UnsupportedQuery, "unsupported", USAGE),
    _Outcome(MistypedEvidence, "invalid_evidence", USAGE),
    _Outcome(InvalidEvidence, "invalid_evidence", PROBLEMS),
    _Outcome(DocumentTooNew, "document_too_new", PROBLEMS),
    _Outcome(InvalidModel, "invalid_model", PROBLEMS),
    _Outcome(ImpossibleEvidence, "impossible_evidence", IMPOSSIBLE),
    _Outcome(OverBudget, "over_budget", OVER_BUDGET),
    _Outcome(DeadlineExceeded, "deadline_exceeded", OVER_BUDGET),
    _Outcome(MbmlError, "failed", OVER_BUDGET),
)
"""The first that fits counts, so children stand before their parents."""

_HINTS = {
    "usage": "`mbml --help` shows how the command is used.",
    "over_budget": "Here: --method bp for approximate beliefs, or --memory 4GB to allow more.",
    "deadline_exceeded": "Here: --deadline with more seconds, or --method bp for approximate beliefs.",
}


def report(error: Exception, subject: str, *, as_json: bool) -> int:
    """Tell what went wrong with `subject`, the file in question, and return the exit code."""
    outcome = next(outcome for outcome in _OUTCOMES if isinstance(error, outcome.error))
    if as_json:
        write(sys.stdout, json_text({"error": to_plain(error, outcome.kind)}))
    else:
        write(sys.stderr, "\n".join(_lines(error, outcome.kind, subject)) + "\n")
    return outcome.code


def json_text(value: Any) -> str:
    """One JSON value and a line end, in ASCII: it survives every terminal and pipe, whatever names hold."""
    return json.dumps(value, allow_nan=False) + "\n"


def finite(number: float) -> float | None:
    """JSON has no infinities; None stands for them."""
    return number if math.isfinite(number) else None


def plain_problems(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems as JSON objects."""
    return [{"where": p.where, "path": p.path, "what": p.what, "remedy": p.remedy} for p in problems]


def to_plain(error: Exception, kind: str) -> dict[str, Any]:
    """The error as a JSON object: always kind, message, problems and conflict; more for some kinds."""
    plain: dict[str, Any] = {"kind": kind, "message": str(error), "problems": [], "conflict": []}
    match error:
        case InvalidModel(problems=problems):
            plain["problems"] = plain_problems(problems)
        case ImpossibleEvidence(conflict=conflict, is_smallest=is_smallest):
            plain |= {"conflict": list(conflict), "is_smallest": is_smallest}
        case OverBudget():
            plain |= {
                "needed_bytes": finite(error.needed_bytes),
                "budget_bytes": finite(error.budget_bytes),
                "largest_clique": list(error.largest_clique),
                "remedies": list(error.remedies),
            }
    return plain


def _lines(error: Exception, kind: str, subject: str) -> list[str]:
    if isinstance(error, InvalidModel):
        owner = "the evidence" if isinstance(error, InvalidEvidence) else visible(subject) or "the model"
        return [f"{owner}: {counted(len(error.problems), 'problem')}", *problem_lines(error.problems)]
    lines = [f"mbml: {visible(str(error))}"]
    if isinstance(error, ImpossibleEvidence) and error.conflict:
        lines.append(f"  conflict: {', '.join(map(visible, error.conflict))}")
    if kind in _HINTS:
        lines.append(f"  {_HINTS[kind]}")
    return lines


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """One indented line per problem: place, what, remedy."""
    return [f"  {visible(str(problem))}" for problem in problems]
