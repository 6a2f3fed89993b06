"""What is observed and what is shown for it: evidence, methods, samples, tables, files."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import mbml_core as mb
from tests.browser.editor import LONG, Editor, Point, center
from tests.browser.served import ROOT
from tests.browser.watched import Tab, expect_label, in_sight, inspector, opened_tab, with_sprinkler

SAMPLES = sorted((ROOT / "sample_graphs").glob("*.lesson.json"))
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


# Observing


def expect_numbers(editor: Editor) -> None:
    """Every card shows what the engine says of the saved document."""
    result = mb.infer(mb.loads_json(json.dumps(editor.saved())))
    for id in editor.variables():
        wanted = result.marginals[id].to_dict()
        assert editor.beliefs(id) == pytest.approx(wanted, abs=5.1e-5)  # four digits are shown


def test_an_observation_leaves_the_drawing_where_it_is(editor: Editor) -> None:
    """A second click at the same place takes back what the first one did."""
    before = center(editor.frame("wet"))
    bar = editor.bar("wet", 1)
    editor.click_at(bar)
    expect_label(editor, "rain", GIVEN_WET)
    editor.acknowledged()
    after = center(editor.frame("wet"))
    assert max(abs(after.x - before.x), abs(after.y - before.y)) < 0.6
    editor.click_at(bar)
    expect_label(editor, "wet", BEFORE)


def test_soft_evidence_by_sliders_on_the_card(editor: Editor) -> None:
    editor.click_at(editor.tool("wet", "sliders"))
    editor.frames()
    knobs = editor.node("wet").locator("circle.knob")
    expect(knobs).to_have_count(2)
    start, end = center(knobs.first), editor.row("wet", 0).locator("rect.track").bounding_box()
    assert end
    editor.drag_between(start, Point(end["x"] + 0.3 * end["width"], start.y))
    expect(editor.page.locator(".chips .chip")).to_contain_text("likelihood")
    weights = editor.saved()["evidence"]["wet"]["likelihood"]
    assert weights == [pytest.approx(0.3, abs=0.03), 1]
    expect_numbers(editor)
    editor.press("Escape")
    expect(knobs).to_have_count(0)


def test_soft_evidence_by_sliders_in_the_inspector(editor: Editor) -> None:
    editor.select("rain")
    editor.press("i")
    panel = inspector(editor.page)
    panel.get_by_text("Soft evidence").click()
    panel.get_by_role("slider", name="no, likelihood").fill("0.25")
    expect(editor.page.locator(".chips .chip")).to_contain_text("likelihood 0.25 : 1")
    assert editor.saved()["evidence"]["rain"] == {"likelihood": [0.25, 1]}
    expect_numbers(editor)
    panel.get_by_text("Set belief to").click()
    panel.get_by_role("textbox", name="yes, belief, as a number").fill("0.9")
    editor.press("Enter")
    expect_label(editor, "rain", "Rain: no 0.1000, yes 0.9000, belief set")
    expect_numbers(editor)


def test_chips_switch_observations_off_and_on(editor: Editor) -> None:
    editor.press_state("wet", 1)
    editor.press_state("cloudy", 0)
    page = editor.page
    expect(page.locator(".chip")).to_have_count(2)
    expect_label(editor, "rain", "Rain: no 0.6557, yes 0.3443")
    page.get_by_role("switch", name="Count Cloudy = no").click()
    expect_label(editor, "rain", GIVEN_WET)
    expect(editor.node("cloudy")).to_have_attribute("aria-label", re.compile("evidence suspended$"))
    page.get_by_role("switch", name="Count Cloudy = no").click()
    expect_label(editor, "rain", "Rain: no 0.6557, yes 0.3443")
    editor.button("Take back Cloudy = no").click()
    expect_label(editor, "rain", GIVEN_WET)
    editor.button("Retract all observations").click()
    expect(page.locator(".chip")).to_have_count(0)
    expect_label(editor, "wet", BEFORE)


def choose_method(editor: Editor, name: str) -> None:
    editor.page.locator(".badge").click()
    editor.page.get_by_role("menuitemradio", name=name).click()


def test_the_method_is_chosen_at_the_badge(editor: Editor) -> None:
    editor.press_state("wet", 1)
    choose_method(editor, "Always approximate")
    expect(editor.page.locator(".badge")).to_contain_text("Loopy: approximate")
    expect_label(editor, "rain", "Rain: no ≈0.2159, yes ≈0.7841")
    choose_method(editor, "Always exact")
    expect(editor.page.locator(".badge")).to_contain_text("Exact")
    expect_label(editor, "rain", GIVEN_WET)
    choose_method(editor, "Automatic")


# Panels


def test_every_sample_opens_from_its_card(editor: Editor) -> None:
    editor.press("g")
    samples = editor.page.locator(".gallery .cards").last.locator("button.sample")
    expect(samples).to_have_count(len(SAMPLES))
    for card in reversed(samples.all()):
        card.click()
        expect(card).to_have_attribute("aria-current", "true", timeout=LONG)
        editor.acknowledged()
        expect(editor.page.locator(".badge")).to_have_text(re.compile("exact|approximate", re.IGNORECASE))
        assert all(in_sight(editor, id) for id in editor.ids()), card.inner_text()


def test_the_beliefs_are_sorted_by_any_column(editor: Editor) -> None:
    editor.press("b")
    panel = editor.page.get_by_role("complementary", name="Beliefs")
    values = panel.locator("td.belief-value")
    expect(values).to_have_count(8)
    for direction in ("ascending", "descending"):
        panel.get_by_role("button", name="Belief", exact=True).click()
        expect(panel.get_by_role("columnheader", name="Belief")).to_have_attribute("aria-sort", direction)
        shown = [float(text) for text in values.all_inner_texts()]
        assert shown == sorted(shown, reverse=direction == "descending")
        assert len(set(shown)) > 3
    panel.get_by_role("button", name="Variable").click()
    names = panel.locator("tbody th").all_inner_texts()
    assert names == sorted(names)


def test_the_most_probable_explanation(editor: Editor) -> None:
    editor.press("b")
    editor.button("Show it beside these beliefs").click()
    found = editor.page.locator(".study-modes")
    expect(found.locator(".study-modes-chances")).to_contain_text("0.324")
    rows = found.locator("tbody tr")
    names, states = (rows.locator(cell).all_inner_texts() for cell in ("th", "td:nth-child(2)"))
    assert names == ["Cloudy", "Sprinkler", "Rain", "Wet grass"]
    assert states == ["yes", "no", "yes", "yes"]


def test_a_row_that_does_not_sum_to_one_is_marked_and_repaired(editor: Editor) -> None:
    editor.add_state("rain", "hail")
    editor.select("f_rain")
    editor.press("i")
    cells = editor.page.locator(".table-cell input")
    expect(cells).to_have_count(6)
    cells.nth(2).click()
    editor.keyboard.type("0.6")
    editor.press("Enter")
    expect(editor.page.locator(".table-sum")).to_contain_text("sums to 1.6")
    expect(editor.node("rain")).to_have_class(re.compile(r"\bstale\b"))
    expect(editor.node("f_rain").locator(".problem-mark")).to_be_attached()
    expect(editor.page.locator(".badge")).not_to_contain_text("Exact")
    editor.button("Scale this row so that it sums to one").click()
    expect(editor.page.locator(".table-sum")).to_have_count(0)
    expect(editor.node("rain")).not_to_have_class(re.compile(r"\bstale\b"))
    expect(editor.node("f_rain").locator(".problem-mark")).to_have_count(0)
    expect_numbers(editor)


def test_single_letters_are_ours_and_not_streamlits(editor: Editor) -> None:
    page = editor.page
    editor.press_state("wet", 1)
    expect(page.locator(".chip")).to_have_count(1)
    page.evaluate("document.activeElement.blur()")
    editor.press("c")
    expect(page.locator("[data-node].circle")).to_have_count(4)
    editor.press("r")
    expect(page.locator(".chip")).to_have_count(0)
    editor.press("c")
    expect(page.locator("[data-node].circle")).to_have_count(0)
    editor.acknowledged()
    editor.rename("rain", "crcr")
    expect_label(editor, "rain", "crcr: no 0.5000, yes 0.5000")
    expect(page.locator("[data-node].circle")).to_have_count(0)
    expect(page.locator('[data-testid="stDialog"], [role="dialog"]:visible')).to_have_count(0)


# Files


def content(editor: Editor, kind: str) -> tuple[str, bytes]:
    download = editor.save_as(kind)
    found = download.suggested_filename, Path(download.path()).read_bytes()
    editor.frames()
    if editor.page.locator("dialog[open]").count():
        editor.press("Escape")
    return found


def test_every_format_can_be_saved(editor: Editor, tmp_path: Path) -> None:
    editor.press_state("wet", 1)
    editor.acknowledged()
    name, picture = content(editor, "SVG picture")
    assert name == "Sprinkler.svg"
    assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own
    assert b"0.7079" in picture
    name, picture = content(editor, "PNG picture")
    assert name == "Sprinkler.png"
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) > 10_000
    name, page = content(editor, "Web page")
    assert name.endswith(".html")
    assert page.lower().lstrip().startswith(b"<!doctype html>")
    for kind in ("BIF", "UAI"):
        name, text = content(editor, kind)
        (tmp_path / name).write_bytes(text)
        model = mb.load(tmp_path / name)
        assert model


def test_a_link_holds_the_whole_drawing(editor: Editor, tab: Tab) -> None:
    editor.press_state("wet", 1)
    editor.rename("rain", "Drizzle")
    document = editor.saved()
    editor.button("Save or share").click()
    editor.page.get_by_role("menuitem", name="Copy link").click()
    expect(editor.page.locator(".toast")).to_contain_text("copied")
    link = editor.page.evaluate("navigator.clipboard.readText()")
    other = Editor.opened(tab.window.new_page(), link)
    expect_label(other, "rain", "Drizzle: no 0.2921, yes 0.7079")
    assert other.saved() == document
    other.page.close()
