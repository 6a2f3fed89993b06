"""Exact beside loopy beliefs and the schedule laboratory, as a class sees them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

LONG = 30_000


def open_view(page: Page, title: str) -> Locator:
    """A view of the reasoning, opened from its menu."""
    page.get_by_role("button", name="Look into the reasoning").click()
    page.get_by_role("menuitemradio", name=title).click()
    panel = page.get_by_role("complementary", name="Reasoning")
    expect(panel.get_by_role("heading", name=title)).to_be_visible()
    return panel


def observe(page: Page, what: str) -> None:
    page.get_by_role("button", name=f"Observe {what}", exact=True).click()


def card(page: Page, text: str | re.Pattern[str]) -> Locator:
    """A variable's card by what it tells a screen reader."""
    return page.get_by_role("group", name=text)


def open_sample(page: Page, title: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{title}")).first.click()
    expect(page.get_by_text("Saved").first).to_be_visible(timeout=LONG)


def lit(page: Page) -> set[str | None]:
    """Ids of the nodes on the loop that is lit."""
    marked = page.locator('[data-node][class*="look-loop"]')
    return {node.get_attribute("data-node") for node in marked.all()}


def test_wet_grass_shows_both_numbers_the_loop_and_what_is_counted_twice(page: Page) -> None:
    observe(page, "Wet grass = yes")
    panel = open_view(page, "Exact beside loopy")
    rain = panel.get_by_role("row", name=re.compile("^Rain"))
    expect(rain.get_by_role("cell")).to_have_text(["0.7079", "0.7841", "+0.0761"], timeout=LONG)
    expect(panel.get_by_text("loopy: approximate")).to_be_visible()
    expect(panel).to_contain_text("round the loop Rain – Cloudy – Sprinkler – Wet grass – Rain")
    expect(panel).to_contain_text("counted twice")
    expect(card(page, re.compile("^Rain: .*0.7079"))).to_contain_text("0.7841")
    assert lit(page) >= {"rain", "cloudy", "sprinkler", "wet"}


def test_dry_grass_cuts_the_loop_live(page: Page) -> None:
    observe(page, "Wet grass = yes")
    panel = open_view(page, "Exact beside loopy")
    expect(panel.get_by_text("loopy: approximate")).to_be_visible(timeout=LONG)
    observe(page, "Wet grass = no")
    expect(panel.get_by_text("loops cut by the evidence: exact")).to_be_visible(timeout=LONG)
    expect(panel).to_contain_text("Wet grass = no cuts the loop")
    cells = panel.get_by_role("row", name=re.compile("^Rain")).get_by_role("cell")
    expect(cells).to_have_text(["0.1187", "0.1187", "0"])
    assert lit(page) == set()


def test_the_badge_of_the_strip_knows_trees_cuts_and_loops(page: Page) -> None:
    badge = page.locator("button.badge")
    badge.click()
    page.get_by_role("menuitemradio", name="Always approximate").click()
    expect(badge).to_contain_text("Loopy: approximate")
    observe(page, "Wet grass = no")
    expect(badge).to_contain_text("Loops cut by the evidence: exact")
    expect(card(page, "Rain: no 0.8813, yes 0.1187")).to_be_visible()
    open_sample(page, "Who murdered Mr Black")
    expect(badge).to_contain_text("Tree: exact", timeout=LONG)


def test_a_row_selects_its_variable_by_keyboard(page: Page) -> None:
    panel = open_view(page, "Exact beside loopy")
    row = panel.get_by_role("button", name="Wet grass = yes", exact=True)
    expect(row).to_be_visible(timeout=LONG)
    row.focus()
    page.keyboard.press("Enter")
    expect(panel.locator("tr.selected")).to_have_count(1)
    expect(panel.locator("tr.selected")).to_contain_text("Wet grass")


def test_four_stations_swing_until_they_are_damped(page: Page) -> None:
    open_sample(page, "Four stations, two channels")
    panel = open_view(page, "Schedule laboratory")
    expect(panel.locator(".study-laboratory-status")).to_have_text(re.compile("Oscillating"), timeout=LONG)
    expect(panel).to_contain_text("repeat with period two")
    panel.get_by_role("slider", name="Damping").fill("0.5")
    panel.get_by_role("button", name="Run", exact=True).click()
    expect(panel.locator(".study-laboratory-status")).to_have_text(re.compile("Converged"), timeout=LONG)
    expect(panel.locator("path.line.then")).to_have_count(2)
    expect(panel).to_contain_text("exact is 0.4000")
    panel.get_by_role("button", name="To the start").click()
    expect(card(page, "Harbour: channel 1 ≈0.5000, channel 2 ≈0.5000")).to_be_visible()
    panel.get_by_role("button", name="One sweep on").click()
    expect(panel).to_contain_text("After 1 sweep:")
    panel.get_by_role("button", name="To the end").click()
    expect(card(page, "Harbour: channel 1 ≈0.5339, channel 2 ≈0.4661")).to_be_visible()


def test_new_evidence_runs_again_and_forgets_the_other_run(page: Page) -> None:
    panel = open_view(page, "Schedule laboratory")
    status = panel.locator(".study-laboratory-status")
    expect(status).to_have_text(re.compile("Converged"), timeout=LONG)
    panel.get_by_role("button", name="Residual", exact=True).click()
    panel.get_by_role("button", name="Run", exact=True).click()
    expect(panel.locator("path.line.then")).to_have_count(2, timeout=LONG)
    observe(page, "Wet grass = no")
    expect(panel).to_contain_text("No loop is left here, so this is exact.", timeout=LONG)
    expect(panel.locator("path.line.then")).to_have_count(0)


@pytest.mark.parametrize("title", ["Exact beside loopy", "Schedule laboratory"])
def test_a_contradiction_is_said_and_the_view_stays(page: Page, title: str) -> None:
    panel = open_view(page, title)
    for what in ("Sprinkler = no", "Rain = no", "Wet grass = yes"):
        observe(page, what)
    expect(panel.locator(".inspector-refusal")).not_to_be_empty(timeout=LONG)
    observe(page, "Rain = no")
    expect(panel.get_by_role("status").first).to_be_visible()
    expect(panel.locator(".study-compare-badge, .study-laboratory-status")).to_be_visible(timeout=LONG)
