"""Files that cannot be opened: said in words, all at once, and the drawing stays what it was."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.editor import Editor

FILES = {
    "no_model.json": (json.dumps({"hello": "world"}), "format"),
    "broken.json": ('{"format": "mbml-graph", "version": 1, "variables": [', "line 1"),
    "newer.json": (json.dumps({"format": "mbml-graph", "version": 99, "variables": []}), "99"),
    "notes.txt": ("Dear diary", "no model that can be opened here"),
    "empty.json": ("", "is empty"),
    "broken.bif": ("network x { } variable {", "line 1"),
    "picture.png": ("\x89PNG\r\n\x1a\n\x00\x00", "no model that can be opened here"),
    "deep.json": ("[" * 100_000, ""),
    "huge.json": (" " * (6 * 2**20), "6.0 MB"),
}

SEVERAL = {
    "format": "mbml-graph",
    "version": 1,
    "variables": [{"id": "a", "domain": {"type": "categorical", "states": ["no", "no"]}}],
    "factors": [{"id": "f", "kind": "table", "scope": ["b"], "parameters": {"values": [1, 2]}}],
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_drawing(page: Page, name: str) -> None:
    content, word = FILES[name]
    editor = Editor(page)
    editor.press_state("wet", 1)
    before = editor.saved()
    editor.choose_file(name, content.encode("latin-1"))
    dialog = page.get_by_role("dialog", name=f"“{name}” cannot be opened")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    expect(dialog.get_by_role("listitem")).to_contain_text(word)
    expect(dialog).to_contain_text("The drawing is unchanged.")
    expect(dialog).not_to_contain_text("Traceback")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert editor.saved() == before
    editor.undo_exactly(1)
    editor.reload()
    assert editor.undo_button.is_disabled()


def test_every_problem_is_listed(page: Page) -> None:
    editor = Editor(page)
    editor.choose_file("several.json", json.dumps(SEVERAL).encode())
    dialog = page.get_by_role("dialog", name="“several.json” cannot be opened")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(dialog).to_be_hidden()


def test_a_good_file_after_a_bad_one(page: Page) -> None:
    editor = Editor(page)
    first = editor.saved()
    editor.choose_file("notes.txt", b"Dear diary")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    coin = {"id": "coin", "name": "Coin", "domain": {"type": "categorical", "states": ["heads", "tails"]}}
    editor.open_document({"format": "mbml-graph", "version": 1, "variables": [coin], "factors": []})
    expect(editor.node("coin")).to_have_attribute("aria-label", "Coin: heads 0.5000, tails 0.5000")
    expect(page.get_by_role("dialog")).to_be_hidden()
    editor.press("Control+z")
    assert editor.saved() == first
