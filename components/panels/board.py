"""The board: a card for each variable with its belief and a box to observe it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from components.panels.beliefs import bars_of, bars_svg
from components.panels.markup import html
from components.panels.observing import Choice, choices, observe
from components.panels.text import markdown_text
from mbml_core.inference.result import Result
from mbml_core.model import Observation, Observed, Variable

MAX_CARDS = 60
"""Cards drawn at a time: with more, the browser becomes slow, and nobody reads them."""


def board(
    variables: Sequence[Variable],
    evidence: Mapping[str, Observation],
    result: Result,
    prior: Result,
    *,
    marked: Collection[str] = (),
    stale: bool = False,
) -> None:
    """Draw the cards; `stale` greys the beliefs where `result` is of earlier observations."""
    with st.container(key="board"):
        for position, variable in enumerate(variables):
            with st.container(key=f"card_{position}"):
                observation = evidence.get(variable.id)
                chart = bars_svg(
                    variable.label,
                    bars_of(variable, result.marginals[variable.id], prior.marginals[variable.id]),
                    observed=observation is not None,
                    stale=stale,
                    exact=result.is_exact or isinstance(observation, Observed),
                    marked=variable.id in marked,
                )
                html(f"<div>{chart}</div>")
                _select(variable, observation)


def matching(variables: Sequence[Variable], wanted: str, observed: Collection[str]) -> list[Variable]:
    """The variables whose name or id holds `wanted`, at most MAX_CARDS of them, the observed ones first."""
    words = wanted.casefold()
    found = [v for v in variables if words in v.label.casefold() or words in v.id.casefold()]
    return sorted(found, key=lambda v: v.id not in observed)[:MAX_CARDS]


def _select(variable: Variable, current: Choice) -> None:
    offered = choices(variable, current)
    widget = f"observe_{variable.id}"
    st.session_state[widget] = next(label for label, choice in offered.items() if choice == current)
    st.selectbox(
        markdown_text(variable.label),
        list(offered),
        key=widget,
        on_change=observe,
        args=(variable.id, widget, offered),
        label_visibility="collapsed",
    )
