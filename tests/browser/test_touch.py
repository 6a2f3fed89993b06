"""The editor under fingers: tap, long press, pinch, pan, drag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from tests.browser.editor import Editor, Point, center
from tests.browser.watched import Tab, expect_label, opened_tab, with_sprinkler

LONG_PRESS = 650
"""Milliseconds, a little more than the editor waits."""


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    with opened_tab(browser, address, has_touch=True) as found:
        yield found


@pytest.fixture
def editor(tab: Tab) -> Iterator[Editor]:
    with tab.test() as found:
        yield with_sprinkler(found)


class Fingers:
    """Touches at points of the window, through the browser's own input."""

    def __init__(self, editor: Editor) -> None:
        self.session: CDPSession = editor.page.context.new_cdp_session(editor.page)
        self.editor = editor

    def put(self, kind: str, *points: Point) -> None:
        touches = [{"x": point.x, "y": point.y, "id": index} for index, point in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def slide(self, path: Sequence[tuple[Point, ...]]) -> None:
        """All fingers along their ways, and up."""
        self.put("touchStart", *path[0])
        for points in path[1:]:
            self.put("touchMove", *points)
        self.put("touchEnd")
        self.editor.frames()


def line(start: Point, end: Point, steps: int = 6) -> list[Point]:
    shares = [step / steps for step in range(steps + 1)]
    return [Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)) for share in shares]


@pytest.fixture
def fingers(editor: Editor) -> Fingers:
    return Fingers(editor)


def test_a_tap_observes_and_another_takes_it_back(editor: Editor) -> None:
    bar = editor.bar("wet", 1)
    editor.page.touchscreen.tap(bar.x, bar.y)
    expect_label(editor, "rain", "Rain: no 0.2921, yes 0.7079")
    bar = editor.bar("wet", 1)
    editor.page.touchscreen.tap(bar.x, bar.y)
    expect_label(editor, "rain", "Rain: no 0.5000, yes 0.5000")


def test_a_long_press_says_not_this(editor: Editor, fingers: Fingers) -> None:
    fingers.put("touchStart", editor.bar("wet", 0))
    editor.page.wait_for_timeout(LONG_PRESS)
    fingers.put("touchEnd")
    expect_label(editor, "rain", "Rain: no 0.2921, yes 0.7079")
    assert editor.acknowledged().saved()["evidence"] == {"wet": {"not": "no"}}


def test_two_fingers_zoom_around_their_middle(editor: Editor, fingers: Fingers) -> None:
    before = editor.frame("rain").bounding_box()
    middle = center(editor.frame("rain"))
    apart = line(Point(40, 0), Point(80, 0))
    fingers.slide([(middle.moved(-way.x, 0), middle.moved(way.x, 0)) for way in apart])
    after = editor.frame("rain").bounding_box()
    assert before
    assert after
    assert after["width"] == pytest.approx(2 * before["width"], rel=0.03)
    still = center(editor.frame("rain"))
    assert max(abs(still.x - middle.x), abs(still.y - middle.y)) < 3
    assert editor.acknowledged().saved()["evidence"] == {}


def test_one_finger_on_nothing_moves_the_view(editor: Editor, fingers: Fingers) -> None:
    before, places = center(editor.frame("rain")), editor.saved()["layout"]
    start = Point(200, 150)
    fingers.slide([(point,) for point in line(start, start.moved(90, 60))])
    after = center(editor.frame("rain"))
    assert max(abs(after.x - before.x - 90), abs(after.y - before.y - 60)) < 1.5
    assert editor.saved()["layout"] == places


def test_a_node_is_dragged_with_its_bars(editor: Editor, fingers: Fingers) -> None:
    """A finger on a bar that moves on drags the card, and observes nothing."""
    before = editor.saved()["layout"]
    start = editor.bar("rain", 1)
    fingers.slide([(point,) for point in line(start, start.moved(80, 45))])
    after = editor.acknowledged().saved()
    assert after["layout"]["rain"][0] > before["rain"][0] + 40
    assert after["layout"]["rain"][1] > before["rain"][1] + 20
    assert after["layout"]["wet"] == before["wet"]
    assert after["evidence"] == {}


def test_a_double_tap_adds_a_variable(editor: Editor) -> None:
    for _ in range(2):
        editor.page.touchscreen.tap(150, 300)
    editor.type_name("Wind")
    expect(editor.page.get_by_role("group", name="Wind:")).to_be_attached()
