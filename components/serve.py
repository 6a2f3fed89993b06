"""Streamlit's server with the editor already imported: `mbml edit` runs this file with Streamlit's own arguments.

Streamlit imports the page when the first visitor comes, and much of itself in the first run. Done beside the start
of the server instead, while the browser loads its own part, that run takes 40 ms instead of 750.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parents[1]
AFTER_FIRST_PAINT = 5.0
"""Seconds before machine code is loaded, which takes a second of this process, or compiled, half a minute of
another's: the first page should have the cores to itself."""


def warm() -> None:
    """Import what the page imports, and read what it shows first."""
    from components.graph_editor import component, exporting, opening, session  # noqa: F401
    from components.graph_editor.collector import freeze_after_imports
    from components.graph_editor.lessons import samples
    from components.graph_editor.origin import sample_origin
    from mbml_core.kernels import loading

    loading.prefetch(AFTER_FIRST_PAINT)
    component.warm()
    session.start(sample_origin(samples(ROOT / "sample_graphs")[0]))
    warm_streamlit()
    freeze_after_imports()


def warm_streamlit() -> None:
    """Do what Streamlit puts off to the first run of a page, 0.6 of its 0.7 seconds."""
    import pandas  # noqa: F401 - it asks of every payload whether it is a data frame
    import streamlit.emojis  # noqa: F401 - for the icon of the page
    from streamlit.env_util import is_repl

    is_repl()  # looks at every module's file once


def main() -> None:
    """Serve; never returns."""
    sys.path.insert(0, str(ROOT))  # as Streamlit does for the folder of the page
    from streamlit.web.cli import main as streamlit

    threading.Thread(target=warm, daemon=True).start()
    streamlit(prog_name="streamlit")


if __name__ == "__main__":
    main()
