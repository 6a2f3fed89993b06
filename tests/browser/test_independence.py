"""Independence, doing beside seeing, and the best whole beside the best parts, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.editor import Editor
from tests.browser.served import ROOT
from tests.browser.watched import Tab, opened_tab, with_sprinkler


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address) as found:
        yield found


@pytest.fixture
def editor(tab: Tab) -> Iterator[Editor]:
    with tab.test() as found:
        yield found


def sample(name: str) -> dict[str, Any]:
    drawing: dict[str, Any] = json.loads((ROOT / "sample_graphs" / f"{name}.json").read_text(encoding="utf-8"))
    return drawing


def view(editor: Editor, title: str) -> Locator:
    """The panel, with one of its views open and the whole drawing beside it."""
    editor.button("Look into the reasoning").click()
    editor.page.locator("[role^=menuitem]").filter(has_text=title).click()
    editor.button("Show the whole drawing").click()
    editor.frames()
    return editor.page.get_by_role("complementary", name="Reasoning")


def choose(panel: Locator, caption: str, label: str) -> None:
    panel.get_by_role("combobox", name=caption, exact=True).select_option(label=label)


def independence(editor: Editor, first: str, second: str) -> Locator:
    panel = view(editor, "Independent?")
    choose(panel, "First", first)
    choose(panel, "Second", second)
    return panel


def verdict(panel: Locator) -> Locator:
    return panel.locator(".study-independence-verdict")


def marked(editor: Editor, id: str, note: str) -> None:
    """A note at a node is read out with it."""
    expect(editor.node(id)).to_have_attribute("aria-label", re.compile(re.escape(note) + "$"))


def test_paths_open_and_close_with_the_evidence(editor: Editor) -> None:
    with_sprinkler(editor)
    panel = independence(editor, "Sprinkler", "Rain")
    expect(verdict(panel)).to_contain_text("Connected")
    expect(verdict(panel)).to_contain_text("I(Sprinkler; Rain) = 0.051 bits")
    expect(panel.locator(".study-independence-trail.open")).to_contain_text("Sprinkler ← Cloudy → Rain")
    marked(editor, "wet", "collider: not seen")
    editor.press_state("cloudy", 1)
    expect(verdict(panel)).to_contain_text("Independent given what is known")
    expect(verdict(panel)).to_contain_text("= 0 bits")
    marked(editor, "cloudy", "fork: known")
    editor.press_state("wet", 1)
    expect(verdict(panel)).to_contain_text("Connected given what is known")
    expect(panel.locator(".study-independence-trail.open")).to_contain_text("compete to explain it")
    editor.press_state("cloudy", 1)
    expect(panel.locator(".study-independence-trail.open")).to_have_count(2)


def test_supposing_picking_and_the_blanket(editor: Editor) -> None:
    with_sprinkler(editor)
    panel = independence(editor, "Sprinkler", "Rain")
    expect(verdict(panel)).to_contain_text("Connected")
    choose(panel, "Suppose", "Cloudy")
    expect(verdict(panel)).to_contain_text("Independent given what is known")
    expect(panel.locator(".study-independence-trail").first).to_contain_text("supposed to be known")
    panel.get_by_role("button", name="Do not suppose Cloudy").click()
    expect(verdict(panel)).to_contain_text("Connected")
    panel.get_by_role("button", name="of Rain").click()
    marked(editor, "sprinkler", "co-parent")
    expect(panel).to_contain_text("nothing else tells anything about Rain")
    panel.get_by_role("button", name="Pick on the drawing").click()
    editor.frames()
    editor.click_at(editor.heading("cloudy"))
    expect(verdict(panel)).to_contain_text("I(Rain; Cloudy)")
    editor.click_at(editor.heading("wet"))
    expect(verdict(panel)).to_contain_text("I(Cloudy; Wet grass)")
    expect(panel.locator(".study-independence-trail.open")).to_have_count(2)
    expect(editor.page.locator(".chip")).to_have_count(0)
    panel.get_by_role("button", name="Pick on the drawing").click()
    panel.get_by_role("button", name="Close this view").click()
    expect(editor.node("wet")).to_have_attribute("aria-label", re.compile(r"\d$"))


def test_the_keyboard_alone_lights_a_path(editor: Editor) -> None:
    with_sprinkler(editor)
    panel = independence(editor, "Sprinkler", "Rain")
    path = panel.locator(".study-independence-trail.blocked")
    expect(path).to_be_visible()
    path.focus()
    editor.press("Enter")
    expect(path).to_have_attribute("aria-pressed", "true")
    editor.press("Enter")
    expect(path).to_have_attribute("aria-pressed", "false")


def told(editor: Editor, id: str, belief: str) -> None:
    """The bars come a frame after the words."""
    expect(editor.node(id)).to_have_attribute("aria-label", re.compile(re.escape(belief)))


def test_seeing_and_doing_disagree_about_kidney_stones(editor: Editor) -> None:
    editor.open_document(sample("kidney_stones"))
    panel = view(editor, "Seeing or doing")
    choose(panel, "Set", "Treatment")
    choose(panel, "to", "open")
    expect(panel.locator(".study-intervene-contrast")).to_contain_text("Simpson's paradox")
    expect(panel).to_contain_text(
        "After seeing Treatment = open, Success = yes has probability 0.7800; after doing it"
    )
    told(editor, "success", "yes 0.8325")
    told(editor, "stone", "large 0.4900")
    marked(editor, "treatment", "do: open")
    panel.get_by_role("button", name="Seen", exact=True).click()
    marked(editor, "treatment", "see: open")
    told(editor, "success", "yes 0.7800")
    editor.press_state("stone", 0)
    expect(panel).to_contain_text("lead to the same beliefs")


def test_a_free_potential_says_why_it_cannot_be_set(editor: Editor) -> None:
    editor.open_document(sample("ising_grid"))
    panel = view(editor, "Seeing or doing")
    expect(panel.locator(".inspector-refusal")).to_contain_text("no arrow says what makes it")


def test_the_best_whole_is_not_made_of_the_best_parts(editor: Editor) -> None:
    editor.open_document(sample("saturday"))
    panel = view(editor, "Most probable explanation")
    expect(panel.locator(".study-modes-chances")).to_have_text(re.compile(r"0\.3528.*0\.0588", re.DOTALL))
    expect(panel.locator("tr.differs")).to_have_count(1)
    marked(editor, "weather", "whole: rain")
    editor.press_state("towel", 0)
    expect(panel.locator("tr.differs")).to_have_count(0)
    expect(panel).to_contain_text(
        "Every variable's own most probable state is also its state in the most probable whole"
    )
