"""`mbml edit`: the right page, the right settings, and no server where it cannot work."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from streamlit import config

from mbml_core.cli import edit, main
from mbml_core.cli.edit import APP_SETTINGS, app_path
from mbml_core.cli.failures import UsageError
from tests.cli.models import SPRINKLER, write_mixed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been run."""
    commands: list[list[str]] = []

    def note(command: list[str]) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(edit, "_become", note)
    return commands


def test_starts_streamlit_on_the_page_with_every_setting(started: list[list[str]]) -> None:
    assert main(["edit"]) == 0
    ((python, *rest),) = started
    assert python == sys.executable
    assert rest[:4] == ["-P", str(ROOT / "components" / "serve.py"), "run", str(ROOT / "app.py")]
    assert rest[-1] == "--"
    flags = rest[4:-1]
    assert "--server.address=localhost" in flags
    assert "--server.maxUploadSize=5" in flags
    assert "--browser.gatherUsageStats=false" in flags
    assert "--client.showErrorDetails=none" in flags
    assert "--runner.postScriptGC=false" in flags
    assert len(flags) == len(APP_SETTINGS)


def test_a_file_is_handed_on_with_its_full_path(started: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "sample_graphs")
    assert main(["edit", "sprinkler.json", "--port", "8600", "--no-browser"]) == 0
    (command,) = started
    assert command[-2:] == ["--", SPRINKLER]
    assert "--server.port=8600" in command
    assert "--server.headless=true" in command


def test_other_machines_are_answered_only_when_asked(started: list[list[str]]) -> None:
    assert main(["edit"]) == 0
    assert main(["edit", "--share"]) == 0
    alone, shared = started
    assert "--server.address=localhost" in alone
    assert "--server.address=0.0.0.0" in shared


def test_a_file_with_problems_starts_nothing(started: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("{}")
    assert main(["edit", str(tmp_path / "m.json")]) == 3
    assert started == []


def test_without_streamlit_the_message_says_what_to_do(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["edit"]) == 2
    assert "pip install streamlit" in capsys.readouterr().err
    assert started == []


def test_the_installed_page_goes_before_a_stranger_beside_the_package(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("a stranger's")
    with pytest.raises(UsageError, match="missing"):
        app_path(tmp_path)
    (tmp_path / "mbml_app" / "components").mkdir(parents=True)
    (tmp_path / "mbml_app" / "components" / "serve.py").write_text("ours")
    (tmp_path / "mbml_app" / "app.py").write_text("ours")
    assert app_path(tmp_path) == tmp_path / "mbml_app" / "app.py"
    assert app_path(ROOT) == ROOT / "app.py"


def test_the_config_file_says_the_same() -> None:
    def flat(table: dict[str, object], prefix: str = "") -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in table.items():
            found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
        return found

    assert flat(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())) == dict(APP_SETTINGS)


def test_streamlit_knows_every_setting() -> None:
    known = config._config_options_template
    assert [name for name in APP_SETTINGS if name not in known] == []
    # Hidden, so it may vanish without notice; with it on, every click takes some 50 ms more.
    assert known["runner.postScriptGC"].default_val is True


def test_the_process_is_replaced_by_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(os, "execv", lambda path, command: replaced.append((path, command)))
    monkeypatch.setattr(subprocess, "call", lambda command: 0)
    assert edit._become(["python", "-m", "streamlit"]) == 0
    assert replaced == [("python", ["python", "-m", "streamlit"])]


def test_a_drawing_the_page_cannot_show_is_told_here(
    started: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_mixed(tmp_path / "mixed.json")
    before = Path(path).read_bytes()
    assert main(["edit", path]) == 3
    told = capsys.readouterr().err
    assert "'Height' is real, which the page cannot draw (and 2 more nodes are like it)" in told
    assert "use 'mbml infer' on the command line" in told
    assert started == []
    assert Path(path).read_bytes() == before
