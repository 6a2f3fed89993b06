"""A visitor's first minute, by real clicks in a real browser."""

from __future__ import annotations

import subprocess
import sys

import pytest
from playwright.sync_api import BrowserContext, FloatRect, Locator, Page, expect

from tests.browser.conftest import READY
from tests.browser.served import ROOT, free_port, wait_for

# Parts of the page that must neither leave the window nor lie on each other.
PARTS = (".mbml-top", ".mbml-left", ".mbml-canvas", ".mbml-right", ".mbml-status")

CUT_OFF = """(root) => [...root.querySelectorAll("button, h1, h2, h3, p, label, .chip, .badge, th, td")]
  .filter((element) => element.offsetParent && getComputedStyle(element).visibility === "visible")
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
    && getComputedStyle(element).overflowX === "hidden" && getComputedStyle(element).textOverflow !== "ellipsis")
  .map((element) => element.textContent.slice(0, 60))"""


def card(page: Page, text: str) -> Locator:
    """A variable's card by what it tells a screen reader."""
    return page.get_by_role("group", name=text)


def badge(page: Page) -> Locator:
    return page.get_by_role("region", name="Result and observations").get_by_role("status")


def test_a_first_visitor_sees_the_sprinkler_and_a_tour(page: Page) -> None:
    expect(page.get_by_text("Why is the grass wet?").first).to_be_visible()
    expect(card(page, "Wet grass: no 0.3529, yes 0.6471")).to_be_visible()
    expect(badge(page)).to_contain_text("Exact")
    for _ in range(2):
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Done").click()
    page.reload()
    page.locator(READY).wait_for()
    expect(page.get_by_role("button", name="Next")).to_have_count(0)


def test_clicking_a_bar_moves_the_beliefs_and_clicking_again_takes_it_back(page: Page) -> None:
    row = page.get_by_role("button", name="Observe Wet grass = yes", exact=True)
    row.click()
    expect(card(page, "Rain: no 0.2921, yes 0.7079")).to_be_visible()
    expect(card(page, "Sprinkler: no 0.5702, yes 0.4298")).to_be_visible()
    expect(row).to_have_attribute("aria-pressed", "true")
    row.click()
    expect(card(page, "Rain: no 0.5000, yes 0.5000")).to_be_visible()


def test_alt_click_says_not_this(page: Page) -> None:
    page.get_by_role("button", name="Observe Wet grass = no").click(modifiers=["Alt"])
    expect(card(page, "Rain: no 0.2921, yes 0.7079")).to_be_visible()


def test_a_suggestion_of_the_lesson_sets_its_observations(page: Page) -> None:
    page.get_by_role("button", name="The grass is wet and it rained").click()
    expect(card(page, "Sprinkler: no 0.8055, yes 0.1945")).to_be_visible()


def test_contradicting_observations_are_named_with_a_way_out(page: Page) -> None:
    for name, state in (("Sprinkler", "no"), ("Rain", "no"), ("Wet grass", "yes")):
        page.get_by_role("button", name=f"Observe {name} = {state}").click()
    expect(badge(page)).to_contain_text("Impossible")
    expect(card(page, "Cloudy: no 0.6897, yes 0.3103")).to_be_visible()
    page.get_by_role("button", name="Take back Rain = no").first.click()
    expect(card(page, "Rain: no 0, yes 1")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Traceback")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)], ids=["1280", "1920"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_overlaps_or_is_cut_off(
    window: BrowserContext, address: str, size: tuple[int, int], scheme: str
) -> None:
    page = window.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    root = page.locator(READY)
    root.wait_for()
    expect(root).to_have_attribute("data-theme", scheme)
    page.get_by_role("button", name="Observe Wet grass = yes").click()
    boxes = [box for part in PARTS if (box := page.locator(part).bounding_box())]
    for i, one in enumerate(boxes):
        assert one["x"] >= 0
        assert one["y"] >= 0
        assert one["x"] + one["width"] <= size[0] + 1
        assert one["y"] + one["height"] <= size[1] + 1
        assert not [other for other in boxes[i + 1 :] if overlap(one, other)]
    assert root.evaluate(CUT_OFF) == []
    cards = [box for node in page.locator("[data-node]").all() if (box := node.bounding_box())]
    canvas = page.locator(".mbml-canvas").bounding_box()
    assert canvas
    assert all(
        canvas["x"] <= box["x"] and box["x"] + box["width"] <= canvas["x"] + canvas["width"] for box in cards
    )


def overlap(one: FloatRect, other: FloatRect) -> bool:
    return (
        min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"]) > 1
        and min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"]) > 1
    )


def test_plain_streamlit_serves_the_same_page(window: BrowserContext) -> None:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.headless=true",
        f"--server.port={port}",
    ]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        wait_for(f"http://localhost:{port}/_stcore/health", server)
        page = window.new_page()
        page.goto(f"http://localhost:{port}")
        page.locator(READY).wait_for()
        expect(card(page, "Wet grass: no 0.3529, yes 0.6471")).to_be_visible()
    finally:
        server.terminate()
        server.wait(timeout=10)
