"""The left column of a lesson: what one might see, each with one click, and what it shows."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.panels.lessons import Lesson, active_suggestion
from components.panels.markup import html
from components.panels.observing import evidence, observe_all
from components.panels.text import markdown_text
from mbml_core.model import FactorGraph, resolve_evidence
from mbml_core.wording import visible


def introduction(lesson: Lesson) -> None:
    """What the model is about."""
    html(
        f'<div class="mbml-title">{escape(visible(lesson.title))}</div>'
        f'<div class="mbml-summary">{escape(visible(lesson.summary))}</div>'
    )


def suggestions(lesson: Lesson, graph: FactorGraph) -> tuple[str, ...]:
    """Buttons that set all observations at once. Returns the variables worth looking at now."""
    active = active_suggestion(lesson, graph, evidence())
    html('<div class="mbml-head">Suppose you see …</div>')
    for position, suggestion in enumerate(lesson.suggestions):
        st.button(
            markdown_text(suggestion.caption),
            key=f"suggestion_{position}",
            type="primary" if suggestion is active else "secondary",
            width="stretch",
            on_click=observe_all,
            args=(resolve_evidence(graph, suggestion.evidence),),
        )
    if active is None:
        return ()
    html(f'<div class="mbml-says">{escape(visible(active.says))}</div>')
    return active.look_at
