"""The page: what the browser said → the session → the engine → what the browser draws. Wiring only."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

from components.graph_editor.arranging import arrange, placed
from components.graph_editor.collector import Collector, freeze_after_imports
from components.graph_editor.component import graph_editor, last_message
from components.graph_editor.engines import Engines
from components.graph_editor.exporting import export
from components.graph_editor.lessons import Sample, samples, with_lesson
from components.graph_editor.opening import open_bytes
from components.graph_editor.origin import Origin, file_origin, sample_origin
from components.graph_editor.protocol import read_message
from components.graph_editor.session import Services, payload, start, step
from components.graph_editor.work import Tools
from mbml_core.files import load_document

SAMPLES = Path(__file__).parent / "sample_graphs"


@st.cache_resource
def services() -> Services:
    """What all sessions of this server share."""
    freeze_after_imports()
    offered = samples(SAMPLES)
    tools = Tools(origin(offered), offered, open_bytes, arrange, placed)
    return Services(tools, Engines(), export)


@st.cache_resource
def collector() -> Collector:
    """Clears up between clicks, once for the whole server."""
    return Collector()


def origin(offered: tuple[Sample, ...]) -> Origin:
    """The file named on the command line, or the first sample."""
    is_served = Path(sys.argv[0]).name == Path(__file__).name  # otherwise the arguments are somebody else's
    for file in sys.argv[1:2] if is_served else []:
        return file_origin(with_lesson(placed(load_document(file)), Path(file)), Path(file).name)
    return sample_origin(offered[0])


@st.fragment
def editor() -> None:
    """One turn: apply what the browser said, infer, answer."""
    shared = services()
    message = read_message(last_message())
    session = step(st.session_state.get("session") or start(shared.tools.origin), message, shared)
    st.session_state.session = session
    graph_editor(payload(session, message.have))
    collector().tick()


st.set_page_config(page_title="mbml", page_icon="🎲", layout="wide")
editor()
