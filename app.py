"""The page: choose a model, observe, watch the beliefs move. Wiring only; every number comes from mbml_core."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from components.panels.board import MAX_CARDS, board, matching
from components.panels.lessons import Lesson, sample_lessons, story_html
from components.panels.markup import html
from components.panels.observing import evidence, last_result, observe_all, remember, retract, start
from components.panels.status import conflict_html, impossible_html, problems_html, status_html
from components.panels.style import STYLE
from components.panels.suggesting import introduction, suggestions
from components.panels.text import markdown_text
from mbml_core.document import Document
from mbml_core.engine import Engine, compile
from mbml_core.errors import ImpossibleEvidence, MbmlError
from mbml_core.files import read_document, read_file, suffix_of
from mbml_core.inference.result import Result

SAMPLES = Path(__file__).parent / "sample_graphs"

# A lecture does not wait longer: the page then says so and stays usable.
PLANNING_SECONDS = 30.0
CLICK_SECONDS = 20.0


@dataclass(frozen=True, eq=False)
class Opened:
    """A model made ready for clicks."""

    key: str
    document: Document
    engine: Engine
    prior: Result


@st.cache_resource(max_entries=64, show_spinner="Opening the model …")
def opened(data: bytes, suffix: str, name: str) -> Opened:
    """The model in the bytes of a file, planned once for all visitors. Raises MbmlError."""
    document = read_document(data, suffix, name)
    engine = compile(document.graph, deadline=PLANNING_SECONDS)
    prior = engine.infer({}, deadline=CLICK_SECONDS)
    return Opened(hashlib.sha256(data).hexdigest(), document, engine, prior)


def offered_lessons() -> list[Lesson]:
    """The file named on the command line, if there is one, and the samples."""
    is_served = Path(sys.argv[0]).name == Path(__file__).name  # otherwise the arguments are somebody else's
    files = [Lesson(Path(file), Path(file).name) for file in sys.argv[1:2]] if is_served else []
    return [*files, *sample_lessons(SAMPLES)]


def chosen_lesson() -> Lesson:
    """The list of models in the sidebar."""
    lessons = offered_lessons()
    with st.sidebar:
        html('<div class="mbml-brand">mb<span>ml</span><small>describe, observe, infer</small></div>')
        titles = [markdown_text(lesson.title) for lesson in lessons]
        position = st.radio(
            "Model",
            range(len(lessons)),
            format_func=titles.__getitem__,
            key="lesson",
            label_visibility="collapsed",
        )
    return lessons[position]


def show_status(model: Opened) -> tuple[Result, bool]:
    """Status and retraction; returns the result to draw and whether it is of earlier observations."""
    seen = evidence()
    with st.container(key="status"):
        left, right = st.columns([4, 1], vertical_alignment="center")
        right.button("Retract all", on_click=observe_all, args=({},), disabled=not seen, width="stretch")
    try:
        result = model.engine.infer(seen, deadline=CLICK_SECONDS)
    except ImpossibleEvidence as error:
        with left:
            html(impossible_html())
        html(conflict_html(error, model.document.graph, seen))
        show_ways_out(error, model)
    except MbmlError as error:
        html(problems_html("There is no answer to this:", error))
    else:
        with left:
            html(status_html(result, model.prior, seen))
        remember(result)
        return result, False
    return last_result() or model.prior, True


def show_ways_out(error: ImpossibleEvidence, model: Opened) -> None:
    """One button for each observation of the conflict."""
    with st.container(horizontal=True):
        for id in error.conflict:
            label = markdown_text(model.document.graph.variable(id).label)
            st.button(f"Take back: {label}", key=f"retract_{id}", on_click=retract, args=(id,))


def show_board(model: Opened, result: Result, marked: tuple[str, ...], *, stale: bool) -> None:
    """The cards; of a large model those that are searched for."""
    variables = list(model.document.graph.variables)
    shown = variables
    if len(variables) > MAX_CARDS:
        wanted = st.text_input("Find a variable", key="wanted")
        shown = matching(variables, wanted, evidence().keys())
        html(f'<div class="mbml-legend">{len(shown)} of {len(variables):,} variables are shown.</div>')
    board(shown, evidence(), result, model.prior, marked=marked, stale=stale)
    if not stale:
        html('<div class="mbml-legend">The grey behind a bar is the belief before anything was observed.</div>')


def main() -> None:
    """Lay the page out."""
    st.set_page_config(page_title="mbml", page_icon="🎲", layout="wide")
    html(STYLE)
    lesson = chosen_lesson()
    introduction(lesson)
    try:
        model = opened(read_file(lesson.path), suffix_of(lesson.path), lesson.path.name)
    except MbmlError as error:
        html(problems_html("This model cannot be shown:", error))
        return
    start(model.key, model.document.graph.evidence)
    left, right = st.columns([1, 2], gap="medium") if lesson.suggestions else (None, st.container())
    marked: tuple[str, ...] = ()
    if left:
        with left:
            marked = suggestions(lesson, model.document.graph)
    with right:
        result, stale = show_status(model)
        show_board(model, result, marked, stale=stale)
    if lesson.text:
        with st.expander("How the model is built, what to observe, what to infer"):
            html(story_html(lesson.text))


main()
