"""Why a belief changed, on the page: the numbers, the words, what glows; by pointer and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.editor import Editor
from tests.browser.watched import Tab, opened_tab, with_sprinkler

FOCUSED = """() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found?.textContent ?? "";
}"""


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address) as found:
        yield found


@pytest.fixture
def editor(tab: Tab) -> Iterator[Editor]:
    """Wet grass and a running sprinkler; rain is selected."""
    with tab.test() as found:
        with_sprinkler(found)
        found.press_state("wet", 1)
        found.press_state("sprinkler", 1)
        found.acknowledged()
        found.select("rain")
        yield found
        close = found.button("Close this view")
        if close.count():
            close.click()


def opened(editor: Editor, title: str) -> Locator:
    editor.button("Look into the reasoning").click()
    editor.page.get_by_role("menuitemradio", name=re.compile(title)).or_(
        editor.page.get_by_role("menuitem", name=re.compile(title))
    ).first.click()
    panel = editor.page.get_by_role("complementary", name="Reasoning")
    expect(panel).to_be_visible()
    return panel


def glowing(editor: Editor) -> Locator:
    return editor.page.locator(".edge.look-glow")


def test_before_and_after_with_the_share_of_each_observation(editor: Editor) -> None:
    panel = opened(editor, "Why did it change")
    expect(panel.get_by_role("status").filter(has_text="together")).to_have_text(
        "The 2 observations together lower P(Rain = yes) from 0.5000 to 0.3204: the odds are divided by 2.12."
    )
    expect(panel.locator(".study-why-number")).to_have_text(["+0.10", "−1.64", "+0.79", "−0.75"])
    expect(panel).to_contain_text("it belongs to the observations together and to none of them alone")
    expect(panel).to_contain_text("This is explaining away")


def test_paths_glow_and_one_observation_lights_only_its_own(editor: Editor) -> None:
    panel = opened(editor, "Why did it change")
    expect(glowing(editor)).to_have_count(7)
    expect(editor.node("wet")).to_have_attribute("aria-label", re.compile("explaining away"))
    panel.get_by_role("button", name="Wet grass = yes").click()
    expect(glowing(editor)).to_have_count(2)
    panel.get_by_role("button", name="Sprinkler = yes").first.click()
    expect(glowing(editor)).to_have_count(7)
    panel.get_by_role("button", name="Sprinkler ← Cloudy → Rain").focus()
    expect(glowing(editor)).to_have_count(4)
    panel.get_by_role("button", name="Sprinkler → Wet grass ← Rain").focus()
    expect(glowing(editor)).to_have_count(3)
    editor.button("Close this view").click()
    expect(glowing(editor)).to_have_count(0)


def test_it_follows_the_evidence_and_the_selection(editor: Editor) -> None:
    panel = opened(editor, "Why did it change")
    editor.press_state("sprinkler", 1)
    expect(panel).to_contain_text("The observation raises P(Rain = yes) from 0.5000 to 0.7079")
    editor.select("cloudy")
    expect(panel).to_contain_text("P(Cloudy = yes) from 0.5000 to 0.5758")
    panel.get_by_label("being").select_option(label="no")
    expect(panel).to_contain_text("lowers P(Cloudy = no) from 0.5000 to 0.4242")
    editor.press_state("wet", 1)
    expect(panel).to_contain_text("Nothing is observed yet")


def test_the_ladder_in_another_order_ends_at_the_same_place(editor: Editor) -> None:
    panel = opened(editor, "Posterior ladder")
    chances = panel.locator(".study-ladder-chance")
    expect(chances).to_have_text(["0.5000", "0.7079", "0.3204"])
    panel.get_by_role("button", name="Move Wet grass = yes down").click()
    expect(chances).to_have_text(["0.5000", "0.3000", "0.3204"])
    panel.get_by_role("button", name="Back", exact=True).click()
    expect(panel).to_contain_text("“Sprinkler = yes” lowers it to 0.3000")
    expect(editor.node("rain")).to_have_attribute("aria-label", re.compile("yes 0.3000"))
    panel.get_by_role("button", name="Next", exact=True).click()
    expect(editor.node("rain")).to_have_attribute("aria-label", re.compile("yes 0.3204"))


def test_a_thousand_cases_filtered_stage_by_stage(editor: Editor) -> None:
    panel = opened(editor, "1,000 imagined cases")
    picture = panel.get_by_role("img")
    expect(picture).to_have_attribute(
        "aria-label", "278 of the 647 agree with “Sprinkler = yes”. Of these, 89 (32 %) have Rain = yes."
    )
    assert dots(picture, "yes") == 89
    panel.get_by_role("button", name="Back", exact=True).click()
    expect(picture).to_have_attribute("aria-label", re.compile("^647 of the 1,000"))
    assert [dots(picture, name) for name in ("yes", "no", "gone-yes", "gone-no")] == [458, 189, 42, 311]
    expect(panel.get_by_role("row", name="Wet grass = yes 647 458 71 %")).to_be_visible()
    forward = panel.get_by_role("button", name="Next", exact=True)
    forward.press("Enter")
    expect(forward).to_be_disabled()
    editor.frames()
    expect(forward).to_be_focused()  # whoever steps by keyboard stays where they are


def dots(picture: Locator, name: str) -> int:
    path = picture.locator(f"path.{name}").get_attribute("d") or ""
    return path.count("M")


def test_by_keyboard_alone(editor: Editor) -> None:
    editor.button("Look into the reasoning").focus()
    editor.keyboard.press("Enter")
    for _ in range(20):
        if "Why did it change?" in editor.page.evaluate(FOCUSED):
            break
        editor.keyboard.press("ArrowDown")
    editor.keyboard.press("Enter")
    panel = editor.page.get_by_role("complementary", name="Reasoning")
    expect(panel.get_by_role("button", name="Why did it change?")).to_be_visible()
    row = panel.get_by_role("button", name="Sprinkler = yes").first
    row.focus()
    editor.keyboard.press("Enter")
    expect(row).to_have_attribute("aria-pressed", "true")
    expect(panel.get_by_role("heading", name="A closer look at “Sprinkler = yes”")).to_be_visible()
    expect(glowing(editor)).to_have_count(7)
