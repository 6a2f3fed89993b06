"""The browser's half: its own unit tests, and that it is served whole."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from components.graph_editor import component
from components.graph_editor.component import FRONTEND, _joined_frontend
from components.graph_editor.joining import joined_script

MODULES = sorted(path for path in FRONTEND.rglob("*.js") if "tests" not in path.parts)
STYLES = sorted(FRONTEND.rglob("*.css"))


def test_the_unit_tests_of_the_frontend_pass() -> None:
    node = shutil.which("node") or shutil.which("nodejs")
    assert node, "no Node.js found: apt-get install nodejs (only the tests need it)"
    files = [str(path) for path in sorted((FRONTEND / "tests").glob("*.test.js"))]
    run = subprocess.run([node, "--test", *files], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
    passed = re.search(r"^# pass (\d+)$", run.stdout, re.MULTILINE)
    assert passed, run.stdout[-2000:]
    assert int(passed[1]) > 200


@pytest.mark.parametrize("path", MODULES + STYLES, ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere_and_no_text_becomes_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[\w./-]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


def test_every_module_is_part_of_the_page() -> None:
    joined = joined_script(FRONTEND)
    names = [path.relative_to(FRONTEND).as_posix() for path in MODULES]
    assert [name for name in names if f"\n// {name}\n" not in f"\n{joined}"] == []


def test_the_address_changes_with_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.graph_editor.component.FRONTEND", tmp_path)
    (tmp_path / "style.css").write_text("")
    names = set()
    for text in ("one", "two"):
        (tmp_path / "page.js").write_text(f'export function editor() {{ return "{text}"; }}\n')
        name, home = _joined_frontend.__wrapped__()
        assert text in (Path(home.name) / name / "main.js").read_text()
        names.add(name)
        home.cleanup()
    assert len(names) == 2


def test_visitors_who_come_first_at_once_register_one_component(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[str] = []

    class Slow:
        def register_from_manifest(self, manifest: object, root: Path) -> None:
            registered.append("begun")
            time.sleep(0.05)
            registered.append("done")

    manager = Slow()
    monkeypatch.setattr(component, "get_bidi_component_manager", lambda: manager)
    monkeypatch.setattr(component.st.components.v2, "component", lambda *_, **__: lambda **options: None)
    component._served.cache_clear()
    visitors = [threading.Thread(target=component.graph_editor, args=({},)) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    component._served.cache_clear()
    assert registered == ["begun", "done"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_are_short_and_lines_fit(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 300
    assert [line for line in lines if len(line) > 120] == []
