"""The exported page in a real browser: drawn, alone on the machine, and deaf to what its labels ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from components.graph_editor.exporting import export
from mbml_core.document import Document
from mbml_core.model import Categorical, Factor, FactorGraph, Observed, Variable
from mbml_core.wording import visible
from tests.hostile import HOSTILE_LABELS


def hostile_document() -> Document:
    """Every label as an id, a name, a state and the title, half of the variables observed."""
    variables = tuple(
        Variable(f"{label}", Categorical((label, f"not {label}"[:200])), label) for label in HOSTILE_LABELS
    )
    factors = tuple(
        Factor(f"factor {label}"[:200], "prior", (label,), {"probabilities": [0.5, 0.5]})
        for label in HOSTILE_LABELS
    )
    evidence = {label: Observed(label) for label in HOSTILE_LABELS[::2]}
    return Document.of(FactorGraph(variables, factors, evidence, name=" ".join(HOSTILE_LABELS[:4])))


@dataclass
class Opened:
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    file: Path = tmp_path_factory.mktemp("export") / "page.html"
    file.write_text(export(hostile_document(), "html").text, encoding="utf-8")
    window = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    seen = Opened(window.new_page())
    seen.page.on("request", lambda request: seen.asked.append(request.url))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("dialog", lambda dialog: seen.complaints.append(dialog.message))
    seen.page.goto(file.as_uri())
    seen.page.wait_for_function("typeof network !== 'undefined' && document.querySelector('canvas')")
    yield seen
    window.close()


def test_the_drawing_is_drawn(opened: Opened) -> None:
    painted = """() => {
        const canvas = document.querySelector("canvas");
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels.some((value) => value > 0);
    }"""
    opened.page.wait_for_function(painted)
    assert opened.page.evaluate("nodes.length") == 2 * len(HOSTILE_LABELS)
    assert opened.page.evaluate("edges.length") == len(HOSTILE_LABELS)


def test_nothing_is_asked_of_anybody(opened: Opened) -> None:
    outside = [url for url in opened.asked[1:] if not url.startswith("data:")]
    assert opened.asked[0].startswith("file:")
    assert not outside
    assert not opened.complaints  # the page's policy would complain about a forbidden request here


def test_every_label_is_shown_as_it_is_written(opened: Opened) -> None:
    cells = opened.page.locator("td:first-child").evaluate_all("cells => cells.map((cell) => cell.textContent)")
    assert cells == [visible(label) for label in HOSTILE_LABELS]
    assert opened.page.title() == visible(" ".join(HOSTILE_LABELS[:4]))
    assert opened.page.locator("img, svg, a, iframe, object, embed, form").count() == 0


def test_no_label_is_ever_obeyed(opened: Opened) -> None:
    canvas = opened.page.locator("canvas")
    opened.page.evaluate("window.hovered = []; network.on('hoverNode', ({node}) => window.hovered.push(node))")
    opened.page.evaluate("network.setOptions({interaction: {hover: true}})")
    for node in range(len(HOSTILE_LABELS)):
        canvas.hover(position=opened.page.evaluate(f"network.canvasToDOM(network.getPosition({node}))"))
        opened.page.wait_for_timeout(350)  # a tooltip, if there were any, opens after 300 ms
        canvas.click(position=opened.page.evaluate(f"network.canvasToDOM(network.getPosition({node}))"))
    assert opened.page.evaluate("hovered") == list(range(len(HOSTILE_LABELS)))
    assert opened.page.locator(".vis-tooltip, .popup").count() == 0
    assert opened.page.evaluate("typeof window.__pwned") == "undefined"
    assert opened.page.evaluate("({}).polluted === undefined && Object.keys(Object.prototype).length === 0")
    assert not opened.complaints
