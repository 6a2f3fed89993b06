"""Fast hands: clicks and keys that come faster than answers, every one of which counts."""

from __future__ import annotations

from random import Random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.editor import Editor, evidence_of

VARIABLES = ("cloudy", "sprinkler", "rain", "wet")
STATES = ("no", "yes")
PRESSES = 50


def replayed(presses: list[tuple[str, int]]) -> dict[str, dict[str, str]]:
    """What is observed after the presses: a state is seen, or, where it already was, nothing is."""
    observed: dict[str, dict[str, str]] = {}
    for id, state in presses:
        wanted = {"state": STATES[state]}
        if observed.get(id) == wanted:
            del observed[id]
        else:
            observed[id] = wanted
    return observed


@pytest.fixture
def presses() -> list[tuple[str, int]]:
    random = Random(50)  # noqa: S311 - dice, no secret
    return [(random.choice(VARIABLES), random.randrange(2)) for _ in range(PRESSES)]


def test_fifty_clicks_without_waiting(page: Page, presses: list[tuple[str, int]]) -> None:
    editor = Editor(page)
    places = {(id, state): editor.bar(id, state) for id in VARIABLES for state in range(2)}
    for press in presses:
        editor.click_at(places[press])
    assert evidence_of(editor.saved()) == replayed(presses)
    expect_shown(editor, replayed(presses))
    editor.undo_exactly(PRESSES)
    assert evidence_of(editor.saved()) == {}


def test_fifty_keys_without_waiting(page: Page, presses: list[tuple[str, int]]) -> None:
    editor = Editor(page)
    editor.select("wet")
    keys = [state for _, state in presses]
    for state in keys:
        editor.press(str(state + 1))
    assert evidence_of(editor.saved()) == replayed([("wet", state) for state in keys])
    editor.undo_exactly(PRESSES)


def test_undo_and_redo_faster_than_answers(page: Page, presses: list[tuple[str, int]]) -> None:
    editor = Editor(page)
    places = {(id, state): editor.bar(id, state) for id in VARIABLES for state in range(2)}
    for press in presses[:20]:
        editor.click_at(places[press])
    editor.press("Control+z", 15)
    editor.press("Control+Shift+z", 7)
    for press in presses[20:30]:
        editor.click_at(places[press])
    kept = [*presses[:12], *presses[20:30]]
    assert evidence_of(editor.saved()) == replayed(kept)
    expect(editor.redo_button).to_be_disabled()
    editor.undo_exactly(len(kept))


def expect_shown(editor: Editor, observed: dict[str, dict[str, str]]) -> None:
    for id in VARIABLES:
        for state, name in enumerate(STATES):
            is_seen = observed.get(id) == {"state": name}
            expect(editor.row(id, state)).to_have_attribute("aria-pressed", str(is_seen).lower())
