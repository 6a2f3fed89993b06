"""How quick the page feels, in a real browser: click to painted bars, pan and zoom, first paint.

    python benchmarks/editor_speed.py [NODES …] [--clicks N] [--markdown FILE]

Each size is a random directed model of that many variables, saved to a file and opened by `mbml edit` in a server
of its own. A click is a real mouse click on a state's row; its time runs from the browser's own time stamp of the
event to the first frame after the new bars are in the page (a message posted from an animation frame arrives once
that frame is painted). Frames are counted while the mouse drags the canvas and turns its wheel.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from mbml_core.document import Document, save  # noqa: E402
from mbml_core.model import Factor, FactorGraph, boolean  # noqa: E402
from tests.browser.served import chromium, served  # noqa: E402

SIZES = (40, 200, 1000)
CLICKS = 60
COLUMNS_APART, ROWS_APART = 230, 210
MAX_PARENTS = 2
WINDOW = {"width": 1280, "height": 720}

# Runs in the page: notes when a click happened and when the bars it moved were painted.
WATCH = """() => {
  const root = window.mbmlRoot = [...document.querySelectorAll("*")]
    .map((element) => element.shadowRoot?.querySelector(".mbml")).find(Boolean);
  window.mbmlTimes = [];
  let clicked = null;
  root.addEventListener("pointerup", (event) => { clicked = event.timeStamp; }, true);
  const painted = new MessageChannel();
  painted.port1.onmessage = () => {
    if (clicked !== null) window.mbmlTimes.push(performance.now() - clicked);
    clicked = null;
  };
  new MutationObserver(() => requestAnimationFrame(() => painted.port2.postMessage(0)))
    .observe(root, { attributes: true, attributeFilter: ["data-beliefs"] });
}"""

FRAMES = """() => {
  window.mbmlFrames = [];
  let last = performance.now();
  const tick = (now) => {
    window.mbmlFrames.push(now - last);
    last = now;
    window.mbmlTick = requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""


@dataclass(frozen=True)
class Speed:
    """One size: milliseconds."""

    nodes: int
    first_paint: float
    clicks: list[float]
    pan: list[float]
    zoom: list[float]

    def row(self) -> str:
        """A line of the table."""
        cells = [f"{self.nodes:,}", f"{self.first_paint / 1000:.2f} s"]
        for times in (self.clicks, self.pan, self.zoom):
            cells.append(f"{statistics.median(times):.0f} / {quantile(times, 0.95):.0f}")
        return f"| {' | '.join(cells)} |"


def quantile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(share * len(times)), len(times) - 1)]


def model(nodes: int) -> Document:
    """A random directed model on a grid; parents are close by, so that the exact method stays cheap."""
    rng = random.Random(nodes)  # noqa: S311 - draws a model
    columns = max(round(nodes**0.5), 1)
    variables = [boolean(f"x{i}", f"Variable {i}") for i in range(nodes)]
    factors, layout = [], {}
    for i in range(nodes):
        near = [j for j in (i - 1, i - columns) if j >= 0 and not (j == i - 1 and i % columns == 0)]
        parents = sorted(rng.sample(near, min(len(near), rng.choice((1, 1, MAX_PARENTS)))))
        factors.append(conditional(i, parents, rng))
        x, y = (i % columns) * COLUMNS_APART, (i // columns) * ROWS_APART
        layout[f"x{i}"] = (x, y)
        layout[f"f{i}"] = (x, y - ROWS_APART // 2)
    return Document(FactorGraph(tuple(variables), tuple(factors), name=f"{nodes} variables"), layout)


def conditional(child: int, parents: list[int], rng: random.Random) -> Factor:
    def rows(depth: int) -> list[object]:
        if depth == 0:
            p = rng.uniform(0.1, 0.9)
            return [1 - p, p]
        return [rows(depth - 1), rows(depth - 1)]

    scope = tuple(f"x{i}" for i in (*parents, child))
    return Factor(f"f{child}", "table", scope, {"values": rows(len(parents)), "child": f"x{child}"})


def measure(nodes: int, clicks: int) -> Speed:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver, chromium(driver) as browser:
        path = Path(folder) / f"{nodes}.json"
        save(model(nodes), path)
        page = browser.new_page(viewport=WINDOW)
        start = time.perf_counter()
        with served(str(path)) as address:
            page.goto(address)
            page.locator('.mbml[data-ready="true"] [data-node]').first.wait_for()
            first_paint = 1000 * (time.perf_counter() - start)
            page.wait_for_timeout(1000)
            page.evaluate(WATCH)
            come_close(page)
            times = click_times(page, clicks)
            return Speed(nodes, first_paint, times, frames(page, drag), frames(page, wheel))


def come_close(page: Page) -> None:
    """Zoom in until states can be clicked: a large model opens as a whole, with its names alone."""
    page.mouse.move(640, 360)
    while not page.evaluate("() => window.mbmlRoot.querySelectorAll('[data-state]').length"):
        page.mouse.wheel(0, -200)
        page.wait_for_timeout(300)


def click_times(page: Page, clicks: int) -> list[float]:
    """Clicks on the rows that are on screen, one after the other, each awaited."""
    rng = random.Random(7)  # noqa: S311 - picks rows
    for click in range(clicks):
        rows = page.evaluate(
            """() => [...window.mbmlRoot.querySelectorAll("[data-state]")].map((row) => {
              const box = row.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }).filter(([x, y]) => x > 330 && x < innerWidth - 330 && y > 120 && y < innerHeight - 120)"""
        )
        x, y = rng.choice(rows)
        page.mouse.click(x, y)
        page.wait_for_function(f"() => window.mbmlTimes.length > {click}", timeout=10_000)
        page.wait_for_timeout(350)  # the bars come to rest
    times: list[float] = page.evaluate("() => window.mbmlTimes")
    return times


def frames(page: Page, gesture: object) -> list[float]:
    page.mouse.move(640, 360)
    page.evaluate(FRAMES)
    gesture(page)  # type: ignore[operator]
    times: list[float] = page.evaluate("() => (cancelAnimationFrame(window.mbmlTick), window.mbmlFrames)")
    page.wait_for_timeout(500)
    return times[2:]


def drag(page: Page) -> None:
    page.mouse.move(640, 100)
    page.mouse.down(button="middle")
    for step in range(90):
        page.mouse.move(640 + 2 * (step % 45), 100 + step)
        page.wait_for_timeout(8)
    page.mouse.up(button="middle")


def wheel(page: Page) -> None:
    for step in range(60):
        page.mouse.wheel(0, 40 if step % 20 < 10 else -40)
        page.wait_for_timeout(12)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nodes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--clicks", type=int, default=CLICKS)
    parser.add_argument("--markdown", type=Path)
    arguments = parser.parse_args()
    lines = [
        "| variables | `mbml edit` to first paint | click to painted bars p50 / p95 ms | pan frame p50 / p95 ms "
        "| zoom frame p50 / p95 ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    print("\n".join(lines))
    for nodes in arguments.nodes or SIZES:
        lines.append(measure(nodes, arguments.clicks).row())
        print(lines[-1], flush=True)
    if arguments.markdown:
        arguments.markdown.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
