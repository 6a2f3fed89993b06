"""Imports point one way, from the command line down to the errors; the table below is the whole rule."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = ROOT / "mbml_core"

MAY_IMPORT = {
    "errors": set(),
    "deadline": {"errors"},
    "atomic": {"errors"},
    "phrases": set(),
    "signatures": set(),
    "model": {"errors", "phrases"},
    "distributions": {"errors"},
    "factors": {"errors", "phrases", "model", "distributions"},
    "kernels": {"errors"},
    "idle": set(),
    "compiler": {"errors", "deadline", "model", "distributions", "factors", "kernels"},
    "inference": {"errors", "phrases", "deadline", "model", "distributions", "factors", "kernels", "compiler"},
    "engine": {
        "errors", "deadline", "idle", "model", "distributions", "factors", "kernels", "compiler", "inference",
    },
    "explain": {
        "errors", "phrases", "deadline", "model", "distributions", "factors", "compiler", "inference", "engine",
        "wording",
    },
    "document": {"errors", "signatures", "model", "factors", "atomic"},
    "formats": {"errors", "phrases", "signatures", "model", "factors"},
    "files": {"errors", "model", "factors", "document", "formats", "atomic"},
    "wording": {"model"},
    "editing": {"errors", "phrases", "model", "distributions", "factors", "document", "wording"},
    "cli": {
        "errors", "phrases", "deadline", "model", "factors", "compiler", "inference", "engine",
        "document", "formats", "files", "wording",
    },
    "__init__": {"errors", "deadline", "model", "inference", "engine", "files"},
    "__main__": {"cli"},
}  # fmt: skip


def part_of(path: Path) -> str:
    """The row of the table a source file belongs to."""
    return path.relative_to(CORE).parts[0].removesuffix(".py")


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide their direction"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def core_parts(path: Path) -> set[str]:
    """Parts of mbml_core that a file imports, its own aside."""
    found = {name.split(".")[1] for name in imported_modules(path) if name.startswith("mbml_core.")}
    known = {part for part in found if (CORE / part).is_dir() or (CORE / f"{part}.py").exists()}
    return known - {part_of(path)}


SOURCES = sorted(CORE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    part = part_of(path)
    assert part in MAY_IMPORT, f"give '{part}' a row in the table of allowed imports"
    forbidden = core_parts(path) - MAY_IMPORT[part]
    assert not forbidden, f"{path.relative_to(ROOT)} must not import {sorted(forbidden)}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_knows_neither_the_page_nor_its_components(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported_modules(path)}
    assert roots.isdisjoint({"streamlit", "components", "app", "pgmpy", "tests"})


def test_the_table_has_no_cycle() -> None:
    done: set[str] = set()
    while len(done) < len(MAY_IMPORT):
        ready = {part for part, below in MAY_IMPORT.items() if part not in done and below <= done}
        assert ready, f"a cycle among {sorted(set(MAY_IMPORT) - done)}"
        done |= ready


def test_a_forbidden_import_is_found(tmp_path: Path) -> None:
    source = tmp_path / "x.py"
    source.write_text("from mbml_core import engine\nimport mbml_core.cli\n", encoding="utf-8")
    assert set(imported_modules(source)) == {"mbml_core", "mbml_core.engine", "mbml_core.cli"}
