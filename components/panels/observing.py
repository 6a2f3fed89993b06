"""What can be chosen for a variable, and how the choice is kept. The session holds one set of observations."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from mbml_core.inference.result import Result
from mbml_core.model import Observation, Observed, Variable
from mbml_core.wording import observation_text, visible

Choice = Observation | None
"""What a select box holds; None: not observed."""

NOT_OBSERVED = "not observed"


def choices(variable: Variable, current: Choice) -> dict[str, Choice]:
    """Every choice by its label: nothing, each state, and the present observation if it is neither."""
    options: list[Choice] = [None, *(Observed(state) for state in variable.states)]
    if current not in options:
        options.append(current)
    found: dict[str, Choice] = {}
    for option in options:
        label = _label(option)
        while label in found:
            label += "\N{NO-BREAK SPACE}*"  # a state may be named like another choice
        found[label] = option
    return found


def _label(option: Choice) -> str:
    match option:
        case None:
            return NOT_OBSERVED
        case Observed(state):
            return visible(state)
    return observation_text(option)


def start(model: str, drawn: Mapping[str, Observation]) -> None:
    """Begin with the observations drawn in a model, unless it is the one already shown."""
    if st.session_state.get("model") != model:
        st.session_state.model = model
        st.session_state.last = None
        observe_all(drawn)


def evidence() -> dict[str, Observation]:
    """The present observations by variable id."""
    present: dict[str, Observation] = st.session_state.evidence
    return present


def observe_all(observations: Mapping[str, Observation]) -> None:
    """Replace all observations."""
    st.session_state.evidence = dict(observations)


def observe(id: str, widget: str, offered: Mapping[str, Choice]) -> None:
    """Take over what was chosen in a select box."""
    retract(id)
    choice = offered[st.session_state[widget]]
    if choice is not None:
        observe_all({**evidence(), id: choice})


def retract(id: str) -> None:
    """Take one observation back."""
    observe_all({other: seen for other, seen in evidence().items() if other != id})


def last_result() -> Result | None:
    """The result of the last observations that were possible."""
    last: Result | None = st.session_state.last
    return last


def remember(result: Result) -> None:
    """Keep a result for the case that the next observations are impossible."""
    st.session_state.last = result
