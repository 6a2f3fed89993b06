"""The modules and style sheets of the frontend joined into one file each, as they are served.

Some eighty small files are good to read and to test, and slow to load: Streamlit's server takes about 10 ms for
each, and what a module imports is only asked for once the module is there. From one file the first drawing comes
0.6 s earlier.

This is no general bundler. It joins what the frontend is written in, and refuses anything else: named imports of
own modules, exported functions and constants, names passed on; no cycles. Comments on lines of their own are
left out: they are a fifth of the text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

ENTRY, ENTRY_NAME = "page.js", "editor"
"""The module at the root, and what Streamlit calls of it."""
STYLE = "style.css"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*/\*\*.*?\*/\n", re.MULTILINE | re.DOTALL)
_UNKNOWN = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_STYLE_IMPORT = re.compile(r'^@import url\("([^"]+)"\);\n', re.MULTILINE)


def joined_script(folder: Path) -> str:
    """One module with all that `ENTRY` needs, in the order of need. Raises ValueError for what it cannot join."""
    numbers = _in_order_of_need(folder)
    parts = [_closed(name, (folder / name).read_text(encoding="utf-8"), numbers) for name in numbers]
    return "\n".join([*parts, f"export default $m{numbers[ENTRY]}.{ENTRY_NAME};", ""])


def joined_style(folder: Path) -> str:
    """One style sheet: `STYLE` with the sheets it imports in their places."""
    text = (folder / STYLE).read_text(encoding="utf-8")
    return _STYLE_IMPORT.sub(lambda found: (folder / found[1]).read_text(encoding="utf-8"), text)


def _in_order_of_need(folder: Path) -> dict[str, int]:
    """The modules, each after those it imports, numbered."""
    done: dict[str, int] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"modules import each other: {' → '.join([*above, name])}")
        if name in done:
            return
        text = (folder / name).read_text(encoding="utf-8")
        for _, address in [*_IMPORT.findall(text), *_PASSED_ON.findall(text)]:
            visit(_resolved(name, address), (*above, name))
        done[name] = len(done)

    visit(ENTRY, ())
    return done


def _closed(name: str, text: str, numbers: Mapping[str, int]) -> str:
    """A module as a function called once, which returns what it exports."""

    def taken(names: str, address: str) -> str:
        return f"const {{{names}}} = $m{numbers[_resolved(name, address)]};\n"

    exported = _EXPORT.findall(text)
    for names, _ in _PASSED_ON.findall(text):
        exported += [part.strip() for part in names.split(",") if part.strip()]
    body = _IMPORT.sub(lambda found: taken(*found.groups()), text)
    body = _PASSED_ON.sub(lambda found: taken(*found.groups()), body)
    body = _COMMENT.sub("", _EXPORT.sub("", body))
    left = _UNKNOWN.search(body)
    if left:
        raise ValueError(f"{name}: cannot join '{left[0]}'")
    return f"// {name}\nconst $m{numbers[name]} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();"


def _resolved(name: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
