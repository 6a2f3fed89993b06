"""`mbml edit`: the editor in the browser. The page is app.py; this starts the server that runs it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import mbml_core
from mbml_core.cli.failures import UsageError
from mbml_core.document import require_page
from mbml_core.files import load_document

APP_SETTINGS: Mapping[str, str | int | bool] = MappingProxyType(
    {
        "server.address": "localhost",
        "server.maxUploadSize": 5,
        "server.showEmailPrompt": False,
        "server.disconnectedSessionTTL": 900,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        "runner.postScriptGC": False,
        "runner.magicEnabled": False,
        "theme.light.primaryColor": "#2563eb",
        "theme.light.backgroundColor": "#ffffff",
        "theme.light.secondaryBackgroundColor": "#f3f5f9",
        "theme.light.textColor": "#17202e",
        "theme.dark.primaryColor": "#3b74e6",
        "theme.dark.backgroundColor": "#10141c",
        "theme.dark.secondaryBackgroundColor": "#1b2230",
        "theme.dark.textColor": "#eef2f8",
    }
)
"""What the page needs of its server; .streamlit/config.toml says the same for `streamlit run app.py`, and a test
holds the two together.

Served to this machine only, unless asked otherwise; uploads in MB; no e-mail prompt, statistics or tracebacks; a
session outlives 15 minutes without a connection; nobody edits the page's own files. `runner.postScriptGC` is a
hidden option: with the full garbage collection after every run, a click takes 50 ms more.
"""


EVERYBODY = "0.0.0.0"  # noqa: S104 - only with --share
"""The address that makes a server answer other machines too."""


def run(arguments: argparse.Namespace) -> int:
    """Serve the editor until it is stopped; the exit code."""
    if arguments.file is not None:
        require_page(load_document(arguments.file).graph)  # its problems are told here, not in the browser
    if importlib.util.find_spec("streamlit") is None:
        raise UsageError("the editor needs Streamlit: pip install streamlit")
    return _become(command(app_path(Path(mbml_core.__file__).parents[1]), arguments))


def app_path(root: Path) -> Path:
    """The page, for an installed package or a checkout with `root` as the folder that holds mbml_core.

    Raises UsageError where there is none.
    """
    # The installed place first: an app.py in site-packages would be somebody else's.
    for path in (root / "mbml_app" / "app.py", root / "app.py"):
        if path.is_file() and (path.parent / "components" / "serve.py").is_file():
            return path
    raise UsageError("the page of the editor (app.py) is missing; install mbml again")


def command(app: Path, arguments: argparse.Namespace) -> list[str]:
    """The call of Streamlit, with the editor imported beside its start, that serves the page."""
    settings = dict(APP_SETTINGS)
    if arguments.port is not None:
        settings["server.port"] = arguments.port
    if arguments.share:
        settings["server.address"] = EVERYBODY
    if arguments.no_browser:
        settings["server.headless"] = True
    flags = [f"--{name}={_flag(value)}" for name, value in settings.items()]
    file = [os.path.abspath(arguments.file)] if arguments.file is not None else []
    # -P: a file in the current folder that is named like a module must not take its place.
    serve = app.parent / "components" / "serve.py"
    return [sys.executable, "-P", str(serve), "run", str(app), *flags, "--", *file]


def _flag(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _become(command: list[str]) -> int:
    """Let the server take the place of this process, so that Ctrl-C and signals reach it alone."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606
    return subprocess.call(command)  # noqa: S603  (Windows' execv would detach the server from its console)
