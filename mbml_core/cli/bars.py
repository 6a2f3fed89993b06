"""Beliefs as text: one line per state with a bar and four digits, aligned over all variables; of a number mean and
standard deviation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from mbml_core.cli.screen import Screen
from mbml_core.inference.result import Marginal
from mbml_core.model import (
    AllowedStates,
    Belief,
    ExcludedState,
    Likelihood,
    Observation,
    Observed,
    Value,
    Variable,
)
from mbml_core.wording import display_width, probability_text, shortened

NAME_WIDTH = 26
STATE_WIDTH = 20
BAR_WIDTH = 40
"""Most columns of each; a narrow screen gives the bars what is left."""
MARK_WIDTH = 19
"""Of `  ← likelihood 0.25`, the widest usual mark."""

MAX_SHOWN = 24
"""States of one variable that are shown one by one; of more, the most probable and the observed ones."""
SPACED = 12
"""Up to so many variables, an empty line stands between two."""

_EIGHTHS = "▏▎▍▌▋▊▉"


class Spread(Protocol):
    """A distribution of a number or of a row of numbers, as far as a line of text needs it."""

    @property
    def mean(self) -> ArrayLike:
        """E[x]."""

    @property
    def sd(self) -> ArrayLike:
        """The standard deviation."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a variable. Without probability the mark is all there is to say: how many states are not shown,
    or what is known of a number.
    """

    state: str
    probability: float | None
    mark: str = ""
    is_exact: bool = True


def bars_text(
    variables: Sequence[Variable],
    marginals: Mapping[str, Marginal | Spread],
    evidence: Mapping[str, Observation],
    screen: Screen,
    *,
    is_exact: bool,
) -> str:
    """The beliefs of `variables`; observed ones are marked, approximate numbers carry their sign."""
    blocks = [
        _rows_of(variable, marginals[variable.id], evidence.get(variable.id), screen, is_exact=is_exact)
        for variable in variables
    ]
    labels = [shortened(variable.label, NAME_WIDTH, screen.ellipsis) for variable in variables]
    name_width = max(map(display_width, labels), default=0)
    states = [shortened(row.state, STATE_WIDTH, screen.ellipsis) for block in blocks for row in block]
    state_width = max(map(display_width, states), default=0)
    bar_width = min(BAR_WIDTH, max(8, screen.width - name_width - state_width - MARK_WIDTH - 14))
    lines: list[str] = []
    for label, block in zip(labels, blocks, strict=True):
        for i, row in enumerate(block):
            name = _padded("" if i else label, name_width)
            state = _padded(shortened(row.state, STATE_WIDTH, screen.ellipsis), state_width)
            lines.append(f"{name}  {state}  {_figures(row, bar_width, screen)}".rstrip())
        if len(variables) <= SPACED:
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def bar(probability: float, width: int, *, is_unicode: bool) -> str:
    """A bar of `probability · width` columns, padded to `width`. What is possible is never drawn as nothing."""
    if not is_unicode:
        cells = max(round(probability * width), 1 if probability > 0 else 0)
        return ("#" * cells).ljust(width)
    eighths = max(round(probability * width * 8), 1 if probability > 0 else 0)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest - 1] if rest else "")).ljust(width)


def mark(observation: Observation | None, index: int, state: str) -> str:
    """What was observed about one state of a variable, in a word or two."""
    match observation:
        case Observed(seen):
            return "observed" if state == seen else ""
        case ExcludedState(excluded):
            return "excluded" if state == excluded else ""
        case AllowedStates(allowed):
            return "allowed" if state in allowed else "excluded"
        case Likelihood(weights):
            return f"likelihood {weights[index]:.4g}"
        case Belief():
            return "set"
    return ""


def _rows_of(
    variable: Variable,
    marginal: Marginal | Spread,
    observation: Observation | None,
    screen: Screen,
    *,
    is_exact: bool,
) -> list[_Row]:
    if isinstance(marginal, Marginal):
        return _rows(variable, marginal, observation, is_exact=is_exact)
    means, sds = np.atleast_1d(marginal.mean).tolist(), np.atleast_1d(marginal.sd).tolist()
    if isinstance(observation, Value):
        arrow = "←" if screen.is_unicode else "<-"
        figures = [f" {mean:<.6g} {arrow} observed" for mean in means]
    else:
        sign = " " if is_exact else screen.roughly
        figures = [f"{sign}{mean:.6g} {screen.plus_minus} {sd:.4g}" for mean, sd in zip(means, sds, strict=True)]
    if len(figures) == 1:
        return [_Row("", None, figures[0])]
    shown = [_Row(str(i), None, figure) for i, figure in enumerate(figures[:MAX_SHOWN])]
    n_more = len(figures) - len(shown)
    return [*shown, _Row("", None, f" and {n_more:,} more")] if n_more else shown


def _rows(
    variable: Variable, marginal: Marginal, observation: Observation | None, *, is_exact: bool
) -> list[_Row]:
    is_certain = is_exact or isinstance(observation, Observed)
    rows = [
        _Row(state, float(p), mark(observation, i, state), is_certain)
        for i, (state, p) in enumerate(zip(variable.states, marginal.probabilities, strict=True))
    ]
    if len(rows) <= MAX_SHOWN:
        return rows
    ranked = sorted(rows, key=lambda row: (row.mark != "observed", -(row.probability or 0.0)))
    kept = {id(row) for row in ranked[: MAX_SHOWN - 1]}
    shown = [row for row in rows if id(row) in kept]
    rest = sum(row.probability or 0.0 for row in rows if id(row) not in kept)
    return [*shown, _Row(f"{len(rows) - len(shown):,} more states", None, f"{probability_text(rest)} together")]


def _figures(row: _Row, bar_width: int, screen: Screen) -> str:
    if row.probability is None:
        return row.mark
    drawn = bar(row.probability, bar_width, is_unicode=screen.is_unicode)
    sign = " " if row.is_exact else screen.roughly
    arrow = "←" if screen.is_unicode else "<-"
    number = f"{sign}{probability_text(row.probability)}"
    return f"{drawn} {number:<8}{f' {arrow} {row.mark}' if row.mark else ''}"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))
