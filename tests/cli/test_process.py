"""The command as a process of its own: what only a real one can show."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.models import SPRINKLER

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60
    )


def test_python_m_mbml_core_is_the_command() -> None:
    done = run("-m", "mbml_core", "infer", SPRINKLER, "--observe", "wet=yes", "--json")
    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout)["status"] == "exact"
    assert run("-m", "mbml_core", "infer", "nix.json").returncode == 3


def test_a_closed_pipe_is_no_traceback() -> None:
    script = f'"{sys.executable}" -m mbml_core infer "{SPRINKLER}" | true'
    done = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)  # noqa: S603, S607
    assert done.stderr == ""


def test_help_loads_neither_the_page_nor_a_parser() -> None:
    code = (
        "import sys; from mbml_core.cli import main; main(['--help']); "
        "print({'streamlit', 'lark', 'pydantic'} & set(sys.modules), file=sys.stderr)"
    )
    assert run("-c", code).stderr == "set()\n"


def test_answering_never_loads_the_page() -> None:
    code = (
        f"import sys; from mbml_core.cli import main; main(['infer', {SPRINKLER!r}]); "
        "print('streamlit' in sys.modules, file=sys.stderr)"
    )
    assert run("-c", code).stderr == "False\n"
