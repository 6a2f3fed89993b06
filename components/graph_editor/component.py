"""The browser half of the editor, registered with Streamlit as a file-backed component.

File-backed, because inline code is sent again with every click: ours is a few hundred kilobytes in many modules,
which would cost more than the inference. Streamlit looks such components up in the metadata of installed packages;
registering the folder by hand serves a checkout and an installed wheel alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

if TYPE_CHECKING:
    from streamlit.components.v2.component_manager import BidiComponentManager
    from streamlit.components.v2.types import ComponentRenderer

FRONTEND = Path(__file__).with_name("frontend")
KEY = "editor"
"""Fixed: without it every new payload would throw the canvas away and mount another one."""

_PACKAGE = "mbml"
_SERVED = {".js", ".css"}


@cache
def component_name() -> str:
    """The name under which the frontend is served, with a digest of its files in it.

    The digest becomes part of every address, those of imported modules too: after an upgrade no browser mixes
    modules of two versions from its cache.
    """
    digest = hashlib.sha256()
    for path in sorted(FRONTEND.rglob("*")):
        if path.suffix in _SERVED:
            digest.update(path.relative_to(FRONTEND).as_posix().encode())
            digest.update(path.read_bytes())
    return f"graph_editor_{digest.hexdigest()[:12]}"


def last_message() -> Any:
    """What the browser said last; None before it said anything."""
    state = st.session_state.get(KEY)
    return state.get("log") if state is not None else None


def graph_editor(payload: Mapping[str, Any]) -> None:
    """Mount the editor, or hand the mounted one a new payload."""
    mount = _served(get_bidi_component_manager())
    mount(key=KEY, data=dict(payload), on_log_change=_heard, height="stretch")


@lru_cache(maxsize=1)
def _served(manager: BidiComponentManager) -> ComponentRenderer:
    """The component of one server, registered once: that looks for its files, 2 of the 8 ms of every run."""
    name = component_name()
    config = ComponentConfig(name, FRONTEND.name)
    manager.register_from_manifest(ComponentManifest(_PACKAGE, "1", [config]), FRONTEND.parent)
    return st.components.v2.component(f"{_PACKAGE}.{name}", js="main.js", css="style.css")


def _heard() -> None:
    """Streamlit keeps a state value only where something listens to it; the run itself reads the message."""
