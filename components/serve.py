"""Streamlit's server with the editor already imported: `mbml edit` runs this file with Streamlit's own arguments.

Streamlit imports the page when the first visitor comes. Imported beside the start of the server instead, it is ready
while the browser still loads its own part, and the first drawing is on the screen half a second earlier.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parents[1]


def warm() -> None:
    """Import what the page imports, and read what it shows first."""
    from components.graph_editor.lessons import samples
    from components.graph_editor.origin import sample_origin
    from components.graph_editor.session import start

    start(sample_origin(samples(ROOT / "sample_graphs")[0]))


def main() -> None:
    """Serve; never returns."""
    sys.path.insert(0, str(ROOT))  # as Streamlit does for the folder of the page
    from streamlit.web.cli import main as streamlit

    threading.Thread(target=warm, daemon=True).start()
    streamlit(prog_name="streamlit")


if __name__ == "__main__":
    main()
