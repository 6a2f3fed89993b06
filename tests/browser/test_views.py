"""How the drawing is looked at and edited: themes, views, names, states, copies, places."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.editor import Editor, Point, center
from tests.browser.watched import Tab, expect_label, in_sight, inspector, opened_tab, with_sprinkler

BEFORE = "Wet grass: no 0.3529, yes 0.6471"
GIVEN_WET = "Rain: no 0.2921, yes 0.7079"


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address, permissions=["clipboard-read", "clipboard-write"]) as found:
        yield found


@pytest.fixture
def editor(tab: Tab) -> Iterator[Editor]:
    with tab.test() as found:
        yield with_sprinkler(found)


def selected(page: Page) -> Locator:
    return page.locator("[data-node].selected")


def root(page: Page) -> Locator:
    return page.locator(".mbml")


def font_size(thing: Locator) -> float:
    size: float = thing.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    return size


def layout(editor: Editor) -> dict[str, list[float]]:
    places: dict[str, list[float]] = editor.saved()["layout"]
    return places


# What is seen


def test_the_dark_theme_follows_the_system(editor: Editor) -> None:
    def lightness() -> float:
        color = root(editor.page).evaluate("element => getComputedStyle(element).backgroundColor")
        return sum(map(float, re.findall(r"[\d.]+", color)[:3])) / 3

    assert lightness() > 200
    editor.page.emulate_media(color_scheme="dark")
    expect(root(editor.page)).to_have_attribute("data-theme", "dark")
    assert lightness() < 60
    editor.page.emulate_media(color_scheme="light")
    expect(root(editor.page)).to_have_attribute("data-theme", "light")
    assert lightness() > 200


def test_the_presenter_view_is_large_and_shows_the_drawing_alone(editor: Editor) -> None:
    editor.press("g")
    editor.press("i")
    expect(inspector(editor.page)).to_be_visible()
    badge, heading = editor.page.locator(".badge"), editor.node("rain").locator("text.heading")
    before = font_size(badge)
    editor.press("p")
    expect(inspector(editor.page)).to_be_hidden()
    expect(editor.page.get_by_role("complementary", name="Lesson and samples")).to_be_hidden()
    editor.frames()
    assert font_size(badge) >= 1.2 * before
    name = heading.bounding_box()
    assert name
    assert name["height"] > 18  # it fills the window, whatever the bars around it take
    editor.press_state("wet", 1)
    expect_label(editor, "rain", GIVEN_WET)
    editor.button("Leave the presenter view").click()
    expect(inspector(editor.page)).to_be_visible()


def test_the_compact_view_draws_circles(editor: Editor) -> None:
    editor.press("c")
    expect(editor.page.locator("[data-node].circle")).to_have_count(4)
    expect(editor.page.locator("[data-state]")).to_have_count(0)
    editor.press("c")
    expect(editor.page.locator("[data-node].card")).to_have_count(4)


def test_a_change_is_shown_for_a_moment(editor: Editor) -> None:
    editor.press_state("wet", 1)
    changes = editor.page.locator(".changes .change")
    expect(changes.filter(has_text="+0.21")).to_have_count(1)
    expect(changes).to_have_count(0)


def test_the_wheel_zooms_around_the_pointer(editor: Editor) -> None:
    before, middle = editor.frame("rain").bounding_box(), center(editor.frame("rain"))
    editor.mouse.move(middle.x, middle.y)
    for _ in range(3):
        editor.mouse.wheel(0, -100)
    editor.page.wait_for_function("() => !document.querySelector('.canvas.moving')")
    editor.frames()
    after, still = editor.frame("rain").bounding_box(), center(editor.frame("rain"))
    assert before
    assert after
    assert after["width"] > 1.3 * before["width"]
    assert max(abs(still.x - middle.x), abs(still.y - middle.y)) < 1.5


def test_the_whole_drawing_comes_back_into_sight(editor: Editor) -> None:
    editor.mouse.move(300, 300)
    editor.mouse.wheel(0, -900)
    editor.drag_between(Point(200, 600), Point(1100, 100))
    editor.press("Home")
    editor.frames()
    assert all(in_sight(editor, id) for id in editor.ids())


# Editing


def test_names_are_edited_where_they_stand(editor: Editor) -> None:
    editor.rename("rain", "Drizzle")
    expect_label(editor, "rain", "Drizzle: no 0.5000, yes 0.5000")
    name = editor.row("sprinkler", 1).bounding_box()
    assert name
    editor.mouse.dblclick(name["x"] + 20, name["y"] + name["height"] / 2)
    editor.type_name("on")
    expect_label(editor, "sprinkler", "Sprinkler: no 0.7000, on 0.3000")
    expect_label(editor, "wet", BEFORE)
    assert editor.saved()["evidence"] == {}


def test_states_come_and_go_and_the_tables_keep_their_numbers(editor: Editor) -> None:
    first = editor.saved()
    editor.select("sprinkler")
    editor.press("i")
    editor.button("Add a state").click()
    expect_label(editor, "sprinkler", "Sprinkler: no 0.7000, yes 0.3000, state 3 0")
    expect_label(editor, "wet", BEFORE)
    editor.button("Remove state 3").click()
    expect_label(editor, "sprinkler", "Sprinkler: no 0.7000, yes 0.3000")
    assert editor.saved() == first
    editor.button("Move yes up").click()
    expect_label(editor, "sprinkler", "Sprinkler: yes 0.3000, no 0.7000")
    expect_label(editor, "wet", BEFORE)
    editor.button("Move yes down").click()
    assert editor.saved() == first


def test_a_state_added_and_removed_on_the_card(editor: Editor) -> None:
    editor.add_state("rain", "hail")
    expect_label(editor, "rain", "Rain: no 0.5000, yes 0.5000, hail 0")
    editor.select("rain")
    editor.frames()
    removers = editor.page.locator('[data-tool="remove_state"]')
    expect(removers).to_have_count(3)
    editor.click_at(center(removers.nth(2)))
    expect_label(editor, "rain", "Rain: no 0.5000, yes 0.5000")


def test_deleting_a_variable_takes_its_factor_along(editor: Editor) -> None:
    editor.select("wet")
    editor.press("Delete")
    expect(editor.page.locator("[data-node]")).to_have_count(6)
    expect(editor.node("f_wet")).to_have_count(0)
    expect_label(editor, "sprinkler", "Sprinkler: no 0.7000, yes 0.3000")
    editor.press("Control+z")
    expect_label(editor, "wet", BEFORE)


def copy(editor: Editor, key: str) -> None:
    """The system's clipboard takes a moment, and the page says when it has it."""
    editor.page.evaluate("navigator.clipboard.writeText('')")
    editor.press(key)
    editor.page.wait_for_function("async () => (await navigator.clipboard.readText()) !== ''")


