"""A tab in which nothing goes wrong unseen, shared by the tests of a file: loading the page takes the longest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.editor import Editor
from tests.browser.served import ROOT

SPRINKLER: dict[str, Any] = json.loads((ROOT / "sample_graphs" / "sprinkler.json").read_text(encoding="utf-8"))
TOGGLES = ("Lesson and samples", "Inspector", "All beliefs", "Compact cards")


@dataclass(frozen=True)
class Tab:
    """An editor, and every error its page and its console have shown."""

    window: BrowserContext
    address: str
    editor: Editor
    faults: list[str]

    @contextmanager
    def test(self) -> Iterator[Editor]:
        """One test: it starts from a plain view, and fails with the page."""
        plain(self.editor)
        yield self.editor
        self.editor.frames()
        found = list(self.faults)
        self.faults.clear()
        assert found == []


@contextmanager
def opened_tab(browser: Browser, address: str, **options: Any) -> Iterator[Tab]:
    """A browser profile of its own with the editor in it; `options` are those of Playwright's contexts."""
    faults: list[str] = []
    window = browser.new_context(viewport={"width": 1280, "height": 720}, accept_downloads=True, **options)
    window.on("weberror", lambda found: faults.append(str(found.error)))
    window.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield Tab(window, address, Editor.opened(window.new_page(), address).with_room(), faults)
    window.close()


def plain(editor: Editor) -> None:
    """Whatever the last test has left open is shut."""
    editor.press("Escape", 3)
    if editor.button("Leave the presenter view").count():
        editor.button("Leave the presenter view").click()
    for name in TOGGLES:
        toggle = editor.page.get_by_role("button", name=name, exact=True, pressed=True)
        if toggle.count():
            toggle.click()
    editor.frames()


def with_sprinkler(editor: Editor) -> Editor:
    """The sprinkler as it is in the book, filling the window."""
    editor.open_document(SPRINKLER)
    editor.button("Show the whole drawing").click()
    editor.frames()
    return editor


def expect_label(editor: Editor, id: str, label: str) -> None:
    expect(editor.node(id)).to_have_attribute("aria-label", label)


def inspector(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Inspector")


def in_sight(editor: Editor, id: str) -> bool:
    """Whether a node lies wholly in the canvas."""
    box, canvas = editor.frame(id).bounding_box(), editor.page.locator(".mbml-canvas").bounding_box()
    assert box
    assert canvas
    return (
        canvas["x"] <= box["x"]
        and canvas["y"] <= box["y"]
        and box["x"] + box["width"] <= canvas["x"] + canvas["width"]
        and box["y"] + box["height"] <= canvas["y"] + canvas["height"]
    )
