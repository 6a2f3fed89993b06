"""The joined frontend does what its modules do, and what cannot be joined is refused."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from components.graph_editor.component import FRONTEND
from components.graph_editor.joining import joined_script, joined_style


def run(script: Path, expression: str) -> str:
    """What an expression of `editor`, the default export, prints in Node."""
    node = shutil.which("node")
    assert node, "no Node.js found: apt-get install nodejs (only the tests need it)"
    code = f"const {{ default: editor }} = await import({str(script)!r}); console.log({expression});"
    command = [node, "--input-type=module", "--eval", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - ours


def modules(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_the_frontend_joins_to_a_module_that_runs(tmp_path: Path) -> None:
    script = tmp_path / "main.mjs"
    script.write_text(joined_script(FRONTEND), encoding="utf-8")
    assert run(script, "typeof editor") == "function"
    assert len(script.read_text(encoding="utf-8")) < 600_000


def test_imports_exports_and_names_passed_on(tmp_path: Path) -> None:
    modules(
        tmp_path,
        page='import {\n  twice,\n  HALF,\n} from "./sub/all.js";\nexport const editor = () => twice(HALF);\n',
        sub__all='export { twice } from "./twice.js";\nexport { HALF } from "../half.js";\n',
        sub__twice="const hidden = 2;\nexport function twice(x) { return hidden * x; }\n",
        half="const hidden = 0.5;\nexport const HALF = hidden;\nexport async function later() {}\n",
    )
    script = tmp_path / "main.mjs"
    script.write_text(joined_script(tmp_path), encoding="utf-8")
    assert run(script, "editor()") == "1"


@pytest.mark.parametrize(
    "text",
    [
        'import half from "./half.js";\n',
        'import * as half from "./half.js";\n',
        'import "./half.js";\n',
        "export default 1;\n",
        "export class Half {}\n",
        'import { x } from "elsewhere";\n',
    ],
)
def test_what_it_cannot_join_is_refused(tmp_path: Path, text: str) -> None:
    modules(tmp_path, page=text + "export function editor() {}\n", half="export const HALF = 1;\n")
    with pytest.raises(ValueError, match=r"page\.js: cannot join"):
        joined_script(tmp_path)


def test_a_cycle_is_refused_with_its_modules(tmp_path: Path) -> None:
    modules(
        tmp_path,
        page='import { a } from "./a.js";\nexport function editor() { return a; }\n',
        a='import { b } from "./b.js";\nexport const a = b;\n',
        b='import { a } from "./a.js";\nexport const b = a;\n',
    )
    with pytest.raises(ValueError, match=r"page\.js → a\.js → b\.js → a\.js"):
        joined_script(tmp_path)


def test_the_style_is_one_sheet() -> None:
    style = joined_style(FRONTEND)
    assert "@import" not in style
    assert all(
        path.read_text(encoding="utf-8") in style for path in FRONTEND.glob("*.css") if path.name != "style.css"
    )
