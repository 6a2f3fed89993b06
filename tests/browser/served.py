"""A real server and a real browser, for tests and benchmarks: `mbml edit` on a free port, Debian's Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright

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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def start_server(port: int, *arguments: str) -> subprocess.Popen[bytes]:
    """`mbml edit` as people start it, answering on `port`."""
    command = [sys.executable, "-m", "mbml_core", "edit", "--no-browser", "--port", str(port), *arguments]
    server = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
    )
    wait_for(f"http://localhost:{port}/_stcore/health", server)
    return server


def wait_for(health: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(health, timeout=1):  # noqa: S310 - this machine
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"no answer from the server within {START_SECONDS} s")


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """The address of a server that lives as long as the block."""
    port = free_port()
    server = start_server(port, *arguments)
    try:
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


@contextmanager
def chromium(driver: Playwright) -> Iterator[Browser]:
    """Headless Chromium. A missing browser is a failure with its remedy, not a skip."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert executable, "no Chromium found: apt-get install chromium"
    browser = driver.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
    yield browser
    browser.close()
