"""Three roads to one posterior walked in a real browser: belief propagation, elimination, the junction tree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.editor import Editor
from tests.browser.test_stepper import at, press, scrubber
from tests.browser.watched import Tab, opened_tab, with_sprinkler


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address) as found:
        yield found


@pytest.fixture
def panel(tab: Tab) -> Iterator[Locator]:
    """The stepper on the sprinkler with wet grass, on its way to rain."""
    with tab.test() as editor:
        with_sprinkler(editor)
        editor.row("wet", 1).click()
        editor.acknowledged()
        editor.button("Look into the reasoning").click()
        editor.page.locator("[role^=menuitem]").filter(has_text="Step by step").click()
        found = editor.page.get_by_role("complementary", name="Reasoning")
        expect(scrubber(found)).to_be_enabled()
        yield found


def walk(panel: Locator, algorithm: str, kind: str = "Belief of") -> None:
    panel.get_by_role("combobox", name="Algorithm").select_option(label=algorithm)
    if algorithm != "Belief propagation":
        panel.get_by_role("combobox", name=kind).select_option(label="Rain")
    expect(scrubber(panel)).to_be_enabled()
    expect(scrubber(panel)).to_have_value("0")


def label(panel: Locator, id: str) -> str:
    editor = Editor(panel.page)
    editor.frames()
    return editor.node(id).get_attribute("aria-label") or ""


def looks(panel: Locator, kind: str) -> Locator:
    """What lies on the drawing for a view: hulls, or links between variables."""
    return panel.page.locator(f".mbml-canvas .{kind}")


def test_all_three_roads_to_the_end_on_the_sprinkler(panel: Locator) -> None:
    ends = {}
    for algorithm, kind in (("Belief propagation", ""), ("Variable elimination", "Belief of"),
                            ("Junction tree", "Collect to")):  # fmt: skip
        walk(panel, algorithm, kind)
        press(panel, "To the end")
        ends[algorithm] = label(panel, "rain")
    assert "0.7841" in ends["Belief propagation"]
    assert "0.7079" in ends["Variable elimination"]
    assert "0.7079" in ends["Junction tree"]
    expect(panel.get_by_role("status").filter(has_text="End of the run")).to_contain_text("beliefs of the page")


def test_elimination_shows_the_table_that_arises_and_what_is_gone(panel: Locator) -> None:
    walk(panel, "Variable elimination")
    expect(panel.locator(".study-steps-summary")).to_contain_text("min-fill")
    for _ in range(2):
        press(panel, "Next step")
    expect(panel.locator(".study-steps-equation")).to_contain_text("τ₁(Sprinkler, Rain)")
    expect(looks(panel, "hull")).to_have_count(1)
    text = panel.locator(".study-steps-table").inner_text()
    assert "0.29" in text
    press(panel, "Next step")
    press(panel, "Next step")
    expect(panel.locator(".study-steps-place")).to_contain_text("combine")
    expect(looks(panel, "hull")).to_have_count(0)
    press(panel, "To the beginning")
    assert "0.5" in label(panel, "rain")


def test_the_junction_tree_from_moral_links_to_messages(panel: Locator) -> None:
    walk(panel, "Junction tree", "Collect to")
    tree = panel.get_by_role("region", name="Junction tree")
    scrubber(panel).fill("3")
    expect(looks(panel, "between")).to_have_count(5)
    expect(tree).to_have_count(0)
    scrubber(panel).fill("9")
    expect(looks(panel, "hull")).to_have_count(2)
    expect(tree.locator(".clique")).to_have_count(2)
    scrubber(panel).fill("11")
    expect(panel.locator(".study-steps-place")).to_contain_text("collect")
    expect(looks(panel, "between")).to_have_count(0)
    expect(tree.locator(".link.current")).to_have_count(1)
    expect(tree.locator(".clique.informed")).to_have_count(1)
    assert "0.7079" in label(panel, "rain")


def test_the_table_compares_the_roads_and_chooses_one(panel: Locator) -> None:
    walk(panel, "Variable elimination")
    table = panel.get_by_role("region", name="Three roads")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("≈ 0.7841")
    expect(rows.nth(1)).to_contain_text("28")
    for place in (1, 2):
        expect(rows.nth(place)).to_contain_text("0.7079")
        expect(rows.nth(place)).to_contain_text("exact")
    expect(panel).to_contain_text("counted more than once")
    road = table.get_by_role("button", name="Junction tree")
    road.focus()
    panel.page.keyboard.press("Enter")
    expect(road).to_have_attribute("aria-pressed", "true")
    expect(panel.get_by_role("combobox", name="Collect to")).to_be_visible()
    expect(panel.locator(".study-steps-summary")).to_contain_text("2 cliques")


def test_the_keyboard_walks_and_other_evidence_is_another_run(panel: Locator) -> None:
    walk(panel, "Junction tree", "Collect to")
    panel.get_by_role("button", name="Next step").focus()
    panel.page.keyboard.press("End")
    assert at(panel) == 18
    editor = Editor(panel.page)
    editor.row("wet", 0).click()
    expect(scrubber(panel)).to_have_value("0")
    press(panel, "To the end")
    expect(panel.get_by_role("status").filter(has_text="End of the run")).to_contain_text("beliefs of the page")
