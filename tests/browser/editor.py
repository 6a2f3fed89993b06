"""The editor as a person uses it: nodes, rows, keys, files. Only what the page shows to everybody is touched."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, FileChooser, Locator, Page, expect

READY = '.mbml[data-ready="true"]'
LONG = 30_000
"""Milliseconds that a loaded machine may need for what normally takes a few."""

# A dispatched command reaches the marks of the page with the next frame; three leave room for marks that follow.
FRAMES = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
})"""


@dataclass(frozen=True)
class Point:
    x: float
    y: float

    def moved(self, dx: float, dy: float) -> Point:
        return Point(self.x + dx, self.y + dy)


def center(thing: Locator) -> Point:
    box = thing.bounding_box()
    assert box is not None, f"not on the page: {thing}"
    return Point(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def quoted(text: str) -> str:
    """A CSS string."""
    return '"' + re.sub(r'["\\\x00-\x1f]', lambda found: f"\\{ord(found[0]):x} ", text) + '"'


class Editor:
    """One tab with the editor in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keyboard = page.keyboard
        self.mouse = page.mouse

    @classmethod
    def opened(cls, page: Page, address: str) -> Editor:
        """The editor at an address, ready to be used."""
        page.goto(address)
        return cls(page).ready()

    def ready(self) -> Editor:
        self.page.locator(READY).wait_for(timeout=LONG)
        expect(self.page.locator("[data-node]").first).to_be_attached(timeout=LONG)
        return self

    def with_room(self) -> Editor:
        """Nothing beside the drawing: both drawers shut, the tour sent away."""
        tour = self.button("Never show this again")
        if tour.count():
            tour.click()
        for name in ("Lesson and samples", "Inspector"):
            toggle = self.page.get_by_role("button", name=name, exact=True, pressed=True)
            if toggle.count():
                toggle.click()
        self.frames()
        self.button("Show the whole drawing").click()
        self.frames()
        return self

    def reload(self) -> Editor:
        self.page.reload()
        return self.ready()

    # What is shown

    def node(self, id: str) -> Locator:
        return self.page.locator(f"[data-node={quoted(id)}]")

    def frame(self, id: str) -> Locator:
        """The outline of a node, without a caption that stands beside it."""
        return self.node(id).locator("rect").first

    def row(self, id: str, state: int) -> Locator:
        return self.node(id).locator(f'[data-state="{state}"]')

    def ids(self) -> list[str]:
        return self.page.locator("[data-node]").evaluate_all("all => all.map((node) => node.dataset.node)")

    def variables(self) -> list[str]:
        is_one = "all => all.filter((node) => !node.getAttribute('aria-label').startsWith('Factor'))"
        return self.page.locator("[data-node]").evaluate_all(is_one + ".map((node) => node.dataset.node)")

    def label(self, id: str) -> str:
        """What a node tells a screen reader: its name, beliefs and observation."""
        return self.node(id).get_attribute("aria-label") or ""

    def beliefs(self, id: str) -> dict[str, float]:
        """Probability of each state as shown, such as {"no": 0.2, "yes": 0.8}."""
        shown = self.label(id).split(": ", 1)[1]
        return {state: float(p) for state, p in re.findall(r"([^,]+?) (\d(?:\.\d+)?)(?:, |$)", shown)}

    def place(self, id: str) -> Point:
        """Where the middle of a node is, in whole pixels of the window."""
        middle = center(self.frame(id))
        return Point(round(middle.x), round(middle.y))

    def distance(self, one: str, other: str) -> Point:
        """Between two nodes, in pixels of a drawing that fills the window: the view may differ between visits."""
        self.button("Show the whole drawing").click()
        self.frames()
        a, b = center(self.frame(one)), center(self.frame(other))
        return Point(round(b.x - a.x), round(b.y - a.y))

    @property
    def save_mark(self) -> Locator:
        return self.page.locator(".save-mark")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        exact = isinstance(name, str)
        return self.page.get_by_role("button", name=name, exact=exact)

    @property
    def undo_button(self) -> Locator:
        return self.button(re.compile(r"^Undo"))

    @property
    def redo_button(self) -> Locator:
        return self.button(re.compile(r"^Redo"))

    # Waiting

    def frames(self) -> None:
        self.page.evaluate(FRAMES)

    def acknowledged(self, timeout: float = LONG) -> Editor:
        """Python has answered everything, and the browser has kept it."""
        self.frames()
        expect(self.save_mark).to_have_text("Saved", timeout=timeout)
        self.frames()
        return self

    # Gestures

    def click_at(self, point: Point) -> None:
        self.mouse.click(point.x, point.y)

    def press_state(self, id: str, state: int, *modifiers: Any) -> None:
        """A click on the bar: on the name a second one would be a double click and rename."""
        for key in modifiers:
            self.keyboard.down(key)
        self.click_at(self.bar(id, state))
        for key in modifiers:
            self.keyboard.up(key)

    def bar(self, id: str, state: int) -> Point:
        box = self.row(id, state).bounding_box()
        assert box is not None
        return Point(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)

    def heading(self, id: str) -> Point:
        """A place of the node that is no state: its title, or the middle of a square."""
        box = self.frame(id).bounding_box()
        assert box is not None
        is_card = self.node(id).locator("[data-state]").count() > 0
        return Point(box["x"] + box["width"] / 2, box["y"] + min(24 if is_card else 1000, box["height"] / 2))

    def select(self, *ids: str) -> None:
        for index, id in enumerate(ids):
            if index:
                self.keyboard.down("Shift")
            self.click_at(self.heading(id))
            if index:
                self.keyboard.up("Shift")

    def clear(self) -> None:
        """Nothing selected, the keyboard on the drawing."""
        self.keyboard.press("Escape")

    def drag_between(self, start: Point, end: Point) -> None:
        self.mouse.move(start.x, start.y)
        self.mouse.down()
        self.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2)
        self.mouse.move(end.x, end.y)
        self.mouse.up()

    def drag(self, id: str, dx: float, dy: float) -> None:
        start = self.heading(id)
        self.drag_between(start, start.moved(dx, dy))

    def tool(self, id: str, name: str) -> Point:
        """A tool of a node, which shows while the pointer is on it."""
        self.clear()
        at = self.heading(id)
        self.mouse.move(at.x - 3, at.y)
        self.mouse.move(at.x, at.y)
        self.frames()
        return center(self.page.locator(f'[data-tool="{name}"]').first)

    def connect(self, source: str, target: str) -> None:
        start = self.tool(source, "handle")
        self.drag_between(start, self.heading(target))

    def type_name(self, name: str) -> None:
        """Into the field that stands open."""
        self.page.locator("input.canvas-rename").fill(name)
        self.keyboard.press("Enter")

    def rename(self, id: str, name: str) -> None:
        at = self.heading(id)
        self.mouse.dblclick(at.x, at.y)
        self.type_name(name)

    def add_state(self, id: str, name: str) -> None:
        self.click_at(self.tool(id, "add_state"))
        self.type_name(name)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.keyboard.press(key)

    def undo_exactly(self, steps: int) -> None:
        """So many steps can be taken back, and not one more."""
        self.press("Control+z", steps - 1)
        self.acknowledged()
        expect(self.undo_button).to_be_enabled()
        self.press("Control+z")
        self.acknowledged()
        expect(self.undo_button).to_be_disabled()

    def undo_all(self) -> None:
        self._all(self.undo_button, "Control+z")

    def redo_all(self) -> None:
        self._all(self.redo_button, "Control+Shift+z")

    def _all(self, button: Locator, key: str) -> None:
        """Until the button says that there is no more; one press too many does nothing."""
        self.acknowledged()
        bursts = 0
        while button.is_enabled():
            self.press(key, 20)
            self.acknowledged()
            bursts += 1
            assert bursts <= 50, f"{key} never ends"

    # Files

    def save_as(self, kind: str) -> Download:
        with self.page.expect_download(timeout=LONG) as waiting:
            self.button("Save or share").click()
            self.page.get_by_role("menuitem", name=kind).click()
        return waiting.value

    def saved(self) -> dict[str, Any]:
        """The document, as the Save menu writes it."""
        self.acknowledged()
        document: dict[str, Any] = json.loads(Path(self.save_as("JSON").path()).read_text(encoding="utf-8"))
        return document

    def choose_file(self, name: str, content: bytes) -> None:
        """Open a file by the button, as a person would."""
        with self.page.expect_file_chooser() as waiting:
            self.button("Open a file").click()
        chooser: FileChooser = waiting.value
        chooser.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})

    def open_document(self, document: dict[str, Any], name: str = "drawing.json") -> None:
        self.choose_file(name, json.dumps(document).encode())
        self.frames()
        self.acknowledged()


def evidence_of(document: dict[str, Any]) -> dict[str, Any]:
    """What is observed in a saved document, by id."""
    evidence: dict[str, Any] = document.get("evidence", {})
    return evidence
