"""The sprinkler drawn, filled in and observed with the keyboard alone; where the focus is can always be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.editor import Editor
from tests.browser.watched import SPRINKLER, Tab, opened_tab

NAMES = ("Cloudy", "Sprinkler", "Rain", "Wet grass")
ARROWS = (("Cloudy", "Sprinkler"), ("Cloudy", "Rain"), ("Sprinkler", "Wet grass"), ("Rain", "Wet grass"))
TABLES = {
    "Factor, prior, of Cloudy": [0.5, 0.5],
    "Factor, table, of Cloudy, Sprinkler": [0.5, 0.5, 0.9, 0.1],
    "Factor, table, of Cloudy, Rain": [0.8, 0.2, 0.2, 0.8],
    "Factor, table, of Sprinkler, Rain, Wet grass": [1, 0, 0.1, 0.9, 0.1, 0.9, 0.01, 0.99],
}
NUDGE_PAUSE = 600
"""Milliseconds after which a row of arrow keys has certainly become one move."""

# What has the keyboard: what it is called, and how wide the ring around it is in pixels.
FOCUS = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const ring = element.querySelector(":scope > .ring, :scope > .area");
  const style = getComputedStyle(ring ?? element);
  const isDrawn = ring ? style.stroke !== "none" : style.outlineStyle !== "none";
  const width = !isDrawn ? 0 : parseFloat(ring ? style.strokeWidth : style.outlineWidth);
  const border = element.matches("input") ? parseFloat(style.borderWidth) : 0;
  return {
    name: element.getAttribute("aria-label") ?? element.textContent.trim(),
    tag: element.tagName.toLowerCase(),
    ring: element.matches(":focus-visible") ? Math.max(width, border) : 0,
  };
}"""


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address) as found:
        yield found


@pytest.fixture
def hands(tab: Tab) -> Iterator[Hands]:
    with tab.test() as editor:
        yield Hands(editor)


