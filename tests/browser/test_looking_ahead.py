"""What to look at next, what an answer hangs on, and whether the observations agree: live with the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.editor import Editor
from tests.browser.watched import Tab, opened_tab, with_sprinkler


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address) as found:
        yield found


@pytest.fixture
def editor(tab: Tab) -> Iterator[Editor]:
    """Wet grass; rain is selected."""
    with tab.test() as found:
        with_sprinkler(found)
        found.press_state("wet", 1)
        found.acknowledged()
        found.select("rain")
        yield found
        close = found.button("Close this view")
        if close.count():
            close.click()


def opened(editor: Editor, title: str) -> Locator:
    editor.button("Look into the reasoning").click()
    editor.page.get_by_role("menuitemradio", name=re.compile(title)).click()
    return editor.page.get_by_role("complementary", name="Reasoning")


def test_what_to_look_at_next_follows_the_evidence(editor: Editor) -> None:
    panel = opened(editor, "What to look at next")
    expect(panel).to_contain_text("Look at Sprinkler next")
    expect(panel.locator(".study-next-name")).to_have_text(["Sprinkler", "Cloudy"])
    expect(editor.node("sprinkler")).to_have_attribute("aria-label", re.compile("0.483 bits"))
    panel.get_by_role("button", name=re.compile("^Sprinkler")).press("Enter")
    expect(panel.locator(".study-next-table tbody tr")).to_have_count(2)
    editor.press_state("sprinkler", 1)
    expect(panel.locator(".study-next-name")).to_have_text(["Cloudy"])


def test_what_it_hangs_on_and_what_flips_the_decision(editor: Editor) -> None:
    panel = opened(editor, "What does it hang on")
    expect(panel).to_contain_text("P(Rain = yes) = 0.7079 hangs most on P(Cloudy = yes)")
    expect(panel).to_contain_text("fall below 0.5")
    panel.get_by_label("Decide at").fill("0.72")
    panel.get_by_label("Decide at").press("Enter")
    expect(panel.locator(".study-sensitivity-flips li").first).to_contain_text("rise above 0.72")
    panel.locator(".study-sensitivity-row").first.click()
    expect(editor.node("f_cloudy")).to_have_class(re.compile("selected"))


def test_observations_that_agree_and_that_contradict(editor: Editor) -> None:
    panel = opened(editor, "Do the observations agree")
    expect(panel).to_contain_text("One observation cannot contradict itself")
    editor.press_state("rain", 1)
    expect(panel).to_contain_text("The observations support each other")
    editor.press_state("rain", 0)
    editor.press_state("sprinkler", 0)
    expect(panel).to_contain_text("These cannot all be true in this model")
    expect(editor.node("wet")).to_have_attribute("aria-label", re.compile("contradicts"))