def test_copy_paste_cut_and_duplicate(editor: Editor) -> None:
    nodes = editor.page.locator("[data-node]")
    editor.press("Control+a")
    copy(editor, "Control+c")
    editor.press("Control+v")
    expect(nodes).to_have_count(16)
    copies = [editor.label(id) for id in editor.variables() if id not in ("cloudy", "sprinkler", "rain", "wet")]
    assert sorted(copies)[-1].startswith("Wet grass 2")
    expect(editor.page.locator('[aria-label="Wet grass 2: no 0.3529, yes 0.6471"]')).to_have_count(1)
    expect(selected(editor.page)).to_have_count(8)
    copy(editor, "Control+x")
    expect(nodes).to_have_count(8)
    editor.press("Control+v")
    expect(nodes).to_have_count(16)
    editor.press("Control+z", 3)
    expect(nodes).to_have_count(8)
    editor.acknowledged()
    editor.press("Control+a")
    editor.press("Control+d")
    expect(nodes).to_have_count(16)


def test_the_rubber_band_and_a_move_of_several_as_one_step(editor: Editor) -> None:
    left, right = editor.frame("sprinkler").bounding_box(), editor.frame("rain").bounding_box()
    assert left
    assert right
    editor.keyboard.down("Shift")
    corner = Point(left["x"] - 12, left["y"] - 4)
    editor.drag_between(corner, Point(right["x"] + right["width"] + 12, right["y"] + right["height"] + 4))
    editor.keyboard.up("Shift")
    expect(selected(editor.page)).to_have_count(2)
    before = layout(editor)
    editor.drag("rain", 60, 35)
    after = layout(editor)
    moved = {id for id in before if before[id] != after[id]}
    assert moved == {"rain", "sprinkler"}
    shifts = {tuple(b - a for a, b in zip(before[id], after[id], strict=True)) for id in moved}
    assert len(shifts) == 1
    editor.press("Control+z")
    assert layout(editor) == before


def test_several_nodes_are_aligned_and_spaced(editor: Editor) -> None:
    editor.drag("rain", 0, 57)
    editor.select("sprinkler", "rain")
    editor.button("Arrange or align").click()
    editor.page.get_by_role("menuitem", name="Align top").click()
    places = layout(editor)
    assert places["sprinkler"][1] == places["rain"][1]
    editor.press("i")
    editor.frames()
    editor.press("Home")
    editor.select("sprinkler", "wet", "rain")
    inspector(editor.page).get_by_role("button", name="Space evenly across").click()
    places = layout(editor)
    assert 2 * places["wet"][0] == places["sprinkler"][0] + places["rain"][0]


def test_arranging_leaves_nothing_on_top_of_another(editor: Editor) -> None:
    for id in ("rain", "sprinkler", "wet"):
        at = editor.heading(id)
        start = editor.heading("cloudy")
        editor.drag_between(at, start.moved(30, 30))
    editor.press("l")
    editor.acknowledged()
    places = layout(editor)
    assert places["cloudy"][1] < min(places["rain"][1], places["sprinkler"][1])
    assert max(places["rain"][1], places["sprinkler"][1]) < places["wet"][1]
    assert all(in_sight(editor, id) for id in editor.ids())