class Hands:
    """Somebody without a mouse, who looks where the focus is after each key that moves it."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor

    def press(self, *keys: str) -> None:
        for key in keys:
            self.editor.press(key)
            self.editor.frames()
            self.seen()

    def seen(self) -> str:
        """The name of what has the focus, which is visible."""
        focus: dict[str, object] = self.editor.page.evaluate(FOCUS)
        assert isinstance(focus["ring"], int | float)
        assert focus["ring"] >= 2, f"the focus cannot be seen: {focus}"
        return str(focus["name"])

    def walk_to(self, start: str, key: str = "Tab") -> None:
        """Until the name of what has the focus begins with `start`."""
        for _ in range(80):
            if self.seen().startswith(start):
                return
            self.press(key)
        raise AssertionError(f"{key} never leads to {start!r}")

    def new_drawing(self) -> None:
        self.editor.page.locator("svg.canvas [data-node]").first.focus()
        self.walk_to("New drawing", "Shift+Tab")
        self.press("Enter")
        expect(self.editor.page.locator("[data-node]")).to_have_count(0)

    def open_sprinkler(self) -> None:
        """The keyboard is on the drawing, as when the page is loaded, and then on a node."""
        self.editor.open_document(SPRINKLER)
        self.editor.page.locator("svg.canvas").focus()
        self.press("Tab")

    def add(self, name: str) -> None:
        self.press("v")
        self.editor.keyboard.type(name)
        self.press("Enter")
        assert self.seen().startswith(f"{name}:")

    def is_in_drawing(self) -> bool:
        return self.editor.page.locator("svg.canvas :focus").count() > 0

    def enter_drawing(self) -> None:
        """From a panel, the way Shift+Tab goes."""
        for _ in range(80):
            if self.is_in_drawing():
                return
            self.press("Shift+Tab")
        raise AssertionError("Shift+Tab never leads to the drawing")

    def go_to(self, start: str) -> None:
        """To a node of the drawing: back through all before it, and on through all behind."""
        self.enter_drawing()
        for key in ("Shift+Tab", "Tab"):
            for _ in self.editor.ids():
                if self.seen().startswith(start):
                    return
                if self.is_in_drawing():
                    self.press(key)
            self.press("Tab")
        raise AssertionError(f"no key leads to {start!r}")

    def connect(self, parent: str, child: str) -> None:
        self.go_to(parent)
        self.press("e")
        self.walk_to(f"{child}:")
        self.press("Enter")

    def type_table(self, factor: str, numbers: Sequence[float]) -> None:
        """Each cell by Tab, the last one ended by Enter."""
        self.go_to(factor)
        self.press("t")
        for index, number in enumerate(numbers):
            self.press(*["Tab"] * (index > 0))
            self.editor.keyboard.type(str(number))
        self.press("Enter")


def test_the_sprinkler_drawn_with_the_keyboard(hands: Hands) -> None:
    hands.new_drawing()
    for name in NAMES:
        hands.add(name)
    for parent, child in ARROWS:
        hands.connect(parent, child)
    hands.go_to("Cloudy:")
    hands.press("f")
    for factor, numbers in TABLES.items():
        hands.type_table(factor, numbers)
    expect(hands.editor.page.get_by_role("group", name="Rain: no 0.5000, yes 0.5000")).to_be_attached()
    hands.go_to("Wet grass:")
    hands.press("2")
    expect(hands.editor.page.get_by_role("group", name="Rain: no 0.2921, yes 0.7079")).to_be_attached()
    hands.press("Alt+1")
    expect(hands.editor.page.get_by_role("group", name="Rain: no 0.2921, yes 0.7079")).to_be_attached()
    hands.press("0")
    expect(hands.editor.page.get_by_role("group", name="Rain: no 0.5000, yes 0.5000")).to_be_attached()


def test_the_arrows_lead_through_a_table(hands: Hands) -> None:
    page = hands.editor.page
    hands.open_sprinkler()
    hands.go_to("Factor, table, of Cloudy, Rain")
    hands.press("t")
    first = hands.seen()
    hands.press("ArrowDown", "ArrowRight")
    assert hands.seen() == "Rain = yes, where Cloudy = yes"
    hands.editor.keyboard.type("0.5")
    hands.press("ArrowUp", "ArrowLeft")
    assert hands.seen() == first
    expect(page.get_by_role("group", name="Rain: no 0.6500, yes 0.3500")).to_be_attached()
    hands.editor.keyboard.type("nonsense")
    hands.press("Escape")
    expect(page.get_by_role("group", name="Rain: no 0.6500, yes 0.3500")).to_be_attached()


def test_tab_goes_through_the_drawing_and_out_of_it(hands: Hands) -> None:
    hands.open_sprinkler()
    names = []
    hands.go_to("Factor, table, of Cloudy")
    while hands.is_in_drawing():
        names.append(hands.seen())
        hands.press("Tab")
        assert len(names) <= 8, "the keyboard is trapped in the drawing"
    assert len(set(names)) == 8
    hands.press("Shift+Tab")
    assert hands.seen() == names[-1]
    hands.press("Alt+ArrowUp")
    assert hands.is_in_drawing()
    assert hands.seen() != names[-1]


def test_arrows_move_what_is_selected_and_escape_cancels(hands: Hands) -> None:
    hands.open_sprinkler()
    hands.go_to("Rain:")
    hands.press("e", "Escape", "F2")
    hands.editor.keyboard.type("Hail")
    hands.press("Escape")
    assert hands.seen() == "Rain: no 0.5000, yes 0.5000"
    hands.press("ArrowRight", "ArrowRight", "ArrowDown")
    hands.editor.page.wait_for_timeout(NUDGE_PAUSE)
    after = hands.editor.saved()
    (x, y), (new_x, new_y) = SPRINKLER["layout"]["rain"], after["layout"]["rain"]
    assert (new_x - x, new_y - y) == (20, 10)
    assert after["factors"] == SPRINKLER["factors"]


def test_the_keyboard_stays_on_the_drawing_when_its_node_is_deleted(hands: Hands) -> None:
    hands.open_sprinkler()
    hands.go_to("Rain:")
    hands.editor.press("Delete")
    expect(hands.editor.node("rain")).to_have_count(0)
    hands.press("Tab")
    assert hands.is_in_drawing()


def test_menus_and_help_are_opened_and_left_by_keys(hands: Hands) -> None:
    page = hands.editor.page
    hands.open_sprinkler()
    hands.press("?")
    expect(page.get_by_role("dialog", name="Keys and gestures")).to_be_visible()
    hands.press("Escape")
    expect(page.get_by_role("dialog", name="Keys and gestures")).to_be_hidden()
    hands.enter_drawing()
    hands.walk_to("Save or share", "Shift+Tab")
    hands.press("Enter", "ArrowDown", "ArrowDown")
    assert hands.seen().startswith("UAI")
    hands.press("Escape")
    assert hands.seen() == "Save or share"
