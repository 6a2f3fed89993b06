"""A model drawn from nothing with the mouse, its tables typed, queried, saved and opened again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.editor import Editor, Point
from tests.browser.watched import Tab, inspector, opened_tab

Rows = Sequence[Sequence[float]]

# Where each variable goes, in pixels of the window, and its table, one row per combination of its parents' states.
PLACES = {
    "Cloudy": Point(640, 150),
    "Sprinkler": Point(400, 330),
    "Rain": Point(880, 330),
    "Wet grass": Point(640, 520),
}
ARROWS = [("Cloudy", "Sprinkler"), ("Cloudy", "Rain"), ("Sprinkler", "Wet grass"), ("Rain", "Wet grass")]
ROWS: dict[str, Rows] = {
    "Cloudy": [[0.5, 0.5]],
    "Sprinkler": [[0.5, 0.5], [0.9, 0.1]],
    "Rain": [[0.8, 0.2], [0.2, 0.8]],
    "Wet grass": [[1, 0], [0.1, 0.9], [0.1, 0.9], [0.01, 0.99]],
}
GIVEN_WET = {"Cloudy": 0.5758, "Sprinkler": 0.4298, "Rain": 0.7079}
"""P(yes | wet grass): the numbers of the textbook example, to four digits."""


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address) as found:
        yield found


@pytest.fixture
def editor(tab: Tab) -> Iterator[Editor]:
    """An empty drawing in the whole window."""
    with tab.test() as editor:
        editor.button("New drawing").click()
        expect(editor.page.locator("[data-node]")).to_have_count(0)
        editor.button("Show the whole drawing").click()
        yield editor.acknowledged()


def card(page: Page, name: str) -> Locator:
    return page.locator("[data-node].variable").filter(has=page.locator("text.heading", has_text=name))


def id_of(editor: Editor, name: str) -> str:
    """Ids are the drawing's own affair; people know names."""
    id = card(editor.page, name).get_attribute("data-node")
    assert id is not None
    return id


def add_variable(editor: Editor, name: str) -> None:
    editor.mouse.dblclick(PLACES[name].x, PLACES[name].y)
    editor.type_name(name)
    expect(card(editor.page, name)).to_be_visible()


def connect(editor: Editor, parent: str, child: str) -> None:
    editor.connect(id_of(editor, parent), id_of(editor, child))


def add_prior(editor: Editor, name: str) -> None:
    editor.select(id_of(editor, name))
    editor.button("Add a factor").click()


def factor_of(editor: Editor, child: str) -> str:
    """The factor whose arrow points at a variable, as the variable's inspector names it."""
    editor.select(id_of(editor, child))
    links = inspector(editor.page).locator(".links li").filter(has_text="as its child")
    expect(links).to_have_count(1)
    return links.get_by_role("button").inner_text()


def type_table(editor: Editor, child: str, rows: Rows) -> None:
    """Cell by cell, each row from its first cell on; Tab leads from one to the next."""
    open_table(editor, child)
    cells = editor.page.locator(".table-cell input")
    expect(cells).to_have_count(sum(map(len, rows)))
    cells.first.click()
    for number in [number for row in rows for number in row]:
        editor.keyboard.type(str(number))
        editor.press("Tab")
    expect(editor.page.locator(".table-sum")).to_have_count(0)


def kind_of(page: Page) -> Locator:
    return inspector(page).get_by_role("combobox", name="Kind")


def open_table(editor: Editor, child: str) -> None:
    factor = factor_of(editor, child)
    inspector(editor.page).locator(".links").get_by_role("button", name=factor, exact=True).click()
    expect(inspector(editor.page).get_by_role("heading", level=2)).to_have_text("Factor")


def open_inspector(editor: Editor) -> None:
    editor.press("i")
    expect(inspector(editor.page)).to_be_visible()
    editor.button("Show the whole drawing").click()
    editor.frames()


def draw_sprinkler(editor: Editor, names: Sequence[str], arrows: Sequence[tuple[str, str]]) -> None:
    for name in names:
        add_variable(editor, name)
    for parent, child in arrows:
        connect(editor, parent, child)
    expect(editor.page.locator("[data-node].factor")).to_have_count(3)  # the second parent joins the first one's
    add_prior(editor, "Cloudy")
    expect(editor.page.locator("[data-node].factor")).to_have_count(4)
    editor.acknowledged()
    open_inspector(editor)
    for name in names:
        type_table(editor, name, rows_in_order(ROWS[name], parents_of(name, arrows)))
    editor.acknowledged()


def parents_of(name: str, arrows: Sequence[tuple[str, str]]) -> list[str]:
    return [parent for parent, child in arrows if child == name]


def rows_in_order(rows: Rows, parents: Sequence[str]) -> Rows:
    """The same table where its two parents were connected in the other order."""
    return [rows[i] for i in (0, 2, 1, 3)] if list(parents) == ["Rain", "Sprinkler"] else rows


def expect_yes(editor: Editor, chances: dict[str, float]) -> None:
    for name, chance in chances.items():
        label = f"{name}: no {1 - chance:.4f}, yes {chance:.4f}"
        expect(card(editor.page, name)).to_have_attribute("aria-label", label)


def observe_wet(editor: Editor) -> None:
    editor.button("Observe Wet grass = yes").click()


ORDERS = {
    "causes first": (list(PLACES), ARROWS),
    "effects first": (list(PLACES)[::-1], ARROWS[::-1]),
    "mixed": (["Rain", "Wet grass", "Cloudy", "Sprinkler"], [ARROWS[i] for i in (2, 1, 3, 0)]),
}


@pytest.mark.parametrize("order", ORDERS)
def test_the_sprinkler_drawn_with_the_mouse(editor: Editor, order: str) -> None:
    draw_sprinkler(editor, *ORDERS[order])
    expect_yes(editor, {"Cloudy": 0.5, "Sprinkler": 0.3, "Rain": 0.5, "Wet grass": 0.6471})
    observe_wet(editor)
    expect_yes(editor, GIVEN_WET)
    expect(editor.page.locator(".badge")).to_contain_text("Exact")


def test_a_drawing_saved_and_opened_elsewhere_is_the_same(editor: Editor, tab: Tab) -> None:
    draw_sprinkler(editor, *ORDERS["causes first"])
    observe_wet(editor)
    expect_yes(editor, GIVEN_WET)
    editor.acknowledged()
    file = Path(editor.save_as("JSON").path())
    other = Editor.opened(tab.window.new_page(), tab.address).with_room()
    other.choose_file("sprinkler.json", file.read_bytes())
    expect_yes(other, GIVEN_WET)
    assert other.saved() == json.loads(file.read_text(encoding="utf-8"))
    assert {id: other.label(id) for id in other.ids()} == {id: editor.label(id) for id in editor.ids()}
    other.page.close()


def test_a_prior_by_its_template(editor: Editor) -> None:
    add_variable(editor, "Cloudy")
    editor.clear()
    editor.button("Add a factor").click()
    expect(editor.page.locator("[data-node].factor")).to_have_count(1)
    factor = next(id for id in editor.ids() if id not in editor.variables())
    editor.connect(factor, id_of(editor, "Cloudy"))
    open_inspector(editor)
    open_table(editor, "Cloudy")
    kind_of(editor.page).select_option("prior")
    cells = editor.page.locator(".table-cell input")
    cells.first.click()
    editor.keyboard.type("0.3")
    editor.press("Enter")
    expect_yes(editor, {"Cloudy": 0.7})
    expect(kind_of(editor.page)).to_have_value("prior")
