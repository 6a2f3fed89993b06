"""What a view of the reasoning shows on the drawing, and the clicks on nodes that it waits for."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.browser.editor import Editor, Point
from tests.browser.watched import Tab, with_sprinkler

MADE = "const store = createStore({ speak: (log) => speak(log) });"
NOBODY_WAITS: dict[str, Any] = {"overlay": None, "pick": None, "picked": None}
TO_RAIN = {"factor": "f_wet", "variable": "rain", "look": "current", "toVariable": [0.2, 0.8]}
FROM_SPRINKLER = {"factor": "f_wet", "variable": "sprinkler", "look": "input", "toFactor": [0.7, 0.3]}

# Beliefs come as pairs: ids are not safe as names of an object.
SHOW = """(overlay) => globalThis.storeUnderTest.setUi({overlay: overlay && {
  ...overlay, beliefs: new Map(overlay.beliefs ?? []), twins: new Map(overlay.twins ?? []),
}})"""


def with_store(route: Route) -> None:
    """The page's own script, whose store a test can reach: the panels that set an overlay are tested elsewhere."""
    response = route.fetch()
    script = response.text()
    assert script.count(MADE) == 1
    route.fulfill(response=response, body=script.replace(MADE, f"{MADE} globalThis.storeUnderTest = store;"))


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    faults: list[str] = []
    window = browser.new_context(viewport={"width": 1280, "height": 720}, accept_downloads=True)
    window.on("weberror", lambda found: faults.append(str(found.error)))
    window.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    window.route("**/main.js*", with_store)
    yield Tab(window, address, Editor.opened(window.new_page(), address).with_room(), faults)
    window.close()


@pytest.fixture
def editor(tab: Tab) -> Iterator[Editor]:
    with tab.test() as found:
        set_ui(found, NOBODY_WAITS)
        yield with_sprinkler(found)
        set_ui(found, NOBODY_WAITS)


def set_ui(editor: Editor, patch: dict[str, Any]) -> None:
    editor.page.evaluate("patch => globalThis.storeUnderTest.setUi(patch)", patch)
    editor.frames()


def show(editor: Editor, overlay: dict[str, Any] | None) -> None:
    editor.page.evaluate(SHOW, overlay)
    editor.frames()


def ui(editor: Editor) -> dict[str, Any]:
    what = "({picked, selection, panel}) => ({picked, selection: [...selection], panel})"
    found: dict[str, Any] = editor.page.evaluate(f"({what})(globalThis.storeUnderTest.state().ui)")
    return found


def strips(editor: Editor) -> Locator:
    return editor.page.locator(".canvas .strip")


def boxes(things: Locator) -> list[dict[str, float]]:
    found: list[dict[str, float]] = things.evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().toJSON())"
    )
    return found


def overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    return a["left"] < b["right"] and b["left"] < a["right"] and a["top"] < b["bottom"] and b["top"] < a["bottom"]


# What is shown


def test_messages_stand_beside_their_edges_and_go_away_again(editor: Editor) -> None:
    expect(strips(editor)).to_have_count(0)
    show(editor, {"edges": [TO_RAIN, FROM_SPRINKLER]})
    expect(strips(editor)).to_have_count(2)
    expect(strips(editor).locator("title")).to_contain_text(["f_wet → Rain\nno  0.2000\nyes  0.8000"])
    show(editor, None)
    expect(strips(editor)).to_have_count(0)


def test_no_strip_lies_on_another_though_all_messages_are_there(editor: Editor) -> None:
    scopes = {
        "f_cloudy": ["cloudy"],
        "f_sprinkler": ["cloudy", "sprinkler"],
        "f_rain": ["cloudy", "rain"],
        "f_wet": ["sprinkler", "rain", "wet"],
    }
    pairs = [(factor, variable) for factor, scope in scopes.items() for variable in scope]
    both = {"toVariable": [0.3, 0.7], "toFactor": [0.6, 0.4]}
    show(editor, {"edges": [{"factor": factor, "variable": variable, **both} for factor, variable in pairs]})
    expect(strips(editor)).to_have_count(16)
    frames = boxes(strips(editor).locator(".frame"))
    assert not [(a, b) for index, a in enumerate(frames) for b in frames[:index] if overlap(a, b)]


def test_a_message_that_comes_moves_no_other(editor: Editor) -> None:
    show(editor, {"edges": [TO_RAIN]})
    before = boxes(strips(editor))
    show(editor, {"edges": [TO_RAIN, FROM_SPRINKLER]})
    assert before[0] in boxes(strips(editor))


