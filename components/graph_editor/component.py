"""The browser half of the editor, registered with Streamlit as a file-backed component.

File-backed, because inline code is sent again with every click: ours is a few hundred kilobytes, which would cost
more than the inference. Streamlit looks such components up in the metadata of installed packages; registering the
folder by hand serves a checkout and an installed wheel alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from components.graph_editor.joining import joined_script, joined_style

if TYPE_CHECKING:
    from streamlit.components.v2.component_manager import BidiComponentManager
    from streamlit.components.v2.types import ComponentRenderer

FRONTEND = Path(__file__).with_name("frontend")
KEY = "editor"
"""Fixed: without it every new payload would throw the canvas away and mount another one."""

_PACKAGE = "mbml"
_SCRIPT, _STYLE = "main.js", "main.css"

_registering = Lock()
"""Of two first visitors at once, the second would replace the component of the first by one without code; and of
two folders joined at once, one is forgotten, and deleted with the files that are being served from it.
"""


def last_message() -> Any:
    """What the browser said last; None before it said anything."""
    state = st.session_state.get(KEY)
    return state.get("log") if state is not None else None


def graph_editor(payload: Mapping[str, Any]) -> None:
    """Mount the editor, or hand the mounted one a new payload."""
    with _registering:
        mount = _served(get_bidi_component_manager())
    mount(key=KEY, data=dict(payload), on_log_change=_heard, height="stretch")


def warm() -> None:
    """Join the frontend before the first visitor needs it."""
    with _registering:
        _joined_frontend()


@cache
def _joined_frontend() -> tuple[str, TemporaryDirectory[str]]:
    """A name with a digest of the frontend, and the folder with its files, which lives as long as this process.

    The digest becomes part of the address: after an upgrade no browser takes the old files from its cache.
    """
    files = {_SCRIPT: joined_script(FRONTEND), _STYLE: joined_style(FRONTEND)}
    digest = hashlib.sha256("\0".join(files.values()).encode()).hexdigest()
    home = TemporaryDirectory(prefix="mbml-")
    name = f"graph_editor_{digest[:12]}"
    folder = Path(home.name) / name
    folder.mkdir()
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    return name, home


@lru_cache(maxsize=1)
def _served(manager: BidiComponentManager) -> ComponentRenderer:
    """The component of one server, registered once: that looks for its files, 2 of the 8 ms of every run."""
    name, home = _joined_frontend()
    manifest = ComponentManifest(_PACKAGE, "1", [ComponentConfig(name, name)])
    manager.register_from_manifest(manifest, Path(home.name))
    return st.components.v2.component(f"{_PACKAGE}.{name}", js=_SCRIPT, css=_STYLE)


def _heard() -> None:
    """Streamlit keeps a state value only where something listens to it; the run itself reads the message."""
