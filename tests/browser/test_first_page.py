"""A visitor's first minute, by real clicks in a real browser."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def bars(page: Page, text: str) -> Locator:
    """The chart of a variable, found by what it tells a screen reader."""
    return page.get_by_role("img", name=text)


def test_observing_wet_grass_moves_the_bars_at_once(page: Page) -> None:
    expect(page.get_by_text("Why is the grass wet?").first).to_be_visible()
    page.get_by_role("button", name="The grass is wet", exact=True).click()
    expect(bars(page, "Rain: no 0.2921, yes 0.7079")).to_be_visible()
    expect(bars(page, "Sprinkler: no 0.5702, yes 0.4298")).to_be_visible()
    expect(page.get_by_text("Exact", exact=True)).to_be_visible()
    page.get_by_role("button", name="Retract all").click()
    expect(bars(page, "Rain: no 0.5000, yes 0.5000")).to_be_visible()


def test_contradicting_observations_are_named_kindly(page: Page) -> None:
    for name, state in (("Sprinkler", "no"), ("Rain", "no"), ("Wet grass", "yes")):
        page.get_by_role("combobox", name=name).click()
        page.get_by_role("option", name=state, exact=True).click()
    expect(bars(page, "Cloudy: no 0.6897, yes 0.3103 (before the contradiction)")).to_be_visible()
    page.get_by_role("button", name="Take back: Rain").click()
    expect(bars(page, "Rain: no 0, yes 1")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Traceback")
    expect(page.locator("body")).not_to_contain_text("nan")


def test_nothing_is_cut_off(page: Page) -> None:
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not too_wide
