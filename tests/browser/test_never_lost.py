"""Nothing that was drawn is ever lost: not by a reload, a closed tab, a killed server or a second tab."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.editor import Editor, evidence_of
from tests.browser.served import free_port, start_server

SECOND = 1_000
NEW_VARIABLE = "x1"
DRAWN_STEPS = 4


def draw_something(editor: Editor) -> None:
    """A moved node, an observation and a new variable with a name: DRAWN_STEPS."""
    editor.drag("rain", 120, -40)
    editor.press_state("wet", 1)
    editor.mouse.move(330, 300)
    editor.press("v")
    editor.type_name("Umbrella")
    editor.frames()


def expect_something(editor: Editor, document: dict[str, object]) -> None:
    """What `draw_something` left is on the page, in the drawing, and in its history."""
    expect(editor.row("wet", 1)).to_have_attribute("aria-pressed", "true")
    expect(editor.node(NEW_VARIABLE)).to_have_attribute("aria-label", "Umbrella: no 0.5000, yes 0.5000")
    assert editor.saved() == document


@dataclass
class Server:
    """A server of its own, to be killed."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        self.process = start_server(self.port)


@pytest.fixture
def server() -> Iterator[Server]:
    port = free_port()
    own = Server(port, start_server(port))
    yield own
    own.kill()


def test_each_gesture_is_kept_within_a_second(page: Page) -> None:
    editor = Editor(page).with_room()
    editor.drag("rain", 120, -40)
    editor.acknowledged(SECOND)
    editor.press_state("wet", 1)
    editor.acknowledged(SECOND)
    editor.press("v")
    editor.type_name("Umbrella")
    editor.acknowledged(SECOND)


def test_reload(page: Page) -> None:
    editor = Editor(page).with_room()
    before = editor.saved()
    draw_something(editor)
    drawn = editor.saved()
    assert drawn != before
    place = editor.distance("cloudy", "rain")
    editor.reload().with_room()
    expect_something(editor, drawn)
    assert editor.distance("cloudy", "rain") == place
    editor.undo_all()
    assert editor.saved() == before  # the history came along


def test_many_reloads(page: Page) -> None:
    """A record that is read, replayed and written again and again stays the same."""
    editor = Editor(page).with_room()
    draw_something(editor)
    drawn = editor.saved()
    for _ in range(4):
        editor.reload()
    expect_something(editor, drawn)
    editor.press("Control+z")
    editor.acknowledged().reload()
    editor.press("Control+Shift+z")
    assert editor.saved() == drawn


def test_closed_tab(page: Page, window: BrowserContext, address: str) -> None:
    editor = Editor(page).with_room()
    draw_something(editor)
    drawn = editor.saved()
    page.close()
    again = Editor.opened(window.new_page(), address).with_room()
    expect_something(again, drawn)
    again.press("Control+z")
    expect(again.node(NEW_VARIABLE)).to_have_attribute("aria-label", "Variable 1: no 0.5000, yes 0.5000")
    again.undo_exactly(DRAWN_STEPS - 1)


def test_killed_server(server: Server, window: BrowserContext) -> None:
    """The tab stays open, is drawn in while nobody answers, and goes on with the next server."""
    editor = Editor.opened(window.new_page(), server.address).with_room()
    draw_something(editor)
    editor.acknowledged()
    server.kill()
    editor.press_state("cloudy", 0)
    editor.drag(NEW_VARIABLE, 60, 80)
    expect(editor.row("cloudy", 0)).to_have_attribute("aria-pressed", "true")  # the drawing answers by itself
    editor.frames()
    place = editor.place(NEW_VARIABLE)
    server.restart()
    expect(editor.node("rain")).to_have_attribute("aria-label", "Rain: no 0.6557, yes 0.3443", timeout=60_000)
    editor.acknowledged()
    assert editor.place(NEW_VARIABLE) == place
    assert evidence_of(editor.saved()) == {"wet": {"state": "yes"}, "cloudy": {"state": "no"}}
    editor.undo_exactly(DRAWN_STEPS + 2)


def test_server_restarted_in_silence(server: Server, window: BrowserContext) -> None:
    """Its sessions are gone; the tab tells the new one what it had."""
    editor = Editor.opened(window.new_page(), server.address).with_room()
    draw_something(editor)
    drawn = editor.saved()
    server.kill()
    server.restart()
    editor.page.wait_for_timeout(3000)  # long enough for the page to find the new server
    expect_something(editor, drawn)
    editor.press_state("cloudy", 0)
    expect(editor.node("rain")).to_have_attribute("aria-label", "Rain: no 0.6557, yes 0.3443", timeout=60_000)
    editor.acknowledged()
    editor.undo_exactly(DRAWN_STEPS + 1)


def test_reload_after_a_restart(server: Server, window: BrowserContext) -> None:
    editor = Editor.opened(window.new_page(), server.address).with_room()
    draw_something(editor)
    drawn = editor.saved()
    server.kill()
    editor.press_state("cloudy", 0)
    editor.frames()
    server.restart()
    editor.reload().with_room()
    expect(editor.row("cloudy", 0)).to_have_attribute("aria-pressed", "true")
    editor.press("Control+z")
    assert editor.saved() == drawn


def test_two_tabs_on_one_drawing(page: Page, window: BrowserContext, address: str) -> None:
    first = Editor(page).with_room()
    draw_something(first)
    drawn = first.saved()
    second = Editor.opened(window.new_page(), address)
    expect(second.page.get_by_text("open in another tab")).to_be_visible()
    expect(first.page.get_by_text("open in another tab")).to_have_count(0)
    second.with_room()
    expect_something(second, drawn)
    second.press_state("cloudy", 0)
    copied = second.saved()
    first.page.bring_to_front()
    first.press_state("sprinkler", 1)
    kept = first.saved()
    assert evidence_of(copied).keys() == {"wet", "cloudy"}
    assert evidence_of(kept).keys() == {"wet", "sprinkler"}
    for tab, document in ((first, kept), (second, copied)):
        tab.page.bring_to_front()
        tab.reload().with_room()
        assert tab.saved() == document
    second.button("Lesson and samples").click()
    kept_ones = second.page.locator("section", has=second.page.get_by_role("heading", name="Your drawings"))
    expect(kept_ones.get_by_role("button")).to_have_count(2)


def test_a_drawing_of_this_browser_is_opened_again(page: Page) -> None:
    """A sample opened in its place does not write over it."""
    editor = Editor(page)
    draw_something(editor)
    drawn = editor.saved()
    editor.page.get_by_role("button", name="Which coin is it?").click()
    expect(editor.node("wet")).to_have_count(0)
    editor.acknowledged().reload()
    expect(editor.node("wet")).to_have_count(0)
    editor.page.get_by_role("button", name="Sprinkler").click()
    expect(editor.node("wet")).to_have_count(1)
    expect_something(editor, drawn)
