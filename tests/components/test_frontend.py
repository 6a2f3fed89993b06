"""The browser's half: its own unit tests, and that it is served whole."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from components.graph_editor.component import FRONTEND, component_name

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


def test_every_module_is_asked_for_at_once() -> None:
    listed = re.findall(r'"\./(.+)"', (FRONTEND / "modules.js").read_text(encoding="utf-8"))
    names = sorted(path.relative_to(FRONTEND).as_posix() for path in MODULES)
    assert listed == [name for name in names if name not in ("main.js", "modules.js")]


@pytest.mark.parametrize("path", MODULES + STYLES, ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere_and_no_text_becomes_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[\w./-]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


def test_the_address_changes_with_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.graph_editor.component.FRONTEND", tmp_path)
    names = set()
    for text in ("one", "two"):
        (tmp_path / "main.js").write_text(text)
        names.add(component_name.__wrapped__())
    assert len(names) == 2
