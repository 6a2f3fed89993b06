"""A real server and a real browser: streamlit on a free port, Debian's Chromium driven by Playwright."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the page is served, started the way `mbml edit` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mbml_core", "edit", "--no-browser", "--port", str(port)]
    server = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://localhost:{port}/_stcore/health", server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(health: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(health, timeout=1):  # noqa: S310 - this machine
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from the server within {START_SECONDS} s")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium. A missing browser is a failure with its remedy, not a skip."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert executable, "no Chromium found: apt-get install chromium"
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The first page in a fresh window at 1280×720, with what it asked of other machines recorded."""
    window = browser.new_context(viewport={"width": 1280, "height": 720})
    tab = window.new_page()
    strangers: list[str] = []
    tab.on("request", lambda request: None if request.url.startswith(address) else strangers.append(request.url))
    tab.goto(address)
    tab.get_by_text("Retract all").wait_for()
    yield tab
    outside = [url for url in strangers if not url.startswith(("data:", "blob:", address.replace("http", "ws")))]
    assert not outside, f"the page asked other machines: {outside}"
    window.close()
