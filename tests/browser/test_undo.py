"""Undo is complete: whatever was done to a drawing, in any order, can be taken back and done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, starmap
from random import Random

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.editor import Editor, Point

MOST_NODES = 11
"""So many mostly have readable cards in the window; then something is deleted."""


@dataclass
class Hand:
    """Somebody who tries everything, by dice."""

    editor: Editor
    random: Random

    def __post_init__(self) -> None:
        self.named = 0

    def edit(self) -> str:
        """One edit; its name for messages."""
        ids = self.editor.ids()
        is_full = len(ids) > MOST_NODES or not self.is_readable()
        kind = "delete" if is_full else self.random.choice(list(EDITS))
        self.editor.clear()
        EDITS[kind](self, ids)
        return kind

    def tidy(self) -> None:
        """What covers another node, or is out of sight, cannot be clicked."""
        self.editor.acknowledged()  # an answer may bring the banner, which lies over the canvas
        dismiss = self.editor.button("Dismiss")
        if dismiss.count():
            dismiss.click()
        if not (self.is_in_sight() and self.is_readable()) or any(starmap(overlap, combinations(self.nodes(), 2))):
            self.editor.press("l")
            self.editor.acknowledged()
        while not self.is_in_sight():
            self.editor.press("-")
            self.editor.frames()

    def nodes(self) -> list[Box]:
        return boxes(self.editor.page.locator("[data-node] .body"))

    def is_readable(self) -> bool:
        """Whether the cards are so large that they show everything, and their tools."""
        return self.editor.page.locator("[data-node]:not(.full)").count() == 0

    def is_in_sight(self) -> bool:
        """Whether no node is beyond the canvas or under the banner."""
        [(left, top, right, bottom)] = boxes(self.editor.page.locator("svg.canvas"))
        end = min([bottom, *(cover[1] for cover in boxes(self.editor.page.locator(".banner")))])
        return all(x > left and y > top and far < right and low < end for x, y, far, low in self.nodes())

    def any_variable(self) -> str:
        return self.random.choice(self.editor.variables())

    def any_row(self) -> tuple[str, int]:
        id = self.any_variable()
        return id, self.random.randrange(self.editor.node(id).locator("[data-state]").count())

    def name(self) -> str:
        self.named += 1
        return f"Name {self.named}"

    def spot(self) -> Point:
        """On the drawing, wherever."""
        return Point(self.random.uniform(100, 1180), self.random.uniform(90, 640))


def add_variable(hand: Hand, ids: list[str]) -> None:
    spot = hand.spot()
    hand.editor.mouse.move(spot.x, spot.y)
    hand.editor.press("v")
    hand.editor.type_name(hand.name())


def add_factor(hand: Hand, ids: list[str]) -> None:
    variables = hand.editor.variables()
    hand.editor.select(*hand.random.sample(variables, k=min(len(variables), hand.random.randint(1, 2))))
    hand.editor.press("f")


def move(hand: Hand, ids: list[str]) -> None:
    id = hand.random.choice(ids)
    hand.editor.drag(id, hand.random.uniform(-80, 80), hand.random.uniform(-60, 60))


def connect(hand: Hand, ids: list[str]) -> None:
    hand.editor.connect(*hand.random.sample(ids, k=2))


def rename(hand: Hand, ids: list[str]) -> None:
    hand.editor.select(hand.random.choice(ids))
    hand.editor.press("F2")
    hand.editor.type_name(hand.name())


def observe(hand: Hand, ids: list[str]) -> None:
    hand.editor.press_state(*hand.any_row())


def rule_out(hand: Hand, ids: list[str]) -> None:
    hand.editor.press_state(*hand.any_row(), "Alt")


def delete(hand: Hand, ids: list[str]) -> None:
    if len(ids) > 3:  # something is left to go on with
        hand.editor.select(hand.random.choice(ids))
        hand.editor.press("Delete")
        hand.editor.frames()
    if not hand.editor.variables():
        add_variable(hand, ids)


def paste(hand: Hand, ids: list[str]) -> None:
    hand.editor.select(hand.any_variable())
    hand.editor.press("Control+c")
    hand.editor.press("Control+v")


def arrange(hand: Hand, ids: list[str]) -> None:
    hand.editor.press("l")


def add_state(hand: Hand, ids: list[str]) -> None:
    hand.editor.add_state(hand.any_variable(), hand.name())


def nudge(hand: Hand, ids: list[str]) -> None:
    hand.editor.select(hand.random.choice(ids))
    hand.editor.press("ArrowRight", hand.random.randint(1, 4))


EDITS: dict[str, Callable[[Hand, list[str]], None]] = {
    edit.__name__: edit
    for edit in (
        *(add_variable, add_factor, move, connect, rename, observe, rule_out),
        *(delete, paste, arrange, add_state, nudge),
    )
}


Box = tuple[float, float, float, float]


BOXES = """all => all.map((one) => one.getBoundingClientRect())
  .map((box) => [box.x, box.y, box.right, box.bottom])"""


def boxes(things: Locator) -> list[Box]:
    """Left, top, right and bottom of each, in pixels of the window."""
    return [(left, top, right, bottom) for left, top, right, bottom in things.evaluate_all(BOXES)]


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def expect_undone_and_redone(page: Page, seed: int, edits: int) -> None:
    editor = Editor(page).with_room()
    first = editor.saved()
    hand = Hand(editor, Random(seed))  # noqa: S311 - dice, no secret
    done = []
    for _ in range(edits):
        done.append(hand.edit())
        hand.tidy()
    last = editor.saved()
    assert last != first
    editor.undo_all()
    assert editor.saved() == first, done
    expect(editor.undo_button).to_be_disabled()
    editor.redo_all()
    assert editor.saved() == last, done


def test_sixty_edits_are_undone_and_redone(page: Page) -> None:
    expect_undone_and_redone(page, seed=0, edits=60)


@pytest.mark.slow
def test_two_hundred_edits_are_undone_and_redone(page: Page) -> None:
    expect_undone_and_redone(page, seed=200, edits=200)
