"""The progress line: late, on terminals only, and gone at the end."""

from __future__ import annotations

import io
import time
from types import SimpleNamespace

import pytest

from mbml_core.cli import progress
from mbml_core.cli.progress import Progress


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))  # sys itself belongs to pytest's capture
    monkeypatch.setattr(progress, "PATIENCE", 0.02)
    monkeypatch.setattr(progress, "TICK", 0.005)
    return stream


def wait_for(stream: io.StringIO, text: str) -> None:
    limit = time.monotonic() + 5
    while text not in stream.getvalue() and time.monotonic() < limit:
        time.sleep(0.002)


def test_long_work_shows_its_phases_and_leaves_nothing_behind(stderr: io.StringIO) -> None:
    with Progress("munin\u202e", is_enabled=True) as line:
        line.phase("planning")
        wait_for(stderr, "planning")
        line.phase("calculating")
        wait_for(stderr, "calculating")
    shown = [part.rstrip() for part in stderr.getvalue().split("\r")]
    assert any(part.startswith("munin\\u202e: planning ... 0.") for part in shown)
    assert any(part.startswith("munin\\u202e: calculating ... 0.") for part in shown)
    assert shown[-2:] == ["", ""]
    assert stderr.getvalue().endswith("\r")


def test_short_work_shows_nothing(stderr: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 60)
    with Progress("munin", is_enabled=True) as line:
        line.phase("planning")
    assert stderr.getvalue() == ""


def test_what_is_no_terminal_is_left_alone(stderr: io.StringIO) -> None:
    with Progress("munin") as line:
        line.phase("planning")
        time.sleep(0.05)
    assert stderr.getvalue() == ""