def test_the_current_message_runs_along_its_edge_unless_motion_is_unwanted(editor: Editor) -> None:
    show(editor, {"edges": [TO_RAIN]})
    pulse = editor.page.locator(".canvas .pulse")
    expect(pulse).to_have_count(1)
    assert pulse.evaluate("one => getComputedStyle(one).display") != "none"
    editor.page.emulate_media(reduced_motion="reduce")
    assert pulse.evaluate("one => getComputedStyle(one).display") == "none"
    expect(editor.page.locator(".canvas .mark-chevron")).to_be_visible()
    editor.page.emulate_media(reduced_motion="no-preference")


def test_exact_and_loopy_stand_side_by_side(editor: Editor) -> None:
    show(editor, {"beliefs": [["rain", [0.2921, 0.7079]]], "twins": [["rain", [0.2159, 0.7841]]], "isExact": True})
    said = "Rain: no 0.2921 (loopy ≈0.2159), yes 0.7079 (loopy ≈0.7841)"
    expect(editor.node("rain")).to_have_attribute("aria-label", said)
    expect(editor.row("rain", 1).locator(".number")).to_have_text(["0.7079", "≈0.7841"])
    expect(editor.row("rain", 1).locator(".gap")).to_be_visible()
    editor.press_state("rain", 1)  # the rows are higher now: the click still meets the state that is drawn there
    show(editor, None)
    expect(editor.node("rain")).to_have_attribute("aria-label", "Rain: no 0, yes 1, observed yes")


def test_an_overlay_is_no_new_belief(editor: Editor) -> None:
    root = editor.page.locator(".mbml")
    before = root.get_attribute("data-beliefs")
    show(editor, {"beliefs": [["rain", [0.1, 0.9]]], "edges": [TO_RAIN]})
    assert root.get_attribute("data-beliefs") == before


def test_looks_and_notes_are_in_the_picture_that_is_saved(editor: Editor) -> None:
    show(
        editor,
        {
            "edges": [TO_RAIN, {"factor": "f_sprinkler", "variable": "cloudy", "look": "cut", "note": "severed"}],
            "nodes": [{"id": "wet", "look": "blocker", "note": "<b>blocks</b>"}],
            "links": [{"from": "sprinkler", "to": "rain", "look": "moral"}],
            "groups": [{"ids": ["sprinkler", "rain"], "look": "clique", "title": "first clique"}],
        },
    )
    text = Path(editor.save_as("SVG").path()).read_text(encoding="utf-8")
    picture = ET.fromstring(text)  # noqa: S314 - our own file
    written = {element.text for element in picture.iter() if element.text}
    assert {"severed", "<b>blocks</b>", "first clique"} <= written
    assert "class=" not in text, "programs that edit drawings know attributes only"
    assert "var(" not in text
    painted = [element for element in picture.iter() if element.get("stroke-dasharray")]
    assert painted
    assert all(element.get("stroke", "").startswith("#") for element in painted)


# A click on a node that a view waits for


def test_a_click_picks_a_node_and_does_nothing_else(editor: Editor) -> None:
    label = editor.label("rain")
    set_ui(editor, {"pick": {"only": "variables"}})
    editor.press_state("rain", 1)
    editor.frames()
    assert ui(editor)["picked"] == {"id": "rain", "serial": 1}
    editor.click_at(editor.heading("wet"))
    editor.click_at(editor.heading("f_wet"))
    editor.frames()
    assert ui(editor)["picked"] == {"id": "wet", "serial": 2}, "a factor is not what is wanted"
    assert ui(editor)["selection"] == []
    assert editor.label("rain") == label
    expect(editor.node("f_wet")).to_have_class("node factor square full aside")


def test_enter_and_space_pick_the_node_under_the_focus(editor: Editor) -> None:
    set_ui(editor, {"pick": {"only": "any"}})
    editor.node("f_rain").focus()
    editor.press("Enter")
    editor.frames()
    assert ui(editor)["picked"]["id"] == "f_rain"
    editor.row("rain", 0).focus()
    editor.press(" ")
    editor.frames()
    assert ui(editor)["picked"]["id"] == "rain"
    expect(editor.page.locator("input.canvas-rename")).to_have_count(0)
    assert "observed" not in editor.label("rain")


def test_a_drag_pans_while_a_node_is_to_be_picked(editor: Editor) -> None:
    set_ui(editor, {"pick": {"only": "any"}})
    before = editor.place("rain"), editor.place("wet")
    start = editor.heading("rain")
    editor.drag_between(start, start.moved(60, 0))
    editor.frames()
    assert (editor.place("rain"), editor.place("wet")) == tuple(Point(at.x + 60, at.y) for at in before)
    assert ui(editor)["picked"] is None
