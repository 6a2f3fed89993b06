"""The editor in a real browser: one server for all tests, a fresh window for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.served import chromium, served

READY = '.mbml[data-ready="true"]'


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the page is served, started the way `mbml edit` starts it."""
    with served() as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as driver, chromium(driver) as found:
        yield found


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own at 1280×720: nothing remembered from other tests."""
    opened = browser.new_context(viewport={"width": 1280, "height": 720}, accept_downloads=True)
    yield opened
    opened.close()


@pytest.fixture
def page(window: BrowserContext, address: str) -> Iterator[Page]:
    """The editor as a first-time visitor sees it, with what it asked of other machines recorded."""
    tab = window.new_page()
    strangers: list[str] = []
    tab.on("request", lambda request: None if request.url.startswith(address) else strangers.append(request.url))
    tab.goto(address)
    tab.locator(READY).wait_for()
    yield tab
    outside = [url for url in strangers if not url.startswith(("data:", "blob:", address.replace("http", "ws")))]
    assert not outside, f"the page asked other machines: {outside}"
